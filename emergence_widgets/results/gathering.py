"""From an `EvalResults` to the `Evidence` of a verdict: runs, items and continuous partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..core.ladder.evidence import Evidence, Measured
from ..core.scores import SCORES
from ..core.texts import Tokens
from .continuous import CONTINUOUS, counts_items, kind_of
from .eval_results import EvalResults
from .item_table import ItemTables
from .labels import RUN_KEYS, key_of, labelled
from .metrics import KNOWN_METRICS
from .schema import SCALES, SchemaError, nearest

SHARP_FIRST = ("exact_match", "multiple_choice_grade", "em", "acc", "accuracy", "acc_norm")
FEWEST_SCALES = 3
MOST_PARTNERS = 2
LEAST_COMMON_ITEMS = 0.5


@dataclass(frozen=True)
class _Task:
    """A task's runs: one row a run, and what was measured of each."""

    runs: pd.DataFrame
    scores: pd.DataFrame
    items: ItemTables


class Gatherer:
    """Gathers evidence for many tasks and metrics of the same results.

    Parameters
    ----------
    results
        Scores, and answers if there are any.
    scale
        What the runs are ordered by: params, flops, tokens, step or loss; None: task by task the
        first that has three sizes.
    tokens
        How texts are split, see `rescore`.
    """

    def __init__(
        self, results: EvalResults, *, scale: str | None = None, tokens: Tokens = "whitespace"
    ) -> None:
        if not results:
            raise SchemaError("these results hold neither scores nor answers to judge")
        present = results.scale_columns
        if scale is not None and scale not in present:
            raise KeyError(f"no scale {scale!r}. {nearest(scale, present)}")
        self.scores, self.samples = labelled(results)
        self._scale = scale
        self._runs = self._number_runs()
        self._tokens: Tokens = tokens
        self._cache: dict[str, _Task] = {}
        frames = [self.scores] if self.samples is None else [self.scores, self.samples]
        self.tasks = list(dict.fromkeys(name for frame in frames for name in frame["task"]))

    def metrics(self, task: str) -> list[str]:
        """Metrics of a task that were reported or can be computed from its answers."""
        mine = self._task(task)
        return list(dict.fromkeys([*mine.scores["metric"], *mine.items]))

    def evidence(
        self, task: str | None = None, metric: str | None = None, *, family: str | None = None
    ) -> Evidence:
        """What a verdict on one task and metric is judged on.

        Parameters
        ----------
        task, metric
            Names; by default the only task, and the sharpest metric it has.
        family
            The family that is judged; by default the one with the most sizes.

        Raises
        ------
        KeyError
            A name that is not there.
        SchemaError
            Several tasks and none named, or no model with a scale.
        """
        task = self._named(task, self.tasks, "task")
        mine = self._task(task)
        metrics = self.metrics(task)
        if metric is None:
            metric = next((name for name in SHARP_FIRST if name in metrics), metrics[0])
        metric = self._named(metric, metrics, "metric")
        name, scale = self._scale_of(mine, task)
        ordered_by = scale.to_numpy(dtype=float)
        usable = np.isfinite(ordered_by) & (ordered_by > 0)
        groups = self._families(mine.runs, name)
        score = self._measured(mine, metric)
        measured = usable & np.isfinite(score.value)
        sizes = {
            label: scale[measured & (groups == label).to_numpy()].nunique()
            for label in dict.fromkeys(groups[usable])
        }
        if family is not None:
            self._named(family, list(sizes), "family")
        elif not sizes:
            raise SchemaError(f"task {task!r}: no model has a {name} above 0 to order it by")
        chosen = family if family is not None else max(sizes, key=lambda label: sizes[label])
        partners = self._partners(mine, metric)
        left_out = int((~usable).sum())
        notes = (f"{left_out} runs without a {name} above 0 are left out",) if left_out else ()

        def of(label: str) -> Evidence:
            rows = np.flatnonzero(usable & (groups == label).to_numpy())
            return Evidence(
                task, metric, label, name,
                ordered_by[rows],
                _seeds(mine.runs.iloc[rows], scale.iloc[rows]),
                _of_runs(score, rows),
                tuple(_of_runs(partner, rows) for partner in partners),
            )  # fmt: skip

        others = [label for label, n in sizes.items() if label != chosen and n >= FEWEST_SCALES]
        return replace(of(chosen), others=tuple(of(label) for label in others), notes=notes)

    def _named(self, name: str | None, present: Sequence[str], what: str) -> str:
        if name is None:
            if len(present) != 1:
                raise SchemaError(f"name a {what}. {nearest('', present)}")
            return present[0]
        if name not in present:
            raise KeyError(f"no {what} {name!r}. {nearest(name, present)}")
        return name

    def _task(self, task: str) -> _Task:
        if task not in self._cache:
            self._cache[task] = self._gather(task)
        return self._cache[task]

    def _number_runs(self) -> pd.DataFrame:
        """What tells the runs apart, one row a row of scores and of answers."""
        frames = [self.scores] if self.samples is None else [self.scores, self.samples]
        columns = [*RUN_KEYS, *SCALES, "task"]
        rows = pd.concat(
            [frame.reindex(columns=columns).astype(object) for frame in frames], ignore_index=True
        )
        for name in (*SCALES, "checkpoint"):
            rows[name] = pd.to_numeric(rows[name], errors="coerce").astype(float)
        rows["run"] = pd.factorize(key_of(rows, list(RUN_KEYS)))[0]
        rows["training"] = pd.factorize(key_of(rows, ["family", "model", "seed"]))[0]
        self._places = rows.groupby("task", sort=False).indices
        return rows

    def _gather(self, task: str) -> _Task:
        places = np.asarray(self._places[task])
        rows = self._runs.iloc[places]
        runs = rows.groupby("run", sort=False).first()
        number = runs.index.get_indexer(pd.Index(rows["run"]))
        runs = runs.reset_index(drop=True)
        of_scores = places < len(self.scores)
        scores = self.scores.iloc[places[of_scores]].assign(run=number[of_scores])
        answers = pd.DataFrame()
        if self.samples is not None:
            answers = self.samples.iloc[places[~of_scores] - len(self.scores)]
        items = ItemTables(answers, number[~of_scores], len(runs), self._tokens)
        return _Task(runs, scores.reset_index(drop=True), items)

    def _scale_of(self, task: _Task, name: str) -> tuple[str, pd.Series]:
        if self._scale is not None:
            return self._scale, task.runs[self._scale]
        counts = {
            column: task.runs[column].where(task.runs[column] > 0).nunique() for column in SCALES
        }
        enough = [column for column in SCALES if counts[column] >= FEWEST_SCALES]
        best = enough[0] if enough else max(counts, key=lambda column: counts[column])
        if counts[best] == 0:
            raise SchemaError(
                f"task {name!r}: no model has a scale; expected a number in one of "
                f"{', '.join(SCALES)}. read_results(…, models={{'name': 1.3e9}}) tells the sizes"
            )
        return best, task.runs[best]

    def _families(self, runs: pd.DataFrame, scale: str) -> pd.Series:
        """Runs of one curve; over steps and tokens of training each model is its own."""
        checkpoint = runs["checkpoint"]
        trained = checkpoint.groupby(runs["training"])
        if scale in ("step", "tokens") and (trained.transform("nunique") > 1).any():
            return runs["model"].astype(str)
        last = checkpoint.isna() | (checkpoint == trained.transform("max"))
        return runs["family"].astype(str).where(last, "")

    def _measured(self, task: _Task, metric: str) -> Measured:
        rows = task.scores[task.scores["metric"] == metric]
        reported = str(rows["reported"].iloc[0]) if len(rows) else metric
        known, other = SCORES.get(reported), KNOWN_METRICS.get(reported)
        lower = any(one.lower_is_better for one in (known, other) if one is not None)
        told = rows["lower_is_better"].dropna().tolist() if "lower_is_better" in rows else []
        if told:
            lower = bool(told[0])
        chance, best = _level(rows, "chance"), _level(rows, "min" if lower else "max")
        items = task.items.get(metric)
        if items is not None:
            n = (~np.isnan(items)).sum(axis=1).astype(float)
            with np.errstate(invalid="ignore", divide="ignore"):
                value = np.nansum(items, axis=1) / n
                stderr = np.sqrt(
                    np.nansum((items - value[:, np.newaxis]) ** 2, axis=1) / (n - 1) / n
                )
        else:
            value, stderr, n = (
                _column(rows, name, len(task.runs)) for name in ("value", "stderr", "n_items")
            )
            lower_bound, upper_bound = (
                _column(rows, name, len(task.runs)) for name in ("lower", "upper")
            )
            stderr = np.where(np.isnan(stderr), (upper_bound - lower_bound) / 3.92, stderr)
        value = np.where(np.isfinite(value), value, np.nan)
        counted = counts_items(reported)
        if known and np.isnan(best):
            best = known.minimum if lower else known.maximum
        return Measured(
            metric, value, stderr, n, items, kind_of(reported), lower, chance,
            1.0 if counted and np.isnan(best) else best if np.isfinite(best) else np.nan, counted,
        )  # fmt: skip

    def _partners(self, task: _Task, metric: str) -> list[Measured]:
        reported = dict(zip(task.scores["reported"], task.scores["metric"], strict=True))
        names = [
            name if name in task.items else reported[name]
            for name in CONTINUOUS
            if name in task.items or name in reported
        ]
        # The judged metric first, where it is continuous itself; then the most telling.
        ordered = sorted(dict.fromkeys(names), key=lambda name: name != metric)
        partners: list[Measured] = []
        for name in ordered:
            partner = self._measured(task, name)
            # Without the score of a guess a Brier score has no place from which it falls.
            if partner.kind != "brier" or np.isfinite(partner.chance):
                partners.append(partner)
            if len(partners) == MOST_PARTNERS:
                break
        return partners


def _of_runs(measured: Measured, rows: np.ndarray) -> Measured:
    items = None if measured.items is None else _common(measured.items[rows], measured.value[rows])
    return replace(
        measured,
        value=measured.value[rows],
        stderr=measured.stderr[rows],
        n_items=measured.n_items[rows],
        items=items,
    )


def _common(items: np.ndarray, value: np.ndarray) -> np.ndarray | None:
    """The items that every run answered; None if they are too few to stand for the test."""
    known = np.isfinite(value)
    shared = np.isfinite(items[known]).all(axis=0)
    answered = np.isfinite(items[known]).any(axis=0)
    if shared.sum() < 2 or shared.sum() < LEAST_COMMON_ITEMS * answered.sum():
        return None
    return items[:, shared]


def _column(rows: pd.DataFrame, name: str, runs: int) -> np.ndarray:
    values = np.full(runs, np.nan)
    if name in rows:
        numbers = pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        values[rows["run"].to_numpy()] = numbers
    return values


def _level(rows: pd.DataFrame, name: str) -> float:
    if name not in rows or not len(rows):
        return float("nan")
    return float(pd.to_numeric(rows[name], errors="coerce").max())


def _seeds(runs: pd.DataFrame, scale: pd.Series) -> np.ndarray:
    """Numbers of the seeds; runs of one scale without a seed are told apart by their order."""
    told = pd.factorize(runs["seed"].astype(str))[0]
    repeated = pd.Series(told).groupby([scale.to_numpy(), told]).cumcount().to_numpy()
    return (told + repeated * (told.max(initial=0) + 1)).astype(float)


def gather(results: EvalResults, task: str | None, metric: str | None, **options: Any) -> Evidence:
    """Evidence of one task and metric, see `Gatherer`."""
    family = options.pop("family", None)
    return Gatherer(results, **options).evidence(task, metric, family=family)

"""From an `EvalResults` to the `Evidence` of a verdict: runs, items and continuous partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..core.metrics.registry import find_metric, ranked
from ..core.metrics.text import Tokens
from ..core.verdict.evidence import Evidence
from .eval_results import EvalResults
from .item_table import ItemTables
from .labels import RUN_KEYS, key_of, labelled
from .measuring import Told, told_of
from .schema import SCALES, SchemaError, nearest
from .thinning import thinned

FEWEST_SCALES = 3
MOST_PARTNERS = 2
SAME_SCALE = 1e-6


@dataclass(frozen=True)
class _Task:
    """A task's runs, one a row, their scores, the metrics as reported and labelled, the items."""

    runs: pd.DataFrame
    scores: pd.DataFrame
    names: frozenset[tuple[str, str]]
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
        self._number_runs()
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
            metric = [*ranked(metrics, "discontinuous"), *metrics][0]
        metric = self._named(metric, metrics, "metric")
        name, scale = self._scale_of(mine, task)
        ordered_by = scale.to_numpy(dtype=float)
        usable = np.isfinite(ordered_by) & (ordered_by > 0)
        groups, last = self._families(mine.runs, name)
        score = self._told(mine, metric)
        notes = _notes(score, name, int((~usable).sum()), int((usable & ~last).sum()))
        usable &= last
        measured = usable & score.known
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

        def of(label: str) -> Evidence:
            rows = np.flatnonzero(usable & (groups == label).to_numpy())
            rows = rows[thinned(ordered_by[rows])]
            return Evidence(
                task, metric, label, name,
                ordered_by[rows],
                _seeds(mine.runs.iloc[rows], scale.iloc[rows]),
                score.of(rows),
                tuple(partner.of(rows) for partner in partners),
            )  # fmt: skip

        others = [label for label, n in sizes.items() if label != chosen and n >= FEWEST_SCALES]
        judged = of(chosen)
        if len(np.unique(judged.scale)) < sizes[chosen]:
            kept = f"{len(np.unique(judged.scale))} evenly spaced ones are judged"
            notes = (*notes, f"of {sizes[chosen]} values of {name} {kept}")
        return replace(judged, others=tuple(of(label) for label in others), notes=notes)

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

    def _number_runs(self) -> None:
        """Number what scores and answers are of, and find the places of each task."""
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
        self._misplaced = _misplaced(rows)
        # Of all tasks at once: task by task, pandas takes most of the time of a verdict.
        self._first = rows.groupby(["task", "run"], sort=False).first().reset_index("task")
        self._first_places = self._first.groupby("task", sort=False).indices
        self._run_numbers = rows["run"].to_numpy()

    def _gather(self, task: str) -> _Task:
        places = np.asarray(self._places[task])
        if task in self._misplaced:
            raise SchemaError(self._misplaced[task])
        runs = self._first.iloc[self._first_places[task]]
        number = runs.index.get_indexer(self._run_numbers[places])
        runs = runs.reset_index(drop=True)
        of_scores = places < len(self.scores)
        scores = self.scores.iloc[places[of_scores]].assign(run=number[of_scores])
        answers = pd.DataFrame()
        if self.samples is not None:
            answers = self.samples.iloc[places[~of_scores] - len(self.scores)]
        items = ItemTables(answers, number[~of_scores], len(runs), self._tokens)
        names = frozenset(zip(scores["reported"], scores["metric"], strict=True))
        return _Task(runs, scores.reset_index(drop=True), names, items)

    def _scale_of(self, task: _Task, name: str) -> tuple[str, pd.Series]:
        if self._scale is not None:
            return self._scale, task.runs[self._scale]
        counts = {column: _sizes(task.runs[column].to_numpy(dtype=float)) for column in SCALES}
        enough = [column for column in SCALES if counts[column] >= FEWEST_SCALES]
        best = enough[0] if enough else max(counts, key=lambda column: counts[column])
        if counts[best] == 0:
            raise SchemaError(
                f"task {name!r}: no model has a scale; expected a number in one of "
                f"{', '.join(SCALES)}. read_results(…, models={{'name': 1.3e9}}) tells the sizes"
            )
        return best, task.runs[best]

    def _families(self, runs: pd.DataFrame, scale: str) -> tuple[pd.Series, np.ndarray]:
        """Runs of one curve, and which of them are on it.

        Over steps and tokens each training run is a curve, as seeds may jump at different times;
        else of each model its last checkpoint is a point.
        """
        checkpoint = runs["checkpoint"]
        trained = checkpoint.groupby(runs["training"])
        if scale in ("step", "tokens") and (trained.transform("nunique") > 1).any():
            model, family = runs["model"].astype(str), runs["family"].astype(str)
            several = family.groupby(model).transform("nunique") > 1
            curve = model.where(~several, model + ", " + family)
            seeded = runs["training"].groupby(curve).transform("nunique") > 1
            named = curve + ", seed " + runs["seed"].astype(str)
            return curve.where(~seeded, named), np.ones(len(runs), dtype=bool)
        last = checkpoint.isna() | (checkpoint == trained.transform("max"))
        return runs["family"].astype(str), last.to_numpy()

    def _told(self, task: _Task, metric: str) -> Told:
        return told_of(metric, task.scores, task.items, len(task.runs))

    def _partners(self, task: _Task, metric: str) -> list[Told]:
        labels: dict[str, list[str]] = {}
        for name, label in sorted(task.names):
            labels.setdefault(name, []).append(label)
        # The answers of the same filter, where several were reported.
        filters = [metric[len(name) :] for name, label in task.names if label == metric]
        names: list[str] = []
        for name in ranked({**labels, **task.items}, "loss", "continuous"):
            if find_metric(name).loss_kind is None:
                continue
            if name in task.items:
                names.append(name)
            else:
                same = [name + filter for filter in filters if name + filter in labels[name]]
                names.append((same or labels[name])[0])
        # The judged metric first, where it is continuous itself; then the most telling.
        partners: list[Told] = []
        for name in sorted(names, key=lambda name: name != metric):
            partner = self._told(task, name)
            one = partner.computed or partner.reported
            # Without the score of a guess a Brier score has no place from which it falls.
            if one is not None and (one.kind != "brier" or np.isfinite(one.chance)):
                partners.append(partner)
            if len(partners) == MOST_PARTNERS:
                break
        return partners


def _sizes(scale: np.ndarray) -> int:
    return len(np.unique(scale[np.isfinite(scale) & (scale > 0)]))


def _misplaced(rows: pd.DataFrame) -> dict[str, str]:
    """By task, what is wrong with a run that lies at several places: it would be taken for one."""
    told: dict[str, str] = {}
    by_run = rows.groupby(["task", "run"], sort=False)
    for name in SCALES:
        lowest, highest = by_run[name].min(), by_run[name].max()
        apart = highest > lowest * (1 + SAME_SCALE)
        for task, run in lowest.index[apart]:
            model = rows["model"].iloc[int(np.argmax(rows["run"] == run))]
            told.setdefault(
                task,
                f"task {task!r}: model {model!r} has several {name} ({lowest[task, run]:g} and "
                f"{highest[task, run]:g}); give each a name of its own in the column 'model', or "
                "tell its checkpoints apart in a column 'step'",
            )
    return told


def _notes(score: Told, scale: str, without: int, earlier: int) -> tuple[str, ...]:
    told = (
        (without, f"{without} runs without a {scale} above 0 are left out"),
        (earlier, f"{earlier} earlier checkpoints are left out: the last of each model is judged"),
        (score.repeated, f"{score.repeated} scores of runs that have one already are averaged in"),
    )
    return tuple(words for count, words in told if count)


def _seeds(runs: pd.DataFrame, scale: pd.Series) -> np.ndarray:
    """Numbers of the seeds from 0; runs of one scale and seed are told apart by their models."""
    seed = runs["seed"].astype(object)
    number = pd.to_numeric(seed, errors="coerce").astype(float)
    label = number.astype(str).where(number.notna() | seed.isna(), seed.astype(str))
    told = pd.factorize(label.astype(object).where(seed.notna(), ""), sort=True)[0]
    by_model = np.argsort(runs["model"].astype(str).to_numpy(), kind="stable")
    same = pd.Series(told[by_model]).groupby([scale.to_numpy()[by_model], told[by_model]])
    repeated = np.empty(len(runs), dtype=np.intp)
    repeated[by_model] = same.cumcount().to_numpy()
    return np.unique(told + repeated * (told.max(initial=0) + 1), return_inverse=True)[1].astype(
        float
    )


def gather(results: EvalResults, task: str | None, metric: str | None, **options: Any) -> Evidence:
    """Evidence of one task and metric, see `Gatherer`."""
    family = options.pop("family", None)
    return Gatherer(results, **options).evidence(task, metric, family=family)

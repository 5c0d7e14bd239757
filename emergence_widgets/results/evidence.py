"""From the curves of an evaluation to the evidence of a verdict: runs, items, continuous scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..core.metrics.loss import LOSSES, Floats
from ..core.metrics.registry import find_metric, ranked
from ..core.metrics.text import Tokens
from ..core.verdict.evidence import Evidence, Measured
from .curves import FEWEST_SCALES, Curves, no_scale
from .disambiguate import RUN_KEYS, Tables, plain_seeds
from .item_scores import ItemTables
from .schema import (
    SCORES_FLAGS,
    SCORES_NUMBERS,
    SCORES_TEXT,
    SchemaError,
    check_name,
    names_among,
    nearest,
)

MOST_PARTNERS = 3
LEAST_COMMON_ITEMS = 0.5
# What a score is, or where it stands; all other columns, tokens and steps tell how a run was made.
KNOWN_COLUMNS = frozenset(
    {*SCORES_TEXT, *SCORES_NUMBERS, *SCORES_FLAGS, *RUN_KEYS, "reported"} - {"tokens", "step"}
)
ROUNDING = 1e-9
MOST_SCALES, KEPT_SCALES = 40, 20

# By run: value, standard error, number of items; and the scores of the items themselves.
Values = tuple[Floats, Floats, Floats, Floats | None]


@dataclass(frozen=True)
class MetricValues:
    """One metric of a task's runs: computed from the answers, and as reported."""

    measured: tuple[Measured, ...]  # What is known of the two, in this order.
    worst: float  # NaN where it has no bound.

    @property
    def known(self) -> np.ndarray:
        """Shape (runs,): whether there is a value of either."""
        return np.logical_or.reduce([np.isfinite(one.value) for one in self.measured])

    def better(self, rows: np.ndarray) -> Measured:
        """The one of the two that knows more of some runs: never a mixture of both."""
        return max(self.measured, key=lambda one: np.isfinite(one.value[rows]).sum())

    def of(self, rows: np.ndarray) -> Measured:
        """Of some runs, with the items that all of them answered."""
        best = self.better(rows)
        part = {name: getattr(best, name)[rows] for name in ("value", "stderr", "n_items")}
        items = None if best.items is None else _common(best.items[rows], part["value"])
        return replace(best, **part, items=items)


class TaskScores:
    """The scores of one task, in the order of its runs."""

    def __init__(self, curves: Curves, task: str, tokens: Tokens) -> None:
        self._curves, self._task = curves, task
        self._runs = runs = curves.runs_of[task]
        samples, run = pd.DataFrame(), np.zeros(0, dtype=np.intp)
        if curves.samples is not None and task in curves.samples_of:
            mine = curves.samples_of[task]
            place = np.zeros(len(curves.run_scale), dtype=np.intp)
            place[runs] = np.arange(len(runs))
            samples, run = curves.samples.iloc[mine], place[curves.run_of_samples[mine]]
        self._items = ItemTables(samples, run, len(runs), tokens)
        self._computed = self._items.scores
        # Those that were reported or can be computed from the answers.
        self.metrics = list(dict.fromkeys([*curves.metrics_of[task], *self._computed]))

    def of(self, metric: str, *, check: bool = True) -> MetricValues:
        """What is known of a metric.

        Where `check`, a share of items right that lies outside 0 to 1 is a `SchemaError`.
        """
        curves, pair = self._curves, self._curves.pairs.get((self._task, metric))
        reported: list[Values] = []
        computed: list[Values] = []
        chance = float("nan")
        if pair is None:
            known = find_metric(metric)
            falls, counted = known.lower_is_better, known.counts_items
            ends = (known.maximum, known.minimum) if falls else (known.minimum, known.maximum)
            worst, best = (float(end) if np.isfinite(end) else np.nan for end in ends)
        else:
            table, number = curves.reported, curves.metrics.index(metric)
            known = curves.known[number]
            falls, counted = bool(curves.falls[number]), bool(curves.counted[number])
            worst, best = float(table.worst[pair]), float(table.best[pair])
            chance = float(table.chance[pair] / table.unit[pair])
            reported = [(*table.of_runs(pair, self._runs), None)]
            if counted and check:
                self._check_shares(metric, reported[0][0])
        if metric in self._computed:
            answers = self._items.of(metric)
            computed = [(*_means(answers), answers)]
            chance = self._items.chance(metric) if np.isnan(chance) else chance
        facts = (known.loss_kind or "share", falls, chance, best, counted)
        both = (Measured(metric, *one, *facts) for one in (*computed, *reported))
        return MetricValues(tuple(both), worst)

    def _check_shares(self, metric: str, value: Floats) -> None:
        wrong = np.flatnonzero((value < -ROUNDING) | (value > 1 + ROUNDING))
        if len(wrong):
            model = self._curves.run_model[self._runs[wrong[0]]]
            raise SchemaError(
                f"task {self._task!r}, metric {metric!r}: model {model!r} has "
                f"{value[wrong[0]]:g}; expected a share of items right, from 0 to 1. If these are "
                "in percent, divide them by 100, or say so in a column 'max' of 100"
            )

    def partners(self, metric: str) -> list[MetricValues]:
        """Continuous scores of the same outputs, the most telling ones first."""
        own = dict(zip(self._curves.metrics, self._curves.reported_names, strict=True))
        labels: dict[str, list[str]] = {}
        for label in sorted(self._curves.metrics_of[self._task]):
            labels.setdefault(own[label], []).append(label)
        # The answers of the same filter, where several were reported.
        filters = metric.removeprefix(own.get(metric, metric))
        names: list[str] = []
        for name in ranked({**labels, **dict.fromkeys(self._computed)}, "loss", "continuous"):
            if find_metric(name).loss_kind is None:
                continue
            if name in self._computed:
                names.append(name)
            else:
                same = [name + filters] if name + filters in labels[name] else labels[name]
                names.append(same[0])
        # The judged metric before them, where it is continuous itself. One loss is enough (nats and
        # bits tell the same), and no distance where there is a similarity.
        partners: list[MetricValues] = []
        taken: set[str] = set()
        for name in sorted(names, key=lambda name: name != metric):
            if len(partners) == MOST_PARTNERS:
                break
            partner = self.of(name)
            one = next(iter(partner.measured), None)
            # Without the score of a guess a Brier score has no place from which it falls.
            if one is None or (one.kind == "brier" and not np.isfinite(one.chance)):
                continue
            group = "loss" if one.kind in LOSSES else "answers"
            again = group in taken and (group == "loss" or one.kind == "error")
            if not again:
                partners.append(partner)
                taken.add(group)
        return partners


class EvidenceBuilder:
    """Evidence on many tasks and metrics of the same results.

    `scale` is what runs are ordered by, None: task by task the first that has three points;
    `tokens` is how texts are split, see `rescore`.
    """

    def __init__(
        self,
        results: Tables,
        *,
        scale: str | None = None,
        tokens: Tokens = "whitespace",
        curves: Curves | None = None,
    ) -> None:
        if not results:
            raise SchemaError("these results hold neither scores nor answers to judge")
        self.curves = Curves(results) if curves is None else curves
        names_among("scale", scale, self.curves.scales)
        self._scale = scale
        self._tokens: Tokens = tokens
        self._scores: dict[str, TaskScores] = {}
        self.tasks = self.curves.tasks

    def scores(self, task: str) -> TaskScores:
        """The scores of a task, whose answers are scored once."""
        if task not in self._scores:
            self._scores[task] = TaskScores(self.curves, task, self._tokens)
        return self._scores[task]

    @cached_property
    def _recipe(self) -> dict[str, np.ndarray]:
        """By column that no curve is made of: its one value in each run, None where it has not."""
        curves, scores = self.curves, self.curves.scores
        told: dict[str, np.ndarray] = {}
        for column in scores.columns:
            if column in KNOWN_COLUMNS:
                continue
            code, values = pd.factorize(scores[column])
            low = np.full(len(curves.run_scale), len(values))
            high = np.full(len(curves.run_scale), -1)
            np.minimum.at(low, curves.run_of_scores, code)
            np.maximum.at(high, curves.run_of_scores, code)
            of_runs = np.full(len(low), None, dtype=object)
            one = (low == high) & (low >= 0)
            of_runs[one] = np.asarray(values, dtype=object)[low[one]]
            if len(set(of_runs[one].tolist())) > 1:
                told[str(column)] = of_runs
        return told

    def _recipe_of(self, runs: np.ndarray, scale: str) -> dict[str, np.ndarray]:
        return {
            name: column[runs]
            for name, column in self._recipe.items()
            if name != scale and len(set(column[runs].tolist()) - {None}) > 1
        }

    def evidence(
        self, task: str | None = None, metric: str | None = None, *, family: str | None = None
    ) -> Evidence:
        """What a verdict on one task and metric is judged on, see `EvalResults.evidence`."""
        curves = self.curves
        if task is None and len(self.tasks) != 1:
            raise SchemaError(f"name a task. {nearest('', self.tasks)}")
        task = self.tasks[0] if task is None else task
        check_name("task", task, self.tasks)
        if task in curves.several_scales:
            raise SchemaError(curves.several_scales[task])
        scores = self.scores(task)
        if metric is None:
            metric = [*ranked(scores.metrics, "discontinuous"), *scores.metrics][0]
        check_name("metric", metric, scores.metrics)
        name = self._scale or curves.usual_scale(task)
        if not name:
            raise no_scale(f"task {task!r}: ")
        runs, curve, at = curves.on_scale(task, name)
        score = scores.of(metric)
        measured = (curve >= 0) & score.known
        sizes: dict[str, int] = {
            curves.names[one]: len(np.unique(at[measured & (curve == one)]))
            for one in dict.fromkeys(curve[curve >= 0].tolist())
        }
        if family is not None:
            check_name("family", family, sizes)
        elif not sizes:
            raise SchemaError(f"task {task!r}: no model has a {name} above 0 to order it by")
        chosen = family if family is not None else max(sizes, key=lambda label: sizes[label])
        partners = scores.partners(metric)
        notes = curves.notes(task, name, metric)

        def of(label: str) -> Evidence:
            rows = np.flatnonzero(curve == curves.names.index(label))
            rows = rows[thinned(at[rows])]
            return Evidence(
                task, metric, label, name, at[rows], _seeds(curves, runs[rows], at[rows]),
                score.of(rows), tuple(partner.of(rows) for partner in partners),
                recipe=self._recipe_of(runs[rows], name),
            )  # fmt: skip

        def stands_for(label: str) -> tuple[object, object]:
            """Family and model of a curve's first run: a family, or one training run."""
            run = runs[np.flatnonzero(curve == curves.names.index(label))[0]]
            return curves.run_family[run], curves.run_model[run]

        # Over training, other sizes of the same family are no second family; other seeds are.
        own = stands_for(chosen)
        others = [
            label
            for label, n in sizes.items()
            if label != chosen
            and n >= FEWEST_SCALES
            and (stands_for(label)[0] != own[0] or stands_for(label)[1] == own[1])
        ]
        judged = of(chosen)
        if len(np.unique(judged.scale)) < sizes[chosen]:
            kept = f"{len(np.unique(judged.scale))} evenly spaced ones are judged"
            notes = (*notes, f"of {sizes[chosen]} values of {name} {kept}")
        return replace(judged, others=tuple(of(label) for label in others), notes=notes)


def _means(items: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = (~np.isnan(items)).sum(axis=1).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.nansum(items, axis=1) / n
        stderr = np.sqrt(np.nansum((items - value[:, np.newaxis]) ** 2, axis=1) / (n - 1) / n)
    return np.where(np.isfinite(value), value, np.nan), stderr, n


def _common(items: np.ndarray, value: np.ndarray) -> np.ndarray | None:
    """The items that every run answered; None if they are too few to stand for the test."""
    known = np.isfinite(value)
    shared = np.isfinite(items[known]).all(axis=0)
    answered = np.isfinite(items[known]).any(axis=0)
    if shared.sum() < 2 or shared.sum() < LEAST_COMMON_ITEMS * answered.sum():
        return None
    return items[:, shared]


def _seeds(curves: Curves, runs: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Numbers of the seeds from 0; runs of one scale and seed are told apart by their models."""
    seed = pd.Series(plain_seeds(pd.Series(curves.run_seed[runs], dtype=object)), dtype=object)
    label = seed.astype(str).where(seed.notna(), "")
    table = pd.DataFrame({"at": at, "seed": label, "model": curves.run_model[runs]})
    table["again"] = table.sort_values("model", kind="stable").groupby(["at", "seed"]).cumcount()
    return table.groupby(["again", "seed"]).ngroup().to_numpy(dtype=float)


def thinned(scale: np.ndarray) -> np.ndarray:
    """Which runs to keep: of more than 40 scales the 20 nearest to an even spacing in decades.

    A rise is judged over decades, not from step to step.
    """
    levels = np.unique(scale)
    if len(levels) <= MOST_SCALES:
        return np.ones(len(scale), dtype=bool)
    decades: Floats = np.log10(levels)
    chosen: list[int] = []
    for target in np.linspace(float(decades[0]), float(decades[-1]), KEPT_SCALES):
        # Each scale once: the early ones of a training run lie far apart in decades.
        free = np.setdiff1d(np.arange(len(levels)), chosen)
        chosen.append(int(free[np.argmin(np.abs(decades[free] - target))]))
    return np.isin(scale, levels[chosen])

"""The curves of an evaluation: one table that explorers, atlas, verdicts, audit and forecasts read.

Its rules:

- *Runs.* Rows of one family, model, seed and checkpoint are a run. The checkpoint is the step or,
  without one, the tokens where they differ. Shots and subtasks belong to the task's name, filters
  to the metric's, and of answers that passed several filters one filter's count.
- *Grouping.* A training run (family, model, seed) along which the scale varies is a curve of its
  own: its checkpoints, over steps, tokens, FLOPs or loss. On a scale that does not vary along it
  (parameters) its last checkpoint on the task stands for it, on the curve of its family.
- *Points.* Models and seeds at one scale of a curve are one point, their mean. Seeds of one model
  whose scale was measured (loss) have its mean scale.
- *Scale.* Where none is named, the first on which some curve has three points, else the one with
  most. A run whose scale is not a number above 0 is on no curve; only a linear axis draws it.
- *Direction.* The data's ``lower_is_better``, else the registry's, else higher is
  better. A name that points both ways is two metrics.
- *Units.* A share of items right whose ``max`` is above 1 (percent) is divided by it.
- *Repeats.* Several scores of one run are averaged.
- *Answers* count before what was reported, where they know as many runs of the curve.
- *Noise.* Of the items if there are answers; else of the counts, where a score is a share of a
  known number of items (Wilson's interval; better than a standard error, which is 0 at 0 and 1);
  else the standard error, or the interval's half width over 1.96; else none. Half an item,
  1 / (2 n), is the resolution of such a share. The null of breakthroughness is `null_level`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.metrics.loss import Floats
from ..core.metrics.registry import Metric, find_metric
from ..core.statistics.intervals import NORMAL_95
from .disambiguate import RUN_KEYS, Tables, codes, disambiguate, plain_seeds
from .schema import SCALES, SchemaError, check_name

Ints = NDArray[np.integer[Any]]

FEWEST_SCALES = 3
SAME_SCALE = 1e-6
COLUMNS = ("value", "stderr", "n_items", "lower", "upper")


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores as reported, sorted by task, metric and run, and what each pair of the two has."""

    task: np.ndarray  # By pair: numbers of task and metric.
    metric: np.ndarray
    start: np.ndarray  # By pair, and the end: its first score.
    run: np.ndarray  # By score, as all to `repeats`.
    value: np.ndarray
    stderr: np.ndarray
    n_items: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    repeats: np.ndarray  # How many more scores of that run were averaged in.
    chance: np.ndarray  # By pair, as all that follow; NaN where not known.
    least: np.ndarray  # Bounds that the table names.
    most: np.ndarray
    worst: np.ndarray  # Bounds that are known, in shares where `unit` is not 1.
    best: np.ndarray
    unit: np.ndarray  # What a score is divided by to be a share.

    @property
    def pair(self) -> np.ndarray:
        """The pair of each score."""
        return np.repeat(np.arange(len(self.task)), np.diff(self.start))

    def rows(self, pair: int) -> slice:
        """The scores of a pair."""
        return slice(int(self.start[pair]), int(self.start[pair + 1]))

    def of_runs(self, pair: int, runs: Ints) -> tuple[Floats, Floats, Floats]:
        """Value and standard error, as shares, and items of each run; NaN where there is none."""
        rows, unit = self.rows(pair), self.unit[pair]
        scored = self.run[rows]
        place = np.minimum(np.searchsorted(scored, runs), len(scored) - 1)
        there = scored[place] == runs
        value, stderr, n_items = (
            np.where(there, column[rows][place], np.nan)
            for column in (self.value, self.stderr, self.n_items)
        )
        return np.where(np.isfinite(value), value, np.nan) / unit, stderr / unit, n_items


class Curves:
    """All runs, the curve and the point of each on every scale, and their scores."""

    def __init__(
        self,
        results: Tables,
        *,
        filter: str | None = None,
        task: str | Iterable[str] | None = None,
        family: str | Iterable[str] | None = None,
    ) -> None:
        scores, samples = disambiguate(results, filter)
        frames = [scores] if samples is None else [scores, samples]
        for what, wanted in (("task", task), ("family", family)):
            if wanted is not None:
                names = _chosen(what, wanted, pd.concat([frame[what] for frame in frames]))
                frames = [frame[frame[what].isin(names)] for frame in frames]
        frames = [frame.reset_index(drop=True) for frame in frames]
        self.scores = frames[0]
        self.samples = frames[1] if samples is not None else None
        self.metrics: list[str] = list(dict.fromkeys(self.scores["metric"]))
        self._number(frames)

    def _number(self, frames: list[pd.DataFrame]) -> None:
        """Number tasks, families and runs, and place each run on the curves of each scale."""
        columns = {
            name: np.concatenate([frame[name].to_numpy(dtype=object) for frame in frames])
            for name in ("task", *RUN_KEYS[:3])
        }
        seed = plain_seeds(pd.Series(columns["seed"]))
        checkpoint = np.concatenate([numbers(frame, "checkpoint") for frame in frames])
        scale = np.stack(
            [np.concatenate([numbers(frame, name) for frame in frames]) for name in SCALES], axis=1
        )
        scale[~np.isfinite(scale)] = np.nan
        task, names = pd.factorize(columns["task"])
        self.tasks: list[str] = names.tolist()
        family, names = pd.factorize(columns["family"])
        self.families: list[str] = names.tolist()
        training = codes(columns["family"], columns["model"], seed)
        key = codes(training, checkpoint)
        # What a task knows of a run: a row each.
        seen = codes(task, key)
        first = np.unique(seen, return_index=True)[1]
        by_seen = pd.DataFrame(scale).groupby(seen)
        scales = by_seen.first().to_numpy()
        low, high = by_seen.min().to_numpy(), by_seen.max().to_numpy()
        self.several_scales = self._several(low, high, task[first], columns["model"][first])
        task, family, training, key = task[first], family[first], training[first], key[first]
        checkpoint = checkpoint[first]
        # What any task knows of a run, where all agree.
        low, high, any_task = _of_groups(scales, key, "min", "max", "first")
        scales = np.where(high - low <= SAME_SCALE * np.abs(low), any_task, scales)
        model = codes(columns["family"][first], columns["model"][first], checkpoint)
        trained = codes(task, training)
        latest = pd.Series(checkpoint).groupby(trained).transform("max").to_numpy()
        last = np.isnan(checkpoint) | (checkpoint == latest)
        low, high = _of_groups(scales, trained, "min", "max")
        along = high > low
        curve = np.where(along, len(self.families) + training[:, np.newaxis], -1)
        curve = np.where(~along & last[:, np.newaxis], family[:, np.newaxis], curve)
        curve[np.isnan(scales)] = -1
        # The mean of a model's seeds, exact where all have the same.
        low, high, mean = _of_groups(scales, codes(task, model), "min", "max", "mean")
        at = np.where(along, scales, np.where(low == high, low, mean))
        # Of one run that tasks know differently, several are made.
        run = codes(key, *scales.T, *curve.T, *at.T)
        one = np.unique(run, return_index=True)[1]
        self.run_scale, self.run_curve, self.run_at = scales[one], curve[one], at[one]
        self.run_family, self.run_training = family[one], training[one]
        self.run_checkpoint = checkpoint[one]
        self.run_seed = columns["seed"][first][one]
        self.run_model = np.array([str(name) for name in columns["model"][first][one]], object)
        self._seen_task, self._seen_run = task, run
        self.run_of_scores, self.run_of_samples = np.split(run[seen], [len(frames[0])])

    def _several(
        self, low: np.ndarray, high: np.ndarray, task: np.ndarray, model: np.ndarray
    ) -> dict[str, str]:
        """By task, what is wrong with a run at several scales: it would be taken for one."""
        told: dict[str, str] = {}
        for row, kind in np.argwhere(high - low > SAME_SCALE * np.abs(low)):
            name = self.tasks[task[row]]
            told.setdefault(
                name,
                f"task {name!r}: model {model[row]!r} has several "
                f"{SCALES[kind]} ({low[row, kind]:g} and {high[row, kind]:g}); give each a name of "
                "its own in the column 'model', or tell its checkpoints apart in a column 'step'",
            )
        return told

    @cached_property
    def names(self) -> list[str]:
        """Names of all curves: families, then training runs by model, family and seed."""
        one = np.unique(self.run_training, return_index=True)[1]
        table = pd.DataFrame(
            {
                "model": self.run_model[one],
                "family": np.array(self.families, dtype=object)[self.run_family[one]],
                "seed": [f", seed {seed}" for seed in self.run_seed[one]],
            }
        )
        several = table.groupby("model")["family"].transform("nunique") > 1
        name = table["model"].where(~several, table["model"] + ", " + table["family"])
        seeds = table.groupby(["model", "family"])["seed"].transform("size") > 1
        return [*self.families, *(name + table["seed"].where(seeds, ""))]

    @cached_property
    def runs_of(self) -> dict[str, Ints]:
        """By task: the runs that were asked it."""
        order = np.argsort(self._seen_task, kind="stable")
        ends = np.cumsum(np.bincount(self._seen_task, minlength=len(self.tasks)))
        parts = np.split(self._seen_run[order], ends[:-1])
        return dict(zip(self.tasks, parts, strict=bool(self.tasks)))

    @cached_property
    def samples_of(self) -> dict[str, Ints]:
        """By task: places of its answers in `samples`."""
        if self.samples is None:
            return {}
        places = self.samples.groupby("task", sort=False).indices
        return {str(task): np.asarray(mine) for task, mine in places.items()}

    def on_scale(self, task: str, scale: str) -> tuple[Ints, Ints, Floats]:
        """The runs of a task, the curve of each (-1: none) and where it stands on it."""
        runs, kind = self.runs_of[task], SCALES.index(scale)
        at = self.run_at[runs, kind]
        return runs, np.where(at > 0, self.run_curve[runs, kind], -1), at

    @cached_property
    def most_points(self) -> np.ndarray:
        """Shape (tasks, scales): points of the longest curve."""
        most = np.zeros((len(self.tasks), len(SCALES)), dtype=np.intp)
        for kind in range(len(SCALES)):
            curve, at = (table[self._seen_run, kind] for table in (self.run_curve, self.run_at))
            on = (curve >= 0) & (at > 0)
            points = np.unique(np.stack([self._seen_task, curve, at], axis=1)[on], axis=0)
            pairs, count = np.unique(points[:, :2].astype(int), axis=0, return_counts=True)
            np.maximum.at(most[:, kind], pairs[:, 0], count)
        return most

    @property
    def scales(self) -> list[str]:
        """The scales that some run has."""
        known = np.isfinite(self.run_scale)
        return [name for kind, name in enumerate(SCALES) if known[:, kind].any()]

    def usual_scale(self, task: str | None = None) -> str:
        """The first scale of which a curve has three points, else of most; "" without any."""
        rows = slice(None) if task is None else [self.tasks.index(task)]
        most = self.most_points[rows].max(axis=0, initial=0)
        enough = most >= FEWEST_SCALES
        best = int(np.argmax(enough if enough.any() else most))
        return SCALES[best] if most[best] else ""

    @cached_property
    def reported_names(self) -> list[str]:
        """By metric: its own name, without the filter."""
        names = self.scores.drop_duplicates("metric").set_index("metric")["reported"]
        return [str(names[metric]) for metric in self.metrics]

    @cached_property
    def known(self) -> list[Metric]:
        """By metric: what the registry knows of it."""
        return [find_metric(name) for name in self.reported_names]

    @cached_property
    def falls(self) -> np.ndarray:
        """By metric: whether lower is better."""
        said: dict[Any, Any] = {}
        if "lower_is_better" in self.scores:
            said = self.scores.groupby("metric")["lower_is_better"].first().dropna().to_dict()
        pairs = zip(self.metrics, self.known, strict=True)
        return np.array([said.get(name, one.lower_is_better) for name, one in pairs], dtype=bool)

    @cached_property
    def counted(self) -> np.ndarray:
        """By metric: whether it is a share of items that are each right or wrong."""
        return np.array([metric.counts_items for metric in self.known], dtype=bool)

    @cached_property
    def reported(self) -> Scores:
        """All scores of the table, one a task, metric and run."""
        scores = self.scores
        task = pd.Index(self.tasks).get_indexer(pd.Index(scores["task"]))
        metric = pd.Index(self.metrics).get_indexer(pd.Index(scores["metric"]))
        n_runs, n_metrics = max(len(self.run_scale), 1), max(len(self.metrics), 1)
        cell, member, count = np.unique(
            (task * n_metrics + metric) * n_runs + self.run_of_scores,
            return_inverse=True,
            return_counts=True,
        )
        pair, start = np.unique(cell // n_runs, return_index=True)
        task, metric = pair // n_metrics, pair % n_metrics
        of_pair = np.searchsorted(pair, cell // n_runs)[member]

        def bound(name: str, least: bool) -> np.ndarray:
            found = np.full(len(pair), np.nan)
            (np.fmin if least else np.fmax).at(found, of_pair, numbers(scores, name))
            return found

        least, most = bound("min", least=True), bound("max", least=False)
        counted, falls = self.counted[metric], self.falls[metric]
        # The registry's bounds, unless these are in another unit or the other way round.
        known = [self.known[int(one)] for one in metric]
        turned = falls != np.array([one.lower_is_better for one in known], dtype=bool)
        low = np.array([one.minimum for one in known], dtype=float)
        high = np.array([one.maximum for one in known], dtype=float)
        outside = (bound("value", least=True) < low, bound("value", least=False) > high)
        low = np.where(turned | outside[0], np.nan, low)
        high = np.where(turned | outside[1], np.nan, high)
        shares = counted & ~turned
        low, high = np.where(shares, 0.0, low), np.where(shares, 1.0, high)
        low, high = np.where(np.isnan(least), low, least), np.where(np.isnan(most), high, most)
        unit = np.where(counted & ~falls & (high > 1), high, 1.0)
        worst, best = np.where(falls, high, low) / unit, np.where(falls, low, high) / unit
        columns = {name: means(numbers(scores, name), member, len(cell)) for name in COLUMNS}
        columns["n_items"] = np.where(columns["n_items"] >= 1, columns["n_items"], np.nan)
        half = (columns["upper"] - columns["lower"]) / (2 * NORMAL_95)
        columns["stderr"] = np.where(np.isnan(columns["stderr"]), half, columns["stderr"])
        return Scores(
            task, metric, np.append(start, len(cell)), cell % n_runs, **columns,
            repeats=count - 1, chance=bound("chance", least=False), least=least, most=most,
            worst=np.where(np.isfinite(worst), worst, np.nan),
            best=np.where(np.isfinite(best), best, np.nan), unit=unit,
        )  # fmt: skip

    @cached_property
    def pairs(self) -> dict[tuple[str, str], int]:
        """Pairs of task and metric that were reported, by their names."""
        both = zip(self.reported.task.tolist(), self.reported.metric.tolist(), strict=True)
        return {
            (self.tasks[task], self.metrics[metric]): pair
            for pair, (task, metric) in enumerate(both)
        }

    @cached_property
    def metrics_of(self) -> dict[str, list[str]]:
        """By task: the metrics under which it was reported."""
        found: dict[str, list[str]] = {task: [] for task in self.tasks}
        for task, metric in self.pairs:
            found[task].append(metric)
        return found

    def reported_runs(self, task: str, metric: str) -> Ints:
        """The runs that have a score of a task under a metric, finite or not."""
        pair = self.pairs.get((task, metric))
        rows = slice(0, 0) if pair is None else self.reported.rows(pair)
        return self.reported.run[rows]

    def notes(self, task: str, scale: str, metric: str) -> tuple[str, ...]:
        """What the curves of a task under a metric leave out or average, in words."""
        runs, kind = self.runs_of[task], SCALES.index(scale)
        usable = self.run_scale[runs, kind] > 0
        early = int((usable & (self.run_curve[runs, kind] < 0)).sum())
        pair = self.pairs.get((task, metric))
        repeats = 0 if pair is None else int(self.reported.repeats[self.reported.rows(pair)].sum())
        without = int((~usable).sum())
        told = (
            (without, f"{without} runs without a {scale} above 0 are left out"),
            (early, f"{early} earlier checkpoints are left out: the last of each model is judged"),
            (repeats, f"{repeats} scores of runs that have one already are averaged in"),
        )
        return tuple(words for count, words in told if count)


def no_scale(where: str = "") -> SchemaError:
    """The error where no model has a scale."""
    return SchemaError(
        f"{where}no model has a scale; expected a number in one of {', '.join(SCALES)}. "
        "read_results(…, models={'name': 1.3e9}) tells the sizes"
    )


def numbers(frame: pd.DataFrame, name: str) -> Floats:
    """A column as floats; NaN where it is missing."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _chosen(what: str, wanted: str | Iterable[str], names: Iterable[str]) -> list[str]:
    """Those that are there; a task also by the name it has without its subtasks and shots."""
    present = list(dict.fromkeys(names))
    chosen: list[str] = []
    for name in [wanted] if isinstance(wanted, str) else wanted:
        mine = [one for one in present if one.startswith((f"{name} / ", f"{name}, "))]
        if not mine or name in present:
            check_name(what, name, present)
            mine = [name]
        chosen += mine
    return chosen


def _of_groups(
    table: Floats, group: Ints, *measures: Literal["min", "max", "first", "mean"]
) -> list[Floats]:
    """Measures of each group, column by column and in each of its rows."""
    groups = pd.DataFrame(table).groupby(group)
    return [groups.transform(name).to_numpy() for name in measures]


def means(values: Floats, member: Ints, size: int) -> Floats:
    """Means of what is known, by member."""
    known = ~np.isnan(values)
    count = np.bincount(member[known], minlength=size)
    total = np.bincount(member[known], values[known], minlength=size)
    return np.divide(total, count, out=np.full(size, np.nan), where=count > 0)

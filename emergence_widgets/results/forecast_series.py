"""From an EvalResults to the series that forecasts are made from, with sensible picks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..core.forecast.series import SMOOTH_RANGES, ForecastSeries, SmoothKind
from ..core.metrics.loss import to_loss
from ..core.metrics.registry import find_metric, ranked
from .curves import Curves, no_scale
from .eval_results import FRAMES, EvalResults, checked_results
from .schema import SCALES, SchemaError, check_among, nearest

LOSS_COLUMN = "loss of the model"
IN_NATS = " in nats"
AUTO = "auto"


@dataclass(frozen=True)
class NamedSeries:
    """A series, and what its parts are called in the results; "" for what there is not."""

    series: ForecastSeries
    task: str
    line: str  # The curve: a family, or a training run.
    metric: str
    scale: str
    smooth: str
    loss: str
    models: list[str]  # Name of each model, smallest first.


class ForecastTable:
    """The scores of an evaluation by task and curve, ready for forecasts.

    `metric`, `smooth` and `loss` name a sharp metric, a smooth one and a loss, by default the best
    known that a task has; None as `smooth` or `loss`: none is to be used.
    """

    def __init__(
        self,
        results: EvalResults,
        *,
        metric: str | None = None,
        smooth: str | None = AUTO,
        loss: str | None = AUTO,
        scale: str | None = None,
    ) -> None:
        checked_results(results, FRAMES)
        if results.scores.empty:
            raise SchemaError("these results hold no scores; rescore(results, …) makes them")
        self._curves = curves = Curves(replace(results, samples=None))
        named = [name for name in (metric, smooth, loss) if name not in (None, AUTO)]
        check_among("there is no metric", named, curves.metrics)
        check_among("there is no scale", [] if scale is None else [scale], curves.scales)
        if not curves.scales:
            raise no_scale()
        self.metric, self.smooth, self.loss = metric, smooth, loss
        self.scale = scale or curves.usual_scale() or curves.scales[0]
        self.tasks = curves.tasks
        kind = SCALES.index(self.scale)
        self._curve, self._at = curves.run_curve[:, kind], curves.run_at[:, kind]
        self._pairs = self._measured()
        self.lines = list(dict.fromkeys(line for _, line in self._pairs))

    def _measured(self) -> list[tuple[str, str]]:
        """Tasks and curves that were measured together, in the order of tasks and of curves."""
        table = self._curves.reported
        curve = self._curve[table.run]
        there = (curve >= 0) & ~np.isnan(table.value)
        both = np.unique(np.stack([table.task[table.pair], curve], axis=1)[there], axis=0)
        return [(self.tasks[task], self._curves.names[one]) for task, one in both.tolist()]

    def pairs(self, task: str | Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Tasks and curves that were measured together, tasks in order of appearance."""
        wanted = self.tasks if task is None else [task] if isinstance(task, str) else list(task)
        check_among("there is no task", wanted, self.tasks)
        return [pair for one in wanted for pair in self._pairs if pair[0] == one]

    def has_more(self, task: str, line: str) -> bool:
        """Whether a task has a smooth score or a loss beside the sharp one."""
        runs = self._runs(task, line)
        there = [
            metric
            for metric in self._curves.metrics_of[task]
            if np.isin(runs, self._curves.reported_runs(task, metric)).any()
        ]
        return bool(_smooth_first(there))

    def series(self, task: str | None = None, line: str | None = None) -> NamedSeries:
        """The series of one task and curve, by default the first task and its first curve.

        Raises `SchemaError` for an unknown name, a task without a sharp metric, a run at several
        scales, or scores that are no shares.
        """
        task = self.tasks[0] if task is None else task
        lines = [one for _, one in self.pairs(task)]
        line = next(iter(lines), "None") if line is None else line
        check_among(f"{task!r} has no", [line], lines)
        curves, table = self._curves, self._curves.reported
        if task in curves.several_scales:
            raise SchemaError(curves.several_scales[task])
        runs = self._runs(task, line)
        pairs = {name: curves.pairs[task, name] for name in curves.metrics_of[task]}
        found = {name: table.of_runs(pair, runs) for name, pair in pairs.items()}
        found = {name: one for name, one in found.items() if not np.isnan(one[0]).all()}
        metric = self._sharp(found, task)
        at = self._at[runs]
        kept = (at > 0) & np.isfinite(found[metric][0])
        if not kept.any():
            raise SchemaError(
                f"{task}, {line}: no run has both a {self.scale} above 0 and a score under {metric}"
            )
        runs, at = runs[kept], at[kept]
        values = {name: value[kept] for name, (value, _, _) in found.items()}
        values = {name: one for name, one in values.items() if not np.isnan(one).all()}
        smooth = self._smooth(values, metric)
        loss, loss_name = self._loss(values, curves.run_scale[runs, SCALES.index("loss")])
        score = values[metric]
        outside = score[(score < 0) | (score > 1)]
        if len(outside):
            raise SchemaError(
                f"{task}, {line}: {metric} is {outside[0]:g}, and a forecast needs a share "
                "from 0 to 1. Name a sharp metric (metric='exact_match'), or divide by 100"
            )
        chance = float(table.chance[pairs[metric]] / table.unit[pairs[metric]])
        series = ForecastSeries(
            scale=at,
            score=score,
            n_items=found[metric][2][kept],
            smooth=values[smooth] if smooth else None,
            smooth_kind=smooth_kind(smooth, pd.Series(values[smooth]), self._falls(smooth))
            if smooth
            else "share",
            loss=loss,
            chance=chance if 0 <= chance < 1 else 0.0,
            falls=self.scale == "loss",
        )
        models = self._models(runs, at)
        return NamedSeries(series, task, line, metric, self.scale, smooth, loss_name, models)

    def _runs(self, task: str, line: str) -> np.ndarray:
        runs = self._curves.runs_of[task]
        return runs[self._curve[runs] == self._curves.names.index(line)]

    def _models(self, runs: np.ndarray, at: np.ndarray) -> list[str]:
        """Names of the points of a curve: models, with their checkpoints where it is a run's."""
        curves = self._curves
        along = self._curve[runs[0]] >= len(curves.families)
        names: list[str] = []
        for scale in np.unique(at)[:: -1 if self.scale == "loss" else 1]:
            mine = runs[at == scale]
            name = " and ".join(dict.fromkeys(curves.run_model[mine]))
            names.append(f"{name} at {curves.run_checkpoint[mine[0]]:g}" if along else name)
        return names

    def _sharp(self, table: Mapping[str, object], task: str) -> str:
        there = list(table)
        if self.metric is not None:
            check_among(f"{task!r} has no", [self.metric], there)
            return self.metric
        smooth = _smooth_first(there)
        for name in (*ranked(there, "discontinuous"), *there):
            if not self._falls(name) and name not in smooth:
                return name
        raise SchemaError(
            f"{task!r} has no sharp metric that is known; name it (metric=…). "
            f"{nearest('acc', there)}"
        )

    def _smooth(self, values: Mapping[str, np.ndarray], metric: str) -> str:
        if self.smooth != AUTO:
            return self.smooth if self.smooth in values and self.smooth is not None else ""
        return next((one for one in _smooth_first(values) if one != metric), "")

    def _loss(
        self, values: Mapping[str, np.ndarray], of_model: np.ndarray
    ) -> tuple[np.ndarray | None, str]:
        named = [one for one in ranked(values, "loss") if find_metric(one).lower_is_better]
        named.sort(key=_is_perplexity)
        if self.loss != AUTO:
            named = [self.loss] if self.loss is not None and self.loss in values else []
        if named:
            found, kind = values[named[0]], find_metric(named[0]).loss_kind
            if kind == "perplexity":
                return to_loss(found, kind), f"ln {named[0]}"
            if kind == "bits":
                return to_loss(found, kind), f"{named[0]}{IN_NATS}"
            return found, named[0]
        if self.loss == AUTO and not np.isnan(of_model).all():
            return of_model, LOSS_COLUMN
        return None, ""

    def _falls(self, metric: str) -> bool:
        return bool(self._curves.falls[self._curves.metrics.index(metric)])


def _is_perplexity(metric: str) -> bool:
    return find_metric(metric).loss_kind == "perplexity"


def _smooth_first(metrics: Iterable[str]) -> list[str]:
    """Those that move with every output; a loss, which is fitted anyway, is the last choice."""
    names = ranked(metrics, "continuous", "unknown", "loss")
    last = [one for one in ranked(names, "loss") if not _is_perplexity(one)]
    return [*(one for one in names if one not in last), *last]


def smooth_kind(name: str, values: pd.Series, lower_is_better: bool) -> SmoothKind:
    """How a smooth metric becomes a loss, from its name, direction and range."""
    low, high = values.min(), values.max()
    if _is_perplexity(name) and low >= 1:
        return "perplexity"
    if lower_is_better and low >= 0:
        return "error"
    if not lower_is_better and low >= 0 and high <= 1:
        return "share"
    if not lower_is_better and high <= 0:
        return "reward"
    raise SchemaError(
        f"the smooth metric {name!r} goes from {low:g} to {high:g} and "
        f"{'lower' if lower_is_better else 'higher'} is better; expected one of: "
        + "; ".join(SMOOTH_RANGES.values())
    )

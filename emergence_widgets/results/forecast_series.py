"""From an EvalResults to the series that forecasts are made from, with sensible picks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.forecast.series import SMOOTH_RANGES, ForecastSeries, SmoothKind
from ..core.metrics.loss import to_loss
from ..core.metrics.registry import find_metric, ranked
from .eval_results import EvalResults
from .labels import RUN_KEYS, key_of, labelled
from .schema import SCALES, SchemaError, lower_is_better, nearest

TRAINING_SCALES = ("step", "tokens", "flops", "loss")
LOSS_COLUMN = "loss of the model"
IN_NATS = " in nats"
AUTO = "auto"


@dataclass(frozen=True)
class NamedSeries:
    """A series, and what its parts are called in the results.

    Attributes
    ----------
    series
        The scores.
    task, line, metric, scale
        Task, line (a family, or one model in training), sharp metric and scale column.
    smooth, loss
        Names of the smooth metric and of the loss; empty where there is none.
    models
        Shape (models,): name of each model, smallest first.
    """

    series: ForecastSeries
    task: str
    line: str
    metric: str
    scale: str
    smooth: str
    loss: str
    models: list[str]


class ForecastTable:
    """The scores of an evaluation by task and line, ready for forecasts.

    Parameters
    ----------
    results
        Scores of models on tasks.
    metric, smooth, loss
        Sharp metric, smooth metric and loss; by default the best known that a task has. None
        as `smooth` or `loss`: none is to be used.
    scale
        params, flops, tokens, step or loss; by default the first that is there.

    Raises
    ------
    TypeError
        `results` is no EvalResults.
    SchemaError
        An unknown metric or scale.
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
        if not isinstance(results, EvalResults):
            raise TypeError(
                f"results is a {type(results).__name__}; expected an EvalResults: "
                "read_results(…) makes one from files and data frames"
            )
        scores, _ = labelled(results)
        if scores.empty:
            raise SchemaError("these results hold no scores; rescore(results, …) makes them")
        self._metrics = list(dict.fromkeys(scores["metric"]))
        for name in (metric, smooth, loss):
            if name not in (None, AUTO, *self._metrics):
                raise SchemaError(f"there is no metric {name!r}. {nearest(name, self._metrics)}")
        scales = [name for name in SCALES if name in scores and scores[name].notna().any()]
        if scale is not None and scale not in scales:
            raise SchemaError(f"there is no scale {scale!r}. {nearest(scale, scales)}")
        if not scales:
            raise SchemaError(
                "no model has a scale. read_results(…, models={'name': 1.3e9}) tells the sizes"
            )
        self.metric, self.smooth, self.loss = metric, smooth, loss
        self.scale = scale or scales[0]
        self._scores = self._with_lines(scores)
        self.tasks = list(dict.fromkeys(self._scores["task"]))
        self.lines = list(dict.fromkeys(self._scores["line"]))

    def _with_lines(self, scores: pd.DataFrame) -> pd.DataFrame:
        """A line a family; over training, where checkpoints differ, a line a model."""
        run = key_of(scores, ["family", "model", "seed"])
        checkpoint = pd.to_numeric(scores["checkpoint"], errors="coerce").astype(float)
        several = checkpoint.groupby([run, scores["task"]]).transform("nunique") > 1
        family, model = scores["family"].astype(str), scores["model"].astype(str)
        if self.scale in TRAINING_SCALES and several.any():
            seed = scores["seed"].map(lambda one: "" if pd.isna(one) else f", seed {one}")
            seeds = scores["seed"].groupby([family, model]).transform("nunique") > 1
            name = model.where(family == model, family + ", " + model)
            line = (name + seed.where(seeds, "")).where(several, family)
            step = checkpoint.map(lambda at: "" if pd.isna(at) else f" at {at:g}")
            return scores.assign(line=line, size=(model + step).where(several, model))
        last = checkpoint.groupby([run, scores["task"]]).transform("max")
        kept = ~several | (checkpoint == last)
        return scores.assign(line=family, size=model)[kept]

    def pairs(self, task: str | Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Tasks and lines that were measured together, tasks in order of appearance."""
        wanted = self.tasks if task is None else [task] if isinstance(task, str) else list(task)
        for name in wanted:
            if name not in self.tasks:
                raise SchemaError(f"there is no task {name!r}. {nearest(name, self.tasks)}")
        measured = self._scores.loc[self._scores["value"].notna(), ["task", "line"]]
        there = set(measured.itertuples(index=False, name=None))
        return [(one, line) for one in wanted for line in self.lines if (one, line) in there]

    def has_more(self, task: str, line: str) -> bool:
        """Whether a task has a smooth score or a loss beside the sharp one."""
        scores = self._scores
        metrics = set(scores.loc[(scores["task"] == task) & (scores["line"] == line), "metric"])
        return bool(_smooth_first(metrics))

    def series(self, task: str, line: str | None = None) -> NamedSeries:
        """The series of one task and line.

        Parameters
        ----------
        task, line
            Names; by default the first line of the task.

        Raises
        ------
        SchemaError
            An unknown name, a task without a sharp metric, or scores that are no shares.
        """
        lines = [one for _, one in self.pairs(task)]
        line = lines[0] if line is None and lines else line
        if line not in lines:
            raise SchemaError(f"{task!r} has no {line!r}. {nearest(str(line), lines)}")
        chosen = (self._scores["task"] == task) & (self._scores["line"] == line)
        scores = self._scores[chosen]
        metric = self._sharp(scores, task)
        runs = _wide(scores, metric, self.scale)
        runs = runs[(runs["scale"] > 0) & np.isfinite(runs["scale"]) & runs[metric].notna()]
        if runs.empty:
            raise SchemaError(
                f"{task}, {line}: no run has both a {self.scale} above 0 and a score under {metric}"
            )
        smooth = self._smooth(runs, metric)
        loss, loss_name = self._loss(runs)
        outside = runs[metric][(runs[metric] < 0) | (runs[metric] > 1)]
        if len(outside):
            raise SchemaError(
                f"{task}, {line}: {metric} is {outside.iloc[0]:g}, and a forecast needs a share "
                "from 0 to 1. Name a sharp metric (metric='exact_match'), or divide by 100"
            )
        chance = runs["chance"].max()
        falls = lower_is_better(scores[scores["metric"] == smooth], smooth)
        series = ForecastSeries(
            scale=runs["scale"].to_numpy(),
            score=runs[metric].to_numpy(),
            n_items=runs["n_items"].to_numpy(),
            smooth=runs[smooth].to_numpy() if smooth else None,
            smooth_kind=smooth_kind(smooth, runs[smooth], falls) if smooth else "share",
            loss=loss,
            chance=float(chance) if 0 <= chance < 1 else 0.0,
            size=runs["size"].to_numpy(dtype=str),
            falls=self.scale == "loss",
        )
        names = dict(zip(series.model.tolist(), np.asarray(series.size).tolist(), strict=True))
        models = [str(names[number]) for number in range(series.models)]
        return NamedSeries(
            series, task, line, metric, self.scale, smooth, loss_name if loss is not None else "",
            models,
        )  # fmt: skip

    def _sharp(self, scores: pd.DataFrame, task: str) -> str:
        there = list(dict.fromkeys(scores.loc[scores["value"].notna(), "metric"]))
        if self.metric is not None:
            if self.metric not in there:
                raise SchemaError(f"{task!r} has no {self.metric!r}. {nearest(self.metric, there)}")
            return self.metric
        smooth = _smooth_first(there)
        for name in (*ranked(there, "discontinuous"), *there):
            falls = lower_is_better(scores[scores["metric"] == name], name)
            if not falls and name not in smooth:
                return name
        raise SchemaError(
            f"{task!r} has no sharp metric that is known; name it (metric=…). "
            f"{nearest('acc', there)}"
        )

    def _smooth(self, runs: pd.DataFrame, metric: str) -> str:
        if self.smooth != AUTO:
            return self.smooth if self.smooth in runs and self.smooth is not None else ""
        return next((one for one in _smooth_first(map(str, runs)) if one != metric), "")

    def _loss(self, runs: pd.DataFrame) -> tuple[np.ndarray | None, str]:
        named = [one for one in ranked(map(str, runs), "loss") if find_metric(one).lower_is_better]
        named.sort(key=_is_perplexity)
        if self.loss != AUTO:
            named = [self.loss] if self.loss is not None and self.loss in runs else []
        if named:
            values, kind = runs[named[0]].to_numpy(dtype=float), find_metric(named[0]).loss_kind
            if kind == "perplexity":
                return to_loss(values, kind), f"ln {named[0]}"
            if kind == "bits":
                return to_loss(values, kind), f"{named[0]}{IN_NATS}"
            return values, named[0]
        if self.loss == AUTO and runs["loss of the model"].notna().any():
            return runs[LOSS_COLUMN].to_numpy(dtype=float), LOSS_COLUMN
        return None, ""


def _is_perplexity(metric: str) -> bool:
    return find_metric(metric).loss_kind == "perplexity"


def _smooth_first(metrics: Iterable[str]) -> list[str]:
    """Those that move with every output; a loss, which is fitted anyway, is the last choice."""
    names = ranked(metrics, "continuous", "unknown", "loss")
    last = [one for one in ranked(names, "loss") if not _is_perplexity(one)]
    return [*(one for one in names if one not in last), *last]


def _wide(scores: pd.DataFrame, metric: str, scale: str) -> pd.DataFrame:
    """One row a run, one column a metric."""
    keys = key_of(scores, list(RUN_KEYS))
    values = scores.assign(key=keys)
    wide = values.pivot_table("value", "key", "metric", aggfunc="first", sort=False)
    sharp = scores["metric"] == metric
    first = scores.groupby(keys, sort=False)
    told = (
        scores.reindex(columns=["n_items", "chance"])[sharp]
        .groupby(keys[sharp], sort=False)
        .first()
    )
    loss = first["loss"].first() if "loss" in scores else np.nan
    return wide.assign(
        scale=pd.to_numeric(first[scale].first(), errors="coerce").astype(float),
        size=first["size"].first(),
        n_items=told["n_items"].astype(float),
        chance=told["chance"].astype(float),
        **{LOSS_COLUMN: loss},
    )


def smooth_kind(name: str, values: pd.Series, lower_is_better: bool) -> SmoothKind:
    """How a smooth metric becomes a loss, from its name, direction and range.

    Parameters
    ----------
    name
        Name of the metric.
    values
        Its values.
    lower_is_better
        Its direction.

    Raises
    ------
    SchemaError
        Values without a best one at 0 or 1.
    """
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

"""What each curve of an evaluation shows of progress, and several curves as one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.metrics.loss import Floats
from ..core.metrics.text import Tokens
from ..core.statistics.bootstrap import (
    CountNoise,
    ItemNoise,
    NormalNoise,
    ScoreNoise,
    order_statistics,
)
from ..core.statistics.measures import null_level
from ..core.statistics.progress import TOLD_APART, progress
from .curves import Curves, means
from .evidence import MetricValues, TaskScores

ENDS = (0.025, 0.975)
CONFIDENCE = 0.95
MEASURES = (
    "steps", "ups", "residual", "spearman", "largest_step", "linear", "value", "resolved",
    "resolved_falls", "signal_to_noise", "stability",
)  # fmt: skip
AT_ENDS = ("at_zero", "at_chance", "at_best")


@dataclass(frozen=True, eq=False)
class AuditCurve:
    """A curve from its weakest scale to its strongest, turned so that higher is better."""

    task: str
    metric: str
    family: str
    value: Floats  # By point that has a finite score, as the next two.
    stderr: Floats
    n_items: Floats
    items: Floats | None  # Shape (points, items): scores of the same items; None: not known.
    chance: float
    worst: float
    best: float
    counted: bool  # Whether scores are shares of items that are each right or wrong.
    not_finite: int  # How many points are left out.
    same_items: float  # The number of items, where it is the same at every point; else NaN.

    @property
    def noise(self) -> str:
        """What is known of the noise: items, counts, errors or unknown."""
        if self.items is not None:
            return "items"
        if self.counted:
            return "counts"
        return "errors" if np.isfinite(self.stderr).all() else "unknown"


def audit_curves(curves: Curves, scales: dict[str, str], tokens: Tokens) -> list[AuditCurve]:
    """All curves on each task's scale; those of a task at several scales have no points."""
    found: list[AuditCurve] = []
    for task in curves.tasks:
        if scales[task]:
            scores = TaskScores(curves, task, tokens)
            for metric in scores.metrics:
                values = scores.of(metric, check=False)
                found += _of_metric(curves, task, scales[task], values, metric)
    return found


def _of_metric(
    curves: Curves, task: str, scale: str, values: MetricValues, metric: str
) -> Iterator[AuditCurve]:
    runs, curve, at = curves.on_scale(task, scale)
    reported = curves.reported_runs(task, metric)
    for one in map(int, np.unique(curve[curve >= 0])):
        rows = np.flatnonzero(curve == one)
        found = values.better(rows)
        there = np.isfinite(found.value[rows])
        # A score that is not finite is a point that is left out, and said so.
        rows = rows[there | np.isin(runs[rows], reported)] if found.items is None else rows[there]
        if len(rows) == 0:
            continue
        order = -at[rows] if scale == "loss" else at[rows]
        levels, member = np.unique(order, return_inverse=True)
        size, sign = len(levels), -1.0 if found.lower_is_better else 1.0
        value, n_items = found.value[rows], found.n_items[rows]
        items = None
        if found.items is None:
            mean = sign * means(value, member, size)
            fewest = np.full(size, np.inf)
            np.fmin.at(fewest, member, n_items)
            fewest[np.isinf(fewest)] = np.nan
        else:
            items = sign * _item_means(found.items[rows], member, size)
            fewest = np.isfinite(items).sum(axis=1).astype(float)
            mean = np.nansum(items, axis=1) / fewest
        shares = (n_items > 0) & ~((value < 0) | (value > 1))
        # Seeds answer the same items, so that their mean is no surer than each of them.
        stderr = np.sqrt(means(found.stderr[rows] ** 2, member, size))
        kept = np.isfinite(mean) & (task not in curves.several_scales)
        yield AuditCurve(
            task, metric, curves.names[one], mean[kept], stderr[kept], fewest[kept],
            items=None if items is None else items[kept],
            chance=sign * found.chance,
            worst=sign * values.worst + 0.0,
            best=sign * found.best + 0.0,
            counted=found.counted and not found.lower_is_better and bool(shares.all()),
            not_finite=int((~kept).sum()),
            same_items=_only(fewest[~np.isnan(fewest)]),
        )  # fmt: skip


def _item_means(items: np.ndarray, member: np.ndarray, size: int) -> np.ndarray:
    """Means over the runs of each point, item by item."""
    if size == len(items):
        return items[np.argsort(member)]
    known = np.isfinite(items)
    total, count = np.zeros((2, size, items.shape[1]))
    np.add.at(total, member, np.where(known, items, 0.0))
    np.add.at(count, member, known)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / count, np.nan)


def measured_curves(
    curves: list[AuditCurve], *, draws: int, seed: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """A row a curve; and (2, curves, draws) replicates of rank correlation, breakthroughness."""
    names = ("task", "metric", "family", "not_finite", "chance", "worst")
    table = pd.DataFrame({name: [getattr(one, name) for one in curves] for name in names}).assign(
        points=[len(one.value) for one in curves],
        n_items=[one.same_items for one in curves],
        **dict.fromkeys((*MEASURES, *AT_ENDS), np.nan),
    )
    replicates = np.full((2, len(curves), draws), np.nan)
    # Curves of one kind and length are measured together; of items, those of one task.
    together: dict[tuple[str, int, str], list[int]] = {}
    for place, one in enumerate(curves):
        if len(one.value) >= 2:
            task = one.task if one.noise == "items" else ""
            together.setdefault((one.noise, len(one.value), task), []).append(place)
    for number, ((kind, _, _), places) in enumerate(together.items()):
        part = [curves[place] for place in places]
        mean = _stacked(part, "value")
        # Items of one task are drawn alike; other noise is drawn anew.
        anew = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        drawn = seed if kind == "items" else anew
        shown = progress(mean, _noise(kind, part), draws=draws, seed=drawn)
        for name in MEASURES:
            table.loc[places, name] = getattr(shown, name)
        chance, worst, best = (
            _stacked(part, name)[:, np.newaxis] for name in ("chance", "worst", "best")
        )
        reach = TOLD_APART * np.nan_to_num(shown.point_stderr)
        at_zero, at_best = mean == worst, mean == best
        at_chance = (mean <= chance + reach) & ~at_zero & ~at_best
        for name, there in zip(AT_ENDS, (at_zero, at_chance, at_best), strict=True):
            table.loc[places, name] = there.sum(axis=1).astype(float)
        replicates[0, places] = shown.spearman_draws
        replicates[1, places] = shown.value_draws
    return table.assign(null=null_level(table["points"].to_numpy(), CONFIDENCE)), replicates


def _stacked(curves: list[AuditCurve], name: str) -> Floats:
    return np.stack([getattr(one, name) for one in curves])


def _noise(kind: str, curves: list[AuditCurve]) -> ScoreNoise | None:
    if kind == "items":
        return ItemNoise(_stacked(curves, "items"))
    if kind == "counts":
        return CountNoise(_stacked(curves, "value"), _stacked(curves, "n_items"))
    if kind == "errors":
        return NormalNoise(_stacked(curves, "value"), _stacked(curves, "stderr"))
    return None


def pooled(table: pd.DataFrame, replicates: np.ndarray, by: list[str]) -> pd.DataFrame:
    """A row for each of `by`: sums of steps, means weighted by steps, medians of ratios."""
    code = table.groupby(by, sort=False).ngroup().to_numpy()
    columns = {name: table[name].to_numpy() for name in table.columns}
    rows = [
        _row({name: column[mine] for name, column in columns.items()}, replicates[:, mine])
        for mine in (code == one for one in range(code.max() + 1))
    ]
    return pd.concat([table[by].drop_duplicates(ignore_index=True), pd.DataFrame(rows)], axis=1)


def _row(curves: dict[str, np.ndarray], replicates: np.ndarray) -> dict[str, float]:
    judged = curves["points"] >= 2
    noisy = judged & np.isfinite(curves["resolved"])
    steps, points = (np.where(judged, curves[name], 0.0) for name in ("steps", "points"))
    uneven = judged & np.isfinite(curves["residual"])
    residual = _mean(curves["residual"] ** 2, points, uneven)
    with_noise = bool(noisy.any() and (noisy == judged).all())
    lower, upper, least, most = np.full(4, np.nan)
    if with_noise:
        weight = steps[judged] / steps[judged].sum()
        lower, upper = order_statistics(weight @ np.nan_to_num(replicates[0, judged]), ENDS)
        least, most = order_statistics(_middle(replicates[1, judged]), ENDS)
    null = curves["null"][:, np.newaxis]
    above = (np.abs(replicates[1]) > null).mean(axis=-1)
    with np.errstate(invalid="ignore"):
        over_null = np.abs(curves["value"]) / curves["null"]
    return {
        "families": len(set(curves["family"][judged])),
        "curves": int(judged.sum()),
        "most_points": int(curves["points"].max()),
        "points": int(points.sum()),
        "steps": float(steps.sum()),
        "not_finite": int(curves["not_finite"].sum()),
        **{name: _only(curves[name]) for name in ("n_items", "chance", "worst", "largest_step")},
        **{name: _total(curves[name], judged) for name in (*AT_ENDS, "ups")},
        **{name: _with_constants(curves[name], steps, judged) for name in ("spearman", "linear")},
        "told_apart": _total(curves["resolved"], noisy),
        "noisy_steps": _total(curves["steps"], noisy),
        "resolved_falls": _total(curves["resolved_falls"], noisy),
        "isotonic_residual": float(np.sqrt(residual)),
        "spearman_lower": lower,
        "spearman_upper": upper,
        "signal_to_noise": float(_middle(curves["signal_to_noise"][noisy])),
        "stability": _mean(curves["stability"], steps, noisy),
        "breakthroughness": float(_middle(curves["value"][judged])),
        "breakthroughness_lower": least,
        "breakthroughness_upper": most,
        "over_null": float(_middle(over_null[judged])),
        "above_null": _mean(above, steps, noisy),
    }


def _total(values: np.ndarray, chosen: np.ndarray) -> float:
    return float(values[chosen].sum()) if chosen.any() else float("nan")


def _mean(values: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> float:
    total = weight[chosen].sum()
    return float(values[chosen] @ weight[chosen] / total) if total > 0 else float("nan")


def _with_constants(values: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> float:
    """A mean in which constants, beside other curves, count as 0: they show nothing."""
    if np.isnan(values[chosen]).all():
        return float("nan")
    return _mean(np.nan_to_num(values), weight, chosen)


def _middle(values: np.ndarray) -> np.ndarray:
    """Median over the first axis, without NaN; one of the values."""
    if len(values) == 0:
        return np.full(values.shape[1:], np.nan)
    return order_statistics(np.moveaxis(values, 0, -1), (0.5,))[0]


def _only(values: np.ndarray) -> float:
    return float(values[0]) if len(np.unique(values)) == 1 else float("nan")

"""The jump of a curve: the narrowest stretch of scale that holds half of its rise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from ..arrays import Floats
from ..statistics.explained_by_loss import steepest_stretch
from ..statistics.intervals import wilson_interval
from .evidence import Evidence, Levels, Measured, effective_items, item_variance, levels_of


@dataclass(frozen=True)
class Jump:
    """Where a score rises most steeply."""

    start: int  # levels at its two sides
    end: int
    low: float  # scores there (means over seeds), as reported
    high: float
    low_interval: tuple[float, float]  # 95%: Wilson's for shares of items, else from errors
    high_interval: tuple[float, float]
    decades: float  # its width in log10 of the scale


def find_jump(evidence: Evidence) -> Jump | None:
    """The jump of the judged score, None where it nowhere rises."""
    score = evidence.score
    levels = levels_of(evidence, score)
    if len(levels) < 2:
        return None
    means = levels.mean(score.value)
    steepest = _steepest(levels, -means if score.lower_is_better else means)
    if steepest is None:
        return None
    start, end = steepest
    return Jump(
        start=start,
        end=end,
        low=float(means[start]),
        high=float(means[end]),
        low_interval=_interval(score, levels, start),
        high_interval=_interval(score, levels, end),
        decades=float(levels.decades[end] - levels.decades[start]),
    )


def _steepest(levels: Levels, means: Floats) -> tuple[int, int] | None:
    rising = isotonic_regression(means, weights=levels.runs).x
    rise = rising[-1] - rising[0]
    if rise <= 1e-12 * max(float(np.abs(means).max()), 1e-300):
        return None
    return steepest_stretch(levels.decades, rising)


def _interval(score: Measured, levels: Levels, level: int) -> tuple[float, float]:
    """Interval of one level: of a single test of its items, whatever the number of seeds."""
    mine = levels.member == level
    value = float(score.value[mine].mean())
    items = effective_items(score)[mine]
    n = float(np.nanmin(items)) if np.isfinite(items).any() else 0.0
    if score.counted and n > 0 and 0 <= value <= 1:
        low, high = wilson_interval(value * n, n)
        return float(low), float(high)
    error = float(np.sqrt(item_variance(score)[mine].mean()))
    return value - 1.96 * error, value + 1.96 * error

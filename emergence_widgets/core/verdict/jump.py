"""The jump of a curve: the narrowest stretch of scale that holds half of its rise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import norm

from ..arrays import Floats
from ..statistics.explained_by_loss import steepest_stretch
from ..statistics.intervals import bootstrap_scores, wilson_interval
from .evidence import Evidence, Levels, Measured, between_runs, item_variance, levels_of


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
    difference: float  # its height, positive where better
    stderr: float  # of that, over items (paired over models where they are known) and seeds
    p_value: float  # one-sided, times the stretches of its width that might be the steepest
    paired: bool  # whether the items are known

    @property
    def overlap(self) -> bool:
        """Whether the intervals at its two sides overlap."""
        rises = self.high >= self.low
        below, above = self.low_interval, self.high_interval
        return below[1] >= above[0] if rises else above[1] >= below[0]


def find_jump(evidence: Evidence, *, draws: int, seed: int) -> Jump | None:
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
    difference = float(abs(means[end] - means[start]))
    stderr = _stderr(score, levels, start, end, draws=draws, seed=seed)
    z = difference / stderr if stderr > 0 else np.inf
    p_value = float(norm.sf(z)) if np.isfinite(stderr) else float("nan")
    width = float(levels.decades[end] - levels.decades[start])
    # Stretches as wide as the jump that lie side by side on the scale.
    stretches = float(levels.decades[-1] - levels.decades[0]) / width
    return Jump(
        start=start,
        end=end,
        low=float(means[start]),
        high=float(means[end]),
        low_interval=_interval(score, levels, start),
        high_interval=_interval(score, levels, end),
        decades=width,
        difference=difference,
        stderr=stderr,
        p_value=min(p_value * stretches, 1.0),
        paired=score.items is not None,
    )


def _steepest(levels: Levels, means: Floats) -> tuple[int, int] | None:
    rising = isotonic_regression(means, weights=levels.runs).x
    rise = rising[-1] - rising[0]
    if rise <= 1e-12 * max(float(np.abs(means).max()), 1e-300):
        return None
    return steepest_stretch(levels.decades, rising)


def _stderr(
    score: Measured, levels: Levels, start: int, end: int, *, draws: int, seed: int
) -> float:
    """Standard error of the difference between two levels, over items and over seeds."""
    seeds, _ = between_runs(levels, score.value)
    runs = levels.runs
    of_seeds = float(seeds[start] / runs[start] + seeds[end] / runs[end])
    if score.items is not None:
        sides = np.stack([score.items[levels.member == side].mean(axis=0) for side in (start, end)])
        replicates = bootstrap_scores(sides, draws=draws, seed=seed)
        # A side without a single success has no spread of its own: one item in n is the least.
        least = 1 / sides.shape[-1] ** 2 if score.counted else 0.0
        of_items = max(float(np.var(replicates[:, 1] - replicates[:, 0])), least)
    else:
        variance = item_variance(score)
        of_items = float(variance[levels.member == start].mean())
        of_items += float(variance[levels.member == end].mean())
    return float(np.sqrt(of_items + of_seeds))


def _interval(score: Measured, levels: Levels, level: int) -> tuple[float, float]:
    """Interval of one level: of a single test of its items, whatever the number of seeds."""
    mine = levels.member == level
    value = float(score.value[mine].mean())
    n = float(np.nanmin(score.n_items[mine])) if np.isfinite(score.n_items[mine]).any() else 0.0
    if score.counted and n > 0 and 0 <= value <= 1:
        low, high = wilson_interval(value * n, n)
        return float(low), float(high)
    error = float(np.sqrt(item_variance(score)[mine].mean()))
    return value - 1.96 * error, value + 1.96 * error

"""Measures of emergence: how abruptly a score rises with scale, beside what noise would do.

Scores are ordered by scale along one axis, higher is better; of the scale itself only the
order counts. NaN points are left out of their series.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression

from ..arrays import Floats, refuse

BLOCK = 1 << 18  # Scores measured at once: as many as stay near the processor.
ROUNDING = 1e-14  # Relative; differences up to this come from means of equal scores.
EXACT = 20  # Up to so many points each number is simulated: odd and even numbers differ.
KNOTS = (20, 25, 30, 40, 60, 90, 130, 200, 400, 1000, 3000, 10_000, 100_000, 1_000_000)
MOST_SIMULATED = 4_000_000


def breakthroughness(
    scores: ArrayLike, *, axis: int = -1, resolution: ArrayLike | None = None
) -> Floats:
    """Emergence score: the rise over the root of the median squared step.

    ``sign(argmax y - argmin y) (max y - min y) / sqrt(median((y[i+1] - y[i])**2))``.
    Affine maps with positive slope leave it unchanged; other monotone maps (a logarithm)
    do not.

    Parameters
    ----------
    scores
        Ordered by scale along `axis`, higher is better (negate others); any other axes.
    axis
        The scale axis.
    resolution
        Smallest step the test can show, such as ``1 / (2 * n_items)``: a smaller median step
        counts as this. Broadcast against the result. Without it a zero median step under a
        rise gives plus or minus infinity.

    Returns
    -------
    numpy.ndarray
        `scores` without `axis`. A straight ramp of n points gives n - 1; a constant, fewer
        than two points that are not NaN, or an infinite point gives NaN.

    References
    ----------
    Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004), Eq. 1, after Srivastava et al.
    2022 (BIG-bench).

    Examples
    --------
    >>> float(breakthroughness([0.0, 1.0, 2.0, 3.0]))
    3.0
    >>> float(breakthroughness([0.0, 0.0, 0.0, 1.0], resolution=0.01))
    100.0
    """
    return _rise_over_step(scores, axis, resolution, _median_step)


def linearity(scores: ArrayLike, *, axis: int = -1, resolution: ArrayLike | None = None) -> Floats:
    """The rise over the root of the mean squared step.

    As `breakthroughness`, with the mean in place of the median: one great step is no longer
    forgotten, so that a jump gives little and a steady rise much.

    Parameters
    ----------
    scores, axis, resolution
        As for `breakthroughness`.

    Returns
    -------
    numpy.ndarray
        `scores` without `axis`; n - 1 for a straight ramp of n points.

    References
    ----------
    After BIG-bench (Srivastava et al. 2022); no normalisation is applied.

    Examples
    --------
    >>> float(linearity([0.0, 0.0, 0.0, 1.0])) < float(linearity([0.0, 1.0, 2.0, 3.0]))
    True
    """
    return _rise_over_step(scores, axis, resolution, _mean_step)


def _rise_over_step(
    scores: ArrayLike, axis: int, resolution: ArrayLike | None, typical: Callable[[Floats], Floats]
) -> Floats:
    """The rise of each series over its typical step, whatever the gaps."""
    y = np.moveaxis(np.asarray(scores, dtype=float), axis, -1)
    series = y.reshape(math.prod(y.shape[:-1]), y.shape[-1])
    rise, step = np.zeros((2, len(series)))
    block = max(BLOCK // max(y.shape[-1], 1), 1)
    for start in range(0, len(series), block):
        here = slice(start, start + block)
        for rows, whole in _without_gaps(series[here]):
            upwards = np.sign(np.argmax(whole, axis=-1) - np.argmin(whole, axis=-1))
            rise[here][rows] = upwards * (whole.max(axis=-1) - whole.min(axis=-1))
            step[here][rows] = typical(np.abs(np.diff(whole, axis=-1)))
    rises, steps = rise.reshape(y.shape[:-1]), step.reshape(y.shape[:-1])
    if resolution is not None:
        steps = np.maximum(steps, np.asarray(resolution, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        # 0/0 is a constant: it has no rise whose steepness could be asked for.
        return np.where(rises != 0, rises / steps, np.nan)


def _without_gaps(series: Floats) -> Iterator[tuple[slice | NDArray[np.bool_], Floats]]:
    """Which series have equally many known points, and these points; none that is infinite."""
    if series.shape[-1] >= 2 and np.isfinite(series).all():
        yield slice(None), series
        return
    known = ~np.isnan(series)
    counts = np.where(np.isinf(series).any(axis=-1), 0, known.sum(axis=-1))
    for count in np.unique(counts[counts >= 2]):
        rows = counts == count
        yield rows, series[rows][known[rows]].reshape(-1, count)


def _median_step(steps: Floats) -> Floats:
    """Root of the median square, without squares that overflow or vanish."""
    middles = [(steps.shape[-1] - 1) // 2, steps.shape[-1] // 2]
    ordered = np.partition(steps, sorted(set(middles)), axis=-1)
    lower, upper = np.moveaxis(ordered[:, middles], -1, 0)
    share = lower / np.where(upper > 0, upper, 1.0)
    return upper * np.sqrt((share**2 + 1) / 2)


def _mean_step(steps: Floats) -> Floats:
    """Root of the mean square, without squares that overflow or vanish."""
    top = steps.max(axis=-1, keepdims=True)
    share = steps / np.where(top > 0, top, 1.0)
    return top[..., 0] * np.sqrt(np.mean(share**2, axis=-1))


def transition_width(
    scale: ArrayLike, score: ArrayLike, *, low: float = 0.1, high: float = 0.9
) -> float:
    """Decades of scale between two shares of a score's rise.

    The score is first made monotone (isotonic regression) and then read by linear
    interpolation in log10 of the scale.

    Parameters
    ----------
    scale
        Shape (n,), above 0, any order; several points at one scale count as their mean.
    score
        Shape (n,), higher is better; points that are not finite are left out.
    low, high
        Shares of the rise, ``0 <= low < high <= 1``.

    Returns
    -------
    float
        Decades, at least 0; NaN when the score nowhere rises or has only one scale.

    Raises
    ------
    ValueError
        Shapes that differ, a scale that is not above 0, or shares out of order.

    Examples
    --------
    >>> round(transition_width([1e6, 1e7, 1e8], [0.0, 0.5, 1.0]), 3)
    1.6
    """
    x, y = np.asarray(scale, dtype=float), np.asarray(score, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"scale has shape {x.shape} and score {y.shape}; expected one axis alike")
    if not 0 <= low < high <= 1:
        raise ValueError(f"low is {low} and high is {high}; expected 0 <= low < high <= 1")
    refuse("scale holds {}; a logarithmic width needs sizes above 0", x, x <= 0)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) < 2:
        return float("nan")
    # Points at one scale (seeds) count as their mean, so that their order does not matter.
    scales, member, count = np.unique(x, return_inverse=True, return_counts=True)
    decades = np.log10(scales)
    means = np.bincount(member, weights=y) / count
    rising = isotonic_regression(means, weights=count).x
    rise = rising[-1] - rising[0]
    if rise <= ROUNDING * np.abs(means).max():
        return float("nan")
    share = (rising - rising[0]) / rise
    # Where the curve rests on a share, the transition starts late and ends early.
    start = _crossing(decades, share, low, "right")
    end = _crossing(decades, share, high, "left")
    return max(end - start, 0.0)


def _crossing(x: Floats, share: Floats, level: float, side: Literal["left", "right"]) -> float:
    after = int(np.searchsorted(share, level, side=side))
    part = (level - share[after - 1]) / (share[after] - share[after - 1])
    return float(x[after - 1] + part * (x[after] - x[after - 1]))


def onset(scale: ArrayLike, lower: ArrayLike, chance: ArrayLike = 0.0) -> Floats:
    """Smallest scale whose lower confidence bound lies above chance.

    Parameters
    ----------
    scale
        Shape (n,), any order; a scale that is not known (NaN) is left out.
    lower
        Lower confidence bounds of the score, shape (..., n), higher is better.
    chance
        Chance level, broadcast against `lower`.

    Returns
    -------
    numpy.ndarray
        Shape of `lower` without its last axis; NaN where no bound lies above chance.

    Raises
    ------
    ValueError
        `scale` and the last axis of `lower` of different lengths.

    Examples
    --------
    >>> float(onset([1e6, 1e7, 1e8], [0.0, 0.28, 0.6], chance=0.25))
    10000000.0
    """
    x, lower = np.asarray(scale, dtype=float), np.asarray(lower, dtype=float)
    if x.ndim != 1 or lower.shape[-1:] != x.shape:
        raise ValueError(f"scale is {x.shape}, lower {lower.shape}; expected (n,) and (..., n)")
    above = (lower > np.asarray(chance, dtype=float)) & ~np.isnan(x)
    reached = np.where(above, x, np.inf).min(axis=-1, initial=np.inf)
    return np.where(np.isfinite(reached), reached, np.nan)


def breakthroughness_null(n: int, q: ArrayLike, *, draws: int = 20_000, seed: int = 0) -> Floats:
    """Quantiles of the absolute breakthroughness of pure noise.

    Parameters
    ----------
    n
        Points in a series, at least 2.
    q
        Quantiles, in [0, 1].
    draws
        Simulated series of independent standard normal points.
    seed
        Seed of the simulation.

    Returns
    -------
    numpy.ndarray
        The shape of `q`. With n = 8 the median is about 2.8 and the 95th percentile 6.2.

    Raises
    ------
    ValueError
        `n` below 2, or `draws` below 1.

    Examples
    --------
    >>> bool(6.0 < breakthroughness_null(8, 0.95) < 6.5)
    True
    """
    if n < 2:
        raise ValueError(f"n is {n}; a series has at least 2 points")
    if draws < 1:
        raise ValueError(f"draws is {draws}; expected at least 1")
    noise = _noise(int(n), int(draws), int(seed))
    return np.asarray(np.quantile(noise, np.asarray(q, dtype=float)), dtype=float)


@lru_cache(maxsize=128)
def _noise(n: int, draws: int, seed: int) -> Floats:
    noise = np.random.default_rng([seed, n]).standard_normal((draws, n))
    return np.abs(breakthroughness(noise))


def null_level(points: ArrayLike, q: float) -> Floats:
    """Quantile of the absolute breakthroughness of noise, by the number of points; NaN below 2."""
    # Above 20 points it is read between simulated numbers of points, linearly in the logarithm.
    points = np.asarray(points, dtype=np.intp)
    numbers, which = np.unique(points, return_inverse=True)
    levels = np.full(len(numbers), np.nan)
    few = (numbers >= 2) & (numbers <= EXACT)
    levels[few] = [_simulated(n, q) for n in numbers[few].tolist()]
    many = numbers > EXACT
    if many.any():
        least, most = int(numbers[many].min()), min(int(numbers.max()), KNOTS[-1])
        near = range(bisect_right(KNOTS, least) - 1, bisect_left(KNOTS, most) + 1)
        knots = [KNOTS[place] for place in near]
        levels[many] = np.interp(
            np.log(numbers[many]), np.log(knots), [_simulated(n, q) for n in knots]
        )
    return levels[which].reshape(points.shape)


def _simulated(n: int, q: float) -> float:
    draws = int(np.clip(MOST_SIMULATED // n, 40, 20_000))
    return float(breakthroughness_null(n, q, draws=draws))

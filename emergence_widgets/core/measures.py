"""Measures of emergence: how abruptly a score rises with scale, beside what noise would do.

Scores are ordered by scale along one axis, higher is better; of the scale itself only the
order counts. NaN points are left out of their series.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression

Floats = NDArray[np.float64]


def orient(scores: ArrayLike, lower_is_better: ArrayLike) -> Floats:
    """Turn lower-is-better scores round, so that higher is better.

    Parameters
    ----------
    scores
        Any shape.
    lower_is_better
        Boolean, broadcast against `scores`.

    Returns
    -------
    numpy.ndarray
        `scores`, negated where lower is better.

    Examples
    --------
    >>> orient([3.0, 1.0], True)
    array([-3., -1.])
    """
    scores = np.asarray(scores, dtype=float)
    return np.where(lower_is_better, -scores, scores)


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
        Ordered by scale along `axis`, higher is better (see `orient`); any other axes.
    axis
        The scale axis.
    resolution
        Smallest step the test can show, such as ``1 / (2 * n_items)``: a smaller median step
        counts as this. Broadcast against the result. Without it a zero median step under a
        rise gives plus or minus infinity.

    Returns
    -------
    numpy.ndarray
        `scores` without `axis`. A straight ramp of n points gives n - 1; a constant, or
        fewer than two points that are not NaN, gives NaN.

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
    return _rise_over_step(scores, axis, resolution, np.nanmedian)


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
    return _rise_over_step(scores, axis, resolution, np.nanmean)


def _rise_over_step(
    scores: ArrayLike, axis: int, resolution: ArrayLike | None, average: Callable[..., Floats]
) -> Floats:
    y = np.moveaxis(np.asarray(scores, dtype=float), axis, -1)
    if y.shape[-1] < 2:
        return np.full(y.shape[:-1], np.nan)
    y = _gaps_last(y)
    known = ~np.isnan(y)
    low = np.where(known, y, np.inf)
    high = np.where(known, y, -np.inf)
    direction = np.sign(np.argmax(high, axis=-1) - np.argmin(low, axis=-1))
    enough = known.sum(axis=-1) >= 2
    squares = np.diff(y, axis=-1) ** 2
    squares[~enough] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = direction * (high.max(axis=-1) - low.min(axis=-1))
        step = np.sqrt(average(squares, axis=-1))
        if resolution is not None:
            step = np.maximum(step, np.asarray(resolution, dtype=float))
        # 0/0 is a constant: it has no rise whose steepness could be asked for.
        return np.where(enough & (rise != 0), rise / step, np.nan)


def _gaps_last(y: Floats) -> Floats:
    """Close up NaN gaps, keeping the order of the points that are known."""
    missing = np.isnan(y)
    if not missing.any():
        return y
    return np.take_along_axis(y, np.argsort(missing, axis=-1, kind="stable"), axis=-1)


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
        `n` below 2.

    Examples
    --------
    >>> bool(6.0 < breakthroughness_null(8, 0.95) < 6.5)
    True
    """
    if n < 2:
        raise ValueError(f"n is {n}; a series has at least 2 points")
    noise = _noise(int(n), int(draws), int(seed))
    return np.asarray(np.quantile(noise, np.asarray(q, dtype=float)), dtype=float)


@lru_cache(maxsize=128)
def _noise(n: int, draws: int, seed: int) -> Floats:
    noise = np.random.default_rng([seed, n]).standard_normal((draws, n))
    return np.abs(breakthroughness(noise))


def transition_width(
    scale: ArrayLike, score: ArrayLike, *, low: float = 0.1, high: float = 0.9
) -> float:
    """Decades of scale between two shares of a score's rise.

    The score is first made monotone (isotonic regression) and then read by linear
    interpolation in log10 of the scale.

    Parameters
    ----------
    scale
        Shape (n,), above 0, any order.
    score
        Shape (n,), higher is better; NaN points are left out.
    low, high
        Shares of the rise, ``0 <= low < high <= 1``.

    Returns
    -------
    float
        Decades, at least 0; NaN when the score nowhere rises or has fewer than two points.

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
    if np.any(x <= 0):
        raise ValueError(f"scale holds {x[x <= 0][0]:g}; a logarithmic width needs sizes above 0")
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) < 2:
        return float("nan")
    order = np.argsort(x, kind="stable")
    decades = np.log10(x[order])
    rising = isotonic_regression(y[order]).x
    rise = rising[-1] - rising[0]
    if rise <= 0:
        return float("nan")
    share = (rising - rising[0]) / rise
    # Where the curve rests on a share, the transition starts late and ends early.
    start = _last_at(decades, share, low)
    end = _first_at(decades, share, high)
    return float(max(end - start, 0.0))


def _first_at(x: Floats, share: Floats, level: float) -> float:
    after = int(np.searchsorted(share, level, side="left"))
    return _cross(x, share, level, after)


def _last_at(x: Floats, share: Floats, level: float) -> float:
    after = int(np.searchsorted(share, level, side="right"))
    return _cross(x, share, level, min(after, len(x) - 1))


def _cross(x: Floats, share: Floats, level: float, after: int) -> float:
    if after == 0:
        return float(x[0])
    before = after - 1
    climb = share[after] - share[before]
    part = 1.0 if climb == 0 else (level - share[before]) / climb
    return float(x[before] + part * (x[after] - x[before]))


def onset(scale: ArrayLike, lower: ArrayLike, chance: ArrayLike = 0.0) -> Floats:
    """Smallest scale whose lower confidence bound lies above chance.

    Parameters
    ----------
    scale
        Shape (n,), any order.
    lower
        Lower confidence bounds of the score, shape (..., n), higher is better.
    chance
        Chance level, broadcast against `lower`.

    Returns
    -------
    numpy.ndarray
        Shape of `lower` without its last axis; NaN where no bound lies above chance.

    Examples
    --------
    >>> float(onset([1e6, 1e7, 1e8], [0.0, 0.28, 0.6], chance=0.25))
    10000000.0
    """
    above = np.asarray(lower, dtype=float) > np.asarray(chance, dtype=float)
    reached = np.where(above, np.asarray(scale, dtype=float), np.inf).min(axis=-1)
    return np.where(np.isfinite(reached), reached, np.nan)

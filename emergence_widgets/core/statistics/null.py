"""What breakthroughness noise alone reaches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from .measures import breakthroughness

EXACT = 20  # Up to so many points each number is simulated: odd and even numbers differ.
KNOTS = (20, 25, 30, 40, 60, 90, 130, 200, 400, 1000, 3000, 10_000, 100_000, 1_000_000)
MOST_SIMULATED = 4_000_000


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

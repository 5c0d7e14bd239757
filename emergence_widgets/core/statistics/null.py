"""What noise reaches, for series of any number of points."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .measures import breakthroughness_null

Floats = NDArray[np.float64]

EXACT = 20
"""Up to so many points each number is simulated: odd and even numbers differ."""
KNOTS = (20, 25, 30, 40, 60, 90, 130, 200, 400, 1000, 3000, 10_000, 100_000, 1_000_000)
MOST_SIMULATED = 4_000_000


def null_level(points: ArrayLike, q: float) -> Floats:
    """Quantile of the absolute breakthroughness of noise, by the number of points.

    Parameters
    ----------
    points
        Numbers of points, any shape.
    q
        The quantile, in [0, 1].

    Returns
    -------
    numpy.ndarray
        The shape of `points`; NaN below two. Above 20 points it is read between simulated
        numbers of points, linearly in the logarithm.

    Examples
    --------
    >>> null_level([1, 8], 0.95).round(0)
    array([nan,  6.])
    """
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

"""A threshold on a smooth ability: how often it is passed, in how many attempts.

The ability shown in one attempt is normal with mean `mean` and standard deviation `spread`;
the attempt succeeds when it reaches the bar. The high jump as a picture of this is Boaz
Barak's (windowsontheory.org, 2023-12-22); the formulas are the standard normal's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


def clear_probability(mean: ArrayLike, bar: ArrayLike, spread: ArrayLike) -> Floats:
    """Chance that one attempt reaches the bar: ``Phi((mean - bar) / spread)``.

    Parameters
    ----------
    mean, bar
        Mean ability and threshold, in one unit, any shapes that broadcast.
    spread
        Standard deviation of the attempts, in the same unit, at least 0. At 0 the chance is a
        step, with its limit 1/2 where the mean equals the bar.

    Returns
    -------
    numpy.ndarray
        Probability, exact far into both tails.

    Raises
    ------
    ValueError
        A spread below 0.

    Examples
    --------
    >>> round(float(clear_probability(1.9, 1.8, 0.1)), 4)
    0.8413
    >>> clear_probability([1.7, 1.8, 1.9], 1.8, 0.0).tolist()
    [0.0, 0.5, 1.0]
    """
    lead, s = np.broadcast_arrays(
        np.asarray(mean, dtype=float) - np.asarray(bar, dtype=float), np.asarray(spread, float)
    )
    if np.any(s < 0):
        raise ValueError(f"spread is {s[s < 0].flat[0]:g}; a standard deviation is at least 0")
    step = (1 + np.sign(lead)) / 2
    with np.errstate(over="ignore"):
        return np.where(s == 0, step, ndtr(lead / np.where(s == 0, 1.0, s)))


def best_of(probability: ArrayLike, attempts: ArrayLike) -> Floats:
    """Chance that at least one of several attempts succeeds: ``1 - (1 - q)**k``.

    Parameters
    ----------
    probability
        Chance q of one attempt, in [0, 1], any shape.
    attempts
        Number k of independent attempts, above 0, broadcast; a fraction ``1 / k`` turns the
        chance of k attempts back into that of one.

    Returns
    -------
    numpy.ndarray
        Probability, without cancellation for small `probability` and many `attempts`.

    Raises
    ------
    ValueError
        A probability outside [0, 1], or attempts not above 0.

    Examples
    --------
    >>> round(float(best_of(0.5, 3)), 6)
    0.875
    >>> f"{best_of(1e-20, 1000):.3g}"
    '1e-17'
    """
    q, k = np.broadcast_arrays(np.asarray(probability, float), np.asarray(attempts, float))
    if np.any((q < 0) | (q > 1)):
        raise ValueError(f"probability is {q[(q < 0) | (q > 1)].flat[0]:g}; expected 0 to 1")
    if np.any(k <= 0):
        raise ValueError(f"attempts is {k[k <= 0].flat[0]:g}; expected a number above 0")
    with np.errstate(divide="ignore"):
        several = -np.expm1(k * np.log1p(-q))
    return np.where(k == 1, q, several)


def margin_for(target: ArrayLike, attempts: ArrayLike = 1) -> Floats:
    """Lead over the bar, in spreads, at which the best of several attempts succeeds so often.

    Parameters
    ----------
    target
        Wanted chance that the best attempt succeeds, in [0, 1], any shape.
    attempts
        Number of attempts, above 0, broadcast.

    Returns
    -------
    numpy.ndarray
        ``(mean - bar) / spread``; negative where a bar above the mean is still passed so often.

    Raises
    ------
    ValueError
        As `best_of`.

    Examples
    --------
    >>> float(margin_for(0.5))
    0.0
    >>> round(float(margin_for(0.5, attempts=3)), 3)
    -0.819
    """
    return ndtri(best_of(target, 1 / np.asarray(attempts, dtype=float)))


def threshold_width(
    spread: ArrayLike,
    growth: ArrayLike,
    *,
    attempts: ArrayLike = 1,
    low: float = 0.1,
    high: float = 0.9,
) -> Floats:
    """Decades of training between two pass rates, for ``mean = a + growth * log10(training)``.

    Parameters
    ----------
    spread
        Standard deviation of the attempts, at least 0, any shape.
    growth
        Gain of the mean per decade, at least 0, in the unit of `spread`, broadcast.
    attempts
        Number of attempts, above 0, broadcast.
    low, high
        Pass rates, ``0 < low < high < 1``.

    Returns
    -------
    numpy.ndarray
        ``(margin_for(high) - margin_for(low)) * spread / growth``, which for one attempt from
        10% to 90% is ``2 * 1.2816 * spread / growth``. Infinite without growth.

    Raises
    ------
    ValueError
        Pass rates out of order, a spread or a growth below 0.

    Examples
    --------
    >>> round(float(threshold_width(0.06, 0.3)), 3)
    0.513
    """
    if not 0 < low < high < 1:
        raise ValueError(f"low is {low} and high is {high}; expected 0 < low < high < 1")
    s, b = np.asarray(spread, dtype=float), np.asarray(growth, dtype=float)
    for name, values in (("spread", s), ("growth", b)):
        if np.any(values < 0):
            raise ValueError(f"{name} is {values[values < 0].flat[0]:g}; expected at least 0")
    rise = (margin_for(high, attempts) - margin_for(low, attempts)) * s
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b == 0, np.inf, rise / b)

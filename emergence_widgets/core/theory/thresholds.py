"""A threshold on a smooth ability: how often it is passed, in how many attempts.

The ability shown in one attempt is normal with mean `mean` and standard deviation `spread`;
the attempt succeeds when it reaches the bar. The high jump as a picture of this is Boaz
Barak's (windowsontheory.org, 2023-12-22); the formulas are the standard normal's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from ..arrays import Floats, broadcast, refuse, refuse_no_share


def clear_probability(mean: ArrayLike, bar: ArrayLike, spread: ArrayLike) -> Floats:
    """Chance that one attempt reaches the bar: ``Phi((mean - bar) / spread)``."""
    # Without spread a step, with its limit 1/2 where the mean equals the bar.
    middle, height, s = broadcast(mean, bar, spread)
    lead = middle - height
    refuse("spread is {}; a standard deviation is at least 0", s, s < 0)
    step = (1 + np.sign(lead)) / 2
    with np.errstate(over="ignore"):
        return np.where(s == 0, step, ndtr(lead / np.where(s == 0, 1.0, s)))


def best_of(probability: ArrayLike, attempts: ArrayLike) -> Floats:
    """Chance that at least one of so many attempts succeeds: ``1 - (1 - q)**k``."""
    # A fraction `1 / k` turns the chance of k attempts back into that of one.
    q, k = broadcast(probability, attempts)
    refuse_no_share("probability is", q)
    refuse("attempts is {}; expected a number above 0", k, k <= 0)
    with np.errstate(divide="ignore"):
        several = -np.expm1(k * np.log1p(-q))
    return np.where(k == 1, q, several)


def margin_for(target: ArrayLike, attempts: ArrayLike = 1) -> Floats:
    """Lead over the bar, in spreads, at which the best of several attempts succeeds so often."""
    return ndtri(best_of(target, 1 / np.asarray(attempts, dtype=float)))

"""Expected scores under the mirage model: what a metric shows when per-token success is given.

The model (Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 2): each of the
`length` tokens of an answer is right with probability `p`, independently. Items may differ:
the `p` of an item is then Beta-distributed with mean `p` and concentration ``a + b``
(our extension; infinite concentration is the paper's model).

All functions broadcast their arguments and take any leading axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import comb, gammaln

from ..arrays import Floats, broadcast

MOST_FACTORS = 100_000  # Longer products are slower than their logarithms, and no more exact.


def check_concentration(concentration: ArrayLike) -> Floats:
    """Concentration as an array; a `ValueError` where one is not above 0."""
    kappa = np.asarray(concentration, dtype=float)
    if not np.all(kappa > 0):
        raise ValueError(f"concentration is {concentration}; it must be above 0 (inf: no spread)")
    return kappa


def failure_moment(failure: ArrayLike, power: int, concentration: ArrayLike = np.inf) -> Floats:
    """Mean of ``(1 - p_item)**power`` over items, of which `failure` is the first moment."""
    eps, kappa = broadcast(failure, check_concentration(concentration))
    finite = np.where(np.isinf(kappa), 1.0, kappa)
    spread = np.ones(eps.shape)
    for i in range(power):
        spread = spread * ((finite * eps + i) / (finite + i))
    return np.where(np.isinf(kappa), eps**power, spread)


def expected_at_least_right(
    p: ArrayLike,
    length: int,
    right: int,
    *,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Chance that at least `right` of `length` tokens are right: a (beta-)binomial tail."""
    # `failure` is `1 - p` where the caller knows it more exactly.
    if length < 1:
        raise ValueError(f"length is {length}; an answer has at least 1 token")
    kappa, p = check_concentration(concentration), np.asarray(p, dtype=float)
    p, eps, kappa = broadcast(p, 1 - p if failure is None else failure, kappa)
    wrong = length - right
    if right <= 0 or wrong < 0:
        return np.where(np.isnan(p), np.nan, float(right <= 0))
    overflows = np.isinf(comb(length, min(wrong, length // 2)))
    tail = _tail_in_logs if overflows or length * (wrong + 1) > MOST_FACTORS else _tail
    return np.minimum(tail(p, eps, kappa, length, wrong), 1.0)


def _tail(p: Floats, eps: Floats, kappa: Floats, length: int, most_wrong: int) -> Floats:
    alike = np.isinf(kappa)
    finite = np.where(alike, 1.0, kappa)
    total = np.zeros(p.shape)
    for wrong in range(most_wrong + 1):
        spread = np.full(p.shape, comb(length, wrong))
        for i in range(length - wrong):
            spread = spread * ((finite * p + i) / (finite + i))
        for j in range(wrong):
            spread = spread * ((finite * eps + j) / (finite + length - wrong + j))
        same = comb(length, wrong) * p ** (length - wrong) * eps**wrong
        total = total + np.where(alike, same, spread)
    return total


def _tail_in_logs(p: Floats, eps: Floats, kappa: Floats, length: int, most_wrong: int) -> Floats:
    """The same sum for long answers, whose combinations leave the range of floats."""
    steps = np.arange(length).reshape(-1, *(1,) * p.ndim) / kappa
    with np.errstate(divide="ignore"):
        right, wrong = (_running_sum(np.log(part + steps)) for part in (p, eps))
    every = np.log1p(steps).sum(axis=0)
    w = np.arange(most_wrong + 1)
    log_combinations = gammaln(length + 1) - gammaln(w + 1) - gammaln(length - w + 1)
    log_chance = log_combinations.reshape(-1, *(1,) * p.ndim) + right[length - w] + wrong[w] - every
    return np.exp(log_chance).sum(axis=0)


def _running_sum(terms: Floats) -> Floats:
    return np.concatenate([np.zeros((1, *terms.shape[1:])), np.cumsum(terms, axis=0)])

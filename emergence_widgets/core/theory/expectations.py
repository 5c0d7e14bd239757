"""Expected scores under the mirage model: what a metric shows when per-token success is given.

The model (Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 2): each of the
`length` tokens of an answer is right with probability `p`, independently. Items may differ:
the `p` of an item is then Beta-distributed with mean `p` and concentration ``a + b``
(our extension; infinite concentration is the paper's model).

All functions broadcast their arguments and take any leading axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import comb, gammaln

from .item_spread import check_concentration, failure_moment
from .multiple_choice import expected_brier_score, expected_multiple_choice_grade

__all__ = [
    "expected_at_least_right",
    "expected_brier_score",
    "expected_edit_similarity",
    "expected_exact_match",
    "expected_multiple_choice_grade",
    "expected_token_edit_distance",
    "failure_moment",
    "token_success",
]

Floats = NDArray[np.float64]

MOST_FACTORS = 100_000
"""Longer products are slower than their logarithms, and no more exact."""


def token_success(loss: ArrayLike) -> Floats:
    """Per-token success ``exp(-loss)`` (Schaeffer et al. 2023, section 2).

    Parameters
    ----------
    loss
        Per-token cross-entropy in nats, at least 0, any shape.

    Returns
    -------
    numpy.ndarray
        Probability, the shape of `loss`.

    Examples
    --------
    >>> float(token_success(0.0))
    1.0
    """
    return np.exp(-np.asarray(loss, dtype=float))


def expected_at_least_right(
    p: ArrayLike,
    length: int,
    right: int,
    *,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Chance that at least `right` of `length` tokens are right.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    length
        Tokens in an answer, at least 1.
    right
        Tokens that must be right; 0 or less is certain.
    concentration
        Beta concentration of the items' `p`, above 0; infinite means all items alike.
    failure
        ``1 - p`` where the caller knows it more exactly (`p` near 1).

    Returns
    -------
    numpy.ndarray
        Probability. A binomial tail, or a beta-binomial tail for finite concentration.

    Raises
    ------
    ValueError
        `length` below 1, or `concentration` not above 0.

    Examples
    --------
    >>> float(expected_at_least_right(0.5, 3, 2))
    0.5
    >>> float(expected_at_least_right(0.5, 3, 3, concentration=1.0))
    0.3125
    """
    if length < 1:
        raise ValueError(f"length is {length}; an answer has at least 1 token")
    kappa = check_concentration(concentration)
    p = np.asarray(p, dtype=float)
    eps = 1 - p if failure is None else np.asarray(failure, dtype=float)
    p, eps, kappa = np.broadcast_arrays(p, eps, kappa)
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


def expected_exact_match(p: ArrayLike, length: int, *, concentration: ArrayLike = np.inf) -> Floats:
    """Chance that all `length` tokens are right: ``p**length`` when all items are alike.

    With Beta-distributed items of mean `p` and concentration ``k``, ``a = k p``:
    ``prod_{i<length} (a + i) / (k + i)``.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    length
        Tokens in an answer, at least 1.
    concentration
        Beta concentration of the items' `p`, above 0; infinite means all items alike.

    Returns
    -------
    numpy.ndarray
        Expected exact match (Schaeffer et al. 2023, section 2, for infinite concentration).

    Examples
    --------
    >>> float(expected_exact_match(0.5, 3))
    0.125
    """
    return expected_at_least_right(p, length, length, concentration=concentration)


def expected_token_edit_distance(p: ArrayLike, length: int) -> Floats:
    """Tokens to fix: ``length * (1 - p)``, whatever the spread of the items.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    length
        Tokens in an answer.

    Returns
    -------
    numpy.ndarray
        Expected token edit distance, in tokens (Schaeffer et al. 2023, section 2).

    Examples
    --------
    >>> float(expected_token_edit_distance(0.75, 8))
    2.0
    """
    return length * (1 - np.asarray(p, dtype=float))


def expected_edit_similarity(p: ArrayLike) -> Floats:
    """Normalised edit similarity ``1 - distance / length``: `p` itself.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.

    Returns
    -------
    numpy.ndarray
        A copy of `p` as float.

    Examples
    --------
    >>> float(expected_edit_similarity(0.75))
    0.75
    """
    return np.array(p, dtype=float)

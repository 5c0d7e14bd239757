"""The mirage model: what every metric shows of one per-token loss.

Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004), section 2: each of the `length` tokens of
an answer is right with probability `p`, independently. Loss floor, spread of the items and the
closed forms for multiple choice are ours, see `multiple_choice`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import comb, gammaln

from ..arrays import Floats, broadcast
from .multiple_choice import (
    check_concentration,
    expected_brier_score,
    expected_multiple_choice_grade,
    failure_moment,
)

MOST_FACTORS = 100_000  # Longer products are slower than their logarithms, and no more exact.


def loss_at(scale: ArrayLike, exponent: float, critical_scale: float, floor: float = 0.0) -> Floats:
    """Per-token loss in nats: ``floor + (scale / critical_scale) ** exponent``."""
    return floor + (np.asarray(scale, dtype=float) / critical_scale) ** exponent


def expected_scores(
    loss: Floats,
    *,
    length: int,
    options: int,
    errors_allowed: int = 0,
    decision_noise: float = 1.0,
    concentration: float = np.inf,
) -> dict[str, Floats]:
    """Expected score by metric, each of the shape of `loss`."""
    p, failure = np.exp(-loss), -np.expm1(-loss)
    items = {"concentration": concentration, "failure": failure}
    return {
        "token_success": p,
        "exact_match": expected_at_least_right(p, length, length - errors_allowed, **items),
        "token_edit_distance": length * failure,
        "edit_similarity": p,
        "multiple_choice_grade": expected_multiple_choice_grade(
            p, options, decision_noise=decision_noise, **items
        ),
        "brier_score": expected_brier_score(p, options, **items),
    }


def score_spread(
    loss: Floats, *, length: int, options: int, concentration: float = np.inf
) -> dict[str, Floats]:
    """Standard deviation over items of every continuous score."""
    # The wrong tokens of an item are Beta-binomial, so that their variance is that of a binomial
    # times `(concentration + length) / (concentration + 1)`.
    p, failure = np.exp(-loss), -np.expm1(-loss)
    alike = np.isinf(concentration)
    clumping = 1.0 if alike else (concentration + length) / (concentration + 1)
    tokens = np.sqrt(length * p * failure * clumping)
    if alike:
        brier = np.zeros(p.shape)
    else:
        second = failure_moment(failure, 2, concentration)
        fourth = failure_moment(failure, 4, concentration)
        brier = (options - 1) / options * np.sqrt(np.maximum(fourth - second**2, 0))
    return {
        "token_success": tokens / length,
        "token_edit_distance": tokens,
        "brier_score": brier,
    }


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

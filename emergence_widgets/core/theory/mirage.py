"""The mirage model: what every metric shows of one per-token loss.

Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004), section 2. Loss floor, spread of the items
and the closed forms for multiple choice are ours, see `multiple_choice`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from . import expectations as expect
from .multiple_choice import expected_brier_score, expected_multiple_choice_grade


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
        "exact_match": expect.expected_at_least_right(p, length, length - errors_allowed, **items),
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
        second = expect.failure_moment(failure, 2, concentration)
        fourth = expect.failure_moment(failure, 4, concentration)
        brier = (options - 1) / options * np.sqrt(np.maximum(fourth - second**2, 0))
    return {
        "token_success": tokens / length,
        "token_edit_distance": tokens,
        "brier_score": brier,
    }

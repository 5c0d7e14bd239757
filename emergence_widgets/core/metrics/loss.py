"""Continuous scores on one footing: as a loss that falls as a model improves, 0 at best.

Each is convex and falling in log scale wherever per-token loss is a sum of power laws with a
floor, and shares of right tokens are ``exp(-loss)``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Floats

Kind = Literal["share", "error", "perplexity", "reward", "nats", "bits", "brier"]

RANGES: dict[Kind, str] = {
    "share": "a share from 0 to 1, best at 1",
    "error": "0 or more, best at 0",
    "perplexity": "1 or more, best at 1",
    "reward": "0 or less, best at 0",
    "nats": "0 or more nats, best at 0",
    "bits": "0 or more bits, best at 0",
    "brier": "from 0, at best, to the score of guessing",
}
"""Every kind of continuous score, and the scores of it that have a loss."""

LOSSES: tuple[Kind, ...] = ("nats", "bits", "perplexity", "reward")
"""Kinds that are a loss on the right answer, not a score of what the model answered."""

LN2 = float(np.log(2))
FLOOR_ERRORS = 2.0
"""A share this many standard errors from its floor, or nearer, tells nothing of its loss."""


def to_loss(value: ArrayLike, kind: Kind, *, chance: float = 0.0, best: float = 1.0) -> Floats:
    """A score as a loss: of a share or a Brier score the -log of its way from chance to best."""
    # Infinite at the floor, NaN beyond it; in nats but for an error, which keeps its unit.
    score = np.asarray(value, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "share":
            loss = -np.log((score - chance) / (best - chance))
        elif kind == "brier":
            loss = -np.log(1 - score / chance)
        elif kind == "perplexity":
            loss = np.log(score)
        elif kind == "bits":
            loss = score * LN2
        else:
            loss = -score if kind == "reward" else score
    # Adding 0 makes of -0 a 0.
    return loss + 0.0


def from_loss(loss: ArrayLike, kind: Kind, *, chance: float = 0.0, best: float = 1.0) -> Floats:
    """The score that has a loss; inverse of `to_loss`."""
    loss = np.asarray(loss, dtype=float)
    with np.errstate(over="ignore"):
        if kind == "share":
            return chance + (best - chance) * np.exp(-loss)
        if kind == "brier":
            return -chance * np.expm1(-loss)
        if kind == "perplexity":
            return np.exp(loss)
        if kind == "bits":
            return loss / LN2
    return (-loss if kind == "reward" else loss) + 0.0


def to_nats(value: ArrayLike, kind: Kind, *, chance: float = 0.0, best: float = 1.0) -> Floats:
    """The loss in nats, which of an error is its logarithm; NaN where it is not finite."""
    loss = to_loss(value, kind, chance=chance, best=best)
    if kind == "error":
        with np.errstate(divide="ignore", invalid="ignore"):
            loss = np.log(loss)
    return np.where(np.isfinite(loss), loss, np.nan)


def nats_slope(value: ArrayLike, kind: Kind, *, chance: float = 0.0) -> Floats:
    """Size of the derivative of `to_nats`: what an error of the score is as an error in nats."""
    score = np.asarray(value, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind in ("share", "brier"):
            return 1 / np.abs(score - chance)
        if kind in ("perplexity", "error"):
            return 1 / score
    return np.full(score.shape, LN2 if kind == "bits" else 1.0)


def above_floor(
    value: Floats, stderr: Floats, kind: Kind, *, chance: float = 0.0
) -> NDArray[np.bool_]:
    """Whether scores are far enough from their floor to be read as a loss."""
    if kind == "share":
        return value - chance > FLOOR_ERRORS * stderr
    if kind == "brier":
        return chance - value > FLOOR_ERRORS * stderr
    return np.isfinite(value)

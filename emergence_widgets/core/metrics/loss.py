"""Continuous scores on one footing: as a loss, in nats, that falls as a model improves."""

from __future__ import annotations

import numpy as np

from ..verdict.evidence import Floats, Measured

FLOOR_ERRORS = 2.0
"""A share this many standard errors from its floor, or nearer, tells nothing of its loss."""


def loss_of(measured: Measured, value: Floats) -> Floats:
    """A continuous score as a loss.

    Nats stay as they are, perplexities and errors become their logarithm, a share becomes
    ``-log((value - chance) / (best - chance))`` and a Brier score ``-log(1 - value / chance)``.
    Each is convex and falling in log scale wherever per-token loss is a sum of power laws with a
    floor, and shares of right tokens are ``exp(-loss)``.

    Parameters
    ----------
    measured
        The score, for its kind, direction and ends.
    value
        Values of it, any shape.

    Returns
    -------
    numpy.ndarray
        Nats, the shape of `value`; NaN at or below the floor, and where it is not finite.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if measured.kind == "nats":
            loss = value if measured.lower_is_better else -value
        elif measured.kind in ("perplexity", "error"):
            loss = np.log(value)
        elif measured.kind == "brier":
            loss = -np.log(1 - value / measured.chance)
        else:
            best = 1.0 if np.isnan(measured.best) else measured.best
            loss = -np.log((value - measured.floor) / (best - measured.floor))
    return np.where(np.isfinite(loss), loss, np.nan)


def above_floor(measured: Measured, value: Floats, stderr: Floats) -> np.ndarray:
    """Whether values are far enough from the floor to be read as a loss."""
    if measured.kind == "share":
        return value - measured.floor > FLOOR_ERRORS * stderr
    if measured.kind == "brier":
        return measured.chance - value > FLOOR_ERRORS * stderr
    return np.isfinite(value)


def loss_slope(measured: Measured, value: Floats) -> Floats:
    """Derivative of `loss_of`, its size: what an error of the score is as an error in nats."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if measured.kind == "nats":
            return np.ones(np.shape(value))
        if measured.kind in ("perplexity", "error"):
            return 1 / value
        if measured.kind == "brier":
            return 1 / np.abs(measured.chance - value)
        return 1 / np.abs(value - measured.floor)

"""Means of runs over their items, drawn again over items and over the runs of each scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Flags, Floats, Ints


def runs_that_exist(item_scores: ArrayLike, name: str = "item_scores") -> tuple[Floats, Flags]:
    """Scores, shape (scales, runs, items), and which runs exist; the others are NaN throughout."""
    scores = np.asarray(item_scores, dtype=float)
    if scores.ndim != 3:
        raise ValueError(f"{name} has the shape {scores.shape}; expected (n, runs, items)")
    missing: Flags = np.isnan(scores)
    exists: Flags = np.asarray(~missing.all(axis=2))
    partly: Flags = missing.any(axis=2) & exists
    if np.any(partly):
        level, run = np.argwhere(partly)[0]
        raise ValueError(
            f"run {run} of scale {level} has no score for some of the items in {name}; expected a "
            "score for every item, or NaN for all of them where there is no such run"
        )
    if not exists.any(axis=1).all():
        raise ValueError(f"scale {np.argmin(exists.any(axis=1))} has no run with scores in {name}")
    return scores, exists


def redrawn_runs(scores: Floats, exists: Flags, *, draws: int, seed: int) -> Floats:
    """Means of runs drawn again: (…, draws, scales, runs) of (…, scales, runs, items).

    All scores in front share the draws; places of runs that do not exist are NaN.
    """
    known = np.where(exists[..., np.newaxis], scores, 0.0)
    generator = np.random.default_rng(seed)
    items = known.shape[-1]
    drawn: Floats = generator.multinomial(items, np.full(items, 1 / items), draws) / items
    means = np.moveaxis(known @ drawn.T, -1, -3)
    # The runs of a scale that exist stand first, so that one of them is drawn by its number.
    order = np.argsort(~exists, axis=1, kind="stable")
    counts: Ints = exists.sum(axis=1)
    number = (generator.random((draws, *exists.shape)) * counts[:, np.newaxis]).astype(np.intp)
    chosen = np.take_along_axis(np.broadcast_to(order, number.shape), number, axis=2)
    again = np.take_along_axis(means, np.broadcast_to(chosen, means.shape), axis=-1)
    within: Flags = np.less(np.arange(int(exists.shape[1])), counts[:, np.newaxis])
    return np.where(within, again, np.nan)

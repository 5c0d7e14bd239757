"""What a smooth loss predicts of a sharp score (X), for a curve of the program `results`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.statistics.explained_by_loss import explained_by_loss
from .program import FEWEST_SCALES, Floats, ints
from .results_inputs import PASSING, Inputs

MOST_SCALES = 40
"""Of longer curves, such as those over training, nothing is predicted."""


class Predicted(NamedTuple):
    """The share of the steepest half of a rise that a smooth loss predicts, and the scores."""

    share: float
    scale: Floats
    score: Floats


NO_PREDICTION = Predicted(np.nan, np.zeros(0), np.zeros(0))


def smooth_loss(inputs: Inputs, metric: int, family: int, part: int) -> Predicted:
    """For one part of a family's line, if its score is sharp and its runs have a loss."""
    chosen, loss = inputs.metrics[metric], int(ints(inputs.constants, "task_loss")[inputs.task])
    if chosen["kind"] != "sharp" or chosen["lower_is_better"] or loss < 0 or inputs.loss_axis:
        return NO_PREDICTION
    run, score, losses = _runs(inputs, metric, loss, family, part)
    levels, at = np.unique(inputs.run_at[run], return_inverse=True)
    if not FEWEST_SCALES <= len(levels) <= MOST_SCALES or not np.isfinite(losses).all():
        return NO_PREDICTION
    chance, best = 0.0, 1.0
    if chosen["name"] != PASSING:
        ends = (inputs.constants[name] for name in ("pair_chance", "pair_best"))
        chance, best = (float(np.asarray(end)[inputs.task, metric]) for end in ends)
    chance = 0.0 if np.isnan(chance) else chance
    if not best > chance:
        return NO_PREDICTION
    by_level = np.full((2, len(levels), len(run)), np.nan)
    by_level[:, at, np.arange(len(run))] = losses, score
    found = explained_by_loss(levels, *by_level, chance=chance, best=best, draws=1)
    if np.isnan(found.value):
        return NO_PREDICTION
    return Predicted(found.value, levels, found.predicted)


def _runs(
    inputs: Inputs, metric: int, loss: int, family: int, part: int
) -> tuple[np.ndarray, Floats, Floats]:
    """Runs of the part that have a score, with it and with their loss (NaN: none)."""
    run, score, *_ = inputs.scores(metric)
    kept = inputs.run_usable[run] & np.isfinite(score) & (inputs.run_family[run] == family)
    run, score = run[kept], score[kept]
    curve = inputs.run_curve[run]
    mine = (curve == np.unique(curve)[part]) & (inputs.run_at[run] > 0)
    run, score = run[mine], score[mine]
    of_run = np.full(len(inputs.run_family), np.nan)
    with_loss, value, *_ = inputs.scores(loss)
    of_run[with_loss] = value
    return run, score, of_run[run]

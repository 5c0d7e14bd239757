"""The judged score by level of scale, with the weights that a fit gives it."""

from __future__ import annotations

import numpy as np

from .evidence import Evidence, Levels, between_runs, levels_of
from .jump import item_variance
from .smooth_fit import Scores


def scores_of(evidence: Evidence) -> tuple[Levels, Scores] | None:
    """The judged score by level, higher better, with weights; None if it cannot be weighed."""
    score = evidence.score
    levels = levels_of(evidence, score)
    means, runs = levels.mean(score.value), levels.runs
    sign = -1.0 if score.lower_is_better else 1.0
    seeds, _ = between_runs(levels, score.value)
    variance = item_variance(evidence)
    known = levels.member >= 0
    if np.isnan(variance[known]).any():
        return None
    of_items = levels.mean(np.where(known, variance, 0.0))
    chance, best = sign * score.floor, sign * score.best
    # Where lower is better, 0 is the best score and not that of guessing.
    if np.isnan(best) or (score.lower_is_better and np.isnan(score.chance)) or best <= chance:
        return None
    if score.counted and not score.lower_is_better:
        items = levels.mean(np.where(known, np.nan_to_num(score.n_items), 0.0))
        # Seeds that differ by more than a test of their items would: fewer effective items.
        clumped = np.maximum(1.0, seeds / np.maximum(of_items, 1e-300))
        return levels, Scores(levels.decades, means, items * runs / clumped, chance, best, True)
    weight = runs / np.maximum(of_items + seeds, 1e-300)
    return levels, Scores(levels.decades, sign * means, weight, chance, best, False)

"""Whether runs of one size agree, or each draws its lot: most solve the task or do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..statistics.late_rise import non_decreasing
from .evidence import Evidence, levels_of

WIDE = 0.5
"""Runs of one size that are this share of the whole rise apart, with none between, are split."""
FEWEST_SEEDS = 3
FEWEST_IN_THE_MINORITY = 2


@dataclass(frozen=True)
class Outcomes:
    """How far runs of one level lie apart."""

    gap: float  # the widest between neighbouring runs of one level, as a share of the whole rise
    split: tuple[tuple[float, int, int], ...]  # levels: scale, runs past the middle, runs
    minority: int  # runs of these levels that are not on the side of most

    @property
    def lottery(self) -> bool:
        """Whether what changes with scale is the odds, as far as so few seeds tell."""
        return self.minority >= FEWEST_IN_THE_MINORITY


def outcomes_of(evidence: Evidence) -> Outcomes | None:
    """How far runs of one level lie apart (Zhao et al. 2025); None without three seeds of one."""
    score = evidence.score
    levels = levels_of(evidence, score)
    if not (levels.runs >= FEWEST_SEEDS).any():
        return None
    values = -score.value if score.lower_is_better else score.value
    rising = non_decreasing(levels.mean(np.where(levels.member >= 0, values, 0.0)), levels.runs)
    low, high = float(rising[0]), float(np.max(values[levels.member >= 0]))
    if not high > low:
        return None
    widest, minority = 0.0, 0
    split: list[tuple[float, int, int]] = []
    for level in np.flatnonzero(levels.runs >= FEWEST_SEEDS):
        runs: Floats = np.sort((values[levels.member == level] - low) / (high - low))
        gaps = np.diff(runs)
        at = int(np.argmax(gaps))
        widest = max(widest, float(gaps[at]))
        if gaps[at] >= WIDE:
            solved = len(runs) - at - 1
            split.append((float(levels.scale[level]), solved, len(runs)))
            minority += min(solved, len(runs) - solved)
    return Outcomes(widest, tuple(split), minority)

"""What else changes where a score jumps: how models were made, and items learnt by heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from .evidence import Evidence, Levels, by_level, levels_of
from .jump import Jump

FORGOTTEN = 3.0
"""Nats in the logarithm of the loss by which an item falls beyond the typical one."""
APART = 1.5
"""Spread of the other items, in the same unit, beyond which the two groups are one."""
LEAST_SHARE, MOST_SHARE = 0.01, 0.6
LEAST_LOSS = 1e-4
FEWEST_SETTLED = 2  # Scales over which a column must be the same.


@dataclass(frozen=True)
class Changed:
    """A column whose values below a jump are others than those above it."""

    column: str
    below: str
    above: str


def changed_with_the_jump(evidence: Evidence, jump: Jump) -> tuple[Changed, ...]:
    """Columns that are one value on one side of the jump, over two scales or more, and not beyond.

    One that changes all along, such as tokens that grow with the size, does not count.
    """
    levels = levels_of(evidence, evidence.score)
    sides = (
        (levels.member >= 0) & (levels.member <= jump.start),
        levels.member >= jump.end,
    )
    found: list[Changed] = []
    for column, values in evidence.recipe.items():
        below, above = (list(dict.fromkeys(values[side].tolist())) for side in sides)
        settled = any(
            len(mine) == 1 and len(np.unique(levels.member[side])) >= FEWEST_SETTLED
            for mine, side in zip((below, above), sides, strict=True)
        )
        if settled and None not in (*below, *above) and not set(below) & set(above):
            told = (", ".join(str(value) for value in side[:3]) for side in (below, above))
            found.append(Changed(column, *told))
    return tuple(found)


@dataclass(frozen=True)
class LearntByHeart:
    """Items whose loss nearly vanishes at once."""

    items: int
    of_items: int
    since: float  # the scale from which on


def learnt_by_heart(evidence: Evidence, jump: Jump) -> LearntByHeart | None:
    """Items that the models above a jump may have been trained on, None without a sign of them.

    A sign is a second group: the items of which the loss falls by a factor of twenty more than
    that of the others, which fall alike. A hint, our own, no test of contamination.
    """
    score = evidence.score
    levels = levels_of(evidence, score)
    for measured in evidence.continuous:
        if measured.kind != "nats" or not measured.lower_is_better or measured.items is None:
            continue
        if (levels.member < 0).any():
            return None
        losses = _of_items(levels, measured.items)
        fell = losses[jump.start] - losses[jump.end]
        others = float(np.median(fell))
        gone = fell > others + FORGOTTEN
        rest = fell[~gone]
        share = float(gone.mean())
        if LEAST_SHARE <= share <= MOST_SHARE and float(np.std(rest)) < APART / 2:
            between = (fell > others + APART) & ~gone
            if between.sum() < gone.sum() / 4:
                since = float(levels.scale[jump.end])
                return LearntByHeart(int(gone.sum()), len(gone), since)
    return None


def _of_items(levels: Levels, items: Floats) -> Floats:
    """Logarithm of each item's mean loss over the runs of each level, (levels, items)."""
    return np.log(np.maximum(np.nanmean(by_level(levels, items), axis=1), LEAST_LOSS))

"""What a verdict is judged on: one score of the runs of one family, and its continuous partners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PRIOR_RUNS = 2.0
Kind = Literal["share", "nats", "perplexity", "error", "brier"]


@dataclass(frozen=True)
class Measured:
    """One score of several runs.

    Attributes
    ----------
    name
        Name of the score.
    value
        Shape (runs,): the score as reported; NaN where a run was not measured.
    stderr
        Shape (runs,): standard error over items; NaN where it is not known.
    n_items
        Shape (runs,): items of the test; NaN where it is not known.
    items
        Shape (runs, items): the scores of the same items by every run, or None.
    kind
        How it becomes a loss (see `loss_of`): a ``share`` between `chance` and `best`, ``nats``,
        a ``perplexity``, another ``error`` that is 0 at best, or a ``brier`` score.
    lower_is_better, chance, best
        Its direction, the score of guessing and of a perfect model; NaN where there is none.
    counted
        Whether it is a share of items that are each right or wrong.
    """

    name: str
    value: Floats
    stderr: Floats
    n_items: Floats
    items: Floats | None = None
    kind: Kind = "share"
    lower_is_better: bool = False
    chance: float = float("nan")
    best: float = 1.0
    counted: bool = False

    @property
    def floor(self) -> float:
        """Chance, or 0 where guessing has no meaning."""
        return 0.0 if np.isnan(self.chance) else self.chance


@dataclass(frozen=True)
class Evidence:
    """A task's score under one metric over the runs of one family.

    Attributes
    ----------
    task, metric, family, scale_name
        What this is.
    scale
        Shape (runs,): above 0; several runs (seeds) may share one.
    seed
        Shape (runs,): which seed a run is, as a number from 0.
    score
        The metric that is judged.
    continuous
        Continuous scores of the same outputs, the most telling one first.
    others
        The same of other families.
    notes
        What was left out or assumed.
    """

    task: str
    metric: str
    family: str
    scale_name: str
    scale: Floats
    seed: Floats
    score: Measured
    continuous: tuple[Measured, ...] = ()
    others: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Levels:
    """Runs put together by scale.

    Attributes
    ----------
    scale
        Shape (levels,), ascending in size (a loss falls).
    decades
        Shape (levels,): log10 of the scale, rising from level to level.
    member
        Shape (runs,): the level of each run; -1 for a run that was not measured.
    """

    scale: Floats
    decades: Floats
    member: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.scale)

    @property
    def runs(self) -> Floats:
        """Number of measured runs at each level."""
        return np.bincount(self.member[self.member >= 0], minlength=len(self)).astype(float)

    def mean(self, values: Floats) -> Floats:
        """Means over the runs of each level; values of shape (runs,)."""
        known = self.member >= 0
        total = np.bincount(self.member[known], values[known], minlength=len(self))
        return total / np.maximum(self.runs, 1.0)


def levels_of(evidence: Evidence, measured: Measured) -> Levels:
    """Levels of the runs that were measured, ordered from the weakest scale to the strongest."""
    known = np.isfinite(measured.value)
    direction = -1.0 if evidence.scale_name == "loss" else 1.0
    decades = np.full(len(evidence.scale), np.nan)
    decades[known] = direction * np.log10(evidence.scale[known])
    places, index = np.unique(decades[known], return_inverse=True)
    member = np.full(len(known), -1, dtype=np.intp)
    member[known] = index
    return Levels(10 ** (direction * places), places, member)


def between_runs(levels: Levels, values: Floats) -> tuple[Floats, float]:
    """Variance between the runs of each level, and the degrees of freedom of all.

    A level's own variance, drawn towards the median level's as by two more runs: seeds that
    fall on both sides of a jump are far apart there and nowhere else.
    """
    if len(levels) == 0:
        return np.zeros(0), 0.0
    known = levels.member >= 0
    means = levels.mean(values)
    spread = np.where(known, values - means[levels.member], 0.0) ** 2
    own = levels.runs - 1
    sums = levels.mean(spread) * levels.runs
    repeated = own > 0
    if not repeated.any():
        return np.zeros(len(levels)), 0.0
    typical = float(np.median(sums[repeated] / own[repeated]))
    return (sums + PRIOR_RUNS * typical) / (own + PRIOR_RUNS), float(own.sum())

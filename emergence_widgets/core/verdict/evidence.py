"""What a verdict is judged on: one score of the runs of one family, and its continuous partners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..arrays import Flags, Floats
from ..metrics.loss import Kind

PRIOR_RUNS = 2.0


@dataclass(frozen=True)
class Measured:
    """One score of several runs."""

    name: str
    # Shape (runs,): the score as reported, its standard error over items and the number of these;
    # NaN where a run was not measured, or they are not known.
    value: Floats
    stderr: Floats
    n_items: Floats
    items: Floats | None = None  # (runs, items): the scores of the same items by every run
    kind: Kind = "share"  # how it becomes a loss; nats that are best when highest: a reward
    lower_is_better: bool = False
    chance: float = float("nan")  # scores of guessing and of a perfect model; NaN: there is none
    best: float = 1.0
    counted: bool = False  # whether it is a share of items that are each right or wrong

    @property
    def floor(self) -> float:
        """Chance, or 0 where guessing has no meaning."""
        return 0.0 if np.isnan(self.chance) else self.chance


@dataclass(frozen=True)
class Evidence:
    """A task's score under one metric over the runs of one family."""

    task: str
    metric: str
    family: str
    scale_name: str
    scale: Floats  # (runs,): above 0, which several runs may share
    seed: Floats  # (runs,): its number
    score: Measured  # the metric that is judged
    continuous: tuple[Measured, ...] = ()  # scores of the same outputs, the most telling one first
    others: tuple[Evidence, ...] = ()  # the same of other families
    # What else is known of how each run was made, by the column's name: (runs,), None: not known.
    recipe: Mapping[str, NDArray[np.object_]] = field(
        default_factory=dict[str, NDArray[np.object_]]
    )
    notes: tuple[str, ...] = ()  # what was left out or assumed


def in_order(evidence: Evidence) -> Evidence:
    """The same runs by scale, then by seed, so that nothing depends on their order."""
    order = np.lexsort((evidence.seed, evidence.scale))

    def moved(one: Measured) -> Measured:
        return replace(
            one,
            value=one.value[order],
            stderr=one.stderr[order],
            n_items=one.n_items[order],
            items=None if one.items is None else one.items[order],
        )

    return replace(
        evidence,
        scale=evidence.scale[order],
        seed=evidence.seed[order],
        score=moved(evidence.score),
        continuous=tuple(moved(one) for one in evidence.continuous),
        others=tuple(in_order(one) for one in evidence.others),
        recipe={name: values[order] for name, values in evidence.recipe.items()},
    )


@dataclass(frozen=True)
class Levels:
    """Runs put together by scale."""

    scale: Floats  # (levels,), ascending in size (a loss falls)
    decades: Floats  # (levels,): its log10, rising
    member: NDArray[np.intp]  # (runs,): the level of each run; -1 for one that was not measured

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
    member = np.full(len(known), -1, dtype=np.intp)
    levels, member[known] = np.unique(decades[known], return_inverse=True)
    return Levels(10 ** (direction * levels), levels, member)


def between_runs(levels: Levels, values: Floats) -> tuple[Floats, float]:
    """Variance between the runs of each level, and the degrees of freedom of all."""
    # A level's own variance, drawn towards the median level's as by two more runs: seeds that fall
    # on both sides of a jump are far apart there and nowhere else.
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


def effective_items(score: Measured) -> Floats:
    """Number of items of each run or, of a share with a standard error alone, what it implies."""
    # `y (1 - y) / se**2`: the share of so many independent items has that error.
    variance = score.stderr**2
    spread = score.value * (1 - score.value)
    with np.errstate(divide="ignore", invalid="ignore"):
        implied = np.where((variance > 0) & (spread > 0), spread / variance, np.nan)
    if score.counted and np.isnan(score.n_items).any() and np.isfinite(implied).any():
        # At 0 and 1 the error says nothing of the number: the other runs' does.
        implied = np.where(np.isnan(implied), np.nanmedian(implied), implied)
    return np.where(np.isnan(score.n_items), implied, score.n_items)


def item_variance(score: Measured) -> Floats:
    """Variance of each run's score over items; for shares never 0, as two items are added."""
    variance = score.stderr**2
    if score.counted:
        n = effective_items(score)
        share = (score.value * n + 1) / (n + 2)
        counted = share * (1 - share) / (n + 2)
        variance = np.where(np.isnan(variance) | (variance < counted), counted, variance)
    return variance


def by_level(levels: Levels, of_runs: Floats) -> Floats:
    """Scores of runs, (runs, items), by level: (levels, most runs, items), NaN without a run."""
    ordered = np.full((len(levels), int(levels.runs.max()), of_runs.shape[1]), np.nan)
    taken = np.zeros(len(levels), np.intp)
    for run, level in enumerate(levels.member):
        if level >= 0:
            ordered[level, taken[level]] = of_runs[run]
            taken[level] += 1
    return ordered


def only(levels: Levels, known: Flags) -> Levels:
    """Some of the levels, and the runs of these."""
    number = np.append(np.where(known, np.cumsum(known) - 1, -1), -1)
    return Levels(levels.scale[known], levels.decades[known], number[levels.member].astype(np.intp))

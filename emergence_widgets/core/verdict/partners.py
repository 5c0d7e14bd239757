"""Continuous scores of the same outputs: whether a smooth one predicts the rise, or it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..arrays import Flags, Floats
from ..metrics.loss import LOSSES, Kind, above_floor, to_loss
from ..metrics.registry import find_metric
from ..statistics.explained_by_loss import (
    LEAST_BREAK,
    ExplainedByLoss,
    explained_by_runs,
    steepest_stretch,
)
from ..statistics.late_rise import FEWEST_LEVELS, late_rise, non_decreasing
from ..statistics.run_bootstrap import redrawn_runs
from .evidence import Evidence, Levels, Measured, by_level, item_variance, levels_of, only

MUCH_LATER = 0.25
"""By so much more late rise T the answers are at odds with the loss on the right ones."""
Cause = Literal["metric", "loss", "untested", "unclear"]


@dataclass(frozen=True)
class Partner:
    """What one continuous score says of the rise."""

    name: str
    kind: Kind
    of_answers: bool  # of what the model gave as its answer, not of a loss on the right one
    explained: ExplainedByLoss  # over all levels of the judged score
    low: float  # the scales between which a break adds most
    high: float
    late: float  # late rise T of the score, of a loss that of the share exp(-loss)
    seeds: float  # share of the seeds in which it breaks, too; NaN with one seed
    n_seeds: int
    covers: bool = True  # whether it is off its floor where the jump of the judged score begins

    @property
    def label(self) -> str:
        """As a sentence calls it: ``loss``, ``edit similarity``."""
        return label_of(self.name, self.kind)

    @property
    def cause(self) -> Cause:
        """What made the rise, as this score tells it."""
        cause = self.explained.cause
        # At its floor below the jump it does not know how smoothly the jump came about.
        return "unclear" if cause == "metric" and not self.covers else cause


def partners_of(evidence: Evidence, *, level: float, draws: int, seed: int) -> tuple[Partner, ...]:
    """What each continuous score says, those of the answers first; without those that say nothing.

    Scores of the same runs as the judged one, whose floor they are above at three levels or more.
    """
    score = evidence.score
    if not (score.lower_is_better or score.best > score.floor):
        return ()
    ordered = sorted(evidence.continuous, key=lambda one: not _of_answers(one))
    found = (_partner(evidence, one, level, draws, seed) for one in ordered)
    return tuple(one for one in found if one is not None)


def _of_answers(measured: Measured) -> bool:
    return measured.kind not in LOSSES


def _partner(
    evidence: Evidence, measured: Measured, level: float, draws: int, seed: int
) -> Partner | None:
    score, kind, floor = evidence.score, kind_of(measured), floor_of(measured)
    levels = levels_of(evidence, score)
    both_known = (levels.member >= 0) & np.isfinite(measured.value)
    levels = replace(levels, member=np.where(both_known, levels.member, -1))
    if len(levels) < FEWEST_LEVELS:
        return None
    means = levels.mean(measured.value)
    known = (levels.runs > 0) & _informative(levels, measured, means, kind, floor)
    if known.sum() < FEWEST_LEVELS:
        return None
    kept = only(levels, known)
    measured_runs, drawn = _runs_and_replicates(kept, measured, score, draws, seed)
    best, (worst, top) = _best(measured), _ends(score)

    def losses_and_shares(runs: Floats) -> Floats:
        loss = to_loss(runs[0], kind, chance=floor, best=best)
        # A run that is at the floor while others are not has the largest loss that is finite.
        largest = np.max(loss, initial=0.0, where=np.isfinite(loss))
        loss = np.where(np.isnan(runs[0]), np.nan, np.where(np.isfinite(loss), loss, largest))
        return np.stack([loss, (runs[1] - worst) / (top - worst)])

    runs = losses_and_shares(measured_runs)
    again = None if drawn is None else losses_and_shares(drawn)
    explained = explained_by_runs(kept.decades, runs, again)
    predicted = np.full(len(levels), np.nan)
    predicted[known] = worst + (top - worst) * explained.predicted
    place = np.flatnonzero(known)
    seeds, n_seeds = _seeds(evidence, kept, measured, losses_and_shares)
    return Partner(
        measured.name,
        kind,
        _of_answers(measured),
        explained._replace(
            predicted=predicted,
            start=int(place[explained.start]),
            end=int(place[explained.end]),
            broken_start=int(place[explained.broken_start]),
            broken_end=int(place[explained.broken_end]),
            level=level,
        ),
        float(kept.scale[explained.broken_start]),
        float(kept.scale[explained.broken_end]),
        _late(levels, measured, means, kind),
        seeds,
        n_seeds,
        covers=_covers(levels, score, known),
    )


def _covers(levels: Levels, score: Measured, known: Flags) -> bool:
    there = levels.runs > 0
    sign = -1.0 if score.lower_is_better else 1.0
    means = levels.mean(np.where(levels.member >= 0, sign * score.value, 0.0))[there]
    rising = non_decreasing(means)
    if not rising[-1] > rising[0]:
        return True
    start, _ = steepest_stretch(levels.decades[there], rising)
    return bool(known[there][start])


def label_of(name: str, kind: Kind) -> str:
    """A continuous score as a sentence calls it."""
    if kind in LOSSES:
        return "loss"
    label = find_metric(name).metric
    return label[0].lower() + label[1:]


def kind_of(measured: Measured) -> Kind:
    """How the score becomes a loss; nats that are best when highest are a reward."""
    rewarded = measured.kind == "nats" and not measured.lower_is_better
    return "reward" if rewarded else measured.kind


def floor_of(measured: Measured) -> float:
    """The score of guessing, from which a Brier score falls and a share rises."""
    return measured.chance if measured.kind == "brier" else measured.floor


def _informative(
    levels: Levels, measured: Measured, means: Floats, kind: Kind, floor: float
) -> Flags:
    """Levels whose mean is off its floor."""
    error = np.sqrt(levels.mean(np.nan_to_num(measured.stderr) ** 2))
    finite = np.isfinite(to_loss(means, kind, chance=floor, best=_best(measured)))
    return above_floor(means, error, kind, chance=floor) & finite


def _late(levels: Levels, measured: Measured, means: Floats, kind: Kind) -> float:
    """Late rise T of the levels' means, on one footing: shares, and exp(-loss) of losses."""
    if kind in LOSSES:
        means = np.exp(-to_loss(means, kind))
    elif measured.lower_is_better or kind == "error":
        means = -means
    known = levels.runs > 0
    return float(late_rise(10 ** levels.decades[known], means[known]))


def _best(measured: Measured) -> float:
    return 1.0 if np.isnan(measured.best) else measured.best


def _ends(score: Measured) -> tuple[float, float]:
    """Scores that count as none and all of the way; where lower is better, of those measured."""
    if score.lower_is_better:
        return float(np.nanmax(score.value)), float(np.nanmin(score.value))
    return score.floor, score.best


def _runs_and_replicates(
    levels: Levels, measured: Measured, score: Measured, draws: int, seed: int
) -> tuple[Floats, Floats | None]:
    """Means of the runs under both scores, and the same drawn again; None without any noise."""
    if (
        measured.items is not None
        and score.items is not None
        and measured.items.shape == score.items.shape
    ):
        # The mean over items need not be the score as it is reported (per token): one factor.
        mean = measured.items.mean(axis=1)
        factor = np.divide(measured.value, mean, out=np.ones_like(mean), where=mean != 0)
        items = (measured.items * factor[:, np.newaxis], score.items)
        both = np.stack([by_level(levels, one) for one in items])
        exists = ~np.isnan(both[0]).all(axis=2)
        runs = np.where(exists, both.mean(axis=-1), np.nan)
        return runs, redrawn_runs(both, exists, draws=draws, seed=seed)
    pair = (measured, score)
    runs = np.stack([by_level(levels, one.value[:, np.newaxis])[..., 0] for one in pair])
    variance = np.stack(
        [by_level(levels, item_variance(one)[:, np.newaxis])[..., 0] for one in pair]
    )
    exists = np.isfinite(runs[0])
    several = (levels.runs > 1).any()
    if np.isnan(variance[:, exists]).any() and not several:
        return runs, None
    generator = np.random.default_rng(seed)
    # At worst the runs of a level were asked the same items, whose noise they share.
    shape = (2, draws, len(levels), 1)
    noise = np.sqrt(np.nan_to_num(variance))[:, np.newaxis] * generator.standard_normal(shape)
    drawn = redrawn_runs(runs[..., np.newaxis], exists, draws=draws, seed=seed)
    return runs, drawn + noise


def _seeds(
    evidence: Evidence,
    levels: Levels,
    measured: Measured,
    losses_and_shares: Callable[[Floats], Floats],
) -> tuple[float, int]:
    """Share of the seeds measured at every level whose own loss breaks, and their number."""
    breaks: list[bool] = []
    for number in np.unique(evidence.seed):
        rows = np.flatnonzero((evidence.seed == number) & (levels.member >= 0))
        rows = rows[np.argsort(levels.member[rows], kind="stable")]
        if not np.array_equal(levels.member[rows], np.arange(len(levels))):
            continue
        runs = np.stack([measured.value[rows], evidence.score.value[rows]])[..., np.newaxis]
        alone = explained_by_runs(levels.decades, losses_and_shares(runs), None)
        breaks.append(alone.broken > LEAST_BREAK)
    return (float(np.mean(breaks)) if len(breaks) > 1 else float("nan")), len(breaks)


def deciding(partners: tuple[Partner, ...]) -> Partner | None:
    """The one that settles the cause, None without any.

    A smooth score of the answers that predicts the rise; else a smooth loss that does, unless the
    answers' own score breaks; else one that breaks; else the first.
    """
    for cause, of_answers in (("metric", True), ("loss", True), ("metric", False), ("loss", False)):
        for one in partners:
            if one.cause == cause and one.of_answers == of_answers:
                return one
    return partners[0] if partners else None


def at_odds(partners: tuple[Partner, ...]) -> bool:
    """Whether the answers wait longer than the loss on the right ones lets expect.

    Models that fail the format of the answer do: a teacher-forced loss does not know.
    """
    losses = [one.late for one in partners if not one.of_answers]
    answers = [one.late for one in partners if one.of_answers]
    return any(mine > loss + MUCH_LATER for mine in answers for loss in losses)


def told(partners: tuple[Partner, ...]) -> Partner | None:
    """The one that a sentence tells of: the loss, unless another one decides otherwise."""
    decides = deciding(partners)
    for one in partners:
        if decides is not None and not one.of_answers and one.cause == decides.cause:
            return one
    return decides

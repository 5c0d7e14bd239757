"""What the judged score does over the scale: does it rise, is it late, does it fall; in words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Flags, Floats
from ..metrics.registry import find_metric
from ..statistics.explained_by_loss import ExplainedByLoss
from ..statistics.late_rise import (
    FEWEST_LEVELS,
    LEAST_FALL,
    LEAST_LATE,
    LateRise,
    late_rise,
    late_rise_of_replicates,
    non_decreasing,
)
from ..statistics.run_bootstrap import redrawn_runs
from ..statistics.tail import tail_probability
from .evidence import Evidence, Levels, Measured, between_runs, by_level, item_variance, levels_of
from .partners import Partner
from .runs import Outcomes
from .words import format_p_value, where_on_scale

HARDLY_LATE = 0.3
"""A rise whose late rise T lies below this is not a late one, or hardly."""


class Rise(NamedTuple):
    """What the judged score does over the scale."""

    late: LateRise  # late rise T of its means; not tested where their noise is unknown
    fall: float = 0.0  # how far it falls below its first level, or from its highest to its last
    # Probability of as large a fall under a non-decreasing curve with the same noise.
    p_fall: float = float("nan")
    fall_from: float = float("nan")  # the scales between which it falls
    fall_to: float = float("nan")

    @property
    def falls(self) -> bool:
        """Whether it falls somewhere, beyond the noise and by an amount worth the word."""
        return self.p_fall < self.late.level and self.fall > LEAST_FALL * max(self.late.rise, 0.0)


def rise_of(evidence: Evidence, *, level: float, draws: int, seed: int) -> Rise | None:
    """Late rise T and the largest fall of the judged score; None of too few levels."""
    score = evidence.score
    levels = levels_of(evidence, score)
    if len(levels) < FEWEST_LEVELS:
        return None
    sign = -1.0 if score.lower_is_better else 1.0
    scale = 10**levels.decades
    known = levels.member >= 0
    means = sign * levels.mean(np.where(known, score.value, 0.0))
    drawn = _drawn_again(levels, score, draws, seed)
    if drawn is None:
        return Rise(LateRise(float(late_rise(scale, means)), *[np.nan] * 6))
    drawn = sign * drawn
    lowest, highest = int(np.argmin(means)), int(np.argmax(means))
    first, last = float(means[0] - means[lowest]), float(means[highest] - means[-1])
    fall, ends = (first, (0, lowest)) if first >= last else (last, (highest, len(means) - 1))
    by_noise = non_decreasing(means) + drawn - means
    by_noise = np.maximum(
        by_noise[:, 0] - by_noise.min(axis=-1), by_noise.max(axis=-1) - by_noise[:, -1]
    )
    late = late_rise_of_replicates(scale, means, drawn)._replace(level=level)
    if np.isfinite(late.at):
        late = late._replace(at=float(levels.scale[np.argmin(np.abs(scale - late.at))]))
    return Rise(
        late,
        fall,
        tail_probability(fall, by_noise),
        float(levels.scale[ends[0]]),
        float(levels.scale[ends[1]]),
    )


def _drawn_again(levels: Levels, score: Measured, draws: int, seed: int) -> Floats | None:
    """Means of the levels as other tests and other runs might have given them, (draws, levels)."""
    if score.items is not None:
        scores = by_level(levels, score.items)
        exists: Flags = np.asarray(~np.isnan(scores).all(axis=2))
        drawn = np.nanmean(redrawn_runs(scores, exists, draws=draws, seed=seed), axis=-1)
        if score.counted:
            # A level without a single success, or failure, has no spread of its own.
            certain = np.ptp(drawn, axis=0) == 0
            error = np.sqrt(levels.mean(np.nan_to_num(item_variance(score))))
            noise = np.random.default_rng(seed).standard_normal((draws, len(levels)))
            drawn = drawn + np.where(certain, error * noise, 0.0)
        return drawn
    known = levels.member >= 0
    variance = item_variance(score)
    if np.isnan(variance[known]).any():
        return None
    seeds, _ = between_runs(levels, score.value)
    # Runs were asked the same items, so that the items' part does not shrink with their number.
    stderr = np.sqrt(levels.mean(np.where(known, variance, 0.0)) + seeds / levels.runs)
    noise = np.random.default_rng(seed).standard_normal((draws, len(levels)))
    return levels.mean(np.where(known, score.value, 0.0)) + stderr * noise


def what_is_seen(
    evidence: Evidence,
    rise: Rise | None,
    partner: Partner | None,
    outcomes: Outcomes | None = None,
) -> str:
    """What the figure shows, in a few sentences; empty where nothing can be said."""
    if rise is None:
        return ""
    name, late = find_metric(evidence.metric).metric, rise.late
    if np.isnan(late.p_rise):
        return (
            f"{name}: the noise is not known without standard errors or numbers of items, so that "
            f"late rise T = {late.value:.2f} is not tested."
        )
    if rise.falls:
        since, to = (where_on_scale(evidence, at) for at in (rise.fall_from, rise.fall_to))
        return (
            f"{name} gets worse by {rise.fall:.2g} from {since} to {to} "
            f"({format_p_value(rise.p_fall)}): it does not simply rise, so no lateness is told."
        )
    if not late.rises:
        return f"{name}: no rise beyond the noise of the test ({format_p_value(late.p_rise)})."
    measured = f"late rise T = {with_interval(late)}"
    if late.late:
        seen = (
            f"{name} waits: at {where_on_scale(evidence, late.at)} it lags {late.value:.2f} of its "
            f"whole rise behind steady gains ({measured})."
        )
    elif late.upper <= HARDLY_LATE:
        how = "at most a little late" if late.value > LEAST_LATE else "with steady gains, or nearly"
        seen = f"{name} rises, {how} ({measured})."
    else:
        seen = f"{name} rises; whether it is late is too uncertain to tell ({measured})."
    if outcomes is not None and outcomes.lottery:
        level, solved, runs = outcomes.split[0]
        seen += (
            f" Runs of one size disagree: at {where_on_scale(evidence, level)} {solved} of {runs} "
            "are past the middle, and the others far from it."
        )
    if partner is None or np.isnan(partner.explained.value):
        return seen
    explained = partner.explained
    share = f"X = {with_interval(explained)}, the predicted share of its steepest half"
    low, high = (where_on_scale(evidence, at) for at in (partner.low, partner.high))
    told = {
        "metric": f"A smooth {partner.label} predicts this rise ({share}).",
        "loss": f"The {partner.label} itself breaks between {low} and {high}, which adds "
        f"{broken(explained)} of the whole rise ({share}).",
        "untested": f"The rise ends at the last scale, so that nobody can tell a break from a "
        f"smooth course ({share}).",
        "unclear": f"Whether a smooth {partner.label} predicts this rise is unclear ({share}).",
    }
    return f"{seen} {told[partner.cause]}"


def broken(found: ExplainedByLoss) -> str:
    """What a break adds, with its interval, where that is known."""
    if not np.isfinite([found.broken_lower, found.broken_upper]).all():
        return f"{found.broken:.2f}"
    return f"{found.broken:.2f} [{found.broken_lower:.2f}, {found.broken_upper:.2f}]"


def with_interval(found: LateRise | ExplainedByLoss) -> str:
    """A value with its interval, where that is known: ``0.50 [0.48, 0.52]``."""
    if not np.isfinite([found.lower, found.upper]).all():
        return f"{found.value:.2f}"
    return f"{found.value:.2f} [{found.lower:.2f}, {found.upper:.2f}]"

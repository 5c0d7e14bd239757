"""What the judged score does over the scale: does it rise, is it late, does the loss explain it."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..metrics.registry import find_metric
from ..statistics.explained_by_loss import ExplainedByLoss, explained_by_loss
from ..statistics.late_rise import (
    FEWEST_LEVELS,
    LateRise,
    late_rise,
    late_rise_interval,
    late_rise_of_replicates,
)
from .checks import format_scale
from .evidence import Evidence, Levels, between_runs, item_variance, levels_of


def late_rise_of(evidence: Evidence, *, draws: int, seed: int) -> LateRise | None:
    """Late rise T of the judged score, not tested if its noise is unknown; None of too few."""
    score = evidence.score
    levels = levels_of(evidence, score)
    if len(levels) < FEWEST_LEVELS:
        return None
    sign = -1.0 if score.lower_is_better else 1.0
    scale = 10**levels.decades
    if score.items is not None:
        by_level = _by_level(levels, sign * score.items)
        return late_rise_interval(scale, by_level, draws=draws, seed=seed)
    known = levels.member >= 0
    means = sign * levels.mean(np.where(known, score.value, 0.0))
    variance = item_variance(score)
    if np.isnan(variance[known]).any():
        return LateRise(float(late_rise(scale, means)), *[np.nan] * 6)
    seeds, _ = between_runs(levels, score.value)
    # Runs were asked the same items, so that the items' part does not shrink with their number.
    stderr = np.sqrt(levels.mean(np.where(known, variance, 0.0)) + seeds / levels.runs)
    noise = np.random.default_rng(seed).standard_normal((draws, len(levels)))
    return late_rise_of_replicates(scale, means, means + stderr * noise)


def explained_of(evidence: Evidence, *, draws: int, seed: int) -> ExplainedByLoss | None:
    """Explained by the loss X of the judged score; None without the loss of the same runs."""
    score = evidence.score
    losses = [one for one in evidence.continuous if one.kind == "nats" and one.lower_is_better]
    levels = levels_of(evidence, score)
    if not losses or score.lower_is_better or len(levels) < FEWEST_LEVELS:
        return None
    loss = losses[0]
    known = levels.member >= 0
    if not np.isfinite(loss.value[known]).all() or not score.best > score.floor:
        return None
    if (
        loss.items is not None
        and score.items is not None
        and (loss.items.shape == score.items.shape)
    ):
        # The mean over items need not be the loss as it is reported (per token): one factor.
        mean = loss.items.mean(axis=1)
        factor = np.divide(loss.value, mean, out=np.ones_like(mean), where=mean > 0)
        of_items = loss.items * factor[:, np.newaxis]
        parts = (_by_level(levels, of_items), _by_level(levels, score.items))
    else:
        parts = tuple(_by_level(levels, one.value[:, np.newaxis]) for one in (loss, score))
    scale = 10**levels.decades
    return explained_by_loss(
        scale, *parts, chance=score.floor, best=score.best, draws=draws, seed=seed
    )


def _where(evidence: Evidence, at: float) -> str:
    """A place on the scale: ``1.3k parameters``, ``a loss of 0.5``."""
    if evidence.scale_name == "loss":
        return f"a loss of {format_scale(1 / at)}"
    if evidence.scale_name == "step":
        return f"step {format_scale(at)}"
    words = {"params": "parameters", "flops": "FLOPs", "tokens": "tokens"}
    return f"{format_scale(at)} {words.get(evidence.scale_name, evidence.scale_name)}"


def _by_level(levels: Levels, of_runs: Floats) -> Floats:
    """Scores of runs, (runs, items), by level: (levels, most runs, items), NaN without a run."""
    by_level = np.full((len(levels), int(levels.runs.max()), of_runs.shape[1]), np.nan)
    taken = np.zeros(len(levels), np.intp)
    for run, level in enumerate(levels.member):
        if level >= 0:
            by_level[level, taken[level]] = of_runs[run]
            taken[level] += 1
    return by_level


def what_is_seen(
    evidence: Evidence, late: LateRise | None, explained: ExplainedByLoss | None
) -> str:
    """What the figure shows, in a sentence or two; empty where nothing can be said."""
    if late is None:
        return ""
    name = find_metric(evidence.metric).metric
    if np.isnan(late.p_rise):
        return (
            f"{name}: the noise is not known without standard errors or numbers of items, so that "
            f"late rise T = {late.value:.2f} is not tested."
        )
    if not late.rises:
        return f"{name}: no rise beyond the noise of the test (p = {late.p_rise:.2g})."
    measured = f"late rise T = {_with_interval(late)}"
    if late.late:
        seen = (
            f"{name} waits: at {_where(evidence, late.at)} it lags {late.value:.2f} of its whole "
            f"rise behind steady gains ({measured})."
        )
    else:
        seen = f"{name} rises, and not late beyond the noise ({measured})."
    if explained is None or np.isnan(explained.value):
        return seen
    share = f"X = {_with_interval(explained)}, the predicted share of its steepest half"
    told = {
        "metric": f"A smooth loss predicts this rise ({share}).",
        "loss": f"A smooth loss does not predict this rise ({share}): the loss itself breaks.",
        "untested": f"The rise ends at the last scale, so that a break of the loss cannot be told "
        f"from a smooth one ({share}).",
        "unclear": f"Whether a smooth loss predicts this rise is unclear ({share}).",
    }
    return f"{seen} {told[explained.cause]}"


def _with_interval(found: LateRise | ExplainedByLoss) -> str:
    if not np.isfinite([found.lower, found.upper]).all():
        return f"{found.value:.2f}"
    return f"{found.value:.2f} [{found.lower:.2f}, {found.upper:.2f}]"

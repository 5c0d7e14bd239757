"""Breaks of a continuous loss: stretches of scale in which it falls faster than on both sides.

A sum of power laws with a floor, or any other smooth law of diminishing returns, is convex in
log scale: from step to step it falls ever more slowly. A loss that falls clearly faster in one
stretch than just before it, and than just after it, follows no such law. Our own test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm, t

from ..arrays import Floats
from ..metrics.loss import Kind, above_floor, nats_slope, to_nats
from ..statistics.intervals import bootstrap_scores
from .evidence import Evidence, Levels, Measured, between_runs, levels_of

FASTER = 1.25  # Times the rate on either side that a stretch must exceed to be called a break.
MATERIAL = 0.5  # Nats; a test that could miss a break of this size excludes none.
LONGEST = 2  # Steps from size to size that a break may take.


@dataclass(frozen=True)
class Break:
    """The stretch in which a continuous score breaks most clearly."""

    score: str
    low: float  # scales at its two ends
    high: float
    drop: float  # how far the loss falls between them, in nats
    expected: float  # how far it would fall at the faster of the rates on its two sides
    excess: float  # the drop beyond `FASTER` times the expected one, and its standard error
    stderr: float
    p_value: float  # of "there is no break near the jump", times the stretches looked at
    largest: float  # excess that the data allow (95%) in any of these stretches
    seeds: float  # share that fall faster there than on both sides, NaN with one seed
    n_seeds: int  # measured throughout


@dataclass(frozen=True)
class Curve:
    """A continuous score as a loss over the levels of scale at which it tells something."""

    levels: Levels
    loss: Floats  # (levels,), nats: means over seeds; and their covariance over items and seeds
    covariance: Floats
    by_seed: Floats  # (seeds, levels); NaN where a seed was not measured
    freedom: float  # degrees of it, of the spread of seeds; 0 with one seed
    dropped: int  # levels that were left out: at the floor, or of an error that nobody knows
    kind: Kind = "nats"


def loss_curve(evidence: Evidence, measured: Measured, *, draws: int, seed: int) -> Curve:
    """A continuous score as a loss, with its errors."""
    kind: Kind = measured.kind
    if kind == "nats" and not measured.lower_is_better:
        kind = "reward"
    chance = measured.chance if kind == "brier" else measured.floor
    best = 1.0 if np.isnan(measured.best) else measured.best
    levels = levels_of(evidence, measured)
    means = levels.mean(measured.value)
    covariance = _item_covariance(levels, measured, draws, seed)
    losses = to_nats(measured.value, kind, chance=chance, best=best)
    loss = to_nats(means, kind, chance=chance, best=best)
    errors = np.sqrt(np.diag(covariance))
    if (levels.runs > 1).any():
        # Seeds show a spread where the items' is not known.
        covariance, errors = np.nan_to_num(covariance), np.nan_to_num(errors)
    informative = above_floor(means, errors, kind, chance=chance) & np.isfinite(loss)
    # Without an error, noise alone would be a break, and any forecast a miss.
    informative &= np.isfinite(errors)
    known = levels.member >= 0
    used = known & np.isfinite(losses)
    used[known] &= informative[levels.member[known]]
    member = np.full(len(used), -1, dtype=np.intp)
    member[used] = np.cumsum(informative)[levels.member[used]] - 1
    kept = Levels(levels.scale[informative], levels.decades[informative], member)
    variance, freedom = between_runs(kept, np.where(used, losses, 0.0))
    slope = nats_slope(means[informative], kind, chance=chance)
    covariance = covariance[np.ix_(informative, informative)] * np.outer(slope, slope)
    covariance = covariance + np.diag(variance / np.maximum(kept.runs, 1.0))
    seeds, row = np.unique(evidence.seed[used], return_inverse=True)
    by_seed = np.full((len(seeds), len(kept)), np.nan)
    by_seed[row, member[used]] = losses[used]
    dropped = int((~informative).sum())
    return Curve(kept, loss[informative], covariance, by_seed, freedom, dropped, kind)


def _item_covariance(levels: Levels, measured: Measured, draws: int, seed: int) -> Floats:
    if measured.items is not None and len(levels):
        known = levels.member >= 0
        of_levels = np.stack(
            [
                measured.items[known & (levels.member == level)].mean(axis=0)
                for level in range(len(levels))
            ]
        )
        replicates = bootstrap_scores(of_levels, draws=draws, seed=seed)
        return np.cov(replicates, rowvar=False).reshape(len(levels), len(levels))
    # Runs without known items: at worst their tests share them, so seeds do not average out.
    used = np.flatnonzero((levels.member >= 0) & np.isfinite(measured.stderr))
    count = np.bincount(levels.member[used], minlength=len(levels))
    total = np.bincount(levels.member[used], measured.stderr[used] ** 2, minlength=len(levels))
    return np.diag(np.divide(total, count, out=np.full(len(levels), np.nan), where=count > 0))


def find_break(curve: Curve, name: str, start: float, end: float) -> Break | None:
    """The clearest break near a jump, None where no stretch of the jump has a step before it."""
    # A stretch that ends at the last level can exclude a break (it falls no faster than before),
    # but not show one: nobody knows what follows. `start` and `end` are decades of the jump.
    looked_at = (_break(curve, name, *stretch) for stretch in _stretches(curve, start, end))
    found = [one for one in looked_at if one is not None]
    if not found:
        return None
    clearest = min(found, key=lambda one: (one.p_value, -one.excess))
    # A share of 5% for any one of the stretches, as their largest excess is reported.
    spread = norm.ppf(1 - 0.05 / len(found))
    largest = max(one.excess + spread * one.stderr for one in found)
    p_value = min(clearest.p_value * len(found), 1.0)
    return replace(clearest, p_value=p_value, largest=float(largest))


def _stretches(curve: Curve, start: float, end: float) -> list[tuple[int, int]]:
    """Stretches of a step or two that touch the jump or the step beside it."""
    decades = curve.levels.decades
    first = max(int(np.searchsorted(decades, start - 1e-9)) - 1, 1)
    last = min(int(np.searchsorted(decades, end + 1e-9, side="right")), len(decades) - 1)
    stretches = [
        (low, high)
        for low in range(first, last)
        for high in range(low + 1, min(low + LONGEST, last) + 1)
    ]
    within = any(decades[low] < end and decades[high] > start for low, high in stretches)
    return stretches if within else []


def _break(curve: Curve, name: str, low: int, high: int) -> Break | None:
    decades = curve.levels.decades
    span = decades[high] - decades[low]
    before = _side(decades, low, -1, span)
    after = _side(decades, high, 1, span)
    if before is None:
        return None
    inside = _fall(len(decades), low, high)
    p_value = 0.0 if after is not None else 1.0
    least, of_least, expected = np.inf, 0.0, -np.inf
    for start, end in [(before, low)] + ([] if after is None else [(high, after)]):
        outside = _fall(len(decades), start, end) * span / (decades[end] - decades[start])
        contrast = inside - FASTER * outside
        stderr = float(np.sqrt(contrast @ curve.covariance @ contrast))
        beside = float(outside @ curve.loss)
        # A loss that rises beside the stretch would make any fall a break: it must fall by itself.
        excess = float(inside @ curve.loss) - FASTER * max(beside, 0.0)
        expected = max(expected, beside)
        p_value = max(p_value, _p_value(excess, stderr, curve.freedom))
        if excess < least:
            least, of_least = excess, stderr
    seeds, n_seeds = _seeds(curve, before, low, high, after)
    scales = curve.levels.scale
    return Break(
        name, float(scales[low]), float(scales[high]), float(inside @ curve.loss), expected,
        least, of_least, p_value, np.inf, seeds, n_seeds,
    )  # fmt: skip


def _p_value(excess: float, stderr: float, freedom: float) -> float:
    if stderr <= 0:
        return 0.0 if excess > 0 else 1.0
    z = excess / stderr
    return float(t.sf(z, freedom) if freedom > 0 else norm.sf(z))


def _side(decades: Floats, at: int, direction: int, span: float) -> int | None:
    """The nearest level at least half the stretch away, None where there is none."""
    away = (decades - decades[at]) * direction
    far = np.flatnonzero(away >= 0.5 * span * (1 - 1e-9))
    if not len(far):
        return None
    return int(far[-1] if direction < 0 else far[0])


def _fall(levels: int, low: int, high: int) -> Floats:
    contrast = np.zeros(levels)
    contrast[low], contrast[high] = 1.0, -1.0
    return contrast


def _seeds(curve: Curve, before: int, low: int, high: int, after: int | None) -> tuple[float, int]:
    if after is None:
        return float("nan"), 0
    whole = curve.by_seed[np.isfinite(curve.by_seed[:, [before, low, high, after]]).all(axis=1)]
    if len(whole) < 2:
        return float("nan"), len(whole)
    decades = curve.levels.decades

    def rate(one: int, other: int) -> Floats:
        return (whole[:, one] - whole[:, other]) / (decades[other] - decades[one])

    inside = rate(low, high)
    faster = (inside > rate(before, low)) & (inside > rate(high, after)) & (inside > 0)
    return float(faster.mean()), len(whole)

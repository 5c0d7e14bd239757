"""What the smaller models say of a larger one: a power law with a floor, carried on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from ..arrays import Floats
from ..metrics.loss import Kind, above_floor, from_loss, nats_slope, to_nats
from .evidence import Evidence, Levels, Measured, between_runs, by_level, levels_of, only
from .partners import floor_of, kind_of, label_of

FLATTEST, STEEPEST = 0.02, 1.5
CELLS = 48
ZOOMS = 8


@dataclass(frozen=True)
class Curve:
    """A continuous score as a loss over the levels of scale at which it tells something."""

    levels: Levels
    loss: Floats  # (levels,), nats: means over runs; and their errors over items and runs
    error: Floats
    kind: Kind = "nats"
    label: str = "loss"  # as a sentence calls the score
    chance: float = 0.0
    best: float = 1.0

    def as_score(self, loss: float) -> float:
        """The score that has a loss, in the unit in which it was reported."""
        if self.kind == "error":
            return float(np.exp(loss))
        return float(from_loss(loss, self.kind, chance=self.chance, best=self.best))


def loss_curve(evidence: Evidence, measured: Measured) -> Curve:
    """A continuous score as a loss, with its errors."""
    kind, chance = kind_of(measured), floor_of(measured)
    best = 1.0 if np.isnan(measured.best) else measured.best
    levels = levels_of(evidence, measured)
    means = levels.mean(np.where(levels.member >= 0, measured.value, 0.0))
    loss = to_nats(means, kind, chance=chance, best=best)
    error = _item_error(levels, measured)
    if (levels.runs > 1).any():
        # Seeds show a spread where the items' is not known.
        error = np.nan_to_num(error)
    # Without an error any forecast would be a miss.
    informative = above_floor(means, error, kind, chance=chance) & np.isfinite(loss)
    informative &= np.isfinite(error)
    kept = only(levels, informative)
    losses = to_nats(measured.value, kind, chance=chance, best=best)
    used = (kept.member >= 0) & np.isfinite(losses)
    kept = replace(kept, member=np.where(used, kept.member, -1))
    variance, _ = between_runs(kept, np.where(used, losses, 0.0))
    slope = nats_slope(means[informative], kind, chance=chance)
    of_items, of_runs = (error[informative] * slope) ** 2, variance / np.maximum(kept.runs, 1.0)
    error = np.sqrt(of_items + of_runs)
    label = label_of(measured.name, kind)
    return Curve(kept, loss[informative], error, kind, label, chance, best)


def _item_error(levels: Levels, measured: Measured) -> Floats:
    """Standard error over items of each level's mean; runs may share their items."""
    if measured.items is not None:
        means = np.nanmean(by_level(levels, measured.items), axis=1)
        return means.std(axis=1, ddof=1) / np.sqrt(means.shape[1])
    known = (levels.member >= 0) & np.isfinite(measured.stderr)
    count = np.bincount(levels.member[known], minlength=len(levels))
    total = np.bincount(levels.member[known], measured.stderr[known] ** 2, minlength=len(levels))
    return np.sqrt(np.divide(total, count, out=np.full(len(levels), np.nan), where=count > 0))


def extrapolate(
    decades: Floats, loss: Floats, stderr: Floats, target: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Lower, middle and upper forecast by all power laws with a floor that fit well enough."""
    # The laws are `E + A * x**-a` with E and A at least 0 and a in [0.02, 1.5]; the middle is the
    # best fit's, and the range is of the curve itself (profile likelihood), without the noise of a
    # new measurement. Where the laws fit worse than the standard errors say, these are taken to be
    # that much larger.
    weight = 1 / np.maximum(stderr, 1e-9) ** 2
    freedom = max(len(decades) - 3, 1)
    low, high = 0.0, max(float(loss.max()), 0.0)
    flattest, steepest = FLATTEST, STEEPEST
    best, middle, likely = np.inf, high, np.array([high])
    # A grid coarser than the range would make the forecast surer than it is: zoom in on it.
    for _ in range(ZOOMS):
        ends = np.linspace(low, high, CELLS)
        exponents = np.geomspace(flattest, steepest, CELLS)
        deviance = _deviance(
            ends, exponents, decades - decades[0], loss, weight, target - decades[0]
        )
        at, _ = np.unravel_index(np.argmin(deviance), deviance.shape)
        if deviance.min() <= best:
            best, middle = float(deviance.min()), float(ends[at])
        limit = float(chi2.ppf(confidence, 1)) * max(1.0, best / freedom)
        inside = deviance - best <= limit
        likely = np.append(ends[inside.any(axis=1)], middle)
        step = ends[1] - ends[0]
        low, high = max(float(likely.min() - step), 0.0), float(likely.max() + step)
        near = exponents[inside.any(axis=0)] if inside.any() else exponents
        ratio = exponents[1] / exponents[0]
        flattest = max(float(near[0]) / ratio, FLATTEST)
        steepest = min(float(near[-1]) * ratio, STEEPEST)
    return float(likely.min()), middle, float(likely.max())


def _deviance(
    ends: Floats, exponents: Floats, decades: Floats, loss: Floats, weight: Floats, target: float
) -> Floats:
    """Misfit of the best law through each forecast with each exponent."""
    # Given both, A is a quadratic's minimum between 0 and where E is 0.
    power, ahead = 10 ** (-exponents[:, np.newaxis] * decades), 10 ** (-exponents * target)
    rest = loss - ends[:, np.newaxis]
    shape = power - ahead[:, np.newaxis]
    cross = np.einsum("fl,al,l->fa", rest, shape, weight)
    square = np.einsum("al,al,l->a", shape, shape, weight)
    factor = np.clip(cross / square, 0.0, ends[:, np.newaxis] / ahead)
    left = rest[:, np.newaxis, :] - factor[..., np.newaxis] * shape
    return np.einsum("fal,fal,l->fa", left, left, weight)


def forecast(curve: Curve, below: NDArray[np.intp], target: float) -> tuple[float, float, float]:
    """Lower, middle and upper forecast of a curve's loss, in nats, from some of its levels.

    The logarithm of an error may lie below 0, where no power law goes: there the law is the
    error's own.
    """
    decades, loss = curve.levels.decades[below], curve.loss[below]
    errors = curve.error[below]
    if curve.kind != "error":
        return extrapolate(decades, loss, errors, target)
    unit = loss.max()
    value = np.exp(loss - unit)
    ahead = extrapolate(decades, value, value * errors, target)
    low, middle, high = np.log(np.maximum(ahead, np.finfo(float).tiny)) + unit
    return float(low), float(middle), float(high)

"""One family of curves, smooth or with a step, fitted to a score: what a jump is held against.

``score = chance + (best - chance) * exp(-(E + A * x**-a + B * [below the step]))`` with E, A
and B at least 0 and a in (0, 1]. Without a step it is exact match under a loss that is a power
law with a floor (Schaeffer et al. 2023, section 2, and a floor), whose rise from 10% to 90%
takes at least 1.3 decades.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..laws.solver.levenberg_marquardt import solved
from .evidence import (
    Evidence,
    Levels,
    between_runs,
    effective_items,
    item_variance,
    levels_of,
)

EXPONENTS = np.geomspace(0.02, 1.0, 18)
PARTS = np.array([0.0, 0.25, 0.5, 0.75])
ROUNDS = 60
PATIENCE = 6  # Rounds in which the best of all fits must have gained something.
LEAST = 1e-9


@dataclass(frozen=True)
class Scores:
    """The judged score by level of scale, and the weights that a fit gives it."""

    decades: Floats  # (levels,): log10 of the scale
    value: Floats  # (levels,): scores of which the higher is the better
    weight: Floats  # effective number of items where `counted`, else one over the variance
    chance: float  # ends of the score
    best: float
    counted: bool  # whether the likelihood is binomial


@dataclass(frozen=True)
class Fitted:
    """The best of the family."""

    deviance: float  # twice the log-likelihood lost against a curve through every point
    parameters: int  # how many were fitted, exponent and place of the step included
    curve: Floats  # (levels,)

    def aicc(self, levels: int, inflation: float = 1.0) -> float:
        """Akaike's criterion for small samples, up to a constant; infinite if too few levels."""
        # The deviance is divided by `inflation` where no curve fits as well as the errors promise.
        k, room = self.parameters, levels - self.parameters - 1
        if room <= 0:
            return float("inf")
        return self.deviance / inflation + 2 * k + 2 * k * (k + 1) / room


def scores_of(evidence: Evidence) -> tuple[Levels, Scores] | None:
    """The judged score by level, higher better, with weights; None if it cannot be weighed."""
    score = evidence.score
    levels = levels_of(evidence, score)
    means, runs = levels.mean(score.value), levels.runs
    sign = -1.0 if score.lower_is_better else 1.0
    seeds, _ = between_runs(levels, score.value)
    variance = item_variance(score)
    known = levels.member >= 0
    if np.isnan(variance[known]).any():
        return None
    of_items = levels.mean(np.where(known, variance, 0.0))
    chance, best = sign * score.floor, sign * score.best
    # Where lower is better, 0 is the best score and not that of guessing.
    if np.isnan(best) or (score.lower_is_better and np.isnan(score.chance)) or best <= chance:
        return None
    if score.counted and not score.lower_is_better:
        items = levels.mean(np.where(known, np.nan_to_num(effective_items(score)), 0.0))
        # Seeds that differ by more than a test of their items would: fewer effective items.
        clumped = np.maximum(1.0, seeds / np.maximum(of_items, 1e-300))
        return levels, Scores(levels.decades, means, items * runs / clumped, chance, best, True)
    weight = runs / np.maximum(of_items + seeds, 1e-300)
    return levels, Scores(levels.decades, sign * means, weight, chance, best, False)


def fit_smooth(scores: Scores) -> Fitted:
    """The smooth curve, with or without a floor of the loss: the one of lower AICc."""
    n = len(scores.decades)
    power = _power(scores.decades)
    floor = np.ones((len(EXPONENTS), n))
    plain = _best(scores, power[:, :, np.newaxis], 2)
    floored = _best(scores, np.stack([power, floor], axis=-1), 3)
    return min(plain, floored, key=lambda fit: (fit.aicc(n), fit.deviance))


def fit_stepped(scores: Scores, steps: Sequence[int]) -> Fitted:
    """The curve with a step after one of the levels `steps`: flat on both sides, or a power law."""
    n = len(scores.decades)
    power = _power(scores.decades)
    below = _steps(n, steps)
    one = np.ones(below.shape)
    flat = _best(scores, np.stack([one, below], axis=-1), 3)
    both = np.stack(np.broadcast_arrays(power[:, np.newaxis], below[np.newaxis]), axis=-1)
    sloped = _best(scores, both.reshape(-1, n, 2), 4)
    return min(flat, sloped, key=lambda fit: (fit.aicc(n), fit.deviance))


def inflation(scores: Scores, steps: Sequence[int]) -> float:
    """How many times worse than the errors promise the richest curve fits, at least 1."""
    # A floor of the loss, a power law and a step at once (Burnham and Anderson's global model).
    n = len(scores.decades)
    power = _power(scores.decades)[:, np.newaxis]
    below = _steps(n, steps)[np.newaxis]
    terms = np.broadcast_arrays(power, below, np.ones((1, 1, n)))
    richest = _best(scores, np.stack(terms, axis=-1).reshape(-1, n, 3), 5)
    return max(1.0, richest.deviance / max(n - richest.parameters, 1))


def _steps(levels: int, after: Sequence[int]) -> Floats:
    """Steps after levels, each also in places where the next level is part of the way through."""
    places = (np.asarray(after)[:, np.newaxis] + PARTS).reshape(-1, 1)
    return np.clip(places + 1.0 - np.arange(levels), 0.0, 1.0)


def _power(decades: Floats) -> Floats:
    centred = decades - decades.mean()
    return 10 ** (-EXPONENTS[:, np.newaxis] * centred)


def _best(scores: Scores, bases: Floats, parameters: int) -> Fitted:
    deviance, curve = fit_bases(scores, bases)
    best = int(np.argmin(deviance))
    return Fitted(float(deviance[best]), parameters, curve[best])


def fit_bases(scores: Scores, bases: Floats) -> tuple[Floats, Floats]:
    """Fit ``-log`` of the score's share as non-negative sums of basis curves, all at once."""
    # Fisher scoring in the logarithms of the coefficients, damped (Levenberg and Marquardt). The
    # bases have shape (fits, levels, terms), the deviances (fits,), the curves (fits, levels).
    log_weights = _start(scores, bases)
    damping = np.full(len(bases), 1e-2)
    curve, slope = _curve(scores, bases, log_weights)
    deviance = _deviance(scores, curve)
    diagonal = np.arange(int(bases.shape[-1]))
    lowest: list[float] = []
    for _ in range(ROUNDS):
        precision = _precision(scores, curve)
        jacobian = slope[..., np.newaxis] * bases * np.exp(log_weights)[:, np.newaxis, :]
        weighted = jacobian * precision[..., np.newaxis]
        gradient = np.einsum("flt,fl->ft", weighted, scores.value - curve)
        hessian = np.einsum("flt,flu->ftu", weighted, jacobian)
        scale = hessian[:, diagonal, diagonal] + LEAST
        hessian[:, diagonal, diagonal] += damping[:, np.newaxis] * scale + LEAST
        step = solved(hessian, gradient)
        trial = np.clip(log_weights + np.clip(step, -3, 3), -30, 30)
        new_curve, new_slope = _curve(scores, bases, trial)
        new_deviance = _deviance(scores, new_curve)
        better = new_deviance < deviance
        log_weights = np.where(better[:, np.newaxis], trial, log_weights)
        curve = np.where(better[:, np.newaxis], new_curve, curve)
        slope = np.where(better[:, np.newaxis], new_slope, slope)
        deviance = np.where(better, new_deviance, deviance)
        damping = np.clip(np.where(better, damping / 5, damping * 4), 1e-9, 1e9)
        lowest.append(float(deviance.min()))
        if len(lowest) > PATIENCE and lowest[-PATIENCE - 1] - lowest[-1] < 1e-3:
            break
    return deviance, curve


def _start(scores: Scores, bases: Floats) -> Floats:
    """Every term alone would explain a share of the loss."""
    span = scores.best - scores.chance
    share = np.clip((scores.value - scores.chance) / span, 1e-3, 1 - 1e-3)
    loss = -np.log(share)
    squares = np.maximum(np.einsum("flt,flt->ft", bases, bases), LEAST)
    size = np.einsum("flt,l->ft", bases, loss) / squares
    return np.log(np.maximum(size / bases.shape[-1], 1e-6))


def _curve(scores: Scores, bases: Floats, log_weights: Floats) -> tuple[Floats, Floats]:
    loss = np.einsum("flt,ft->fl", bases, np.exp(log_weights))
    span = scores.best - scores.chance
    fall = span * np.exp(-np.minimum(loss, 700.0))
    return scores.chance + fall, -fall


def _precision(scores: Scores, curve: Floats) -> Floats:
    if not scores.counted:
        return np.broadcast_to(scores.weight, curve.shape)
    share = np.clip(curve, 1e-12, 1 - 1e-12)
    return scores.weight / (share * (1 - share))


def _deviance(scores: Scores, curve: Floats) -> Floats:
    if not scores.counted:
        return (scores.weight * (scores.value - curve) ** 2).sum(axis=-1)
    share, seen = np.clip(curve, 1e-300, 1 - 1e-15), scores.value
    right = np.where(seen > 0, seen * np.log(np.where(seen > 0, seen, 1.0) / share), 0.0)
    wrong = 1 - seen
    missed = np.where(wrong > 0, wrong * np.log(np.where(wrong > 0, wrong, 1.0) / (1 - share)), 0.0)
    return 2 * (scores.weight * (right + missed)).sum(axis=-1)

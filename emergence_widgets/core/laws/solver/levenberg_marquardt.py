"""Levenberg and Marquardt's method within bounds, for many series at once.

scipy solves one series a call; this solves them together, so that a fit is a batch of one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np

from ...arrays import Flags, Floats, Ints
from .likelihoods import Objective

FLAT = 1e-8  # A series is left when the cosine of slope and residual is below this.
FLAT_ENOUGH = 1e-5
"""It counts as converged below this: the value is then within about 1e-10 of its least."""
STILL = 1e-13  # A step that lowers the value by less than this share of it gains nothing.
PATIENCE = 3  # Steps without gain before a series is left.
LIGHTEST, HEAVIEST = 1e-12, 1e14  # Range of the damping.
PROBE = 0.1  # Share of a step over which the curve's bend along it is measured.
MOST_BENT = 0.375  # Longest correction for the bend, as a share of the step.
RIDGE = 1e-12


class Curves(ABC):
    """Curves of many series at their points, by free parameters theta (series, k)."""

    @abstractmethod
    def mean(self, theta: Floats) -> Floats:
        """Values, (series, n)."""

    @abstractmethod
    def mean_and_jacobian(self, theta: Floats) -> tuple[Floats, Floats]:
        """Values (series, n) and their derivatives (series, n, k)."""

    @abstractmethod
    def take(self, rows: Ints) -> Self:
        """Some of the series."""

    @property
    def free_coefficients(self) -> Flags:
        """Which coefficients of the basis are free, (l,); these come first of theta."""
        return np.zeros(0, dtype=bool)

    def basis(self, theta: Floats) -> tuple[Floats, Floats]:
        """Where a curve is a weighted sum: basis (series, n, l) and coefficients (series, l)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Solution:
    """Free parameters (series, k), values (series,), and whether the slope is flat there."""

    theta: Floats
    value: Floats
    converged: Flags


def solve(
    curves: Curves,
    objective: Objective,
    start: Floats,
    lower: Floats,
    upper: Floats,
    *,
    steps: int,
) -> Solution:
    """Least value of an objective from one start (series, k) a series, in at most `steps` steps."""
    # Levenberg 1944 and Marquardt 1963, the damping raised as by Nielsen 1999; the correction for
    # the bend is the geodesic acceleration of Transtrum and Sethna 2012 (arXiv:1201.5885). With
    # the expected information as curvature it is Fisher's scoring.
    theta = np.clip(start, lower, upper)
    whole = _Task(curves, objective, lower, upper)
    value = objective.value(curves.mean(theta))
    value = np.where(np.isfinite(value), value, np.inf)
    count = len(theta)
    damping, growth = np.full(count, 1e-3), np.full(count, 2.0)
    flatness, stalls = np.full(count, np.inf), np.zeros(count, dtype=int)
    negligible = objective.negligible()
    active = np.flatnonzero(value < np.inf)
    for _ in range(steps):
        if not len(active):
            break
        task = whole.take(active)
        local = task.local(theta[active])
        trial, tried = task.settle(task.trial(theta[active], local, damping[active]))
        gain = value[active] - tried
        better = gain > 0
        idle = better & (gain <= STILL * value[active])
        flatness[active] = local.flatness(value[active], objective.unit)
        moved, stayed = active[better], active[~better]
        theta[moved], value[moved] = trial[better], tried[better]
        damping[moved] = np.maximum(damping[moved] / 5, LIGHTEST)
        damping[stayed] *= growth[stayed]
        growth[moved], growth[stayed] = 2.0, 2 * growth[stayed]
        stalls[active] = np.where(idle, stalls[active] + 1, np.where(better, 0, stalls[active]))
        done = (flatness[active] <= FLAT) | (value[active] <= negligible[active])
        done |= (damping[active] > HEAVIEST) | (stalls[active] >= PATIENCE)
        active = active[~done]
    converged = (flatness <= FLAT_ENOUGH) | (value <= negligible)
    return Solution(theta, value, converged)


@dataclass(frozen=True)
class _Local:
    """The objective about a point; `slope` and `curvature` are in units of `size`."""

    # Parameters held at a bound have no slope. `mean` and `curving` have shape (series, n).
    mean: Floats
    jacobian: Floats
    curving: Floats
    slope: Floats
    curvature: Floats
    size: Floats
    held: Flags

    def solve(self, slope: Floats, damping: Floats) -> Floats:
        """Damped step down a slope, in units of `size`."""
        system = self.curvature.copy()
        system += damping[:, None, None] * np.eye(system.shape[-1])
        return solved(system, slope)

    def flatness(self, value: Floats, unit: float) -> Floats:
        """Cosine of the angle between slope and residual."""
        left = np.sqrt(2 * np.maximum(value, unit))
        return np.max(np.abs(self.slope), axis=1, initial=0.0) / left


@dataclass(frozen=True)
class _Task:
    """What is solved, of the series still under way."""

    curves: Curves
    objective: Objective
    lower: Floats
    upper: Floats

    def take(self, rows: Ints) -> _Task:
        """Some of the series."""
        curves, objective = self.curves.take(rows), self.objective.take(rows)
        return _Task(curves, objective, self.lower[rows], self.upper[rows])

    def local(self, theta: Floats) -> _Local:
        mean, jacobian = self.curves.mean_and_jacobian(theta)
        score, curving, damping = self.objective.slopes(mean)
        slope = _times(jacobian, score)
        size = _unit_size(jacobian, damping)
        scaled = jacobian * size[:, None, :]
        curvature = np.swapaxes(scaled, 1, 2) @ (scaled * curving[..., None])
        held = held_at_bounds(theta, slope, self.lower, self.upper)
        curvature[held[:, :, None] | held[:, None, :]] = 0.0
        curvature += held[:, :, None] * np.eye(held.shape[1])
        slope = np.where(held, 0.0, slope * size)
        return _Local(mean, jacobian, curving, slope, curvature, size, held)

    def trial(self, theta: Floats, local: _Local, damping: Floats) -> Floats:
        """A step, corrected for the bend of the curve along it where that is slight."""
        step = local.solve(local.slope, damping)
        along = step * local.size
        probe = np.clip(theta + PROBE * along, self.lower, self.upper)
        with np.errstate(over="ignore", invalid="ignore"):
            change = (self.curves.mean(probe) - local.mean) / PROBE
            bend = (change - (local.jacobian @ along[..., None])[..., 0]) * 2 / PROBE
            pull = -0.5 * _times(local.jacobian, local.curving * bend) * local.size
        pull = np.where(local.held | ~np.isfinite(pull), 0.0, pull)
        correction = local.solve(pull, damping)
        slight = _length(correction) <= MOST_BENT * _length(step)
        moved = theta + along + np.where(slight, correction, 0.0) * local.size
        return np.clip(moved, self.lower, self.upper)

    def settle(self, theta: Floats) -> tuple[Floats, Floats]:
        """Move the free coefficients, on which the curve is linear, to their best; the value."""
        # This keeps a step on the floor of the valley that the coefficients make.
        free = self.curves.free_coefficients
        many = int(np.sum(free))
        if not many:
            return theta, self.objective.value(self.curves.mean(theta))
        basis, coefficients = self.curves.basis(theta)
        mean = summed(basis, coefficients)
        value = self.objective.value(mean)
        score, _, damping = self.objective.slopes(mean)
        own = basis[..., free]
        size = _unit_size(own, damping)
        scaled = own * size[:, None, :]
        system = np.swapaxes(scaled, 1, 2) @ (scaled * damping[..., None])
        system += RIDGE * np.eye(many)
        step = solved(system, _times(own, score) * size) * size
        best = np.clip(theta[:, :many] + step, self.lower[:, :many], self.upper[:, :many])
        coefficients[:, free] = best
        settled = self.objective.value(summed(basis, coefficients))
        better = settled < value
        moved = theta.copy()
        moved[better, :many] = best[better]
        return moved, np.where(better, settled, value)


def summed(basis: Floats, coefficients: Floats) -> Floats:
    """The curve, (series, n), of its basis (series, n, coefficients)."""
    return (basis @ coefficients[..., None])[..., 0]


def solved(system: Floats, right: Floats) -> Floats:
    """Solutions of many small systems; `right` has one column."""
    return np.asarray(np.linalg.solve(system, right[..., None]), dtype=np.float64)[..., 0]


def held_at_bounds(theta: Floats, slope: Floats, lower: Floats, upper: Floats) -> Flags:
    """Parameters at a bound that the downhill slope points out of."""
    return ((theta <= lower) & (slope <= 0)) | ((theta >= upper) & (slope >= 0))


def _times(jacobian: Floats, each: Floats) -> Floats:
    return (each[:, None, :] @ jacobian)[:, 0, :]


def _unit_size(jacobian: Floats, weight: Floats) -> Floats:
    """Size of a change of each parameter that moves the objective by about one unit."""
    squared = _times(jacobian**2, weight)
    return 1 / np.sqrt(np.where(squared > np.finfo(float).tiny, squared, 1.0))


def _length(step: Floats) -> Floats:
    return np.sqrt(np.sum(step**2, axis=1, keepdims=True))

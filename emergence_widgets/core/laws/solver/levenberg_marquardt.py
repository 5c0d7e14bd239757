"""Levenberg and Marquardt's method within bounds, for many series at once.

scipy solves one series a call; this solves them together, so that a fit is a batch of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .likelihoods import Objective
from .model import Model, solved, summed

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FLAT = 1e-8
"""A series is left when the cosine of slope and residual is below this."""
FLAT_ENOUGH = 1e-5
"""It counts as converged below this: the value is then within about 1e-10 of its least."""
STILL = 1e-13
"""A step that lowers the value by less than this share of it gains nothing."""
PATIENCE = 3
"""Steps without gain before a series is left."""
LIGHTEST, HEAVIEST = 1e-12, 1e14
"""Range of the damping."""
PROBE = 0.1
"""Share of a step over which the curve's bend along it is measured."""
MOST_BENT = 0.375
"""Longest correction for the bend, as a share of the step."""
RIDGE = 1e-12


@dataclass(frozen=True)
class Solution:
    """Free parameters (series, k), values (series,), and whether the slope is flat there."""

    theta: Floats
    value: Floats
    converged: Flags


@dataclass(frozen=True)
class _Local:
    """The objective about a point; `slope` and `curvature` are in units of `size`.

    Parameters held at a bound have no slope. `mean` and `curving` have shape (series, n),
    `jacobian` (series, n, k).
    """

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

    model: Model
    u: Floats
    objective: Objective
    lower: Floats
    upper: Floats

    def take(self, rows: NDArray[np.intp]) -> _Task:
        """Some of the series."""
        u = self.u if self.u.shape[1] == 1 else self.u[:, rows]
        return _Task(self.model, u, self.objective.take(rows), self.lower[rows], self.upper[rows])

    def local(self, theta: Floats) -> _Local:
        mean, jacobian = self.model.mean_and_jacobian(theta, self.u)
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
            change = (self.model.mean(probe, self.u) - local.mean) / PROBE
            bend = (change - (local.jacobian @ along[..., None])[..., 0]) * 2 / PROBE
            pull = -0.5 * _times(local.jacobian, local.curving * bend) * local.size
        pull = np.where(local.held | ~np.isfinite(pull), 0.0, pull)
        correction = local.solve(pull, damping)
        slight = _length(correction) <= MOST_BENT * _length(step)
        moved = theta + along + np.where(slight, correction, 0.0) * local.size
        return np.clip(moved, self.lower, self.upper)

    def settle(self, theta: Floats) -> tuple[Floats, Floats]:
        """Move the free coefficients, on which the curve is linear, to their best; the value.

        This keeps a step on the floor of the valley that the coefficients make.
        """
        free = self.model.free_coefficients
        many = int(np.sum(free))
        coefficients, shape = self.model.split(theta)
        basis = self.model.curve.basis(shape, self.u)
        mean = summed(basis, coefficients)
        value = self.objective.value(mean)
        if not many:
            return theta, value
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


def _times(jacobian: Floats, each: Floats) -> Floats:
    return (each[:, None, :] @ jacobian)[:, 0, :]


def _unit_size(jacobian: Floats, weight: Floats) -> Floats:
    """Size of a change of each parameter that moves the objective by about one unit."""
    squared = _times(jacobian**2, weight)
    return 1 / np.sqrt(np.where(squared > np.finfo(float).tiny, squared, 1.0))


def _length(step: Floats) -> Floats:
    return np.sqrt(np.sum(step**2, axis=1, keepdims=True))


def held_at_bounds(theta: Floats, slope: Floats, lower: Floats, upper: Floats) -> Flags:
    """Parameters at a bound that the downhill slope points out of."""
    return ((theta <= lower) & (slope <= 0)) | ((theta >= upper) & (slope >= 0))


def solve(
    model: Model,
    u: Floats,
    objective: Objective,
    start: Floats,
    lower: Floats,
    upper: Floats,
    *,
    steps: int,
) -> Solution:
    """Least value of an objective from one start a series.

    Parameters
    ----------
    model
        Curve, and which of its parameters are free.
    u
        Log scales, (variables, series or 1, n).
    objective
        Of every series.
    start, lower, upper
        Free parameters, (series, k).
    steps
        Most steps.

    Returns
    -------
    Solution

    References
    ----------
    Levenberg 1944 and Marquardt 1963, the damping raised as by Nielsen 1999; the correction for
    the bend is the geodesic acceleration of Transtrum and Sethna 2012 (arXiv:1201.5885). With the
    expected information as curvature it is Fisher's scoring.
    """
    theta = np.clip(start, lower, upper)
    whole = _Task(model, u, objective, lower, upper)
    value = objective.value(model.mean(theta, u))
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

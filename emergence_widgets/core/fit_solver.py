"""Levenberg and Marquardt's method within bounds, for many series at once.

scipy solves one series a call; this solves them together, so that a fit is a batch of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fit_curves import Curve
from .fit_likelihoods import Objective

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_STEPS = 300
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


@dataclass(frozen=True)
class Model:
    """A curve with some of its parameters given.

    `given` has shape (parameters,): nan for the free ones. Vectors of free parameters have
    shape (series, k).
    """

    curve: Curve
    given: Floats

    @property
    def free(self) -> Flags:
        return np.isnan(self.given)

    def whole(self, theta: Floats) -> Floats:
        """Free parameters with the given ones put in their places."""
        every = np.broadcast_to(self.given, (*theta.shape[:-1], len(self.given))).copy()
        every[..., self.free] = theta
        return every

    def mean(self, theta: Floats, u: Floats) -> Floats:
        """Values of the curve, (series, n)."""
        every, split = self.whole(theta), len(self.curve.coefficients)
        basis = self.curve.basis(every[..., split:], u)
        return np.einsum("...nl,...l->...n", basis, every[..., :split])

    def mean_and_jacobian(self, theta: Floats, u: Floats) -> tuple[Floats, Floats]:
        """Values (series, n) and their derivatives (series, n, k)."""
        every, split = self.whole(theta), len(self.curve.coefficients)
        coefficients, shape = every[..., :split], every[..., split:]
        basis = self.curve.basis(shape, u)
        mean = np.einsum("...nl,...l->...n", basis, coefficients)
        by_shape = np.einsum("...nlq,...l->...nq", self.curve.slopes(shape, u), coefficients)
        jacobian = np.concatenate([basis, by_shape], axis=-1)
        return mean, jacobian[..., self.free]


@dataclass(frozen=True)
class Solution:
    """Free parameters (series, k), values (series,), and whether the slope is flat there."""

    theta: Floats
    value: Floats
    converged: Flags


@dataclass(frozen=True)
class _Local:
    """The objective about a point, in units of each parameter's own scale.

    `slope` and `size` have shape (series, k), `curvature` (series, k, k); parameters held at
    a bound have no slope.
    """

    slope: Floats
    curvature: Floats
    size: Floats
    flatness: Floats

    def step(self, damping: Floats) -> Floats:
        system = self.curvature.copy()
        diagonal = np.arange(system.shape[-1])
        system[:, diagonal, diagonal] += damping[:, None]
        return np.linalg.solve(system, self.slope[..., None])[..., 0] * self.size


def held_at_bounds(theta: Floats, slope: Floats, lower: Floats, upper: Floats) -> Flags:
    """Parameters at a bound that the downhill slope points out of."""
    return ((theta <= lower) & (slope <= 0)) | ((theta >= upper) & (slope >= 0))


def _local(
    model: Model, u: Floats, objective: Objective, value: Floats, at: tuple[Floats, Floats, Floats]
) -> _Local:
    mean, jacobian = model.mean_and_jacobian(at[0], u)
    score, curving, damping = objective.slopes(mean)
    slope = np.einsum("snk,sn->sk", jacobian, score)
    scale = np.einsum("snk,sn->sk", jacobian**2, damping)
    size = 1 / np.sqrt(np.where(scale > 0, scale, 1.0))
    scaled = jacobian * size[:, None, :]
    curvature = np.swapaxes(scaled, 1, 2) @ (scaled * curving[..., None])
    held = held_at_bounds(*at[:1], slope, *at[1:])
    curvature[held[:, :, None] | held[:, None, :]] = 0.0
    curvature += held[:, :, None] * np.eye(held.shape[1])
    slope = np.where(held, 0.0, slope * size)
    left = np.sqrt(2 * np.maximum(value, objective.unit))
    return _Local(slope, curvature, size, np.max(np.abs(slope), axis=1, initial=0.0) / left)


def solve(
    model: Model, u: Floats, objective: Objective, start: Floats, lower: Floats, upper: Floats
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

    Returns
    -------
    Solution

    References
    ----------
    Levenberg 1944; Marquardt 1963; damping raised as by Nielsen 1999. With the expected
    information as curvature it is Fisher's scoring.
    """
    theta = np.clip(start, lower, upper)
    value = objective.value(model.mean(theta, u))
    count = len(theta)
    damping, growth = np.full(count, 1e-3), np.full(count, 2.0)
    flatness, stalls = np.full(count, np.inf), np.zeros(count, dtype=int)
    negligible = objective.negligible()
    active = np.flatnonzero(np.isfinite(value))
    for _ in range(MOST_STEPS):
        if not len(active):
            break
        here, u_here = objective.take(active), u if u.shape[1] == 1 else u[:, active]
        at = (theta[active], lower[active], upper[active])
        local = _local(model, u_here, here, value[active], at)
        trial = np.clip(at[0] + local.step(damping[active]), *at[1:])
        tried = here.value(model.mean(trial, u_here))
        gain = value[active] - tried
        better = gain > 0
        idle = better & (gain <= STILL * value[active])
        moved, stayed = active[better], active[~better]
        theta[moved], value[moved] = trial[better], tried[better]
        damping[moved] = np.maximum(damping[moved] / 5, LIGHTEST)
        damping[stayed] *= growth[stayed]
        growth[moved], growth[stayed] = 2.0, 2 * growth[stayed]
        stalls[active] = np.where(idle, stalls[active] + 1, np.where(better, 0, stalls[active]))
        flatness[active] = local.flatness
        done = (local.flatness <= FLAT) | (value[active] <= negligible[active])
        done |= (damping[active] > HEAVIEST) | (stalls[active] >= PATIENCE)
        active = active[~done]
    converged = (flatness <= FLAT_ENOUGH) | (value <= negligible)
    return Solution(theta, value, converged & np.isfinite(value))

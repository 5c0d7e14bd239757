"""A curve with some of its parameters given, evaluated for many series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .curves import Curve

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Model:
    """A curve, and which of its parameters are given.

    `given` has shape (parameters,): nan for the free ones. Vectors of free parameters have
    shape (series, k), log scales `u` (variables, series or 1, n).
    """

    curve: Curve
    given: Floats

    @property
    def free(self) -> Flags:
        """Which parameters are free, (parameters,)."""
        return np.isnan(self.given)

    @property
    def free_coefficients(self) -> Flags:
        """Which coefficients are free; the free ones come first of the free parameters."""
        return self.free[: len(self.curve.coefficients)]

    def whole(self, theta: Floats) -> Floats:
        """Free parameters with the given ones put in their places."""
        every = np.broadcast_to(self.given, (*theta.shape[:-1], len(self.given))).copy()
        every[..., self.free] = theta
        return every

    def split(self, theta: Floats) -> tuple[Floats, Floats]:
        """All coefficients, and all shape parameters."""
        every, at = self.whole(theta), len(self.curve.coefficients)
        return every[..., :at], every[..., at:]

    def mean(self, theta: Floats, u: Floats) -> Floats:
        """Values of the curve, (series, n)."""
        coefficients, shape = self.split(theta)
        return summed(self.curve.basis(shape, u), coefficients)

    def mean_and_jacobian(self, theta: Floats, u: Floats) -> tuple[Floats, Floats]:
        """Values (series, n) and their derivatives (series, n, k)."""
        coefficients, shape = self.split(theta)
        basis, slopes = self.curve.basis_and_slopes(shape, u)
        by_shape = np.swapaxes(slopes, -1, -2) @ coefficients[..., None, :, None]
        jacobian = np.concatenate([basis, by_shape[..., 0]], axis=-1)
        return summed(basis, coefficients), jacobian[..., self.free]


def summed(basis: Floats, coefficients: Floats) -> Floats:
    """The curve, (series, n), of its basis (series, n, coefficients)."""
    return (basis @ coefficients[..., None])[..., 0]


def solved(system: Floats, right: Floats) -> Floats:
    """Solutions of many small systems; `right` has one column."""
    return np.asarray(np.linalg.solve(system, right[..., None]), dtype=np.float64)[..., 0]

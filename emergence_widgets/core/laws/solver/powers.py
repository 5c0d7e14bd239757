"""Power laws in one variable and in two as a solver needs them (see fit_curves)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..names import LossLaw, PowerLaw
from .curves import STEEPEST, Extent, Floats, Law, Plain, around, geometric, table_of_bounds


def _bottom(extent: Extent) -> tuple[Floats | float, Floats | float]:
    """Where a floor that is approached from above may lie: not below 0 if no value is."""
    low, _ = around(extent)
    return np.where(extent.lowest >= 0, 0.0, low), extent.highest


def heights_at_one(
    theta: Floats, reference: Floats, pairs: Sequence[tuple[int, int]]
) -> tuple[Floats, Floats]:
    """Turn heights at the smallest scale to factors; pairs are (height, its exponent)."""
    values = theta.copy()
    slopes = np.zeros((*theta.shape, theta.shape[-1]))
    slopes[..., np.arange(theta.shape[-1]), np.arange(theta.shape[-1])] = 1.0
    for (height, exponent), log_scale in zip(pairs, reference, strict=True):
        growth = np.exp(theta[..., exponent] * log_scale)
        values[..., height] = theta[..., height] * growth
        slopes[..., height, height] = growth
        slopes[..., height, exponent] = values[..., height] * log_scale
    return values, slopes


@dataclass(frozen=True)
class PowerCurve(Plain):
    """``floor + height * exp(-exponent * u)``; scale_factor = height * smallest x**exponent."""

    floor: float | None = None
    name = "PowerLaw"
    variables = ("x",)
    coefficients = ("floor", "height")
    shapes = ("exponent",)
    parameters = ("floor", "scale_factor", "exponent")

    @property
    def fixed(self) -> dict[str, float]:
        """Parameters that are given, by the solver's names."""
        return {} if self.floor is None else {"floor": self.floor}

    def basis(self, shape: Floats, u: Floats) -> Floats:
        """``1, exp(-exponent u)``."""
        power = np.exp(-shape[..., :1] * u[0])
        return np.stack([np.ones_like(power), power], axis=-1)

    def basis_and_slopes(self, shape: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The basis, and its slopes by the shape parameters."""
        basis = self.basis(shape, u)
        slopes = np.zeros((*basis.shape, 1))
        slopes[..., 1, 0] = -u[0] * basis[..., 1]
        return basis, slopes

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (series, parameters)."""
        return table_of_bounds([_bottom(extent), (0.0, np.inf), (0.0, STEEPEST)], extent.lowest)

    def draws(self, unit: Floats, extent: Extent) -> Floats:
        """Shapes from points of the unit cube, (series or 1, draws, shapes)."""
        span = extent.span[0][:, None, None]
        return geometric(unit, 0.1 / span, 30 / span)

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Parameters of the law, and their slopes by the solver's."""
        return heights_at_one(theta, reference, ((1, 2),))

    def law(self, values: Floats) -> Law:
        """The law of these parameters."""
        floor, factor, exponent = map(float, values)
        return PowerLaw(floor, factor, exponent)


@dataclass(frozen=True)
class LossCurve(Plain):
    """Power laws of n and of d above one floor."""

    floor: float | None = None
    name = "LossLaw"
    variables = ("n", "d")
    coefficients = ("floor", "height_n", "height_d")
    shapes = ("alpha", "beta")
    parameters = ("floor", "a", "b", "alpha", "beta")

    @property
    def fixed(self) -> dict[str, float]:
        """Parameters that are given, by the solver's names."""
        return {} if self.floor is None else {"floor": self.floor}

    def basis(self, shape: Floats, u: Floats) -> Floats:
        """``1, exp(-alpha u_n), exp(-beta u_d)``."""
        of_n, of_d = np.exp(-shape[..., :1] * u[0]), np.exp(-shape[..., 1:] * u[1])
        return np.stack([np.ones_like(of_n), of_n, of_d], axis=-1)

    def basis_and_slopes(self, shape: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The basis, and its slopes by the shape parameters."""
        basis = self.basis(shape, u)
        slopes = np.zeros((*basis.shape, 2))
        slopes[..., 1, 0] = -u[0] * basis[..., 1]
        slopes[..., 2, 1] = -u[1] * basis[..., 2]
        return basis, slopes

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (series, parameters)."""
        exponent = (0.0, STEEPEST / 2)
        rows = [_bottom(extent), (0.0, np.inf), (0.0, np.inf), exponent, exponent]
        return table_of_bounds(rows, extent.lowest)

    def draws(self, unit: Floats, extent: Extent) -> Floats:
        """Shapes from points of the unit cube, (series or 1, draws, shapes)."""
        span = extent.span.T[:, None, :]
        return geometric(unit, 0.1 / span, 30 / span)

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Parameters of the law, and their slopes by the solver's."""
        return heights_at_one(theta, reference, ((1, 3), (2, 4)))

    def law(self, values: Floats) -> Law:
        """The law of these parameters."""
        floor, a, b, alpha, beta = map(float, values)
        return LossLaw(floor, a, alpha, b, beta)

"""Exact match and logistic as a solver needs them (see fit_curves)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ..names import ExactMatchLaw, LogisticLaw
from .curves import (
    STEEPEST,
    Extent,
    Floats,
    Law,
    Plain,
    around,
    geometric,
    table_of_bounds,
)
from .points import FitError

FARTHEST = 150.0
"""Largest distance of a critical scale from the smallest x, in natural logs."""
WIDTH_10_TO_90 = 2 * np.log(9)
"""Width of a logistic of slope 1 between 10% and 90% of its rise."""
DECADE = np.log(10)


@dataclass(frozen=True)
class ExactMatchCurve(Plain):
    """``exp(-length * exp(exponent * (u - log_critical)))``."""

    length: float = 1.0
    name = "ExactMatchLaw"
    proportion = True
    variables = ("x",)
    coefficients = ("one",)
    shapes = ("log_critical", "exponent")
    parameters = ("critical_scale", "exponent")

    def __post_init__(self) -> None:
        if not 0 < self.length < np.inf:
            raise FitError(f"ExactMatchLaw: length is {self.length}; expected above 0")

    @property
    def fixed(self) -> dict[str, float]:
        """Parameters that are given, by the solver's names."""
        return {"one": 1.0}

    def _nats(self, shape: Floats, u: Floats) -> Floats:
        nats = np.log(self.length) + shape[..., 1:] * (u[0] - shape[..., :1])
        return np.exp(np.minimum(nats, 700.0))

    def basis(self, shape: Floats, u: Floats) -> Floats:
        """The curve itself."""
        return np.exp(-self._nats(shape, u))[..., None]

    def basis_and_slopes(self, shape: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The basis, and its slopes by the shape parameters."""
        nats = self._nats(shape, u)
        value = np.exp(-nats)
        falling = nats * value
        by_critical = falling * shape[..., 1:]
        by_exponent = -falling * (u[0] - shape[..., :1])
        return value[..., None], np.stack([by_critical, by_exponent], axis=-1)[..., None, :]

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (series, parameters)."""
        rows = [(1.0, 1.0), (-FARTHEST, FARTHEST), (-STEEPEST, -1e-3)]
        return table_of_bounds(rows, extent.lowest)

    def draws(self, unit: Floats, extent: Extent) -> Floats:
        """Shapes from points of the unit cube, (series or 1, draws, shapes)."""
        span = extent.span[0][:, None]
        exponent = -geometric(unit[:, 1], 0.3 / span, 30 / span)
        where = (1.4 * unit[:, 0] - 0.2) * span
        return np.stack([where + np.log(self.length) / exponent, exponent], axis=-1)

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Parameters of the law, and their slopes by the solver's."""
        critical = np.exp(theta[..., 1] + reference[0])
        slopes = np.zeros((*theta.shape[:-1], 2, 3))
        slopes[..., 0, 1] = critical
        slopes[..., 1, 2] = 1.0
        return np.stack([critical, theta[..., 2]], axis=-1), slopes

    def law(self, values: Floats) -> Law:
        """The law of these parameters."""
        critical, exponent = map(float, values)
        return ExactMatchLaw(self.length, critical, exponent)


@dataclass(frozen=True)
class LogisticCurve(Plain):
    """``floor * (1 - s) + ceiling * s``, s the logistic of slope * (decades - midpoint)."""

    floor: float | None = None
    ceiling: float | None = None
    name = "LogisticLaw"
    variables = ("x",)
    coefficients = ("floor", "ceiling")
    shapes = ("midpoint", "slope")
    parameters = ("floor", "ceiling", "midpoint", "slope")

    @property
    def fixed(self) -> dict[str, float]:
        """Parameters that are given, by the solver's names."""
        given = {"floor": self.floor, "ceiling": self.ceiling}
        return {name: value for name, value in given.items() if value is not None}

    def basis(self, shape: Floats, u: Floats) -> Floats:
        """``1 - s, s``."""
        steps = shape[..., 1:] * (u[0] / DECADE - shape[..., :1])
        down, up = np.asarray(expit(-steps), float), np.asarray(expit(steps), float)
        return np.stack([down, up], axis=-1)

    def basis_and_slopes(self, shape: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The basis, and its slopes by the shape parameters."""
        basis = self.basis(shape, u)
        rise = basis[..., 0] * basis[..., 1]
        past = u[0] / DECADE - shape[..., :1]
        up: Floats = np.stack([-shape[..., 1:] * rise, past * rise], axis=-1)
        return basis, np.stack([-up, up], axis=-2)

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (series, parameters)."""
        low, high = around(extent)
        floor = (
            (low, high) if self.ceiling is None else (np.minimum(low, self.ceiling), self.ceiling)
        )
        ceiling = (low, high) if self.floor is None else (self.floor, np.maximum(high, self.floor))
        decades = extent.span[0] / DECADE
        steepest = 10 * WIDTH_10_TO_90 * DECADE / extent.gap[0]
        rows = [floor, ceiling, (-decades, 2 * decades), (-steepest, steepest)]
        return table_of_bounds(rows, extent.lowest)

    def draws(self, unit: Floats, extent: Extent) -> Floats:
        """Shapes from points of the unit cube, (series or 1, draws, shapes)."""
        decades = extent.span[0][:, None] / DECADE
        gap = extent.gap[0][:, None] / DECADE
        # Both signs: from a tenth of the rise over the range to a step within half a gap.
        size = np.abs(2 * unit[:, 1] - 1)
        slope = geometric(size, 0.5 / decades, 2 * WIDTH_10_TO_90 / gap)
        where = (1.4 * unit[:, 0] - 0.2) * decades
        return np.stack([where, np.where(unit[:, 1] > 0.5, slope, -slope)], axis=-1)

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Parameters of the law, and their slopes by the solver's."""
        values = theta.copy()
        values[..., 2] += reference[0] / DECADE
        return values, np.broadcast_to(np.eye(4), (*theta.shape, 4))

    def in_order(self, theta: Floats) -> Floats:
        """The same curve with its ceiling above its floor."""
        turned = theta[:, [1, 0, 2, 3]] * np.array([1.0, 1.0, 1.0, -1.0])
        return np.where((theta[:, 1] < theta[:, 0])[:, None] & (not self.fixed), turned, theta)

    def law(self, values: Floats) -> Law:
        """The law of these parameters."""
        floor, ceiling, midpoint, slope = map(float, values)
        return LogisticLaw(floor, ceiling, midpoint, slope)

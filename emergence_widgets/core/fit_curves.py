"""The curves of the scaling laws as a solver needs them: values and slopes over any leading axes.

Every law is a weighted sum of basis functions, ``y = sum_l coefficient_l * basis_l(shape, u)``
with ``u = log(x / smallest x)``. So the coefficients of a start come from linear least squares,
and heights are measured where there are data, not at x = 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .laws import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw

Floats = NDArray[np.float64]
Law = PowerLaw | LossLaw | ExactMatchLaw | LogisticLaw | BrokenPowerLaw

STEEPEST = 10.0
"""Largest exponent of a power of the scale."""


@dataclass(frozen=True)
class Extent:
    """What the points of each series span; arrays of shape (series or 1,).

    `reference`, `span` and `gap` are the log of the smallest scale, the range of the logs and
    the median distance of neighbours, with a leading axis over the variables of the law.
    """

    reference: Floats
    span: Floats
    gap: Floats
    lowest: Floats
    highest: Floats
    shares: bool

    def take(self, rows: slice) -> Extent:
        """Of some of the series."""
        own = slice(None) if self.span.shape[1] == 1 else rows
        return Extent(
            self.reference[:, own],
            self.span[:, own],
            self.gap[:, own],
            self.lowest[rows],
            self.highest[rows],
            self.shares,
        )


class Curve(Protocol):
    """A law written for the solver.

    `basis` has shape (..., n, coefficients), and its slopes by the shape parameters
    (..., n, coefficients, shapes); `natural` the parameters of the law and their derivatives by
    the solver's.
    """

    @property
    def name(self) -> str:
        """As reports call it."""
        ...

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of its scales."""
        ...

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the weights of the basis."""
        ...

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the parameters of the basis."""
        ...

    @property
    def valleys(self) -> int:
        """How many times as many starts it needs."""
        ...

    @property
    def proportion(self) -> bool:
        """Whether it lies between 0 and 1."""
        ...

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the law's own parameters."""
        ...

    @property
    def fixed(self) -> dict[str, float]:
        """Parameters that are given, by the solver's names."""
        ...

    def basis(self, shape: Floats, u: Floats) -> Floats:
        """Values of the basis functions."""
        ...

    def basis_and_slopes(self, shape: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The basis, and its slopes by the shape parameters."""
        ...

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (series, parameters)."""
        ...

    def draws(self, unit: Floats, extent: Extent) -> Floats:
        """Shapes from points of the unit cube, (series or 1, draws, shapes)."""
        ...

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Parameters of the law, and their slopes by the solver's."""
        ...

    def in_order(self, theta: Floats) -> Floats:
        """The same curve, where several parameters give it, by one convention."""
        ...

    def law(self, values: Floats) -> Law:
        """The law of these parameters."""
        ...

    @property
    def simpler(self) -> Curve | None:
        """The curve that this one is with its last break gone."""
        ...

    def extended(self, theta: Floats, extent: Extent, count: int) -> Floats:
        """Of the simpler curve (series, its parameters): `count` starts (series, count, own)."""
        ...


def _column(values: Floats | float, like: Floats) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=float), like.shape)


def table_of_bounds(
    columns: Sequence[tuple[Floats | float, Floats | float]], like: Floats
) -> tuple[Floats, Floats]:
    """Lower and upper bounds, (series, parameters), of a pair a parameter."""
    low = np.stack([_column(low, like) for low, _ in columns], axis=-1)
    return low, np.stack([_column(high, like) for _, high in columns], axis=-1)


def geometric(unit: Floats, low: Floats | float, high: Floats | float) -> Floats:
    """From `low` to `high`, evenly in logs, as `unit` goes from 0 to 1."""
    return low * (high / low) ** unit


def around(extent: Extent) -> tuple[Floats | float, Floats | float]:
    """Where a limit may lie: in [0, 1] for shares, else within three ranges of the values."""
    if extent.shares:
        return 0.0, 1.0
    room = 3 * (extent.highest - extent.lowest)
    return extent.lowest - room, extent.highest + room


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


class Plain:
    """A curve whose parameters have one order only, and that extends no simpler one."""

    valleys = 1
    proportion = False

    @property
    def simpler(self) -> Curve | None:
        """None."""
        return None

    def in_order(self, theta: Floats) -> Floats:
        """The same curve, where several parameters give it, by one convention."""
        return theta

    def extended(self, theta: Floats, extent: Extent, count: int) -> Floats:  # noqa: ARG002
        """No start, since there is no simpler curve."""
        return theta[:, None, :][:, :0]


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

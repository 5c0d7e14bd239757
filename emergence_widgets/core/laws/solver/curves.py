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

from ..names import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw

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

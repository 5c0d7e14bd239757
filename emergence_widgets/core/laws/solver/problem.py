"""What is fitted: a family of curves of the scale, with some of its parameters given.

Every law is a weighted sum of basis functions, ``y = sum_l coefficient_l * basis_l(shape, u)``
with ``u = log(x / smallest x)``. So the coefficients of a start come from linear least squares,
and heights are measured where there are data, not at x = 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np

from ...arrays import Flags, Floats, Ints
from .levenberg_marquardt import Curves, summed
from .points import Extent, FitError, Points

Edge = Floats | float
Slopes = Callable[[], Floats]

STEEPEST = 10.0  # Largest exponent of a power of the scale.
DECADE = np.log(10)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a law, and what the solver has in its place."""

    name: str
    # "log": its log; "log scale": the log of it over the smallest scale; "decades": above the
    # smallest scale; "height": of a power at the smallest scale, for the factor of the power;
    # "none": what is no parameter of the law.
    solver: Literal["same", "log", "log scale", "decades", "height", "none"] = "same"
    given: float | None = None
    exponent: int = 0  # of a height's power: its place among the parameters
    variable: int = 0


@dataclass(frozen=True, eq=False)
class Family:
    """A law written for the solver: coefficients of the basis first, then its shape parameters."""

    # Shapes are (..., shapes), log scales `u` (variables, ..., n), bases (..., n, coefficients),
    # their slopes (..., n, coefficients, shapes), vectors of free parameters (series, k).
    name: str
    law: Callable[..., Any]  # of the law's parameters, in order
    parameters: tuple[Parameter, ...]
    coefficients: int
    basis: Callable[[Floats, Floats], tuple[Floats, Slopes]]  # of shapes and u; slopes on demand
    bounds: Callable[[Extent], Sequence[tuple[Edge, Edge]]]
    draws: Callable[[Floats, Extent], Floats]  # shapes from points of the unit cube
    variables: tuple[str, ...] = ("x",)
    proportion: bool = False  # lies between 0 and 1
    valleys: int = 1  # how many times as many starts it needs
    in_order: Callable[[Floats], Floats] = np.asarray  # where several theta give one curve
    simpler: Family | None = None  # with its last break gone
    # From the simpler family's best, so many starts of this one, (series, starts, parameters).
    extended: Callable[[Floats, Extent, int], Floats] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the law's parameters, which are the last of the solver's."""
        return tuple(each.name for each in self.parameters if each.solver != "none")

    @cached_property
    def given(self) -> Floats:
        """Parameters that are given, nan for the free ones."""
        return np.array([np.nan if each.given is None else each.given for each in self.parameters])

    @cached_property
    def free(self) -> Flags:
        """Which parameters are free."""
        return np.array([each.given is None for each in self.parameters])

    def whole(self, theta: Floats) -> Floats:
        """Free parameters with the given ones put in their places."""
        every = np.broadcast_to(self.given, (*theta.shape[:-1], len(self.parameters))).copy()
        every[..., self.free] = theta
        return every

    def split(self, theta: Floats) -> tuple[Floats, Floats]:
        """All coefficients, and all shape parameters."""
        every = self.whole(theta)
        return every[..., : self.coefficients], every[..., self.coefficients :]

    def at(self, u: Floats) -> FamilyCurves:
        """Its curves at log scales."""
        return FamilyCurves(self, u)

    def law_terms(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """The law's parameters (series, p) of all the solver's, and their slopes by these."""
        values, every = theta.copy(), len(self.parameters)
        slopes = np.broadcast_to(np.eye(every), (*theta.shape, every)).copy()
        for at, each in enumerate(self.parameters):
            smallest = reference[each.variable]
            if each.solver == "log":
                values[..., at] = slopes[..., at, at] = np.exp(theta[..., at])
            elif each.solver == "log scale":
                values[..., at] = slopes[..., at, at] = np.exp(theta[..., at] + smallest)
            elif each.solver == "decades":
                values[..., at] += smallest / DECADE
            elif each.solver == "height":
                growth = np.exp(theta[..., each.exponent] * smallest)
                values[..., at] = theta[..., at] * growth
                slopes[..., at, at] = growth
                slopes[..., at, each.exponent] = values[..., at] * smallest
        own = slice(every - len(self.names), None)
        return values[..., own], slopes[..., own, :]

    def box(
        self, extent: Extent, given: Mapping[str, tuple[float, float]]
    ) -> tuple[Floats, Floats]:
        """Lower and upper bounds (series, parameters), the family's narrowed by those given."""
        lower, upper = (
            np.stack([np.broadcast_to(edge, extent.lowest.shape) for edge in edges], axis=-1)
            for edges in zip(*self.bounds(extent), strict=True)
        )
        places = {
            each.name: at
            for at, each in enumerate(self.parameters)
            if each.given is None and each.solver != "height"
        }
        for name, (low, high) in given.items():
            if name not in places:
                known = ", ".join(places)
                raise FitError(f"{self.name}: bounds names {name!r}; expected one of {known}")
            words = f"{self.name}: bounds of {name} are ({low}, {high}); expected"
            if not low <= high:
                raise FitError(f"{words} low <= high")
            at = places[name]
            ends, kind = np.array([low, high], dtype=float), self.parameters[at].solver
            if kind in ("log", "log scale"):
                with np.errstate(divide="ignore", invalid="ignore"):
                    ends = np.log(ends)
            if np.any(np.isnan(ends)):
                raise FitError(f"{words} above 0")
            unit = {"log scale": 1.0, "decades": DECADE}.get(kind, np.inf)
            shift = extent.reference[0] / unit
            # The law's own bounds keep it defined, so that given ones only narrow them.
            low_end, high_end = (np.clip(end - shift, lower[:, at], upper[:, at]) for end in ends)
            lower[:, at], upper[:, at] = low_end, high_end
        return lower, upper

    def refusals(self, points: Points) -> list[str]:
        """Why each of some complete series cannot be fitted, in words; empty where it can."""
        series, n = points.y.shape
        parameters = int(np.sum(self.free))
        needed = parameters + 3
        what = f"{self.name} has {_count(parameters, 'free parameter')} and the series"
        if n < 2:
            return [f"{what} {_count(n, 'point')}; give at least {needed}"] * series
        distinct = [np.unique(each, axis=1).shape[1] for each in np.swapaxes(points.scales, 0, 1)]
        distinct = distinct * series if len(distinct) == 1 else distinct
        reasons = [""] * series
        for row, (y, different) in enumerate(zip(points.y, distinct, strict=True)):
            if np.ptp(y) == 0:
                reasons[row] = (
                    f"every value is {y[0]:g}: a constant series holds no trend for {self.name} to "
                    "follow"
                )
            # Noise may carry a share out of [0, 1], but not this far.
            elif self.proportion and abs(np.median(y) - 0.5) > 1:
                reasons[row] = (
                    f"{self.name} lies between 0 and 1, and y goes from {y.min():g} to "
                    f"{y.max():g}: give it shares"
                )
            elif n < needed:
                reasons[row] = (
                    f"{what} {n} points; AICc needs fewer parameters than points less 2: give at "
                    f"least {needed} points, fix a parameter, or fit a law with fewer"
                )
            elif different < max(parameters, 2):
                reasons[row] = (
                    f"{what} {_count(different, 'distinct scale')}; repeats of a scale do not "
                    f"help: give at least {max(parameters, 2)}"
                )
        return reasons


@dataclass(frozen=True, eq=False)
class FamilyCurves(Curves):
    """A family at log scales `u`, (variables, series or 1, n)."""

    family: Family
    u: Floats

    @property
    def free_coefficients(self) -> Flags:
        """Which coefficients of the basis are free."""
        return self.family.free[: self.family.coefficients]

    def take(self, rows: Ints) -> Self:
        """Some of the series."""
        return self if self.u.shape[1] == 1 else type(self)(self.family, self.u[:, rows])

    def basis(self, theta: Floats) -> tuple[Floats, Floats]:
        """Basis (series, n, l) and coefficients (series, l)."""
        coefficients, shape = self.family.split(theta)
        return self.family.basis(shape, self.u)[0], coefficients

    def mean(self, theta: Floats) -> Floats:
        """Values of the curve, (series, n)."""
        return summed(*self.basis(theta))

    def mean_and_jacobian(self, theta: Floats) -> tuple[Floats, Floats]:
        """Values (series, n) and their derivatives (series, n, k)."""
        coefficients, shape = self.family.split(theta)
        basis, slopes = self.family.basis(shape, self.u)
        by_shape = np.swapaxes(slopes(), -1, -2) @ coefficients[..., None, :, None]
        jacobian = np.concatenate([basis, by_shape[..., 0]], axis=-1)
        return summed(basis, coefficients), jacobian[..., self.family.free]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def geometric(unit: Floats, low: Floats | float, high: Floats | float) -> Floats:
    """From `low` to `high`, evenly in logs, as `unit` goes from 0 to 1."""
    return low * (high / low) ** unit


def around(extent: Extent) -> tuple[Edge, Edge]:
    """Where a limit may lie: in [0, 1] for shares, else within three ranges of the values."""
    if extent.shares:
        return 0.0, 1.0
    room = 3 * (extent.highest - extent.lowest)
    return extent.lowest - room, extent.highest + room


def below(extent: Extent) -> tuple[Edge, Edge]:
    """Where a floor that is approached from above may lie: not below 0 if no value is."""
    low, _ = around(extent)
    return np.where(extent.lowest >= 0, 0.0, low), extent.highest

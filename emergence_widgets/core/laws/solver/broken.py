"""The broken power law as a solver needs it (see fit_curves)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ..names import BrokenPowerLaw
from .curves import (
    STEEPEST,
    Curve,
    Extent,
    Floats,
    Law,
    Plain,
    around,
    geometric,
    table_of_bounds,
)
from .points import FitError
from .powers import heights_at_one

LARGEST_LOG = 300.0
"""Of a power; its square is still a float."""


@dataclass(frozen=True)
class BrokenCurve(Plain):
    """``floor + height * exp(-exponent * u - sum_i change_i * bend_i(u))``.

    ``bend(u) = width * log(1 + exp((u - location) / width))``, location and width in logs of
    the scale; the solver's shape parameters are the exponent and, for each break, its
    location, its change of slope and the log of its width.
    """

    breaks: int = 1
    floor: float | None = None
    variables = ("x",)
    coefficients = ("floor", "height")

    def __post_init__(self) -> None:
        if self.breaks not in (0, 1, 2):
            raise FitError(f"BrokenPowerLaw: breaks is {self.breaks}; expected 0, 1 or 2")

    @property
    def name(self) -> str:
        """As reports call it."""
        return f"BrokenPowerLaw, {self.breaks} break{'' if self.breaks == 1 else 's'}"

    @property
    def simpler(self) -> Curve | None:
        """With one break less."""
        return BrokenCurve(self.breaks - 1, self.floor) if self.breaks else None

    def extended(self, theta: Floats, extent: Extent, count: int) -> Floats:
        """The simpler curve with a break of no change, at places over the range."""
        span, gap = (
            np.broadcast_to(each[0], extent.lowest.shape)[:, None]
            for each in (extent.span, extent.gap)
        )
        location = span * (np.arange(count) + 0.5) / count
        width = np.broadcast_to(np.log(gap / 2), location.shape)
        added = np.stack([location, np.zeros_like(location), width], axis=-1)
        return np.concatenate([np.repeat(theta[:, None, :], count, axis=1), added], axis=-1)

    @property
    def valleys(self) -> int:
        """How many times as many starts it needs."""
        return 4 if self.breaks else 1

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the parameters of the basis."""
        each = ("log_location", "change", "log_width")
        return ("exponent", *(f"{name}_{i + 1}" for i in range(self.breaks) for name in each))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the law's own parameters."""
        each = ("location", "change", "width")
        names = (f"{name}_{i + 1}" for i in range(self.breaks) for name in each)
        return ("floor", "scale_factor", "exponent", *names)

    @property
    def fixed(self) -> dict[str, float]:
        """Parameters that are given, by the solver's names."""
        return {} if self.floor is None else {"floor": self.floor}

    def _bends(self, shape: Floats, u: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Change of every break; distance past it, the same in widths, bend: (..., breaks, n)."""
        location, change, log_width = (shape[..., i::3, None] for i in (1, 2, 3))
        width = np.exp(log_width)
        past = u[0][..., None, :] - location
        turns = past / width
        bend = np.maximum(past, 0.0) + width * np.log1p(np.exp(-np.abs(turns)))
        return change, past, turns, bend

    def _power(self, shape: Floats, u: Floats, bends: Floats) -> Floats:
        log_power = -shape[..., :1] * u[0] - bends
        return np.exp(np.clip(log_power, -LARGEST_LOG, LARGEST_LOG))

    def basis(self, shape: Floats, u: Floats) -> Floats:
        """``1, exp(-exponent u - sum_i change_i bend_i)``."""
        change, _, _, bend = self._bends(shape, u)
        power = self._power(shape, u, np.sum(change * bend, axis=-2))
        return np.stack([np.ones_like(power), power], axis=-1)

    def basis_and_slopes(self, shape: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The basis, and its slopes by the shape parameters."""
        change, past, turns, bend = self._bends(shape, u)
        power = self._power(shape, u, np.sum(change * bend, axis=-2))
        turned = change * expit(turns)
        slopes = np.zeros((*power.shape, 2, shape.shape[-1]))
        slopes[..., 1, 0] = -u[0] * power
        for i in range(self.breaks):
            first = 3 * i + 1
            slopes[..., 1, first] = turned[..., i, :] * power
            slopes[..., 1, first + 1] = -bend[..., i, :] * power
            by_width = turned[..., i, :] * past[..., i, :] - change[..., i, :] * bend[..., i, :]
            slopes[..., 1, first + 2] = by_width * power
        return np.stack([np.ones_like(power), power], axis=-1), slopes

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (series, parameters)."""
        span, gap = extent.span[0], extent.gap[0]
        rows: list[tuple[Floats | float, Floats | float]] = [
            around(extent),
            (-np.inf, np.inf),
            (-STEEPEST, STEEPEST),
        ]
        one_break = [
            (0.0, span),
            (-2 * STEEPEST, 2 * STEEPEST),
            (np.log(gap / 10), np.log(np.maximum(span, gap))),
        ]
        return table_of_bounds(rows + one_break * self.breaks, extent.lowest)

    def draws(self, unit: Floats, extent: Extent) -> Floats:
        """Shapes from points of the unit cube, (series or 1, draws, shapes)."""
        span, gap = extent.span[0][:, None], extent.gap[0][:, None]
        columns = [(2 * unit[:, 0] - 1) * 8 / span]
        for i in range(self.breaks):
            location, change, width = unit[:, 3 * i + 1 : 3 * i + 4].T
            columns.append(location * span)
            columns.append((2 * change - 1) * 25 / span)
            columns.append(np.log(geometric(width, gap / 5, span / 3)))
        return np.stack(columns, axis=-1)

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Parameters of the law, and their slopes by the solver's."""
        values, slopes = heights_at_one(theta, reference, ((1, 2),))
        for at in range(3, theta.shape[-1], 3):
            values[..., at] = np.exp(theta[..., at] + reference[0])
            values[..., at + 2] = np.exp(theta[..., at + 2])
            slopes[..., at, at] = values[..., at]
            slopes[..., at + 2, at + 2] = values[..., at + 2]
        return values, slopes

    def in_order(self, theta: Floats) -> Floats:
        """The same curve with its breaks from left to right."""
        of_breaks = theta[:, 3:].reshape(len(theta), self.breaks, 3)
        order = np.argsort(of_breaks[:, :, 0], axis=1)
        sorted_breaks = np.take_along_axis(of_breaks, order[:, :, None], axis=1)
        return np.concatenate([theta[:, :3], sorted_breaks.reshape(len(theta), -1)], axis=1)

    def law(self, values: Floats) -> Law:
        """The law of these parameters."""
        floor, factor, exponent = map(float, values[:3])
        breaks = tuple((float(d), float(c), float(f)) for d, c, f in values[3:].reshape(-1, 3))
        return BrokenPowerLaw(floor, factor, exponent, breaks)

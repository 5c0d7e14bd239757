"""The broken power law as a solver needs it (see fit_curves)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from .fit_curves import (
    STEEPEST,
    Extent,
    Floats,
    Law,
    around,
    geometric,
    heights_at_one,
    table_of_bounds,
)
from .laws import BrokenPowerLaw

LARGEST_LOG = 600.0


@dataclass(frozen=True)
class BrokenCurve:
    """``floor + height * exp(-exponent * u - sum_i change_i * bend_i(u))``.

    ``bend(u) = width * log(1 + exp((u - location) / width))``, location and width in logs of
    the scale; the solver's shape parameters are the exponent and, for each break, its
    location, its change of slope and the log of its width.
    """

    breaks: int = 1
    floor: float | None = None
    variables = ("x",)
    coefficients = ("floor", "height")

    @property
    def name(self) -> str:
        return f"BrokenPowerLaw, {self.breaks} break{'' if self.breaks == 1 else 's'}"

    @property
    def shapes(self) -> tuple[str, ...]:
        each = ("log_location", "change", "log_width")
        return ("exponent", *(f"{name}_{i + 1}" for i in range(self.breaks) for name in each))

    @property
    def parameters(self) -> tuple[str, ...]:
        each = ("location", "change", "width")
        names = (f"{name}_{i + 1}" for i in range(self.breaks) for name in each)
        return ("floor", "scale_factor", "exponent", *names)

    @property
    def fixed(self) -> dict[str, float]:
        return {} if self.floor is None else {"floor": self.floor}

    def _bends(self, shape: Floats, u: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Of every break: change, distance past it, share of the turn done, bend."""
        location, change, log_width = (shape[..., i::3, None] for i in (1, 2, 3))
        width = np.exp(log_width)
        past = u[0][..., None, :] - location
        bend = np.maximum(past, 0.0) + width * np.log1p(np.exp(-np.abs(past) / width))
        return change, past, expit(past / width), bend

    def _power(self, shape: Floats, u: Floats) -> Floats:
        log_power = -shape[..., :1] * u[0]
        if self.breaks:
            change, _, _, bend = self._bends(shape, u)
            log_power = log_power - np.sum(change * bend, axis=-2)
        return np.exp(np.clip(log_power, -LARGEST_LOG, LARGEST_LOG))

    def basis(self, shape: Floats, u: Floats) -> Floats:
        power = self._power(shape, u)
        return np.stack([np.ones_like(power), power], axis=-1)

    def slopes(self, shape: Floats, u: Floats) -> Floats:
        power = self._power(shape, u)
        columns = [-u[0] * power]
        if self.breaks:
            change, past, turned, bend = self._bends(shape, u)
            parts = (change * turned, -bend, -change * (bend - past * turned))
            for i in range(self.breaks):
                columns.extend(part[..., i, :] * power for part in parts)
        by_shape = np.stack(columns, axis=-1)
        return np.stack([np.zeros_like(by_shape), by_shape], axis=-2)

    def bounds(self, extent: Extent) -> tuple[Floats, Floats]:
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
        span, gap = extent.span[0][:, None], extent.gap[0][:, None]
        columns = [(2 * unit[:, 0] - 1) * 8 / span]
        for i in range(self.breaks):
            location, change, width = unit[:, 3 * i + 1 : 3 * i + 4].T
            columns.append(location * span)
            columns.append((2 * change - 1) * 25 / span)
            columns.append(np.log(geometric(width, gap / 5, span / 3)))
        return np.stack(columns, axis=-1)

    def natural(self, theta: Floats, reference: Floats) -> tuple[Floats, Floats]:
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
        floor, factor, exponent = map(float, values[:3])
        breaks = tuple((float(d), float(c), float(f)) for d, c, f in values[3:].reshape(-1, 3))
        return BrokenPowerLaw(floor, factor, exponent, breaks)

"""The broken neural scaling law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from ..arrays import Floats
from .fit import Fit, ScalingLaw, times
from .solver.points import Bounds, Extent, FitError
from .solver.problem import STEEPEST, Edge, Family, Parameter, Slopes, around, geometric

LARGEST_LOG = 300.0  # Of a power; its square is still a float.


@dataclass(frozen=True)
class BrokenPowerLaw(ScalingLaw):
    """Smoothly broken power law with any number of breaks (BNSL).

    ``floor + scale_factor * x**-exponent * prod_i (1 + (x/d_i)**(1/f_i))**(-c_i * f_i)``.

    Parameters
    ----------
    floor, scale_factor, exponent
        a, b and c0: limit, factor and first slope.
    breaks
        One ``(location d, change of slope c, width f)`` a break; d and f above 0. The break
        is sharper the smaller f is.

    References
    ----------
    Caballero, Gupta, Rish and Krueger 2022 (arXiv:2210.14891), Eq. 1.

    Examples
    --------
    >>> law = BrokenPowerLaw(floor=0.0, scale_factor=1.0, exponent=0.0, breaks=((1e3, 1.0, 0.1),))
    >>> round(float(law(1e1)), 6), round(float(law(1e5)), 6)
    (1.0, 0.01)
    """

    floor: float
    scale_factor: float
    exponent: float
    breaks: tuple[tuple[float, float, float], ...] = ()

    def __post_init__(self) -> None:
        for number, (location, _, width) in enumerate(self.breaks, start=1):
            self._need(location > 0, f"break {number} is at {location}; expected > 0")
            self._need(width > 0, f"break {number} has width {width}; expected > 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape; in logs, so that sharp breaks hold."""
        with np.errstate(divide="ignore"):
            log_x = np.log(self._scales(x))
        log_y = times(-self.exponent, log_x)
        for location, slope, width in self.breaks:
            past = log_x - np.log(location)
            with np.errstate(over="ignore"):
                bend = np.maximum(past, 0.0) + width * np.log1p(np.exp(-np.abs(past) / width))
            log_y = log_y - slope * bend
        with np.errstate(over="ignore"):
            power = np.exp(log_y)
        return self.floor + times(self.scale_factor, power)

    @classmethod
    def fit(  # noqa: D102 (by ScalingLaw)
        cls,
        x: ArrayLike,
        y: ArrayLike,
        *,
        breaks: Literal[0, 1, 2] = 1,
        floor: float | None = None,
        n_items: ArrayLike | None = None,
        sigma: ArrayLike | None = None,
        bounds: Bounds | None = None,
        starts: int = 8,
        seed: int = 0,
    ) -> Fit[BrokenPowerLaw]:
        family = cls._family(breaks, floor)
        return cls._fit(family, (x,), y, n_items, sigma, bounds, starts, seed)

    @classmethod
    def _family(cls, breaks: int = 1, floor: float | None = None) -> Family:
        """``floor + height * exp(-exponent * u - sum_i change_i * bend_i(u))``."""
        # `bend(u) = width * log(1 + exp((u - location) / width))`, location and width in logs of
        # the scale.
        if breaks not in (0, 1, 2):
            raise FitError(f"BrokenPowerLaw: breaks is {breaks}; expected 0, 1 or 2")
        parameters = [
            Parameter("floor", given=floor),
            Parameter("scale_factor", "height", exponent=2),
            Parameter("exponent"),
        ]
        for number in range(1, breaks + 1):
            location = Parameter(f"location_{number}", "log scale")
            width = Parameter(f"width_{number}", "log")
            parameters += [location, Parameter(f"change_{number}"), width]
        return Family(
            name=f"BrokenPowerLaw, {breaks} break{'' if breaks == 1 else 's'}",
            law=_law,
            parameters=tuple(parameters),
            coefficients=2,
            basis=_basis,
            bounds=partial(_bounds, breaks),
            draws=_draws,
            valleys=4 if breaks else 1,
            in_order=_left_to_right,
            simpler=cls._family(breaks - 1, floor) if breaks else None,
            extended=_with_a_break,
        )


def _law(floor: float, factor: float, exponent: float, *breaks: float) -> BrokenPowerLaw:
    each = tuple(zip(breaks[::3], breaks[1::3], breaks[2::3], strict=True))
    return BrokenPowerLaw(floor, factor, exponent, each)


def _basis(shape: Floats, u: Floats) -> tuple[Floats, Slopes]:
    # Of every break, (..., breaks, n): change, distance past it, the same in widths, bend.
    location, change, log_width = (shape[..., i::3, None] for i in (1, 2, 3))
    width = np.exp(log_width)
    past = u[0][..., None, :] - location
    turns = past / width
    bend = np.maximum(past, 0.0) + width * np.log1p(np.exp(-np.abs(turns)))
    log_power = -shape[..., :1] * u[0] - np.sum(change * bend, axis=-2)
    power = np.exp(np.clip(log_power, -LARGEST_LOG, LARGEST_LOG))

    def slopes() -> Floats:
        turned = change * np.asarray(expit(turns), float)
        by_shape = np.zeros((*power.shape, 2, shape.shape[-1]))
        own = by_shape[..., 1, :]
        own[..., 0] = -u[0] * power
        by_break = (turned, -bend, turned * past - change * bend)
        for first, slope in enumerate(by_break, start=1):
            own[..., first::3] = np.swapaxes(slope * power[..., None, :], -1, -2)
        return by_shape

    return np.stack([np.ones_like(power), power], axis=-1), slopes


def _bounds(breaks: int, extent: Extent) -> list[tuple[Edge, Edge]]:
    span, gap = extent.span[0], extent.gap[0]
    width = (np.log(gap / 10), np.log(np.maximum(span, gap)))
    one_break = [(0.0, span), (-2 * STEEPEST, 2 * STEEPEST), width]
    return [around(extent), (-np.inf, np.inf), (-STEEPEST, STEEPEST), *one_break * breaks]


def _draws(unit: Floats, extent: Extent) -> Floats:
    span, gap = extent.span[0][:, None], extent.gap[0][:, None]
    columns = [(2 * unit[:, 0] - 1) * 8 / span]
    for location, change, width in unit[:, 1:].T.reshape(-1, 3, len(unit)):
        log_width = np.log(geometric(width, gap / 5, span / 3))
        columns += [location * span, (2 * change - 1) * 25 / span, log_width]
    return np.stack(columns, axis=-1)


def _left_to_right(theta: Floats) -> Floats:
    """The same curve with its breaks from left to right."""
    of_breaks = theta[:, 3:].reshape(len(theta), -1, 3)
    order = np.argsort(of_breaks[:, :, 0], axis=1)
    sorted_breaks = np.take_along_axis(of_breaks, order[:, :, None], axis=1)
    return np.concatenate([theta[:, :3], sorted_breaks.reshape(len(theta), -1)], axis=1)


def _with_a_break(theta: Floats, extent: Extent, count: int) -> Floats:
    """The simpler curve with a break of no change, at places over the range."""
    span, gap = (
        np.broadcast_to(each[0], extent.lowest.shape)[:, None] for each in (extent.span, extent.gap)
    )
    location = span * (np.arange(count) + 0.5) / count
    width = np.broadcast_to(np.log(gap / 2), location.shape)
    added = np.stack([location, np.zeros_like(location), width], axis=-1)
    return np.concatenate([np.repeat(theta[:, None, :], count, axis=1), added], axis=-1)

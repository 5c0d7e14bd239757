"""Logistic in the log of the scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from ..arrays import Floats
from .fit import Fit, ScalingLaw, times
from .solver.points import Bounds, Extent
from .solver.problem import DECADE, Edge, Family, Parameter, Slopes, around, geometric

WIDTH_10_TO_90 = 2 * np.log(9)  # Width of a logistic of slope 1 between 10% and 90% of its rise.


@dataclass(frozen=True)
class LogisticLaw(ScalingLaw):
    """Logistic in log10 of the scale, between a floor and a ceiling.

    ``floor + (ceiling - floor) / (1 + exp(-slope * (log10 x - midpoint)))``.

    Parameters
    ----------
    floor, ceiling
        Limits at small and large scale, such as chance and 1.
    midpoint
        log10 of the scale half-way up.
    slope
        Steepness per decade.

    Examples
    --------
    >>> float(LogisticLaw(floor=0.25, ceiling=0.75, midpoint=9.0, slope=3.0)(1e9))
    0.5
    """

    floor: float
    ceiling: float
    midpoint: float
    slope: float

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        with np.errstate(divide="ignore"):
            steps = times(self.slope, np.log10(self._scales(x)) - self.midpoint)
        return self.floor + (self.ceiling - self.floor) * expit(steps)

    @classmethod
    def fit(  # noqa: D102 (by ScalingLaw)
        cls,
        x: ArrayLike,
        y: ArrayLike,
        *,
        floor: float | None = None,
        ceiling: float | None = None,
        chance: float | None = None,
        n_items: ArrayLike | None = None,
        sigma: ArrayLike | None = None,
        bounds: Bounds | None = None,
        starts: int = 8,
        seed: int = 0,
    ) -> Fit[LogisticLaw]:
        if floor is not None and chance is not None and floor != chance:
            raise ValueError(f"LogisticLaw: floor is {floor} and chance {chance}; give one of them")
        family = cls._family(chance if floor is None else floor, ceiling)
        return cls._fit(family, (x,), y, n_items, sigma, bounds, starts, seed)

    @classmethod
    def _family(cls, floor: float | None = None, ceiling: float | None = None) -> Family:
        """``floor * (1 - s) + ceiling * s``, s the logistic of slope * (decades - midpoint)."""
        return Family(
            name=cls.__name__,
            law=cls,
            parameters=(
                Parameter("floor", given=floor),
                Parameter("ceiling", given=ceiling),
                Parameter("midpoint", "decades"),
                Parameter("slope"),
            ),
            coefficients=2,
            basis=_basis,
            bounds=partial(_bounds, floor, ceiling),
            draws=_draws,
            in_order=_rising_limits if floor is None and ceiling is None else np.asarray,
        )


def _basis(shape: Floats, u: Floats) -> tuple[Floats, Slopes]:
    past = u[0] / DECADE - shape[..., :1]
    steps = shape[..., 1:] * past
    down, up = np.asarray(expit(-steps), float), np.asarray(expit(steps), float)

    def slopes() -> Floats:
        rise = down * up
        by_shape: Floats = np.stack([-shape[..., 1:] * rise, past * rise], axis=-1)
        return np.stack([-by_shape, by_shape], axis=-2)

    return np.stack([down, up], axis=-1), slopes


def _bounds(floor: float | None, ceiling: float | None, extent: Extent) -> list[tuple[Edge, Edge]]:
    low, high = around(extent)
    decades = extent.span[0] / DECADE
    steepest = 10 * WIDTH_10_TO_90 * DECADE / extent.gap[0]
    return [
        (low, high) if ceiling is None else (np.minimum(low, ceiling), ceiling),
        (low, high) if floor is None else (floor, np.maximum(high, floor)),
        (-decades, 2 * decades),
        (-steepest, steepest),
    ]


def _draws(unit: Floats, extent: Extent) -> Floats:
    decades, gap = (each[0][:, None] / DECADE for each in (extent.span, extent.gap))
    # Both signs: from a tenth of the rise over the range to a step within half a gap.
    size = np.abs(2 * unit[:, 1] - 1)
    slope = geometric(size, 0.5 / decades, 2 * WIDTH_10_TO_90 / gap)
    where = (1.4 * unit[:, 0] - 0.2) * decades
    return np.stack([where, np.where(unit[:, 1] > 0.5, slope, -slope)], axis=-1)


def _rising_limits(theta: Floats) -> Floats:
    """The same curve with its ceiling above its floor."""
    turned = theta[:, [1, 0, 2, 3]] * np.array([1.0, 1.0, 1.0, -1.0])
    return np.where((theta[:, 1] < theta[:, 0])[:, None], turned, theta)

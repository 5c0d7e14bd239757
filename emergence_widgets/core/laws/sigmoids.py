"""Laws that rise in an S over the log of the scale: exact match, and the logistic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from ..arrays import Floats
from .fit import Fit, ScalingLaw, power_of, times
from .solver.points import Bounds, Extent, FitError
from .solver.problem import DECADE, STEEPEST, Edge, Family, Parameter, Slopes, around, geometric

FARTHEST = 150.0  # Largest distance of a critical scale from the smallest x, in natural logs.
WIDTH_10_TO_90 = 2 * np.log(9)  # Width of a logistic of slope 1 between 10% and 90% of its rise.


@dataclass(frozen=True)
class ExactMatchLaw(ScalingLaw):
    """Exact match over many tokens: ``exp(-length * (x / critical_scale)**exponent)``.

    Parameters
    ----------
    length
        Tokens of an answer, above 0.
    critical_scale
        Scale at which the per-token loss is one nat, above 0.
    exponent
        alpha, below 0.

    References
    ----------
    Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004), section 2.

    Examples
    --------
    >>> round(float(ExactMatchLaw(length=2, critical_scale=1e8, exponent=-0.3)(1e8)), 4)
    0.1353
    """

    length: float
    critical_scale: float
    exponent: float

    def __post_init__(self) -> None:
        self._need(self.length > 0, f"length is {self.length}; expected > 0")
        self._need(
            self.critical_scale > 0, f"critical_scale is {self.critical_scale}; expected > 0"
        )
        self._need(self.exponent < 0, f"exponent is {self.exponent}; expected < 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        with np.errstate(over="ignore"):
            ratio = self._scales(x) / self.critical_scale
        return np.exp(-times(self.length, power_of(ratio, self.exponent)))

    @classmethod
    def fit(  # noqa: D102 (by ScalingLaw)
        cls,
        x: ArrayLike,
        y: ArrayLike,
        *,
        length: float = 1.0,
        n_items: ArrayLike | None = None,
        sigma: ArrayLike | None = None,
        bounds: Bounds | None = None,
        starts: int = 8,
        seed: int = 0,
    ) -> Fit[ExactMatchLaw]:
        return cls._fit(cls._family(length), (x,), y, n_items, sigma, bounds, starts, seed)

    @classmethod
    def _family(cls, length: float = 1.0) -> Family:
        """``exp(-length * exp(exponent * (u - log_critical)))``: one basis function of weight 1."""
        if not 0 < length < np.inf:
            raise FitError(f"ExactMatchLaw: length is {float(length)}; expected above 0")
        return Family(
            name=cls.__name__,
            law=partial(cls, float(length)),
            parameters=(
                Parameter("weight", "none", given=1.0),
                Parameter("critical_scale", "log scale"),
                Parameter("exponent"),
            ),
            coefficients=1,
            basis=partial(_exact_match_basis, float(np.log(length))),
            bounds=_exact_match_bounds,
            draws=partial(_exact_match_draws, float(np.log(length))),
            proportion=True,
        )


def _exact_match_basis(log_length: float, shape: Floats, u: Floats) -> tuple[Floats, Slopes]:
    past = u[0] - shape[..., :1]
    nats = np.exp(np.minimum(log_length + shape[..., 1:] * past, 700.0))
    value = np.exp(-nats)

    def slopes() -> Floats:
        falling = nats * value
        by_shape = np.stack([falling * shape[..., 1:], -falling * past], axis=-1)
        return by_shape[..., None, :]

    return value[..., None], slopes


def _exact_match_bounds(extent: Extent) -> list[tuple[Edge, Edge]]:  # noqa: ARG001
    return [(1.0, 1.0), (-FARTHEST, FARTHEST), (-STEEPEST, -1e-3)]


def _exact_match_draws(log_length: float, unit: Floats, extent: Extent) -> Floats:
    span = extent.span[0][:, None]
    exponent = -geometric(unit[:, 1], 0.3 / span, 30 / span)
    where = (1.4 * unit[:, 0] - 0.2) * span
    return np.stack([where + log_length / exponent, exponent], axis=-1)


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
            basis=_logistic_basis,
            bounds=partial(_logistic_bounds, floor, ceiling),
            draws=_logistic_draws,
            in_order=_rising_limits if floor is None and ceiling is None else np.asarray,
        )


def _logistic_basis(shape: Floats, u: Floats) -> tuple[Floats, Slopes]:
    past = u[0] / DECADE - shape[..., :1]
    steps = shape[..., 1:] * past
    down, up = np.asarray(expit(-steps), float), np.asarray(expit(steps), float)

    def slopes() -> Floats:
        rise = down * up
        by_shape: Floats = np.stack([-shape[..., 1:] * rise, past * rise], axis=-1)
        return np.stack([-by_shape, by_shape], axis=-2)

    return np.stack([down, up], axis=-1), slopes


def _logistic_bounds(
    floor: float | None, ceiling: float | None, extent: Extent
) -> list[tuple[Edge, Edge]]:
    low, high = around(extent)
    decades = extent.span[0] / DECADE
    steepest = 10 * WIDTH_10_TO_90 * DECADE / extent.gap[0]
    return [
        (low, high) if ceiling is None else (np.minimum(low, ceiling), ceiling),
        (low, high) if floor is None else (floor, np.maximum(high, floor)),
        (-decades, 2 * decades),
        (-steepest, steepest),
    ]


def _logistic_draws(unit: Floats, extent: Extent) -> Floats:
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

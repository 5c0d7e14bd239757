"""Exact match over many tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from .fit import Fit, ScalingLaw, power_of, times
from .solver.points import Bounds, Extent, FitError
from .solver.problem import STEEPEST, Edge, Family, Parameter, Slopes, geometric

FARTHEST = 150.0  # Largest distance of a critical scale from the smallest x, in natural logs.


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
            basis=partial(_basis, float(np.log(length))),
            bounds=_bounds,
            draws=partial(_draws, float(np.log(length))),
            proportion=True,
        )


def _basis(log_length: float, shape: Floats, u: Floats) -> tuple[Floats, Slopes]:
    past = u[0] - shape[..., :1]
    nats = np.exp(np.minimum(log_length + shape[..., 1:] * past, 700.0))
    value = np.exp(-nats)

    def slopes() -> Floats:
        falling = nats * value
        by_shape = np.stack([falling * shape[..., 1:], -falling * past], axis=-1)
        return by_shape[..., None, :]

    return value[..., None], slopes


def _bounds(extent: Extent) -> list[tuple[Edge, Edge]]:  # noqa: ARG001
    return [(1.0, 1.0), (-FARTHEST, FARTHEST), (-STEEPEST, -1e-3)]


def _draws(log_length: float, unit: Floats, extent: Extent) -> Floats:
    span = extent.span[0][:, None]
    exponent = -geometric(unit[:, 1], 0.3 / span, 30 / span)
    where = (1.4 * unit[:, 0] - 0.2) * span
    return np.stack([where + log_length / exponent, exponent], axis=-1)

"""Power laws with a floor: of one scale, and the loss by parameters and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from .fit import Fit, ScalingLaw, power_of, times
from .solver.points import Bounds, Extent
from .solver.problem import STEEPEST, Edge, Family, Parameter, Slopes, below, geometric


@dataclass(frozen=True)
class PowerLaw(ScalingLaw):
    """Power law with a floor: ``floor + scale_factor * x**-exponent``.

    Parameters
    ----------
    floor
        E, the value that no scale goes below.
    scale_factor
        A, at least 0.
    exponent
        a, at least 0.

    Examples
    --------
    >>> float(PowerLaw(floor=1.0, scale_factor=10.0, exponent=0.5)(100.0))
    2.0
    """

    floor: float
    scale_factor: float
    exponent: float

    def __post_init__(self) -> None:
        self._need(self.scale_factor >= 0, f"scale_factor is {self.scale_factor}; expected >= 0")
        self._need(self.exponent >= 0, f"exponent is {self.exponent}; expected >= 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        return self.floor + times(self.scale_factor, power_of(self._scales(x), -self.exponent))

    @classmethod
    def fit(  # noqa: D102 (by ScalingLaw)
        cls,
        x: ArrayLike,
        y: ArrayLike,
        *,
        floor: float | None = None,
        n_items: ArrayLike | None = None,
        sigma: ArrayLike | None = None,
        loss: Literal["likelihood", "huber"] = "likelihood",
        bounds: Bounds | None = None,
        starts: int = 8,
        seed: int = 0,
    ) -> Fit[PowerLaw]:
        return cls._fit(cls._family(floor), (x,), y, n_items, sigma, bounds, starts, seed, loss)

    @classmethod
    def _family(cls, floor: float | None = None) -> Family:
        """``floor + height * exp(-exponent * u)``; scale_factor = height * smallest x**exponent."""
        return Family(
            name=cls.__name__,
            law=cls,
            parameters=(
                Parameter("floor", given=floor),
                Parameter("scale_factor", "height", exponent=2),
                Parameter("exponent"),
            ),
            coefficients=2,
            basis=_powers,
            bounds=_bounds,
            draws=_exponents,
        )


@dataclass(frozen=True)
class LossLaw(ScalingLaw):
    """Loss in two variables: ``floor + a * n**-alpha + b * d**-beta``.

    Parameters
    ----------
    floor
        E, the irreducible loss in nats.
    a, alpha
        Weight and exponent of the parameters n; at least 0.
    b, beta
        Weight and exponent of the training tokens d; at least 0.

    References
    ----------
    The parametric form of Hoffmann et al. 2022 (arXiv:2203.15556).

    Examples
    --------
    >>> float(LossLaw(floor=1.0, a=2.0, alpha=0.5, b=3.0, beta=1.0)(4.0, 3.0))
    3.0
    """

    floor: float
    a: float
    alpha: float
    b: float
    beta: float

    def __post_init__(self) -> None:
        for name in ("a", "alpha", "b", "beta"):
            self._need(getattr(self, name) >= 0, f"{name} is {getattr(self, name)}; expected >= 0")

    def __call__(self, n: ArrayLike, d: ArrayLike) -> Floats:
        """Evaluate at parameters `n` and tokens `d` (above 0), broadcast together."""
        of_parameters = power_of(self._scales(n, "n"), -self.alpha)
        of_tokens = power_of(self._scales(d, "d"), -self.beta)
        return self.floor + times(self.a, of_parameters) + times(self.b, of_tokens)

    @classmethod
    def fit(  # noqa: D102 (by ScalingLaw)
        cls,
        n: ArrayLike,
        d: ArrayLike,
        y: ArrayLike,
        *,
        floor: float | None = None,
        n_items: ArrayLike | None = None,
        sigma: ArrayLike | None = None,
        loss: Literal["likelihood", "huber"] = "huber",
        bounds: Bounds | None = None,
        starts: int = 8,
        seed: int = 0,
    ) -> Fit[LossLaw]:
        return cls._fit(cls._family(floor), (n, d), y, n_items, sigma, bounds, starts, seed, loss)

    @classmethod
    def _family(cls, floor: float | None = None) -> Family:
        """``floor + height_n * exp(-alpha * u_n) + height_d * exp(-beta * u_d)``."""
        return Family(
            name=cls.__name__,
            law=_loss_law,
            parameters=(
                Parameter("floor", given=floor),
                Parameter("a", "height", exponent=3),
                Parameter("b", "height", exponent=4, variable=1),
                Parameter("alpha"),
                Parameter("beta"),
            ),
            coefficients=3,
            basis=_powers,
            bounds=_loss_bounds,
            draws=_exponents,
            variables=("n", "d"),
        )


def _loss_law(floor: float, a: float, b: float, alpha: float, beta: float) -> LossLaw:
    return LossLaw(floor, a, alpha, b, beta)


def _bounds(extent: Extent) -> list[tuple[Edge, Edge]]:
    return [below(extent), (0.0, np.inf), (0.0, STEEPEST)]


def _loss_bounds(extent: Extent) -> list[tuple[Edge, Edge]]:
    exponent = (0.0, STEEPEST / 2)
    return [below(extent), (0.0, np.inf), (0.0, np.inf), exponent, exponent]


def _powers(shape: Floats, u: Floats) -> tuple[Floats, Slopes]:
    """One, and a falling power of each scale."""
    each = [np.exp(-shape[..., at : at + 1] * log_x) for at, log_x in enumerate(u)]
    basis = np.stack([np.ones_like(each[0]), *each], axis=-1)

    def slopes() -> Floats:
        by_shape = np.zeros((*basis.shape, len(u)))
        for at, log_x in enumerate(u):
            by_shape[..., at + 1, at] = -log_x * each[at]
        return by_shape

    return basis, slopes


def _exponents(unit: Floats, extent: Extent) -> Floats:
    """Draws from nearly flat over the range to a fall within a part of it."""
    span = extent.span.T[:, None, :]
    return geometric(unit, 0.1 / span, 30 / span)

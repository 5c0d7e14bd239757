"""Loss as power laws of parameters and of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from .fit import Fit, ScalingLaw, power_of, times
from .power import exponents, powers
from .solver.points import Bounds, Extent
from .solver.problem import STEEPEST, Edge, Family, Parameter, below


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
        family = cls._family(floor)
        return cls._fit(family, (n, d), y, n_items, sigma, loss, bounds, starts, seed)

    @classmethod
    def _family(cls, floor: float | None = None) -> Family:
        """``floor + height_n * exp(-alpha * u_n) + height_d * exp(-beta * u_d)``."""
        return Family(
            name=cls.__name__,
            law=_law,
            parameters=(
                Parameter("floor", given=floor),
                Parameter("a", "height", exponent=3),
                Parameter("b", "height", exponent=4, variable=1),
                Parameter("alpha"),
                Parameter("beta"),
            ),
            coefficients=3,
            basis=powers,
            bounds=_bounds,
            draws=exponents,
            variables=("n", "d"),
        )


def _law(floor: float, a: float, b: float, alpha: float, beta: float) -> LossLaw:
    return LossLaw(floor, a, alpha, b, beta)


def _bounds(extent: Extent) -> list[tuple[Edge, Edge]]:
    exponent = (0.0, STEEPEST / 2)
    return [below(extent), (0.0, np.inf), (0.0, np.inf), exponent, exponent]

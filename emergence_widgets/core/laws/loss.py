"""Power laws of a loss, in one variable and in two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .values import need, power_of, scales_of, times

if TYPE_CHECKING:
    from .fit import Fit

Bounds = Mapping[str, tuple[float, float]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PowerLaw:
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
        need(self.scale_factor >= 0, self, f"scale_factor is {self.scale_factor}; expected >= 0")
        need(self.exponent >= 0, self, f"exponent is {self.exponent}; expected >= 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        power = power_of(scales_of(self, x), -self.exponent)
        return self.floor + times(self.scale_factor, power)

    @classmethod
    def fit(
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
        """Fit to points; nothing is below the floor, and values fall with the scale.

        Parameters
        ----------
        x, y
            Scales (above 0) and values, (n,). A nan in either leaves the point out; a scale may
            come more than once.
        floor
            E where it is known; else free, and not below 0 if no y is.
        n_items
            Items behind each share y: the likelihood is binomial, and the law is held within
            [0, 1]. One number or one a point. By default the noise is normal.
        sigma
            Known standard errors of y, one number or one a point. By default one standard
            deviation is estimated.
        loss
            ``"likelihood"``, or ``"huber"``: Huber's loss of the logs, quadratic within 1e-3,
            which a few outliers do not move.
        bounds
            ``{parameter: (low, high)}``, which narrow the law's own bounds.
        starts, seed
            Number of starts, and the seed of their draws.

        Returns
        -------
        Fit

        Raises
        ------
        FitError
            Points that are not fit to use, or too few for the parameters.

        Examples
        --------
        >>> x = np.logspace(6, 11, 12)
        >>> fit = PowerLaw.fit(x, PowerLaw(1.7, 400.0, 0.34)(x))
        >>> round(fit.params["floor"], 6), round(fit.params["exponent"], 6)
        (1.7, 0.34)
        """
        from .fit import fit_one
        from .solver.powers import PowerCurve

        return fit_one(
            PowerCurve(floor),
            {"x": x},
            y,
            n_items=n_items,
            sigma=sigma,
            loss=loss,
            bounds=bounds,
            starts=starts,
            seed=seed,
        )


@dataclass(frozen=True)
class LossLaw:
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
            need(getattr(self, name) >= 0, self, f"{name} is {getattr(self, name)}; expected >= 0")

    def __call__(self, n: ArrayLike, d: ArrayLike) -> Floats:
        """Evaluate at parameters `n` and tokens `d` (above 0), broadcast together."""
        of_parameters = power_of(scales_of(self, n, "n"), -self.alpha)
        of_tokens = power_of(scales_of(self, d, "d"), -self.beta)
        return self.floor + times(self.a, of_parameters) + times(self.b, of_tokens)

    @classmethod
    def fit(
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
        """Fit to points, by default robustly as Hoffmann et al. 2022, section 3.3.

        Parameters
        ----------
        n, d, y
            Parameters and tokens (above 0) and losses, (points,). A nan leaves the point out.
        floor
            E where it is known; else free, and not below 0 if no y is.
        n_items
            Items behind each share y: the likelihood is binomial, and the law is held within
            [0, 1]. One number or one a point. By default the noise is normal.
        sigma
            Known standard errors of y, one number or one a point. By default one standard
            deviation is estimated.
        loss
            ``"likelihood"``, or ``"huber"``: Huber's loss of the logs, quadratic within 1e-3,
            which a few outliers do not move.
        bounds
            ``{parameter: (low, high)}``, which narrow the law's own bounds.
        starts, seed
            Number of starts, and the seed of their draws.

        Returns
        -------
        Fit

        Raises
        ------
        FitError
            Points that are not fit to use, or too few for the parameters.

        Examples
        --------
        >>> n, d = np.repeat(np.logspace(7, 10, 5), 5), np.tile(np.logspace(9, 12, 5), 5)
        >>> fit = LossLaw.fit(n, d, LossLaw(1.69, 406.4, 0.34, 410.7, 0.28)(n, d))
        >>> round(fit.params["alpha"], 4), round(fit.params["beta"], 4)
        (0.34, 0.28)
        """
        from .fit import fit_one
        from .solver.powers import LossCurve

        return fit_one(
            LossCurve(floor),
            {"n": n, "d": d},
            y,
            n_items=n_items,
            sigma=sigma,
            loss=loss,
            bounds=bounds,
            starts=starts,
            seed=seed,
        )

"""The broken neural scaling law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .values import need, scales_of, times

if TYPE_CHECKING:
    from .fit import Fit

Bounds = Mapping[str, tuple[float, float]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BrokenPowerLaw:
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
            need(location > 0, self, f"break {number} is at {location}; expected > 0")
            need(width > 0, self, f"break {number} has width {width}; expected > 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape; in logs, so that sharp breaks hold."""
        with np.errstate(divide="ignore"):
            log_x = np.log(scales_of(self, x))
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
    def fit(
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
        """Fit to points, with 0 to 2 breaks within the range of the scales.

        Parameters
        ----------
        x, y
            Scales (above 0) and values, (n,). A nan in either leaves the point out; a scale may
            come more than once.
        breaks
            Number of breaks; each has 3 parameters: `location`, `change` of slope and `width`,
            with the number of the break, such as ``location_1``.
        floor
            a where it is known, else free.
        n_items
            Items behind each share y: the likelihood is binomial, and the law is held within
            [0, 1]. One number or one a point. By default the noise is normal.
        sigma
            Known standard errors of y, one number or one a point. By default one standard
            deviation is estimated.
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
        >>> x = np.logspace(6, 11, 24)
        >>> truth = BrokenPowerLaw(0.5, 20.0, 0.1, ((1e9, 0.6, 0.3),))
        >>> fit = BrokenPowerLaw.fit(x, truth(x), breaks=1)
        >>> round(float(np.log10(fit.params["location_1"])), 3)
        9.0
        """
        from .fit import fit_one
        from .solver.broken import BrokenCurve

        return fit_one(
            BrokenCurve(breaks, floor),
            {"x": x},
            y,
            n_items=n_items,
            sigma=sigma,
            bounds=bounds,
            starts=starts,
            seed=seed,
        )

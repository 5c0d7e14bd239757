"""Laws of a score between two limits: exact match and logistic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from .values import need, power_of, scales_of, times

if TYPE_CHECKING:
    from .fit import Fit

Bounds = Mapping[str, tuple[float, float]]
Floats = NDArray[np.float64]


def _one_floor(floor: float | None, chance: float | None) -> float | None:
    if floor is not None and chance is not None and floor != chance:
        raise ValueError(f"LogisticLaw: floor is {floor} and chance {chance}; give one of them")
    return chance if floor is None else floor


@dataclass(frozen=True)
class ExactMatchLaw:
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
        need(self.length > 0, self, f"length is {self.length}; expected > 0")
        need(
            self.critical_scale > 0, self, f"critical_scale is {self.critical_scale}; expected > 0"
        )
        need(self.exponent < 0, self, f"exponent is {self.exponent}; expected < 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        with np.errstate(over="ignore"):
            ratio = scales_of(self, x) / self.critical_scale
        return np.exp(-times(self.length, power_of(ratio, self.exponent)))

    @classmethod
    def fit(
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
        """Fit to points, at a given length.

        Parameters
        ----------
        x, y
            Scales (above 0) and values, (n,). A nan in either leaves the point out; a scale may
            come more than once.
        length
            Tokens of an answer, above 0. It is given, because points cannot tell it apart from
            the critical scale.
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
        >>> x = np.logspace(6, 11, 12)
        >>> fit = ExactMatchLaw.fit(x, ExactMatchLaw(5.0, 1e8, -0.3)(x), length=5)
        >>> round(fit.params["exponent"], 6)
        -0.3
        """
        from .fit import fit_one
        from .solver.saturating import ExactMatchCurve

        return fit_one(
            ExactMatchCurve(float(length)),
            {"x": x},
            y,
            n_items=n_items,
            sigma=sigma,
            bounds=bounds,
            starts=starts,
            seed=seed,
        )


@dataclass(frozen=True)
class LogisticLaw:
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
            steps = times(self.slope, np.log10(scales_of(self, x)) - self.midpoint)
        return self.floor + (self.ceiling - self.floor) * expit(steps)

    @classmethod
    def fit(
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
        """Fit to points; the slope may have either sign.

        Parameters
        ----------
        x, y
            Scales (above 0) and values, (n,). A nan in either leaves the point out; a scale may
            come more than once.
        floor, ceiling
            Limits where they are known; else free, within [0, 1] for shares and within three
            ranges of y for others.
        chance
            Another name of `floor`.
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
        >>> x = np.logspace(6, 11, 12)
        >>> fit = LogisticLaw.fit(x, LogisticLaw(0.25, 1.0, 9.0, 3.0)(x), chance=0.25, ceiling=1)
        >>> round(fit.params["midpoint"], 6), round(fit.params["slope"], 6), fit.k
        (9.0, 3.0, 2)
        """
        from .fit import fit_one
        from .solver.saturating import LogisticCurve

        return fit_one(
            LogisticCurve(_one_floor(floor, chance), ceiling),
            {"x": x},
            y,
            n_items=n_items,
            sigma=sigma,
            bounds=bounds,
            starts=starts,
            seed=seed,
        )

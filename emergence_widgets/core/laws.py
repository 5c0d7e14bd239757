"""Scaling laws: parameters in, a curve out, stable at the edges; and points in, a law out.

A parameter out of its range, or a scale below 0, is a ValueError that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

if TYPE_CHECKING:
    from .fitting import Fit

Bounds = Mapping[str, tuple[float, float]]
Floats = NDArray[np.float64]


def _need(condition: bool, law: object, message: str) -> None:
    if not condition:
        raise ValueError(f"{type(law).__name__}: {message}")


def _scales(law: object, x: ArrayLike, name: str = "x") -> Floats:
    scales = np.asarray(x, dtype=float)
    if np.any(scales < 0):
        raise ValueError(
            f"{type(law).__name__}: {name} holds {scales[scales < 0][0]:g}; a scale is above 0"
        )
    return scales


def _power(x: Floats, exponent: float) -> Floats:
    with np.errstate(divide="ignore", over="ignore"):
        return x**exponent


def _times(factor: float, power: Floats) -> Floats:
    """A factor 0 leaves nothing, not even of an infinite power."""
    with np.errstate(over="ignore"):
        return factor * power if factor else np.where(np.isnan(power), np.nan, 0.0)


def _one_floor(floor: float | None, chance: float | None) -> float | None:
    if floor is not None and chance is not None and floor != chance:
        raise ValueError(f"LogisticLaw: floor is {floor} and chance {chance}; give one of them")
    return chance if floor is None else floor


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
        _need(self.scale_factor >= 0, self, f"scale_factor is {self.scale_factor}; expected >= 0")
        _need(self.exponent >= 0, self, f"exponent is {self.exponent}; expected >= 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        power = _power(_scales(self, x), -self.exponent)
        return self.floor + _times(self.scale_factor, power)

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
        from .fit_curves import PowerCurve
        from .fitting import fit_one

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
            _need(getattr(self, name) >= 0, self, f"{name} is {getattr(self, name)}; expected >= 0")

    def __call__(self, n: ArrayLike, d: ArrayLike) -> Floats:
        """Evaluate at parameters `n` and tokens `d` (above 0), broadcast together."""
        of_parameters = _power(_scales(self, n, "n"), -self.alpha)
        of_tokens = _power(_scales(self, d, "d"), -self.beta)
        return self.floor + _times(self.a, of_parameters) + _times(self.b, of_tokens)

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
        >>> n, d = (each.ravel() for each in np.meshgrid(np.logspace(7, 10, 5), np.logspace(9, 12, 5)))
        >>> fit = LossLaw.fit(n, d, LossLaw(1.69, 406.4, 0.34, 410.7, 0.28)(n, d))
        >>> round(fit.params["alpha"], 4), round(fit.params["beta"], 4)
        (0.34, 0.28)
        """
        from .fit_curves import LossCurve
        from .fitting import fit_one

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
        _need(self.length > 0, self, f"length is {self.length}; expected > 0")
        _need(
            self.critical_scale > 0, self, f"critical_scale is {self.critical_scale}; expected > 0"
        )
        _need(self.exponent < 0, self, f"exponent is {self.exponent}; expected < 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape."""
        with np.errstate(over="ignore"):
            ratio = _scales(self, x) / self.critical_scale
        return np.exp(-_times(self.length, _power(ratio, self.exponent)))

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
        from .fit_saturating import ExactMatchCurve
        from .fitting import fit_one

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
            steps = _times(self.slope, np.log10(_scales(self, x)) - self.midpoint)
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
        from .fit_saturating import LogisticCurve
        from .fitting import fit_one

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
            _need(location > 0, self, f"break {number} is at {location}; expected > 0")
            _need(width > 0, self, f"break {number} has width {width}; expected > 0")

    def __call__(self, x: ArrayLike) -> Floats:
        """Evaluate at scales `x` (above 0), any shape; in logs, so that sharp breaks hold."""
        with np.errstate(divide="ignore"):
            log_x = np.log(_scales(self, x))
        log_y = _times(-self.exponent, log_x)
        for location, slope, width in self.breaks:
            past = log_x - np.log(location)
            with np.errstate(over="ignore"):
                bend = np.maximum(past, 0.0) + width * np.log1p(np.exp(-np.abs(past) / width))
            log_y = log_y - slope * bend
        with np.errstate(over="ignore"):
            power = np.exp(log_y)
        return self.floor + _times(self.scale_factor, power)

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
        from .fit_broken import BrokenCurve
        from .fitting import fit_one

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

"""Scaling laws: parameters in, a curve out. Evaluation only, stable at the edges.

A parameter out of its range, or a scale below 0, is a ValueError that names it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

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

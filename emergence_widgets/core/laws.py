"""Scaling laws: parameters in, a curve out. Evaluation only, stable at the edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _need(condition: bool, law: object, message: str) -> None:
    if not condition:
        raise ValueError(f"{type(law).__name__}: {message}")


def _power(x: ArrayLike, exponent: float) -> Floats:
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(x, dtype=float) ** exponent


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
        return self.floor + self.scale_factor * _power(x, -self.exponent)


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
        return self.floor + self.a * _power(n, -self.alpha) + self.b * _power(d, -self.beta)


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
        ratio = np.asarray(x, dtype=float) / self.critical_scale
        return np.exp(-self.length * _power(ratio, self.exponent))


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
            steps = self.slope * (np.log10(np.asarray(x, dtype=float)) - self.midpoint)
        return self.floor + (self.ceiling - self.floor) * np.exp(-np.logaddexp(0.0, -steps))


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
            log_x = np.log(np.asarray(x, dtype=float))
        log_y = -self.exponent * log_x if self.exponent else np.zeros(log_x.shape)
        for location, slope, width in self.breaks:
            log_y = log_y - slope * width * np.logaddexp(0.0, (log_x - np.log(location)) / width)
        with np.errstate(over="ignore"):
            return self.floor + self.scale_factor * np.exp(log_y)

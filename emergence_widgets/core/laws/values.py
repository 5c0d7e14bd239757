"""Powers of a scale and checks that the laws share; stable at the edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def need(condition: bool, law: object, message: str) -> None:
    """Refuse a parameter out of its range."""
    if not condition:
        raise ValueError(f"{type(law).__name__}: {message}")


def scales_of(law: object, x: ArrayLike, name: str = "x") -> Floats:
    """Scales as floats; one below 0 is a ValueError that names it."""
    scales = np.asarray(x, dtype=float)
    if np.any(scales < 0):
        raise ValueError(
            f"{type(law).__name__}: {name} holds {scales[scales < 0][0]:g}; a scale is above 0"
        )
    return scales


def power_of(x: Floats, exponent: float) -> Floats:
    """``x**exponent``, infinite where it overflows."""
    with np.errstate(divide="ignore", over="ignore"):
        return x**exponent


def times(factor: float, power: Floats) -> Floats:
    """A factor 0 leaves nothing, not even of an infinite power."""
    with np.errstate(over="ignore"):
        return factor * power if factor else np.where(np.isnan(power), np.nan, 0.0)

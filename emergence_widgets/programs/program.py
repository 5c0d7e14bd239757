"""What programs share. Twin of ``js/src/programs/program.ts``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Controls: TypeAlias = Mapping[str, Any]
Constants: TypeAlias = Mapping[str, Any]
Outputs = dict[str, Any]
Program = Callable[[Controls, Constants], Outputs]

FEWEST_SCALES = 3  # points of which breakthroughness is taken


def floats(constants: Constants, name: str) -> Floats:
    """A constant as an array of numbers."""
    return np.asarray(constants[name], dtype=float)


def ints(constants: Constants, name: str) -> Ints:
    """A constant as an array of whole numbers."""
    return np.asarray(constants[name]).astype(np.intp)


def noise_and_ramp(points: int, noise: float) -> dict[str, float]:
    """What breakthroughness is held against: noise on as many points, and an even rise."""
    ramp = float(points - 1)
    return {"null_95": noise, "ramp": ramp, "uneven_from": max(2 * ramp, noise)}

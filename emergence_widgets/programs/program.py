"""What programs share. Twin of ``js/src/programs/program.ts``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ..core.arrays import Flags, Floats, Ints
from ..core.statistics.intervals import wilson_interval

Controls: TypeAlias = Mapping[str, Any]
Constants: TypeAlias = Mapping[str, Any]
Outputs = dict[str, Any]
Program = Callable[[Controls, Constants], Outputs]

FEWEST_SCALES = 3  # points of which the shape of a rise is told


def floats(constants: Constants, name: str) -> Floats:
    """A constant as an array of numbers."""
    return np.asarray(constants[name], dtype=float)


def ints(constants: Constants, name: str) -> Ints:
    """A constant as an array of whole numbers."""
    return np.asarray(constants[name]).astype(np.intp)


def first(values: Floats, chosen: Flags) -> float:
    """The first of some values that is chosen; NaN where none is."""
    return float(values[np.argmax(chosen)]) if chosen.any() else float("nan")


def model_scales(scale: Floats, count: int, largest: float = np.inf) -> Floats:
    """Sizes evenly spaced in log scale from the smallest to the largest tested model."""
    lowest, highest = np.log10(scale[[0, -1]])
    top = min(max(np.log10(largest), lowest), highest)
    return 10 ** (lowest + (top - lowest) * (np.arange(count) / max(count - 1, 1)))


def tested(name: str, right: Floats, n: int) -> dict[str, Floats]:
    """Shares of n answers that are right, and their intervals."""
    lower, upper = wilson_interval(right, n)
    return {f"{name}_measured": right / n, f"{name}_lower": lower, f"{name}_upper": upper}

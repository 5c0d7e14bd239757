"""What programs share. Twin of ``js/src/programs/program.ts``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ..core.arrays import Flags, Floats, Ints
from ..core.statistics.intervals import wilson_interval
from ..core.statistics.late_rise import LEAST_FALL

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


def beyond_noise(scores: Floats, lower: Floats, upper: Floats) -> bool:
    """Whether the last score lies above the first, higher is better, by more than the noise.

    By the interval of their difference (Newcombe 1998, method 10: from the intervals of the two);
    unknown intervals (NaN) withhold nothing.
    """
    rise = scores[-1] - scores[0]
    noise = np.hypot(scores[-1] - lower[-1], upper[0] - scores[0])
    return not rise <= noise


def clear_rise(scores: Floats, lower: Floats, upper: Floats) -> bool:
    """Whether scores rise beyond the noise, and none is below the first or above the last.

    By more than the noise, as in `beyond_noise`, and by more than a tenth of the rise: a curve
    that falls at its beginning or end is not one that waits.
    """
    if not beyond_noise(scores, lower, upper):
        return False
    least = LEAST_FALL * (scores[-1] - scores[0])
    below, above = scores[0] - scores, scores - scores[-1]
    noise_below = np.hypot(scores[0] - lower[0], upper - scores)
    noise_above = np.hypot(scores - lower, upper[-1] - scores[-1])
    falls = (below > noise_below) & (below > least) | (above > noise_above) & (above > least)
    return not falls.any()

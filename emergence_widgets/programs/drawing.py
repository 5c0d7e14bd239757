"""Where numbers stand on axes that are linear in the data or in their log10."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def place(values: ArrayLike, logarithmic: bool) -> Floats:
    """Places on an axis; NaN for what a logarithmic one cannot hold."""
    numbers = np.asarray(values, dtype=float)
    if not logarithmic:
        return numbers
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(numbers > 0, np.log10(numbers), np.nan)


def interval_line(start: Floats, end: Floats) -> Floats:
    """One coordinate of upright bars drawn as one line, whose NaNs lift the pen."""
    gap = np.full(start.shape, np.nan)
    return np.stack([start, end, gap], axis=-1).ravel()[:-1]


def trimmed(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A line without what has no place at its end, which bqplot cannot draw.

    Examples
    --------
    >>> x, y = trimmed(np.arange(4.0), np.array([np.nan, 1.0, 2.0, np.nan]))
    >>> x.size, y.size
    (3, 3)
    """
    there = np.flatnonzero(np.isfinite(y))
    length = there[-1] + 1 if there.size else 0
    return x[:length], y[:length]

"""Fewer places where the eye cannot tell more of them apart."""

from __future__ import annotations

import numpy as np

MOST_PLACES = 600
"""Places of a line from which only the extremes of each pixel are drawn."""
CLOSE = 4
"""Pixels within which one of several points, less wide than two of these, stands for all."""


def enough(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Indices of the places of a line that have to be drawn.

    Parameters
    ----------
    x, y
        Places in pixels; NaN lifts the pen.

    Returns
    -------
    numpy.ndarray
        All, unless there are more than `MOST_PLACES`.

    Examples
    --------
    >>> x = np.linspace(0, 10, 10_001)
    >>> kept = enough(x, np.sin(x))
    >>> kept.size < 50, bool(np.isclose(np.sin(x)[kept].max(), 1.0))
    (True, True)
    """
    if x.size <= MOST_PLACES:
        return np.arange(x.size)
    return _bars(x, y) if _are_bars(x) else _extremes(x, y)


def distinct(*values: np.ndarray) -> np.ndarray:
    """Indices of places that the eye tells apart."""
    return np.unique(np.rint(np.stack(values) / CLOSE), axis=1, return_index=True)[1]


def _are_bars(x: np.ndarray) -> bool:
    """Whether a line is many intervals: two places, a gap, and so on."""
    gaps = np.isnan(x)
    return bool(x.size % 3 == 2 and gaps[2::3].all() and gaps.sum() == x.size // 3)


def _bars(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    kept = np.sort(distinct(x[::3], y[::3], y[1::3]))
    return (3 * kept[:, None] + np.arange(3)).ravel()[:-1]


def _extremes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Places that matter where many share one column of pixels: the ends and the extremes."""
    with np.errstate(invalid="ignore"):
        column = np.where(np.isfinite(x) & np.isfinite(y), np.rint(x), np.nan)
    # NaN differs from itself, so that each gap is a stretch of its own.
    starts = np.flatnonzero(np.concatenate([[True], column[1:] != column[:-1]]))
    kept: set[int] = set()
    for start, end in zip(starts, [*starts[1:], x.size], strict=True):
        stretch = y[start:end]
        kept |= {int(start), int(end) - 1}
        if np.isfinite(column[start]):
            kept |= {int(start + stretch.argmin()), int(start + stretch.argmax())}
    return np.array(sorted(kept))

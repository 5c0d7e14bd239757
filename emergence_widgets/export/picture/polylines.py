"""Lines as a painter needs them: cut where they run far out, and no denser than the eye sees."""

from __future__ import annotations

import numpy as np

MOST_PLACES = 600
"""Places of a line from which only the extremes of each pixel are drawn."""
CLOSE = 4
"""Pixels within which one of several points, less wide than two of these, stands for all."""


def enough(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Indices of the places of a line, in pixels, that have to be drawn; NaN lifts the pen."""
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


def cut(x: np.ndarray, y: np.ndarray, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """The part of a line within nine times a figure's size: painters hold no number of any size.

    By Liang and Barsky 1984, "A new concept and method for line clipping", ACM TOG 3(1).
    """
    there = np.isfinite(x) & np.isfinite(y)
    places = np.where(there[:, None], np.stack([x, y], axis=1), np.nan)
    size = np.array([width, height])
    low, high = -4 * size, 5 * size
    if not ((places < low) | (places > high)).any():
        return places[:, 0], places[:, 1]
    start, step = places[:-1], np.diff(places, axis=0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ends = np.stack([(low - start) / step, (high - start) / step])
    # A step along an axis stays inside it or outside it all the way.
    level = (step == 0) & (start >= low) & (start <= high)
    enter = np.where(level, 0.0, ends.min(axis=0)).max(axis=1).clip(0, 1)
    leave = np.where(level, 1.0, ends.max(axis=0)).min(axis=1).clip(0, 1)
    kept = there[:-1] & there[1:] & (enter < leave)
    first, last = (start + share[:, None] * step for share in (enter, leave))
    joined = np.concatenate([[False], kept[:-1] & (leave[:-1] == 1) & (enter[1:] == 0)])
    gap = np.full_like(first, np.nan)
    parts = np.stack([gap, first, last], axis=1)[kept]
    wanted = np.stack([~joined, ~joined, np.ones_like(joined)], axis=1)[kept]
    found = parts[wanted][1:]
    return found[:, 0], found[:, 1]

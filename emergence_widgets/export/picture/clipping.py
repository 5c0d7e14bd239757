"""Lines cut where they run far out of a figure: painters hold no number of any size."""

from __future__ import annotations

import numpy as np


def cut(x: np.ndarray, y: np.ndarray, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """The part of a line within nine times a figure's width and height, about the figure.

    Parameters
    ----------
    x, y
        Places in pixels; NaN lifts the pen.
    width, height
        Of the figure.

    Returns
    -------
    x, y
        The same places where all are near; else each piece ends where it leaves.

    Notes
    -----
    Liang and Barsky 1984, "A new concept and method for line clipping", ACM TOG 3(1).

    Examples
    --------
    >>> [axis.tolist() for axis in cut(np.array([0.0, 10.0]), np.array([5.0, 95.0]), 10, 10)]
    [[0.0, 5.0], [5.0, 50.0]]
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

"""Outlines of markers of a given area, centred on zero, as bqplot draws them."""

from __future__ import annotations

import math

TAN_30 = math.tan(math.pi / 6)


def outline(marker: str, area: float) -> list[tuple[float, float]]:
    """Corners of a marker; y grows downwards.

    Parameters
    ----------
    marker
        A name of bqplot's other than ``circle``; an unknown one is a square.
    area
        In square pixels.

    Returns
    -------
    list of (float, float)

    Examples
    --------
    >>> outline("square", 16.0)
    [(-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0)]
    """
    if marker in ("triangle-up", "triangle-down"):
        half = math.sqrt(area / math.sqrt(3))
        tall = half * math.sqrt(3) / 2
        sign = 1 if marker == "triangle-up" else -1
        return [(0, -sign * tall), (half, sign * tall), (-half, sign * tall)]
    if marker == "diamond":
        tall = math.sqrt(area / (2 * TAN_30))
        return [(0, -tall), (tall * TAN_30, 0), (0, tall), (-tall * TAN_30, 0)]
    if marker == "cross":
        a = math.sqrt(area / 5) / 2
        arm = [(-a, -3 * a), (a, -3 * a), (a, -a)]
        return [point for turn in range(4) for point in _turned(arm, turn)]
    side = math.sqrt(area) / 2
    return [(-side, -side), (side, -side), (side, side), (-side, side)]


def _turned(points: list[tuple[float, float]], turns: int) -> list[tuple[float, float]]:
    for _ in range(turns):
        points = [(-y, x) for x, y in points]
    return points

"""Marks of a scene as artists of matplotlib."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox, TransformedBbox

from .label_placement import SPACING, Placed
from .marks import Band, Line, Points
from .scene import Panel

MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle-up": "^",
    "triangle-down": "v",
    "diamond": "d",
    "cross": "P",
}
EDGE = 1.2
"""Points over the ends of the axes in which lines are still drawn."""
NOTES = 9
"""Notes lie above all marks."""


def draw(
    mark: Line | Band | Points, axes: Axes, panel: Panel, inner: float, tall: float,
    scale: float, order: float,
) -> None:  # fmt: skip
    """Draw one mark.

    Parameters
    ----------
    mark
        What to draw.
    axes
        Where.
    panel
        The figure that the mark is of.
    inner, tall
        Size of the axes in points.
    scale
        Points a pixel of the screen.
    order
        Marks with more lie above.
    """
    if isinstance(mark, Line):
        style: Any = (0, (3.5, 2.2)) if mark.dashed else "solid"
        (line,) = axes.plot(
            mark.x, mark.y, color=mark.colour, linewidth=scale * mark.width, alpha=mark.opacity,
            zorder=order, solid_joinstyle="round", solid_capstyle="butt", linestyle=style,
        )  # fmt: skip
        # A line along an end of an axis keeps its whole width.
        room = np.array([EDGE / inner, EDGE / tall])
        line.set_clip_box(TransformedBbox(Bbox([-room, 1 + room]), axes.transAxes))
    elif isinstance(mark, Band):
        axes.fill(
            mark.x, mark.y, facecolor=mark.colour, alpha=mark.opacity, linewidth=0, zorder=order
        )
    else:
        _points(mark, axes, panel, scale, order)


def _points(mark: Points, axes: Axes, panel: Panel, scale: float, order: float) -> None:
    shown = _within(mark.x, panel.x.low, panel.x.high) & _within(mark.y, panel.y.low, panel.y.high)
    for faded in (True, False):
        some = shown & (mark.faded == faded)
        if some.any():
            axes.plot(
                mark.x[some], mark.y[some], linestyle="none", clip_on=False, zorder=order + 5,
                marker=MARKERS.get(mark.marker, "o"),
                markersize=scale * 2 * math.sqrt(mark.size / math.pi),
                markerfacecolor="none" if mark.hollow else mark.colour,
                markeredgecolor=mark.colour if mark.hollow else "white",
                markeredgewidth=scale * (1.5 if mark.hollow else 0.8),
                alpha=0.35 if faded else 1.0,
            )  # fmt: skip


def _within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    slack = abs(high - low) / 400
    return (values >= min(low, high) - slack) & (values <= max(low, high) + slack)


def write(placed: Placed, axes: Axes, inner: float, tall: float) -> None:
    """Write a note where it was placed, in axes of this size in points."""
    note, right = placed.note, placed.flush == "right"
    axes.annotate(
        placed.text, ((placed.left + right * placed.width) / inner, placed.baseline / tall),
        xycoords="axes fraction", ha=placed.flush, va="baseline", linespacing=SPACING,
        size=placed.size, color=note.colour, weight="bold" if note.bold else "normal",
        zorder=NOTES, parse_math=False, annotation_clip=False,
    )  # fmt: skip

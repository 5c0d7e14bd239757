"""Marks of a scene as artists of matplotlib."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .marks import Band, Line, Mark, Note, Points
from .scene import Panel

MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle-up": "^",
    "triangle-down": "v",
    "diamond": "d",
    "cross": "P",
}
SCREEN = 240.0
"""Pixels that a figure's axes are wide on the screen."""
LARGEST = 0.65
"""Lines and points of a wide figure stay as fine as a paper's."""
LEAST_TEXT, LETTER = 5.5, 0.58


def draw(mark: Mark, axes: Axes, panel: Panel, inner: float, tall: float, order: float) -> None:
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
    order
        Marks with more lie above.
    """
    scale = min(max(inner / SCREEN, 0.5), LARGEST)
    if isinstance(mark, Line):
        style: Any = (0, (3.5, 2.2)) if mark.dashed else "solid"
        axes.plot(
            mark.x, mark.y, color=mark.colour, linewidth=scale * mark.width, alpha=mark.opacity,
            zorder=order, solid_joinstyle="round", linestyle=style,
        )  # fmt: skip
    elif isinstance(mark, Band):
        axes.fill(
            mark.x, mark.y, facecolor=mark.colour, alpha=mark.opacity, linewidth=0, zorder=order
        )
    elif isinstance(mark, Points):
        _points(mark, axes, panel, scale, order)
    else:
        _note(mark, axes, panel, scale, (inner, tall), order)


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


def _note(
    note: Note, axes: Axes, panel: Panel, scale: float, room: tuple[float, float], order: float
) -> None:
    inner, tall = room
    size = min(max(scale * note.size, LEAST_TEXT), max(inner / (LETTER * len(note.text)), 4.0))
    up = -scale * note.dy
    # Never above the figure, where its title is.
    height = tall * (note.y - panel.y.low) / ((panel.y.high - panel.y.low) or 1.0)
    up = min(up, tall - height - 0.2 * size)
    axes.annotate(
        note.text, (note.x, note.y), xytext=(scale * note.dx, up), textcoords="offset points",
        ha={"start": "left", "middle": "center", "end": "right"}[note.align], va="baseline",
        size=size, color=note.colour, weight="bold" if note.bold else "normal",
        zorder=order + 6, parse_math=False, annotation_clip=False,
    )  # fmt: skip

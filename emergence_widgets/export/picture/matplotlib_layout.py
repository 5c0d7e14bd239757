"""A scene on a sheet as wide as one or two columns of a paper, by matplotlib."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from .label_placement import placed_notes
from .marks import Note
from .matplotlib_contact import contact_height, draw_contact
from .matplotlib_grid import draw_grid, grid_height
from .matplotlib_marks import MARKERS, draw, write
from .plain import light_palette
from .scene import Axis, Panel, Scene
from .svg import in_a_row

INCH = 72.0
WIDTHS = {False: 3.4, True: 7.0}
LEFT, RIGHT = 30.0, 8.0
ABOVE, BELOW, HEADING = 30.0, 27.0, 14.0
ROW, LETTER = 9.5, 0.56
"""Height of a line of small text in points; width of a letter over its size."""
LARGEST = 270.0
"""Width of a figure that stands alone."""
SCREEN, FINEST = 240.0, 0.65
"""Pixels that a figure's axes are wide on the screen; points a pixel of it, at most, so that lines
and points of a wide figure stay as fine as a paper's."""
SMALL, NAME, TITLE = 6.0, 6.5, 7.5
LEAST = 4.5
FINE = 720.0
"""Dots an inch at which texts are measured."""


def plate(scene: Scene, *, wide: bool) -> Figure:
    """Draw a scene.

    Parameters
    ----------
    scene
        What to draw.
    wide
        Whether it spans two columns of a paper.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes have the names of the figures as labels.
    """
    width = WIDTHS[wide] * INCH
    count = len(scene.panels)
    columns = in_a_row(count, 3) if wide else (1 if count <= 2 else 2)
    cell = min(width / columns, LARGEST)
    inner = cell - LEFT - RIGHT
    tall = min((0.68 if wide else 0.8) * inner, 130.0)
    corners, below = _corners(scene, columns, cell, ABOVE + tall + BELOW)
    entries, legend_rows = _entries(scene, width)
    map_top = below + ROW * legend_rows
    lines = textwrap.wrap(scene.caption, int((width - 8) / (0.52 * SMALL)))
    map_bottom = map_top + (grid_height(scene.grid, width) if scene.grid else 0)
    map_bottom += contact_height(scene.images, width) if scene.images else 0
    height = map_bottom + ROW * len(lines) + 6
    sheet = Sheet(width, height, scale=min(max(inner / SCREEN, 0.5), FINEST))
    for panel, (left, top) in zip(scene.panels, corners, strict=True):
        if panel.heading:
            sheet.write(panel.heading, 4, top - 4, TITLE, room=width - 8, weight="bold")
        sheet.panel(panel, left, top, inner, tall)
    for entry, x, row in entries:
        sheet.entry(entry, x, below + ROW * row + 7)
    if scene.grid:
        draw_grid(sheet, scene.grid, map_top)
    if scene.images:
        draw_contact(sheet, scene.images, map_top)
    for row, line in enumerate(lines):
        y = map_bottom + ROW * row + 8
        sheet.write(line, 4, y, SMALL, room=width - 8)
    sheet.figure.set_label(scene.description)
    return sheet.figure


def _corners(
    scene: Scene, columns: int, cell: float, height: float
) -> tuple[list[tuple[float, float]], float]:
    """Upper left corner of each figure, and where the last row ends, in points."""
    corners: list[tuple[float, float]] = []
    column, top = 0, 0.0
    for panel in scene.panels:
        if corners and (column == columns or panel.heading):
            column, top = 0, top + height
        if panel.heading:
            top += HEADING
        corners.append((column * cell, top))
        column += 1
    return corners, top + height if corners else 0.0


def _entries(
    scene: Scene, width: float
) -> tuple[list[tuple[tuple[str, str, str], float, int]], int]:
    """Each entry of the legend with its place and its row, and the number of rows."""
    placed: list[tuple[tuple[str, str, str], float, int]] = []
    x, row = 8.0, 0
    for name, colour, marker in scene.legend if scene.panels else ():
        shown = textwrap.shorten(name, 60, placeholder="…") if len(name) > 60 else name
        step = 18 + measured(shown, NAME)
        if placed and x + step > width:
            x, row = 8.0, row + 1
        placed.append(((shown, colour, marker), x, row))
        x += step
    return placed, row + 1 if placed else 0


@lru_cache(maxsize=1)
def _ruler() -> Any:
    """Fine enough that widths do not depend on the rounding of letters to pixels."""
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=FINE)).get_renderer()


@lru_cache(maxsize=1000)
def measured(text: str, size: float, bold: bool = False) -> float:
    """Width in points that a text would have."""
    weight = "bold" if bold else "normal"
    trial = Figure().text(0, 0, text, size=size, weight=weight, parse_math=False)
    return trial.get_window_extent(_ruler(), dpi=FINE).width * INCH / FINE


class Sheet:
    """A figure on which places are points from its upper left corner; `scale` is points a pixel."""

    def __init__(self, width: float, height: float, *, scale: float) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.figure = Figure(figsize=(width / INCH, height / INCH), facecolor="white")

    def write(
        self, text: str, x: float, y: float, size: float, *, room: float, **look: Any
    ) -> float:
        """Write a text, smaller or cut where it does not fit; return its width in points."""
        colour = look.pop("color", light_palette()["ew-text"])
        shown = self.figure.text(
            x / self.width, 1 - y / self.height, text, size=size, color=colour,
            parse_math=False, **look,
        )  # fmt: skip
        if self._wide(shown) > room:
            shown.set_fontsize(max(LEAST, size * 0.98 * room / self._wide(shown)))
        while len(text) > 1 and self._wide(shown) > room:
            text = text[: min(len(text) - 1, max(1, int(len(text) * room / self._wide(shown))))]
            shown.set_text(text.rstrip() + "…")
        return self._wide(shown)

    def _wide(self, text: Any) -> float:
        return text.get_window_extent(_ruler(), dpi=FINE).width * INCH / FINE

    def entry(self, entry: tuple[str, str, str], x: float, y: float) -> None:
        """Write one entry of the legend beside its marker."""
        name, colour, marker = entry
        self.figure.add_artist(
            Line2D(
                [x / self.width], [1 - (y - 2) / self.height], color=colour, linestyle="none",
                marker=MARKERS.get(marker, "o"), markersize=4, markeredgewidth=0,
                transform=self.figure.transFigure,
            )
        )  # fmt: skip
        self.write(name, x + 5, y, NAME, room=self.width - x - 5)

    def panel(self, panel: Panel, left: float, top: float, inner: float, tall: float) -> None:
        """Draw one figure with its words."""
        room = inner + LEFT - 4
        self.write(panel.title, left + 4, top + 11, TITLE, room=room, weight="bold")
        self._subtitle(panel.subtitle, left + 4, top + 20, room)
        bounds = (
            (left + LEFT) / self.width,
            1 - (top + ABOVE + tall) / self.height,
            inner / self.width,
            tall / self.height,
        )
        axes = self.figure.add_axes(bounds, label=panel.name)
        _dress(axes, panel, inner, tall)
        x, y = left + LEFT + inner / 2, top + ABOVE + tall + 20
        self.write(panel.x.label, x, y, NAME, room=inner + 20, ha="center")
        for order, mark in enumerate(panel.marks):
            if not isinstance(mark, Note):
                draw(mark, axes, panel, inner, tall, self.scale, 2 + order / 100)
        for placed in placed_notes(panel, inner, tall, self.scale, measured):
            write(placed, axes, inner, tall)

    def _subtitle(self, parts: Sequence[tuple[str, str]], x: float, y: float, room: float) -> None:
        """Write parts in their colours, all as small as it takes to hold the last."""
        wide = measured("  ".join(words for words, _ in parts), SMALL)
        size = max(LEAST, min(SMALL, SMALL * room / max(wide, 1.0)))
        end = x + room
        for words, colour in parts:
            if end - x > size:
                x += self.write(words, x, y, size, room=end - x, color=colour) + size / 2


def _dress(axes: Axes, panel: Panel, inner: float, tall: float) -> None:
    palette = light_palette()
    axes.set_facecolor("none")
    axes.set_xlim(panel.x.low, panel.x.high)
    axes.set_ylim(panel.y.low, panel.y.high)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(palette["ew-line"])
        axes.spines[side].set_linewidth(0.6)
        # Below the marks: what stands at an end of an axis is seen.
        axes.spines[side].set_zorder(1)
    axes.tick_params(
        length=2, width=0.6, pad=1.5, labelsize=SMALL, color=palette["ew-quiet"],
        labelcolor=palette["ew-quiet"],
    )  # fmt: skip
    wide = [LETTER * SMALL * len(text) for text in panel.x.texts]
    axes.set_xticks(panel.x.places, _apart(panel.x, inner, wide, 3.0), parse_math=False)
    high = [SMALL] * len(panel.y.texts)
    axes.set_yticks(panel.y.places, _apart(panel.y, tall, high, 0.6), parse_math=False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())


def _apart(axis: Axis, length: float, sizes: list[float], gap: float) -> list[str]:
    """Texts of ticks, empty where they would touch one before them."""
    span = abs(axis.high - axis.low) or 1.0
    shown, end = list(axis.texts), -math.inf
    places = [length * abs(place - axis.low) / span for place in axis.places]
    for index in sorted(range(len(places)), key=places.__getitem__):
        if places[index] - sizes[index] / 2 < end:
            shown[index] = ""
        else:
            end = places[index] + sizes[index] / 2 + gap
    return shown

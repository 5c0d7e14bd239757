"""A scene on a sheet as wide as one or two columns of a paper, by matplotlib."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from .label_placement import SPACING, PlacedNote
from .layout import Box, Layout, Parts, paper
from .marks import Band, Line, Mark, Points
from .plain import light_palette
from .scene import Panel, Scene

INCH = 72.0
FINE = 720.0  # dots an inch at which texts are measured
LEAST = 4.5  # size in points below which letters are cut, not smaller
EDGE = 1.2  # points over the ends of the axes in which lines are still drawn
MARKERS = {
    "circle": "o", "square": "s", "triangle-up": "^", "triangle-down": "v", "diamond": "d",
    "cross": "P",
}  # fmt: skip
DASHES: dict[str, Any] = {"solid": "solid", "dashed": (0, (3.5, 2.2)), "dotted": (0, (1, 1.2))}
SIDES = {"start": "left", "middle": "center", "end": "right"}
WORDS = 9  # above all marks


def draw_scene(scene: Scene, *, wide: bool) -> Figure:
    """Draw a scene for one or two columns; its axes have the names of the figures as labels."""
    style = paper(len(scene.panels), wide=wide, alone=scene.alone)
    layout = Layout(scene, style, measure)
    canvas = MatplotlibCanvas(layout.width, layout.height)
    layout.draw(canvas)
    canvas.figure.set_label(scene.description)
    return canvas.figure


@lru_cache(maxsize=1)
def _ruler() -> Any:
    """Fine enough that widths do not depend on the rounding of letters to pixels."""
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=FINE)).get_renderer()


def _wide(text: Any) -> float:
    return text.get_window_extent(_ruler(), dpi=FINE).width * INCH / FINE


@lru_cache(maxsize=1000)
def measure(text: str, size: float, bold: bool = False) -> float:
    """Width in points that a text would have."""
    weight = "bold" if bold else "normal"
    sheet: Any = Figure()
    return _wide(sheet.text(0, 0, text, size=size, weight=weight, parse_math=False))


class MatplotlibCanvas:
    """A figure, measured in points."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / INCH, height / INCH), facecolor="white")
        move = Affine2D().scale(1 / width, -1 / height).translate(0, 1)
        self.points = move + self.figure.transFigure
        self.open: Any = self.figure  # or the axes on which is drawn now

    def text(
        self, text: str, x: float, y: float, size: float, *, room: float = math.inf,
        align: str = "start", weight: str = "normal", colour: str = "", turn: float = 0.0,
    ) -> float:  # fmt: skip
        """Write a text, smaller or cut where it has no room; gives the width that it takes."""
        shown = self.open.text(
            x, y, text, transform=self.points, size=size, ha=SIDES[align],
            linespacing=SPACING if "\n" in text else None,
            color=colour or light_palette()["ew-text"], rotation=turn, rotation_mode="anchor",
            weight="normal" if weight == "normal" else "bold", zorder=WORDS, parse_math=False,
        )  # fmt: skip
        if math.isinf(room):
            return room
        if _wide(shown) > room:
            shown.set_fontsize(max(LEAST, size * 0.98 * room / _wide(shown)))
        while len(text) > 1 and _wide(shown) > room:
            text = text[: min(len(text) - 1, max(1, int(len(text) * room / _wide(shown))))]
            shown.set_text(text.rstrip() + "…")
        return _wide(shown)

    def words(self, parts: Parts, x: float, y: float, size: float, room: float) -> None:
        """Write parts of one line, all as small as it takes to hold the last."""
        wide = measure("  ".join(words for words, _ in parts), size)
        size = max(LEAST, min(size, size * room / max(wide, 1.0)))
        end = x + room
        for words, colour in parts:
            if end - x > size:
                x += self.text(words, x, y, size, room=end - x, colour=colour) + size / 2

    def cell(self, box: Box, fill: str) -> None:
        """Fill a rectangle inside a thin white edge."""
        self._rectangle(box, facecolor=fill, edgecolor="white", linewidth=0.5)

    def frame(self, box: Box, colour: str) -> None:
        """Draw the edges of a rectangle."""
        self._rectangle(box, fill=False, edgecolor=colour, linewidth=0.8)

    def _rectangle(self, box: Box, **look: Any) -> None:
        left, top, width, height = box
        patch = Rectangle((left, top), width, height, transform=self.points, clip_on=False, **look)
        self.open.add_artist(patch)

    def marker(self, marker: str, x: float, y: float, colour: str) -> None:
        """Draw the sign of one entry of a legend."""
        sign = MARKERS.get(marker, "o")
        look: dict[str, Any] = {"markersize": 4, "markeredgewidth": 0, "transform": self.points}
        self.open.add_artist(Line2D([x], [y], color=colour, linestyle="none", marker=sign, **look))

    def image(self, grey: np.ndarray, box: Box) -> None:  # noqa: ARG002
        """Fill the open region with an image."""
        self.open.imshow(
            grey, cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect="auto",
            extent=(0, 1, 1, 0),
        )  # fmt: skip

    @contextmanager
    def region(self, name: str, box: Box) -> Generator[None]:
        """Axes with this label, which show nothing of themselves."""
        self.open = self._axes(name, box)
        self.open.set_axis_off()
        yield
        self.open = self.figure

    def _axes(self, name: str, box: Box) -> Any:
        left, bottom = box.left / self.width, 1 - (box.top + box.height) / self.height
        size = box.width / self.width, box.height / self.height
        figure: Any = self.figure
        return figure.add_axes((left, bottom, *size), label=name)

    def plot(
        self, panel: Panel, box: Box, scale: float, ticks: tuple[list[str], list[str]],
        notes: list[PlacedNote],
    ) -> None:  # fmt: skip
        """Draw a figure on axes in the units of its data."""
        self.open = axes = self._axes(panel.name, box)
        _dress(axes, panel, ticks)
        for order, mark in enumerate(panel.marks):
            _draw(mark, axes, panel, box, scale, 2 + order / 100)
        for placed in notes:
            x, y = box.left + placed.anchor, box.top + box.height - placed.baseline
            weight = "bold" if placed.note.bold else "normal"
            self.text(
                placed.text, x, y, placed.size, align=placed.align, weight=weight,
                colour=placed.note.colour,
            )  # fmt: skip
        self.open = self.figure


def _dress(axes: Any, panel: Panel, ticks: tuple[list[str], list[str]]) -> None:
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
        length=2, width=0.6, pad=1.5, labelsize=6, color=palette["ew-quiet"],
        labelcolor=palette["ew-quiet"],
    )  # fmt: skip
    axes.set_xticks(panel.x.places, ticks[0], parse_math=False)
    axes.set_yticks(panel.y.places, ticks[1], parse_math=False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())


def _draw(mark: Mark, axes: Any, panel: Panel, box: Box, scale: float, order: float) -> None:
    """Draw a mark with all its places; those of a higher order lie above."""
    if isinstance(mark, Line):
        style = DASHES[mark.style]
        (line,) = axes.plot(
            mark.x, mark.y, color=mark.colour, linewidth=scale * mark.width, alpha=mark.opacity,
            zorder=order, solid_joinstyle="round", solid_capstyle="butt", linestyle=style,
        )  # fmt: skip
        # A line along an end of an axis keeps its whole width.
        room = np.array([EDGE / box.width, EDGE / box.height])
        line.set_clip_box(TransformedBbox(Bbox([-room, 1 + room]), axes.transAxes))
    elif isinstance(mark, Band):
        axes.fill(
            mark.x, mark.y, facecolor=mark.colour, alpha=mark.opacity, linewidth=0, zorder=order
        )
    elif isinstance(mark, Points):
        shares = np.stack([panel.x.share(mark.x), panel.y.share(mark.y)])
        shown = ((shares >= -1 / 400) & (shares <= 1 + 1 / 400)).all(axis=0)
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

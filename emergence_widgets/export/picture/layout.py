"""Where everything on a picture stands, computed once for all painters."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from .heatmap import MAP, Grid
from .image_grid import PICTURES, ImageGrid
from .label_placement import Measure, PlacedNote, fixed_notes, placed_notes
from .plain import light_palette
from .scene import Axis, Panel, Scene

LETTER = 0.56  # width of a usual letter over its size
Parts = Sequence[tuple[str, str]]  # words, each with its colour


class Box(NamedTuple):
    """A rectangle on a sheet."""

    left: float
    top: float
    width: float
    height: float


class Canvas(Protocol):
    """What a painter can do; places count from the sheet's upper left corner, y downwards."""

    def text(
        self, text: str, x: float, y: float, size: float, *, room: float = math.inf,
        align: str = "start", weight: str = "normal", colour: str = "", turn: float = 0.0,
    ) -> object:  # fmt: skip
        """Write a text on a baseline, cut or smaller where it has no room."""

    def words(self, parts: Parts, x: float, y: float, size: float, room: float, /) -> None:
        """Write parts of one line."""

    def cell(self, box: Box, fill: str, /) -> None:
        """Fill a rectangle, but for a thin gap between it and its neighbours."""

    def frame(self, box: Box, colour: str, /) -> None:
        """Draw the edges of a rectangle."""

    def marker(self, marker: str, x: float, y: float, colour: str, /) -> None:
        """Draw the sign of one entry of a legend."""

    def image(self, grey: np.ndarray, box: Box, /) -> None:
        """Draw an image of 0 (black) to 255."""

    def region(self, name: str, box: Box, /) -> AbstractContextManager[None]:
        """A named part of the sheet; what is drawn while it is open belongs to it."""
        ...

    def plot(
        self, panel: Panel, box: Box, scale: float, ticks: tuple[list[str], list[str]],
        notes: list[PlacedNote], /,
    ) -> None:  # fmt: skip
        """Draw both axes with their texts, then lines, points over them, and notes over all."""


@dataclass(frozen=True)
class Style:
    """Sizes; by default in pixels, as the live figures have them."""

    columns: int  # figures beside each other
    live: bool = True  # as on the screen: as wide as all on it, notes as they are, no caption
    width: float = 0  # of the sheet
    scale: float = 1  # units a pixel of the screen: widths of lines, sizes of points
    pad: float = 8  # from the left edge to titles
    heading_size: float = 13
    title_size: float = 14
    text_size: float = 11  # labels of axes and of the legend
    small_size: float = 11  # all else
    # A figure: its axes, and what is left around them.
    inner: float = 240
    tall: float = 162
    left: float = 46
    right: float = 14
    above: float = 48
    below: float = 40
    heading: float = 26  # height of the heading of a row
    title_drop: float = 16  # from the upper edge to a baseline
    subtitle_drop: float = 32
    key_drop: float = 45
    key_room: float = 8  # for what lines are, above the axes, where a figure says it
    title_room: float = 299
    label_drop: float = 33  # from the lower end of the axes
    # The legend.
    legend_height: float = 24  # of one row
    legend_left: float = 10
    legend_drop: float = 14
    entry_step: float = 22  # from one entry to the next, without its name
    entry_gap: float = 8  # from a marker to its name
    marker_lift: float = 4
    name_letters: int = 26  # of a name at most
    # The heat map.
    names: float = 190  # width of the names of rows
    cells: float = 500  # width of all cells together
    cell: float = 64  # width of one at most
    row: float = 16  # height of one
    cell_size: float = 11
    head: float = 118  # height above the cells
    column_share: float = 0.5  # where in a cell the name of its column begins
    column_room: float = 110
    key: float = 210  # width of one entry of its legend
    key_row: float = 16
    swatch: tuple[float, float] = (23, 16)
    swatch_gap: float = 5  # from it to its words
    # Images.
    images_left: float = 60
    images_head: float = 44
    images_title: float = 16  # drop of their title
    images_room: float = 520
    image: float = 26  # width of one at most
    image_size: float = 11  # of letters
    image_name: float = 4  # from the middle of an image to the baseline of its name
    foot: float = 10  # below a heat map or images

    @property
    def figure(self) -> tuple[float, float]:
        """Width and height of a figure with its words."""
        return self.left + self.inner + self.right, self.above + self.tall + self.below


def in_a_row(panels: int, most: int) -> int:
    """Figures beside each other: as many as fit, without one left over."""
    return 2 if panels == 4 and most > 2 else max(1, min(panels, most))


def screen(panels: int) -> Style:
    """Sizes for the screen."""
    return Style(columns=in_a_row(panels, 3))


def paper(panels: int, *, wide: bool, alone: bool = False) -> Style:
    """Sizes in points for one column of a paper (3.4 inches), or for two (7 inches).

    One figure out of several is no wider than half a page; one that is `alone` fills it.
    """
    width = 72 * (7.0 if wide else 3.4)
    columns = in_a_row(panels, 3) if wide else (1 if panels <= 2 else 2)
    inner = min(width / columns, width if alone else 270.0) - 38
    tall = min((0.68 if wide else 0.8) * inner, 180.0 if alone else 130.0)
    names = min(0.34 * width, 150.0)
    return Style(
        live=False, width=width, columns=columns, scale=min(max(inner / 240, 0.5), 0.65), pad=4,
        heading_size=7.5, title_size=7.5, text_size=6.5, small_size=6, inner=inner,
        tall=tall, left=30, right=8, above=30, below=27,
        heading=14, title_drop=11, subtitle_drop=20, key_drop=28, key_room=4,
        label_drop=20,
        title_room=inner + 26, legend_height=9.5, legend_left=8, legend_drop=7, entry_step=18,
        entry_gap=5, marker_lift=2, name_letters=60, names=names, cells=width - names - 30,
        cell=40, row=8, cell_size=5, head=58, column_share=0.4, column_room=60, key=118, key_row=10,
        swatch=(10, 7), swatch_gap=3, images_left=26, images_head=24, images_title=10,
        images_room=width - 34, image=14, image_size=5.5, image_name=2.1, foot=8,
    )  # fmt: skip


class Layout:
    """The places of a scene on a sheet of some width and height."""

    def __init__(self, scene: Scene, style: Style, measure: Measure) -> None:
        if any(panel.keys for panel in scene.panels):
            # On paper the axes give the room, so that a column is as tall as without.
            tall = style.tall if style.live else style.tall - style.key_room
            style = replace(style, above=style.above + style.key_room, tall=tall)
        self.scene, self.style, self.measure = scene, style, measure
        self.corners, self.legend_top = self._corners()
        self.width = style.width
        if style.live:
            self.width = max(
                style.columns * style.figure[0],
                style.names + style.cells + style.key if scene.grid else 0,
                style.images_left + style.images_room + 20 if scene.images else 0,
            )
        self.entries = list(self._entries()) if scene.panels else []
        rows = 1 + max((row for *_, row in self.entries), default=-1)
        self.below = self.legend_top + style.legend_height * rows
        self.caption_top = self.below
        if scene.grid:
            self.caption_top += self._map_height(scene.grid)
        if scene.images:
            step = self._image_step(scene.images)
            self.caption_top += style.images_head + step * len(scene.images.rows)
            self.caption_top += style.foot
        letters = int((self.width - 8) / (0.52 * style.small_size))
        self.lines = textwrap.wrap(scene.caption, letters) if not style.live else []
        self.height = self.caption_top + (9.5 * len(self.lines) + 6) * (not style.live)

    def _corners(self) -> tuple[list[tuple[float, float]], float]:
        """Upper left corner of each figure, and where the last row ends."""
        wide, high = self.style.figure
        corners: list[tuple[float, float]] = []
        column, top = 0, 0.0
        for panel in self.scene.panels:
            if corners and (column == self.style.columns or panel.heading):
                column, top = 0, top + high
            if panel.heading:
                top += self.style.heading
            corners.append((column * wide, top))
            column += 1
        return corners, top + high if corners else 0.0

    def _entries(self) -> Iterator[tuple[str, str, str, float, int]]:
        """Name, colour and marker of each entry of the legend, its place and its row."""
        style, x, row = self.style, self.style.legend_left, 0
        for number, (name, colour, marker) in enumerate(self.scene.legend):
            most = style.name_letters
            shown = name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
            step = style.entry_step + self.measure(shown, style.text_size, False)
            # On the screen one row, which says how many are left out.
            if number and x + step > self.width - 70 * style.live:
                if not style.live:
                    x, row = style.legend_left, row + 1
                elif (left := len(self.scene.legend) - number) > 1:
                    yield f"and {left} more", "", "", x, row
                    return
            yield shown, colour, marker, x, row
            x += step

    def draw(self, canvas: Canvas) -> None:
        """Draw all."""
        style = self.style
        for panel, corner in zip(self.scene.panels, self.corners, strict=True):
            self._panel(canvas, panel, *corner)
        for name, colour, marker, x, row in self.entries:
            y = self.legend_top + style.legend_height * row + style.legend_drop
            if colour:
                canvas.marker(marker, x, y - style.marker_lift, colour)
                x += style.entry_gap
            room = math.inf if style.live else self.width - x
            canvas.text(name, x, y, style.text_size, room=room)
        if self.scene.grid:
            self._map(canvas, self.scene.grid)
        if self.scene.images:
            self._images(canvas, self.scene.images)
        for row, line in enumerate(self.lines):
            y = self.caption_top + 9.5 * row + 8
            canvas.text(line, 4, y, style.small_size, room=self.width - 8)

    def _panel(self, canvas: Canvas, panel: Panel, left: float, top: float) -> None:
        style, x = self.style, left + self.style.pad
        if panel.heading:
            canvas.text(
                panel.heading, style.pad, top - style.pad, style.heading_size,
                room=self.width - 2 * style.pad, weight="bold",
            )  # fmt: skip
        self._title(canvas, panel.title, x, top + style.title_drop, style.title_room)
        canvas.words(
            panel.subtitle, x, top + style.subtitle_drop, style.small_size, style.title_room
        )
        if panel.keys:
            y = top + style.key_drop
            canvas.words(panel.keys, x, y, style.small_size, style.title_room)
        box = Box(left + style.left, top + style.above, style.inner, style.tall)
        wide = [LETTER * style.small_size * len(text) for text in panel.x.texts]
        high = [style.small_size] * len(panel.y.texts)
        ticks = _apart(panel.x, box.width, wide, 3.0), _apart(panel.y, box.height, high, 0.6)
        place = fixed_notes if style.live else placed_notes
        notes = place(panel, box.width, box.height, style.scale, self.measure)
        canvas.plot(panel, box, style.scale, ticks, notes)
        x, y = box.left + box.width / 2, box.top + box.height + style.label_drop
        canvas.text(panel.x.label, x, y, style.text_size, room=box.width + 20, align="middle")

    def _title(self, canvas: Canvas, title: str, x: float, y: float, room: float) -> None:
        canvas.text(title, x, y, self.style.title_size, room=room, weight="600")

    def _keys_across(self) -> int:
        return max(int((self.width - 8) // self.style.key), 1)

    def _map_height(self, grid: Grid) -> float:
        style, keys = self.style, len(grid.legend)
        if style.live:
            return style.head + style.row * max(len(grid.rows), keys) + style.foot
        rows = math.ceil(keys / self._keys_across())
        return style.head + style.row * len(grid.rows) + style.foot + style.key_row * rows + 4

    def _map(self, canvas: Canvas, grid: Grid) -> None:
        """The heat map, with names beside and above it and a legend."""
        style, pad, room = self.style, self.style.pad, self.width - 8
        size, drop = style.small_size, 0.75 * style.row
        wide = min(style.cell, style.cells / max(len(grid.columns), 1))
        wide = math.floor(wide) if style.live else wide
        self._title(canvas, grid.title, pad, self.below + style.title_drop, room)
        aside = light_palette()["ew-quiet"] if style.live else ""
        y = self.below + style.subtitle_drop
        canvas.text(grid.subtitle, pad, y, size, room=room, colour=aside)
        top = self.below + style.head
        for column, name in enumerate(grid.columns):
            x = style.names + wide * (column + style.column_share)
            y = top - 0.375 * style.row
            canvas.text(name, x, y, size, room=style.column_room, turn=30)
        for row, name in enumerate(grid.rows):
            x, y = style.names - 0.375 * style.row, top + style.row * row + drop
            canvas.text(name, x, y, size, room=style.names - 2 * pad, align="end")
        tall, all_wide = style.row * len(grid.rows), wide * len(grid.columns)
        if tall and all_wide:
            with canvas.region(MAP, Box(style.names, top, all_wide, tall)):
                for (row, column), cell in np.ndenumerate(np.array(grid.cells, dtype=object)):
                    x, y = style.names + wide * column, top + style.row * row
                    canvas.cell(Box(x, y, wide, style.row), cell.ground)
                    look: Any = {"align": "middle", "colour": cell.ink}
                    canvas.text(cell.text, x + wide / 2, y + drop, style.cell_size, **look)
        across = self._keys_across()
        for number, (label, ground) in enumerate(grid.legend):
            x, y = style.names + all_wide + 30, top + style.key_row * number
            if not style.live:
                x = pad + style.key * (number % across)
                y = top + tall + style.foot + style.key_row * (number // across)
            canvas.cell(Box(x, y, *style.swatch), ground)
            room = math.inf if style.live else style.key - 16
            canvas.text(label, x + style.swatch[0] + style.swatch_gap, y + drop, size, room=room)

    def _image_step(self, images: ImageGrid) -> float:
        return min(self.style.image, self.style.images_room / max(len(images.columns), 1))

    def _images(self, canvas: Canvas, images: ImageGrid) -> None:
        """The images with their names, and frames around those that pass."""
        style, step, size = self.style, self._image_step(images), self.style.image_size
        y, room = self.below + style.images_title, self.width - 8
        self._title(canvas, images.title, style.pad, y, room)
        top, left = self.below + style.images_head, style.images_left
        for column, name in enumerate(images.columns):
            # The first column's name, which is long, ends with it.
            x, align = left + step * (column + 0.45), "middle"
            if not column:
                x, align = left + step - style.pad / 4, "end"
            canvas.text(name, x, top - style.pad / 2, size, room=left + step, align=align)
        for row, name in enumerate(images.rows):
            y = top + step * (row + 0.45) + style.image_name
            canvas.text(name, left - 0.75 * style.pad, y, size, room=left - 4, align="end")
        rows, columns = images.passed.shape
        box = Box(left, top, step * columns, step * rows)
        side = step - step / images.step
        with canvas.region(PICTURES, box):
            canvas.image(images.grey, box)
            for row, column in np.argwhere(images.passed):
                frame = Box(left + step * column, top + step * row, side, side)
                canvas.frame(frame, light_palette()["ew-cause"])


def _apart(axis: Axis, length: float, sizes: list[float], gap: float) -> list[str]:
    """Texts of ticks, empty where they would touch one before them."""
    shown, end = list(axis.texts), -math.inf
    places = [length * float(axis.share(place)) for place in axis.places]
    for index in sorted(range(len(places)), key=places.__getitem__):
        if places[index] - sizes[index] / 2 < end:
            shown[index] = ""
        else:
            end = places[index] + sizes[index] / 2 + gap
    return shown

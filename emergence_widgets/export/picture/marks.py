"""Marks of a figure, as numbers: lines, filled regions, points and short texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import bqplot
import numpy as np

from .plain import plain_colour, plain_text

Read = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Line:
    """A line; NaN lifts the pen. Width in pixels of the screen."""

    x: np.ndarray
    y: np.ndarray
    colour: str
    width: float
    style: str  # 'solid', 'dashed' or 'dotted'
    opacity: float


@dataclass(frozen=True)
class Band:
    """A filled region, inside a line that closes itself."""

    x: np.ndarray
    y: np.ndarray
    colour: str
    opacity: float


@dataclass(frozen=True)
class Points:
    """Points of one marker."""

    x: np.ndarray
    y: np.ndarray
    colour: str
    marker: str
    hollow: bool
    size: float  # area of the marker in square pixels of the screen
    faded: np.ndarray  # whether each point steps back behind those that are selected


@dataclass(frozen=True)
class Note:
    """A short text whose baseline stands `dx` right of and `dy` below a place, in pixels."""

    x: float
    y: float
    text: str
    colour: str
    align: str
    dx: float
    dy: float
    size: float
    bold: bool


Mark = Line | Band | Points | Note


def marks_of(mark: Any, read: Read, bottom: float) -> Iterator[Mark]:
    """What there is to draw of lines, a scatter or labels; regions are filled down to `bottom`."""
    if isinstance(mark, bqplot.Label):
        yield from _notes(mark, read)
    elif isinstance(mark, bqplot.Scatter):
        yield from _points(mark, read)
    elif isinstance(mark, bqplot.Lines):
        yield from _lines(mark, read, bottom)
    else:
        raise TypeError(f"no painter knows a {type(mark).__name__}")


def _numbers(values: Any) -> np.ndarray:
    return np.asarray(values if values is not None else [], dtype=float)


def _at(values: Any, index: int, default: Any) -> Any:
    return values[index % len(values)] if values is not None and len(values) else default


def _lines(mark: Any, read: Read, bottom: float) -> Iterator[Mark]:
    x, y = (np.atleast_2d(_numbers(read(mark, name))) for name in ("x", "y"))
    if not x.size or not y.size:
        return
    fill, width = read(mark, "fill"), float(read(mark, "stroke_width"))
    colours = read(mark, "colors")
    for index, heights in enumerate(y):
        places = x[index] if len(x) == len(y) else x[0]
        colour = _at(colours, index, None)
        if fill in ("inside", "bottom"):
            fill_colour = plain_colour(_at(read(mark, "fill_colors"), index, colour))
            opacity = float(_at(read(mark, "fill_opacities"), index, 1.0))
            for piece_x, piece_y in _pieces(places, heights):
                if fill == "bottom":
                    piece_x = np.concatenate([piece_x, piece_x[[-1, 0]]])
                    piece_y = np.concatenate([piece_y, [bottom, bottom]])
                yield Band(piece_x, piece_y, fill_colour, opacity)
        if width > 0:
            opacity = float(_at(read(mark, "opacities"), index, 1.0))
            style = str(read(mark, "line_style"))
            yield Line(places, heights, plain_colour(colour), width, style, opacity)


def _pieces(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stretches of at least two places without a gap."""
    there = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    for start, end in edges.reshape(-1, 2):
        if end - start > 1:
            yield x[start:end], y[start:end]


def _points(mark: Any, read: Read) -> Iterator[Mark]:
    x, y = (np.ravel(_numbers(read(mark, name))) for name in ("x", "y"))
    if not x.size:
        return
    selected = read(mark, "selected")
    faded = np.zeros(x.size, dtype=bool)
    if selected is not None and len(selected):
        faded[:] = True
        faded[np.asarray(selected, dtype=int)] = False
    colour, marker = plain_colour(_at(read(mark, "colors"), 0, None)), str(read(mark, "marker"))
    hollow, size = not read(mark, "fill"), float(read(mark, "default_size"))
    yield Points(x, y, colour, marker, hollow, size, faded)


def _notes(mark: Any, read: Read) -> Iterator[Mark]:
    x, y = (np.ravel(_numbers(read(mark, name))) for name in ("x", "y"))
    texts = [plain_text(str(text)) for text in np.ravel(read(mark, "text"))] if x.size else []
    dx, dy, size = (float(read(mark, name)) for name in ("x_offset", "y_offset", "default_size"))
    align, bold = str(read(mark, "align")), read(mark, "font_weight") == "bold"
    for index, (at, height, text) in enumerate(zip(x, y, texts, strict=False)):
        if text and np.isfinite(at) and np.isfinite(height):
            colour = plain_colour(_at(read(mark, "colors"), index, None))
            yield Note(float(at), float(height), text, colour, align, dx, dy, size, bold)

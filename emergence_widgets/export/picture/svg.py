"""A scene as SVG, for pages on which nothing runs."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Generator
from contextlib import contextmanager

import numpy as np

from .image_grid import png
from .label_placement import PlacedNote
from .layout import Box, Layout, Parts, screen
from .marks import Band, Line, Mark, Points
from .plain import light_palette
from .polylines import MOST_PLACES, cut, distinct, enough
from .scene import Panel, Scene

USUAL, LETTER = 11, 0.58
"""Size of most letters; width of a letter over its size."""
EDGE = 2  # pixels over the ends of the axes in which lines are still drawn
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
DASHES = {
    "solid": "", "dashed": ' stroke-dasharray="6 4"', "dotted": ' stroke-dasharray="2 3"',
}  # fmt: skip
TAN_30 = math.tan(math.pi / 6)


def svg(scene: Scene) -> str:
    """An SVG element with all of a scene, which loads nothing and holds no script and no id.

    A ``g`` with ``data-figure`` holds each figure; a place of the data lies between the ends
    that ``data-x`` and ``data-y`` name as it does in the rectangle ``data-box``.
    """
    layout = Layout(scene, screen(len(scene.panels)), measure)
    canvas = SvgCanvas()
    layout.draw(canvas)
    width, height = _n(layout.width), _n(layout.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" style="max-width:100%;height:auto" font-family="{FONT}" '
        f'font-size="{USUAL}" fill="{light_palette()["ew-text"]}">'
        f"<title>{html.escape(scene.name)}</title><desc>{html.escape(scene.description)}</desc>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(canvas.parts)}</svg>'
    )


def measure(text: str, size: float, bold: bool = False) -> float:  # noqa: ARG001
    """About the width that a text has in a reader's own font."""
    return LETTER * size * len(text)


def _fitted(text: str, room: float, size: float) -> str:
    if math.isinf(room):
        return text
    most = max(int(room / (LETTER * size)), 2)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _n(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class SvgCanvas:
    """Elements in the order drawn."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def text(
        self, text: str, x: float, y: float, size: float, *, room: float = math.inf,
        align: str = "start", weight: str = "normal", colour: str = "", turn: float = 0.0,
    ) -> None:  # fmt: skip
        """Write a text, cut where it has no room."""
        place = f'x="{_n(x)}" y="{_n(y)}"'
        if turn:
            place = f'transform="translate({_n(x)} {_n(y)}) rotate({_n(-turn)})"'
        look = f' text-anchor="{align}"' * (align != "start") + f' fill="{colour}"' * bool(colour)
        look += f' font-size="{_n(size)}"' * (size != USUAL)
        look += f' font-weight="{weight}"' * (weight != "normal")
        if text:
            words = html.escape(_fitted(text, room, size))
            self.parts.append(f"<text {place}{look}>{words}</text>")

    def words(self, parts: Parts, x: float, y: float, size: float, room: float) -> None:
        """Write parts of one line; the reader's font says where each begins."""
        spans: list[str] = []
        for words, colour in parts:
            shown = _fitted(words, room, size)
            room -= measure(f"{shown} ", size)
            spans.append(f'<tspan fill="{colour}">{html.escape(shown)}</tspan>')
            if room < 2 * size:
                break
        self.parts.append(f'<text x="{_n(x)}" y="{_n(y)}">{" ".join(spans)}</text>')

    def cell(self, box: Box, fill: str) -> None:
        """Fill a rectangle, but for its last pixels."""
        smaller = box._replace(width=box.width - 1, height=box.height - 1)
        self.parts.append(f'<rect {_place(smaller)} fill="{fill}"/>')

    def frame(self, box: Box, colour: str) -> None:
        """Draw the edges of a rectangle."""
        look = f'class="passed" fill="none" stroke="{colour}" stroke-width="1.5"'
        self.parts.append(f"<rect {_place(box)} {look}/>")

    def marker(self, marker: str, x: float, y: float, colour: str) -> None:
        """Draw a marker of the size of a point."""
        self.parts.append(_marker(marker, 42, x, y, f' fill="{colour}"'))

    def image(self, grey: np.ndarray, box: Box) -> None:
        """Draw an image of whole pixels."""
        data = base64.b64encode(png(grey)).decode()
        self.parts.append(
            f'<image {_place(box)} preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="data:image/png;base64,{data}"/>'
        )

    @contextmanager
    def region(self, name: str, box: Box) -> Generator[None]:  # noqa: ARG002
        """A group with the name as an attribute."""
        self.parts.append(f'<g data-{name}="">')
        yield
        self.parts.append("</g>")

    def plot(
        self, panel: Panel, box: Box, scale: float, ticks: tuple[list[str], list[str]],  # noqa: ARG002
        notes: list[PlacedNote],
    ) -> None:  # fmt: skip
        """Draw a figure in a group that counts from the upper left corner of its axes."""
        x, y = (f"{axis.low!r} {axis.high!r}" for axis in (panel.x, panel.y))
        self.parts.append(
            f'<g data-figure="{html.escape(panel.name)}" data-x="{x}" data-y="{y}" '
            f'data-box="0 0 {_n(box.width)} {_n(box.height)}" '
            f'transform="translate({_n(box.left)} {_n(box.top)})">'
        )
        self._axes(panel, box, ticks)
        # What leaves the axes is cut off, but a line along an end of an axis keeps its width.
        inside = Box(-EDGE, -EDGE, box.width + 2 * EDGE, box.height + 2 * EDGE)
        lines = "".join(_line(mark, panel, box) for mark in panel.marks)
        self.parts.append(
            f'<svg {_place(inside)} viewBox="{" ".join(map(_n, inside))}" overflow="hidden">'
            f"{lines}</svg>"
        )
        self.parts += [_points(mark, panel, box) for mark in panel.marks]
        for placed in notes:
            weight = "bold" if placed.note.bold else "normal"
            self.text(
                placed.text, placed.anchor, box.height - placed.baseline, placed.size,
                align=placed.align, weight=weight, colour=placed.note.colour,
            )  # fmt: skip
        self.parts.append("</g>")

    def _axes(self, panel: Panel, box: Box, texts: tuple[list[str], list[str]]) -> None:
        quiet, line = light_palette()["ew-quiet"], light_palette()["ew-line"]
        width, height = box.width, box.height
        for place, text in zip(panel.y.places, texts[1], strict=True):
            at = height * (1 - panel.y.share(place))
            self.parts.append(f'<path d="M-4 {_n(at)}H0" stroke="{quiet}"/>')
            self.text(text, -7, at + 4, USUAL, room=box.left, align="end", colour=quiet)
        for place, text in zip(panel.x.places, texts[0], strict=True):
            at = width * panel.x.share(place)
            self.parts.append(f'<path d="M{_n(at)} {_n(height)}v4" stroke="{quiet}"/>')
            self.text(text, at, height + 16, USUAL, align="middle", colour=quiet)
        ends = f"M0 0V{_n(height)}H{_n(width)}"
        self.parts.append(f'<path d="{ends}" fill="none" stroke="{line}"/>')


def _place(box: Box) -> str:
    x, y, width, height = map(_n, box)
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _line(mark: Mark, panel: Panel, box: Box) -> str:
    """A line or a band, of which no more corners are written than can be seen."""
    if not isinstance(mark, (Line, Band)):
        return ""
    x, y = _pixels(mark, panel, box)
    if isinstance(mark, Band):
        path, look = _path(*_near(x, y, box)), f'fill="{mark.colour}"'
        return f'<path class="band" d="{path}Z" {look} fill-opacity="{_n(mark.opacity)}"/>'
    look = DASHES[mark.style]
    look += f' stroke-opacity="{_n(mark.opacity)}"' if mark.opacity < 1 else ""
    return (
        f'<path class="line" d="{_path(*cut(x, y, box.width, box.height))}" fill="none" '
        f'stroke="{mark.colour}" stroke-width="{_n(mark.width)}" stroke-linejoin="round"{look}/>'
    )


def _points(mark: Mark, panel: Panel, box: Box) -> str:
    """Points that are inside, of many no more than can be told apart."""
    if not isinstance(mark, Points):
        return ""
    x, y = _near(*_pixels(mark, panel, box), box)
    seen = (x > -0.5) & (x < box.width + 0.5) & (y > -0.5) & (y < box.height + 0.5)
    if np.count_nonzero(seen) > MOST_PLACES:
        seen &= np.isin(np.arange(x.size), distinct(x, y))
    look = f'fill="{mark.colour}" stroke="#fff"'
    if mark.hollow:
        look = f'fill="none" stroke="{mark.colour}" stroke-width="1.5"'
    points = (
        _marker(mark.marker, mark.size, at, height, ' opacity="0.35"' if faded else "")
        for at, height, faded in zip(x[seen], y[seen], mark.faded[seen], strict=True)
    )
    return f'<g class="points" {look}>{"".join(points)}</g>'


def _pixels(mark: Line | Band | Points, panel: Panel, box: Box) -> tuple[np.ndarray, np.ndarray]:
    return box.width * panel.x.share(mark.x), box.height * (1 - panel.y.share(mark.y))


def _near(x: np.ndarray, y: np.ndarray, box: Box) -> tuple[np.ndarray, np.ndarray]:
    """Places that a painter's numbers can hold."""
    wide, tall = box.width, box.height
    return np.clip(x, -4 * wide, 5 * wide), np.clip(y, -4 * tall, 5 * tall)


def _path(x: np.ndarray, y: np.ndarray) -> str:
    kept = enough(x, y)
    parts, pen = list[str](), "M"
    for at, height in zip(x[kept], y[kept], strict=True):
        if np.isfinite(at) and np.isfinite(height):
            parts.append(f"{pen}{_n(at)} {_n(height)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def _marker(marker: str, area: float, x: float, y: float, look: str) -> str:
    if marker in ("circle", ""):
        radius = _n(math.sqrt(area / math.pi))
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{radius}"{look}/>'
    shape = "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in outline(marker, area)) + "Z"
    return f'<path d="{shape}" transform="translate({_n(x)} {_n(y)})"{look}/>'


def outline(marker: str, area: float) -> list[tuple[float, float]]:
    """Corners of a marker of bqplot's, centred on zero; an unknown one is a square."""
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
        arm, corners = [(-a, -3 * a), (a, -3 * a), (a, -a)], list[tuple[float, float]]()
        for _ in range(4):
            corners += arm
            arm = [(-y, x) for x, y in arm]
        return corners
    side = math.sqrt(area) / 2
    return [(-side, -side), (side, -side), (side, side), (-side, side)]

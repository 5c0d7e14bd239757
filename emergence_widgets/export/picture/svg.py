"""Figures as SVG, for pages on which nothing runs."""

from __future__ import annotations

import html
import math

import numpy as np

from .clipping import cut
from .markers import outline
from .marks import Band, Line, Mark, Note, Points
from .plain import light_palette
from .scene import Axis, Panel, Scene
from .svg_contact import contact_size, contact_svg
from .svg_grid import grid_size, grid_svg
from .thinning import MOST_PLACES, distinct, enough

WIDTH, HEIGHT = 300, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 48, 40
HEADING, LEGEND = 26, 24
EDGE = 2
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def svg(scene: Scene) -> str:
    """An SVG element with all figures of a scene.

    Parameters
    ----------
    scene
        See `emergence_widgets.export.picture.scene.scene_of`.

    Returns
    -------
    str
        It loads nothing, holds no script and no id, and brings its own white ground.
        A ``g`` with ``data-figure`` holds each figure; a place of the data lies between the
        ends that ``data-x`` and ``data-y`` name as it does in the rectangle ``data-box``.

    Examples
    --------
    >>> from emergence_widgets import MirageExplorer
    >>> from emergence_widgets.export.picture.scene import scene_of
    >>> e = MirageExplorer()
    >>> svg(scene_of(e)).count("data-figure")
    6
    >>> e.close()
    """
    corners, (width, height) = layout(scene)
    palette = light_palette()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" style="max-width:100%;height:auto" font-family="{FONT}" '
        f'font-size="11" fill="{palette["ew-text"]}">',
        f"<title>{_told(scene.name)}</title>",
        f"<desc>{_told(scene.description)}</desc>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for panel, (left, top) in zip(scene.panels, corners, strict=True):
        parts += _panel(panel, left, top)
    height -= sum(high for _, high in _sizes_below(scene))
    if scene.grid:
        parts.append(grid_svg(scene.grid, height))
    if scene.images:
        parts.append(contact_svg(scene.images, height))
    if scene.panels:
        parts += _legend(scene, height - 10)
    return "".join([*parts, "</svg>"])


def layout(scene: Scene) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Upper left corners of the figures, and the size of all, in pixels."""
    columns = in_a_row(len(scene.panels), 3)
    corners: list[tuple[int, int]] = []
    column, top = 0, 0
    for index, panel in enumerate(scene.panels):
        begins = index and (column == columns or panel.heading)
        if begins:
            column, top = 0, top + HEIGHT
        if panel.heading and column == 0:
            top += HEADING
        corners.append((column * WIDTH, top))
        column += 1
    wide, high = columns * WIDTH, top + (HEIGHT if scene.panels else 0)
    high += LEGEND if scene.legend and scene.panels else 0
    for more_wide, more_high in _sizes_below(scene):
        wide, high = max(wide, more_wide), high + more_high
    return corners, (wide, high)


def _sizes_below(scene: Scene) -> list[tuple[int, int]]:
    """Sizes of what stands under the figures; no explorer has both."""
    grid = [grid_size(scene.grid)] if scene.grid else []
    return grid + ([contact_size(scene.images)] if scene.images else [])


def in_a_row(panels: int, most: int) -> int:
    """Figures beside each other: as many as fit, without one left over."""
    return 2 if panels == 4 and most > 2 else max(1, min(panels, most))


def _told(text: str) -> str:
    return html.escape(text)


def short(text: str, pixels: float, size: float) -> str:
    """Text cut to a width, by the usual width of a letter."""
    most = max(int(pixels / (0.55 * size)), 2)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _text(text: str, x: float, y: float, more: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}"{more}>{_told(text)}</text>'


def _n(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _panel(panel: Panel, left: int, top: int) -> list[str]:
    palette = light_palette()
    quiet, line = palette["ew-quiet"], palette["ew-line"]
    room = WIDTH - 16
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    box = f"0 0 {width} {height}"
    ends = (f"{axis.low!r} {axis.high!r}" for axis in (panel.x, panel.y))
    parts = []
    if panel.heading:
        heading = short(panel.heading, 2 * WIDTH, 13)
        parts.append(_text(heading, left + 8, top - 8, ' font-size="13" font-weight="bold"'))
    parts.append(
        f'<g data-figure="{_told(panel.name)}" data-x="{next(ends)}" data-y="{next(ends)}" '
        f'data-box="{box}" transform="translate({left + LEFT} {top + TOP})">'
    )
    title = short(panel.title, room, 14)
    parts.append(_text(title, 8 - LEFT, 16 - TOP, ' font-size="14" font-weight="600"'))
    parts.append(_subtitle(panel, room))
    for at, text in zip(panel.y.places, panel.y.texts, strict=True):
        y = _place(panel.y, at, height, up=True)
        parts.append(f'<path d="M-4 {_n(y)}H0" stroke="{quiet}"/>')
        label = short(text, LEFT - 6, 11)
        parts.append(_text(label, -7, y + 4, f' text-anchor="end" fill="{quiet}"'))
    for at, text in zip(panel.x.places, panel.x.texts, strict=True):
        x = _place(panel.x, at, width)
        parts.append(f'<path d="M{_n(x)} {height}v4" stroke="{quiet}"/>')
        parts.append(_text(text, x, height + 16, f' text-anchor="middle" fill="{quiet}"'))
    parts.append(f'<path d="M0 0V{height}H{width}" fill="none" stroke="{line}"/>')
    x_label = short(panel.x.label, width, 11)
    parts.append(_text(x_label, width / 2, height + 33, ' text-anchor="middle"'))
    # What leaves the axes is cut off; points at their ends stay whole.
    inside = [mark for mark in panel.marks if isinstance(mark, (Line, Band))]
    over = [mark for mark in panel.marks if not isinstance(mark, (Line, Band))]
    # A line along an end of an axis keeps its whole width.
    wide, high = width + 2 * EDGE, height + 2 * EDGE
    parts.append(
        f'<svg x="{-EDGE}" y="{-EDGE}" width="{wide}" height="{high}" '
        f'viewBox="{-EDGE} {-EDGE} {wide} {high}" overflow="hidden">'
    )
    parts += [_mark(mark, panel, width, height) for mark in inside]
    parts.append("</svg>")
    parts += [_mark(mark, panel, width, height) for mark in over]
    return [*parts, "</g>"]


def _subtitle(panel: Panel, room: float) -> str:
    left, spans = room, []
    for words, colour in panel.subtitle:
        shown = short(words, left, 11)
        left -= 0.55 * 11 * (len(shown) + 1)
        spans.append(f'<tspan fill="{colour}">{_told(shown)}</tspan>')
        if left < 22:
            break
    return f'<text x="{8 - LEFT}" y="{32 - TOP}">{" ".join(spans)}</text>'


def _place(axis: Axis, values: float, length: float, *, up: bool = False) -> float:
    share = (values - axis.low) / ((axis.high - axis.low) or 1.0)
    return length * (1 - share if up else share)


def _places(panel: Panel, mark: Line | Band | Points, width: float, height: float):
    spans = [(axis.high - axis.low) or 1.0 for axis in (panel.x, panel.y)]
    x = width * (mark.x - panel.x.low) / spans[0]
    y = height * (1 - (mark.y - panel.y.low) / spans[1])
    if isinstance(mark, Line):
        return cut(x, y, width, height)
    return np.clip(x, -4 * width, 5 * width), np.clip(y, -4 * height, 5 * height)


def _mark(mark: Mark, panel: Panel, width: float, height: float) -> str:
    if isinstance(mark, Note):
        x = _place(panel.x, mark.x, width) + mark.dx
        y = _place(panel.y, mark.y, height, up=True) + mark.dy
        weight = ' font-weight="bold"' if mark.bold else ""
        look = f' fill="{mark.colour}" font-size="{_n(mark.size)}"{weight}'
        # Never above the figure, where its title is.
        return _text(mark.text, x, max(y, 0.0), f' text-anchor="{mark.align}"{look}')
    x, y = _places(panel, mark, width, height)
    if isinstance(mark, Points):
        return _points(mark, x, y, width, height)
    if isinstance(mark, Band):
        look = f'fill="{mark.colour}" fill-opacity="{_n(mark.opacity)}"'
        return f'<path class="band" d="{_path(x, y)}Z" {look}/>'
    dashes = ' stroke-dasharray="6 4"' if mark.dashed else ""
    fade = f' stroke-opacity="{_n(mark.opacity)}"' if mark.opacity < 1 else ""
    return (
        f'<path class="line" d="{_path(x, y)}" fill="none" stroke="{mark.colour}" '
        f'stroke-width="{_n(mark.width)}" stroke-linejoin="round"{dashes}{fade}/>'
    )


def _points(mark: Points, x: np.ndarray, y: np.ndarray, width: float, height: float) -> str:
    there = (x > -0.5) & (x < width + 0.5) & (y > -0.5) & (y < height + 0.5)
    look = (
        f'fill="none" stroke="{mark.colour}" stroke-width="1.5"'
        if mark.hollow
        else f'fill="{mark.colour}" stroke="#fff"'
    )
    if np.count_nonzero(there) > MOST_PLACES:
        there &= np.isin(np.arange(x.size), distinct(x, y))
    radius = _n(math.sqrt(mark.size / math.pi))
    corners = outline(mark.marker, mark.size)
    shape = "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in corners) + "Z"
    parts = [f'<g class="points" {look}>']
    for at, height_at, faded in zip(x[there], y[there], mark.faded[there], strict=True):
        fade = ' opacity="0.35"' if faded else ""
        if mark.marker == "circle":
            parts.append(f'<circle cx="{_n(at)}" cy="{_n(height_at)}" r="{radius}"{fade}/>')
        else:
            move = f"translate({_n(at)} {_n(height_at)})"
            parts.append(f'<path d="{shape}" transform="{move}"{fade}/>')
    return "".join([*parts, "</g>"])


def _path(x: np.ndarray, y: np.ndarray) -> str:
    kept = enough(x, y)
    parts, pen = [], "M"
    for at, height in zip(x[kept], y[kept], strict=True):
        if np.isfinite(at) and np.isfinite(height):
            parts.append(f"{pen}{_n(at)} {_n(height)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def _legend(scene: Scene, y: float) -> list[str]:
    _, (width, _) = layout(scene)
    parts, x = [], 10.0
    for place, (name, colour, marker) in enumerate(scene.legend):
        shown = short(name, 160, 11)
        step = 22 + 0.58 * 11 * len(shown)
        if x + step > width - 70 and place < len(scene.legend) - 1:
            parts.append(_text(f"and {len(scene.legend) - place} more", x, y))
            break
        corners = outline(marker, 42)
        shape = "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in corners) + "Z"
        move = f'transform="translate({_n(x)} {_n(y - 4)})"'
        parts.append(
            f'<circle r="3.66" fill="{colour}" {move}/>'
            if marker in ("circle", "")
            else f'<path d="{shape}" fill="{colour}" {move}/>'
        )
        parts.append(_text(shown, x + 8, y))
        x += step
    return parts

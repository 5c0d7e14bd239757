"""A heat map as SVG."""

from __future__ import annotations

import html

from .heatmap import Grid
from .plain import light_palette

NAMES, CELLS, LEGEND = 190, 500, 210
HEAD, LINE, WIDEST = 118, 16, 64
LETTER = 0.58 * 11


def grid_size(grid: Grid) -> tuple[int, int]:
    """Width and height in pixels."""
    return NAMES + CELLS + LEGEND, HEAD + LINE * max(len(grid.rows), len(grid.legend)) + 10


def grid_svg(grid: Grid, top: int) -> str:
    """A ``g`` element with the map, whose upper edge stands at `top`."""
    palette = light_palette()
    quiet = f'fill="{palette["ew-quiet"]}"'
    wide = min(WIDEST, CELLS // max(len(grid.columns), 1))
    parts = [
        f'<g data-map="" transform="translate(0 {top})">',
        f'<text x="8" y="16" font-size="14" font-weight="600">{html.escape(grid.title)}</text>',
        f'<text x="8" y="32" {quiet}>{html.escape(grid.subtitle)}</text>',
    ]
    for column, name in enumerate(grid.columns):
        move = f"translate({NAMES + wide * column + wide // 2} {HEAD - 6}) rotate(-30)"
        parts.append(f'<text transform="{move}">{_cut(name, 110)}</text>')
    for row, (name, cells) in enumerate(zip(grid.rows, grid.cells, strict=True)):
        y = HEAD + LINE * row
        parts.append(
            f'<text x="{NAMES - 6}" y="{y + 12}" text-anchor="end">{_cut(name, NAMES - 14)}</text>'
        )
        for column, cell in enumerate(cells):
            x = NAMES + wide * column
            parts.append(
                f'<rect x="{x}" y="{y}" width="{wide - 1}" height="{LINE - 1}" '
                f'fill="{cell.ground}"/>'
            )
            if cell.text:
                parts.append(
                    f'<text x="{x + wide // 2}" y="{y + 12}" text-anchor="middle" '
                    f'fill="{cell.ink}">{html.escape(cell.text)}</text>'
                )
    left = NAMES + wide * len(grid.columns) + 30
    for place, (label, ground) in enumerate(grid.legend):
        y = HEAD + LINE * place
        parts.append(f'<rect x="{left}" y="{y}" width="22" height="{LINE - 1}" fill="{ground}"/>')
        parts.append(f'<text x="{left + 28}" y="{y + 12}">{html.escape(label)}</text>')
    return "".join([*parts, "</g>"])


def _cut(text: str, pixels: float) -> str:
    most = int(pixels / LETTER)
    return html.escape(text if len(text) <= most else text[: most - 1].rstrip() + "…")

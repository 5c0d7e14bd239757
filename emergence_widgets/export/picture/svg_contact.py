"""A contact sheet as SVG."""

from __future__ import annotations

import base64
import html

import numpy as np

from .image_grid import ImageGrid, png
from .plain import light_palette

LEFT, HEAD, MOST = 60, 44, 520


def _step(contact: ImageGrid) -> float:
    """Pixels of the screen from one image to the next."""
    return min(26.0, MOST / max(len(contact.columns), 1))


def contact_size(contact: ImageGrid) -> tuple[int, int]:
    """Width and height in pixels."""
    step = _step(contact)
    return LEFT + MOST + 20, round(HEAD + step * len(contact.rows) + 10)


def contact_svg(contact: ImageGrid, top: int) -> str:
    """A ``g`` element with the pictures, whose upper edge stands at `top`."""
    palette, step = light_palette(), _step(contact)
    height, width = np.array(contact.grey.shape) * step / contact.step
    data = base64.b64encode(png(contact.grey)).decode()
    parts = [
        f'<g data-pictures="" transform="translate(0 {top})">',
        f'<text x="8" y="16" font-size="14" font-weight="600">{html.escape(contact.title)}</text>',
        f'<image x="{LEFT}" y="{HEAD}" width="{width:.2f}" height="{height:.2f}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{data}"/>',
    ]
    for column, name in enumerate(contact.columns):
        x = LEFT + step * (column + 0.45)
        place = f'x="{LEFT + step - 2:.2f}" y="{HEAD - 4}" text-anchor="end"'
        if column:
            place = f'x="{x:.2f}" y="{HEAD - 4}" text-anchor="middle"'
        parts.append(f"<text {place}>{html.escape(name)}</text>")
    for row, name in enumerate(contact.rows):
        y = HEAD + step * (row + 0.45) + 4
        parts.append(
            f'<text x="{LEFT - 6}" y="{y:.2f}" text-anchor="end">{html.escape(name)}</text>'
        )
    for row, column in np.argwhere(contact.passed):
        parts.append(
            f'<rect class="passed" x="{LEFT + step * column - 1:.2f}" '
            f'y="{HEAD + step * row - 1:.2f}" width="{step - 1:.2f}" height="{step - 1:.2f}" '
            f'fill="none" stroke="{palette["ew-cause"]}" stroke-width="1.5"/>'
        )
    return "".join([*parts, "</g>"])

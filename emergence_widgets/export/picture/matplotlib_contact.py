"""A contact sheet on a sheet of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from .image_grid import PICTURES, ImageGrid
from .plain import light_palette

if TYPE_CHECKING:
    from .matplotlib_layout import Sheet

LEFT, HEAD, WIDEST = 26.0, 24.0, 14.0
SMALL, TITLE = 5.5, 7.5


def _step(contact: ImageGrid, width: float) -> float:
    """Points from one image to the next."""
    return min(WIDEST, (width - LEFT - 8) / max(len(contact.columns), 1))


def contact_height(contact: ImageGrid, width: float) -> float:
    """Height in points on a sheet so wide."""
    return HEAD + _step(contact, width) * len(contact.rows) + 8


def draw_contact(sheet: Sheet, contact: ImageGrid, top: float) -> None:
    """Draw the pictures.

    Parameters
    ----------
    sheet
        Where.
    contact
        What.
    top
        Its upper edge in points from the top of the sheet.
    """
    step = _step(contact, sheet.width)
    rows, columns = contact.passed.shape
    sheet.write(contact.title, 4, top + 10, TITLE, room=sheet.width - 8, weight="bold")
    for column, name in enumerate(contact.columns):
        x, align = LEFT + step * (column + 0.45), "center"
        if not column:
            x, align = LEFT + step - 1, "right"
        sheet.write(name, x, top + HEAD - 2, SMALL, room=LEFT + step, ha=align)
    for row, name in enumerate(contact.rows):
        y = top + HEAD + step * (row + 0.6)
        sheet.write(name, LEFT - 3, y, SMALL, room=LEFT - 4, ha="right")
    axes = sheet.figure.add_axes(
        (
            LEFT / sheet.width,
            1 - (top + HEAD + step * rows) / sheet.height,
            step * columns / sheet.width,
            step * rows / sheet.height,
        ),
        label=PICTURES,
    )
    axes.set_axis_off()
    axes.imshow(
        contact.grey,
        cmap="gray",
        vmin=0,
        vmax=255,
        interpolation="nearest",
        aspect="auto",
        extent=(0, columns, rows, 0),
    )
    side = 1 - 1 / contact.step
    for row, column in np.argwhere(contact.passed):
        axes.add_patch(
            Rectangle(
                (column, row), side, side, fill=False, linewidth=0.8,
                edgecolor=light_palette()["ew-cause"], clip_on=False,
            )
        )  # fmt: skip

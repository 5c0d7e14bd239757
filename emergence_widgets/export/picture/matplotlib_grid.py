"""A heat map on a sheet of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .heatmap import MAP, Grid

if TYPE_CHECKING:
    from .matplotlib_layout import Sheet

HEAD, LINE, WIDEST, FOOT = 58.0, 8.0, 40.0, 8.0
SMALL, CELL, TITLE = 6.0, 5.0, 7.5
KEY = 118.0
"""Width of one entry of the legend."""


def grid_height(grid: Grid, width: float) -> float:
    """Height in points on a sheet so wide."""
    across = max(int((width - 8) // KEY), 1)
    return HEAD + LINE * len(grid.rows) + FOOT + 10 * -(-len(grid.legend) // across) + 4


def draw_grid(sheet: Sheet, grid: Grid, top: float) -> None:
    """Draw a heat map.

    Parameters
    ----------
    sheet
        Where.
    grid
        What.
    top
        Its upper edge in points from the top of the sheet.
    """
    names = min(0.34 * sheet.width, 150.0)
    wide = min(WIDEST, (sheet.width - names - 30) / max(len(grid.columns), 1))
    tall = LINE * len(grid.rows)
    sheet.write(grid.title, 4, top + 11, TITLE, room=sheet.width - 8, weight="bold")
    sheet.write(grid.subtitle, 4, top + 20, SMALL, room=sheet.width - 8)
    for column, name in enumerate(grid.columns):
        x = names + wide * (column + 0.4)
        sheet.write(name, x, top + HEAD - 3, SMALL, room=60, rotation=30, rotation_mode="anchor")
    for row, name in enumerate(grid.rows):
        y = top + HEAD + LINE * row + 6
        sheet.write(name, names - 3, y, SMALL, room=names - 8, ha="right")
    if grid.rows and grid.columns:
        bounds = (
            names / sheet.width,
            1 - (top + HEAD + tall) / sheet.height,
            wide * len(grid.columns) / sheet.width,
            tall / sheet.height,
        )
        _cells(sheet.figure.add_axes(bounds, label=MAP), grid)
    across = max(int((sheet.width - 8) // KEY), 1)
    for place, (label, ground) in enumerate(grid.legend):
        x, y = 4 + KEY * (place % across), top + HEAD + tall + FOOT + 10 * (place // across)
        sheet.figure.add_artist(
            Rectangle(
                (x / sheet.width, 1 - (y + 7) / sheet.height),
                10 / sheet.width,
                7 / sheet.height,
                facecolor=ground,
                transform=sheet.figure.transFigure,
            )
        )
        sheet.write(label, x + 13, y + 6, SMALL, room=KEY - 16)


def _cells(axes: Axes, grid: Grid) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, len(grid.columns))
    axes.set_ylim(len(grid.rows), 0)
    for row, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            axes.add_patch(
                Rectangle(
                    (column, row), 1, 1, facecolor=cell.ground, edgecolor="white", linewidth=0.5
                )
            )
            axes.text(
                column + 0.5, row + 0.75, cell.text, size=CELL, color=cell.ink, ha="center",
                parse_math=False,
            )  # fmt: skip

"""The atlas's map of tasks by metrics, as colours and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...widgets.formats import format_value
from ...widgets.heatmap import HeatMap
from .plain import light_palette, plain_colour, plain_text

MAP = "map"
MOST_ROWS, MOST_COLUMNS = 32, 12
# As the style sheet colours the cells; levels without an entry stay white.
BY_SIZE = ("steady", "a-little-late", "late", "very-late", "falls")
GROUNDS = {name: name for name in BY_SIZE} | {
    "no-jump": "no-jump",
    "undetermined": "steady",
    "metric-artefact": "artefact",
    "resolution": "resolution",
    "smooth-suffices": "smooth",
    "lottery": "lottery",
    "confounded": "confounded",
    "sharp-but-predictable": "predicted",
    "candidate-real-transition": "candidate",
}
DARK = ("very-late", "candidate-real-transition")


@dataclass(frozen=True)
class Cell:
    """Text of one cell, its ground, and the colour of the text."""

    text: str
    ground: str
    ink: str


@dataclass(frozen=True)
class Grid:
    """A heat map."""

    title: str  # the question
    subtitle: str  # what the colours are, and how many rows and columns are left out
    rows: tuple[str, ...]  # names of tasks
    columns: tuple[str, ...]  # names of metrics
    cells: tuple[tuple[Cell, ...], ...]  # one tuple a row
    legend: tuple[tuple[str, str], ...]  # meaning and colour of the levels that occur


def grid_of(heat_map: HeatMap, outputs: Mapping[str, Any]) -> Grid:
    """The first tasks and metrics of a map, in the order that the program `atlas` gives them."""
    rows, columns = (np.asarray(outputs[f"map_{side}"], int) for side in ("rows", "columns"))
    shape = rows.size, columns.size
    level = np.asarray(outputs["map_level"], int).reshape(shape)[:MOST_ROWS, :MOST_COLUMNS]
    late = np.asarray(outputs["map_late"], float).reshape(shape)
    by_verdict = bool(outputs["map_by_verdict"])
    subtitle = heat_map.legend_titles[int(by_verdict)]
    for total, most, what in ((shape[0], MOST_ROWS, "tasks"), (shape[1], MOST_COLUMNS, "metrics")):
        if total > most:
            subtitle += f"; the first {most} of {total} {what}"
    present = sorted(set(level.ravel().tolist()))
    return Grid(
        plain_text(heat_map.heading),
        plain_text(subtitle),
        tuple(plain_text(heat_map.tasks[task]) for task in rows[:MOST_ROWS]),
        tuple(plain_text(heat_map.metrics[metric]["label"]) for metric in columns[:MOST_COLUMNS]),
        tuple(
            tuple(_cell(heat_map.levels[at], late[row, column]) for column, at in enumerate(line))
            for row, line in enumerate(level)
        ),
        tuple(
            (plain_text(heat_map.levels[at]["label"]), _ground(heat_map.levels[at]["name"]))
            for at in present
            if heat_map.levels[at]["name"] in GROUNDS
        ),
    )


def _ground(name: str) -> str:
    return plain_colour(f"var(--ew-heat-{GROUNDS[name]})") if name in GROUNDS else "#ffffff"


def _cell(level: Mapping[str, Any], late: float) -> Cell:
    name, mark = level["name"], level["mark"]
    palette = light_palette()
    ink = palette["ew-heat-paper" if name in DARK else "ew-heat-ink"]
    text = format_value("hundredths", late) if mark is None else plain_text(mark)
    return Cell(text, _ground(name), ink)

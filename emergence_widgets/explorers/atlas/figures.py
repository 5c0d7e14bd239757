"""The figures of the atlas: one metric a figure, on one scale axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bqplot
import ipywidgets

from ...widgets.axes import Ticks
from ...widgets.panel import Panel, text
from ...widgets.theme import MIST

HEIGHT = "176px"
Drive = Callable[..., None]


def atlas_panels(slots: int, places: int, drive: Drive) -> dict[str, Panel]:
    """Empty figures whose marks the program fills.

    Parameters
    ----------
    slots
        Figures.
    places
        Families that each has room for.
    drive
        Puts an output on a trait of a mark.

    Returns
    -------
    dict
        Figures by name.
    """
    x_scale = bqplot.LinearScale()
    drive("scale_low", x_scale, "min")
    drive("scale_high", x_scale, "max")
    drive("scale_reverse", x_scale, "reverse")
    panels = {}
    for slot in range(slots):
        panel = panels[f"figure_{slot + 1}"] = _panel(slot, x_scale, drive)
        for at in range(places):
            _family(slot, at, panel, drive)
    return panels


def _panel(slot: int, x_scale: Any, drive: Drive) -> Panel:
    metric, note = text("", "ew-subtitle"), text("", "ew-note")
    drive(f"table_label_{slot}", metric, "value")
    drive(f"note_{slot}", note, "value")
    header = ipywidgets.HBox([metric, note])
    header.add_class("ew-metric")
    blank = Ticks((0.0, 1.0), ("0", "1"), 0.0, 1.0)
    panel = Panel(
        "", header, x_scale=x_scale, x_ticks=blank, y_ticks=blank, x_label="", height=HEIGHT
    )
    drive(f"title_{slot}", panel.title, "value")
    drive(f"panel_classes_{slot}", panel, "_dom_classes")
    drive("scale_ticks", panel.x_axis, "tick_values")
    drive("scale_labels", panel.x_axis, "tick_labels")
    drive("scale_label", panel.x_axis, "label")
    drive(f"score_ticks_{slot}", panel.y_axis, "tick_values")
    drive(f"score_labels_{slot}", panel.y_axis, "tick_labels")
    drive(f"score_low_{slot}", panel.scales["y"], "min")
    drive(f"score_high_{slot}", panel.scales["y"], "max")
    # One mark for all families, not one each: what is drawn afresh at a click must be little.
    for mark, name in ((panel.curve(MIST), "line"), (panel.bars(MIST), "bars")):
        drive(f"{name}_x_{slot}", mark, "x")
        drive(f"{name}_y_{slot}", mark, "y")
        drive(f"{name}_colours_{slot}", mark, "colors")
    chance, chance_note = panel.dashed(), panel.note()
    drive(f"chance_x_{slot}", chance, "x")
    drive(f"chance_y_{slot}", chance, "y")
    drive(f"chance_end_{slot}", chance_note, "x")
    drive(f"chance_at_{slot}", chance_note, "y")
    drive(f"chance_note_{slot}", chance_note, "text")
    return panel


def _family(slot: int, at: int, panel: Panel, drive: Drive) -> None:
    points = panel.points(MIST)
    drive(f"x_{slot}_{at}", points, "x")
    drive(f"y_{slot}_{at}", points, "y")
    drive(f"colour_{at}", points, "colors")
    drive(f"marker_{at}", points, "marker")
    drive(f"point_size_{slot}", points, "default_size")
    drive(f"point_edge_{slot}", points, "stroke")

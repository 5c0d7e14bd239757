"""The two pictures of `HighJumpExplorer`: one jump, and the answers of one model."""

from __future__ import annotations

from typing import Any

import bqplot
import numpy as np

from ..widgets import theme
from ..widgets.axes import Ticks, linear_ticks
from ..widgets.panel import Panel, key


def unknown(points: int) -> np.ndarray:
    """A coordinate that the program is still to tell."""
    return np.full(points, np.nan)


def jump_panel(heights: Ticks, drive: Any) -> Panel:
    """The flight over the bar in side view, and the athlete at its top."""
    metres = linear_ticks(-2.6, 2.6, most=7)
    panel = Panel(
        "The jump",
        "Side view; band: nine in ten jumps",
        x_scale=bqplot.LinearScale(min=-2.6, max=2.6),
        x_ticks=metres,
        y_ticks=heights,
        x_label="Metres from the bar",
    )
    flights = panel.band(theme.GENTLE)
    drive("flights_x", flights, "x")
    drive("flights_y", flights)
    flight = panel.curve(theme.GENTLE, stroke_width=1.5, line_style="dashed")
    drive("flight_x", flight, "x")
    drive("flight_y", flight)
    posts_x = np.array([-0.2, -0.2, np.nan, 0.2, 0.2])
    posts = panel.curve(theme.MIST, stroke_width=2.5, x=posts_x, y=unknown(5))
    drive("posts_y", posts)
    body = panel.curve(theme.SHARP, stroke_width=3.5)
    drive("body_x", body, "x")
    drive("body_y", body)
    head = panel.points(theme.SHARP)
    head.default_size = 95
    drive("head_x", head, "x")
    drive("head_y", head)
    bar = panel.curve(theme.TEXT, stroke_width=3.5, x=np.array([-0.2, 0.2]), y=unknown(2))
    drive("bar_line", bar)
    drive("jump_colours", body, "colors")
    drive("jump_colours", head, "colors")
    note = panel.note(align="middle", colour=theme.SHARP)
    with note.hold_sync():
        note.x, note.y = np.array([0.0]), np.array([heights.high])
        note.x_offset, note.y_offset = 0, 14
        note.default_size, note.font_weight = 12, "bold"
    drive("jump_note", note, "text")
    drive("jump_colours", note, "colors")
    return panel


def answers_panel(abilities: Ticks, drive: Any) -> Panel:
    """How the abilities of single answers spread about what the task needs."""
    panel = Panel(
        "The answers",
        key("At the marker:", {"all": theme.GENTLE, "good enough": theme.CAUSE}),
        x_scale=bqplot.LinearScale(min=abilities.low, max=abilities.high),
        x_ticks=abilities,
        y_ticks=Ticks((0.0,), ("none",), 0.0, 1.2),
        x_label="Ability",
    )
    above = panel.curve(
        theme.CAUSE,
        stroke_width=0,
        fill="inside",
        fill_colors=[theme.CAUSE],
        fill_opacities=[0.5],
    )
    drive("above_x", above, "x")
    drive("above", above)
    density = panel.curve(theme.GENTLE)
    drive("density_x", density, "x")
    drive("density", density)
    dashes, note = panel.dashed(), panel.note(align="start")
    with dashes.hold_sync(), note.hold_sync():
        dashes.x, dashes.y = unknown(2), np.array([0.0, 1.2])
        note.x, note.y = unknown(1), np.array([1.2])
        note.text, note.y_offset = ["needed"], 8
    drive("bar_line", dashes, "x")
    drive("bar_at", note, "x")
    return panel

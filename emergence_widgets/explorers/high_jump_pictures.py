"""The two pictures of `HighJumpExplorer`: one jump, and the answers of one model."""

from __future__ import annotations

import bqplot

from ..programs.encode import Encoding, band, choose, plus, text, times
from ..widgets import theme
from ..widgets.axes import Ticks, linear_ticks
from ..widgets.panel import Panel, key
from ..widgets.targets import Targets

# Limbs about the hips, in metres, of an athlete who arches back first over the bar.
BODY_X: list[Encoding] = [-0.5, -0.4, 0.0, 0.3, 0.52, None, 0.4, 0.42, 0.72]
BODY_Y: list[Encoding] = [-0.62, -0.16, 0.0, -0.02, -0.14, None, -0.06, -0.4, -0.5]
HEAD = (0.68, -0.26)
POST = 0.08
"""Metres by which the posts stand out above the bar."""


def jump_panel(heights: Ticks, targets: Targets) -> Panel:
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
    targets.bind(
        panel.band(theme.GENTLE),
        x=band("highest_flight_x", "lowest_flight_x"),
        y=band("highest_flight_y", "lowest_flight_y"),
    )
    flight = panel.curve(theme.GENTLE, stroke_width=1.5, line_style="dashed")
    targets.bind(flight, x="flight_x", y="flight_y")
    post: list[Encoding] = [0.0, plus("bar", POST)]
    targets.bind(
        panel.curve(theme.MIST, stroke_width=2.5),
        x=[-0.2, -0.2, None, 0.2, 0.2],
        y=[*post, None, *post],
    )
    colour: list[Encoding] = [choose("cleared", text(theme.CAUSE), text(theme.SHARP))]
    body = panel.curve(theme.SHARP, stroke_width=3.5)
    targets.bind(body, x=BODY_X, y=plus("height_now", BODY_Y), colors=colour)
    head = panel.points(theme.SHARP)
    head.default_size = 95
    targets.bind(head, x=[HEAD[0]], y=[plus("height_now", HEAD[1])], colors=colour)
    bar = panel.curve(theme.TEXT, stroke_width=3.5)
    targets.bind(bar, x=[-0.2, 0.2], y=["bar", "bar"])
    note = panel.note(align="middle", colour=theme.SHARP)
    with note.hold_sync():
        note.x_offset, note.y_offset = 0, 14
        note.default_size, note.font_weight = 12, "bold"
    words = choose("cleared", text("the mean jump clears"), text("the mean jump is too low"))
    targets.bind(note, x=[0.0], y=[heights.high], text=[words], colors=colour)
    return panel


def answers_panel(abilities: Ticks, targets: Targets) -> Panel:
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
    targets.bind(above, x=band("above_x", "above_x"), y=band("above", times("above", 0.0)))
    targets.bind(panel.curve(theme.GENTLE), x="density_x", y="density")
    targets.bind(panel.dashed(), x=["bar", "bar"], y=[0.0, 1.2])
    note = panel.note(align="start")
    note.y_offset = 8
    targets.bind(note, x=["bar"], y=[1.2], text=[text("needed")])
    return panel

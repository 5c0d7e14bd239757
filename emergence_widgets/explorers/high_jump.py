"""`HighJumpExplorer`: raise the bar, and smooth progress looks like a sudden ability."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import bqplot
import ipywidgets
import numpy as np

from ..programs.encode import Encoding, band, choose, log, plus, text, times
from ..programs.high_jump import MOST_ATTEMPTS, high_jump_constants
from ..widgets import theme
from ..widgets.axes import Ticks, linear_ticks, log_ticks
from ..widgets.controls import NumberControl
from ..widgets.panel import Panel, key
from ..widgets.panel import text as label
from ..widgets.readouts import ReadoutStrip, cell, column
from ..widgets.targets import Targets
from .base import Curve, Explorer
from .control_types import HighJumpControls

TRAINING, TASK = "The athlete · the model", "The bar · the task"
ATHLETE = ("jump", "height", "cleared")
MODEL = ("answers", "ability", "pass_rate")
HIGHEST = 3.2
"""Upper end of the height axes, in metres."""
# Limbs about the hips, in metres, of an athlete who arches back first over the bar.
BODY_X: list[Encoding] = [-0.5, -0.4, 0.0, 0.3, 0.52, None, 0.4, 0.42, 0.72]
BODY_Y: list[Encoding] = [-0.62, -0.16, 0.0, -0.02, -0.14, None, -0.06, -0.4, -0.5]
HEAD = (0.68, -0.26)
POST = 0.08
"""Metres by which the posts stand out above the bar."""


class HighJumpExplorer(Explorer):
    """An athlete who jumps a little higher with each hour, and a bar that is cleared or not.

    The upper row is the high jump; the lower row shows the same numbers in the words of
    language models. A marker moves along training in all figures at once, and the drawn jump
    follows it.

    Parameters
    ----------
    **controls
        Initial values: ``training`` (hours, where the marker stands), ``growth`` (metres per
        tenfold training), ``start`` (metres after one hour), ``spread`` (of the jumps,
        metres), ``bar`` (metres), ``attempts`` (1 to 10); also ``layout``.

    Raises
    ------
    TypeError
        An unknown keyword.
    ControlError
        A value out of range.

    Notes
    -----
    The mean height is ``start + growth * log10(hours)``; one jump clears the bar with
    ``Phi((mean - bar) / spread)``, the best of k with ``1 - (1 - q)**k``. The analogy is Boaz
    Barak's (windowsontheory.org, 2023-12-22); the numbers are ours.

    Examples
    --------
    >>> e = HighJumpExplorer(bar=1.8, spread=0.0)
    >>> e.curves().query("curve == 'chance'")["y"].unique().tolist()
    [0.0, 0.5, 1.0]
    >>> e.close()
    """

    program: ClassVar[str] = "high_jump"

    training = NumberControl(
        10**2.7,
        minimum=1,
        maximum=1e4,
        step=0.01,
        logarithmic=True,
        format="scale",
        label="Training",
        unit="hours",
        group=TRAINING,
        help="Moves the marker along training; the drawn jump follows it. Model: compute.",
    )
    growth = NumberControl(
        0.3,
        minimum=0.0,
        maximum=0.4,
        step=0.01,
        label="Growth",
        symbol="b",
        unit="metres per tenfold training",
        group=TRAINING,
        help="Metres that ten times the training add to the mean jump. Model: gain in ability.",
    )
    start = NumberControl(
        0.9,
        minimum=0.5,
        maximum=1.2,
        step=0.01,
        label="First height",
        symbol="a",
        unit="metres",
        group=TRAINING,
        help="Mean jump after the first hour. Model: ability at the smallest compute.",
    )
    spread = NumberControl(
        0.1,
        minimum=0.0,
        maximum=0.2,
        step=0.005,
        format="number",
        label="Spread",
        symbol="s",
        unit="metres",
        group=TRAINING,
        help="Standard deviation of the jumps; at 0 success is a step. Model: of its answers.",
    )
    bar = NumberControl(
        1.8,
        minimum=0.3,
        maximum=2.8,
        step=0.01,
        label="Bar",
        symbol="h",
        unit="metres",
        group=TASK,
        help="Height that must be cleared. Model: the ability that the task needs.",
    )
    attempts = NumberControl(
        1,
        minimum=1,
        maximum=MOST_ATTEMPTS,
        step=1,
        whole=True,
        label="Attempts",
        symbol="k",
        group=TASK,
        help="The best of so many jumps counts. Model: pass@k, one of k answers is right.",
    )

    def __init__(self, **controls: Unpack[HighJumpControls]) -> None:
        super().__init__(**controls)

    def _constants(self) -> dict[str, Any]:
        return high_jump_constants()

    def _build(self) -> Targets:
        targets = Targets()
        training, flops = self.constants["training"], self.constants["flops"]
        hours = log_ticks(training[0], training[-1])
        compute = log_ticks(flops[0], flops[-1])
        shift = compute.low - hours.low
        shifted = Ticks(
            tuple(place - shift for place in compute.places), compute.texts, hours.low, hours.high
        )
        x_scale = bqplot.LinearScale(min=hours.low, max=hours.high)
        heights = linear_ticks(0.0, HIGHEST)
        shares = linear_ticks(0, 1)
        words = {"mean": theme.GENTLE, "nine in ten": theme.MIST}
        over_training = {"x_scale": x_scale, "x_ticks": hours, "x_label": "Training (hours)"}
        over_compute = {"x_scale": x_scale, "x_ticks": shifted, "x_label": "Compute (FLOPs)"}
        self.panels["jump"] = _jump_panel(heights, targets)
        self._add_growth(
            Panel(
                "How high the jumps go",
                key("Height (metres):", words),
                y_ticks=heights,
                **over_training,
            ),
            "height",
            "the bar",
            targets,
        )
        self._add_chance(
            Panel(
                "How often the bar is cleared", _chances("jump"), y_ticks=shares, **over_training
            ),
            "cleared",
            targets,
        )
        self.panels["answers"] = _answers_panel(heights, targets)
        self._add_growth(
            Panel("How able the model is", key("Ability:", words), y_ticks=heights, **over_compute),
            "ability",
            "what the task needs",
            targets,
        )
        self._add_chance(
            Panel(
                "How often the task is passed", _chances("answer"), y_ticks=shares, **over_compute
            ),
            "pass_rate",
            targets,
        )
        return targets

    def _add_growth(self, panel: Panel, name: str, bar_name: str, targets: Targets) -> None:
        self.panels[name] = panel
        left, right = np.log10(self.constants["training"][[0, -1]]).tolist()
        targets.bind(
            panel.band(theme.GENTLE),
            x=log(band("training", "training")),
            y=band("height_upper", "height_lower"),
        )
        targets.bind(panel.dashed(), x=[left, right], y=["bar", "bar"])
        targets.bind(panel.note(align="start"), x=[left], y=["bar"], text=[text(bar_name)])
        targets.bind(panel.curve(theme.GENTLE), x=log("training"), y="mean_height")
        self._add_marker(panel, theme.GENTLE, HIGHEST, "height_now", targets)

    def _add_chance(self, panel: Panel, name: str, targets: Targets) -> None:
        self.panels[name] = panel
        once = panel.curve(theme.MIST, stroke_width=1.5)
        targets.bind(once, x=log("training"), y="one_attempt")
        targets.bind(panel.curve(theme.SHARP), x=log("training"), y="chance")
        self._add_marker(panel, theme.SHARP, 1.0, "chance_now", targets)

    def _add_marker(
        self, panel: Panel, colour: str, top: float, height: str, targets: Targets
    ) -> None:
        marker = panel.curve(theme.TEXT, stroke_width=1)
        targets.bind(marker, x=log(["training_now", "training_now"]), y=[0.0, top])
        targets.bind(panel.points(colour), x=[log("training_now")], y=[height])

    def _arrange(self, box: ipywidgets.Widget) -> tuple[ipywidgets.Widget, ...]:
        box, figures, readouts, link = super()._arrange(box)
        rows = (("An athlete", ATHLETE), ("A language model: the same numbers", MODEL))
        figures.children = [
            child
            for heading, names in rows
            for child in (
                label(heading, "ew-row-title"),
                *(self.panels[name] for name in names),
            )
        ]
        return (box, figures, readouts, link)

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                cell(
                    "At the marker",
                    "{training_now:scale} hours",
                    detail="model: {flops_now:scale} FLOPs",
                ),
                cell(
                    "Mean jump there",
                    "{height_now:number} m",
                    detail="the bar: {bar:number} m",
                ),
                cell(
                    "Cleared there",
                    "{chance_now:percent}",
                    detail="with one attempt {once_now:percent}",
                    help="Chance that the best of the attempts clears the bar. Model: pass@k.",
                ),
                cell(
                    "From 10% to 90%",
                    "{width:number}",
                    detail="decades of training",
                    help="Powers of ten of training between clearing the bar in one of ten and "
                    "in nine of ten cases: proportional to spread / growth.",
                ),
                cell(
                    "Half are cleared from",
                    "{half_training:scale} hours",
                    detail="model: {half_flops:scale} FLOPs",
                    help="May lie outside the drawn range.",
                ),
            ],
            columns=[
                column("Training (hours)", "table_training", "scale"),
                column("Compute (FLOPs)", "table_flops", "scale"),
                column("Mean height", "table_mean", "number"),
                column("Lowest of nine in ten", "table_lower", "number"),
                column("Highest", "table_upper", "number"),
                column("One attempt clears", "table_once", "percent"),
                column("Best attempt clears", "table_chance", "percent"),
            ],
        )

    def _curves(self) -> list[Curve]:
        height = ("mean_height", "height_lower", "height_upper")
        return [
            Curve("jump", "flight", "flight_x", "flight_y"),
            Curve("height", "mean_height", "training", *height),
            Curve("cleared", "one_attempt", "training", "one_attempt"),
            Curve("cleared", "chance", "training", "chance"),
            Curve("answers", "density", "density_x", "density"),
            Curve("ability", "ability", "flops", *height),
            Curve("pass_rate", "pass_at_1", "flops", "one_attempt"),
            Curve("pass_rate", "pass_at_k", "flops", "chance"),
        ]


def _chances(trial: str) -> ipywidgets.Widget:
    return key("Chance:", {"best of k": theme.SHARP, f"one {trial}": theme.MIST})


def _jump_panel(heights: Ticks, targets: Targets) -> Panel:
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


def _answers_panel(abilities: Ticks, targets: Targets) -> Panel:
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

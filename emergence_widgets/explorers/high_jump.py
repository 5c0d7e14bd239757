"""`HighJumpExplorer`: raise the bar, and smooth progress looks like a sudden ability."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import bqplot
import ipywidgets
import numpy as np

from ..programs.encode import band, log, text
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
from .high_jump_pictures import answers_panel, jump_panel

TRAINING, TASK = "The athlete · the model", "The bar · the task"
ATHLETE = ("jump", "height", "cleared")
MODEL = ("answers", "ability", "pass_rate")
HIGHEST = 3.2
"""Upper end of the height axes, in metres."""


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
        self.panels["jump"] = jump_panel(heights, targets)
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
        self.panels["answers"] = answers_panel(heights, targets)
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

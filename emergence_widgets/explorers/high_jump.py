"""`HighJumpExplorer`: raise the bar, and smooth progress looks like a sudden ability."""

from __future__ import annotations

from typing import Any, Unpack

import ipywidgets
import numpy as np

from ..programs.encode import Encoding, choose, log, plus, text, times
from ..programs.high_jump import MOST_ATTEMPTS, high_jump_constants
from ..widgets import theme
from ..widgets.axes import Ticks, linear_ticks, log_ticks
from ..widgets.controls import NumberControl
from ..widgets.panel import Panel, key, x_axis
from ..widgets.panel import text as label
from ..widgets.readouts import ReadoutStrip, cell, column
from .base import Curve, Explorer
from .control_types import HighJumpControls

TRAINING, TASK = "The athlete · the model", "The bar · the task"
ATHLETE = ("jump", "height", "cleared")
MODEL = ("answers", "ability", "pass_rate")
HIGHEST = 3.2  # upper end of the height axes, in metres
# Limbs about the hips, in metres, of an athlete who arches back first over the bar.
BODY_X: list[Encoding] = [-0.5, -0.4, 0.0, 0.3, 0.52, None, 0.4, 0.42, 0.72]
BODY_Y: list[Encoding] = [-0.62, -0.16, 0.0, -0.02, -0.14, None, -0.06, -0.4, -0.5]
HEAD = (0.68, -0.26)
POST = 0.08  # metres by which the posts stand out above the bar


class HighJumpExplorer(Explorer, program="high_jump"):
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

    training = NumberControl(
        10**2.7, minimum=1, maximum=1e4, step=0.01, logarithmic=True,
        label="Training", unit="hours", group=TRAINING,
        help="Moves the marker along training; the drawn jump follows it. Model: compute.",
    )  # fmt: skip
    growth = NumberControl(
        0.3, minimum=0.0, maximum=0.4,
        label="Growth", symbol="b", unit="metres per tenfold training", group=TRAINING,
        help="Metres that ten times the training add to the mean jump. Model: gain in ability.",
    )  # fmt: skip
    start = NumberControl(
        0.9, minimum=0.5, maximum=1.2,
        label="First height", symbol="a", unit="metres", group=TRAINING,
        help="Mean jump after the first hour. Model: ability at the smallest compute.",
    )  # fmt: skip
    spread = NumberControl(
        0.1, minimum=0.0, maximum=0.2, step=0.005, format="number",
        label="Spread", symbol="s", unit="metres", group=TRAINING,
        help="Standard deviation of the jumps; at 0 success is a step. Model: of its answers.",
    )  # fmt: skip
    bar = NumberControl(
        1.8, minimum=0.3, maximum=2.8,
        label="Bar", symbol="h", unit="metres", group=TASK,
        help="Height that must be cleared. Model: the ability that the task needs.",
    )  # fmt: skip
    attempts = NumberControl(
        1, minimum=1, maximum=MOST_ATTEMPTS, whole=True,
        label="Attempts", symbol="k", group=TASK,
        help="The best of so many jumps counts. Model: pass@k, one of k answers is right.",
    )  # fmt: skip

    def __init__(self, **controls: Unpack[HighJumpControls]) -> None:
        super().__init__(high_jump_constants(), **controls)

    def _build(self) -> None:
        training, flops = self.constants["training"], self.constants["flops"]
        hours = log_ticks(training[0], training[-1])
        compute = log_ticks(flops[0], flops[-1])
        shifted = tuple(place - compute.low + hours.low for place in compute.places)
        over_training = x_axis("Training (hours)", hours)
        over_compute: dict[str, Any] = {
            **over_training,
            "x_ticks": Ticks(shifted, compute.texts, hours.low, hours.high),
            "x_label": "Compute (FLOPs)",
        }
        heights, shares = linear_ticks(0.0, HIGHEST), linear_ticks(0, 1)
        for names, pictures, across, title, measure, bar_name, question, trial in (
            (ATHLETE, _jump_panel(heights), over_training,
             "How high the jumps go", "Height (metres):", "the bar",
             "How often the bar is cleared", "one jump"),
            (MODEL, _answers_panel(heights), over_compute,
             "How able the model is", "Ability:", "what the task needs",
             "How often the task is passed", "one answer"),
        ):  # fmt: skip
            words = key(measure, {"mean": theme.CONTINUOUS, "nine in ten": theme.NEUTRAL})
            growth = Panel(title, words, y_ticks=heights, **across)
            self._add_growth(growth, bar_name)
            words = key("Chance:", {"best of k": theme.DISCONTINUOUS, trial: theme.NEUTRAL})
            chance = Panel(question, words, y_ticks=shares, **across)
            self._add_chance(chance)
            self.panels |= dict(zip(names, (pictures, growth, chance), strict=True))

    def _add_growth(self, panel: Panel, bar_name: str) -> None:
        ends = np.log10(self.constants["training"][[0, -1]]).tolist()
        panel.band(theme.CONTINUOUS, log("training"), "height_upper", "height_lower")
        panel.dashed(ends, "bar")
        panel.note(ends[0], "bar", text(bar_name), align="start")
        panel.curve(theme.CONTINUOUS, log("training"), "mean_height")
        panel.upright(log("training_now"), 0.0, HIGHEST)
        panel.points(theme.CONTINUOUS, [log("training_now")], ["height_now"])

    def _add_chance(self, panel: Panel) -> None:
        panel.curve(theme.NEUTRAL, log("training"), "one_attempt", stroke_width=1.5)
        panel.curve(theme.DISCONTINUOUS, log("training"), "chance")
        panel.upright(log("training_now"), 0.0, 1.0)
        panel.points(theme.DISCONTINUOUS, [log("training_now")], ["chance_now"])

    def _arrange(self, box: ipywidgets.Widget) -> tuple[Any, ...]:
        box, figures, readouts, link = super()._arrange(box)
        rows = {"An athlete": ATHLETE, "A language model: the same numbers": MODEL}
        figures.children = [
            child
            for heading, names in rows.items()
            for child in (label(heading, "ew-row-title"), *map(self.panels.get, names))
        ]
        return (box, figures, readouts, link)

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                cell("At the marker", "{training_now:scale} hours",
                     detail="model: {flops_now:scale} FLOPs"),
                cell("Mean jump there", "{height_now:number} m", detail="the bar: {bar:number} m"),
                cell("Cleared there", "{chance_now:percent}",
                     detail="with one attempt {once_now:percent}",
                     help="Chance that the best of the attempts clears the bar. Model: pass@k."),
                cell("From 10% to 90%", "{width:number}", detail="decades of training",
                     help="Powers of ten of training between clearing the bar in one of ten and in "
                     "nine of ten cases: proportional to spread / growth."),
                cell("Half are cleared from", "{half_training:scale} hours",
                     detail="model: {half_flops:scale} FLOPs",
                     help="May lie outside the drawn range."),
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
        )  # fmt: skip

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


def _jump_panel(heights: Ticks) -> Panel:
    """The flight over the bar in side view, and the athlete at its top."""
    panel = Panel(
        "The jump",
        "Side view; band: nine in ten jumps",
        y_ticks=heights,
        **x_axis("Metres from the bar", linear_ticks(-2.6, 2.6, most=7)),
    )
    high, low = ((f"{flight}_flight_x", f"{flight}_flight_y") for flight in ("highest", "lowest"))
    panel.band(theme.CONTINUOUS, high[0], high[1], low[1], lower_x=low[0])
    panel.curve(theme.CONTINUOUS, "flight_x", "flight_y", stroke_width=1.5, line_style="dashed")
    post: list[Encoding] = [0.0, plus("bar", POST)]
    panel.curve(theme.NEUTRAL, [-0.2, -0.2, None, 0.2, 0.2], [*post, None, *post], stroke_width=2.5)
    body = panel.curve(theme.DISCONTINUOUS, BODY_X, plus("height_now", BODY_Y), stroke_width=3.5)
    head = panel.points(theme.DISCONTINUOUS, [HEAD[0]], [plus("height_now", HEAD[1])], size=95)
    panel.curve(theme.TEXT, [-0.2, 0.2], ["bar", "bar"], stroke_width=3.5)
    words = choose("cleared", text("the mean jump clears"), text("the mean jump is too low"))
    note = panel.note(0.0, heights.high, words, align="middle", colour=theme.DISCONTINUOUS, drop=14)
    with note.hold_sync():
        note.x_offset, note.default_size, note.font_weight = 0, 12, "bold"
    for mark in (body, head, note):
        colour = choose("cleared", text(theme.LOSS), text(theme.DISCONTINUOUS))
        panel.bind(mark, colors=[colour])
    return panel


def _answers_panel(abilities: Ticks) -> Panel:
    """How the abilities of single answers spread about what the task needs."""
    panel = Panel(
        "The answers",
        key("At the marker:", {"all": theme.CONTINUOUS, "good enough": theme.LOSS}),
        y_ticks=Ticks((0.0,), ("none",), 0.0, 1.2),
        **x_axis("Ability", abilities),
    )
    panel.band(theme.LOSS, "above_x", "above", times("above", 0.0), opacity=0.5)
    panel.curve(theme.CONTINUOUS, "density_x", "density")
    rule: Any = {"line_style": "dashed", "stroke_width": 1.5}
    panel.curve(theme.NEUTRAL, ["bar", "bar"], [0.0, 1.2], **rule)
    panel.note("bar", 1.2, text("needed"), align="start", drop=8)
    return panel

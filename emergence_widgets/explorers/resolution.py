"""`ResolutionExplorer`: a small test sees a jump where more draws see a straight line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from ..programs.encode import (
    Encoding,
    above,
    choose,
    clip,
    dodge,
    equals,
    log,
    loglog,
    only,
    plus,
    text,
    times,
)
from ..programs.resolution import resolution_constants
from ..widgets import theme
from ..widgets.axes import Ticks, checked_scale, linear_ticks, log_ticks
from ..widgets.controls import NumberControl
from ..widgets.panel import Panel, key, x_axis
from ..widgets.readouts import ReadoutStrip, cell, column
from . import law_controls
from .base import Curve, Explorer
from .control_types import ResolutionControls

MODEL, TEST, REPETITION = "The models and the task", "The test", "What is repeated"
ONE, MANY = "one draw", "m draws"
REPEAT_SIZE = 24
ORDINARY = 2  # a seed under which no test set scores unusually high at the start
TALL = "250px"
# Shares of the axis: that repeated tests of a model are spread over, and free on each side.
FAN, ROOM = 0.04, 0.03
HIGHEST_NOTE = 0.88  # on the linear axis: above it a text would leave the figure
CLOSE = 0.2  # floors nearer than this on the log(-log) axis have one label
FAR = 1e6  # where a line that leaves the axis is cut
# Places on both axes: where no success stands, and the ends.
LOG_NONE, LOG_LOW, LOG_HIGH = -10.0, -10.4, 0.3
STRAIGHT_NONE, STRAIGHT_LOW, STRAIGHT_MOST, STRAIGHT_HIGH = -1.6, -1.72, 1.4, 1.5


class ResolutionExplorer(Explorer, program="resolution"):
    """The same rate of right answers on three axes, and what a test can see of it.

    Orange points are repeated tests that ask each model every item once; blue ones draw
    several answers an item. Where no answer is right, a point stands hollow on the row
    "none": a logarithm has no place for it.

    Parameters
    ----------
    scale
        Model sizes at which curves are drawn: ascending, above 0, at least two (default:
        200 sizes from 10M to 1T parameters).
    scale_label
        What the scale is.
    seed
        Seed of the simulated tests.
    **controls
        Initial values: ``length`` (L, 1-50 tokens), ``exponent`` (alpha),
        ``critical_scale`` (c), ``n_items`` (n, 1-100,000), ``samples_per_item`` (m, answers
        drawn an item, 1-10,000), ``repeats`` (test sets, 1-12), ``n_models``; also
        ``layout``.

    Raises
    ------
    TypeError
        An unknown keyword.
    ControlError
        A value out of range.
    ValueError
        A scale that is not ascending or not above 0.

    Notes
    -----
    Exact match of L tokens, ``exp(-L (N/c)**alpha)``: Schaeffer, Miranda and Koyejo 2023
    (arXiv:2304.15004), section 2. Drawing until the floor is passed, and the log(-log)
    axis: Hu et al. 2023 (arXiv:2310.03262). Items are alike here; those of a real test
    are not, and then the line bends.

    Examples
    --------
    >>> e = ResolutionExplorer(length=10, n_items=100, samples_per_item=1000)
    >>> line = e.curves().query("curve == 'minus_log_exact_match'")
    >>> round(float(np.polyfit(np.log(line["x"]), np.log(line["y"]), 1)[0]), 6)
    -0.4
    >>> e.close()
    """

    length = law_controls.length(20, group=MODEL)
    exponent = law_controls.exponent(
        -0.4, group=MODEL,
        help="How fast the per-token loss (N/c)^α falls with size: the slope of the line.",
    )  # fmt: skip
    critical_scale = law_controls.critical_scale(
        1e7, group=MODEL, help="Size at which the loss is one nat per token."
    )
    n_items = law_controls.n_items(
        20, group=TEST, help="Items in the test: asked once each, they show no rate below one in n."
    )
    samples_per_item = NumberControl(
        1000, minimum=1, maximum=10_000, whole=True, logarithmic=True,
        label="Draws each", symbol="m", unit="answers", group=TEST,
        help="Answers that the blue test draws for each item, independently.",
    )  # fmt: skip
    repeats = NumberControl(
        3, minimum=1, maximum=12, whole=True, label="Test sets", group=REPETITION,
        help="Random test sets of n items, one orange point each.",
    )  # fmt: skip
    n_models = law_controls.n_models(12, group=REPETITION)

    def __init__(
        self,
        *,
        scale: ArrayLike | None = None,
        scale_label: str = "Model size (parameters)",
        seed: int = ORDINARY,
        **controls: Unpack[ResolutionControls],
    ) -> None:
        self._scale = checked_scale(np.logspace(7, 12, 200) if scale is None else scale)
        self._scale_label = scale_label
        super().__init__(resolution_constants(self._scale, seed=seed), **controls)

    def _build(self) -> None:
        low, high = np.log10(self._scale[[0, -1]]).tolist()
        room = ROOM * (high - low)
        across = x_axis(self._scale_label, log_ticks(*self._scale[[0, -1]]), room=room)
        ends: list[Encoding] = [low - room, high + room]
        test_x = dodge(log("test_scale"), "repeats", FAN * (high - low))
        tests = {ONE: theme.DISCONTINUOUS, MANY: theme.CONTINUOUS}
        passes = {ONE: theme.DISCONTINUOUS, "any of m (pass@m)": theme.CONTINUOUS}
        line = "With more draws: a straight line"
        for name, title, words, colours, y_ticks in (
            ("linear", "Whole answers right", "Exact match:", passes, linear_ticks(0, 1)),
            ("logarithmic", "What the zeros hide", "Log axis:", tests, log_axis()),
            ("straight", line, "log(−log) axis:", tests, straight_axis()),
        ):
            panel = Panel(title, key(words, colours), y_ticks=y_ticks, height=TALL, **across)
            panel.y_axis.label_offset = "38px"
            self.panels[name] = panel
        _fill_linear(self.panels["linear"], ends, test_x)
        n_items = text("invisible with {n_items} items")
        answers = text("invisible with {n_items} × {samples_per_item} answers")
        apart = plus(straight_place("floor"), times(straight_place("floor_drawn"), -1.0))
        notes = {
            "floor": choose(equals("floor", 1.0), text("invisible with 1 item"), n_items),
            "floor_drawn": choose(above(apart, CLOSE), answers, text("")),
        }
        for panel, place in (
            (self.panels["logarithmic"], log_place),
            (self.panels["straight"], straight_place),
        ):
            for level, note in notes.items():
                panel.shade(ends, place(level))
                panel.note(ends[1], place(level), note, colour=theme.QUIET, drop=13)
            if place is log_place:
                panel.dashed(ends, place("visible_rate"))
                line = clip(times("minus_log", -1 / np.log(10)), low=-FAR)
            else:
                line = clip(times(log("minus_log", otherwise=-FAR), -1.0), -FAR, FAR)
            panel.curve(theme.DISCONTINUOUS, log("scale"), line)
            _tests(panel, "exact_match", test_x, place, theme.DISCONTINUOUS, REPEAT_SIZE)
            _tests(panel, "drawn", log("model_scale"), place, theme.CONTINUOUS, theme.POINT_SIZE)

    def _readout_strip(self) -> ReadoutStrip:
        drawn = "{samples_per_item:count} draws: "
        return ReadoutStrip(
            cells=[
                cell("Floor 1/n", "{floor:number}", detail=drawn + "{floor_drawn:number}",
                     help="The smallest rate above 0 that the test can report; below it, for all "
                     "answers drawn."),
                cell("Smallest visible rate", "{visible_rate:number}",
                     detail=drawn + "{visible_rate_drawn:number}",
                     help="Smallest rate of which the test shows a success with 95% chance."),
                cell("First visible at", "{visible_from:scale}",
                     detail=drawn + "{visible_from_drawn:scale}",
                     help="Size from which a test shows a success with 95% chance; – is beyond "
                     "the axis."),
                cell("Models with a success", "{seen:text} of {n_models:count}",
                     detail=drawn + "{seen_drawn:count}",
                     help="Tested models with any right answer: fewest to most over the test "
                     "sets."),
                cell("Needed for the smallest", "{answers_needed:count}",
                     detail="answers; rate {smallest_rate:number}",
                     help="Answers that show one success of the smallest model with 95% chance."),
                cell("Answers drawn", "{answers:count}",
                     detail="{n_items:count} items × {samples_per_item:count} draws",
                     help="Answers of each model in the blue test."),
                cell("Any of m right (pass@m)", "{largest_solved:number}",
                     detail="largest model; smallest {smallest_solved:number}",
                     help="Expected share of items with at least one right answer among m: a "
                     "different question about the same models, with its jump elsewhere."),
            ],
            columns=[
                column("Model", "model_scale", "scale"),
                column("Expected exact match", "model_rate", "number"),
                column("First test set", "first_measured", "number"),
                column("m answers an item", "drawn_measured", "number"),
                column("from", "drawn_lower", "number"),
                column("to", "drawn_upper", "number"),
                column("Any of m", "pass_at_k_measured", "number"),
            ],
        )  # fmt: skip

    def _curves(self) -> list[Curve]:
        return [
            Curve("linear", "exact_match", "scale", "exact_match"),
            Curve("linear", "pass_at_k", "scale", "pass_at_k"),
            Curve.measured("linear", "exact_match", "test_scale"),
            Curve.measured("linear", "pass_at_k", "model_scale"),
            Curve.measured("logarithmic", "drawn", "model_scale", name="pass_until"),
            Curve("straight", "minus_log_exact_match", "scale", "minus_log"),
        ]


def _fill_linear(panel: Panel, ends: list[Encoding], test_x: Encoding) -> None:
    panel.shade(ends, "floor")
    panel.dashed(ends, "visible_rate")
    words, height = text("missed by 1 test in 20"), clip("visible_rate", high=HIGHEST_NOTE)
    panel.note(ends[1], height, words, colour=theme.QUIET)
    panel.curve(theme.CONTINUOUS, log("scale"), "pass_at_k", stroke_width=1.5, opacities=[0.6])
    panel.curve(theme.DISCONTINUOUS, log("scale"), "exact_match")
    lower, upper = "exact_match_lower", "exact_match_upper"
    panel.bars(theme.DISCONTINUOUS, test_x, lower, upper, stroke_width=1, opacity=0.5)
    panel.points(theme.DISCONTINUOUS, test_x, "exact_match_measured", size=REPEAT_SIZE)


def _tests(
    panel: Panel, test: str, x: Encoding, place: Callable[[Encoding], Encoding], colour: str,
    size: int,
) -> None:  # fmt: skip
    """Points and intervals of tests with a success, and hollow points of those without."""
    measured = f"{test}_measured"
    seen, unseen = above(measured, 0.0), equals(measured, 0.0)
    low, high = (only(place(f"{test}_{end}"), seen) for end in ("lower", "upper"))
    panel.bars(colour, only(x, seen), low, high, stroke_width=1, opacity=0.5)
    for there in (seen, unseen):
        y = only(place(measured), there)
        panel.points(colour, only(x, there), y, size=size, hollow=there is unseen)


def log_place(rate: Encoding) -> Encoding:
    """In decades; no success stands on a row below all rates."""
    return clip(log(rate, otherwise=LOG_NONE), low=LOG_NONE)


def straight_place(rate: Encoding) -> Encoding:
    """On the axis of -log10(-log rate); what lies beyond stands at its ends."""
    return clip(loglog(rate), STRAIGHT_NONE, STRAIGHT_MOST)


def log_axis() -> Ticks:
    """Ticks of rates in decades, above a row for no success."""
    texts = ("none", "10⁻⁹", "10⁻⁶", "10⁻³", "1")
    return Ticks((LOG_NONE, -9.0, -6.0, -3.0, 0.0), texts, LOG_LOW, LOG_HIGH)


def straight_axis() -> Ticks:
    """Ticks of rates on log(-log), between rows for no success and for nearly all."""
    rates = np.array([1e-9, 1e-4, 0.01, 0.1, 0.5, 0.9])
    texts = ("none", "10⁻⁹", "10⁻⁴", "10⁻²", "0.1", "0.5", "0.9", ">0.95")
    places = (STRAIGHT_NONE, *(-np.log10(-np.log(rates))).tolist(), STRAIGHT_MOST)
    return Ticks(places, texts, STRAIGHT_LOW, STRAIGHT_HIGH)

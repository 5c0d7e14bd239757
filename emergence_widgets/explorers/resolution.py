"""`ResolutionExplorer`: a small test sees a jump where more draws see a straight line."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import bqplot
import numpy as np
from numpy.typing import ArrayLike

from ..programs.resolution import ROOM, resolution_constants
from ..widgets import theme
from ..widgets.axes import checked_scale, linear_ticks, log_ticks
from ..widgets.controls import NumberControl
from ..widgets.panel import Panel, key
from ..widgets.readouts import ReadoutStrip
from ..widgets.targets import Targets
from . import law_controls
from .base import Curve, Explorer
from .control_types import ResolutionControls
from .resolution_axes import log_axis, straight_axis
from .resolution_readouts import readout_strip

MODEL, TEST, REPETITION = "The models and the task", "The test", "What is repeated"
ONE, MANY = "one draw", "m draws"
REPEAT_SIZE = 24
ORDINARY = 2
"""A seed under which no test set is unusually lucky at the start."""
TALL = "250px"


class ResolutionExplorer(Explorer):
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
        Seed of the luck of the simulated tests.
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

    program: ClassVar[str] = "resolution"

    length = law_controls.length(
        20,
        group=MODEL,
    )
    exponent = law_controls.exponent(
        -0.4,
        group=MODEL,
        help="How fast the per-token loss (N/c)^α falls with size: the slope of the line.",
    )
    critical_scale = law_controls.critical_scale(
        1e7,
        group=MODEL,
        help="Size at which the loss is one nat per token.",
    )
    n_items = law_controls.n_items(
        20,
        group=TEST,
        help="Items in the test: asked once each, they show no rate below one in n.",
    )
    samples_per_item = NumberControl(
        1000,
        minimum=1,
        maximum=10_000,
        step=0.05,
        whole=True,
        logarithmic=True,
        format="count",
        label="Draws each",
        symbol="m",
        unit="answers",
        group=TEST,
        help="Answers that the blue test draws for each item, independently.",
    )
    repeats = NumberControl(
        3,
        minimum=1,
        maximum=12,
        step=1,
        whole=True,
        label="Test sets",
        group=REPETITION,
        help="Random test sets of n items, one orange point each.",
    )
    n_models = law_controls.n_models(
        12,
        group=REPETITION,
    )

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
        self._seed = seed
        super().__init__(**controls)

    def _constants(self) -> dict[str, Any]:
        return resolution_constants(self._scale, seed=self._seed)

    def _build(self) -> Targets:
        low, high = float(self._scale[0]), float(self._scale[-1])
        room = ROOM * (np.log10(high) - np.log10(low))
        x_ticks = log_ticks(low, high)
        x_scale = bqplot.LinearScale(min=x_ticks.low - room, max=x_ticks.high + room)
        targets = Targets()
        drive = targets.drive

        tests = {ONE: theme.SHARP, MANY: theme.GENTLE}
        for name, title, subtitle, y_ticks in (
            (
                "linear",
                "Whole answers right",
                key("Exact match:", {ONE: theme.SHARP, "any of m (pass@m)": theme.GENTLE}),
                linear_ticks(0, 1),
            ),
            ("logarithmic", "What the zeros hide", key("Log axis:", tests), log_axis()),
            (
                "straight",
                "With more draws: a straight line",
                key("log(−log) axis:", tests),
                straight_axis(),
            ),
        ):
            panel = self.panels[name] = Panel(
                title,
                subtitle,
                x_scale=x_scale,
                x_ticks=x_ticks,
                y_ticks=y_ticks,
                x_label=self._scale_label,
                height=TALL,
            )
            panel.y_axis.label_offset = "38px"
        place = np.log10(self._scale)
        self._fill_linear(self.panels["linear"], place, drive)
        self._fill_stretched("log", self.panels["logarithmic"], place, drive)
        self._fill_stretched("straight", self.panels["straight"], place, drive)
        return targets

    def _fill_linear(self, panel: Panel, place: np.ndarray, drive: Any) -> None:
        _level(panel.shade(), "floor_line", drive)
        _level(panel.dashed(), "visible_line", drive)
        _note(panel.note(colour=theme.QUIET), "visible_at", "visible_note", drive)
        empty = np.full(place.shape, np.nan)
        solved = panel.curve(theme.GENTLE, x=place, y=empty, stroke_width=1.5, opacities=[0.6])
        drive("pass_at_k", solved)
        drive("exact_match", panel.curve(theme.SHARP, x=place, y=empty))
        _bars(panel, theme.SHARP, "test_bars_x", "test_bars", drive)
        points = panel.points(theme.SHARP)
        points.default_size = REPEAT_SIZE
        drive("test_place", points, "x")
        drive("exact_match_measured", points)

    def _fill_stretched(self, axis: str, panel: Panel, place: np.ndarray, drive: Any) -> None:
        for level in ("floor", "floor_drawn"):
            _level(panel.shade(), f"{level}_{axis}_line", drive)
            note = panel.note(colour=theme.QUIET)
            note.y_offset = 13
            _note(note, f"{level}_{axis}_at", f"{level}_note", drive)
        if axis == "log":
            _level(panel.dashed(), "visible_log_line", drive)
        line = panel.curve(theme.SHARP, x=place, y=np.full(place.shape, np.nan))
        drive(f"{axis}_line", line)
        for test, colour, size in (
            ("test", theme.SHARP, REPEAT_SIZE),
            ("drawn", theme.GENTLE, theme.POINT_SIZE),
        ):
            _bars(panel, colour, f"{test}_seen_bars_x", f"{test}_seen_{axis}_bars", drive)
            for seen, mark in (
                ("seen", panel.points(colour)),
                ("unseen", panel.hollow_points(colour)),
            ):
                mark.default_size = size
                drive(f"{test}_{seen}_x", mark, "x")
                drive(f"{test}_{seen}_{axis}", mark)

    def _readout_strip(self) -> ReadoutStrip:
        return readout_strip()

    def _curves(self) -> list[Curve]:
        def tested(figure: str, name: str, output: str, x: str) -> Curve:
            return Curve(
                figure, name, x, f"{output}_measured", f"{output}_lower", f"{output}_upper"
            )

        return [
            Curve("linear", "exact_match", "scale", "exact_match"),
            Curve("linear", "pass_at_k", "scale", "pass_at_k"),
            tested("linear", "exact_match_measured", "exact_match", "test_scale"),
            tested("linear", "pass_at_k_measured", "pass_at_k", "model_scale"),
            tested("logarithmic", "pass_until_measured", "drawn", "model_scale"),
            Curve("straight", "minus_log_exact_match", "scale", "minus_log"),
        ]


def _level(line: Any, output: str, drive: Any) -> None:
    drive("edges", line, "x")
    drive(output, line)


def _note(note: Any, at: str, text: str, drive: Any) -> None:
    drive("right_edge", note, "x")
    drive(at, note)
    drive(text, note, "text")


def _bars(panel: Panel, colour: str, x: str, y: str, drive: Any) -> None:
    bars = panel.curve(colour, stroke_width=1, opacities=[0.5])
    drive(x, bars, "x")
    drive(y, bars)

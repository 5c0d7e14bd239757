"""`ForecastExplorer`: hide the largest models, and foretell them from the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Unpack

import bqplot
import ipywidgets

from ...datasets.pronunciation import pronunciation
from ...programs.forecast import CHAINS, METHODS
from ...results.eval_results import EvalResults
from ...results.forecast_series import AUTO, ForecastTable
from ...widgets import theme
from ...widgets.axes import Ticks
from ...widgets.controls import ChoiceControl, ControlError, NumberControl, plain
from ...widgets.legend import SwitchesControl
from ...widgets.lifetime import Progress
from ...widgets.panel import Panel, text
from ...widgets.readouts import ReadoutStrip
from ...widgets.targets import Targets
from ..base import Curve, Explorer
from ..control_types import ForecastControls
from .constants import forecast_sets
from .pairs import chosen_pairs
from .readouts import COLOURS, LABELS, forecast_readouts

DATA, FIGURES = "The data", "The forecasts"
MOST_HIDDEN = 200
BLANK = Ticks((0.0, 1.0), ("0", "1"), 0.0, 1.0)
STATES = ("visible", "hidden")


def _style(index: int) -> dict[str, str]:
    return {"colour": COLOURS[METHODS[index]], "marker": "circle"}


class ForecastExplorer(Explorer):
    """A slider hides the largest models; four methods foretell their sharp score.

    Filled points are models that the methods see, hollow ones are hidden from them. Lines are
    forecasts, shaded regions their 95% intervals for one new training run. The figures in the
    middle show the two steps of one method; the last one shows how far off each method is from
    every cut-off. All fits are made when the explorer is made, so the slider needs no kernel.

    Parameters
    ----------
    results
        Scores, from 0 to 1, of two models or more (default: `datasets.pronunciation`).
    tasks
        Names of the tasks to prepare; by default all, or the first ones and those with a
        smooth score or a loss where there are many.
    metric, smooth, loss, scale
        Sharp metric, smooth metric of the same outputs, loss on the task and scale; by default
        the best known that each task has. None as `smooth` or `loss`: none is used.
    draws, seed
        Random draws behind the intervals, and their seed.
    **controls
        Initial values: ``held_out`` (models hidden), ``task``, ``family``, ``methods`` (some
        of ``'sharp'``, ``'smooth'``, ``'ladder'``, ``'last_value'``), ``steps``
        (``'smooth'`` or ``'ladder'``: whose two steps are drawn); also ``layout``.

    Raises
    ------
    TypeError
        `results` is no EvalResults, or a keyword is unknown.
    ControlError
        A name that the data do not have, or a value out of range.
    SchemaError
        An unknown metric, scale or task, or nothing that could be forecast.

    Notes
    -----
    How forecasts and intervals are made, and their sources:
    `emergence_widgets.core.forecast.forecast`.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> e = ForecastExplorer(datasets.gpt3(), tasks=["LAMBADA, 0-shot"], held_out=2)
    >>> sorted(e.curves()["figure"].unique())
    ['errors', 'first_step', 'score', 'second_step']
    >>> e.close()
    """

    program: ClassVar[str] = "forecast"

    held_out = NumberControl(
        4,
        minimum=1,
        maximum=MOST_HIDDEN,
        step=1,
        whole=True,
        label="Hide the largest",
        unit="models",
        group=DATA,
        help="Models that no method sees. Forecasts are made from the smaller ones alone.",
    )
    task = ChoiceControl(label="Task", group=DATA, help="Task whose scores are foretold.")
    family = ChoiceControl(
        label="Family", group=DATA, help="Family of models, or one model in training."
    )
    methods = SwitchesControl(
        label="Methods",
        group=FIGURES,
        help="A click switches a method's line and interval on or off.",
        style=_style,
    )
    steps = ChoiceControl(
        label="Two steps of", group=FIGURES, help="Method whose two steps are drawn."
    )

    def __init__(
        self,
        results: EvalResults | None = None,
        *,
        tasks: Iterable[str] | str | None = None,
        metric: str | None = None,
        smooth: str | None = AUTO,
        loss: str | None = AUTO,
        scale: str | None = None,
        draws: int = 1000,
        seed: int = 0,
        **controls: Unpack[ForecastControls],
    ) -> None:
        self.results = pronunciation() if results is None else results
        table = ForecastTable(self.results, metric=metric, smooth=smooth, loss=loss, scale=scale)
        pairs = chosen_pairs(table, tasks, controls.get("task"))
        with Progress("Fitting") as progress:
            self._sets = forecast_sets(table, pairs, draws=draws, seed=seed, progress=progress)
        task = controls.setdefault("task", self._sets["tasks"][0])
        controls.setdefault("family", self._first_family(task))
        controls.setdefault("methods", METHODS)
        controls.setdefault("steps", self._usual_steps(controls))
        most = self._sets["row_of"].shape[1]
        held_out = controls.setdefault("held_out", min(4, max(most // 2, 1)))
        wanted = plain(held_out)
        if isinstance(wanted, (int, float)) and most < wanted <= MOST_HIDDEN:
            raise ControlError(
                f"held_out is {held_out!r}; this data has {most + 1} models at most in "
                f"a family, of which 1 to {most} can be hidden"
            )
        super().__init__(**controls)
        self.controls["held_out"].max = most

    def _first_family(self, task: Any) -> str:
        if task not in self._sets["tasks"]:
            return self._sets["families"][0]
        sets = self._sets["set_of"][self._sets["tasks"].index(task)]
        return self._sets["families"][int((sets >= 0).argmax())]

    def _usual_steps(self, controls: dict[str, Any]) -> str:
        """The ladder, where the task has a loss."""
        tasks, families = self._sets["tasks"], self._sets["families"]
        if controls["task"] not in tasks or controls["family"] not in families:
            return CHAINS[0]
        place = tasks.index(controls["task"]), families.index(controls["family"])
        words = self._sets["sets"][int(self._sets["set_of"][place])]
        return CHAINS[1] if words["steps"][1]["label"] else CHAINS[0]

    def _choices(self, control: str) -> dict[str, str]:
        if control == "methods":
            return LABELS
        if control == "steps":
            return {chain: LABELS[chain] for chain in CHAINS}
        names = self._sets["tasks" if control == "task" else "families"]
        return {name: name for name in names}

    def _constants(self) -> dict[str, Any]:
        return self._sets

    # Figures

    def _build(self) -> Targets:
        targets = Targets()
        scale = bqplot.LinearScale()
        targets.drive("scale_low", scale, "min")
        targets.drive("scale_high", scale, "max")
        targets.drive("scale_reverse", scale, "reverse")
        between = bqplot.LinearScale()
        targets.drive("second_low", between, "min")
        targets.drive("second_high", between, "max")
        targets.drive("second_reverse", between, "reverse")
        cut_offs = bqplot.LinearScale()
        targets.drive("held_out_low", cut_offs, "min")
        targets.drive("held_out_high", cut_offs, "max")
        self._score_panel(self._panel("score", scale, "scale", "score", targets), targets)
        self._step_panel(
            "first", self._panel("first_step", scale, "scale", "first", targets), targets
        )
        self._step_panel(
            "second", self._panel("second_step", between, "second", "score", targets), targets
        )
        self._error_panel(self._panel("errors", cut_offs, "held_out", "error", targets), targets)
        return targets

    def _panel(self, name: str, x_scale: Any, x: str, y: str, targets: Targets) -> Panel:
        """A figure whose axes the program drives: `x` and `y` are names of its axes."""
        note = text("", "ew-subtitle")
        panel = Panel(
            "", note, x_scale=x_scale, x_ticks=BLANK, y_ticks=BLANK, x_label="", height="240px"
        )
        self.panels[name] = panel
        targets.drive(f"{x}_ticks", panel.x_axis, "tick_values")
        targets.drive(f"{x}_labels", panel.x_axis, "tick_labels")
        targets.drive(f"{y}_ticks", panel.y_axis, "tick_values")
        targets.drive(f"{y}_labels", panel.y_axis, "tick_labels")
        targets.drive(f"{y}_low", panel.scales["y"], "min")
        targets.drive(f"{y}_high", panel.scales["y"], "max")
        self._head(name, panel, note, targets)
        return panel

    def _head(self, name: str, panel: Panel, note: ipywidgets.Label, targets: Targets) -> None:
        if name == "score":
            targets.drive("score_title", panel.title, "value")
            targets.drive("score_note", note, "value")
            targets.drive("scale_label", panel.x_axis, "label")
        elif name == "first_step":
            targets.drive("first_title", panel.title, "value")
            targets.drive("first_note", note, "value")
            targets.drive("scale_label", panel.x_axis, "label")
        elif name == "second_step":
            panel.title.value = "From gentle to sharp"
            targets.drive("second_note", note, "value")
            targets.drive("second_label", panel.x_axis, "label")
        else:
            panel.title.value = "How far off, from every cut-off"
            note.value = "Mean absolute error over the hidden models"
            panel.x_axis.label = "Models hidden"

    def _score_panel(self, panel: Panel, targets: Targets) -> None:
        chance = panel.dashed()
        targets.drive("chance_x", chance, "x")
        targets.drive("chance_y", chance)
        for method in METHODS:
            self._line_and_band(panel, method, COLOURS[method], targets)
        edge, note = (
            panel.curve(theme.QUIET, stroke_width=1),
            panel.note(align="start", colour=theme.QUIET),
        )
        note.y_offset = 4
        targets.drive("edge_x", edge, "x")
        targets.drive("edge_y", edge)
        targets.drive("edge_note_x", note, "x")
        targets.drive("edge_note_y", note)
        targets.drive("edge_note", note, "text")
        self._points(panel, "", targets)

    def _step_panel(self, step: str, panel: Panel, targets: Targets) -> None:
        for chain in CHAINS:
            self._line_and_band(panel, f"{step}_{chain}", COLOURS[chain], targets)
        self._points(panel, f"{step}_", targets)

    def _error_panel(self, panel: Panel, targets: Targets) -> None:
        mark = panel.curve(theme.QUIET, stroke_width=1)
        targets.drive("error_mark_x", mark, "x")
        targets.drive("error_mark_y", mark)
        for method in METHODS:
            for drawn in (panel.curve(COLOURS[method]), panel.points(COLOURS[method])):
                targets.drive(f"error_{method}_x", drawn, "x")
                targets.drive(f"error_{method}_y", drawn)

    def _line_and_band(self, panel: Panel, name: str, colour: str, targets: Targets) -> None:
        for prefix, mark in (("band", panel.band(colour)), ("line", panel.curve(colour))):
            targets.drive(f"{prefix}_{name}_x", mark, "x")
            targets.drive(f"{prefix}_{name}_y", mark)

    def _points(self, panel: Panel, prefix: str, targets: Targets) -> None:
        for state, mark in zip(
            STATES, (panel.points(theme.TEXT), panel.hollow_points(theme.TEXT)), strict=True
        ):
            targets.drive(f"{prefix}{state}_x", mark, "x")
            targets.drive(f"{prefix}{state}_y", mark)

    def _readout_strip(self) -> ReadoutStrip:
        return forecast_readouts()

    def _curves(self) -> list[Curve]:
        parts = ("value", "lower", "upper")
        found = [Curve("score", state, f"{state}_scale", f"{state}_score") for state in STATES]
        for method in METHODS:
            names = [f"{method}_{part}" for part in parts]
            found.append(Curve("score", method, f"{method}_scale", *names))
        for chain in CHAINS:
            first = [f"first_{chain}_{part}" for part in parts]
            second = [f"second_{chain}_{part}" for part in parts]
            found.append(Curve("first_step", chain, "sharp_scale", *first))
            found.append(Curve("second_step", chain, f"second_{chain}_at", *second))
        return found + [
            Curve("errors", method, f"error_{method}_held_out", f"error_{method}_value")
            for method in METHODS
        ]

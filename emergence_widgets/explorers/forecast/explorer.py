"""`ForecastExplorer`: hide the largest models, and foretell them from the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

import bqplot

from ...datasets.pronunciation import pronunciation
from ...programs import encode
from ...programs.encode import (
    Encoding,
    above,
    band,
    choose,
    clip,
    equals,
    log,
    only,
    plus,
    times,
)
from ...programs.forecast import CHAINS, METHODS, PARTS
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
from .constants import chosen_pairs, forecast_sets
from .readouts import COLOURS, LABELS, forecast_readouts

DATA, FIGURES = "The data", "The forecasts"
MOST_HIDDEN = 200
BLANK = Ticks((0.0, 1.0), ("0", "1"), 0.0, 1.0)
STATES = ("visible", "hidden")


TOP = "score_axis.high"
SECOND_WORDS = (encode.text("From gentle to sharp"), "second_note", "second_label")
ERROR_WORDS = (
    encode.text("How far off, from every cut-off"),
    encode.text("Mean absolute error over the hidden models"),
    encode.text("Models hidden"),
)


@dataclass(frozen=True)
class Step:
    """Where one of the two steps is drawn: places and heights of curves and of runs."""

    name: str
    place: Callable[[str], Encoding]
    height: Callable[[str, Encoding], Encoding]
    ends: tuple[Encoding, Encoding]
    point_x: Encoding
    point_y: Encoding


def _between(score: Encoding, otherwise: Encoding = None) -> Encoding:
    return log(score, when="between_logarithmic", otherwise=otherwise)


FIRST_STEP = Step(
    "first",
    lambda _chain: log("grid"),
    _between,
    ("first_axis.low", "first_axis.high"),
    log("{}_scale"),
    _between("{}_between"),
)
SECOND_STEP = Step(
    "second",
    lambda chain: _between(f"second_{chain}_at"),
    lambda score, _at_least: score,
    (0.0, TOP),
    _between("{}_between"),
    "{}_score",
)


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
        family = controls.setdefault("family", self._first_family(task))
        controls.setdefault("methods", METHODS)
        controls.setdefault("steps", self._usual_steps(task, family))
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

    def _usual_steps(self, task: str, family: str) -> str:
        """The ladder, where the task has a loss."""
        tasks, families = self._sets["tasks"], self._sets["families"]
        if task not in tasks or family not in families:
            return CHAINS[0]
        place = tasks.index(task), families.index(family)
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
        scale, between, cut_offs = (bqplot.LinearScale() for _ in range(3))
        for axis, name, falls in (
            (scale, "scale", "scale_falls"),
            (between, "second", "between_falls"),
            (cut_offs, "held_out", False),
        ):
            targets.bind(axis, min=f"{name}_axis.low", max=f"{name}_axis.high")
            if falls:
                targets.bind(axis, reverse=falls)
        for name, x_scale, x, y, *words in (
            ("score", scale, "scale", "score", "score_title", "score_note", "scale_label"),
            ("first_step", scale, "scale", "first", "first_title", "first_note", "scale_label"),
            (
                "second_step",
                between,
                "second",
                "score",
                *SECOND_WORDS,
            ),
            ("errors", cut_offs, "held_out", "error", *ERROR_WORDS),
        ):
            self.panels[name] = _panel(x_scale, x, y, words, targets)
        score, first, second, errors = self.panels.values()
        self._score_panel(score, targets)
        self._step_panel(first, FIRST_STEP, targets)
        self._step_panel(second, SECOND_STEP, targets)
        self._error_panel(errors, targets)
        return targets

    def _score_panel(self, panel: Panel, targets: Targets) -> None:
        grid, last = log("grid"), log(["last_visible"])
        targets.bind(panel.dashed(), x=log("grid_ends"), y=["chance_shown", "chance_shown"])
        ahead = choose("scale_falls", above("last_visible", "grid"), above("grid", "last_visible"))
        for method in METHODS:
            shown = f"{method}_shown"
            edges = [
                [f"{method}_{end}_at_last", only(f"{method}_{end}", ahead)]
                for end in ("upper", "lower")
            ]
            along = [last, only(grid, ahead)]
            region = panel.band(COLOURS[method])
            _bind_band(targets, region, shown, along, edges, (0.0, TOP))
            # Nothing is said of the visible models by a value that is only carried on.
            carried = method == "last_value"
            x = [last, grid] if carried else grid
            y = [f"{method}_value_at_last", f"{method}_value"] if carried else f"{method}_value"
            _bind_line(targets, panel.curve(COLOURS[method]), shown, x, clip(y, high=TOP))
        edge = panel.curve(theme.QUIET, stroke_width=1)
        note = panel.note(align="start", colour=theme.QUIET)
        note.y_offset = 4
        targets.bind(edge, x=log(["edge", "edge"]), y=[0.0, TOP])
        # The note keeps out of the way of the hidden points beside it.
        height = times(choose(above("first_hidden_score", times(0.5, TOP)), 0.06, 0.94), TOP)
        targets.bind(note, x=log(["edge"]), y=[height], text=[encode.text("hidden")])
        self._points(panel, log("{}_scale"), "{}_score", targets)

    def _step_panel(self, panel: Panel, step: Step, targets: Targets) -> None:
        for number, chain in enumerate(CHAINS):
            # A score that falls below what a logarithm can hold is drawn at the axis.
            value, lower, upper = (
                step.height(f"{step.name}_{chain}_{part}", at_least)
                for part, at_least in zip(PARTS, (None, step.ends[0], None), strict=True)
            )
            shown = equals("steps", number)
            known = equals(value, value)
            along = only(step.place(chain), known)
            region = panel.band(COLOURS[chain])
            edges = [only(upper, known), only(lower, known)]
            _bind_band(targets, region, shown, along, edges, step.ends)
            line = panel.curve(COLOURS[chain])
            if step is FIRST_STEP:
                outside = plus(above(step.ends[0], value), above(value, step.ends[1]))
                inside = equals(outside, 0.0)
                _bind_line(
                    targets, line, shown, only(step.place(chain), inside), only(value, inside)
                )
            else:
                _bind_line(targets, line, shown, step.place(chain), clip(value, high=TOP))
        self._points(panel, step.point_x, step.point_y, targets)

    def _error_panel(self, panel: Panel, targets: Targets) -> None:
        mark = panel.curve(theme.QUIET, stroke_width=1)
        targets.bind(mark, x=["hidden_now", "hidden_now"], y=[0.0, "error_axis.high"])
        for method in METHODS:
            for drawn in (panel.curve(COLOURS[method]), panel.points(COLOURS[method])):
                x, y = f"error_{method}_held_out", f"error_{method}_value"
                _bind_line(targets, drawn, f"{method}_shown", x, y)

    def _points(self, panel: Panel, x: Encoding, y: Encoding, targets: Targets) -> None:
        marks = panel.points(theme.TEXT), panel.hollow_points(theme.TEXT)
        for state, mark in zip(STATES, marks, strict=True):
            targets.bind(mark, x=_of(x, state), y=_of(y, state))

    def _readout_strip(self) -> ReadoutStrip:
        return forecast_readouts()

    def _curves(self) -> list[Curve]:
        found = [Curve("score", state, f"{state}_scale", f"{state}_score") for state in STATES]
        for method in METHODS:
            names = [f"{method}_{part}" for part in PARTS]
            found.append(Curve("score", method, "grid", *names))
        for chain in CHAINS:
            first = [f"first_{chain}_{part}" for part in PARTS]
            second = [f"second_{chain}_{part}" for part in PARTS]
            found.append(Curve("first_step", chain, "grid", *first))
            found.append(Curve("second_step", chain, f"second_{chain}_at", *second))
        return found + [
            Curve("errors", method, f"error_{method}_held_out", f"error_{method}_value")
            for method in METHODS
        ]


def _bind_line(targets: Targets, mark: Any, shown: Encoding, x: Encoding, y: Encoding) -> None:
    """A line or points, or nothing; what was not forecast is no gap."""
    targets.bind(mark, keep="placed", x=choose(shown, x, []), y=choose(shown, y, []))


def _bind_band(
    targets: Targets,
    mark: Any,
    shown: Encoding,
    x: Encoding,
    edges: Sequence[Encoding],
    ends: tuple[Encoding, Encoding],
) -> None:
    """A region between an upper and a lower edge, cut at the ends of its axis, or nothing."""
    upper, lower = (clip(edge, *ends) for edge in edges)
    _bind_line(targets, mark, shown, band(x, x), band(upper, lower))


def _of(encoding: Encoding, state: str) -> Encoding:
    """An encoding in which ``{}`` stands for the visible or the hidden runs."""
    if isinstance(encoding, str):
        return encoding.format(state)
    if isinstance(encoding, dict):
        return {key: _of(one, state) for key, one in encoding.items()}
    return encoding


def _panel(x_scale: Any, x: str, y: str, words: list[Encoding], targets: Targets) -> Panel:
    """A figure whose axes are the outputs `x` and `y`, with its title, note and x label."""
    title, said, label = words
    note = text("", "ew-subtitle")
    panel = Panel(
        "", note, x_scale=x_scale, x_ticks=BLANK, y_ticks=BLANK, x_label="", height="240px"
    )
    for axis, of in ((panel.x_axis, x), (panel.y_axis, y)):
        targets.bind(axis, tick_values=f"{of}_axis.places", tick_labels=f"{of}_axis.labels")
    targets.bind(panel.scales["y"], min=f"{y}_axis.low", max=f"{y}_axis.high")
    targets.bind(panel.title, value=title)
    targets.bind(note, value=said)
    targets.bind(panel.x_axis, label=label)
    return panel

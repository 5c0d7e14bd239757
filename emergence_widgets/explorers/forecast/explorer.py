"""`ForecastExplorer`: hide the largest models, and predict them from the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import bqplot

from ...datasets.pronunciation import pronunciation
from ...programs.encode import Encoding, above, choose, clip, equals, log, only, plus, text, times
from ...programs.forecast import CHAINS, METHODS, PARTS
from ...results.eval_results import EvalResults
from ...results.forecast_series import AUTO, ForecastTable
from ...widgets import theme
from ...widgets.controls import ChoiceControl, ControlError, NumberControl, plain
from ...widgets.legend import SwitchesControl
from ...widgets.lifetime import Progress
from ...widgets.panel import Panel
from ...widgets.panel import text as label_widget
from ...widgets.readouts import ReadoutStrip, cell, column
from ..base import Curve, Explorer
from ..control_types import ForecastControls
from .constants import chosen_pairs, forecast_sets

DATA, FIGURES = "The data", "The forecasts"
MOST_HIDDEN = 200
STATES = ("visible", "hidden")
TOP = "score_axis.high"
LABELS = {
    "sharp": "Sharp score itself",
    "direct": "Log accuracy, direct",
    "smooth": "Smooth score, mapped",
    "ladder": "Two-step ladder",
    "last_value": "Last value",
}
COLOURS = {
    "sharp": theme.DISCONTINUOUS,
    "direct": theme.FAMILY_COLOURS[3],
    "smooth": theme.CONTINUOUS,
    "ladder": theme.LOSS,
    "last_value": theme.NEUTRAL,
}
HELP = {
    "sharp": "A law fitted to the sharp scores of the visible models.",
    "direct": "A power law of minus the logarithm of the sharp score (Krajewski et al. 2025).",
    "smooth": "A smooth score of the same outputs, fitted over scale and mapped to the sharp one.",
    "ladder": "Loss fitted over scale, then the score over the loss: a sigmoid or an exponential.",
    "last_value": "The score of the largest visible model, as if nothing changed.",
}
COLUMNS = {"value": "", "lower": ", from", "upper": ", to", "log_score": ", log score"}


class ForecastExplorer(Explorer, program="forecast"):
    """A slider hides the largest models; several methods forecast their sharp score.

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
        of ``'sharp'``, ``'direct'``, ``'smooth'``, ``'ladder'``, ``'last_value'``), ``steps``
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

    held_out = NumberControl(
        4, minimum=1, maximum=MOST_HIDDEN, whole=True,
        label="Hide the largest", unit="models", group=DATA,
        help="Models that no method sees. Forecasts are made from the smaller ones alone.",
    )  # fmt: skip
    task = ChoiceControl(label="Task", group=DATA, help="Task whose scores are forecast.")
    family = ChoiceControl(
        label="Family", group=DATA, help="Family of models, or one model in training."
    )
    methods = SwitchesControl(
        label="Methods", group=FIGURES, colours=COLOURS,
        help="A click switches a method's line and interval on or off.",
    )  # fmt: skip
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
        super().__init__(self._sets, **controls)
        self.controls["held_out"].max = most

    def _first_family(self, task: Any) -> str:
        tasks, families = self._sets["tasks"], self._sets["families"]
        if task not in tasks:
            return families[0]
        return families[int((self._sets["set_of"][tasks.index(task)] >= 0).argmax())]

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

    # Figures

    def _build(self) -> None:
        scale, between, cut_offs = (bqplot.LinearScale() for _ in range(3))
        for name, x_scale, x, y, title, said, label in (
            ("score", scale, "scale", "score", "score_title", "score_note", "scale_label"),
            ("first_step", scale, "scale", "first", "first_title", "first_note", "scale_label"),
            ("second_step", between, "second", "score",
             text("From gentle to sharp"), "second_note", "second_label"),
            ("errors", cut_offs, "held_out", "error", text("How far off, from every cut-off"),
             text("Mean absolute error over the hidden models"), text("Models hidden")),
        ):  # fmt: skip
            note = label_widget("", "ew-subtitle")
            panel = self.panels[name] = Panel.following(
                x_scale, f"{x}_axis", f"{y}_axis", title=title, label=label, below=note,
                height="240px",
            )  # fmt: skip
            panel.bind(note, value=said)
        score, first, second, errors = self.panels.values()
        score.bind(scale, reverse="scale_falls")
        second.bind(between, reverse="between_falls")
        _fill_score(score)
        _fill_step(first, "first")
        _fill_step(second, "second")
        errors.upright("hidden_now", 0.0, "error_axis.high", theme.QUIET)
        for method in METHODS:
            x, y = f"error_{method}_held_out", f"error_{method}_value"
            for draw in (errors.curve, errors.points):
                draw(COLOURS[method], *_only_if(f"{method}_shown", x, y), keep="placed")

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                cell(label, f"{{points_off_{method}:number}}{{unit_{method}:text}}",
                     detail=f"{{detail_{method}:text}}",
                     help=f"{HELP[method]} Mean absolute error over the hidden models, in "
                     "percentage points of the score; and how many of their runs lie in the 95% "
                     "interval.")
                for method, label in LABELS.items()
            ],
            columns=[
                column("Model", "table_model", "text"),
                column("Seen", "table_state", "text"),
                column("{scale_label:text}", "table_scale", "number"),
                column("Score", "table_score", "number"),
                *(
                    column(f"{label}{name}", f"table_{method}_{part}", "number")
                    for method, label in LABELS.items()
                    for part, name in COLUMNS.items()
                ),
            ],
        )  # fmt: skip

    def _curves(self) -> list[Curve]:
        found = [Curve("score", state, f"{state}_scale", f"{state}_score") for state in STATES]
        for method in METHODS:
            found.append(Curve("score", method, "grid", *_parts(method)))
        for chain in CHAINS:
            found.append(Curve("first_step", chain, "grid", *_parts(f"first_{chain}")))
            second = _parts(f"second_{chain}")
            found.append(Curve("second_step", chain, f"second_{chain}_at", *second))
        for method in METHODS:
            ends = (f"error_{method}_held_out", f"error_{method}_value")
            found.append(Curve("errors", method, *ends))
        return found


def _parts(name: str) -> list[str]:
    """The outputs of a forecast and its interval."""
    return [f"{name}_{part}" for part in PARTS]


def _fill_score(panel: Panel) -> None:
    """Scores of all models, and what each method forecasts beyond the last visible one."""
    grid, last = log("grid"), log(["last_visible"])
    panel.dashed(log("grid_ends"), "chance_shown")
    ahead = choose("scale_falls", above("last_visible", "grid"), above("grid", "last_visible"))
    for method, colour in COLOURS.items():
        upper, lower = (
            clip([f"{method}_{end}_at_last", only(f"{method}_{end}", ahead)], 0.0, TOP)
            for end in ("upper", "lower")
        )
        region = _only_if(f"{method}_shown", [last, only(grid, ahead)], upper, lower)
        panel.band(colour, *region, keep="placed")
        x, y = grid, f"{method}_value"
        if method == "last_value":
            # Nothing is said of the visible models by a value that is only carried on.
            x, y = [last, x], [f"{method}_value_at_last", y]
        panel.curve(colour, *_only_if(f"{method}_shown", x, clip(y, high=TOP)), keep="placed")
    panel.upright(log("edge"), 0.0, TOP, theme.QUIET)
    # The note keeps out of the way of the hidden points beside it.
    height = times(choose(above("first_hidden_score", times(0.5, TOP)), 0.06, 0.94), TOP)
    panel.note(log("edge"), height, text("hidden"), align="start", colour=theme.QUIET, drop=4)
    for state in STATES:
        scale, score = log(f"{state}_scale"), f"{state}_score"
        panel.points(theme.TEXT, scale, score, hollow=state == "hidden")


def _fill_step(panel: Panel, step: str) -> None:
    """One of the two steps: from scale to the score between, or from there to the sharp score."""
    first = step == "first"
    low, high = ("first_axis.low", "first_axis.high") if first else (0.0, TOP)
    for number, chain in enumerate(CHAINS):
        value, lower, upper = _parts(f"{step}_{chain}")
        x = log("grid") if first else _between(f"second_{chain}_at")
        if first:
            # A score that falls below what a logarithm can hold is drawn at the axis.
            value, lower, upper = _between(value), _between(lower, low), _between(upper)
        shown, known = equals("steps", number), equals(value, value)
        edges = (clip(only(edge, known), low, high) for edge in (upper, lower))
        region = _only_if(shown, only(x, known), *edges)
        panel.band(COLOURS[chain], *region, keep="placed")
        line = (x, clip(value, high=TOP))
        if first:
            inside = equals(plus(above(low, value), above(value, high)), 0.0)
            line = (only(x, inside), only(value, inside))
        panel.curve(COLOURS[chain], *_only_if(shown, *line), keep="placed")
    for state in STATES:
        between = _between(f"{state}_between")
        place = (log(f"{state}_scale"), between) if first else (between, f"{state}_score")
        panel.points(theme.TEXT, *place, hollow=state == "hidden")


def _between(score: Encoding, otherwise: Encoding = None) -> Encoding:
    """The place of a score between loss or smooth metric and sharp metric."""
    return log(score, when="between_logarithmic", otherwise=otherwise)


def _only_if(shown: Encoding, *coordinates: Encoding) -> list[Encoding]:
    """Coordinates of a mark, or nothing."""
    return [choose(shown, one, []) for one in coordinates]

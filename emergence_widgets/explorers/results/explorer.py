"""`ResultsExplorer`: real outputs under several metrics at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import bqplot
import ipywidgets
import numpy as np
import pandas as pd

from ...core.metrics.registry import find_metric, ranked
from ...core.metrics.text import Tokens
from ...programs.results import PASSING, SLOTS
from ...results.curves import Curves
from ...results.eval_results import FRAMES, EvalResults, checked_results
from ...widgets.controls import ChoiceControl, NumberControl, ToggleControl
from ...widgets.legend import SwitchesControl, family_style
from ...widgets.panel import Panel
from ...widgets.readouts import ReadoutStrip, late_rise_cell, meanings
from ..base import Curve, Explorer
from ..control_types import ResultsControls
from .answers import AnswersPanel
from .constants import series_constants
from .figures import (
    MetricsControl,
    add_chance,
    add_names,
    add_onset,
    add_smooth_loss,
    fit_points,
    intervals,
    late_rise_marks,
    line,
    places,
    point_columns,
    point_outputs,
    score_panel,
)
from .verdicts import VerdictPanel, verdict_constants

DATA, AXES, PASS = "The data", "The axes", "What counts as right"
NO_FIGURE = "no figure"
LINES = {"mean": "means over seeds", "median": "medians over seeds"}
MOST_FAMILIES = 12


class ResultsExplorer(Explorer, program="results"):
    """Measured scores side by side on one scale axis, with thresholds that slide.

    Points are models (every seed is one), lines join means over seeds, bars are 95%
    intervals, a dashed line is chance. A click on a point selects its model in every
    figure and shows its outputs beside the targets. The strip below tells late rise T (see
    `late_rise`) of the first curve of each figure, where it rises beyond known intervals; a bracket
    shows it where the curve lags most behind steady gains, a dotted line. A wide pale line is what
    a smooth loss predicts of a sharp score (see `explained_by_loss`).

    Parameters
    ----------
    results
        Scores, with answers or without; see `emergence_widgets.read_results` and
        `emergence_widgets.datasets`.
    item_score
        Score of one answer, from 0 to 1 (best), that the threshold works on; by default, task
        by task, the probability of the right option where there are options (threshold: one
        half), else edit similarity where there are texts.
    tokens
        How texts are split for it: ``'whitespace'``, ``'characters'`` or a function.
    filter
        Of answers that passed several filters (lm-eval), the one whose answers are graded;
        by default the first.
    most_answers
        Items whose outputs can be read after a click.
    seed
        Seed of the choice of these items.
    verdicts
        Whether to judge, for every task and sharp metric, if its jump is real (see
        `emergence_widgets.verdict`); None: if they are at most 80.
    **controls
        Initial values: ``task``, ``metrics`` (one to four names; ``'passing'`` is the share
        of answers at or above the threshold), ``families``, ``scale`` (params, flops,
        tokens, step or loss), ``line`` (``'mean'`` or ``'median'`` over seeds), ``log_scale``,
        ``log_score``, ``intervals``, ``onset``, ``threshold`` (0 to 1), ``all_of`` (K of K
        right, 1 to 20); also ``layout``.

    Raises
    ------
    TypeError
        `results` is no EvalResults, or a keyword is unknown.
    ControlError
        A name that the data do not have, or a value out of range.
    SchemaError
        `results` is empty, has no scale, or lacks what `item_score` needs.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> e = ResultsExplorer(datasets.gpt3(), task="3D+, 0-shot")
    >>> e.metrics
    ('acc',)
    >>> e.close()
    """

    task = ChoiceControl(label="Task", group=DATA, help="Task whose scores are shown.")
    families = SwitchesControl(
        label="Families", group=DATA, help="A click switches a family's points on or off."
    )
    metrics = MetricsControl()
    scale = ChoiceControl(label="Scale", group=AXES, help="What the horizontal axis is.")
    line = ChoiceControl(
        label="Line joins", group=AXES,
        help="Where several seeds were trained: what the line joins.",
    )  # fmt: skip
    log_scale = ToggleControl(True, label="Logarithmic scale axis", group=AXES)
    log_score = ToggleControl(False, label="Logarithmic score axes", group=AXES)
    intervals = ToggleControl(True, label="95% intervals", group=AXES)
    onset = ToggleControl(
        False, label="Mark the onset", group=AXES,
        help="Smallest scale (greatest loss) whose 95% interval lies above chance.",
    )  # fmt: skip
    threshold = NumberControl(
        1.0, minimum=0.0, maximum=1.0, label="Good from", symbol="c", group=PASS,
        help="An answer counts as right from this item score on; 1 is exact match.",
    )  # fmt: skip
    all_of = NumberControl(
        1, minimum=1, maximum=20, whole=True,
        label="All of", symbol="K", unit="answers", group=PASS,
        help="Answers, drawn at random, that must all count as right.",
    )  # fmt: skip

    def __init__(
        self,
        results: EvalResults,
        *,
        item_score: str | None = None,
        tokens: Tokens = "whitespace",
        filter: str | None = None,
        most_answers: int = 40,
        seed: int = 0,
        verdicts: bool | None = None,
        **controls: Unpack[ResultsControls],
    ) -> None:
        self.results = checked_results(results, FRAMES)
        curves = Curves(results, filter=filter)
        self._series = series_constants(
            results, item_score=item_score, tokens=tokens, most_answers=most_answers, seed=seed,
            curves=curves,
        )  # fmt: skip
        ladders, self._no_verdict = verdict_constants(
            results, self._series["tasks"], self._series["metrics"], asked=verdicts, tokens=tokens,
            curves=curves,
        )  # fmt: skip
        self._series["verdicts"] = ladders
        task = controls.setdefault("task", next(iter(self._choices("task")), ""))
        by_task = dict(zip(self._series["tasks"], self._series["task_item_score"], strict=True))
        # No probability of an option is ever 1.
        if "choice_logprobs" in find_metric(by_task.get(task, "")).needs:
            controls.setdefault("threshold", 0.5)
        controls.setdefault("line", "mean")
        controls.setdefault("scale", curves.usual_scale() or curves.scales[0])
        controls.setdefault("families", tuple(self._choices("families"))[:MOST_FAMILIES])
        controls.setdefault("metrics", self._default_metrics(task))
        super().__init__(self._series, **controls)

    def _choices(self, control: str) -> dict[str, str]:
        """Names that a control can take, and the texts they are shown as."""
        if control == "line":
            return LINES
        if control in ("task", "families"):
            return {name: name for name in self._series["tasks" if control == "task" else control]}
        named = self._series["scales" if control == "scale" else "metrics"]
        return {one["name"]: one["label"] for one in named}

    def _default_metrics(self, task: str) -> tuple[str, ...]:
        """Gentle beside sharp where we know which is which, then what else the task has."""
        names, tasks = list(self._choices("metrics")), self._series["tasks"]
        if task not in tasks:
            return tuple(names[:1])
        index, runs = tasks.index(task), len(self._series["run_family"])
        answered = np.diff(self._series["item_offsets"])[index * runs : (index + 1) * runs].any()
        there = [
            name
            for name, pair in zip(names, self._series["pair"][index], strict=True)
            if pair >= 0 or (name == PASSING and answered)
        ]
        best = {kind: ranked(there, kind)[:1] for kind in ("loss", "continuous", "discontinuous")}
        passing = [PASSING] if PASSING in there else []
        liked = [*best["loss"], *passing, *best["continuous"], *best["discontinuous"], *there]
        return tuple(dict.fromkeys(liked))[:SLOTS] or (names[0],)

    # Figures

    def _build(self) -> None:
        self._metric_inputs: list[ipywidgets.Dropdown] = []
        self._showing_metrics = False
        self.observe(self._show_metrics, "metrics")
        x_scale, shown = bqplot.LinearScale(), self._indices(self.metrics)
        for slot in range(SLOTS):
            dropdown = ipywidgets.Dropdown(
                options=[*self._choices("metrics").values(), NO_FIGURE], index=shown[slot],
                tooltip=f"Metric of figure {slot + 1}",
            )  # fmt: skip
            dropdown.observe(self._take_metrics, "index")
            self._metric_inputs.append(dropdown)
            panel = score_panel(slot, x_scale, dropdown)
            add_onset(panel, slot)
            add_chance(panel, slot)
            late = late_rise_marks(panel, slot)
            add_smooth_loss(panel, slot)
            late.add_line()
            for family in range(len(self._series["families"])):
                _draw_family(slot, family, panel)
            late.add_bracket()
            self.panels[f"figure_{slot + 1}"] = panel
        self.answers = AnswersPanel()
        if not self._series["answers"]:
            self.answers.invitation = ""
        self._targets.bind(self.answers, content="answers")
        self.verdicts = VerdictPanel(note=self._no_verdict)
        self._targets.bind(self.verdicts, content="verdicts")

    def _indices(self, metrics: Sequence[str]) -> list[int]:
        """What the dropdown of each figure shows of some metrics: numbers, and then no figure."""
        names = list(self._choices("metrics"))
        return [*map(names.index, metrics), *[len(names)] * (SLOTS - len(metrics))]

    def _drawn(self) -> list[tuple[int, str]]:
        """Figures that show a metric: slot and metric; one between two others may be empty."""
        names = list(self._choices("metrics"))
        chosen = [int(dropdown.index) for dropdown in self._metric_inputs]
        return [(slot, names[index]) for slot, index in enumerate(chosen) if index < len(names)]

    def _take_metrics(self, _change: Any) -> None:
        kept = tuple(metric for _, metric in self._drawn())
        if kept and not self._showing_metrics:
            self.set_trait("metrics", kept)

    def _show_metrics(self, _change: Any) -> None:
        if tuple(metric for _, metric in self._drawn()) == self.metrics:
            return
        self._showing_metrics = True
        try:
            shown = self._indices(self.metrics)
            for dropdown, index in zip(self._metric_inputs, shown, strict=True):
                dropdown.index = index
        finally:
            self._showing_metrics = False

    def _readout_strip(self) -> ReadoutStrip:
        cells = [late_rise_cell(f"{{readout_{slot}:text}}", slot) for slot in range(SLOTS)]
        words = meanings(smooth_loss=True)
        return ReadoutStrip(cells=cells, columns=point_columns(SLOTS), meanings=words)

    # Assembly

    def _sources(self) -> dict[str, list[Any]]:
        figures = enumerate(self._metric_inputs, 1)
        return super()._sources() | {f"metric_{slot}": [one, "index"] for slot, one in figures}

    def _source_values(self, name: str, value: Any) -> dict[str, Any]:
        if name != "metrics":
            return super()._source_values(name, value)
        return {f"metric_{slot}": index for slot, index in enumerate(self._indices(value), 1)}

    def _unavailable(self) -> dict[str, str]:
        if len(self._series["item_value"]):
            return {}
        return {PASS: "These results hold no answers that could pass or fail."}

    def _arrange(self, box: ipywidgets.Widget) -> tuple[Any, ...]:
        box, figures, readouts, link = super()._arrange(box)
        return (box, figures, readouts, self.verdicts, self.answers, link)

    def _program_controls(self) -> dict[str, Any]:
        figures = enumerate(self._metric_inputs, 1)
        return super()._program_controls() | {f"metric_{slot}": one.index for slot, one in figures}

    @property
    def selected_model(self) -> str | None:
        """Name of the clicked model, None when nothing is selected."""
        run = self.link.selection
        return self._series["run_names"][run] if run >= 0 else None

    def _curves(self) -> list[Curve]:
        return [
            Curve(metric, family, *point_outputs(slot, place))
            for slot, metric in self._drawn()
            for place, family in enumerate(self._series["families"])
        ]

    def curves(self) -> pd.DataFrame:
        """The points on screen at the current controls, computed by the Python twin.

        Returns
        -------
        pandas.DataFrame
            ``figure`` (metric), ``curve`` (family), ``x`` (scale), ``y`` (score), ``lower``,
            ``upper`` and ``model``, one row a point, in data units.
        """
        frame = super().curves()
        outputs = self._outputs()
        runs = [
            outputs[f"run_{slot}_{index}"]
            for slot, _ in self._drawn()
            for index in range(len(self._series["families"]))
        ]
        names = np.array(self._series["run_names"], dtype=object)
        frame["model"] = names[np.concatenate(runs).astype(int)] if runs else []
        return frame


def _draw_family(slot: int, family: int, panel: Panel) -> None:
    style = family_style(family)
    colour, marker = style["colour"], style["marker"]
    panel.curve(colour, *line(slot, family))
    panel.intervals(colour, *intervals(slot, family))
    x, y = places(slot, family)
    points = panel.selectable_points(colour, x, y, f"run_{slot}_{family}", marker=marker)
    fit_points(panel, points, slot)
    add_names(panel, colour, slot, family)

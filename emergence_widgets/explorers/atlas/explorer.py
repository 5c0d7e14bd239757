"""`EmergenceAtlas`: a whole evaluation at once, tasks by metrics."""

from __future__ import annotations

from typing import Any, Unpack

import bqplot
import ipywidgets
import pandas as pd

from ...programs.atlas import figures_and_families
from ...programs.atlas_map import FIRST_METRIC
from ...results.eval_results import FRAMES, EvalResults, checked_results
from ...widgets.controls import ChoiceControl, ControlError, ToggleControl
from ...widgets.heatmap import HeatMap
from ...widgets.legend import SwitchesControl
from ...widgets.panel import classed, text
from ...widgets.readouts import ReadoutStrip
from ..base import Curve, Explorer
from ..control_types import EmergenceAtlasControls
from ..results.figures import point_outputs
from .constants import NO_VERDICTS, atlas_constants, judged_cells
from .controls import (
    COLOURS,
    FAMILY_CHOICES,
    KIND_COLOURS,
    KIND_LABELS,
    LIMITS,
    SORTS,
    CellControl,
    SearchControl,
    levels,
)
from .figures import atlas_panel, atlas_readouts
from .tables import latest_cell, map_table, shares_table

FIND, MEASURE, COLOUR, CURVES = "Find tasks", "What is late", "Colour", "The curves"


class EmergenceAtlas(Explorer, program="atlas"):
    """Late rise T of every task under every metric, as a map whose cells open.

    A cell is a task under a metric. Its number and colour are late rise T (see `late_rise`): how
    far the score lags behind steady gains at the worst place, as a share of its whole rise. T up
    to 0.1 is called steady gains, up to 0.3 a little late, above that late. A score that does not
    rise by more than its 95% intervals allow, or that falls at the beginning or the end, has no T;
    where intervals are not known, any rise has one, and the readout says so.
    A click, or an arrow key, shows the task's curves under all its metrics. The bars over the
    columns are the share of tasks that rise late under each metric, with Wilson's interval.

    T is taken of the means of each family at each scale, or along its longest training run where
    the scale varies along it, by the rule of `ResultsExplorer`. A cell shows the family with the
    most points (of several, the first), one family, or the median over families, where more than
    half of them rise. Scores that are not finite are left out. Breakthroughness B (Schaeffer et
    al. 2023, Eq. 1) of the chosen cell stands in small print.

    Parameters
    ----------
    results
        Scores of models on tasks; answers are not used (`emergence_widgets.rescore` scores
        them).
    verdicts
        Verdicts by task and metric to colour by: a table with columns ``task, metric,
        outcome`` as `emergence_widgets.verdicts` gives it, True to make it now (seconds to
        minutes), or None.
    groups
        Whether tasks that are averages of other tasks in the table are rows of their own; they
        would be counted twice.
    seed
        Seed of the verdicts.
    **controls
        Initial values: ``task`` and ``metric`` (the chosen cell; by default the latest),
        ``scale`` (params, flops, tokens, step or loss), ``families`` (those that count and are
        drawn), ``family`` (``'most_scales'``, ``'median'`` or a name), ``limit`` (what T
        must exceed: ``'late'``, 0.3, or ``'a little late'``, 0.1), ``colour`` (``'late rise'`` or
        ``'verdict'``), ``sort`` (``'jumps'``: most late first, ``'given'``, ``'name'`` or a
        metric), ``kinds`` (``'sharp'``, ``'gradual'``, ``'unknown'``), ``search``,
        ``jumps_only`` (tasks that rise late alone), ``log_scale``, ``log_score``, ``intervals``;
        also ``layout``.

    Raises
    ------
    TypeError
        `results` is no EvalResults, or a keyword is unknown.
    ControlError
        A name that the data do not have.
    SchemaError
        No scores, no model with a scale, or verdicts on tasks that are not there.

    References
    ----------
    The question of which metrics make the jumps, here the late rises, is that of Schaeffer,
    Miranda and Koyejo 2023 (arXiv:2304.15004, section 4), who found over 92% of hand-annotated
    cases under two metrics. Here a rule finds them.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> e = EmergenceAtlas(datasets.gpt3())
    >>> e.shares().set_index("metric")["late"].to_dict()
    {'acc': 35, 'ppl': 0, 'f1a': 2, 'em': 0, 'f1': 0}
    >>> e.close()
    """

    task = CellControl("task")
    metric = CellControl("metric")
    search = SearchControl(
        label="Search", group=FIND,
        help="Tasks whose names hold all of these words; the shares count them alone.",
    )  # fmt: skip
    sort = ChoiceControl(
        label="Sort", group=FIND, help="Order of the tasks; a click on a metric sorts by it."
    )
    jumps_only = ToggleControl(
        False, label="Only tasks that rise late", group=FIND,
        help="Under one of the metrics shown. The shares go on counting all tasks.",
    )  # fmt: skip
    kinds = SwitchesControl(
        label="Metrics", group=FIND, colours=KIND_COLOURS, squares=True,
        help="A click switches the metrics of a kind on or off.",
    )  # fmt: skip
    limit = ChoiceControl(label="T must exceed", group=MEASURE, help="What counts as late.")
    family = ChoiceControl(label="T of", group=MEASURE, help="Whose late rise the cells show.")
    scale = ChoiceControl(label="Scale", group=MEASURE, help="What models are ordered by.")
    colour = ChoiceControl(label="Colour by", group=COLOUR, help="What the colours mean.")
    families = SwitchesControl(
        label="Families", group=CURVES,
        help="A click switches a family on or off: its curves, and its part in the map.",
    )  # fmt: skip
    log_scale = ToggleControl(True, label="Logarithmic scale axis", group=CURVES)
    log_score = ToggleControl(False, label="Logarithmic score axes", group=CURVES)
    intervals = ToggleControl(True, label="95% intervals", group=CURVES)

    def __init__(
        self,
        results: EvalResults,
        *,
        verdicts: pd.DataFrame | bool | None = None,
        groups: bool = False,
        seed: int = 0,
        **controls: Unpack[EmergenceAtlasControls],
    ) -> None:
        self.results = checked_results(results, FRAMES)
        judged = judged_cells(results, verdicts, seed)
        self._no_verdicts = judged is None
        self._atlas = atlas_constants(results, judged, groups=groups)
        if controls.get("colour") == "verdict" and judged is None:
            raise ControlError(f"colour is 'verdict'. {NO_VERDICTS}")
        controls.setdefault("scale", self._atlas.pop("usual_scale"))
        for control in ("sort", "family", "colour"):
            controls.setdefault(control, next(iter(self._choices(control)), ""))
        controls.setdefault("limit", "late")
        for control in ("kinds", "families"):
            controls.setdefault(control, tuple(self._choices(control)))
        families = list(self._choices("family"))
        # A name that is not there is refused later, with all others.
        family = {name: at for at, name in enumerate(families)}.get(controls.get("family", ""), 0)
        task, metric = latest_cell(controls, self._atlas, family)
        controls.setdefault("task", task)
        controls.setdefault("metric", metric)
        super().__init__(self._atlas, **controls)

    def _choices(self, control: str) -> dict[str, str]:
        """Names that a control can take, and the texts they are shown as."""
        constants = self._atlas
        families = {name: name for name in constants["families"]}
        metrics = {metric["name"]: metric["label"] for metric in constants["metrics"]}
        return {
            "task": {name: name for name in constants["tasks"]},
            "metric": metrics,
            "sort": _beside(SORTS, {name: f"by {label}" for name, label in metrics.items()}),
            "limit": LIMITS,
            "family": _beside(FAMILY_CHOICES, families),
            "scale": {axis["name"]: axis["label"] for axis in constants["scales"]},
            "colour": dict(list(COLOURS.items())[: 1 if self._no_verdicts else 2]),
            "kinds": {kind: KIND_LABELS[kind] for kind in constants["kinds"]},
            "families": families,
        }[control]

    # Assembly

    def _build(self) -> None:
        constants, x_scale = self._atlas, bqplot.LinearScale()
        for slot in range(int(constants["slots"])):
            panel = atlas_panel(slot, int(constants["places"]), x_scale)
            self.panels[f"figure_{slot + 1}"] = panel
        self.heat_map = HeatMap(
            heading="Which scores rise late?",
            invitation="A row a task, a column a metric, a number the late rise T: how far "
            "a score lags behind steady gains, as a share of its rise. Click a cell, or use the "
            "arrow keys.",
            shares_heading="Under which metrics? Share of tasks that rise late, 95% interval",
            tasks=constants["tasks"],
            metrics=[
                {"label": one["label"], "kind": one["kind"], "kind_label": KIND_LABELS[one["kind"]]}
                for one in constants["metrics"]
            ],
            levels=levels(),
            legend_titles=["Late rise T", "Verdict"],
            first_metric=FIRST_METRIC,
            **{
                name: self._declared[name].to_widget(getattr(self, name), self)
                for name in ("task", "metric", "sort")
            },
        )
        for name in ("task", "metric"):
            self.controls[name] = self.heat_map
            self._connect(name, self._declared[name], self.heat_map)
        # A click on a metric's name sorts, and so does the dropdown.
        sides = (self.controls["sort"], "index"), (self.heat_map, "sort")
        self.shared_links.append(ipywidgets.jslink(*sides))
        self._task, self._drawn_note = text("", "ew-row-title"), text("", "ew-hint")
        self._targets.bind(self._task, value="cell_task")
        self._targets.bind(self._drawn_note, value="drawn_note")

    def _readout_strip(self) -> ReadoutStrip:
        return atlas_readouts(int(self._atlas["slots"]))

    def _readers(self) -> list[Any]:
        return [*super()._readers(), self.heat_map]

    def _unavailable(self) -> dict[str, str]:
        return {COLOUR: NO_VERDICTS} if self._no_verdicts else {}

    def _arrange(self, box: ipywidgets.Widget) -> tuple[Any, ...]:
        box, figures, readouts, link = super()._arrange(box)
        sides = [
            classed(ipywidgets.VBox(children), "ew-atlas-side")
            for children in ([self.heat_map, readouts], [self._task, figures, self._drawn_note])
        ]
        return (box, classed(ipywidgets.Box(sides), "ew-atlas"), link)

    # Public

    def _curves(self) -> list[Curve]:
        metrics, families = figures_and_families(self._program_controls(), self._atlas)
        names = [metric["name"] for metric in self._atlas["metrics"]]
        return [
            Curve(names[metric], self._atlas["families"][family], *point_outputs(slot, place))
            for slot, metric in enumerate(metrics)
            if metric < len(names)
            for place, family in enumerate(families)
            if family >= 0
        ]

    def table(self) -> pd.DataFrame:
        """The whole map at the current scale, family and limit, whatever is filtered.

        Returns
        -------
        pandas.DataFrame
            A row for each task and metric that was measured: ``task, metric, family`` (of a
            median over families, ``'median'``), ``late_rise`` (T; NaN without a clear rise),
            ``late`` (whether T exceeds the limit), ``shape`` (its colour in words), ``tested``
            (whether the noise is known, so that T is told beyond it alone), ``n_scales``,
            ``breakthroughness`` (B of Schaeffer et al. 2023, Eq. 1) and ``verdict`` (missing where
            there is none).
        """
        return map_table(self._program_controls(), self._atlas)

    def shares(self) -> pd.DataFrame:
        """The bars: how many tasks rise late under each metric shown, at the current controls.

        Returns
        -------
        pandas.DataFrame
            ``metric, kind, late, tasks`` (those with three points or more), ``share`` and its 95%
            interval by Wilson, ``lower`` and ``upper``; tasks are those that the search finds.
        """
        return shares_table(self._outputs(), self._atlas)


def _beside(ours: dict[str, str], data: dict[str, str]) -> dict[str, str]:
    """Choices of ours and of the data, told apart where they have the same name."""
    named = {f"{name} (from the data)" if name in ours else name: data[name] for name in data}
    return ours | named

"""A heat map of tasks by metrics, whose cells can be chosen."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from .front_end import front_end
from .tensors import WIRE


class HeatMap(anywidget.AnyWidget):
    """Rows are tasks, columns metrics; over each column stands its share of jumps.

    Attributes
    ----------
    heading, invitation, shares_heading
        The question that the map answers, how to read it, and what the shares answer.
    tasks
        Names of tasks.
    metrics
        ``[{"label": …, "kind": …, "kind_label": …}, …]``.
    levels
        What each level of the program `atlas` looks like and means.
    legend_titles
        What the colours are: by breakthroughness, by verdict.
    task, metric
        Indices of the chosen cell.
    sort
        Index of the order of the rows; from `first_metric` on, by one metric.
    values
        Outputs of the program; set by the browser link.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    heading = traitlets.Unicode().tag(sync=True)
    invitation = traitlets.Unicode().tag(sync=True)
    shares_heading = traitlets.Unicode().tag(sync=True)
    tasks = traitlets.List().tag(sync=True)
    metrics = traitlets.List().tag(sync=True)
    levels = traitlets.List().tag(sync=True)
    legend_titles = traitlets.List().tag(sync=True)
    task = traitlets.Int(0).tag(sync=True)
    metric = traitlets.Int(0).tag(sync=True)
    sort = traitlets.Int(0).tag(sync=True)
    first_metric = traitlets.Int(0).tag(sync=True)
    # Not echoed: a click sends it along, and by then the browser may have drawn another map.
    values = traitlets.Dict().tag(sync=True, echo_update=False, **WIRE)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=front_end("heatmap.js"), **traits)

    @property
    def options(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Tasks and metrics that can be chosen."""
        return tuple(self.tasks), tuple(metric["label"] for metric in self.metrics)

"""A heat map of tasks by metrics, whose cells can be chosen."""

from __future__ import annotations

from typing import Any

import traitlets

from .base import WIRE, BuiltWidget


class HeatMap(BuiltWidget):
    """Rows are tasks, columns metrics; over each column stands its share of late rises."""

    script = "heatmap"

    # The question that the map answers, how to read it, and what the shares answer.
    heading = traitlets.Unicode().tag(sync=True)
    invitation = traitlets.Unicode().tag(sync=True)
    shares_heading = traitlets.Unicode().tag(sync=True)
    tasks = traitlets.List[Any]().tag(sync=True)
    metrics = traitlets.List[Any]().tag(sync=True)  # [{"label": …, "kind": …, "kind_label": …}, …]
    levels = traitlets.List[Any]().tag(sync=True)  # looks and meanings of the program's levels
    legend_titles = traitlets.List[Any]().tag(sync=True)  # by late rise, by verdict
    # Indices of the chosen cell.
    task = traitlets.Int(0).tag(sync=True)
    metric = traitlets.Int(0).tag(sync=True)
    # Index of the order of the rows; from `first_metric` on, by one metric.
    sort = traitlets.Int(0).tag(sync=True)
    first_metric = traitlets.Int(0).tag(sync=True)
    # Outputs of the program, set by the browser link. Not echoed: a click sends them along, and
    # by then the browser may have drawn another map.
    values = traitlets.Dict().tag(sync=True, echo_update=False, **WIRE)

    @property
    def options(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Tasks and metrics that can be chosen."""
        return tuple(self.tasks), tuple(metric["label"] for metric in self.metrics)

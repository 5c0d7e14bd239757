"""The figures of the atlas, one metric each on one scale axis, and its readouts."""

from __future__ import annotations

import bqplot

from ...core.statistics.late_rise import LATE, LEAST_LATE
from ...programs.encode import choose, stack, stacked
from ...programs.encode import text as words
from ...widgets.panel import Panel, text
from ...widgets.readouts import ReadoutStrip, cell
from ...widgets.theme import NEUTRAL
from ..results.figures import (
    add_chance,
    fit_points,
    intervals,
    line,
    places,
    point_columns,
    score_panel,
)
from .controls import MEANINGS


def atlas_panel(slot: int, families: int, x_scale: bqplot.LinearScale) -> Panel:
    """The figure of one metric, with room for so many families."""
    metric, chosen = text("", "ew-subtitle"), choose(f"is_chosen_{slot}", [words("ew-chosen")], [])
    panel = score_panel(slot, x_scale, metric, chosen, height="176px")
    panel.bind(metric, value=f"table_label_{slot}")
    # One mark for all families, not one each: what is drawn afresh at a click must be little.
    for draw, drawn in ((panel.curve, line), (panel.intervals, intervals)):
        x, y = zip(*(drawn(slot, place) for place in range(families)), strict=True)
        mark = draw(NEUTRAL, stack([*x], [*y]), stack([*y], [*x]), keep="all")
        colours = [f"colour_{place}" for place in range(families)]
        panel.bind(mark, colors=stacked([*colours], [*x], [*y]))
    add_chance(panel, slot)
    for place in range(families):
        points = panel.points(NEUTRAL, *places(slot, place))
        fit_points(panel, points, slot)
        panel.bind(points, colors=[f"colour_{place}"], marker=f"marker_{place}")
    return panel


def atlas_readouts(slots: int) -> ReadoutStrip:
    """Numbers of the chosen cell, the share of late rises under sharp metrics, and its points."""
    return ReadoutStrip(
        cells=[
            cell("{cell_metric:text}, {cell_family:text}", "T = {cell_late:hundredths}",
                 detail="{cell_shape:text} · B = {cell_breakthroughness:number}",
                 help=MEANINGS[0][1],
                 # Only for the colour: the words are the cell's.
                 verdict={"output": "cell_late", "limits": [LEAST_LATE, LATE],
                          "words": ["", "", ""], "missing": ""}),
            cell("This task is late under", "{task_late:count} of {task_metrics:count}",
                 detail="metrics with 3 points or more"),
            cell("Measured on", "{cell_scales:count} points",
                 detail="items a model: {cell_items:count}",
                 help="Points are means over seeds."),
            cell("Late under right-or-wrong metrics", "{late_sharp_share:percent}",
                 detail="{late_sharp:count} of {late:count} late cells on the map",
                 help="Of all cells that rise late under the metrics and tasks shown. Found by "
                 "rule, not annotated by hand."),
            cell("Verdict", "{cell_verdict:text}", detail="{cell_meaning:text}"),
        ],
        columns=point_columns(slots),
        meanings=[{"term": term, "text": text, "small": small} for term, text, small in MEANINGS],
    )  # fmt: skip

"""The figures of the atlas, one metric each on one scale axis, and its readouts."""

from __future__ import annotations

import bqplot

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
    """Numbers of the chosen cell, the share of jumps under sharp metrics, and its points."""
    return ReadoutStrip(
        cells=[
            cell("{cell_metric:text}, {cell_family:text}", "B = {cell_breakthroughness:number}",
                 detail="{cell_ratio:number} times its limit of {cell_limit:number}",
                 help="Breakthroughness B: the rise over the median step, of means over seeds."),
            cell("Noise on as many points", "|B| < {cell_null_95:number}",
                 detail="95 times in 100; half the time < {cell_null_50:number}",
                 help="White noise, simulated; it does not know of the size of the test."),
            cell("Linearity", "{cell_linearity:number}", detail="a ramp has {cell_even:number}",
                 help="The rise over the root of the mean squared step. A straight ramp has the "
                 "number below for linearity and for B; a jump has less linearity and more B."),
            cell("Measured on", "{cell_scales:count} points",
                 detail="items a model: {cell_items:count}",
                 help="Points are means over seeds. A step below half an item counts as half one."),
            cell("Verdict", "{cell_verdict:text}", detail="{cell_meaning:text}"),
            cell("Jumps under right-or-wrong metrics", "{jumps_sharp_share:percent}",
                 detail="{jumps_sharp:count} of {jumps:count} jumps on the map",
                 help="Of all cells that jump under the metrics and tasks shown. Found by rule, "
                 "not annotated by hand."),
        ],
        columns=point_columns(slots),
    )  # fmt: skip

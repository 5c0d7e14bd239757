"""The figures of the atlas, one metric each on one scale axis, and its readouts."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ...programs.encode import choose, stack, stacked
from ...programs.encode import text as words
from ...widgets.panel import BLANK, Panel, text
from ...widgets.readouts import ReadoutStrip, cell
from ...widgets.targets import Targets
from ...widgets.theme import NEUTRAL
from ..results.figures import (
    bind_chance,
    bind_figure,
    bind_points,
    bind_scale,
    intervals,
    line,
    point_columns,
)

HEIGHT = "176px"


def atlas_panels(slots: int, places: int, targets: Targets) -> dict[str, Panel]:
    """Figures by name, each with room for so many families."""
    x_scale = bind_scale(targets)
    return {f"figure_{slot + 1}": _panel(slot, places, x_scale, targets) for slot in range(slots)}


def _panel(slot: int, places: int, x_scale: Any, targets: Targets) -> Panel:
    metric, note = text("", "ew-subtitle"), text("", "ew-note")
    targets.bind(metric, value=f"table_label_{slot}")
    targets.bind(note, value=f"note_{slot}")
    header = ipywidgets.HBox([metric, note])
    header.add_class("ew-metric")
    panel = Panel(
        "", header, x_scale=x_scale, x_ticks=BLANK, y_ticks=BLANK, x_label="", height=HEIGHT
    )
    bind_figure(panel, slot, targets, choose(f"is_chosen_{slot}", [words("ew-chosen")], []))
    # One mark for all families, not one each: what is drawn afresh at a click must be little.
    for mark, drawn in ((panel.curve(NEUTRAL), line), (panel.bars(NEUTRAL), intervals)):
        x, y = zip(*(drawn(slot, place) for place in range(places)), strict=True)
        colours = [f"colour_{place}" for place in range(places)]
        targets.bind(
            mark,
            keep="all",
            x=stack([*x], [*y]),
            y=stack([*y], [*x]),
            colors=stacked([*colours], [*x], [*y]),
        )
    bind_chance(panel, slot, targets)
    for place in range(places):
        points = panel.points(NEUTRAL)
        bind_points(points, slot, place, targets)
        targets.bind(points, colors=[f"colour_{place}"], marker=f"marker_{place}")
    return panel


def atlas_readouts(slots: int) -> ReadoutStrip:
    """Numbers of the chosen cell, the share of jumps under sharp metrics, and its points."""
    return ReadoutStrip(
        cells=[
            cell(
                "{cell_metric:text}, {cell_family:text}",
                "B = {cell_breakthroughness:number}",
                detail="{cell_ratio:number} times its limit of {cell_limit:number}",
                help="Breakthroughness B: the rise over the median step, of means over seeds.",
            ),
            cell(
                "Noise on as many points",
                "|B| < {cell_null_95:number}",
                detail="95 times in 100; half the time < {cell_null_50:number}",
                help="White noise, simulated; it does not know of the size of the test.",
            ),
            cell(
                "Linearity",
                "{cell_linearity:number}",
                detail="a ramp has {cell_even:number}",
                help="The rise over the root of the mean squared step. A straight ramp has the "
                "number below for linearity and for B; a jump has less linearity and more B.",
            ),
            cell(
                "Measured on",
                "{cell_scales:count} points",
                detail="items a model: {cell_items:count}",
                help="Points are means over seeds. A step below half an item counts as half one.",
            ),
            cell("Verdict", "{cell_verdict:text}", detail="{cell_meaning:text}"),
            cell(
                "Jumps under right-or-wrong metrics",
                "{jumps_sharp_share:percent}",
                detail="{jumps_sharp:count} of {jumps:count} jumps on the map",
                help="Of all cells that jump under the metrics and tasks shown. Found by rule, "
                "not annotated by hand.",
            ),
        ],
        columns=point_columns(slots),
    )

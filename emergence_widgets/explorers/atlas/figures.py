"""The figures of the atlas: one metric a figure, on one scale axis."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ...programs.encode import choose, stack, stacked
from ...programs.encode import text as words
from ...widgets.axes import Ticks
from ...widgets.panel import Panel, text
from ...widgets.targets import Targets
from ...widgets.theme import MIST
from ..results.figures import (
    bind_chance,
    bind_figure,
    bind_points,
    bind_scale,
    intervals,
    line,
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
    blank = Ticks((0.0, 1.0), ("0", "1"), 0.0, 1.0)
    panel = Panel(
        "", header, x_scale=x_scale, x_ticks=blank, y_ticks=blank, x_label="", height=HEIGHT
    )
    bind_figure(panel, slot, targets, choose(f"is_chosen_{slot}", [words("ew-chosen")], []))
    # One mark for all families, not one each: what is drawn afresh at a click must be little.
    for mark, drawn in ((panel.curve(MIST), line), (panel.bars(MIST), intervals)):
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
        points = panel.points(MIST)
        bind_points(points, slot, place, targets)
        targets.bind(points, colors=[f"colour_{place}"], marker=f"marker_{place}")
    return panel

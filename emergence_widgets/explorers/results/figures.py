"""Figures of measured scores: what their marks and readouts show, and which metric each has."""

from __future__ import annotations

from typing import Any

import bqplot

from ...programs.encode import (
    Encoding,
    above,
    bars,
    choose,
    clip,
    log,
    only,
    plus,
    text,
    times,
)
from ...programs.results_inputs import SLOTS
from ...widgets.controls import ControlError, NamesControl
from ...widgets.panel import Panel
from ...widgets.readouts import ReadoutStrip, breakthroughness_cell, column
from ...widgets.targets import Targets

HIGHEST = 0.88
"""Share of an axis above which no note stands."""


class MetricsControl(NamesControl):
    """One to four metrics, one a figure; chosen in the figures' own dropdowns."""

    def __init__(self) -> None:
        super().__init__()
        self.describe(label="Metrics")

    def validate(self, obj: Any, value: Any) -> Any:
        """Check number and names; the error names the nearest metric."""
        names = super().validate(obj, value)
        if not 1 <= len(names) <= SLOTS:
            raise ControlError(f"metrics holds {len(names)} names; expected one to {SLOTS}")
        return names


def bind_scale(targets: Targets) -> bqplot.LinearScale:
    """The scale axis that all figures share."""
    scale = bqplot.LinearScale()
    targets.bind(scale, min="scale_axis.low", max="scale_axis.high", reverse="scale_falls")
    return scale


def bind_figure(panel: Panel, slot: int, targets: Targets, classes: Encoding) -> None:
    """Title, axes and the line of chance of one figure; `classes` beside the panel's own."""
    axis = f"score_axis_{slot}"
    targets.bind(panel.title, value=f"title_{slot}")
    own = [text("ew-panel"), text(f"ew-figure-figure_{slot + 1}")]
    absent = choose(f"metric_shown_{slot}", [], [text("ew-absent")])
    targets.bind(panel, _dom_classes=[*own, absent, classes])
    targets.bind(
        panel.x_axis,
        tick_values="scale_axis.places",
        tick_labels="scale_axis.labels",
        label="scale_label",
    )
    targets.bind(panel.y_axis, tick_values=f"{axis}.places", tick_labels=f"{axis}.labels")
    targets.bind(panel.scales["y"], min=f"{axis}.low", max=f"{axis}.high")


def bind_chance(panel: Panel, slot: int, targets: Targets) -> None:
    """A dashed line with its name at its end, where chance is known."""
    low, high = "scale_axis.low", "scale_axis.high"
    chance = _score([f"chance_{slot}"], slot)
    targets.bind(panel.dashed(), x=[low, high], y=[chance, chance])
    end = choose("scale_falls", low, high)
    targets.bind(panel.note(), x=[end], y=chance, text=[text("chance")])


def bind_onset(line: Any, note: Any, slot: int, targets: Targets) -> None:
    """An upright line with a note at its top."""
    low, high = f"score_axis_{slot}.low", f"score_axis_{slot}.high"
    at = _scale([f"onset_{slot}"])
    targets.bind(line, x=[at, at], y=[low, high])
    words = choose(
        "scale_falls",
        [text("above this loss: no better than chance")],
        [text("better than chance from here")],
    )
    targets.bind(note, x=at, y=[_highest(slot)], text=words)


def bind_points(points: Any, slot: int, place: int, targets: Targets) -> None:
    """Points of one family, smaller where there are many."""
    many = f"points_{slot}"
    targets.bind(
        points,
        x=_scale(f"scale_{slot}_{place}"),
        y=_score(f"score_{slot}_{place}", slot),
        default_size=choose(above(many, 240), 9.0, choose(above(many, 80), 20.0, 42.0)),
        stroke=choose(above(many, 240), None, text("var(--ew-surface)")),
    )


def bind_names(names: Any, slot: int, place: int, targets: Targets) -> None:
    """Names of models at the ends of their lines."""
    key = f"{slot}_{place}"
    height = clip(_score(f"name_score_{key}", slot), high=_highest(slot))
    targets.bind(names, x=_scale(f"name_scale_{key}"), y=height, text=f"name_text_{key}")


def line(slot: int, place: int) -> tuple[Encoding, Encoding]:
    """Places and heights of a family's lines."""
    key = f"{slot}_{place}"
    return _scale(f"line_scale_{key}"), _score(f"line_score_{key}", slot)


def intervals(slot: int, place: int) -> tuple[Encoding, Encoding]:
    """Places and heights of a family's intervals; what reaches below the axis ends at it."""
    key = f"{slot}_{place}"
    scale, lower, upper = (
        only(f"{part}_{key}", f"barred_{key}") for part in ("scale", "lower", "upper")
    )
    low = f"score_axis_{slot}.low"
    height = log(bars(lower, upper), when=f"score_logarithmic_{slot}", otherwise=low)
    return _scale(bars(scale, scale)), height


def _scale(value: Encoding) -> Encoding:
    return log(value, when="log_scale")


def _score(value: Encoding, slot: int) -> Encoding:
    return log(value, when=f"score_logarithmic_{slot}")


def _highest(slot: int) -> Encoding:
    low, high = f"score_axis_{slot}.low", f"score_axis_{slot}.high"
    return plus(low, times(HIGHEST, plus(high, times(-1.0, low))))


def results_readouts() -> ReadoutStrip:
    """Breakthroughness of each figure's line beside its null, and the points by model."""
    return ReadoutStrip(
        cells=[
            breakthroughness_cell(f"{{readout_{slot}:text}}", slot, suffix=f"_{slot}")
            for slot in range(SLOTS)
        ],
        columns=point_columns(SLOTS),
    )


def point_columns(slots: int) -> list[dict[str, str]]:
    """Columns of the table of points: a model's score in every figure."""
    return [
        column("Model", "table_model", "text"),
        column("Family", "table_family", "text"),
        column("{scale_label:text}", "table_scale", "number"),
        *(
            column(f"{{table_label_{slot}:text}}", f"table_score_{slot}", "number")
            for slot in range(slots)
        ),
    ]

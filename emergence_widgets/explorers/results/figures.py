"""Figures of measured scores: what their marks and readouts show, and which metric each has."""

from __future__ import annotations

from functools import partial
from typing import Any

import bqplot
import ipywidgets

from ...programs.encode import (
    Encoding,
    above,
    bars,
    choose,
    clip,
    equals,
    log,
    only,
    plus,
    text,
    times,
)  # fmt: skip
from ...programs.results_inputs import SLOTS
from ...widgets import theme
from ...widgets.controls import ControlError, NamesControl
from ...widgets.panel import Panel, classed
from ...widgets.panel import text as label
from ...widgets.readouts import column
from ...widgets.steady_gains import SMOOTH_LOSS_KEY, LateRiseMarks

HIGHEST = 0.88  # share of an axis above which no note stands


class MetricsControl(NamesControl):
    """One to four metrics, one a figure; chosen in the figures' own dropdowns."""

    label = "Metrics"

    def validate(self, obj: Any, value: Any) -> Any:
        """Check number and names; the error names the nearest metric."""
        names = super().validate(obj, value)
        if not 1 <= len(names) <= SLOTS:
            raise ControlError(f"metrics holds {len(names)} names; expected one to {SLOTS}")
        return names


def score_panel(
    slot: int, x_scale: bqplot.LinearScale, metric: ipywidgets.Widget, classes: Encoding = (),
    **look: Any,
) -> Panel:  # fmt: skip
    """A figure under the widget that names its metric; `classes` beside the panel's own."""
    note = label("", "ew-note")
    panel = Panel.following(
        x_scale, "scale_axis", f"score_axis_{slot}", title=f"title_{slot}", label="scale_label",
        below=classed(ipywidgets.HBox([metric, note]), "ew-metric"), **look,
    )  # fmt: skip
    panel.bind(note, value=f"note_{slot}")
    panel.bind(x_scale, reverse="scale_falls")
    own = [text("ew-panel"), text(f"ew-figure-figure_{slot + 1}")]
    absent = choose(f"metric_shown_{slot}", [], [text("ew-absent")])
    panel.bind(panel, _dom_classes=[*own, absent, classes])
    return panel


def add_chance(panel: Panel, slot: int) -> None:
    """A dashed line with its name at its end, where chance is known."""
    low, high = "scale_axis.low", "scale_axis.high"
    chance = _score([f"chance_{slot}"], slot)
    panel.dashed([low, high], chance)
    panel.notes([choose("scale_falls", low, high)], chance, [text("chance")])


def add_onset(panel: Panel, slot: int) -> None:
    """An upright line with a note at its top."""
    at = _scale([f"onset_{slot}"])
    panel.upright(at, f"score_axis_{slot}.low", f"score_axis_{slot}.high")
    falling = [text("above this loss: no better than chance")]
    words = choose("scale_falls", falling, [text("better than chance from here")])
    panel.notes(at, [_highest(slot)], words, align="start")


def late_rise_marks(panel: Panel, slot: int) -> LateRiseMarks:
    """Steady gains and the bracket of the curve whose T the strip tells."""
    return LateRiseMarks(
        panel, slot, ("scale_axis.low", "scale_axis.high"), f"late_colour_{slot}",
        falls=f"steady_falls_{slot}", x=_scale, y=lambda value: _score(value, slot, floor=True),
    )  # fmt: skip


def add_smooth_loss(panel: Panel, slot: int) -> None:
    """A wide pale line where a smooth loss would have the score, and its key."""
    x, y = _scale(f"predicted_scale_{slot}"), _score(f"predicted_score_{slot}", slot, floor=True)
    ghost = panel.curve(theme.TEXT, x, y, stroke_width=9, opacities=[0.28])
    panel.bind(ghost, colors=[f"late_colour_{slot}"])
    told = equals(f"explained_{slot}", f"explained_{slot}")
    panel.add_key(choose(told, text(SMOOTH_LOSS_KEY), text("")))


def places(slot: int, place: int, *, of: str = "") -> tuple[Encoding, Encoding]:
    """Places and heights of a family's points, or of its lines or names."""
    key = f"{slot}_{place}"
    return _scale(f"{of}scale_{key}"), _score(f"{of}score_{key}", slot)


line = partial(places, of="line_")


def fit_points(panel: Panel, points: Any, slot: int) -> None:
    """Smaller points where there are many."""
    many = f"points_{slot}"
    size = choose(above(many, 240), 9.0, choose(above(many, 80), 20.0, 42.0))
    edge = choose(above(many, 240), None, text("var(--ew-surface)"))
    panel.bind(points, default_size=size, stroke=edge)


def add_names(panel: Panel, colour: str, slot: int, place: int) -> None:
    """Names of models at the ends of their lines."""
    x, y = places(slot, place, of="name_")
    panel.notes(x, clip(y, high=_highest(slot)), f"name_text_{slot}_{place}", colour=colour)


def intervals(slot: int, place: int) -> tuple[Encoding, Encoding]:
    """Places and heights of a family's intervals; what reaches below the axis ends at it."""
    scale, lower, upper = (
        only(f"{part}_{slot}_{place}", f"barred_{slot}_{place}")
        for part in ("scale", "lower", "upper")
    )
    low = f"score_axis_{slot}.low"
    height = log(bars(lower, upper), when=f"score_logarithmic_{slot}", otherwise=low)
    return _scale(bars(scale, scale)), height


def _scale(value: Encoding) -> Encoding:
    return log(value, when="log_scale")


def _score(value: Encoding, slot: int, *, floor: bool = False) -> Encoding:
    """Heights; on a logarithmic axis what is not above 0 is left out, or stands at its floor."""
    lowest = f"score_axis_{slot}.low" if floor else None
    return log(value, when=f"score_logarithmic_{slot}", otherwise=lowest)


def _highest(slot: int) -> Encoding:
    low, high = f"score_axis_{slot}.low", f"score_axis_{slot}.high"
    return plus(low, times(HIGHEST, plus(high, times(-1.0, low))))


def point_outputs(slot: int, place: int) -> list[str]:
    """Outputs of a family's points: scale, score and the ends of its interval."""
    return [f"{name}_{slot}_{place}" for name in ("scale", "score", "lower", "upper")]


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

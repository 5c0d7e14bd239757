# What this package uses of bqplot, which carries no types of its own.
from collections.abc import Sequence
from typing import Any

from ipywidgets import DOMWidget, Widget

class LinearScale(Widget):
    min: float | None
    max: float | None
    reverse: bool

class Axis(Widget):
    label: str
    label_offset: str | None
    scale: LinearScale
    tick_values: Any
    tick_labels: dict[str, str] | None
    tick_format: str | None

class _Mark(Widget):
    x: Any
    y: Any
    scales: dict[str, LinearScale]
    colors: Sequence[str]
    opacities: Sequence[float]
    selected: Any
    visible: bool

class Lines(_Mark):
    fill: str
    fill_colors: Sequence[str]
    fill_opacities: Sequence[float]
    line_style: str
    stroke_width: float

class Scatter(_Mark):
    default_size: int
    fill: bool
    marker: str
    stroke: str | None
    stroke_width: float

class Label(_Mark):
    align: str
    default_size: float
    font_weight: str
    text: Any
    x_offset: int
    y_offset: int

class Figure(DOMWidget):
    axes: Sequence[Axis]
    fig_margin: dict[str, int]
    marks: Sequence[_Mark]

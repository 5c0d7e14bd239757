"""One figure with its question above it, and the marks that all explorers draw alike."""

from __future__ import annotations

from typing import Any

import bqplot
import ipywidgets
import numpy as np

from ..core.no_mathematics import NO_MATHEMATICS
from . import theme
from .axes import Ticks


class Panel(ipywidgets.VBox):
    """A figure under its title, which asks one question, and the metric's proper name.

    Panels side by side share `x_scale`; a widget may take the place of the subtitle.
    """

    def __init__(
        self,
        title: str,
        subtitle: str | ipywidgets.Widget,
        *,
        x_scale: bqplot.LinearScale,
        x_ticks: Ticks,
        y_ticks: Ticks,
        x_label: str,
        height: str = theme.FIGURE_HEIGHT,
    ) -> None:
        self.title = text(title, "ew-title")
        below_title = [text(subtitle, "ew-subtitle")] if isinstance(subtitle, str) else [subtitle]
        self.scales = {
            "x": x_scale,
            "y": bqplot.LinearScale(min=float(y_ticks.low), max=float(y_ticks.high)),
        }
        self.x_axis = _axis(x_scale, x_ticks, side="bottom", label=x_label, label_offset="32px")
        self.y_axis = _axis(self.scales["y"], y_ticks, side="left")
        self.figure = bqplot.Figure(
            marks=[],
            axes=[self.x_axis, self.y_axis],
            fig_margin=theme.FIGURE_MARGIN,
            background_style={"fill": "transparent"},
            animation_duration=0,
            padding_x=0,
            padding_y=0,
            display_toolbar=False,
            layout=ipywidgets.Layout(width="100%", height=height, min_width="0"),
        )
        super().__init__([self.title, *below_title, self.figure])
        self.add_class("ew-panel")

    def _add(self, mark: Any) -> Any:
        self.figure.marks = [*self.figure.marks, mark]
        return mark

    def curve(self, colour: str, **options: Any) -> bqplot.Lines:
        """Add an expectation or a fit."""
        options = {"x": [], "y": [], "stroke_width": theme.LINE_WIDTH, **options}
        return self._add(bqplot.Lines(scales=self.scales, colors=[colour], **options))

    def bars(self, colour: str, **options: Any) -> bqplot.Lines:
        """Add intervals: one line whose NaNs lift the pen."""
        return self.curve(colour, stroke_width=1.5, opacities=[0.65], **options)

    def points(self, colour: str, *, marker: str = "circle", **options: Any) -> bqplot.Scatter:
        """Add models, one point each."""
        return self._add(
            bqplot.Scatter(
                x=[],
                y=[],
                scales=self.scales,
                colors=[colour],
                stroke="var(--ew-surface)",
                stroke_width=1,
                marker=marker,
                default_size=theme.POINT_SIZE,
                **options,
            )
        )

    def hollow_points(self, colour: str, *, marker: str = "circle") -> bqplot.Scatter:
        """Add models that the axis cannot hold, at its edge."""
        return self._add(
            bqplot.Scatter(
                x=[],
                y=[],
                scales=self.scales,
                colors=[colour],
                fill=False,
                stroke=colour,
                stroke_width=1.5,
                marker=marker,
                default_size=theme.POINT_SIZE,
            )
        )

    def selectable_points(self, colour: str, *, marker: str = "circle") -> bqplot.Scatter:
        """Add models whose points can be clicked; the others then fade."""
        return self.points(
            colour,
            marker=marker,
            interactions={"click": "select"},
            selected_style={"stroke": theme.TEXT, "stroke-width": "2.5"},
            unselected_style={"opacity": "0.35"},
        )

    def band(self, colour: str) -> bqplot.Lines:
        """Add a region inside a line that runs there and back."""
        return self.curve(
            colour,
            stroke_width=0,
            fill="inside",
            fill_colors=[colour],
            fill_opacities=[0.16],
        )

    def dashed(self) -> bqplot.Lines:
        """Add a dashed line: what chance alone scores."""
        return self.curve(theme.MIST, line_style="dashed", stroke_width=1.5)

    def shade(self) -> bqplot.Lines:
        """Add a region, shaded from its line down to the axis."""
        return self.curve(
            theme.MIST,
            stroke_width=0,
            fill="bottom",
            fill_colors=[theme.MIST],
            fill_opacities=[0.22],
        )

    def note(self, *, align: str = "end", colour: str = theme.MIST) -> bqplot.Label:
        """Add a short text inside the figure."""
        return self._add(
            bqplot.Label(
                x=[],
                y=[],
                text=[],
                scales=self.scales,
                colors=[colour],
                default_size=11,
                font_weight="normal",
                align=align,
                x_offset=-3 if align == "end" else 3,
                y_offset=-12,
            )
        )


def _axis(scale: bqplot.LinearScale, ticks: Ticks, **options: Any) -> bqplot.Axis:
    return bqplot.Axis(
        scale=scale,
        tick_values=np.array(ticks.places, dtype=float),
        tick_labels=ticks.labels,
        grid_lines="none",
        **options,
    )


def key(words: str, colours: dict[str, str]) -> ipywidgets.HBox:
    """A subtitle in which each name has the colour of its line."""
    names = [text(name, "ew-key") for name in colours]
    for name, colour in zip(names, colours.values(), strict=True):
        name.style.text_color = colour
    box = ipywidgets.HBox([text(words, "ew-key-words"), *names])
    box.add_class("ew-subtitle")
    return box


def text(value: str, css_class: str) -> ipywidgets.Label:
    """A line of text; markup and formulas in it are shown, not obeyed."""
    label = ipywidgets.Label(value)
    for name in (css_class, *NO_MATHEMATICS):
        label.add_class(name)
    return label

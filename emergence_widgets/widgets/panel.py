"""One figure with its question above it, and the marks that all explorers draw alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import bqplot
import ipywidgets
import numpy as np

from ..core.no_mathematics import NO_MATHEMATICS
from ..programs.encode import Encoding, Keep, band, bars, choose, equals, which
from . import theme
from .axes import Ticks

W = TypeVar("W", bound=ipywidgets.DOMWidget)
# Ticks of an axis that follows an output.
BLANK = Ticks((0.0, 1.0), ("0", "1"), 0.0, 1.0)


@dataclass(frozen=True)
class Binding:
    """Encodings by trait of one widget, and which of its points are drawn."""

    widget: Any
    traits: dict[str, Encoding]
    keep: Keep


class Targets(list[Binding]):
    """What widgets show of a program: their bindings, one a widget."""

    def bind(self, widget: Any, *, keep: Keep | None = None, **traits: Encoding) -> None:
        """Let traits of `widget` show encodings, see `emergence_widgets.programs.encode`.

        By default points and labels without a place are left out, and a line ends with its last
        point that has one.
        """
        bound = next((one for one in self if one.widget is widget), None)
        if bound is not None:
            bound.traits.update(traits)
            return
        if keep is None:
            points = isinstance(widget, (bqplot.Scatter, bqplot.Label))
            keep = "placed" if points else "ended" if isinstance(widget, bqplot.Lines) else "all"
        self.append(Binding(widget, dict(traits), keep))


class Panel(ipywidgets.VBox):
    """A figure under its title, which asks one question, and the metric's proper name.

    Panels side by side share `x_scale`; a widget may take the place of the subtitle.
    """

    def __init__(
        self, title: str, subtitle: str | ipywidgets.Widget, *, x_scale: bqplot.LinearScale,
        x_ticks: Ticks, y_ticks: Ticks, x_label: str, height: str = theme.FIGURE_HEIGHT,
    ) -> None:  # fmt: skip
        self.title = text(title, "ew-title")
        below_title = [text(subtitle, "ew-subtitle")] if isinstance(subtitle, str) else [subtitle]
        y_scale = bqplot.LinearScale(min=float(y_ticks.low), max=float(y_ticks.high))
        self.scales = {"x": x_scale, "y": y_scale}
        self.x_axis = _axis(x_scale, x_ticks, side="bottom", label=x_label, label_offset="32px")
        self.y_axis = _axis(y_scale, y_ticks, side="left")
        self.figure = bqplot.Figure(
            marks=[], axes=[self.x_axis, self.y_axis], fig_margin=theme.FIGURE_MARGIN,
            background_style={"fill": "transparent"}, animation_duration=0, padding_x=0,
            padding_y=0, display_toolbar=False,
            layout=ipywidgets.Layout(width="100%", height=height, min_width="0"),
        )  # fmt: skip
        super().__init__([self.title, *below_title, self.figure])
        classed(self, "ew-panel")
        self.key_row: Any = None  # what lines are
        self.targets = Targets()  # what its marks, axes and scales show
        self.selectable: list[list[Any]] = []  # points to click, each with what tells them apart

    @classmethod
    def following(
        cls, x_scale: bqplot.LinearScale, x: str, y: str, *, title: Encoding, label: Encoding,
        below: ipywidgets.Widget, height: str = theme.FIGURE_HEIGHT,
    ) -> Panel:  # fmt: skip
        """A figure whose axes, title and label of the horizontal axis follow outputs."""
        look: Any = {"x_ticks": BLANK, "y_ticks": BLANK, "x_label": "", "height": height}
        panel = cls("", below, x_scale=x_scale, **look)
        panel.follow_axis("x", x)
        panel.follow_axis("y", y)
        panel.bind(panel.title, value=title)
        panel.bind(panel.x_axis, label=label)
        return panel

    def bind(self, widget: Any, *, keep: Keep | None = None, **traits: Encoding) -> None:
        """Let traits of `widget` show encodings, as `Targets.bind` does."""
        self.targets.bind(widget, keep=keep, **traits)

    def follow_axis(self, side: Literal["x", "y"], axis: Callable[[str], Encoding] | str) -> None:
        """Let ends and ticks of one side show a constant or an output made by `axis_ends`."""
        of = axis if callable(axis) else f"{axis}.{{}}".format
        self.bind(self.scales[side], min=of("low"), max=of("high"))
        shown = self.x_axis if side == "x" else self.y_axis
        self.bind(shown, tick_values=of("places"), tick_labels=of("labels"))

    def _add(self, mark: Any, keep: Keep | None = None, **traits: Encoding) -> Any:
        """Add a mark on top."""
        self.figure.marks = [*self.figure.marks, mark]
        self.bind(mark, keep=keep, **traits)
        return mark

    def curve(
        self, colour: str, x: Encoding, y: Encoding, *, keep: Keep | None = None, **options: Any
    ) -> bqplot.Lines:
        """Add an expectation or a fit."""
        options = {"stroke_width": theme.LINE_WIDTH, **options}
        line = bqplot.Lines(x=[], y=[], scales=self.scales, colors=[colour], **options)
        return self._add(line, keep, x=x, y=y)

    def intervals(
        self, colour: str, x: Encoding, y: Encoding, *, keep: Keep | None = None,
        stroke_width: float = 1.5, opacity: float = 0.65,
    ) -> bqplot.Lines:  # fmt: skip
        """Add one line whose NaNs lift the pen, see `programs.encode.bars`."""
        return self.curve(colour, x, y, keep=keep, stroke_width=stroke_width, opacities=[opacity])

    def bars(
        self, colour: str, x: Encoding, lower: Encoding, upper: Encoding, **look: Any
    ) -> bqplot.Lines:
        """Add upright intervals."""
        return self.intervals(colour, bars(x, x), bars(lower, upper), **look)

    def points(
        self, colour: str, x: Encoding, y: Encoding, *, size: int = theme.POINT_SIZE,
        marker: str = "circle", hollow: bool = False, keep: Keep | None = None, **options: Any,
    ) -> bqplot.Scatter:  # fmt: skip
        """Add models, one point each; hollow ones are those that the axis cannot hold."""
        options |= {"colors": [colour], "marker": marker, "default_size": size}
        options |= {"stroke": "var(--ew-surface)", "stroke_width": 1.0}
        if hollow:
            options |= {"fill": False, "stroke": colour, "stroke_width": 1.5}
        return self._add(bqplot.Scatter(x=[], y=[], scales=self.scales, **options), keep, x=x, y=y)

    def selectable_points(
        self, colour: str, x: Encoding, y: Encoding, runs: str, *, marker: str = "circle"
    ) -> bqplot.Scatter:
        """Add models whose points can be clicked: those of the run that was clicked stand out."""
        points = self.points(
            colour, x, y, marker=marker, interactions={"click": "select"},
            selected_style={"stroke": theme.TEXT, "stroke-width": "2.5"},
            unselected_style={"opacity": "0.35"},
        )  # fmt: skip
        self.bind(points, selected=which(equals(runs, "selection")))
        self.selectable.append([points, runs])
        return points

    def band(
        self, colour: str, x: Encoding, upper: Encoding, lower: Encoding, *,
        lower_x: Encoding = None, opacity: float = 0.16, keep: Keep | None = None,
    ) -> bqplot.Lines:  # fmt: skip
        """Add a region between two edges, inside a line that runs there and back."""
        edges = band(x, x if lower_x is None else lower_x), band(upper, lower)
        fill = {"fill": "inside", "fill_colors": [colour], "fill_opacities": [opacity]}
        return self.curve(colour, *edges, keep=keep, stroke_width=0, **fill)

    def dashed(self, ends: Encoding, height: Encoding) -> bqplot.Lines:
        """Add a dashed rule across, such as what chance alone scores."""
        look: Any = {"line_style": "dashed", "stroke_width": 1.5}
        return self.curve(theme.NEUTRAL, ends, [height, height], **look)

    def shade(self, ends: Encoding, height: Encoding) -> bqplot.Lines:
        """Add a region, shaded from a level down to the axis."""
        fill: Any = {"fill": "bottom", "fill_colors": [theme.NEUTRAL], "fill_opacities": [0.22]}
        return self.curve(theme.NEUTRAL, ends, [height, height], stroke_width=0, **fill)

    def upright(
        self, x: Encoding, low: Encoding, high: Encoding, colour: str = theme.TEXT
    ) -> bqplot.Lines:
        """Add a thin vertical rule at one place."""
        return self.curve(colour, [x, x], [low, high], stroke_width=1)

    def make_room_for_keys(self) -> None:
        """Keep a line above the figure for keys, so that it stands beside others that have some."""
        if self.key_row is None:
            self.key_row = classed(ipywidgets.HBox(), "ew-line-keys")
            self.children = [*self.children[:-1], self.key_row, self.figure]

    def add_key(self, words: Encoding) -> None:
        """Say above the figure what a line is; empty words: not now."""
        self.make_room_for_keys()
        key = text("", "ew-line-key")
        self.key_row.children = [*self.key_row.children, key]
        self.bind(key, value=words)

    def note(self, x: Encoding, y: Encoding, words: Encoding, **look: Any) -> bqplot.Label:
        """Add a short text inside the figure."""
        return self.notes([x], [y], [words], **look)

    def notes(
        self, x: Encoding, y: Encoding, words: Encoding, *, align: str = "end",
        colour: str = theme.NEUTRAL, drop: int = -12,
    ) -> bqplot.Label:  # fmt: skip
        """Add short texts, `drop` pixels below their places."""
        label = bqplot.Label(
            x=[], y=[], text=[], scales=self.scales, colors=[colour], default_size=11,
            font_weight="normal", align=align, x_offset=-3 if align == "end" else 3, y_offset=drop,
        )  # fmt: skip
        return self._add(label, x=x, y=y, text=words)


def _axis(scale: bqplot.LinearScale, ticks: Ticks, **options: Any) -> bqplot.Axis:
    places: dict[str, Any] = {"tick_values": np.array(ticks.places), "tick_labels": ticks.labels}
    return bqplot.Axis(scale=scale, grid_lines="none", **places, **options)


def x_axis(label: str, ticks: Ticks, *, room: float = 0.0) -> dict[str, Any]:
    """The scale axis that panels side by side share, as keywords of `Panel`."""
    scale = bqplot.LinearScale(min=ticks.low - room, max=ticks.high + room)
    return {"x_scale": scale, "x_ticks": ticks, "x_label": label}


def log_or_linear(when: str, axes: str) -> Callable[[str], Encoding]:
    """The logarithmic or the linear one of two axes, for `Panel.follow_axis`."""
    return lambda part: choose(when, f"{axes}.log.{part}", f"{axes}.linear.{part}")


def key(words: str, colours: Mapping[str, str]) -> ipywidgets.HBox:
    """A subtitle in which each name has the colour of its line."""
    names = [text(name, "ew-key") for name in colours]
    for name, colour in zip(names, colours.values(), strict=True):
        name.style.text_color = colour
    return classed(ipywidgets.HBox([text(words, "ew-key-words"), *names]), "ew-subtitle")


def text(value: str, css_class: str) -> ipywidgets.Label:
    """A line of text; markup and formulas in it are shown, not obeyed."""
    return classed(ipywidgets.Label(value), css_class, *NO_MATHEMATICS)


def classed(widget: W, *names: str) -> W:
    """A widget with these classes of CSS."""
    for name in names:
        widget.add_class(name)
    return widget

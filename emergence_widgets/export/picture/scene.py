"""What an explorer shows at its current controls, as numbers and words for any painter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np

from ...results.schema import nearest
from ...widgets.exportable import Exportable, Snapshot
from ...widgets.formats import format_value, shortest
from ...widgets.panel import Panel as PanelWidget
from ..page.html import ExportError, name_in_words
from .heatmap import MAP, Grid, grid_of
from .image_grid import PICTURES, ImageGrid, image_grid_of
from .marks import Mark, marks_of
from .plain import plain_colour, plain_text


@dataclass(frozen=True)
class Axis:
    """One axis on a linear scale; `low` is its left or lower end, also where it runs backwards."""

    label: str
    low: float
    high: float
    places: tuple[float, ...]  # of the ticks
    texts: tuple[str, ...]  # beside each

    def share(self, values: Any) -> Any:
        """How far along the axis places stand: 0 at its low end, 1 at its high end."""
        return (values - self.low) / ((self.high - self.low) or 1.0)


@dataclass(frozen=True)
class Panel:
    """One figure."""

    name: str  # its key in Explorer.figures
    heading: str  # of the row that begins with it; mostly empty
    title: str
    subtitle: tuple[tuple[str, str], ...]  # parts of the line below, each with its colour
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]  # from the lowest to the uppermost


@dataclass(frozen=True)
class Scene:
    """All figures of one explorer."""

    name: str  # of the explorer, in words
    panels: tuple[Panel, ...]
    legend: tuple[tuple[str, str, str], ...]  # name, colour and marker of what is switched on
    caption: str  # the controls and their values
    readouts: tuple[tuple[str, str, str], ...]  # label, value and detail
    grid: Grid | None = None  # the map of an atlas
    images: ImageGrid | None = None

    @property
    def description(self) -> str:
        """What a picture shows, for those who do not see it."""
        parts = [
            f"{panel.title} ({' '.join(words for words, _ in panel.subtitle)})"
            for panel in self.panels
        ]
        parts += [f"{self.grid.title} ({self.grid.subtitle})"] if self.grid else []
        parts += [self.images.title] if self.images else []
        return f"{'; '.join(parts)}. {self.caption}"


def scene_of(explorer: Exportable, figures: Sequence[str] | None = None) -> Scene:
    """Read some figures of an explorer, all that are shown by default; an error names the rest."""
    if explorer.comm is None:
        raise ExportError(f"this {type(explorer).__name__} is closed; make it again to draw it")
    shot = explorer.snapshot()
    beside = [name for name, one in ((MAP, shot.heat_map), (PICTURES, shot.pictures)) if one]
    names = [*shot.shown, *beside]
    chosen = names if figures is None else _chosen(figures, names, shot.name)
    return Scene(
        name_in_words(explorer),
        tuple(_panel(name, shot) for name in chosen if name in shot.panels),
        tuple((plain_text(name), plain_colour(colour), one) for name, colour, one in shot.legend),
        plain_text("; ".join(shot.controls)) + ".",
        tuple((plain_text(a), plain_text(b), plain_text(c)) for a, b, c in shot.readouts),
        grid_of(shot.heat_map, shot.outputs) if shot.heat_map and MAP in chosen else None,
        image_grid_of(shot.pictures, shot.outputs[PICTURES])
        if shot.pictures and PICTURES in chosen
        else None,
    )


def _chosen(figures: Sequence[str], there: Sequence[str], kind: str) -> list[str]:
    names = [figures] if isinstance(figures, str) else list(figures)
    if not names:
        raise ExportError(f"figures is empty; expected names out of {', '.join(there)}")
    for name in names:
        if name not in there:
            raise ExportError(
                f"figures holds {name!r}, which this {kind} does not show now. "
                f"{nearest(str(name), there)}"
            )
    return names


def _panel(name: str, shot: Snapshot) -> Panel:
    widget = shot.panels[name]
    x = _axis(widget.x_axis, widget.scales["x"], shot)
    y = _axis(widget.y_axis, widget.scales["y"], shot)
    marks = (mark for one in widget.figure.marks for mark in marks_of(one, shot.read, y.low))
    return Panel(
        name,
        plain_text(shot.headings.get(name, "")),
        plain_text(shot.read(widget.title, "value")),
        _subtitle(widget, shot),
        x,
        y,
        tuple(marks),
    )


def _subtitle(widget: PanelWidget, shot: Snapshot) -> tuple[tuple[str, str], ...]:
    parts: list[tuple[str, str]] = []
    for child in widget.children[1:-1]:
        for one in [child, *getattr(child, "children", ())]:
            if isinstance(one, ipywidgets.Label):
                words, colour = shot.read(one, "value"), one.style.text_color
            elif isinstance(one, ipywidgets.Dropdown):
                words, colour = one.label or "", None
            else:
                continue
            if words:
                parts.append((plain_text(words), plain_colour(colour or "var(--ew-quiet)")))
    return tuple(parts)


def _axis(axis: Any, scale: Any, shot: Snapshot) -> Axis:
    low, high = (shot.read(scale, trait) for trait in ("min", "max"))
    low, high = float(0 if low is None else low), float(1 if high is None else high)
    labels: dict[str, str] = shot.read(axis, "tick_labels") or {}
    values = shot.read(axis, "tick_values")
    slack = 1e-9 * (high - low)
    places = [float(at) for at in np.ravel(values) if low - slack <= at <= high + slack]
    texts = [
        plain_text(str(labels.get(shortest(at), "" if labels else format_value("number", at))))
        for at in places
    ]
    if shot.read(scale, "reverse"):
        low, high = high, low
    return Axis(plain_text(shot.read(axis, "label") or ""), low, high, tuple(places), tuple(texts))

"""What an explorer shows at its current controls, as numbers and words for any painter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np

from ...results.schema import nearest
from ...widgets import theme
from ...widgets.controls import declared
from ...widgets.formats import format_value, shortest
from ...widgets.legend import Legend, SwitchesControl
from ...widgets.panel import Panel as PanelWidget
from ...widgets.readouts import filled
from ..page.html import ExportError, name_in_words
from .heatmap import MAP, Grid, grid_of
from .image_grid import PICTURES, ImageGrid, image_grid_of
from .marks import Mark, marks_of
from .plain import plain_colour, plain_text


@dataclass(frozen=True)
class Snapshot:
    """What an explorer shows at its current controls, computed by its Python program."""

    outputs: Mapping[str, Any]
    readable: Mapping[str, Any]  # what readouts can name
    set_traits: Mapping[tuple[int, str], Any]  # by identity of the widget and name of the trait

    def read(self, widget: Any, trait: str) -> Any:
        """A trait as the outputs set it, whether a browser computes or not."""
        key = id(widget), trait
        return self.set_traits[key] if key in self.set_traits else getattr(widget, trait)


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
    keys: tuple[tuple[str, str], ...] = ()  # what lines are, each with its colour


@dataclass(frozen=True)
class Scene:
    """All figures of one explorer."""

    name: str  # of the explorer, in words
    panels: tuple[Panel, ...]
    legend: tuple[tuple[str, str, str], ...]  # name, colour and marker of what is switched on
    caption: str  # the controls and their values
    readouts: tuple[tuple[str, str, str], ...]  # label, value and detail
    meanings: tuple[tuple[str, str], ...] = ()  # words of the readouts, and what they mean
    grid: Grid | None = None  # the map of an atlas
    images: ImageGrid | None = None
    alone: bool = False  # whether its one figure is all that the explorer can show

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


def scene_of(explorer: Any, figures: Sequence[str] | None = None) -> Scene:
    """Read some figures of an explorer, all that are shown by default; an error names the rest."""
    if explorer.comm is None:
        raise ExportError(f"this {type(explorer).__name__} is closed; make it again to draw it")
    shot: Snapshot = explorer.snapshot()
    panels: dict[str, PanelWidget] = explorer.panels
    heat_map, pictures = (getattr(explorer, name, None) for name in ("heat_map", "pictures"))
    names = [
        name for name, one in panels.items() if "ew-absent" not in shot.read(one, "_dom_classes")
    ]
    names += [name for name, one in ((MAP, heat_map), (PICTURES, pictures)) if one]
    chosen = names if figures is None else _chosen(figures, names, type(explorer).__name__)
    headings = _headings(explorer, shot)
    phrases = [
        control.phrase(getattr(explorer, name), explorer)
        for name, control in declared(explorer).items()
    ]
    return Scene(
        name_in_words(explorer),
        tuple(
            _panel(name, panels[name], headings.get(name, ""), shot)
            for name in chosen
            if name in panels
        ),
        tuple(_legend(explorer)),
        plain_text("; ".join(filter(None, phrases))) + ".",
        tuple(
            (plain_text(label), plain_text(value), plain_text(detail))
            for label, value, detail in filled(explorer.readouts.cells, shot.readable)
        ),
        tuple((one["term"], one["text"]) for one in explorer.readouts.meanings),
        grid_of(heat_map, shot.outputs) if heat_map and MAP in chosen else None,
        image_grid_of(pictures, shot.outputs[PICTURES])
        if pictures and PICTURES in chosen
        else None,
        alone=len(panels) == 1 and not heat_map and not pictures,
    )


def _legend(explorer: Any) -> Iterator[tuple[str, str, str]]:
    """Name, colour and marker of what is switched on."""
    for name, control in declared(explorer).items():
        widget = explorer.controls.get(name)
        if isinstance(control, SwitchesControl) and not control.squares:
            if not isinstance(widget, Legend):
                continue
            switches = control.to_widget(getattr(explorer, name), explorer)
            for entry, on in zip(widget.entries, switches, strict=True):
                if on:
                    colour, marker = plain_colour(entry["colour"]), entry.get("marker", "")
                    yield plain_text(entry["name"]), colour, marker


def _headings(explorer: Any, shot: Snapshot) -> dict[str, str]:
    """Row headings, each under the name of the figure that follows it."""
    found: dict[str, str] = {}
    names = {id(panel): name for name, panel in explorer.panels.items()}
    waiting = ""
    for widget in _in_order(explorer):
        if isinstance(widget, ipywidgets.Label) and "ew-row-title" in widget._dom_classes:
            waiting = shot.read(widget, "value")
        elif id(widget) in names and waiting:
            found[names[id(widget)]], waiting = waiting, ""
    return found


def _in_order(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _in_order(child)


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


def _panel(name: str, widget: PanelWidget, heading: str, shot: Snapshot) -> Panel:
    x = _axis(widget.x_axis, widget.scales["x"], shot)
    y = _axis(widget.y_axis, widget.scales["y"], shot)
    marks = (mark for one in widget.figure.marks for mark in marks_of(one, shot.read, y.low))
    title = plain_text(shot.read(widget.title, "value"))
    labels = widget.key_row.children if widget.key_row else ()
    words = (plain_text(shot.read(one, "value")) for one in labels)
    keys = tuple((one, plain_colour(theme.QUIET)) for one in words if one)
    subtitle = _subtitle(widget, shot)
    return Panel(name, plain_text(heading), title, subtitle, x, y, tuple(marks), keys)


def _subtitle(widget: PanelWidget, shot: Snapshot) -> tuple[tuple[str, str], ...]:
    parts: list[tuple[str, str]] = []
    for child in widget.children[1 : -2 if widget.key_row else -1]:
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

"""What an explorer shows at its current controls, as numbers and words for any painter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import ipywidgets
import numpy as np

from ...explorers.base import Explorer
from ...results.schema import nearest
from ...widgets.formats import format_value, shortest
from ...widgets.panel import Panel as PanelWidget
from ..page.html import ExportError
from .captions import Readout, caption, legend, plain, readouts
from .heatmap import MAP, Grid, grid_of
from .image_grid import PICTURES, Contact, contact_of
from .marks import Band, Line, Mark, Note, Points, marks_of
from .palette import plain_colour

ABSENT = "ew-absent"

__all__ = ["Axis", "Band", "Line", "Note", "Panel", "Points", "Readout", "Scene", "scene_of"]


@dataclass(frozen=True)
class Axis:
    """One axis on a linear scale; `low` is its left or lower end, also where it runs backwards.

    Attributes
    ----------
    label
        What it measures; may be empty.
    low, high
        Its ends.
    places, texts
        Ticks between the ends, and what stands beside each.
    """

    label: str
    low: float
    high: float
    places: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """One figure.

    Attributes
    ----------
    name
        Its key in ``Explorer.figures``.
    heading
        Of the row that begins with it; mostly empty.
    title
        The question.
    subtitle
        Parts of the line below, each with its colour.
    x, y
        Axes.
    marks
        From the lowest to the uppermost.
    """

    name: str
    heading: str
    title: str
    subtitle: tuple[tuple[str, str], ...]
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Scene:
    """All figures of one explorer.

    Attributes
    ----------
    name
        Of the explorer, in words.
    panels
        Those that are shown.
    legend
        ``(name, colour, marker)`` of each entry that is switched on.
    caption
        The controls and their values.
    readouts
        The numbers under the figures.
    grid
        The map of an atlas.
    contact
        The images of `ReconstructionExplorer`.
    """

    name: str
    panels: tuple[Panel, ...]
    legend: tuple[tuple[str, str, str], ...]
    caption: str
    readouts: tuple[Readout, ...]
    grid: Grid | None = None
    contact: Contact | None = None


class Shown:
    """Traits as they are at the current controls, whether a browser computes or not."""

    def __init__(self, explorer: Explorer, outputs: dict[str, Any]) -> None:
        self._driven = {
            (id(widget), trait): outputs[name]
            for name, places in explorer._targets.items()
            for widget, trait in places
        }

    def __call__(self, widget: Any, trait: str) -> Any:
        key = id(widget), trait
        return self._driven[key] if key in self._driven else getattr(widget, trait)


def scene_of(explorer: Explorer, figures: Sequence[str] | None = None) -> Scene:
    """Read the figures of an explorer.

    Parameters
    ----------
    explorer
        Any explorer that is open.
    figures
        Names of figures, in the order wanted (see ``Explorer.figures``), and ``'map'`` for the
        map of an atlas, ``'pictures'`` for images, which come last; None: all that are shown.

    Returns
    -------
    Scene
        Values are those of the Python twin; nothing on the explorer changes.

    Raises
    ------
    ExportError
        The explorer is closed, or an unknown or empty figure is asked for.

    Examples
    --------
    >>> from emergence_widgets import MirageExplorer
    >>> e = MirageExplorer(length=5)
    >>> scene = scene_of(e, ["exact_match"])
    >>> scene.panels[0].title, scene.panels[0].y.texts
    ('Whole answers right', ('0', '0.25', '0.5', '0.75', '1'))
    >>> e.close()
    """
    kind = type(explorer).__name__
    if explorer.comm is None:
        raise ExportError(f"this {kind} is closed; make it again to draw it")
    outputs = explorer._outputs()
    shown = Shown(explorer, outputs)
    there = {
        name: _panel(name, widget, shown)
        for name, widget in explorer.panels.items()
        if ABSENT not in shown(widget, "_dom_classes")
    }
    headings = _headings(explorer, shown)
    heat_map = getattr(explorer, "heat_map", None)
    table = getattr(explorer, "pictures", None)
    beside = [name for name, widget in ((MAP, heat_map), (PICTURES, table)) if widget]
    names = [*there, *beside]
    chosen = names if figures is None else _chosen(figures, names, kind)
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in kind).strip()
    return Scene(
        words,
        tuple(
            replace(there[name], heading=headings.get(name, "")) for name in chosen if name in there
        ),
        legend(explorer),
        caption(explorer),
        readouts(explorer, outputs),
        grid_of(heat_map, outputs) if heat_map and MAP in chosen else None,
        contact_of(table, outputs[PICTURES]) if table and PICTURES in chosen else None,
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


def _headings(explorer: Explorer, shown: Shown) -> dict[str, str]:
    """Row headings, each under the name of the figure that follows it."""
    found: dict[str, str] = {}
    names = {id(panel): name for name, panel in explorer.panels.items()}
    waiting = ""
    for widget in _in_order(explorer):
        if isinstance(widget, ipywidgets.Label) and "ew-row-title" in widget._dom_classes:
            waiting = plain(shown(widget, "value"))
        elif id(widget) in names and waiting:
            found[names[id(widget)]], waiting = waiting, ""
    return found


def _in_order(widget: Any) -> Any:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _in_order(child)


def _panel(name: str, widget: PanelWidget, shown: Shown) -> Panel:
    x = _axis(widget.x_axis, widget.scales["x"], shown)
    y = _axis(widget.y_axis, widget.scales["y"], shown)
    return Panel(
        name,
        "",
        plain(shown(widget.title, "value")),
        _subtitle(widget, shown),
        x,
        y,
        tuple(mark for drawn in widget.figure.marks for mark in marks_of(drawn, shown, y.low)),
    )


def _subtitle(widget: PanelWidget, shown: Shown) -> tuple[tuple[str, str], ...]:
    parts = []
    for child in widget.children[1:-1]:
        for one in [child, *getattr(child, "children", ())]:
            if isinstance(one, ipywidgets.Label):
                words, colour = shown(one, "value"), one.style.text_color
            elif isinstance(one, ipywidgets.Dropdown):
                words, colour = one.label or "", None
            else:
                continue
            if words:
                parts.append((plain(words), plain_colour(colour or "var(--ew-quiet)")))
    return tuple(parts)


def _axis(axis: Any, scale: Any, shown: Shown) -> Axis:
    low, high = (shown(scale, trait) for trait in ("min", "max"))
    low, high = float(0 if low is None else low), float(1 if high is None else high)
    labels = shown(axis, "tick_labels") or {}
    values = shown(axis, "tick_values")
    slack = 1e-9 * (high - low)
    places = [float(at) for at in np.ravel(values) if low - slack <= at <= high + slack]
    texts = [
        plain(str(labels.get(shortest(at), "" if labels else format_value("number", at))))
        for at in places
    ]
    if shown(scale, "reverse"):
        low, high = high, low
    return Axis(plain(shown(axis, "label") or ""), low, high, tuple(places), tuple(texts))

"""What pictures and pages see of an explorer: a snapshot of it at its current controls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets
import pandas as pd

from .controls import Control
from .heatmap import HeatMap
from .legend import Legend, SwitchesControl
from .panel import Panel
from .pictures import PictureTable
from .readouts import filled

ABSENT, ROW_TITLE = "ew-absent", "ew-row-title"


@dataclass(frozen=True)
class Snapshot:
    """An explorer at its current controls, computed by its Python program."""

    name: str  # of its class
    outputs: Mapping[str, Any]
    set_traits: Mapping[tuple[int, str], Any]  # by identity of the widget and name of the trait
    controls: tuple[str, ...]  # each with its value, in words
    legend: tuple[tuple[str, str, str], ...]  # name, colour, marker of what is switched on
    readouts: tuple[tuple[str, str, str], ...]  # label, value, detail
    panels: Mapping[str, Panel]  # all figures, shown or not
    headings: Mapping[str, str]  # of rows, by the name of the figure that begins one
    heat_map: HeatMap | None
    pictures: PictureTable | None

    def read(self, widget: Any, trait: str) -> Any:
        """A trait as the outputs set it, whether a browser computes or not."""
        key = id(widget), trait
        return self.set_traits[key] if key in self.set_traits else getattr(widget, trait)

    @property
    def shown(self) -> dict[str, Panel]:
        """Figures that are not hidden."""
        return {
            name: panel
            for name, panel in self.panels.items()
            if ABSENT not in self.read(panel, "_dom_classes")
        }


class Exportable(Protocol):
    """An explorer, as far as pictures need to know it."""

    comm: Any  # None once it is closed

    @property
    def state(self) -> dict[str, Any]:
        """Values of the controls by name."""
        ...

    def curves(self) -> pd.DataFrame:
        """The numbers on screen."""
        ...

    def snapshot(self) -> Snapshot:
        """What is shown at the current controls."""
        ...


def take_snapshot(
    explorer: Any,
    declared: Mapping[str, Control],
    painted: Iterable[tuple[Any, Mapping[str, Any]]],
    outputs: Mapping[str, Any],
    readable: Mapping[str, Any],
) -> Snapshot:
    """Read an explorer; nothing on it changes."""
    set_traits = {
        (id(widget), trait): value for widget, traits in painted for trait, value in traits.items()
    }
    controls = (
        control.phrase(getattr(explorer, name), explorer) for name, control in declared.items()
    )
    return Snapshot(
        name=type(explorer).__name__,
        outputs=outputs,
        set_traits=set_traits,
        controls=tuple(filter(None, controls)),
        legend=tuple(_legend(explorer, declared)),
        readouts=tuple(filled(explorer.readouts.cells, readable)),
        panels=explorer.panels,
        headings=_headings(explorer, set_traits),
        heat_map=getattr(explorer, "heat_map", None),
        pictures=getattr(explorer, "pictures", None),
    )


def _legend(explorer: Any, declared: Mapping[str, Control]) -> Iterator[tuple[str, str, str]]:
    for name, control in declared.items():
        widget = explorer.controls.get(name)
        if not isinstance(control, SwitchesControl) or control.squares:
            continue
        if isinstance(widget, Legend):
            switches = control.to_widget(getattr(explorer, name), explorer)
            for entry, on in zip(widget.entries, switches, strict=True):
                if on:
                    yield entry["name"], entry["colour"], entry.get("marker", "")


def _headings(explorer: Any, set_traits: Mapping[tuple[int, str], Any]) -> dict[str, str]:
    """Row headings, each under the name of the figure that follows it."""
    found: dict[str, str] = {}
    names = {id(panel): name for name, panel in explorer.panels.items()}
    waiting = ""
    for widget in _in_order(explorer):
        if isinstance(widget, ipywidgets.Label) and ROW_TITLE in widget._dom_classes:
            waiting = set_traits.get((id(widget), "value"), widget.value)
        elif id(widget) in names and waiting:
            found[names[id(widget)]], waiting = waiting, ""
    return found


def _in_order(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _in_order(child)

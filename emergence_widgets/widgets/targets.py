"""What the widgets of an explorer show of its program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bqplot

from ..programs.encode import Encoding, Keep


@dataclass(frozen=True)
class Binding:
    """Encodings by trait of one widget, and which of its points are drawn."""

    widget: Any
    traits: dict[str, Encoding]
    keep: Keep


class Targets(list[Binding]):
    """The bindings of an explorer, one a widget."""

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

    def wire(self) -> list[list[Any]]:
        """As `BrowserLink.targets`."""
        return [[one.widget, one.traits, one.keep] for one in self]

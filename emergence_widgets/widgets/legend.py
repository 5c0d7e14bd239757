"""A legend whose entries switch their curves on and off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import traitlets

from . import theme
from .base import BuiltWidget
from .controls import NamesControl, Words, choices_of


class Legend(BuiltWidget):
    """Buttons with colour, marker and name of each entry."""

    script = "legend"

    label = traitlets.Unicode().tag(sync=True)
    entries = traitlets.List[Any]().tag(sync=True)  # [{"name": …, "colour": …, "marker": …}, …]
    value = traitlets.List[Any]().tag(sync=True)  # for each entry, whether it is shown


def family_style(index: int) -> dict[str, str]:
    """Colour and marker of the family with this number; both differ before either repeats."""
    colours, markers = theme.FAMILY_COLOURS, theme.FAMILY_MARKERS
    turn = index // len(colours)
    return {
        "colour": colours[index % len(colours)],
        "marker": markers[(index + turn) % len(markers)],
    }


class SwitchesControl(NamesControl):
    """The names that are switched on, as a legend with switches.

    `colours` by name, of curves or, on a map, of squares; without any, names look like families.
    """

    def __init__(
        self, *, colours: Mapping[str, str] | None = None, squares: bool = False,
        **words: Unpack[Words],
    ) -> None:  # fmt: skip
        super().__init__()
        self.colours, self.squares = colours, squares
        self.describe(**words)

    def validate(self, obj: Any, value: Any) -> Any:
        """Names in the order of the data, each once."""
        names = super().validate(obj, value)
        return tuple(name for name in choices_of(obj, self.name) if name in names)

    def widget(self, value: Any, owner: Any) -> Any:
        """Build the legend."""
        entries = [
            {"name": shown, **self._style(index, name)}
            for index, (name, shown) in enumerate(choices_of(owner, self.name).items())
        ]
        return Legend(label=self.label, entries=entries, value=self.to_widget(value, owner))

    def _style(self, index: int, name: str) -> dict[str, str]:
        if self.colours is None:
            return family_style(index)
        return {"colour": self.colours[name], "marker": "square" if self.squares else "circle"}

    def from_widget(self, value: Any, owner: Any = None) -> Any:
        """Names that are switched on."""
        known = choices_of(owner, self.name)
        return tuple(name for name, shown in zip(known, value, strict=True) if shown)

    def to_widget(self, value: Any, owner: Any = None) -> Any:
        """One switch a name."""
        return [name in value for name in choices_of(owner, self.name)]

"""Families as a legend whose entries switch their curves on and off."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from . import theme
from .controls import Control, names_of
from .front_end import front_end


class FamilyLegend(anywidget.AnyWidget):
    """Buttons with colour, marker and name of each family.

    Attributes
    ----------
    families
        ``[{"name": …, "colour": …, "marker": …}, …]``.
    value
        For each family, whether it is shown.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    families = traitlets.List().tag(sync=True)
    value = traitlets.List().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=front_end("legend.js"), **traits)


def family_style(index: int) -> dict[str, str]:
    """Colour and marker of the family with this number; both differ before either repeats."""
    colours, markers = theme.FAMILY_COLOURS, theme.FAMILY_MARKERS
    turn = index // len(colours)
    return {
        "colour": colours[index % len(colours)],
        "marker": markers[(index + turn) % len(markers)],
    }


class FamiliesControl(Control, traitlets.Tuple):
    """The families that are shown, as a legend with switches.

    Parameters
    ----------
    **words
        ``label, group, help``, see `Control`.
    """

    def __init__(self, **words: str) -> None:
        super().__init__(())
        self.describe(words["label"], "", "", words["group"], words.get("help", ""))

    def validate(self, obj: Any, value: Any) -> Any:
        """Check that the data have each family; the error names the nearest."""
        known = obj._choices(self.name)
        names = names_of(value, known, self.name)
        return tuple(name for name in known if name in names)

    def widget(self, value: Any, owner: Any) -> Any:
        """Build the legend."""
        families = [
            {"name": name, **family_style(index)}
            for index, name in enumerate(owner._choices(self.name))
        ]
        return FamilyLegend(families=families, value=self.to_widget(value, owner))

    def from_widget(self, value: Any, owner: Any = None) -> Any:
        """Names of the families that are switched on."""
        known = owner._choices(self.name)
        return tuple(name for name, shown in zip(known, value, strict=True) if shown)

    def to_widget(self, value: Any, owner: Any = None) -> Any:
        """One switch a family."""
        return [name in value for name in owner._choices(self.name)]

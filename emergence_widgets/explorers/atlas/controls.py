"""Controls of the atlas: words to look for, a cell to click, and kinds of metrics."""

from __future__ import annotations

from typing import Any

import ipywidgets
import traitlets

from ...widgets.controls import ChoiceControl, Control, ControlError
from ...widgets.legend import Legend, SwitchesControl
from .words import KIND_STYLES


class SearchControl(Control, traitlets.Unicode[str, str]):
    """Words to look for, in a text field.

    Parameters
    ----------
    placeholder
        Shown while the field is empty.
    **words
        ``label, group, help``, see `Control`.
    """

    def __init__(self, *, placeholder: str = "", **words: str) -> None:
        super().__init__("")
        self.placeholder = placeholder
        self.describe(words["label"], "", "", words["group"], words.get("help", ""))

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """Check that the value is a text."""
        if not isinstance(value, str):
            raise ControlError(f"{self.name} is {value!r}; {self.label.lower()} takes a text")
        return value

    def widget(self, value: Any, owner: Any) -> ipywidgets.DOMWidget:  # noqa: ARG002
        """Build the text field."""
        return ipywidgets.Text(
            value=value,
            description=self.label,
            placeholder=self.placeholder,
            tooltip=self.help,
            continuous_update=True,
        )


class CellControl(ChoiceControl):
    """One of the names along a side of a heat map, chosen by a click on a cell.

    Parameters
    ----------
    trait
        Trait of the heat map that holds the name's index.
    """

    def __init__(self, trait: str) -> None:
        super().__init__(label="", group="")
        self.trait = trait


class KindsControl(SwitchesControl):
    """Kinds of metrics that are switched on, each in its colour on the map."""

    names_curves = False

    def widget(self, value: Any, owner: Any) -> Any:
        """Build the legend."""
        entries = [
            {"name": shown, **KIND_STYLES[kind]}
            for kind, shown in owner._choices(self.name).items()
        ]
        return Legend(label=self.label, entries=entries, value=self.to_widget(value, owner))

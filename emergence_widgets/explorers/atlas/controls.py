"""Controls of the atlas: words to look for, a cell to click, and kinds of metrics."""

from __future__ import annotations

from typing import Any, Unpack

import ipywidgets
import traitlets

from ...widgets.controls import ChoiceControl, Control, ControlError, Words, choices_of
from ...widgets.legend import Legend, SwitchesControl
from .words import KIND_STYLES


class SearchControl(Control, traitlets.Unicode[str, str]):
    """Words to look for, in a text field."""

    def __init__(self, *, placeholder: str = "", **words: Unpack[Words]) -> None:
        super().__init__("")  # pyright: ignore[reportAttributeAccessIssue]
        self.placeholder = placeholder
        self.describe(**words)

    @property
    def range_text(self) -> str:
        """Any text."""
        return "a text"

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """Check that the value is a text."""
        if not isinstance(value, str):
            raise ControlError(
                f"{self.name} is {value!r}; {self.label.lower()} takes {self.range_text}"
            )
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
    """One of the names along a side of a heat map, chosen by a click on a cell."""

    def __init__(self, trait: str) -> None:
        super().__init__(label="")
        # Of the heat map, which holds the name's index.
        self.trait = trait


class KindsControl(SwitchesControl):
    """Kinds of metrics that are switched on, each in its colour on the map."""

    names_curves = False

    def widget(self, value: Any, owner: Any) -> Any:
        """Build the legend."""
        entries = [
            {"name": shown, **KIND_STYLES[kind]}
            for kind, shown in choices_of(owner, self.name).items()
        ]
        return Legend(label=self.label, entries=entries, value=self.to_widget(value, owner))

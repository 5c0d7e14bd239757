"""Controls: typed traits that know their label, range, step, unit and help text.

Declared once on an explorer; its slider, its keyword argument, its trait and its place in
the browser link all follow from the declaration.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import ipywidgets
import traitlets

from ..results.schema import nearest
from .formats import format_value


class ControlError(traitlets.TraitError, ValueError):
    """A control was given a value it cannot take; the message states the range."""


class Control:
    """What all controls declare beside their type.

    Parameters
    ----------
    default
        Initial value.
    label, symbol
        Plain words, and the symbol of the formula.
    unit
        Unit of the value, in words; may be empty.
    group
        Heading under which the control stands.
    help
        One sentence, shown when the pointer rests on the label.
    """

    name: str | None
    label: str
    symbol: str
    unit: str
    group: str
    help: str
    format: str | None = None
    """Format of the value text beside the slider; None: the slider's own readout."""

    def describe(self, label: str, symbol: str, unit: str, group: str, help: str) -> None:
        """Keep the words."""
        self.label, self.symbol, self.unit = label, symbol, unit
        self.group, self.help = group, help

    @property
    def description(self) -> str:
        """Label and symbol, as shown beside the slider."""
        return f"{self.label} {self.symbol}".strip()

    trait: str = "value"
    """Trait of the input that the browser reads."""

    def widget(self, value: Any, owner: Any) -> ipywidgets.DOMWidget:
        """Build the input that moves this control of `owner`."""
        raise TypeError(f"{type(self).__name__} of {owner} has no input for {value}")

    def from_widget(self, value: Any, owner: Any = None) -> Any:  # noqa: ARG002
        """Value of the control for a value of its input."""
        return value

    def to_widget(self, value: Any, owner: Any = None) -> Any:  # noqa: ARG002
        """Value of the input for a value of the control."""
        return value

    def phrase(self, value: Any, owner: Any) -> str:
        """Label and value in words, as a caption tells them; empty where there is nothing."""
        words = self.in_words(value, owner)
        return words and f"{self.description or str(self.name).capitalize()}: {words}"

    def in_words(self, value: Any, owner: Any) -> str:
        """A value as people read it."""
        if not isinstance(value, tuple):
            return str(value)
        choices = owner._choices(self.name)
        return ", ".join(choices.get(one, one) for one in value) or "none"


class NumberControl(Control, traitlets.Float[float, float | int]):
    """A number on a slider.

    Parameters
    ----------
    default, minimum, maximum, step
        Initial value, range (both ends included) and step of the slider; for a
        logarithmic slider the step is in decades.
    whole
        Whether only whole numbers are meant.
    logarithmic
        Whether the slider moves in decades.
    infinite_at_top
        Whether infinity is accepted and means the slider's right end.
    format
        Format of the value text (see `emergence_widgets.widgets.formats`).
    **words
        ``label, symbol, unit, group, help``, see `Control`.
    """

    def __init__(
        self,
        default: float,
        *,
        minimum: float,
        maximum: float,
        step: float,
        whole: bool = False,
        logarithmic: bool = False,
        infinite_at_top: bool = False,
        format: str | None = None,
        **words: str,
    ) -> None:
        super().__init__(default)
        self.minimum, self.maximum, self.step = minimum, maximum, step
        self.whole, self.logarithmic = whole, logarithmic
        self.infinite_at_top = infinite_at_top
        self.format = format
        self.describe(
            words["label"],
            words.get("symbol", ""),
            words.get("unit", ""),
            words["group"],
            words.get("help", ""),
        )

    @property
    def range_text(self) -> str:
        """The range in words."""
        unit = f" {self.unit}" if self.unit else ""
        kind = "a whole number" if self.whole else "a number"
        end = " (or inf)" if self.infinite_at_top else ""
        return f"{kind} from {self.minimum:g} to {self.maximum:g}{unit}{end}"

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """Check type and range; a whole control keeps an int."""
        number = plain(value)
        acceptable = isinstance(number, (int, float)) and not isinstance(number, bool)
        if acceptable and number == math.inf and self.infinite_at_top:
            return math.inf
        if (
            not acceptable
            or not self.minimum <= number <= self.maximum
            or (self.whole and number != int(number))
        ):
            raise ControlError(
                f"{self.name} is {value!r}; {self.label.lower()} takes {self.range_text}"
            )
        return int(number) if self.whole else float(number)

    def widget(self, value: Any, owner: Any) -> ipywidgets.DOMWidget:  # noqa: ARG002
        """Build the slider."""
        options: dict[str, Any] = {
            "value": self.to_widget(value),
            "description": self.description,
            "tooltip": self.help,
            "continuous_update": True,
            "readout": self.format is None,
        }
        if self.logarithmic:
            return ipywidgets.FloatLogSlider(
                min=math.log10(self.minimum),
                max=math.log10(self.maximum),
                step=self.step,
                **options,
            )
        kind = ipywidgets.IntSlider if self.whole else ipywidgets.FloatSlider
        return kind(min=self.minimum, max=self.maximum, step=self.step, **options)

    def from_widget(self, value: Any, owner: Any = None) -> Any:  # noqa: ARG002
        """Whole controls round what a logarithmic slider gives, halves up."""
        if self.infinite_at_top and value >= self.maximum:
            return math.inf
        value = min(max(value, self.minimum), self.maximum)
        return math.floor(value + 0.5) if self.whole else float(value)

    def to_widget(self, value: Any, owner: Any = None) -> Any:  # noqa: ARG002
        """Infinity stands at the right end."""
        return self.maximum if value == math.inf else value

    def phrase(self, value: Any, owner: Any) -> str:  # noqa: ARG002
        """Label, value and unit."""
        number = format_value(self.format or "number", float(value))
        return f"{self.description} {number} {self.unit}".strip()


class ChoiceControl(Control, traitlets.Unicode[str, str]):
    """One name out of those that the data have, in a dropdown.

    The explorer that owns it tells the names by ``_choices(control name)``, a dict from
    name to the text shown.

    Parameters
    ----------
    **words
        ``label, group, help``, see `Control`.
    """

    trait = "index"

    def __init__(self, **words: str) -> None:
        super().__init__("")
        self.describe(words["label"], "", "", words["group"], words.get("help", ""))

    def validate(self, obj: Any, value: Any) -> Any:
        """Check that the data have the name; the error names the nearest."""
        choices = obj._choices(self.name)
        if not isinstance(value, str) or value not in choices:
            raise ControlError(f"{self.name} is {value!r}. {nearest(value, choices)}")
        return value

    def widget(self, value: Any, owner: Any) -> ipywidgets.DOMWidget:
        """Build the dropdown."""
        return ipywidgets.Dropdown(
            options=list(owner._choices(self.name).values()),
            index=self.to_widget(value, owner),
            description=self.label,
            tooltip=self.help,
        )

    def from_widget(self, value: Any, owner: Any = None) -> Any:
        """Name at an index."""
        return list(owner._choices(self.name))[value]

    def to_widget(self, value: Any, owner: Any = None) -> Any:
        """Index of a name."""
        return list(owner._choices(self.name)).index(value)

    def in_words(self, value: Any, owner: Any) -> str:
        """Text that is shown of a name."""
        return owner._choices(self.name)[value]


class ToggleControl(Control, traitlets.Bool[bool, bool]):
    """A yes or no in a checkbox.

    Parameters
    ----------
    default
        Initial value.
    **words
        ``label, group, help``, see `Control`.
    """

    def __init__(self, default: bool, **words: str) -> None:
        super().__init__(default)
        self.describe(words["label"], "", "", words["group"], words.get("help", ""))

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """Check that the value is a yes or a no."""
        if not isinstance(plain(value), bool):
            raise ControlError(f"{self.name} is {value!r}; {self.label} takes True or False")
        return bool(value)

    def widget(self, value: Any, owner: Any) -> ipywidgets.DOMWidget:  # noqa: ARG002
        """Build the checkbox."""
        return ipywidgets.Checkbox(
            value=value, description=self.label, tooltip=self.help, indent=False
        )

    def in_words(self, value: Any, owner: Any) -> str:  # noqa: ARG002
        """Yes or no."""
        return "yes" if value else "no"


def plain(value: Any) -> Any:
    """A numpy scalar as Python's own number, truth value or text; all else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def names_of(value: Any, known: Iterable[str], control: str | None) -> tuple[str, ...]:
    """The names that a control was given, one or several.

    Raises
    ------
    ControlError
        Something else than names, or an unknown name; the message names the nearest.
    """
    try:
        names = (value,) if isinstance(value, str) else tuple(value)
    except TypeError:
        raise ControlError(f"{control} is {value!r}; expected a name or several") from None
    present = list(known)
    for name in names:
        if name not in present:
            raise ControlError(f"{control} holds {name!r}. {nearest(name, present)}")
    return names


def controls_of(cls: type) -> dict[str, Control]:
    """Controls declared on an explorer class, in the order of their declaration."""
    found: dict[str, Control] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Control):
                found[name] = value
    return found

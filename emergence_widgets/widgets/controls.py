"""Controls: typed traits that know their label, range, step, unit and help text.

Declared once on an explorer; its slider, its keyword argument, its trait, its types and its
place in the browser link all follow from the declaration.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol, Required, TypedDict, TypeVar, Unpack, cast, overload

import ipywidgets
import numpy as np
import traitlets

from ..results.schema import nearest
from .formats import format_value
from .panel import Panel

N = TypeVar("N", bound=float)


class ControlError(traitlets.TraitError, ValueError):
    """A control was given a value it cannot take; the message states the range."""


class Words(TypedDict, total=False):
    """What a control says of itself."""

    label: Required[str]
    symbol: str  # of the formula
    unit: str
    group: str  # heading under which it stands; without one it has no place among the controls
    help: str  # one sentence, shown when the pointer rests on the label


class NumberWords(Words, total=False):
    """What a number's control declares beside its default."""

    minimum: Required[float]
    maximum: Required[float]
    step: float  # in decades where logarithmic
    logarithmic: bool
    infinite_at_top: bool  # infinity is accepted and means the slider's right end
    format: str  # of the value text, see `formats`; a linear slider has a text of its own


class Control:
    """What all controls have beside their type."""

    name: str | None
    label: str = ""
    symbol: str = ""
    unit: str = ""
    group: str = ""
    help: str = ""
    format: str | None = None
    default_value: Any
    trait: str = "value"  # of the input, which the browser reads

    def describe(self, **words: Unpack[Words]) -> None:
        """Keep the words."""
        for name, word in words.items():
            setattr(self, name, word)

    @property
    def description(self) -> str:
        """Label and symbol, as shown beside the slider."""
        return f"{self.label} {self.symbol}".strip()

    @property
    def range_text(self) -> str:
        """What values it takes, in words."""
        return "one of the names of the data"

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """The value as it is kept; `ControlError` says what is wrong with another."""
        raise self.refusal(value)

    def refusal(self, value: Any) -> ControlError:
        """What to raise where a value is none that it takes."""
        words = f"{self.name} is {value!r}; {self.label.lower()} takes {self.range_text}"
        return ControlError(words)

    def widget(self, value: Any, owner: Any) -> Any:
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
        names, choices = cast("tuple[str, ...]", value), choices_of(owner, self.name)
        return ", ".join(choices.get(name, name) for name in names) or "none"


class NumberControl(Control, traitlets.Float[N, float | np.number[Any]]):
    """A number on a slider; a whole one is an int."""

    @overload
    def __init__(
        self: NumberControl[int], default: float, *, whole: Literal[True],
        **declared: Unpack[NumberWords],
    ) -> None: ...  # fmt: skip

    @overload
    def __init__(
        self: NumberControl[float], default: float, *, whole: Literal[False] = False,
        **declared: Unpack[NumberWords],
    ) -> None: ...  # fmt: skip

    def __init__(
        self, default: float, *, minimum: float, maximum: float, step: float | None = None,
        whole: bool = False, logarithmic: bool = False, infinite_at_top: bool = False,
        format: str | None = None, **words: Unpack[Words],
    ) -> None:  # fmt: skip
        cast("Any", super()).__init__(default)
        self.minimum, self.maximum, self.whole = minimum, maximum, whole
        self.logarithmic, self.infinite_at_top = logarithmic, infinite_at_top
        usual_step, usual_format = (1 if whole else 0.01), None
        if logarithmic:
            usual_step, usual_format = 0.05, "count" if whole else "scale"
        self.step = usual_step if step is None else step
        self.format = format or usual_format
        self.describe(**words)

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
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            if number == math.inf and self.infinite_at_top:
                return math.inf
            if self.minimum <= number <= self.maximum and not (self.whole and number % 1):
                return int(number) if self.whole else float(number)
        raise self.refusal(value)

    def widget(self, value: Any, owner: Any) -> Any:  # noqa: ARG002
        """Build the slider."""
        options: dict[str, Any] = {
            "value": self.to_widget(value), "description": self.description, "tooltip": self.help,
            "continuous_update": True, "readout": self.format is None, "step": self.step,
        }  # fmt: skip
        if self.logarithmic:
            low, high = math.log10(self.minimum), math.log10(self.maximum)
            return ipywidgets.FloatLogSlider(min=low, max=high, **options)
        kind = ipywidgets.IntSlider if self.whole else ipywidgets.FloatSlider
        return kind(min=self.minimum, max=self.maximum, **options)

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


class ToggleControl(Control, traitlets.Bool[bool, bool | np.bool_]):
    """A yes or no in a checkbox."""

    def __init__(self, default: bool, **words: Unpack[Words]) -> None:
        cast("Any", super()).__init__(default)
        self.describe(**words)

    @property
    def range_text(self) -> str:
        """Both values."""
        return "True or False"

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """Check that the value is a yes or a no."""
        if not isinstance(plain(value), bool):
            raise self.refusal(value)
        return bool(value)

    def widget(self, value: Any, owner: Any) -> Any:  # noqa: ARG002
        """Build the checkbox."""
        return ipywidgets.Checkbox(
            value=value, description=self.label, tooltip=self.help, indent=False
        )

    def in_words(self, value: Any, owner: Any) -> str:  # noqa: ARG002
        """Yes or no."""
        return "yes" if value else "no"


class ChoiceControl(Control, traitlets.Unicode[str, str]):
    """One name out of those that the data have, in a dropdown."""

    trait = "index"

    def __init__(self, **words: Unpack[Words]) -> None:
        cast("Any", super()).__init__("")
        self.describe(**words)

    def validate(self, obj: Any, value: Any) -> Any:
        """Check that the data have the name; the error names the nearest."""
        choices = choices_of(obj, self.name)
        if not isinstance(value, str) or value not in choices:
            raise ControlError(f"{self.name} is {value!r}. {nearest(value, choices)}")
        return value

    def widget(self, value: Any, owner: Any) -> Any:
        """Build the dropdown."""
        return ipywidgets.Dropdown(
            options=list(choices_of(owner, self.name).values()),
            index=self.to_widget(value, owner),
            description=self.label,
            tooltip=self.help,
        )

    def from_widget(self, value: Any, owner: Any = None) -> Any:
        """Name at an index."""
        return list(choices_of(owner, self.name))[int(value)]

    def to_widget(self, value: Any, owner: Any = None) -> Any:
        """Index of a name."""
        return list(choices_of(owner, self.name)).index(value)

    def in_words(self, value: Any, owner: Any) -> str:
        """Text that is shown of a name."""
        return choices_of(owner, self.name)[value]


class NamesControl(Control, traitlets.TraitType[tuple[str, ...], str | Iterable[str]]):
    """Some of the names that the data have."""

    default_value = ()

    @property
    def range_text(self) -> str:
        """Names, one or several."""
        return "a name or several"

    def validate(self, obj: Any, value: Any) -> Any:
        """The names as given; an error names the nearest to an unknown one."""
        choices = choices_of(obj, self.name)
        try:
            names = (value,) if isinstance(value, str) else tuple(value)
        except TypeError:
            raise ControlError(f"{self.name} is {value!r}; expected {self.range_text}") from None
        for name in names:
            if name not in choices:
                raise ControlError(f"{self.name} holds {name!r}. {nearest(name, choices)}")
        return names


class Controlled(Protocol):
    """An explorer, as far as tours and links between explorers need to know it."""

    controls: dict[str, Any]
    panels: dict[str, Panel]
    shared_links: list[Any]


def declared(explorer: Any) -> Mapping[str, Control]:
    """Controls of an explorer by name."""
    controls: Mapping[str, Control] = explorer._declared
    return controls


def choices_of(owner: Any, control: str | None) -> dict[str, str]:
    """Names that a control of an explorer can take, each with the text shown."""
    choices: dict[str, str] = owner._choices(control)
    return choices


def plain(value: Any) -> Any:
    """A numpy scalar as Python's own number, truth value or text; all else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def controls_of(cls: type) -> dict[str, Control]:
    """Controls declared on an explorer class, in the order of their declaration."""
    return {
        name: value
        for base in reversed(cls.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, Control)
    }


def signature_with_controls(cls: type) -> inspect.Signature:
    """Signature of an explorer's ``__init__`` with its controls in the place of ``**controls``."""
    written = inspect.signature(cls.__init__)
    kept = [one for one in written.parameters.values() if one.kind is not one.VAR_KEYWORD]
    defaults: dict[str, Any] = {
        # Names are those of the data.
        name: ... if isinstance(control, (ChoiceControl, NamesControl)) else control.default_value
        for name, control in controls_of(cls).items()
    }
    named = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in {**defaults, "layout": None}.items()
    ]
    return written.replace(parameters=[*kept, *named])

"""The words beside the figures: values of controls, readouts and legend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...explorers.atlas.controls import KindsControl
from ...explorers.base import Explorer
from ...widgets.controls import ChoiceControl, Control, NumberControl, ToggleControl
from ...widgets.formats import format_value
from ...widgets.legend import Legend, SwitchesControl
from .palette import plain_colour

FIELD = re.compile(r"\{(\w+):(\w+)\}")
# What XML 1.0 cannot hold, whatever its escape.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Readout:
    """A number under the figures, in words."""

    label: str
    value: str
    detail: str


def plain(text: str) -> str:
    r"""Text on one line, without characters that no file of text can hold.

    Examples
    --------
    >>> plain("a\x00b\nc")
    'a�b c'
    """
    return " ".join(UNPRINTABLE.sub("\ufffd", text).split())


def caption(explorer: Explorer) -> str:
    """All controls and their values in one line.

    Parameters
    ----------
    explorer
        Any explorer.

    Returns
    -------
    str

    Examples
    --------
    >>> from emergence_widgets import HighJumpExplorer
    >>> e = HighJumpExplorer(bar=1.75)
    >>> "Bar h 1.75 metres" in caption(e)
    True
    >>> e.close()
    """
    told = []
    for name, control in explorer._declared.items():
        value = _value(explorer, name, control)
        label = control.description or name.replace("_", " ").capitalize()
        if value:
            told.append(f"{label}{'' if isinstance(control, NumberControl) else ':'} {value}")
    return plain("; ".join(told)) + "."


def _value(explorer: Any, name: str, control: Control) -> str:
    value = getattr(explorer, name)
    if isinstance(control, NumberControl):
        number = format_value(control.format or "number", float(value))
        return f"{number} {control.unit}".strip()
    if isinstance(control, ToggleControl):
        return "yes" if value else "no"
    if isinstance(control, ChoiceControl):
        return explorer._choices(name)[value]
    if isinstance(value, tuple):
        choices = explorer._choices(name)
        return ", ".join(choices.get(one, one) for one in value) or "none"
    return str(value)


def legend(explorer: Explorer) -> tuple[tuple[str, str, str], ...]:
    """Name, colour and marker of what is switched on in the legends of the curves."""
    return tuple(
        (plain(entry["name"]), plain_colour(entry["colour"]), entry.get("marker", ""))
        for name, control in explorer._declared.items()
        # Kinds of metrics colour the map, not the curves.
        if isinstance(control, SwitchesControl) and not isinstance(control, KindsControl)
        for widget in [explorer.controls[name]]
        if isinstance(widget, Legend)
        for entry, on in zip(
            widget.entries, control.to_widget(getattr(explorer, name), explorer), strict=True
        )
        if on
    )


def readouts(explorer: Explorer, outputs: Mapping[str, Any]) -> tuple[Readout, ...]:
    """The numbers under the figures, as the readout strip writes them.

    Parameters
    ----------
    explorer
        Any explorer.
    outputs
        Of its program.

    Returns
    -------
    tuple of Readout
        Those that have a label.
    """
    found = []
    for cell in explorer.readouts.cells:
        label = _filled(cell["label"], outputs)
        if not label:
            continue
        detail = _filled(cell["detail"], outputs)
        verdict = _verdict(cell["verdict"], outputs) if cell["verdict"] else ""
        detail = " · ".join(part for part in (verdict, detail) if part)
        found.append(Readout(label, _filled(cell["value"], outputs), detail))
    for one in outputs.get("verdicts") or ():
        found.append(
            Readout(
                plain(f"Is the jump in {one['metric']} real?"),
                plain(one["outcome"]),
                plain(one["meaning"]),
            )
        )
    return tuple(found)


def _number(outputs: Mapping[str, Any], name: str) -> float:
    try:
        values = np.ravel(np.asarray(outputs[name], dtype=float))
    except (KeyError, TypeError, ValueError):
        return np.nan
    return float(values[0]) if values.size else np.nan


def _filled(template: str, outputs: Mapping[str, Any]) -> str:
    def fill(field: re.Match[str]) -> str:
        name, format = field.groups()
        if format == "text":
            value = outputs.get(name, "")
            return value if isinstance(value, str) else ""
        return format_value(format, _number(outputs, name))

    return plain(FIELD.sub(fill, template))


def _verdict(verdict: Mapping[str, Any], outputs: Mapping[str, Any]) -> str:
    shown = abs(_number(outputs, verdict["output"]))
    if np.isnan(shown):
        return ""
    passed = sum(shown > _number(outputs, limit) for limit in verdict["limits"])
    return verdict["words"][passed]

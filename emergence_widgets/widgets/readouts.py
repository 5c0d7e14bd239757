"""The readout strip under the figures."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from .front_end import front_end
from .tensors import WIRE


def cell(
    label: str,
    value: str,
    *,
    detail: str = "",
    help: str = "",
    verdict: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One readout.

    Parameters
    ----------
    label
        What the number is.
    value, detail
        Texts in which ``{output:format}`` stands for a number of the program's outputs.
    help
        One sentence, shown when the pointer rests on the readout.
    verdict
        ``{"output": name, "limits": [name, name], "words": [below, between, above]}``: what
        to say of an output's absolute value against two other outputs, in ascending order.

    Returns
    -------
    dict
        For `ReadoutStrip.cells`.
    """
    return {"label": label, "value": value, "detail": detail, "help": help, "verdict": verdict}


def column(label: str, output: str, format: str) -> dict[str, str]:
    """One column of the strip's table: a heading, an output and its format.

    The heading may hold ``{output:text}``; a column whose heading is empty is not shown. The
    format ``text`` is for an output that is a list of texts.
    """
    return {"label": label, "output": output, "format": format}


class ReadoutStrip(anywidget.AnyWidget):
    """Live numbers under the figures, and a table of the points for screen readers.

    Attributes
    ----------
    cells, columns
        See `cell` and `column`.
    values
        Outputs of the program, as arrays; set by the browser link.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    cells = traitlets.List().tag(sync=True)
    columns = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True, **WIRE)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=front_end("readouts.js"), **traits)

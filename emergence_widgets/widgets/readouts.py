"""The readout strip under the figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import traitlets

from ..core.statistics.late_rise import LATE, LEAST_LATE
from .base import WIRE, BuiltWidget
from .formats import format_value

LATE_RISE_WORDS = (
    ("T, late rise", "How far a curve lags behind steady gains at the worst place, as a share of "
     "its whole rise: the length of the bracket. 0 is no lag, near 1 a long wait and then a jump. "
     "It tells of the sizes that were tested; our own measure."),
    ("Steady gains", "The dotted line: the lowest curve above all the points whose gains, for each "
     "doubling of the size, stay equal or shrink. Turned over where lower is better."),
    ("A little late, late", f"T above {LEAST_LATE:g}, and above {LATE:g}. Up to {LEAST_LATE:g} the "
     "strip says steady gains; where the score does not rise by more than its 95% "
     "intervals allow, or falls at the beginning or the end, no clear rise."),
)  # fmt: skip
SMOOTH_LOSS_WORDS = (
    ("X, explained by the loss", "The share of the steepest half of the rise that a smooth loss "
     "predicts: the wide pale line, which allows the loss no break. Near 1 the metric makes the "
     "jump; well below, the loss itself breaks."),
)  # fmt: skip
SMALL_PRINT = (
    ("B, breakthroughness", "Schaeffer et al. 2023, Eq. 1: the rise over the median step from one "
     "size to the next. It grows with the number of sizes, and with flat stretches."),
)  # fmt: skip

FIELD = re.compile(r"\{(\w+):(\w+)\}")


def cell(
    label: str, value: str, *, detail: str = "", help: str = "",
    verdict: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One readout; texts hold ``{output:format}`` where a number of the program's outputs stands.

    `verdict` says what to read of an output: ``{"output": name, "limits": [0.1, 0.3], "words":
    [below, between, above], "missing": words}``, the last where the output is NaN.
    """
    return {"label": label, "value": value, "detail": detail, "help": help, "verdict": verdict}


def late_rise_cell(label: str, name: Any) -> dict[str, Any]:
    """Late rise T in words, from ``late_<name>``, with breakthroughness as a detail."""
    return cell(
        label,
        f"T = {{late_{name}:hundredths}}",
        detail=f"B = {{breakthroughness_{name}:number}}",
        help=LATE_RISE_WORDS[0][1],
        verdict={
            "output": f"late_{name}",
            "limits": [LEAST_LATE, LATE],
            "words": ["steady gains", "a little late", "late"],
            "missing": "no clear rise",
        },
    )


def meanings(*, smooth_loss: bool = False) -> list[dict[str, Any]]:
    """What the strip's words mean: ``term``, ``text`` and whether it is ``small`` print."""
    words = [*LATE_RISE_WORDS, *(SMOOTH_LOSS_WORDS if smooth_loss else ())]
    return [
        {"term": term, "text": text, "small": small}
        for group, small in ((words, False), (SMALL_PRINT, True))
        for term, text in group
    ]


def column(label: str, output: str, format: str) -> dict[str, str]:
    """One column of the strip's table: a heading, an output and its format.

    The heading may hold ``{output:text}``; a column whose heading is empty is not shown. The
    format ``text`` is for an output that is a list of texts.
    """
    return {"label": label, "output": output, "format": format}


class ReadoutStrip(BuiltWidget):
    """Live numbers under the figures, and a table of the points for screen readers."""

    script = "readouts"

    cells = traitlets.List[Any]().tag(sync=True)  # see `cell`
    columns = traitlets.List[Any]().tag(sync=True)  # see `column`
    meanings = traitlets.List[Any]().tag(sync=True)  # see `meanings`
    values = traitlets.Dict().tag(sync=True, **WIRE)  # outputs, set by the browser link


def filled(
    cells: Iterable[Mapping[str, Any]], outputs: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Label, value and detail of each readout, as the strip writes them; then the verdicts."""
    for cell in cells:
        label, value, detail = (
            _filled(cell[name], outputs) for name in ("label", "value", "detail")
        )
        if label:
            verdict = _verdict(cell["verdict"], outputs) if cell["verdict"] else ""
            yield label, value, " · ".join(filter(None, (verdict, detail)))
    for one in outputs.get("verdicts") or ():
        yield f"Is the jump in {one['metric']} real?", one["outcome"], one["meaning"]


def _filled(template: str, outputs: Mapping[str, Any]) -> str:
    def fill(field: re.Match[str]) -> str:
        name, format = field.groups()
        if format != "text":
            return format_value(format, _number(outputs, name))
        value = outputs.get(name, "")
        return value if isinstance(value, str) else ""

    return FIELD.sub(fill, template)


def _number(outputs: Mapping[str, Any], name: str) -> float:
    try:
        values = np.ravel(np.asarray(outputs[name], dtype=float))
    except (KeyError, TypeError, ValueError):
        return np.nan
    return float(values[0]) if values.size else np.nan


def _verdict(verdict: Mapping[str, Any], outputs: Mapping[str, Any]) -> str:
    shown = _number(outputs, verdict["output"])
    if np.isnan(shown):
        return verdict["missing"]
    passed = sum(shown > limit for limit in verdict["limits"])
    return verdict["words"][passed]

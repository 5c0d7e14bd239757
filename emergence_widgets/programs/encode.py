"""Encodings: how outputs of a program become traits of marks. Twin of ``js/src/encode.ts``.

A program returns numbers and names in data units; an explorer declares in `_build` what its
widgets show of them, and both languages evaluate the declaration whenever something moves::

    panel.curve(colour, log("scale"), "loss")  # a line over a logarithmic axis
    panel.points(colour, log("model_scale", when="log_scale"), "score")
    panel.bars(colour, log("model_scale"), "lower", "upper")
    panel.dashed([left, right], "chance")  # a rule across the figure
    panel.note(right, "chance", text("chance of {n_items} items"))
    panel.bind(panel.scales["y"], max="length")
    panel.bind(points, selected=which(equals("run", "selection")))

An encoding is JSON, and one of

- a name: an output of the program, a constant or a control, looked for in this order;
  ``axes.log.low`` and ``axes.0`` reach into an output or a constant that is a dict or a list;
- a number, or None for a gap;
- a list: its parts joined end to end;
- a dict with one operation, made by the functions below.

A single number as ``x`` or ``y`` is one point. What bqplot cannot draw is never given to it:
points and labels of which x or y is unknown are left out, and a line ends with its last point
that has both; ``bind(…, keep="placed")`` leaves them out of a line as well, ``keep="all"`` leaves
out nothing. What a click selects (`Panel.selectable_points`) and `which` are counted among all
points of the output, drawn or not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np

from .program import Floats

Encoding: TypeAlias = "str | float | Sequence[Encoding] | dict[str, Encoding] | None"
Keep = Literal["all", "placed", "ended"]
Lookup = Callable[[str], Any]

DODGE_SHARE = 0.4
"""Most of the gap between neighbouring places that dodged points take."""
MOST_STEPS = 4
PLACES = {"x", "y"}
"""Traits of marks that hold as many numbers as there are points."""
FIELD = re.compile(r"\{([\w.]+)\}")


def log(value: Encoding, *, when: Encoding = 1.0, otherwise: Encoding = None) -> Encoding:
    """Decades, on an axis that is logarithmic when `when`; `otherwise` for numbers up to 0."""
    options = {"when": when, "otherwise": otherwise}
    return {"log": value} | {key: one for key, one in options.items() if one not in (1.0, None)}


def _of_one(operation: str, value: Encoding) -> Encoding:
    return {operation: value}


def _of_two(operation: str, a: Encoding, b: Encoding) -> Encoding:
    return {operation: [a, b]}


loglog = partial(_of_one, "loglog")  # -log10(-ln p) of a rate, which is infinite at 0 and 1
# Of the points drawn, those whose mask is not 0: for the trait ``selected``.
which = partial(_of_one, "which")
text = partial(_of_one, "text")  # in which ``{name}`` stands for a text or a whole number
ticks = partial(_of_one, "ticks")  # at most five whole numbers, evenly spaced from 0 up to one

plus = partial(_of_two, "plus")
times = partial(_of_two, "times")
above = partial(_of_two, "above")  # 1 where the first is greater than the second, else 0
equals = partial(_of_two, "equals")  # 1 where both are the same, else 0
# One coordinate of bars that are drawn as one line, whose gaps lift the pen: start and end.
bars = partial(_of_two, "bars")
# One coordinate of a region: there along its upper edge and back along its lower one.
band = partial(_of_two, "band")


def clip(value: Encoding, low: Encoding = None, high: Encoding = None) -> Encoding:
    """At least `low` and at most `high`."""
    ends = {"low": low, "high": high}
    return {"clip": value} | {end: one for end, one in ends.items() if one is not None}


def dodge(places: Encoding, repeats: Encoding, most: float) -> Encoding:
    """Places of points that were measured repeatedly, a row a repeat, moved beside each other."""
    return {"dodge": places, "repeats": repeats, "most": most}


def only(value: Encoding, where: Encoding) -> Encoding:
    """The elements for which `where` is not 0."""
    return {"only": value, "where": where}


def choose(when: Encoding, then: Encoding, otherwise: Encoding) -> Encoding:
    """`then`, or `otherwise` when `when` is 0, unknown, false or an empty text."""
    return {"choose": when, "then": then, "otherwise": otherwise}


def stack(rows: list[Encoding], beside: list[Encoding]) -> Encoding:
    """Lines of several families as one mark: rows that end where `beside` has no place either."""
    return {"stack": rows, "beside": beside}


def stacked(texts: list[Encoding], rows: list[Encoding], beside: list[Encoding]) -> Encoding:
    """Of `texts`, one a row, those whose rows in `stack` are not empty; else the first."""
    return {"stacked": texts, "rows": rows, "beside": beside}


def scope(*levels: Mapping[str, Any]) -> Lookup:
    """Looks a name up in the first of `levels` that has it."""

    def lookup(name: str) -> Any:
        first, *rest = name.split(".")
        for level in levels:
            if first in level:
                found = level[first]
                for part in rest:
                    found = found[int(part) if isinstance(found, list) else part]
                return _plain(found)
        raise KeyError(f"no output, constant or control is called {name!r}")

    return lookup


def encoded(traits: Mapping[str, Encoding], keep: Keep, lookup: Lookup) -> dict[str, Any]:
    """The traits of one widget.

    `keep` says what is left out of ``x`` and ``y`` where both are encoded: nothing, points
    without a place, or only those after the last point with one. What `which` chooses are places
    among the points that remain.
    """
    values = {name: _evaluate(one, lookup) for name, one in traits.items()}
    for name in PLACES & values.keys():
        if values[name] is None or _is_a(values[name], float, bool):
            values[name] = _row(values[name])
    kept: Any = slice(None)
    if keep != "all" and {"x", "y"} <= values.keys():
        x, y = _row(values["x"]), _row(values["y"])
        if x.shape == y.shape and x.ndim == 1:
            there = np.isfinite(x) & np.isfinite(y)
            if keep == "ended":
                kept = slice(0, int(np.max(np.flatnonzero(there), initial=-1)) + 1)
            else:
                kept = there
            values |= {"x": x[kept], "y": y[kept]}
            if isinstance(values.get("text"), list) and len(values["text"]) == len(x):
                places = np.arange(len(x))[kept]
                values["text"] = [values["text"][at] for at in places]
    for name, one in traits.items():
        if isinstance(one, dict) and "which" in one:
            values[name] = np.flatnonzero(_row(values[name])[kept]).astype(float)
        # An empty selection would fade all points.
        if name == "selected" and np.size(values[name]) == 0:
            values[name] = None
    return values


def _plain(value: Any) -> Any:
    """Numbers as floats and arrays, all else as it is."""
    if _is_a(value, bool, np.bool_):
        return bool(value)
    if _is_a(value, int, float, np.number) or (_is_a(value, np.ndarray) and value.ndim == 0):
        return float(value)
    if _is_a(value, np.ndarray) or (_is_list(value) and {*map(type, value)} <= {int, float}):
        return np.asarray(value, dtype=float)
    return value


def _is_a(value: Any, *kinds: Any) -> bool:
    return isinstance(value, kinds)


def _is_list(value: Any) -> bool:
    """Whether it is a list with something in it: of numbers, or of texts."""
    return _is_a(value, list, tuple) and len(value) > 0


def _numbers(value: Any) -> Floats:
    return np.asarray(np.nan if value is None else value, dtype=float)


def _row(value: Any) -> Floats:
    return np.atleast_1d(_numbers(value))


def _evaluate(encoding: Encoding, lookup: Lookup) -> Any:
    if encoding is None:
        return None
    if isinstance(encoding, str):
        return lookup(encoding)
    if isinstance(encoding, Sequence):
        return _joined([_evaluate(part, lookup) for part in encoding])
    if not isinstance(encoding, dict):
        return float(encoding)
    operation = next((one for one in encoding if one in _OPERATIONS), None)
    if operation is None:
        raise ValueError(
            f"{list(encoding)} holds no operation; expected one of {', '.join(_OPERATIONS)}"
        )
    given = encoding[operation]
    if operation == "text":
        return _filled(str(given), lookup)
    if operation in ("stack", "stacked"):
        return _stacked(encoding, operation, lookup)
    if operation == "choose":
        chosen = "then" if _holds(_evaluate(given, lookup)) else "otherwise"
        return _evaluate(encoding[chosen], lookup)
    function, *names = _OPERATIONS[operation]
    parts = given if operation in _OF_TWO and isinstance(given, list) else [given]
    values = [_evaluate(part, lookup) for part in parts]
    options = {name: _evaluate(encoding[name], lookup) for name in names if name in encoding}
    return _plain(function(*values, **options))


def _stacked(encoding: dict[str, Any], operation: str, lookup: Lookup) -> Any:
    rows = encoding["stack" if operation == "stack" else "rows"]
    trimmed: list[Floats] = []
    for row, beside in zip(rows, encoding["beside"], strict=True):
        values, others = _row(_evaluate(row, lookup)), _row(_evaluate(beside, lookup))
        there = np.flatnonzero(np.isfinite(values) & np.isfinite(others))
        trimmed.append(values[: int(np.max(there, initial=-1)) + 1])
    if operation == "stacked":
        texts: list[Any] = [_evaluate(one, lookup) for one in encoding["stacked"]]
        return [text for text, row in zip(texts, trimmed, strict=True) if len(row)] or texts[:1]
    drawn = [row for row in trimmed if len(row)]
    if len(drawn) < 2:
        # bqplot takes an axis of length one away, so that one row is one-dimensional.
        return drawn[0] if drawn else np.zeros(0)
    width = max([2, *map(len, drawn)])
    # Shorter rows end with their last point again.
    return np.stack([np.pad(row, (0, width - len(row)), mode="edge") for row in drawn])


def _holds(value: Any) -> bool:
    return bool(value) and value == value


def _joined(parts: list[Any]) -> Any:
    if any(isinstance(part, str) or _is_list(part) for part in parts):
        return [one for part in parts for one in ([part] if isinstance(part, str) else part)]
    return np.concatenate([np.zeros(0), *map(_row, parts)])


def _filled(template: str, lookup: Lookup) -> str:
    def fill(field: re.Match[str]) -> str:
        value = lookup(field[1])
        return value if isinstance(value, str) else f"{np.floor(value + 0.5):.0f}"

    return FIELD.sub(fill, template)


def axis_position(values: Any, logarithmic: bool = True) -> Floats:
    """Where numbers stand on an axis; NaN for what a logarithmic one cannot hold."""
    numbers = _numbers(values)
    if not logarithmic:
        return numbers
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(numbers > 0, np.log10(numbers), np.nan)


def _log(value: Any, when: Any = True, otherwise: Any = None) -> Floats:
    numbers = _numbers(value)
    if not _holds(when):
        return numbers
    return np.where(numbers <= 0, _numbers(otherwise), axis_position(numbers))


def _loglog(rate: Any) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return -np.log10(-np.log(_numbers(rate)))


def _clip(value: Any, low: Any = None, high: Any = None) -> Floats:
    numbers = _numbers(value)
    numbers = numbers if low is None else np.maximum(numbers, low)
    return numbers if high is None else np.minimum(numbers, high)


def _each(function: Callable[[Floats, Floats], Any]) -> Callable[[Any, Any], Floats]:
    return lambda a, b: np.asarray(function(_numbers(a), _numbers(b)), dtype=float)


def _bars(start: Any, end: Any) -> Floats:
    first, last = _row(start), _row(end)
    return np.stack([first, last, np.full(first.shape, np.nan)], axis=-1).ravel()[:-1]


def _band(upper: Any, lower: Any) -> Floats:
    return np.concatenate([_row(upper), _row(lower)[::-1]])


def _dodge(places: Any, repeats: Any, most: Any) -> Floats:
    rows = int(repeats)
    table = _numbers(places).reshape(rows, -1)
    gap = (table[0, -1] - table[0, 0]) / max(table.shape[1] - 1, 1)
    reach = min(most, DODGE_SHARE * gap)
    shift = reach * (np.arange(rows) / max(rows - 1, 1) - 0.5) if rows > 1 else np.zeros(1)
    return (table + shift[:, None]).ravel()


def _only(value: Any, where: Any) -> Floats:
    return _row(value)[_row(where) != 0]


def _equals(a: Any, b: Any) -> Any:
    if isinstance(a, str) or isinstance(b, str):
        return float(a == b)
    return _each(np.equal)(a, b)


def _ticks(highest: Any) -> Floats:
    top = float(highest)
    step = max(math.ceil(top / MOST_STEPS), 1)
    return _numbers([step * at for at in range(math.floor(top / step) + 1)])


_OF_TWO = ("plus", "times", "bars", "band", "above", "equals")
# The function of each operation, and the names of its options.
_OPERATIONS: dict[str, tuple[Any, ...]] = {
    "log": (_log, "when", "otherwise"),
    "loglog": (_loglog,),
    "clip": (_clip, "low", "high"),
    "plus": (_each(np.add),),
    "times": (_each(np.multiply),),
    "bars": (_bars,),
    "band": (_band,),
    "dodge": (_dodge, "repeats", "most"),
    "only": (_only, "where"),
    "above": (_each(np.greater),),
    "equals": (_equals,),
    "which": (_numbers,),
    "ticks": (_ticks,),
    "choose": (),
    "stack": (),
    "stacked": (),
    "text": (),
}

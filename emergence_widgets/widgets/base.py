"""Widgets whose browser side is a built file, and arrays as they travel to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, cast

import anywidget
import numpy as np
import traitlets

from .contract import CONTRACT

OF_ANOTHER_VERSION = (
    "The built front end of emergence_widgets is of another version than its Python: reinstall the "
    "package or, in a checkout, run `pip install -e .`, which builds the front end anew."
)


@cache
def front_end(name: str) -> str:
    """Text of one file of ``emergence_widgets/static``.

    As text, not as a path: given a path, anywidget watches the file and keeps every instance
    alive through the watcher (anywidget issue 929).
    """
    path = files("emergence_widgets") / "static" / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{name} is missing from the installed package. Install a released wheel, or run "
            "`pip install -e .` in a checkout, which builds the front end."
        )
    return path.read_text(encoding="utf-8")


def is_current(name: str) -> bool:
    """Whether a built file shares the contract of this Python."""
    return CONTRACT in front_end(name)


def module(name: str, *, notice: str = "") -> str:
    """A built file as the module of a widget; one of another version shows a notice instead."""
    if is_current(name):
        return front_end(name)
    return f"""export default {{ render({{ el }}) {{
  el.className = "ew-error";
  el.setAttribute("role", "alert");
  el.textContent = {json.dumps(notice)};
}} }};"""


class BuiltWidget(anywidget.AnyWidget):
    """A widget drawn by the file of ``js/src`` that `script` names."""

    script: ClassVar[str]

    _esm = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=module(f"{self.script}.js"), **traits)


def _encode(value: Any) -> Any:
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        value = np.float64(value)
    if isinstance(value, (np.ndarray, np.number)):
        # asarray first: ascontiguousarray alone would make a scalar one-dimensional.
        numbers = np.asarray(value, dtype="<f8")
        return {"shape": list(numbers.shape), "data": memoryview(numbers.tobytes())}
    return value


def tensors_to_wire(values: Mapping[str, Any] | None, _widget: Any = None) -> dict[str, Any]:
    """Arrays and numbers as float64, one binary buffer each; JSON values as they are."""
    return {name: _encode(value) for name, value in (values or {}).items()}


def wire_to_tensors(values: Mapping[str, Any] | None, _widget: Any = None) -> dict[str, Any]:
    """Inverse of `tensors_to_wire`; numbers come back as zero-dimensional arrays."""
    decoded: dict[str, Any] = {}
    for name, value in (values or {}).items():
        decoded[name] = value
        if isinstance(value, dict):
            array = cast("dict[str, Any]", value)
            if set(array) == {"shape", "data"}:
                numbers = np.frombuffer(array["data"], dtype="<f8")
                decoded[name] = numbers.reshape(array["shape"]).copy()
    return decoded


WIRE = {"to_json": tensors_to_wire, "from_json": wire_to_tensors}

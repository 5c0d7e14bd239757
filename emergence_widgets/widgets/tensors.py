"""Arrays as they travel to the browser: float64, as one binary buffer each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def _encode(value: Any) -> Any:
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        value = np.float64(value)
    if isinstance(value, (np.ndarray, np.number)):
        # asarray first: ascontiguousarray alone would make a scalar one-dimensional.
        numbers = np.asarray(value, dtype="<f8")
        return {"shape": list(numbers.shape), "data": memoryview(numbers.tobytes())}
    return value


def tensors_to_wire(values: Mapping[str, Any] | None, _widget: Any = None) -> dict[str, Any]:
    """Serialise a dict of arrays, numbers and JSON values for the browser."""
    return {name: _encode(value) for name, value in (values or {}).items()}


def wire_to_tensors(values: Mapping[str, Any] | None, _widget: Any = None) -> dict[str, Any]:
    """Inverse of `tensors_to_wire`; numbers come back as zero-dimensional arrays."""
    decoded: dict[str, Any] = {}
    for name, value in (values or {}).items():
        if isinstance(value, dict) and set(value) == {"shape", "data"}:
            numbers = np.frombuffer(value["data"], dtype="<f8")
            decoded[name] = numbers.reshape(value["shape"]).copy()
        else:
            decoded[name] = value
    return decoded


WIRE = {"to_json": tensors_to_wire, "from_json": wire_to_tensors}

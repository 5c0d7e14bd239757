"""What Python and TypeScript share: constants by module, the names of every program's outputs, the
operations of encodings, and the traits of widgets.

`python tools/contract.py` writes ``js/src/contract.json``, which the front end and the parity tests
read. A number in a name stands as ``#`` there: ``score_0_1`` is ``score_#_#``. Its digest stands in
``widgets/contract.py`` and in every built file, so that Python knows a front end that is not its
own.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import emergence_widgets as ew
from emergence_widgets.programs import PROGRAMS, encode
from emergence_widgets.widgets import base, link

ROOT = Path(__file__).parents[1]
CONTRACT = ROOT / "js" / "src" / "contract.json"
DIGEST = ROOT / "emergence_widgets" / "widgets" / "contract.py"
CONSTANTS = {
    "core.statistics.intervals": ("NORMAL_95", "ROUNDING"),
    "core.statistics.explained_by_loss": (
        "HALF",
        "WORTH_SPEAKING_OF",
        "TWICE",
        "ROUNDS",
        "LEAST_SLOPE",
        "LEAST_LOSS",
    ),
    "core.statistics.late_rise": ("LATE", "LEAST_FALL", "LEAST_LATE"),
    "core.theory.multiple_choice": ("QUADRATURE_PANELS",),
    "core.theory.skills": ("SUMMED", "CORRECTIONS", "ROUNDING"),
    "programs.atlas_map": (
        "NOT_RISING",
        "RISES",
        "NOT_MEASURED",
        "TOO_FEW",
        "FIRST_SHAPE",
        "STEPS_UP",
        "NO_VERDICT",
    ),
    "programs.encode": ("DODGE_SHARE", "MOST_STEPS"),
    "programs.high_jump": ("NORMAL_90", "GRAVITY", "RUN", "FLOPS_AN_HOUR", "NO_LEAD"),
    "programs.late": ("STEPS", "NUMBER_ROOM", "TIE"),
    "programs.mirage": ("NO_SPREAD", "MEASURED", "LOWER_IS_BETTER", "COUNTED"),
    "programs.multi_step": (
        "LEVELS",
        "COMPARED",
        "TABLE_STEPS",
        "HALVINGS",
        "LEAST_LOG_LOSS",
        "MOST_LOG_LOSS",
    ),
    "programs.sharp_skills": ("MOST_NATS", "TASKS"),
    "programs.smooth_loss": ("MOST_SCALES",),
}
WITH_DATA = {
    "atlas": lambda: ew.EmergenceAtlas(ew.datasets.gpt3()),
    "forecast": lambda: ew.ForecastExplorer(ew.datasets.addition(), draws=20),
    "results": lambda: ew.ResultsExplorer(ew.datasets.gpt3(), verdicts=False),
}
PUBLIC = [getattr(ew, name) for name in ew.__all__]
OURS = [one for one in base.BuiltWidget.__subclasses__() if one.__module__.startswith(ew.__name__)]
BUILT = sorted(OURS, key=lambda cls: cls.__name__)
EXPLORERS = {cls.program: cls for cls in PUBLIC if hasattr(cls, "program")} | WITH_DATA


def names(outputs: Iterable[str]) -> list[str]:
    """Names of outputs, each once, with ``#`` for numbers."""
    return sorted({re.sub(r"(?<=_)\d+(?=_|$)", "#", name) for name in outputs})


def contract() -> dict[str, Any]:
    """Constants by the stem of their module, ``outputs``, ``widgets``, and a digest of all."""
    shared: dict[str, Any] = {}
    for module, constants in CONSTANTS.items():
        found = importlib.import_module(f"emergence_widgets.{module}")
        shared[module.rpartition(".")[2]] = {name: getattr(found, name) for name in constants}
    shared["encode"]["OPERATIONS"] = list(encode._OPERATIONS)
    shared["outputs"] = {name: outputs_of(name) for name in PROGRAMS}
    shared["widgets"] = {cls.__name__: traits_of(cls) for cls in (link.BrowserLink, *BUILT)}
    digest = hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()
    return {"digest": digest[:16], **shared}


def traits_of(widget: type) -> list[str]:
    """Names of the traits that a widget shares with its browser side."""
    return sorted(name for name, one in vars(widget).items() if _is_shared(one))


def _is_shared(trait: Any) -> bool:
    return bool(getattr(trait, "metadata", {}).get("sync"))


def outputs_of(program: str) -> list[str]:
    """Names of a program's outputs, from an explorer of bundled data."""
    # A new program has no built link yet, whose build needs the contract.
    with patch.object(base, "front_end", return_value=""):
        explorer = EXPLORERS[program]()
    try:
        return names(explorer._outputs())
    finally:
        explorer.close()


def texts() -> dict[Path, str]:
    """Both files as they stand."""
    made = contract()
    digest = (
        '"""Digest of what Python and the front end share; made by `tools/contract.py`."""\n\n'
        f'CONTRACT = "{made["digest"]}"\n'
    )
    return {CONTRACT: json.dumps(made, indent=2, ensure_ascii=False) + "\n", DIGEST: digest}


if __name__ == "__main__":
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")

"""What one file gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..eval_results import Note


@dataclass
class Part:
    """Scores, answers and notes of one file or frame."""

    scores: pd.DataFrame | None = None
    samples: pd.DataFrame | None = None
    notes: list[Note] = field(default_factory=list)


def load_json(text: str, file: Path, line: int | None = None) -> Any:
    """Parse JSON; an error names the file and the line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = line if line is not None else error.lineno
        raise ValueError(
            f"{file}, line {at}, column {error.colno}: malformed JSON ({error.msg}); "
            "the file may be cut off or still being written"
        ) from error

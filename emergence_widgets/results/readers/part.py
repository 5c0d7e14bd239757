"""What one file gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..notes import Note


@dataclass
class Part:
    """Scores, answers and notes of one file or frame."""

    file: Path = Path()
    scores: pd.DataFrame | None = None
    samples: pd.DataFrame | None = None
    records: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notes: list[Note] = field(default_factory=list[Note])
    one_unit: bool = True

    def note(self, kind: str, message: str, count: int = 1) -> None:
        """Say something of the file."""
        self.notes.append(Note(kind, message, count, place(self.file)))


def place(file: Path) -> str:
    """A file's name with its folder's: harness files of different models have equal names."""
    return f"{file.parent.name}/{file.name}" if file.parent.name else file.name


def read_text(file: Path) -> str:
    """A UTF-8 file, with a byte order mark or without."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: not UTF-8 text ({error}); save it as UTF-8") from error


def load_json(text: str, file: Path, line: int | None = None) -> Any:
    """Parse JSON, bare NaN and Infinity included; an error names the file and the line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = line if line is not None else error.lineno
        raise ValueError(
            f"{file}, line {at}, column {error.colno}: malformed JSON ({error.msg}); "
            "the file may be cut off or still being written"
        ) from error


def load_json_lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Number and value of every line that is not empty."""
    # Only line feeds end a line: JSON texts may hold other separators such as U+2028.
    for number, line in enumerate(read_text(file).split("\n"), 1):
        if line.strip():
            yield number, load_json(line, file, number)

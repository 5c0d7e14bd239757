"""Long tables: CSV, TSV, Parquet, JSON Lines, any data frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..notes import Note
from ..parquet import read_parquet
from ..schema import (
    REQUIRED_SAMPLES,
    REQUIRED_SCORES,
    SCORES_TEXT,
    SchemaError,
    check_samples,
    clean_columns,
    require,
)
from .part import Part, load_json, load_json_lines

TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
TEXTS = (*SCORES_TEXT, "prompt", "target", "output", "choices")
LISTS = ("choices", "choice_logprobs", "token_logprobs")


def load_table(file: Path) -> tuple[pd.DataFrame, str]:
    """A table file as a data frame, and what its index counts."""
    if file.suffix == ".parquet":
        try:
            with file.open("rb") as opened:
                return numbered(read_parquet(opened)), "row"
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from error
    if file.suffix in {".jsonl", ".ndjson"}:
        return _load_objects(file), "line"
    try:
        # Words such as "None" and numbers such as "007" are answers in a column of texts.
        frame = pd.read_csv(
            file,
            sep="\t" if file.suffix == ".tsv" else ",",
            dtype=dict.fromkeys(TEXTS, str),
            keep_default_na=False,
            low_memory=False,
        )
    except pd.errors.EmptyDataError as error:
        raise ValueError(f"{file}: the file is empty; expected a header and rows") from error
    except pd.errors.ParserError as error:
        raise ValueError(f"{file}: malformed table ({error})") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: not UTF-8 text ({error}); save it as UTF-8") from error
    return numbered(frame), "row"


def _load_objects(file: Path) -> pd.DataFrame:
    lines = dict(load_json_lines(file))
    for number, line in lines.items():
        if not isinstance(line, dict):
            raise SchemaError(
                f"{file}, line {number}: a {type(line).__name__}; expected an object with a "
                "value for each column"
            )
    if not lines:
        raise ValueError(f"{file}: the file is empty; expected a JSON object a line")
    return pd.DataFrame(list(lines.values()), index=list(lines))


def read_table(file: Path) -> Part:
    """Read a long table from a file."""
    frame, line = load_table(file)
    return long_part(frame, str(file), line)


def numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows counted from 1, as people count them below a header."""
    return frame.set_axis(range(1, len(frame) + 1), axis=0)


def long_part(frame: pd.DataFrame, where: str, line: str) -> Part:
    """A table with items and no metric is a samples table, another a scores table."""
    frame = frame.rename(columns=lambda name: str(name).strip())
    notes: list[Note] = []
    if "item" in frame and "metric" not in frame:
        require(frame, REQUIRED_SAMPLES, "samples", where)
        frame = _named_rows(frame, REQUIRED_SAMPLES, where, notes)
        frame = check_samples(_with_lists(frame, where, line), where, line)
        return Part(samples=frame, notes=notes)
    require(frame, REQUIRED_SCORES, "scores", where)
    frame = _named_rows(clean_columns(frame, where, line), REQUIRED_SCORES[:-1], where, notes)
    return Part(scores=frame, notes=notes)


def _named_rows(
    frame: pd.DataFrame, names: tuple[str, ...], where: str, notes: list[Note]
) -> pd.DataFrame:
    blank = pd.Series(False, frame.index)
    for name in names:
        column = frame[name]
        blank |= column.isna() | (column.astype(str).str.strip() == "")
    if blank.any():
        message = f"rows without {', '.join(names[:-1])} or {names[-1]}"
        notes.append(Note("skipped", message, int(blank.sum()), where))
    return frame[~blank]


def _with_lists(frame: pd.DataFrame, where: str, line: str) -> pd.DataFrame:
    """Lists that a text file holds as JSON texts, as lists."""
    frame = frame.copy()
    for name in set(LISTS) & set(frame):
        if not frame[name].map(lambda cell: isinstance(cell, str)).any():
            continue
        cells: list[Any] = []
        for number, cell in frame[name].items():
            if isinstance(cell, str):
                place = Path(f"{where}: {line} {number}, column {name!r}")
                cell = load_json(cell, place) if cell.strip() else None
            cells.append(cell)
        frame[name] = pd.Series(cells, frame.index, dtype=object)
    return frame

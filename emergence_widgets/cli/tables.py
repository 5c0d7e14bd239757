"""A table of scores or answers as a file that `read_results` reads again."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

NEEDED = ("model", "task", "metric", "value", "item")


def table_bytes(frame: pd.DataFrame, suffix: str) -> bytes:
    r"""The content of a table's file; columns that hold nothing are left out.

    Lists are JSON texts in CSV, and so are, in Parquet, cells of a column that holds values of
    several kinds; halves of surrogate pairs, which no UTF-8 file can hold, become ``\udXXX``.
    """
    if suffix not in WRITERS:
        raise ValueError(f"files of kind {suffix!r} are not written; expected {', '.join(WRITERS)}")
    held = [name for name in frame if name in NEEDED or frame[name].notna().any()]
    return WRITERS[suffix](frame[held])


def _csv(frame: pd.DataFrame) -> bytes:
    texts = frame.copy()
    for name in [name for name in texts if texts[name].dtype == object]:
        cells = [_text_of_list(cell) for cell in texts[name]]
        texts[name] = pd.Series(cells, texts.index, dtype=object)
    return _utf8(texts.to_csv(index=False, lineterminator="\n"))


def _json_lines(frame: pd.DataFrame) -> bytes:
    columns = [str(name) for name in frame]
    lines: list[str] = []
    for row in frame.itertuples(index=False, name=None):
        there = {name: cell for name, cell in zip(columns, row, strict=True) if not _missing(cell)}
        lines.append(json.dumps(there, ensure_ascii=False, default=_plain) + "\n")
    return _utf8("".join(lines))


def _parquet(frame: pd.DataFrame) -> bytes:
    # Not there in a browser's Python, where all else of this file works.
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({str(name): _column(frame[name]) for name in frame})
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _json_lines,
}


def _column(cells: pd.Series) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        texts = [None if _missing(cell) else _text_of_list(cell) for cell in cells]
        return pa.array([None if text is None else _utf8(str(text)).decode() for text in texts])


def _text_of_list(cell: Any) -> Any:
    if isinstance(cell, (list, tuple, dict, np.ndarray)):
        return json.dumps(cell, ensure_ascii=False, default=_plain)
    return cell


def _missing(cell: Any) -> bool:
    # Of a list it is an array.
    return pd.isna(cell) is True


def _plain(value: Any) -> Any:
    """What JSON has no kind for as one that it has."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _utf8(text: str) -> bytes:
    # In JSON such an escape is read as what it was.
    return text.encode("utf-8", "backslashreplace")

"""Parquet files as data frames: by pyarrow, or by arro3 where there is no pyarrow (Pyodide)."""

from __future__ import annotations

import io
import json
from typing import IO, Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .schema import is_list

MAGIC = b"PAR1"


def read_parquet(file: IO[bytes]) -> pd.DataFrame:
    """All rows of a Parquet file; a cell that holds a list of numbers is an array."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        return read_by_arro3(file)
    try:
        return pq.read_table(file).to_pandas()
    except pa.ArrowInvalid as error:
        raise ValueError(f"malformed Parquet ({error})") from error


def read_by_arro3(file: IO[bytes]) -> pd.DataFrame:
    """`read_parquet` without pyarrow: same parameter, result and error."""
    from arro3.io import read_parquet

    data = file.read()
    start, end = data[: len(MAGIC)], data[-len(MAGIC) :]
    if len(data) < 3 * len(MAGIC) or start != MAGIC or end != MAGIC:
        raise ValueError(f"malformed Parquet (it starts with {start!r} and ends with {end!r})")
    try:
        table = read_parquet(io.BytesIO(data)).read_all()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a damaged file can end in a Rust panic, no Exception
        raise ValueError(f"malformed Parquet ({error})") from error
    columns = zip(table.column_names, table.columns, strict=True)
    frame = pd.DataFrame({name: _series(column) for name, column in columns})
    stored = json.loads(table.schema.metadata.get(b"pandas", b"{}")).get("index_columns", [])
    # pandas writes a range as an object, other indices as names of columns.
    names = all(isinstance(name, str) for name in stored)
    index = [name for name in stored if name in frame] if names else []
    if not index:
        return frame
    own = [None if name.startswith("__index_level_") else name for name in index]
    return frame.set_index(index).rename_axis(own)


def _series(column: Any) -> pd.Series:
    if column.num_chunks == 0:
        return pd.Series([], dtype=object)
    array = column.combine_chunks()
    if array.null_count == 0:
        if str(array.type).split("<")[-1].startswith(("List(", "LargeList(")):
            return _lists(array)
        try:
            return pd.Series(array.to_numpy())
        except NotImplementedError:
            return pd.Series(array.to_pylist())
    cells: list[Any] = array.to_pylist()
    known = [cell for cell in cells if cell is not None]
    numbers = [isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in known]
    if known and all(numbers):
        return pd.Series(cells, dtype=float)
    return pd.Series([np.array(cell) if is_list(cell) else cell for cell in cells])


def _lists(array: Any) -> pd.Series:
    from arro3.core import list_flatten, list_offsets

    try:
        cells: NDArray[np.generic] = cast("Any", list_flatten(array)).to_numpy()
    except (NotImplementedError, ValueError):
        return pd.Series([np.array(cell, dtype=object) for cell in array.to_pylist()], dtype=object)
    ends: NDArray[np.intp] = cast("Any", list_offsets(array)).to_numpy()
    return pd.Series(np.split(cells, ends[1:-1] - ends[0]), dtype=object)

"""Any data frame as a pandas data frame."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd


def to_pandas(frame: Any) -> pd.DataFrame:
    """A table of pandas, polars, pyarrow, duckdb or another library as pandas, with a new index.

    Raises
    ------
    TypeError
        What was given is no table.
    """
    try:
        table = nw.from_native(frame)
    except TypeError as error:
        raise TypeError(
            f"a {type(frame).__name__} is no table; expected a data frame of pandas, polars, "
            "pyarrow, duckdb or another library that narwhals knows"
        ) from error
    if isinstance(table, nw.LazyFrame):
        table = table.collect()
    return table.to_pandas().reset_index(drop=True)

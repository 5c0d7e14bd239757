"""Long and wide tables: CSV, TSV, Parquet, JSON Lines, any data frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from ..eval_results import EvalResults
from ..schema import SchemaError, require
from .part import Part, load_json


def read_table(file: Path) -> Part:
    """Read a long table from a file."""
    try:
        if file.suffix == ".parquet":
            frame = pd.read_parquet(file)
        elif file.suffix in {".jsonl", ".ndjson"}:
            lines = file.read_text(encoding="utf-8").splitlines()
            frame = pd.DataFrame(
                [
                    load_json(text, file, number)
                    for number, text in enumerate(lines, 1)
                    if text.strip()
                ]
            )
        else:
            frame = pd.read_csv(file, sep="\t" if file.suffix == ".tsv" else ",")
    except pd.errors.ParserError as error:
        raise ValueError(f"{file}: malformed table ({error})") from error
    except pd.errors.EmptyDataError as error:
        raise ValueError(f"{file}: the file is empty; expected a header and rows") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: not UTF-8 text ({error}); save it as UTF-8") from error
    return _part(frame, str(file))


def read_frame(frame: Any) -> Part:
    """Take a long table from any data frame that narwhals knows."""
    try:
        native = nw.from_native(frame, eager_only=True).to_pandas()
    except TypeError as error:
        raise TypeError(
            f"{type(frame).__name__} is no path and no data frame; expected a file, a folder, a "
            "list of files, or a table of pandas, polars or pyarrow"
        ) from error
    return _part(native.reset_index(drop=True), "frame")


def _part(frame: pd.DataFrame, where: str) -> Part:
    """A table with answers is a samples table, one with metrics a scores table."""
    if "metric" not in frame and ({"item", "output"} <= set(frame.columns)):
        require(frame, ("model", "task", "item"), "samples", where)
        return Part(samples=frame)
    require(frame, ("model", "task", "metric", "value"), "scores", where)
    return Part(scores=frame)


def read_wide(
    path_or_frame: Any,
    *,
    id: str,
    scale: str | dict[str, str],
    metrics: list[str] | None = None,
    task: str = "task",
    **options: Any,
) -> EvalResults:
    """Read a wide table: one row a model, one column a score.

    Parameters
    ----------
    path_or_frame
        A table file or any data frame.
    id
        Column with the model's name.
    scale
        Column with its size in parameters, or ``{scale: column}`` for several of params,
        flops, tokens, step and loss.
    metrics
        Score columns; by default all other columns with numbers.
    task
        Name of the task; a score column ``task/metric`` names its own.
    **options
        As for `read_results`.

    Returns
    -------
    EvalResults

    Raises
    ------
    SchemaError
        A missing column.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["a", "b"], "size": [1e6, 1e7], "acc": [0.1, 0.6]})
    >>> read_wide(frame, id="name", scale="size", task="sums").scores["value"].tolist()
    [0.1, 0.6]
    """
    from . import read_results

    if isinstance(path_or_frame, (str, Path)):
        file = Path(path_or_frame)
        frame = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    else:
        frame = nw.from_native(path_or_frame, eager_only=True).to_pandas()
    scales = {"params": scale} if isinstance(scale, str) else dict(scale)
    require(frame, (id, *scales.values(), *(metrics or ())), "wide", "read_wide")
    taken = {id, *scales.values(), "family"}
    numeric = frame.select_dtypes("number").columns
    columns = metrics or [name for name in numeric if name not in taken]
    if not columns:
        raise SchemaError(
            "read_wide: no column with numbers is left to be a score; name metrics=[…]"
        )
    keys = [id, *scales.values(), *(["family"] if "family" in frame else [])]
    long = frame.melt(id_vars=keys, value_vars=columns, var_name="metric", value_name="value")
    named = long["metric"].astype(str).str.rsplit("/", n=1)
    long["task"] = [parts[0] if len(parts) == 2 else task for parts in named]
    long["metric"] = [parts[-1] for parts in named]
    renamed = {id: "model", **{column: name for name, column in scales.items()}}
    return read_results(long.rename(columns=renamed), **options)

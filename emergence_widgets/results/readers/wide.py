"""Wide tables: one row a model, one column a score."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ..eval_results import EvalResults
from ..notes import Note, listed
from ..schema import (
    MAGNITUDES,
    SCALES,
    SCORES_TEXT,
    SchemaError,
    check_options,
    is_blank,
    nearest,
    require,
    to_numbers,
    to_pandas,
)
from .join import results_of
from .tables import TABLES, load_table, long_part, numbered

KEPT = (*SCALES, *(name for name in SCORES_TEXT if name != "metric"), "seed", "n_shot", "n_items")
COLUMN = "column of the score"
UNIT_IN_NAME = re.compile(r"[_\s(\[/](?:in )?([kmbtKMBT]|1e\d+)[)\]]?$")


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
        flops, tokens, step and loss. A name that ends in a unit, such as ``params_B`` or
        ``flops_1e21``, says what its numbers are counted in; the notes say so.
    metrics
        Score columns; by default all other columns with numbers. Columns named as in a long
        table (``family``, ``seed``, ``n_shot``, …) keep their meaning.
    task
        Name of the task; a score column ``task/metric`` names its own, and a column ``task``
        names it for each row.
    **options
        ``models`` and ``percent``, as for `read_results`.

    Returns
    -------
    EvalResults

    Raises
    ------
    SchemaError
        A missing column, or a cell that is not a number.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["a", "b"], "size": [1e6, 1e7], "acc": [0.1, 0.6]})
    >>> read_wide(frame, id="name", scale="size", task="sums").scores["value"].tolist()
    [0.1, 0.6]
    """
    check_options("read_wide", options, ("models", "percent"))
    frame, where, line = _load(path_or_frame)
    scales = {"params": scale} if isinstance(scale, str) else dict(scale)
    for name in scales:
        if name not in SCALES:
            raise SchemaError(f"scale names {name!r}. {nearest(name, SCALES)}")
    require(frame, (id, *scales.values(), *(metrics or ())), "wide", where)
    notes: list[Note] = []
    frame = frame.rename(columns={id: "model", **{old: new for new, old in scales.items()}})
    for name, column in scales.items():
        numbers = to_numbers(frame[name].rename(column), where=where, sizes=True, line=line)
        frame[name] = _in_units(numbers, column, name, notes)
    columns = metrics or _score_columns(frame, where, notes)
    for name in columns:
        frame[name] = to_numbers(frame[name], where=where, line=line)
    keys = [name for name in KEPT if name in frame and name not in columns]
    long = frame.melt(keys, columns, var_name=COLUMN, value_name="value")
    named = [str(name).rsplit("/", 1) for name in long.pop(COLUMN)]
    given = long.get("task", task)
    long = long.assign(
        metric=[parts[-1] for parts in named],
        task=pd.Series([parts[0] if len(parts) == 2 else None for parts in named]).fillna(given),
    )
    part = long_part(numbered(long), where, "row")
    part.notes = notes + part.notes
    return results_of([part], [], **options)


def _load(path_or_frame: Any) -> tuple[pd.DataFrame, str, str]:
    if not isinstance(path_or_frame, (str, Path)):
        return numbered(to_pandas(path_or_frame)), "table", "row"
    file = Path(path_or_frame).expanduser()
    if file.suffix not in TABLES:
        raise SchemaError(f"{file}: expected a table ({', '.join(TABLES)})")
    frame, line = load_table(file)
    return frame, str(file), line


def _in_units(numbers: pd.Series, column: str, name: str, notes: list[Note]) -> pd.Series:
    found = UNIT_IN_NAME.search(column)
    if found is None or name not in ("params", "flops", "tokens"):
        return numbers
    unit = found[1].lower()
    factor = MAGNITUDES[unit] if unit in MAGNITUDES else float(unit)
    if not numbers.max() < factor:
        return numbers
    count = int(numbers.notna().sum())
    notes.append(Note("assumed", f"{name} read in units of {factor:g}", count, column))
    # Fifteen digits: 0.56 * 1e9 shall be 560000000.
    counted = [float(f"{value:.15g}") for value in (numbers * factor).tolist()]
    return pd.Series(counted, numbers.index, name=numbers.name)


def _score_columns(frame: pd.DataFrame, where: str, notes: list[Note]) -> list[str]:
    """Columns with numbers, blanks aside; what holds something else is said."""
    columns: list[str] = []
    others: list[str] = []
    for name in frame.columns:
        if name in KEPT:
            continue
        numbers = pd.to_numeric(frame[name], errors="coerce")
        flags = pd.api.types.is_bool_dtype(frame[name])
        if flags or (numbers.isna() & ~is_blank(frame[name])).any() or numbers.isna().all():
            others.append(str(name))
        else:
            columns.append(name)
    if others:
        message = f"columns without numbers: {listed(others)}"
        notes.append(Note("skipped", message, len(others), where))
    if not columns:
        raise SchemaError(
            f"{where}: no column with numbers is left to be a score; name metrics=[…]. "
            f"{nearest('metric', others)}"
        )
    return columns

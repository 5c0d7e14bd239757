"""Tables, long and wide: CSV, TSV, Parquet, JSON Lines, any data frame."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ..eval_results import EvalResults
from ..notes import Note, listed
from ..parquet import read_parquet
from ..schema import (
    MAGNITUDES,
    REQUIRED_SAMPLES,
    REQUIRED_SCORES,
    SCALES,
    SCORES_TEXT,
    SchemaError,
    check_among,
    check_options,
    check_samples,
    clean_columns,
    is_blank,
    nearest,
    require,
    to_numbers,
    to_pandas,
)
from .join import results_of
from .part import Part, load_json, load_json_lines

TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
TEXTS = (*SCORES_TEXT, "prompt", "target", "output", "choices")
LISTS = ("choices", "choice_logprobs", "token_logprobs")
KEPT = (*SCALES, *(name for name in SCORES_TEXT if name != "metric"), "seed", "n_shot", "n_items")
COLUMN = "column of the score"
UNIT_IN_NAME = re.compile(r"[_\s(\[/](?:in )?([kmbtKMBT]|1e\d+)[)\]]?$")


def load_table(file: Path) -> tuple[pd.DataFrame, str, str]:
    """A table file as a data frame, its name, and what its index counts."""
    if file.suffix == ".parquet":
        try:
            with file.open("rb") as opened:
                return numbered(read_parquet(opened)), str(file), "row"
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from error
    if file.suffix in {".jsonl", ".ndjson"}:
        return _load_objects(file), str(file), "line"
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
    return numbered(frame), str(file), "row"


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
    if isinstance(path_or_frame, (str, Path)):
        file = Path(path_or_frame).expanduser()
        if file.suffix not in TABLES:
            raise SchemaError(f"{file}: expected a table ({', '.join(TABLES)})")
        frame, where, line = load_table(file)
    else:
        frame, where, line = numbered(to_pandas(path_or_frame)), "table", "row"
    scales = {"params": scale} if isinstance(scale, str) else dict(scale)
    check_among("scale names", scales, SCALES)
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

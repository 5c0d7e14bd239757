"""The two tables: their columns, what each must hold, and the errors that say what is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeGuard

import narwhals as nw
import numpy as np
import pandas as pd

from ..core.metrics.registry import SCORES

SCALES = ("params", "flops", "tokens", "step", "loss")
SCORES_TEXT = ("family", "model", "params_kind", "task", "subtask", "metric", "filter", "source")
SCORES_NUMBERS = (
    *SCALES, "value", "stderr", "lower", "upper", "n_items", "n_shot", "min", "max", "chance",
)  # fmt: skip
SCORES_FLAGS = ("lower_is_better", "is_group")
REQUIRED_SCORES = ("model", "task", "metric", "value")
REQUIRED_SAMPLES = ("model", "task", "item")
EVIDENCE = ("output", "token_logprobs", "target_logprob", "choice_logprobs", "squared_error")

MAGNITUDES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
GROUPED_DIGITS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
BLANKS = ("", "na", "n/a", "nan", "none", "null", "-")
FLAGS = dict.fromkeys(("true", "yes", "1", "1.0"), True) | dict.fromkeys(
    ("false", "no", "0", "0.0"), False
)


class SchemaError(ValueError):
    """A table lacks a column or holds a value that its column cannot hold."""


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether JSON gave an object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether JSON gave a list."""
    return isinstance(value, list)


def nearest(name: str, present: Iterable[object]) -> str:
    """Words for an error: what there is, and which of it is nearest to `name`."""
    names = [str(part) for part in present]
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    shown = ", ".join(names[:20]) + (f", … ({len(names)} in all)" if len(names) > 20 else "")
    return f"{hint}There is: {shown or 'nothing'}."


def check_name(what: str, name: str, present: Collection[str]) -> None:
    """Raise `KeyError` for a name that is not there; the message names the nearest."""
    if name not in present:
        raise KeyError(f"no {what} {name!r}. {nearest(name, present)}")


def check_among(words: str, names: Iterable[object], present: Collection[object]) -> None:
    """Raise `SchemaError` for the first name that is not there, after some words on it."""
    for name in names:
        if name not in present:
            raise SchemaError(f"{words} {name!r}. {nearest(str(name), present)}")


def names_among(
    what: str, given: str | Iterable[str] | None, present: Collection[str]
) -> list[str]:
    """One name or several, all of which must be there; with None all that are."""
    names = [given] if isinstance(given, str) else list(present if given is None else given)
    for name in names:
        check_name(what, name, present)
    return names


def check_options(function: str, options: Iterable[str], known: Sequence[str]) -> None:
    """Raise `TypeError` for an unknown keyword; the message names the nearest."""
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise TypeError(f"{function} takes no {name!r}. {hint}It takes {', '.join(known)}.")


def require(frame: pd.DataFrame, columns: Iterable[str], table: str, where: str = "") -> None:
    """Raise `SchemaError` for the first column that `frame` lacks."""
    place = f"{where}: " if where else ""
    for name in columns:
        if name not in frame:
            raise SchemaError(
                f"{place}the {table} table has no column {name!r}. {nearest(name, frame.columns)} "
                "Rename a column (frame.rename(columns={'old': 'new'})) or add it."
            )


def parse_magnitude(value: object) -> float:
    """A size such as ``1.3e9``, ``"1.3B"`` or ``"70m"`` as a number; NaN if it is none."""
    # Commas count only where they group thousands: "1,300" is 1300, "1,3B" is no number.
    if value is None or value is pd.NA or isinstance(value, (bool, np.bool_)):
        return float("nan")
    text = str(value).strip().lower()
    factor = MAGNITUDES.get(text[-1:], 1.0)
    if factor != 1.0:
        text = text[:-1].strip()
    if GROUPED_DIGITS.fullmatch(text):
        text = text.replace(",", "")
    try:
        # Sizes have at most fifteen digits: 0.56 * 1e9 shall be 560000000.
        return float(f"{float(text) * factor:.15g}")
    except ValueError:
        return float("nan")


def to_numbers(
    column: pd.Series, *, where: str, sizes: bool = False, line: str = "row"
) -> pd.Series:
    """A column as float64; blank cells become NaN."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return pd.Series(numbers, column.index, name=column.name)
    blank = is_blank(column)
    read = column.map(parse_magnitude) if sizes else pd.to_numeric(column, errors="coerce")
    numbers = pd.Series(read).to_numpy(dtype=float, na_value=np.nan)
    bad = ~blank & (np.isnan(numbers) | pd.api.types.is_bool_dtype(column))
    expected = "a number such as 1.3e9 or '1.3B'" if sizes else "a number such as 0.804"
    check_cells(column, bad, f"{expected}, or an empty cell", where=where, line=line)
    return pd.Series(numbers, column.index, name=column.name)


def to_flags(column: pd.Series, *, where: str, line: str = "row") -> pd.Series:
    """A column of yes and no as nullable booleans."""
    texts = column.astype(str).str.strip().str.lower()
    flags = texts.map(FLAGS)
    bad = flags.isna() & ~is_blank(column)
    check_cells(column, bad, "True, False or an empty cell", where=where, line=line)
    return flags.astype("boolean")


def check_cells(
    column: pd.Series, bad: pd.Series, expected: str, *, where: str, line: str = "row"
) -> None:
    """Raise `SchemaError` for the first bad cell: where it is, what it holds and what it should."""
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        cell: Any = column.iloc[row]
        raise SchemaError(
            f"{where}: {line} {column.index[row]}, column {column.name!r} holds "
            f"{cell.item() if isinstance(cell, np.generic) else cell!r}; expected {expected}"
        )


def is_blank(column: pd.Series) -> pd.Series:
    """Where a column holds nothing: missing, empty, or a word for it such as ``N/A``."""
    missing = column.isna()
    if pd.api.types.is_numeric_dtype(column):
        return missing
    return missing | column.astype(str).str.strip().str.lower().isin(BLANKS)


def check_scores(frame: pd.DataFrame, where: str = "scores", line: str = "row") -> pd.DataFrame:
    """A scores table with its columns checked, its numbers as numbers and its names as texts."""
    require(frame, REQUIRED_SCORES, "scores", where)
    if not any(name in frame for name in SCALES):
        raise SchemaError(
            f"{where}: the scores table has no scale column; expected at least one of "
            f"{', '.join(SCALES)}. {nearest('params', frame.columns)}"
        )
    checked = clean_columns(frame, where, line)
    _check_named(checked, REQUIRED_SCORES[:-1], where, line)
    return checked


def _check_named(frame: pd.DataFrame, columns: Iterable[str], where: str, line: str) -> None:
    for name in columns:
        if frame[name].isna().any():
            row = frame.index[frame[name].isna()][0]
            raise SchemaError(f"{where}: {line} {row} has no {name}; name it or drop the row")


def clean_columns(frame: pd.DataFrame, where: str, line: str = "row") -> pd.DataFrame:
    """A scores table with the type that each column has; blank texts are missing ones."""
    checked = frame.copy()
    for name in SCORES_NUMBERS:
        if name in checked:
            checked[name] = to_numbers(checked[name], where=where, sizes=name in SCALES, line=line)
    for name in SCORES_FLAGS:
        if name in checked:
            checked[name] = to_flags(checked[name], where=where, line=line)
    for name in SCORES_TEXT:
        if name in checked:
            column = checked[name].astype(object)
            texts = column.astype(str)
            known = column.notna() & (texts.str.strip() != "")
            checked[name] = texts.astype(object).where(known, None)
    return checked


def check_samples(frame: pd.DataFrame, where: str = "samples", line: str = "row") -> pd.DataFrame:
    """A samples table with its columns checked."""
    require(frame, REQUIRED_SAMPLES, "samples", where)
    scored = any(set(score.needs) <= set(frame.columns) for score in SCORES.values())
    if not scored and not any(name in frame for name in EVIDENCE):
        raise SchemaError(
            f"{where}: the samples table has neither 'target' and 'output' nor "
            f"log-probabilities or errors ({', '.join(EVIDENCE[1:])}). "
            f"{nearest('output', frame.columns)}"
        )
    if "output" in frame and "choice_logprobs" not in frame:
        require(frame, ["target"], "samples", where)
    checked = frame.copy()
    _check_named(checked, REQUIRED_SAMPLES, where, line)
    for name in SCALES:
        if name in checked:
            checked[name] = to_numbers(checked[name], where=where, sizes=True, line=line)
    return checked


def to_pandas(frame: Any) -> pd.DataFrame:
    """A table of pandas, polars, pyarrow, duckdb or another library as pandas, with a new index."""
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

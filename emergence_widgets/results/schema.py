"""The two tables: their columns, what each must hold, and the errors that say what is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np
import pandas as pd

SCALES = ("params", "flops", "tokens", "step", "loss")
SCORES_TEXT = ("family", "model", "params_kind", "task", "subtask", "metric", "filter", "source")
SCORES_NUMBERS = (
    *SCALES, "value", "stderr", "lower", "upper", "n_items", "n_shot", "min", "max", "chance",
)  # fmt: skip
REQUIRED_SCORES = ("model", "task", "metric", "value")
REQUIRED_SAMPLES = ("model", "task", "item")
EVIDENCE = ("output", "token_logprobs", "target_logprob", "choice_logprobs", "squared_error")

MAGNITUDES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


class SchemaError(ValueError):
    """A table lacks a column or holds a value that its column cannot hold."""


def nearest(name: str, present: Iterable[str]) -> str:
    """Words for an error: what there is, and which of it is nearest to `name`."""
    names = [str(part) for part in present]
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    shown = ", ".join(names[:20]) + (f", … ({len(names)} in all)" if len(names) > 20 else "")
    return f"{hint}There is: {shown or 'nothing'}."


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
    """A size such as ``1.3e9``, ``"1.3B"`` or ``"70m"`` as a number; NaN if it is none.

    Examples
    --------
    >>> parse_magnitude("1.3B"), parse_magnitude("1,000"), parse_magnitude(7)
    (1300000000.0, 1000.0, 7.0)
    """
    if value is None or value is pd.NA:
        return float("nan")
    text = str(value).strip().replace(",", "").replace("_", "").lower()
    factor = MAGNITUDES.get(text[-1:], 1.0)
    if factor != 1.0:
        text = text[:-1]
    try:
        return float(text) * factor
    except ValueError:
        return float("nan")


def to_numbers(column: pd.Series, *, where: str, sizes: bool = False) -> pd.Series:
    """A column as float64; a cell that is not a number is an error with its row.

    Raises
    ------
    SchemaError
        Names the row, the column, what was found and what was expected.
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return (
            column.astype("Float64").astype("float64") if column.hasnans else column.astype(float)
        )
    blank = column.isna() | column.astype(str).str.strip().str.lower().isin(
        ["", "na", "n/a", "nan"]
    )
    read = column.map(parse_magnitude) if sizes else pd.to_numeric(column, errors="coerce")
    numbers = pd.Series(read, index=column.index).astype(float)
    bad = numbers.isna() & ~blank
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        expected = "a number such as 1.3e9 or '1.3B'" if sizes else "a number"
        raise SchemaError(
            f"{where}: row {row}, column {column.name!r} holds {column.iloc[row]!r}; "
            f"expected {expected}, or an empty cell"
        )
    return numbers


def check_scores(frame: pd.DataFrame, where: str = "scores") -> pd.DataFrame:
    """A scores table with its columns checked and its numbers as numbers.

    Raises
    ------
    SchemaError
        A missing column, no scale column, or a cell that is not a number.
    """
    require(frame, REQUIRED_SCORES, "scores", where)
    scales = [name for name in SCALES if name in frame]
    if not scales:
        raise SchemaError(
            f"{where}: the scores table has no scale column; expected at least one of "
            f"{', '.join(SCALES)}. {nearest('params', frame.columns)}"
        )
    checked = frame.copy()
    for name in SCORES_NUMBERS:
        if name in checked:
            checked[name] = to_numbers(checked[name], where=where, sizes=name in SCALES)
    for name in SCORES_TEXT:
        if name in checked:
            known = checked[name].notna()
            checked[name] = checked[name].astype(object).where(~known, checked[name].astype(str))
    return checked


def check_samples(frame: pd.DataFrame, where: str = "samples") -> pd.DataFrame:
    """A samples table with its columns checked.

    Raises
    ------
    SchemaError
        A missing column, or neither texts, log-probabilities nor errors.
    """
    require(frame, REQUIRED_SAMPLES, "samples", where)
    if not any(name in frame for name in EVIDENCE):
        raise SchemaError(
            f"{where}: the samples table has neither 'target' and 'output' nor "
            f"log-probabilities or errors ({', '.join(EVIDENCE[1:])}). "
            f"{nearest('output', frame.columns)}"
        )
    if "output" in frame and "choice_logprobs" not in frame:
        require(frame, ["target"], "samples", where)
    checked = frame.copy()
    for name in SCALES:
        if name in checked:
            checked[name] = to_numbers(checked[name], where=where, sizes=True)
    return checked

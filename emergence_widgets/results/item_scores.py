"""One number an answer: the columns that a score needs, taken from a samples table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..core.metrics.registry import SCORES, Metric
from ..core.metrics.text import Tokens
from .schema import SchemaError, is_blank, nearest, plain

EMPTY_IS_NOTHING = (list, tuple, np.ndarray)


def item_scores(samples: pd.DataFrame, score: str, *, tokens: Tokens = "whitespace") -> np.ndarray:
    """One number a row of a samples table, shape (rows,), under one of `SCORES`.

    ``right`` may be left out where ``target`` is the text of one of the ``choices``. NaN where the
    score is not defined, or a cell that it needs is missing.
    """
    chosen = find_score(score)
    columns = _columns(samples, chosen)
    if not columns:
        raise SchemaError(
            f"{score} needs the column {_missing(samples, chosen)[0]!r}. "
            f"{nearest(_missing(samples, chosen)[0], samples.columns)} "
            f"Scores of these answers: {', '.join(computable(samples)) or 'none'}."
        )
    whole = np.logical_and.reduce([_present(column) for column in columns.values()])
    values = np.full(len(samples), np.nan)
    if whole.any():
        cells: dict[str, Sequence[Any]] = {
            name: column[whole].tolist() for name, column in columns.items()
        }
        if "right" in cells:
            cells["right"] = np.asarray(cells["right"], dtype=np.intp)  # pyright: ignore[reportArgumentType]
        values[whole] = chosen(cells, tokens=tokens)
    return values


def computable(samples: pd.DataFrame) -> list[str]:
    """Scores that some rows of a samples table have all columns for."""
    names: list[str] = []
    for name, score in SCORES.items():
        try:
            columns = _columns(samples, score)
        except SchemaError:
            continue
        if columns and np.logical_and.reduce([_present(one) for one in columns.values()]).any():
            names.append(name)
    return names


def find_score(name: str) -> Metric:
    """A registered score; an unknown name is a `KeyError` with the nearest."""
    if name not in SCORES:
        raise KeyError(f"no score {name!r}. {nearest(name, SCORES)}")
    return SCORES[name]


def _missing(samples: pd.DataFrame, score: Metric) -> list[str]:
    return [name for name in score.needs if name not in samples]


def _columns(samples: pd.DataFrame, score: Metric) -> dict[str, pd.Series]:
    """The columns that a score needs, made where they follow from others; empty if one lacks."""
    columns: dict[str, pd.Series] = {}
    for name in score.needs:
        column = samples.get(name)
        if name == "right":
            column = _right(samples)
        elif name == "token_logprobs" and score.whole_target:
            column = _of_targets(samples, column)
        if column is None:
            return {}
        columns[name] = column
    return columns


def _of_targets(samples: pd.DataFrame, tokens: pd.Series | None) -> pd.Series | None:
    """The log-probability of a whole target, as that of a single token."""
    if "target_logprob" not in samples:
        return tokens
    logprobs = samples["target_logprob"].to_numpy(dtype=float, na_value=np.nan)
    cells = [None if np.isnan(value) else [value] for value in logprobs.tolist()]
    single = pd.Series(cells, samples.index, dtype=object)
    return single if tokens is None else tokens.where(_present(tokens), single)


def _present(column: pd.Series) -> np.ndarray:
    """Where a cell holds something; an empty list holds nothing, an empty text is an answer."""
    present = column.notna().to_numpy()
    if column.dtype != object:
        return present
    empty = [isinstance(cell, EMPTY_IS_NOTHING) and len(cell) == 0 for cell in column]
    return present & ~np.array(empty, dtype=bool)


def _right(samples: pd.DataFrame) -> pd.Series | None:
    """Index of the right option: the column ``right``, else where ``target`` is in ``choices``.

    A missing target or missing options leave it missing.
    """
    if "right" in samples:
        return _checked_right(samples)
    if not {"target", "choices"} <= set(samples.columns):
        return None
    there = (samples["target"].notna() & _present(samples["choices"])).to_numpy()
    right = np.full(len(samples), np.nan)
    pairs = zip(samples["target"][there], samples["choices"][there], strict=True)
    for row, (target, choices) in zip(np.flatnonzero(there), pairs, strict=True):
        options = list(choices)
        if target in options:
            right[row] = options.index(target)
        elif isinstance(target, (int, np.integer)) and 0 <= target < len(options):
            right[row] = target
        else:
            raise SchemaError(
                f"samples: row {row}, column 'target' holds {target!r}, which is none of the "
                f"choices {options!r}; give the text of the right option, or its index in a "
                "column 'right'"
            )
    return pd.Series(right, samples.index, name="right")


def _checked_right(samples: pd.DataFrame) -> pd.Series:
    column = samples["right"]
    blank = is_blank(column)
    right = pd.to_numeric(column.where(~blank), errors="coerce").to_numpy(float, na_value=np.nan)
    wrong = ~blank.to_numpy() & ((right < 0) | (right % 1 != 0))
    if "choice_logprobs" in samples:
        cells = samples["choice_logprobs"]
        options = np.array([len(cell) if hasattr(cell, "__len__") else np.inf for cell in cells])
        wrong |= right >= np.where(options > 0, options, np.inf)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise SchemaError(
            f"samples: row {row}, column 'right' holds {plain(column.iloc[row])!r}; "
            "expected the index of the right option, from 0"
        )
    return pd.Series(right, samples.index, name="right")

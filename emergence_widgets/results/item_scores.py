"""One number an answer, from the columns that a score needs; and tables of runs times items."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.metrics.loss import Floats
from ..core.metrics.registry import SCORES, Metric
from ..core.metrics.text import Tokens
from .curves import Ints, means
from .schema import SchemaError, check_cells, check_name, is_blank, nearest

Flags = NDArray[np.bool_]

EMPTY_IS_NOTHING = (list, tuple, np.ndarray)


def item_scores(samples: pd.DataFrame, score: str, *, tokens: Tokens = "whitespace") -> np.ndarray:
    """One number a row of a samples table, shape (rows,), under one of `SCORES`.

    ``right`` may be left out where ``target`` is the text of one of the ``choices``. NaN where the
    score is not defined, or a cell that it needs is missing.
    """
    check_name("score", score, SCORES)
    chosen = SCORES[score]
    columns = _columns(samples, chosen)
    if not columns:
        missing = next(name for name in chosen.needs if name not in samples)
        raise SchemaError(
            f"{score} needs the column {missing!r}. {nearest(missing, samples.columns)} "
            f"Scores of these answers: {', '.join(computable(samples)) or 'none'}."
        )
    whole = _whole(columns)
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
        if columns and _whole(columns).any():
            names.append(name)
    return names


class ItemTables:
    """Answers by score: shape (runs, items), means over repeated answers, made when asked for.

    `run` is the number of the run that gave each answer. chrF is there where its extra is.
    """

    def __init__(self, samples: pd.DataFrame, run: Ints, runs: int, tokens: Tokens) -> None:
        self._samples = samples.dropna(axis=1, how="all").reset_index(drop=True)
        self._run = run
        self._runs = runs
        self._tokens: Tokens = tokens
        names = computable(self._samples) if len(samples) else []
        self.scores = [name for name in names if name != "chrf" or find_spec("sacrebleu")]
        self._made: dict[str, Floats] = {}

    def of(self, score: str) -> Floats:
        """The table of one score; NaN where a run did not answer an item."""
        if score not in self._made:
            values = item_scores(self._samples, score, tokens=self._tokens)
            item, names = pd.factorize(self._samples["item"])
            cell, shape = self._run * len(names) + item, (self._runs, len(names))
            values[~np.isfinite(values)] = np.nan
            self._made[score] = means(values, cell, shape[0] * shape[1]).reshape(shape)
        return self._made[score]

    def chance(self, score: str) -> float:
        """Score of even guesses among the options of the answers; NaN where there are none."""
        metric = SCORES[score]
        options = options_of(self._samples)
        guesses = [metric.chance_of(count) for count in options[options > 0].tolist()]
        return float(np.mean(guesses)) if guesses else metric.chance_of()


def options_of(samples: pd.DataFrame) -> Floats:
    """How many options each answer had; NaN where none are known."""
    cells: Any = samples.get("choice_logprobs", [None] * len(samples))
    counts = [len(cell) if hasattr(cell, "__len__") else 0 for cell in cells]
    return np.array([count or np.nan for count in counts], dtype=float)


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
    cells: list[Any] = column.tolist()
    empty = [type(cell) in EMPTY_IS_NOTHING and len(cell) == 0 for cell in cells]
    return present & ~np.array(empty, dtype=bool)


def _whole(columns: dict[str, pd.Series]) -> Flags:
    """Where all of some columns hold something."""
    return np.logical_and.reduce([_present(column) for column in columns.values()])


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
    wrong |= right >= options_of(samples)
    bad = pd.Series(wrong, samples.index)
    check_cells(column, bad, "the index of the right option, from 0", where="samples")
    return pd.Series(right, samples.index, name="right")

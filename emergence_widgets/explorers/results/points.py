"""The points of measured series, by task and metric: values, intervals, chance and axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.metrics.registry import find_metric
from ...core.statistics.intervals import NORMAL_95, wilson_interval
from ...widgets.axes import score_axes


def points(
    scores: pd.DataFrame, run: np.ndarray, tasks: list[str], names: list[str], graded: bool
) -> dict[str, Any]:
    """Points ordered by task, metric and run, and what each pair of task and metric has.

    Parameters
    ----------
    scores
        Scores with the labels of `emergence_widgets.results.labels`.
    run
        Number of each row's run.
    tasks, names
        Names of tasks and metrics, in the order of their numbers.
    graded
        Whether one more metric is made from the answers.

    Returns
    -------
    dict
        ``point_*`` by point; by task and metric ``pair`` (its number, -1 for none), its chance,
        resolution, items (the most of a run; NaN where unknown) and axis; ``pair_offsets``
        into the points by number of the pair.
    """
    task = pd.Index(tasks).get_indexer(scores["task"])
    metric = pd.Index(names).get_indexer(scores["metric"])
    order = np.lexsort((run, metric, task))
    lower, upper = _intervals(scores)
    value = numbers(scores, "value")[order]
    lower, upper = lower[order], upper[order]
    cell = (task * len(names) + metric)[order]
    there, start = np.unique(cell, return_index=True)

    def least(values: np.ndarray) -> np.ndarray:
        return _reduced(np.fmin, values, start)

    def most(values: np.ndarray) -> np.ndarray:
        return _reduced(np.fmax, values, start)

    known = np.isfinite(value)
    axes, axis_of = score_axes(
        least(numbers(scores, "min")[order]),
        most(numbers(scores, "max")[order]),
        least(np.where(known, np.fmin(value, lower), np.nan)),
        most(np.where(known, np.fmax(value, upper), np.nan)),
        least(np.where(known & (value > 0), value, np.inf)),
    )
    columns = {
        "pair": (np.arange(len(there), dtype=float), -1.0),
        "pair_chance": (most(numbers(scores, "chance")[order]), np.nan),
        "pair_resolution": (least(resolution(scores)[order]), 0.0),
        "pair_items": (most(numbers(scores, "n_items")[order]), np.nan),
        "pair_axis": (axis_of, 0.0),
    }
    tables = {
        name: _placed(values, there, (len(tasks), len(names)), graded, nothing)
        for name, (values, nothing) in columns.items()
    }
    return {
        "point_run": run[order].astype(float),
        "point_value": value,
        "point_lower": lower,
        "point_upper": upper,
        **tables,
        "pair_offsets": np.append(start, len(cell)).astype(float),
        "axes": axes,
    }


def _reduced(function: np.ufunc, values: np.ndarray, start: np.ndarray) -> np.ndarray:
    return function.reduceat(values, start) if len(start) else np.zeros(0)


def _placed(
    values: np.ndarray, cell: np.ndarray, shape: tuple[int, int], graded: bool, nothing: float
) -> np.ndarray:
    """By task and metric, with a column for the metric that is made from the answers."""
    table = np.full(shape[0] * shape[1], nothing)
    table[cell] = values
    return np.pad(table.reshape(shape), ((0, 0), (0, int(graded))), constant_values=nothing)


def resolution(scores: pd.DataFrame) -> np.ndarray:
    """Half an item, for shares of known numbers of items; else 0."""
    n = numbers(scores, "n_items")
    return np.where(_sharp(scores) & (n > 0), 0.5 / np.where(n > 0, n, 1.0), 0.0)


def numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    """A column as floats; NaN where it is missing."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _sharp(scores: pd.DataFrame) -> np.ndarray:
    """Whether a score is a share of items that are each right or wrong."""
    names = scores["reported"].astype(str)
    # Of K of K items right, the smallest share is not one in n.
    counted = {name: find_metric(name).counts_items for name in names.unique()}
    return names.map(counted).to_numpy(dtype=bool)


def _intervals(scores: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Given bounds, else Wilson's for proportions of known items, else from the standard error."""
    value, stderr, n = (numbers(scores, name) for name in ("value", "stderr", "n_items"))
    lower, upper = numbers(scores, "lower"), numbers(scores, "upper")
    least, most = numbers(scores, "min"), numbers(scores, "max")
    given = np.isfinite(lower) & np.isfinite(upper)
    counted = ~given & (n > 0) & (value >= 0) & (value <= 1) & _sharp(scores)
    wide = ~given & ~counted & np.isfinite(stderr)
    low, high = wilson_interval(np.where(counted, value * n, 0), np.where(counted, n, 1))
    spread = NORMAL_95 * stderr
    lower = np.select([given, counted, wide], [lower, low, np.fmax(value - spread, least)], np.nan)
    upper = np.select([given, counted, wide], [upper, high, np.fmin(value + spread, most)], np.nan)
    return lower, upper

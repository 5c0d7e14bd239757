"""One metric of a task's runs: as reported, or computed from their answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..core.metrics.registry import Metric, find_metric
from ..core.verdict.evidence import Measured
from .item_table import ItemTables
from .schema import SchemaError, lower_is_better

LEAST_COMMON_ITEMS = 0.5
ROUNDING = 1e-9


@dataclass(frozen=True)
class Told:
    """What is known of one metric.

    Attributes
    ----------
    computed, reported
        From the answers, and from the table of scores; None where there is none.
    repeated
        Scores that a run reports more than once.
    """

    computed: Measured | None
    reported: Measured | None
    repeated: int = 0

    @property
    def known(self) -> np.ndarray:
        """Shape (runs,): whether there is a value of either."""
        values = [one.value for one in (self.computed, self.reported) if one is not None]
        return np.logical_or.reduce([np.isfinite(value) for value in values])

    def of(self, rows: np.ndarray) -> Measured:
        """Of some runs, by the one of the two that knows more of them: never a mixture of both."""
        told = [
            replace(one, value=one.value[rows], stderr=one.stderr[rows], n_items=one.n_items[rows],
                    items=None if one.items is None else one.items[rows])
            for one in (self.computed, self.reported) if one is not None
        ]  # fmt: skip
        best = max(told, key=lambda one: np.isfinite(one.value).sum())
        return best if best.items is None else replace(best, items=_common(best.items, best.value))


def told_of(metric: str, scores: pd.DataFrame, items: ItemTables, runs: int) -> Told:
    """What is known of a metric.

    Parameters
    ----------
    metric
        Its name, as labelled.
    scores
        The task's scores, each with the number of its ``run``.
    items
        The task's answers.
    runs
        Number of runs.

    Raises
    ------
    SchemaError
        A share of items right that lies outside 0 to 1.
    """
    rows = scores[scores["metric"] == metric]
    name = str(rows["reported"].iloc[0]) if len(rows) else metric
    known, lower = find_metric(name), lower_is_better(rows, name)
    chance, best = _level(rows, "chance"), _level(rows, "min" if lower else "max")
    counted = known.counts_items
    if np.isnan(best):
        best = _best(known, rows, lower)
    computed = reported = None
    if len(rows):
        # Shares may be written in percent, where the table says so.
        unit = best if counted and not lower and best > 1 else 1.0
        value, stderr, n = _reported(rows, runs, unit)
        chance, best = chance / unit, best / unit
        if counted:
            _check_shares(metric, rows, value)
        reported = (value, stderr, n, None)
    answers = items.get(metric)
    if answers is not None:
        computed = (*_means(answers), answers)
        chance = items.chance(metric) if np.isnan(chance) else chance
    best = best if np.isfinite(best) else np.nan
    return Told(
        *(
            None if one is None else
            Measured(metric, *one, known.loss_kind or "share", lower, chance, best, counted)
            for one in (computed, reported)
        ),
        repeated=int(rows["run"].duplicated().sum()),
    )  # fmt: skip


def _best(known: Metric, rows: pd.DataFrame, lower: bool) -> float:
    """The best score that the registry knows, unless these are in another unit."""
    if lower != known.lower_is_better:
        return np.nan
    value = rows["value"].to_numpy(dtype=float)
    if known.counts_items:
        return 1.0
    best = known.minimum if lower else known.maximum
    return np.nan if (value < best if lower else value > best).any() else best


def _reported(
    rows: pd.DataFrame, runs: int, unit: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value, stderr, n, low, high = (
        _column(rows, name, runs) for name in ("value", "stderr", "n_items", "lower", "upper")
    )
    value = np.where(np.isfinite(value), value, np.nan) / unit
    stderr = np.where(np.isnan(stderr), (high - low) / 3.92, stderr) / unit
    return value, stderr, np.where(n >= 1, n, np.nan)


def _check_shares(metric: str, rows: pd.DataFrame, value: np.ndarray) -> None:
    wrong = np.flatnonzero((value < -ROUNDING) | (value > 1 + ROUNDING))
    if len(wrong):
        row = rows[rows["run"] == wrong[0]].iloc[0]
        raise SchemaError(
            f"task {row['task']!r}, metric {metric!r}: model {row['model']!r} has "
            f"{value[wrong[0]]:g}; expected a share of items right, from 0 to 1. If these are in "
            "percent, divide them by 100, or say so in a column 'max' of 100"
        )


def _means(items: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = (~np.isnan(items)).sum(axis=1).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.nansum(items, axis=1) / n
        stderr = np.sqrt(np.nansum((items - value[:, np.newaxis]) ** 2, axis=1) / (n - 1) / n)
    return np.where(np.isfinite(value), value, np.nan), stderr, n


def _common(items: np.ndarray, value: np.ndarray) -> np.ndarray | None:
    """The items that every run answered; None if they are too few to stand for the test."""
    known = np.isfinite(value)
    shared = np.isfinite(items[known]).all(axis=0)
    answered = np.isfinite(items[known]).any(axis=0)
    if shared.sum() < 2 or shared.sum() < LEAST_COMMON_ITEMS * answered.sum():
        return None
    return items[:, shared]


def _column(rows: pd.DataFrame, name: str, runs: int) -> np.ndarray:
    """One number a run: the mean of several, so that their order does not matter."""
    if name not in rows:
        return np.full(runs, np.nan)
    numbers = pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    run = rows["run"].to_numpy()
    known = ~np.isnan(numbers)
    count = np.bincount(run[known], minlength=runs)
    total = np.bincount(run[known], numbers[known], minlength=runs)
    return np.divide(total, count, out=np.full(runs, np.nan), where=count > 0)


def _level(rows: pd.DataFrame, name: str) -> float:
    if name not in rows or not len(rows):
        return float("nan")
    return float(pd.to_numeric(rows[name], errors="coerce").max())

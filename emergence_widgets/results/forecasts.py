"""Forecasts of hidden models, and how well they did over every cut-off, as tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..core.forecast import forecast as forecast_series
from ..core.forecast import judge
from .eval_results import EvalResults
from .forecast_series import AUTO, ForecastTable
from .schema import SchemaError


def forecast(
    results: EvalResults,
    held_out: int,
    *,
    task: str | None = None,
    family: str | None = None,
    metric: str | None = None,
    smooth: str | None = AUTO,
    loss: str | None = AUTO,
    scale: str | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Hide the largest models of a family and forecast their scores in several ways.

    Parameters
    ----------
    results
        Scores of models on tasks.
    held_out
        Models hidden, from 1 to all but one.
    task, family
        Names; by default the first.
    metric, smooth, loss
        Sharp metric, smooth metric of the same outputs, and loss; by default the best known
        that the task has. None as `smooth` or `loss`: none is used.
    scale
        params, flops, tokens, step or loss; by default the first of which a curve has three.
    confidence, draws, seed
        See `emergence_widgets.core.forecast.forecast`, which says how intervals are made.

    Returns
    -------
    pandas.DataFrame
        One row a method and hidden model: ``method, model, scale, observed`` (mean over its
        runs), ``forecast, lower, upper`` (interval of one new run), ``error`` (absolute),
        ``inside`` (share of its runs within the interval), ``log_score`` (ln probability of
        the number of items right), ``law`` and ``refusal`` (why there is no forecast).

    Raises
    ------
    SchemaError
        An unknown name, or scores that are no shares.
    ValueError
        `held_out` out of range.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> ahead = forecast(datasets.pronunciation(), 4, family="transformer")
    >>> ahead.groupby("method")["error"].mean().idxmin()
    'ladder'
    """
    table = ForecastTable(results, metric=metric, smooth=smooth, loss=loss, scale=scale)
    named = table.series(task, family)
    series = named.series
    found = forecast_series(series, held_out, confidence=confidence, draws=draws, seed=seed)
    parts = [
        pd.DataFrame(
            {
                "method": method,
                "model": named.models[series.models - held_out :],
                **judge(series, held_out, one),
                "law": one.law,
                "refusal": one.refusal,
            }
        )
        for method, one in found.items()
    ]
    return pd.concat(parts, ignore_index=True)


def backtest(
    results: EvalResults,
    *,
    task: str | None = None,
    family: str | None = None,
    metric: str | None = None,
    smooth: str | None = AUTO,
    loss: str | None = AUTO,
    scale: str | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Forecast from every cut-off, and compare with what the hidden models scored.

    Parameters
    ----------
    results, task, family, metric, smooth, loss, scale, confidence, draws, seed
        As in `forecast`.

    Returns
    -------
    pandas.DataFrame
        One row a number of hidden models and method: ``held_out, method, error`` (mean
        absolute error over the hidden models), ``inside`` (share of the hidden models' runs
        within their intervals), ``log_score`` (mean over the hidden models) and ``refusal``;
        NaN where the method refuses.

    Raises
    ------
    SchemaError
        An unknown name, or scores that are no shares.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> table = backtest(datasets.gpt3(), task="2D+, 2-shot")
    Traceback (most recent call last):
    ...
    emergence_widgets.results.schema.SchemaError: there is no task '2D+, 2-shot'. Did you mean '2D+, 1-shot'? There is: ...
    """  # noqa: E501
    table = ForecastTable(results, metric=metric, smooth=smooth, loss=loss, scale=scale)
    named = table.series(task, family)
    series = named.series
    rows: list[tuple[object, ...]] = []
    for held_out in range(1, series.models):
        found = forecast_series(series, held_out, confidence=confidence, draws=draws, seed=seed)
        for method, one in found.items():
            judged = judge(series, held_out, one)
            means = [float(np.mean(judged[name])) for name in ("error", "inside", "log_score")]
            rows.append((held_out, method, *means, one.refusal))
    columns = ["held_out", "method", "error", "inside", "log_score", "refusal"]
    return pd.DataFrame(rows, columns=columns)


def compare_forecasts(
    results: EvalResults,
    *,
    held_out: Iterable[int] = (1, 2, 3),
    task: str | Iterable[str] | None = None,
    metric: str | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Who forecast what: every method on every task and family, beside what was hidden.

    Parameters
    ----------
    results
        Scores of models on tasks.
    held_out
        Numbers of models to hide, one after the other; those that leave none are passed over.
    task, metric
        Names; by default all tasks, and the best known sharp metric of each.
    draws, seed
        Random draws behind the intervals, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row a task, family, number hidden and method: ``task, family, held_out, method,
        observed`` and ``forecast`` (of the largest model), ``error`` (mean absolute error over the
        hidden models), ``inside`` (share of their runs within the 95% intervals), ``width`` (mean
        of the intervals) and ``refusal``; NaN where a method refuses. Families whose scores cannot
        be forecast are left out.

    Raises
    ------
    SchemaError
        An unknown name, or no scale.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> who = compare_forecasts(datasets.pronunciation(), held_out=[2])
    >>> who.groupby("method")["error"].mean().idxmax()
    'direct'
    """
    table = ForecastTable(results, metric=metric)
    cut_offs, rows = list(held_out), list[tuple[object, ...]]()
    for name, family in table.pairs(task):
        try:
            series = table.series(name, family).series
        except SchemaError:
            continue
        for hidden in cut_offs:
            if not 1 <= hidden < series.models:
                continue
            found = forecast_series(series, hidden, draws=draws, seed=seed)
            for method, one in found.items():
                judged = judge(series, hidden, one)
                means = [float(np.mean(judged[part])) for part in ("error", "inside")]
                width = float(np.mean(judged["upper"] - judged["lower"]))
                last = (float(judged["observed"][-1]), float(judged["forecast"][-1]))
                rows.append((name, family, hidden, method, *last, *means, width, one.refusal))
    columns = ["task", "family", "held_out", "method", "observed", "forecast"]
    return pd.DataFrame(rows, columns=[*columns, "error", "inside", "width", "refusal"])

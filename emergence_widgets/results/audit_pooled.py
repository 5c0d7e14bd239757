"""Several curves as one row: of a metric on a task, of a metric on all tasks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.statistics.bootstrap import order_statistics
from .audit_measured import AT_ENDS

ENDS = (0.025, 0.975)


def pooled(table: pd.DataFrame, replicates: np.ndarray, by: list[str]) -> pd.DataFrame:
    """Sums of steps and points, means weighted by steps, medians of ratios.

    Parameters
    ----------
    table, replicates
        From `measured_curves`.
    by
        Columns whose combinations each get a row.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, and the numbers of `emergence_widgets.audit_metrics`.
    """
    code = table.groupby(by, sort=False).ngroup().to_numpy()
    heads = table[by].groupby(code).first()
    members = np.split(np.argsort(code, kind="stable"), np.cumsum(np.bincount(code))[:-1])
    columns = {name: table[name].to_numpy() for name in table.columns}
    rows = [
        _row({name: column[mine] for name, column in columns.items()}, replicates[:, mine])
        for mine in members
    ]
    return pd.concat([heads, pd.DataFrame(rows)], axis=1)


def _row(curves: dict[str, np.ndarray], replicates: np.ndarray) -> dict[str, float]:
    judged = curves["points"] >= 2
    noisy = judged & np.isfinite(curves["resolved"])
    steps, points = (np.where(judged, curves[name], 0.0) for name in ("steps", "points"))
    uneven = judged & np.isfinite(curves["residual"])
    residual = _mean(curves["residual"] ** 2, points, uneven)
    with_noise = bool(noisy.any() and (noisy == judged).all())
    lower, upper, least, most = np.full(4, np.nan)
    if with_noise:
        weight = steps[judged] / steps[judged].sum()
        lower, upper = order_statistics(weight @ np.nan_to_num(replicates[0, judged]), ENDS)
        least, most = order_statistics(_middle(replicates[1, judged]), ENDS)
    null = curves["null"][:, np.newaxis]
    above = (np.abs(replicates[1]) > null).mean(axis=-1)
    with np.errstate(invalid="ignore"):
        over_null = np.abs(curves["value"]) / curves["null"]
    return {
        "families": len(set(curves["family"][judged])),
        "curves": int(judged.sum()),
        "most_points": int(curves["points"].max()),
        "points": int(points.sum()),
        "steps": float(steps.sum()),
        "not_finite": int(curves["not_finite"].sum()),
        "n_items": _only(curves["n_items"]),
        "chance": _only(curves["chance"]),
        "worst": _only(curves["worst"]),
        **{name: _total(curves[name], judged) for name in AT_ENDS},
        "ups": _total(curves["ups"], judged),
        "told_apart": _total(curves["resolved"], noisy),
        "noisy_steps": _total(curves["steps"], noisy),
        "resolved_falls": _total(curves["resolved_falls"], noisy),
        "largest_step": _only(curves["largest_step"]),
        "isotonic_residual": float(np.sqrt(residual)),
        "spearman": _with_constants(curves["spearman"], steps, judged),
        "spearman_lower": lower,
        "spearman_upper": upper,
        "signal_to_noise": float(_middle(curves["signal_to_noise"][noisy])),
        "linear": _with_constants(curves["linear"], steps, judged),
        "stability": _mean(curves["stability"], steps, noisy),
        "breakthroughness": float(_middle(curves["value"][judged])),
        "breakthroughness_lower": least,
        "breakthroughness_upper": most,
        "over_null": float(_middle(over_null[judged])),
        "above_null": _mean(above, steps, noisy),
    }


def _total(values: np.ndarray, chosen: np.ndarray) -> float:
    return float(values[chosen].sum()) if chosen.any() else float("nan")


def _mean(values: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> float:
    total = weight[chosen].sum()
    return float(values[chosen] @ weight[chosen] / total) if total > 0 else float("nan")


def _with_constants(values: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> float:
    """A mean in which constants, beside other curves, count as 0: they show nothing."""
    if np.isnan(values[chosen]).all():
        return float("nan")
    return _mean(np.nan_to_num(values), weight, chosen)


def _middle(values: np.ndarray) -> np.ndarray:
    """Median over the first axis, without NaN; one of the values."""
    if len(values) == 0:
        return np.full(values.shape[1:], np.nan)
    return order_statistics(np.moveaxis(values, 0, -1), (0.5,))[0]


def _only(values: np.ndarray) -> float:
    return float(values[0]) if len(np.unique(values)) == 1 else float("nan")

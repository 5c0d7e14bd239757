"""Axes of measured series: ends and ticks, linear and logarithmic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .axes import Ticks, linear_ticks, log_ticks

SCALES = {
    "params": "Model size (parameters)",
    "flops": "Training compute (FLOPs)",
    "tokens": "Training tokens",
    "step": "Training steps",
    "loss": "Loss (nats per token), falling to the right",
}


def scale_axis(name: str, values: pd.Series) -> dict[str, Any]:
    """Axis of one scale over all runs; no logarithmic one where nothing lies above 0."""
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0]
    low, high = float(finite.min()), float(finite.max())
    margin = 0.03 * (high - low)
    axis: dict[str, Any] = {
        "name": name,
        "label": SCALES[name],
        "linear": axis_ends(linear_ticks(min(low, 0.0) if low >= 0 else low, high + margin)),
        "log": None,
    }
    if len(positive):
        spread = float(positive.max() / positive.min()) ** 0.04
        axis["log"] = axis_ends(log_ticks(positive.min() / spread, positive.max() * spread))
    return axis


def axis_ends(ticks: Ticks) -> dict[str, Any]:
    """Ticks as a program's constant."""
    return {
        "places": list(ticks.places),
        "labels": ticks.labels,
        "low": float(ticks.low),
        "high": float(ticks.high),
    }


def score_axes(
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    smallest: np.ndarray,
) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Axes of many scores, each axis once, and which of them each score has.

    A bounded score has its bounds as ends, if they hold; another starts at 0 where it can.

    Parameters
    ----------
    minimum, maximum
        Bounds of the metric; not finite where it has none.
    low, high
        Of points and intervals; NaN where there is no point.
    smallest
        The smallest score above 0; infinite where there is none.

    Returns
    -------
    axes, which
        The first axis, from 0 to 1, is that of scores without a point.
    """
    nothing = np.isnan(low) | np.isnan(high)
    bounded = np.isfinite(minimum) & np.isfinite(maximum) & ~nothing
    margin = 0.05 * (high - low)
    from_zero = (low >= 0) & (low < 0.6 * high)
    start = np.where(from_zero, 0.0, low - margin)
    start = np.where(bounded, np.minimum(minimum, low), start)
    end = np.where(bounded, np.maximum(maximum, high), high + margin)
    start, end = np.where(nothing, 0.0, start), np.where(nothing, 1.0, end)
    smallest = np.where(np.isfinite(smallest) & ~nothing, smallest, end / 1000)
    with np.errstate(invalid="ignore", divide="ignore"):
        bottom = 10.0 ** np.floor(np.log10(np.minimum(smallest, end / 10)))
    bottom = np.where(end > 0, np.maximum(bottom, np.finfo(float).tiny), np.nan)
    keys = {(0.0, 1.0, 1e-3): 0}
    which = [
        keys.setdefault(key, len(keys))
        for key in zip(start.tolist(), end.tolist(), np.nan_to_num(bottom).tolist(), strict=True)
    ]
    return [_score_axis(*key) for key in keys], np.array(which, dtype=float)


def _score_axis(start: float, end: float, bottom: float) -> dict[str, Any]:
    log = axis_ends(log_ticks(bottom, end * 1.05)) if end > 0 else None
    return {"linear": axis_ends(linear_ticks(start, end)), "log": log}

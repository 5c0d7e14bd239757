"""Axes of measured series: ends and ticks, linear and logarithmic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .ticks import Ticks, linear_ticks, log_ticks

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


def score_axis_of(part: pd.DataFrame) -> dict[str, Any]:
    """Axis of one task and metric, from its points, intervals and bounds."""
    finite = part[np.isfinite(part["value"])]
    if finite.empty:
        return score_axis(0.0, 1.0, 0.0, 1.0, None)
    minimum, maximum = part["minimum"].min(), part["maximum"].max()
    low = float(np.nanmin([finite["value"].min(), finite["lower"].min()]))
    high = float(np.nanmax([finite["value"].max(), finite["upper"].max()]))
    positive = finite["value"][finite["value"] > 0]
    return score_axis(minimum, maximum, low, high, float(positive.min()) if len(positive) else None)


def score_axis(
    minimum: float, maximum: float, low: float, high: float, smallest: float | None
) -> dict[str, Any]:
    """A bounded score has its bounds as ends, if they hold; another starts at 0 where it can."""
    if np.isfinite(minimum) and np.isfinite(maximum):
        start, end = min(float(minimum), low), max(float(maximum), high)
    else:
        margin = 0.05 * (high - low)
        start = 0.0 if low >= 0 and low < 0.6 * high else low - margin
        end = high + margin
    axis: dict[str, Any] = {"linear": axis_ends(linear_ticks(start, end)), "log": None}
    if end > 0:
        bottom = smallest if smallest is not None else end / 1000
        decade = 10.0 ** np.floor(np.log10(min(bottom, end / 10)))
        axis["log"] = axis_ends(log_ticks(max(decade, np.finfo(float).tiny), end * 1.05))
    return axis

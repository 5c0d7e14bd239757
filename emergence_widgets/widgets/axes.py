"""Axes: ticks at places that people read easily, and the ends that data ask for.

Explorers draw on linear bqplot scales and put ``log10`` of the data on them where the axis
is logarithmic: a browser can then change an axis without the kernel, and bqplot's own
logarithmic ticks, which overlap, are never used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .formats import DIGITS, format_scale, shortest

# Ends that differ by less than this share of their size are one value.
SAME = 1e-9
TINY = 1e-290
# Share of a step by which a tick may lie outside, for ends such as 0.1 + 0.2.
SLACK = Decimal("1e-9")
SCALES = {
    "params": "Model size (parameters)",
    "flops": "Training compute (FLOPs)",
    "tokens": "Training tokens",
    "step": "Training steps",
    "loss": "Loss (nats per token), falling to the right",
}


@dataclass(frozen=True)
class Ticks:
    """Ticks on a linear scale, and the ends of the axis."""

    places: tuple[float, ...]  # ascending
    texts: tuple[str, ...]
    low: float
    high: float

    @property
    def labels(self) -> dict[str, str]:
        """For ``bqplot.Axis.tick_labels``, whose keys are numbers as JavaScript writes them."""
        return dict(zip(map(shortest, self.places), self.texts, strict=True))


def log_ticks(low: float, high: float, *, most: int = 5) -> Ticks:
    """Ticks of a logarithmic axis, at most `most`; places are ``log10`` of the data."""
    if not 0 < low <= high < math.inf:
        raise ValueError(f"a logarithmic axis cannot go from {low:g} to {high:g}")
    start, end = math.log10(low), math.log10(high)
    if end == start:
        start, end = start - 0.5, end + 0.5
    decades = range(math.ceil(start - 1e-9), math.floor(end + 1e-9) + 1)
    if len(decades) > 2:
        stride = math.ceil((len(decades) - 1) / max(most - 1, 1))
        values = [10.0**power for power in decades[::stride]]
    else:
        powers = range(math.floor(start), math.floor(end) + 1)
        fine = [m * 10.0**power for power in powers for m in (1, 2, 5)]
        values = [v for v in fine if start - 1e-9 <= math.log10(v) <= end + 1e-9]
        if len(values) < 2:
            return _between(start, end, most)
        values = values[:: math.ceil(len(values) / most)]
    places = tuple(math.log10(value) for value in values)
    return Ticks(places, tuple(format_scale(value) for value in values), start, end)


def _between(start: float, end: float, most: int) -> Ticks:
    linear = linear_ticks(10**start, 10**end, most=most)
    places = tuple(math.log10(value) for value in linear.places if value > 0)
    return Ticks(places, linear.texts[-len(places) :], start, end)


def linear_ticks(low: float, high: float, *, most: int = 5, percent: bool = False) -> Ticks:
    """At most `most` ticks of a linear axis, at multiples of 1, 2 or 5 times a power of ten."""
    if not math.isfinite(high - low) or high < low:
        raise ValueError(f"an axis cannot go from {low:g} to {high:g}")
    size = max(abs(low), abs(high))
    if high - low <= max(SAME * size, TINY):
        margin = size / 10 if size > TINY / SAME else 1.0
        low, high = low - margin, high + margin
    exponent = math.floor(math.log10((high - low) / max(most - 1, 1)))
    for factor in ("1", "2", "2.5", "5", "10", "20"):
        step = Decimal(factor).scaleb(exponent)
        first = math.ceil(Decimal(low) / step - SLACK)
        last = math.floor(Decimal(high) / step + SLACK)
        if last - first < most:
            break
    values = [k * step for k in range(first, last + 1)]
    return Ticks(tuple(map(float, values)), _texts(values, percent), low, high)


def _texts(values: list[Decimal], percent: bool) -> tuple[str, ...]:
    """With as many digits as it takes to tell each place exactly."""
    shown = [100 * value for value in values] if percent else values
    digits = max((len(value.normalize().as_tuple().digits) for value in shown), default=0)
    unit = "%" if percent else ""
    return tuple(format_scale(float(at), digits=max(DIGITS, digits + 1)) + unit for at in shown)


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
    ends = {"low": float(ticks.low), "high": float(ticks.high)}
    return {"places": list(ticks.places), "labels": ticks.labels, **ends}


def score_axes(
    minimum: np.ndarray, maximum: np.ndarray, low: np.ndarray, high: np.ndarray,
    smallest: np.ndarray,
) -> tuple[list[dict[str, Any]], np.ndarray]:  # fmt: skip
    """Axes of many scores, each axis once, and which of them each score has.

    Bounds and `smallest` (the smallest score above 0) are not finite, and ends of points and
    intervals NaN, where there is none. A bounded score has its bounds as ends, if they hold;
    another starts at 0 where it can. The first axis, from 0 to 1, is that of scores without
    a point.
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


def checked_scale(scale: ArrayLike) -> np.ndarray:
    """Sizes as an array, when they are fit for a logarithmic axis: two or more, ascending."""
    try:
        sizes = np.asarray(scale, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"scale is {scale!r}; expected numbers such as [1e6, 1e9]") from error
    if sizes.ndim != 1 or len(sizes) < 2:
        raise ValueError(f"scale has shape {sizes.shape}; expected one axis of at least two sizes")
    bad = ~np.isfinite(sizes) | (sizes <= 0)
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(
            f"scale[{at}] is {sizes[at]:g}; sizes on a logarithmic axis must be above 0"
        )
    if np.any(np.diff(sizes) <= 0):
        at = int(np.argmax(np.diff(sizes) <= 0))
        raise ValueError(
            f"scale falls or rests from scale[{at}] = {sizes[at]:g} to {sizes[at + 1]:g}; "
            "give the sizes in ascending order, each once (numpy.unique does both)"
        )
    return sizes

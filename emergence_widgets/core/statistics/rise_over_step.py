"""A rise over a typical step, for many series at once: what the measures of emergence share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

BLOCK = 1 << 18
"""Scores measured at once: as many as stay near the processor."""


def rise_over_step(
    scores: ArrayLike, axis: int, resolution: ArrayLike | None, typical: Callable[[Floats], Floats]
) -> Floats:
    """The rise of each series over its typical step, whatever the gaps.

    Parameters
    ----------
    scores, axis, resolution
        As for `emergence_widgets.breakthroughness`.
    typical
        From steps without gaps, shape (series, steps), to one a series: `median_step`,
        `mean_step`.

    Returns
    -------
    numpy.ndarray
        `scores` without `axis`.
    """
    y = np.moveaxis(np.asarray(scores, dtype=float), axis, -1)
    series = y.reshape(math.prod(y.shape[:-1]), y.shape[-1])
    rise, step = np.zeros((2, len(series)))
    block = max(BLOCK // max(y.shape[-1], 1), 1)
    for start in range(0, len(series), block):
        here = slice(start, start + block)
        for rows, whole in _without_gaps(series[here]):
            rise[here][rows], step[here][rows] = _signed_rise(whole), typical(_steps(whole))
    rises, steps = rise.reshape(y.shape[:-1]), step.reshape(y.shape[:-1])
    if resolution is not None:
        steps = np.maximum(steps, np.asarray(resolution, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        # 0/0 is a constant: it has no rise whose steepness could be asked for.
        return np.where(rises != 0, rises / steps, np.nan)


def _without_gaps(series: Floats) -> Iterator[tuple[slice | NDArray[np.bool_], Floats]]:
    """Which series have equally many known points, and these points; none that is infinite."""
    if series.shape[-1] >= 2 and np.isfinite(series).all():
        yield slice(None), series
        return
    known = ~np.isnan(series)
    counts = np.where(np.isinf(series).any(axis=-1), 0, known.sum(axis=-1))
    for count in np.unique(counts[counts >= 2]):
        rows = counts == count
        yield rows, series[rows][known[rows]].reshape(-1, count)


def _signed_rise(y: Floats) -> Floats:
    rows = np.arange(len(y))
    top, bottom = np.argmax(y, axis=-1), np.argmin(y, axis=-1)
    return np.sign(top - bottom) * (y[rows, top] - y[rows, bottom])


def _steps(y: Floats) -> Floats:
    return np.abs(np.diff(y, axis=-1))


def median_step(steps: Floats) -> Floats:
    """Root of the median square, without squares that overflow or vanish."""
    middles = [(steps.shape[-1] - 1) // 2, steps.shape[-1] // 2]
    ordered = np.partition(steps, sorted(set(middles)), axis=-1)
    lower, upper = np.moveaxis(ordered[:, middles], -1, 0)
    share = lower / np.where(upper > 0, upper, 1.0)
    return upper * np.sqrt((share**2 + 1) / 2)


def mean_step(steps: Floats) -> Floats:
    """Root of the mean square, without squares that overflow or vanish."""
    top = steps.max(axis=-1, keepdims=True)
    share = steps / np.where(top > 0, top, 1.0)
    return top[..., 0] * np.sqrt(np.mean(share**2, axis=-1))

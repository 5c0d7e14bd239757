"""Whether a score shows incremental progress: rising, resolved, gradual, stable to resampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import rankdata

from ..arrays import Floats
from .bootstrap import ScoreNoise, drawn_batches
from .intervals import NORMAL_95
from .measures import ROUNDING, breakthroughness, linearity

TOLD_APART = NORMAL_95
"""Standard errors by which two scores differ if 95% of intervals shall not hold 0."""


@dataclass(frozen=True, eq=False)
class Progress:
    """What series of equally many points show, one number a series where nothing else is said."""

    steps: Floats  # One less than the points.
    ups: Floats
    residual: Floats  # Root mean square distance to the nearest rising curve, over the range.
    spearman: Floats  # Rank correlation with scale; NaN for a constant.
    largest_step: Floats  # Share that the greatest step up has in all steps up.
    # `linearity` over that of a straight ramp: squared the share of steps that carry the rise.
    linear: Floats
    value: Floats  # `breakthroughness`, with the noise's resolution.
    point_stderr: Floats  # Shape (series, points).
    # Steps, and steps down, beyond 1.96 standard errors, which are at least those of one item.
    resolved: Floats
    resolved_falls: Floats
    signal_to_noise: Floats  # Range over the root mean square of the steps' standard errors.
    stability: Floats  # Mean rank correlation of replicates with the scores; of constants 0.
    # Shape (series, draws), of replicates; what needs noise is NaN without it, and of one draw.
    spearman_draws: Floats
    value_draws: Floats


def progress(mean: Floats, noise: ScoreNoise | None, *, draws: int, seed: int) -> Progress:
    """What series of finite points, ordered by scale and higher better, show, and how firmly."""
    count, points = mean.shape
    resolution = np.zeros(count) if noise is None else noise.resolution
    # Differences of neighbours; those that rounding alone makes are 0.
    steps, size = np.diff(mean, axis=-1), np.maximum(np.abs(mean[:, 1:]), np.abs(mean[:, :-1]))
    steps = np.where(np.abs(steps) > ROUNDING * size, steps, 0.0)
    up = np.maximum(steps, 0.0)
    total = up.sum(axis=-1)
    rank = _ranks(mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        largest = np.where(total > 0, up.max(axis=-1) / total, np.nan)
    shown = {
        "steps": np.full(count, points - 1.0),
        "ups": (steps > 0).sum(axis=-1).astype(float),
        "residual": np.array([_residual(y) for y in mean]),
        "spearman": _correlation(rank, _ranks(np.arange(points, dtype=float))),
        "largest_step": largest,
        "linear": linearity(mean) / (points - 1),
        "value": breakthroughness(mean, resolution=resolution),
    }
    if noise is None:
        unknown = np.full(count, np.nan)
        summaries = ("resolved", "resolved_falls", "signal_to_noise", "stability")
        of_draws = ("spearman_draws", "value_draws")
        found = dict.fromkeys(summaries, unknown) | dict.fromkeys(of_draws, unknown[:, np.newaxis])
        return Progress(**shown, **found, point_stderr=np.full(mean.shape, np.nan))
    return Progress(**shown, **_resampled(mean, steps, rank, noise, draws, seed))


def _resampled(
    mean: Floats, steps: Floats, rank: Floats, noise: ScoreNoise, draws: int, seed: int
) -> dict[str, Floats]:
    order = _ranks(np.arange(mean.shape[-1], dtype=float))
    resolution = noise.resolution
    with_scale, value, with_scores = np.empty((3, len(mean), draws))
    of_points, of_steps = np.zeros(mean.shape), np.zeros(steps.shape)
    for series, batches in drawn_batches(noise, draws, seed):
        for part, scores in batches:
            away = scores - mean[series, np.newaxis]
            of_points[series] += (away**2).sum(axis=1) / draws
            of_steps[series] += (np.diff(away, axis=-1) ** 2).sum(axis=1) / draws
            drawn = _ranks(scores)
            with_scale[series, part] = _correlation(drawn, order)
            with_scores[series, part] = _correlation(drawn, rank[series, np.newaxis])
            value[series, part] = breakthroughness(
                scores, resolution=resolution[series, np.newaxis]
            )
    item = 2 * resolution[:, np.newaxis]
    point_stderr = np.maximum(np.sqrt(of_points), item)
    step_stderr = np.maximum(np.sqrt(of_steps), item)
    told = np.abs(steps) > TOLD_APART * step_stderr
    typical = np.sqrt((step_stderr**2).mean(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        signal_to_noise = (mean.max(axis=-1) - mean.min(axis=-1)) / typical
    return {
        "point_stderr": point_stderr,
        "resolved": told.sum(axis=-1).astype(float),
        "resolved_falls": (told & (steps < 0)).sum(axis=-1).astype(float),
        "signal_to_noise": signal_to_noise,
        "stability": np.nan_to_num(with_scores).mean(axis=-1),
        "spearman_draws": with_scale,
        "value_draws": value,
    }


def _residual(y: Floats) -> float:
    away = y - isotonic_regression(y).x
    rise = float(y.max() - y.min())
    return float(np.sqrt(np.mean(away**2))) / rise if rise > 0 else float("nan")


def _ranks(y: Floats) -> Floats:
    """Mean ranks, about their mean."""
    ranks = rankdata(y, axis=-1)
    return ranks - ranks.mean(axis=-1, keepdims=True)


def _correlation(a: Floats, b: Floats) -> Floats:
    size = np.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size > 0, (a * b).sum(axis=-1) / size, np.nan)

"""The naive forecast: the last value seen, as uncertain as the steps before it were large."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .draws import Draws
from .series import Floats, ForecastSeries

LEAST_MODELS = 3


def last_value(
    series: ForecastSeries, visible: np.ndarray
) -> tuple[float, Callable[[Floats, Draws], Floats] | None]:
    """The score of the largest visible model, and draws of a random walk from it.

    Steps of a random walk in log scale have a variance in proportion to the decades that they
    cross (the naive method of forecasting, see Hyndman and Athanasopoulos 2021, section 5.5,
    on an uneven grid); seeds scatter about it.

    Parameters
    ----------
    series
        Scores of one family.
    visible
        Shape (runs,): which runs are seen.

    Returns
    -------
    value
        Mean over the seeds of the largest visible model.
    latent
        Function of scales and random numbers, giving shape (draws, points); None with fewer
        than three visible models, whose steps tell no size of steps.

    Examples
    --------
    >>> series = ForecastSeries([1e6, 1e7, 1e8, 1e9], [0.1, 0.2, 0.4, 0.7])
    >>> last_value(series, series.model < 3)[0]
    0.4
    """
    score, member = series.score[visible], series.model[visible]
    mean = np.bincount(member, score) / np.bincount(member)
    place = np.log10(1 / series.model_scale if series.falls else series.model_scale)[: len(mean)]
    value = float(mean[-1])
    if len(mean) < LEAST_MODELS:
        return value, None
    per_decade = float(np.mean(np.diff(mean) ** 2 / np.diff(place)))
    repeats = len(score) - len(mean)
    scatter = float(np.sum((score - mean[member]) ** 2) / repeats) if repeats else 0.0

    def latent(growth: Floats, draws: Draws) -> Floats:
        ahead = np.maximum(np.log10(growth) - place[-1], 0.0)
        heavy = draws.heavy(len(mean) - 1)
        walk = heavy * draws.normal(1) * np.sqrt(per_decade * ahead)
        return np.clip(value + walk + draws.normal(1) * np.sqrt(scatter), 0, 1)

    return value, latent

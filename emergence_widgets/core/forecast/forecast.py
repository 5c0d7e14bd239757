"""Hide the largest models, and forecast their sharp score from the smaller ones.

Four methods: from the sharp score itself, from a smooth score of the same outputs mapped back,
from the two-step ladder by way of the loss, and the last value seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from .draws import ForecastRefusal
from .methods import MAKERS, Band, Forecast, Task
from .series import Floats, ForecastSeries

__all__ = ["METHODS", "Band", "Forecast", "ForecastSeries", "forecast"]

METHODS = tuple(MAKERS)
DRAWS = 1000


def forecast(
    series: ForecastSeries,
    held_out: int,
    *,
    at: Floats | None = None,
    steps_at: Mapping[str, Floats] | None = None,
    methods: Iterable[str] = METHODS,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Forecast]:
    """Forecast the sharp score of the largest models from the others.

    Parameters
    ----------
    series
        Scores of one family on one task.
    held_out
        Models hidden, from 1 to all but one.
    at
        Shape (points,): scales at which the forecasts are drawn; by default the models'.
    steps_at
        For ``'smooth'`` and ``'ladder'``, losses (nats) at which the second step is drawn.
    methods
        Some of `METHODS`: ``'sharp'`` fits the sharp score over log scale; ``'smooth'`` fits
        the smooth score, as a loss, over scale by a power law and maps it to the sharp one;
        ``'ladder'`` does so by way of the task's loss and a sigmoid; ``'last_value'`` repeats
        the largest visible model.
    confidence
        Coverage of the intervals, in (0, 1).
    draws, seed
        Random draws behind the intervals, and their seed.

    Returns
    -------
    dict
        `Forecast` by method; one that the visible models do not support says so in `refusal`.

    Raises
    ------
    ValueError
        `held_out` out of range, an unknown method, or `confidence` outside (0, 1).

    Notes
    -----
    Curves are those of the best law. Intervals are for one new training run: a law is drawn by
    its Akaike weight, its parameters from the normal distribution that their Fisher information
    gives (Student's t with models less parameters as degrees of freedom), and the draws are
    sent through both steps; then come the scatter of runs about each law, and the noise of
    the items. Seeds of one model count as one observation in all of this. That one of the
    laws holds beyond the visible models is assumed, and no interval covers it: a floor that
    the visible models do not show is not foretold.

    References
    ----------
    The ladder: Grattafiori et al. 2024 (arXiv:2407.21783), section 3.2.1; Bhagia et al. 2024
    (arXiv:2412.04403); Gadre et al. 2024 (arXiv:2403.08540).

    Examples
    --------
    >>> from emergence_widgets import ExactMatchLaw
    >>> scale = 10.0 ** np.arange(5, 12)
    >>> law = ExactMatchLaw(length=5, critical_scale=1e6, exponent=-0.3)
    >>> series = ForecastSeries(scale, law(scale), n_items=100_000)
    >>> ahead = forecast(series, 2)
    >>> (ahead["sharp"].score.value.round(3) == law(scale).round(3)).all()
    np.True_
    >>> ahead["ladder"].refusal
    'no loss on the task'
    """
    if not 1 <= held_out <= series.models - 1:
        raise ValueError(
            f"held_out is {held_out}; of {series.models} models 1 to {series.models - 1} can be "
            "hidden"
        )
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it lies between 0 and 1, such as 0.95")
    task = Task(
        series=series,
        visible=series.model < series.models - held_out,
        at=series.model_scale if at is None else np.asarray(at, dtype=float),
        confidence=confidence,
        draws=draws,
        seed=seed,
        steps_at=steps_at or {},
    )
    found: dict[str, Forecast] = {}
    for method in methods:
        if method not in MAKERS:
            raise ValueError(f"there is no method {method!r}; expected {', '.join(METHODS)}")
        try:
            found[method] = MAKERS[method](task)
        except ForecastRefusal as refusal:
            nothing = np.full(len(task.at), np.nan)
            found[method] = Forecast(
                method,
                Band(task.at, nothing, nothing, nothing),
                np.full(series.models, np.nan),
                refusal=str(refusal),
            )
    return found


def judge(series: ForecastSeries, held_out: int, found: Forecast) -> dict[str, Floats]:
    """How well a forecast did, by hidden model.

    Parameters
    ----------
    series
        All scores.
    held_out
        Models that were hidden.
    found
        A forecast drawn at the models' own scales (``at=None``).

    Returns
    -------
    dict
        Arrays of shape (held_out,): ``scale``; ``observed`` (mean over the runs);
        ``forecast``, ``lower``, ``upper``; ``error`` (absolute); ``inside`` (share of the
        runs within the interval); ``log_score``; NaN where there is no forecast.
    """
    hidden = slice(series.models - held_out, None)
    observed = series.mean(series.score)
    lower, upper = found.score.lower[series.model], found.score.upper[series.model]
    within = np.where(np.isnan(lower), np.nan, (series.score >= lower) & (series.score <= upper))
    columns = {
        "scale": series.model_scale,
        "observed": observed,
        "forecast": found.score.value,
        "lower": found.score.lower,
        "upper": found.score.upper,
        "error": np.abs(found.score.value - observed),
        "inside": series.mean(within),
        "log_score": found.log_score,
    }
    return {name: column[hidden] for name, column in columns.items()}

"""The four methods of `forecast`, each from the visible models alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import gammaln, logsumexp

from .draws import Draws, ForecastRefusal, measured
from .loss_model import fit_loss
from .mixture import Mixture
from .random_walk import last_value
from .score import ScoreCurve
from .score_model import fit_score
from .series import Floats, ForecastSeries

NO_SMOOTH = "no smooth score of the same outputs"
NO_LOSS = "no loss on the task"
LOSS_IS_SCALE = "the scale is already the loss"
LAST_WORDS = "random walk from the last value"


@dataclass(frozen=True)
class Band:
    """A curve and its 95% interval.

    Attributes
    ----------
    x, value, lower, upper
        Shape (points,); lower and upper are NaN where there is no interval.
    """

    x: Floats
    value: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Forecast:
    """What one method says of the hidden models.

    Attributes
    ----------
    method
        Its name.
    score
        Sharp score over scale, with the interval of one new training run.
    log_score
        Shape (models,): ln probability of the number of items right that was seen, by model
        (mean over its runs); NaN for visible models and where no number of items is known.
    law
        Laws used, in words.
    refusal
        Why there is no forecast; empty where there is one.
    first, second
        Of a forecast in two steps: loss (nats) over scale, and score over loss.
    """

    method: str
    score: Band
    log_score: Floats
    law: str = ""
    refusal: str = ""
    first: Band | None = None
    second: Band | None = None


@dataclass(frozen=True)
class Task:
    """What is forecast from what, and how its intervals are drawn."""

    series: ForecastSeries
    visible: np.ndarray
    at: Floats
    confidence: float
    draws: int
    seed: int
    steps_at: Mapping[str, Floats] = field(default_factory=dict[str, Floats])

    @property
    def growth(self) -> Floats:
        """Scales to draw at, growing as models get better."""
        return 1 / self.at if self.series.falls else self.at

    @property
    def growth_seen(self) -> float:
        """Of the largest visible model."""
        series = self.series
        last = series.model_scale[series.model[self.visible].max()]
        return float(1 / last if series.falls else last)

    def random(self) -> Draws:
        """The same random numbers again."""
        return Draws(self.draws, self.seed)

    def band(self, x: Floats, value: Floats, drawn: Floats) -> Band:
        """A curve with the quantiles of what was drawn."""
        tail = (1 - self.confidence) / 2
        lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0)
        # A law's own curve may leave the middle of what its parameters could be.
        return Band(x, value, np.fmin(lower, value), np.fmax(upper, value))


def _from_sharp(task: Task) -> Forecast:
    series, seen = task.series, task.visible
    curve = fit_score(
        np.log10(series.growth[seen]),
        series.score[seen],
        series.n_items[seen],
        series.model[seen],
        series.chance,
    )

    def latent(growth: Floats, draws: Draws) -> Floats:
        return curve.latent(np.log10(growth), draws)

    return _finish(
        task, "sharp", curve(np.log10(task.growth)), latent, curve.best.n_items, curve.words
    )


def _from_smooth(task: Task) -> Forecast:
    if task.series.smooth is None:
        raise ForecastRefusal(NO_SMOOTH)
    return _in_two_steps(task, "smooth", task.series.smooth_loss, _minus_log)


def _from_ladder(task: Task) -> Forecast:
    if task.series.falls:
        raise ForecastRefusal(LOSS_IS_SCALE)
    if task.series.loss is None:
        raise ForecastRefusal(NO_LOSS)
    return _in_two_steps(task, "ladder", task.series.task_loss, _minus)


def _minus_log(loss: Floats) -> Floats:
    return -np.log10(loss)


def _minus(loss: Floats) -> Floats:
    return -loss


def _in_two_steps(
    task: Task, method: str, loss: Floats, predictor: Callable[[Floats], Floats]
) -> Forecast:
    series = task.series
    used = task.visible & np.isfinite(loss)
    try:
        first = fit_loss(series.growth[used], loss[used], series.model[used])
    except ForecastRefusal as refusal:
        raise ForecastRefusal(f"first step: {refusal}") from None
    try:
        second = fit_score(
            predictor(loss[used]),
            series.score[used],
            series.n_items[used],
            series.model[used],
            series.chance,
            sigmoid_only=method == "ladder",
        )
    except ForecastRefusal as refusal:
        raise ForecastRefusal(f"second step: {refusal}") from None
    if second.best.estimate[1] <= 0:
        raise ForecastRefusal("second step: the score does not rise as the loss falls")

    def latent(growth: Floats, draws: Draws) -> Floats:
        return second.latent(predictor(first.latent(growth, draws)), draws)

    law = f"{first.words}, then {second.words}"
    value = second(predictor(first(task.growth)))
    found = _finish(task, method, value, latent, second.best.n_items, law)
    return replace(
        found,
        first=task.band(task.at, first(task.growth), first.latent(task.growth, task.random())),
        second=_second_step(task, second, predictor, task.steps_at.get(method)),
    )


def _second_step(
    task: Task, step: Mixture[ScoreCurve], predictor: Callable[[Floats], Floats], at: Floats | None
) -> Band | None:
    if at is None:
        return None
    draws = task.random()
    drawn = measured(step.latent(predictor(at), draws), step.best.n_items, draws)
    return task.band(at, step(predictor(at)), drawn)


def _from_last_value(task: Task) -> Forecast:
    series = task.series
    value, latent = last_value(series, task.visible)
    n_items = float(np.median(series.n_items))
    beyond = task.growth >= task.growth_seen
    flat = np.where(beyond, value, np.nan)
    if latent is None:
        nothing = np.full(len(task.at), np.nan)
        none = np.full(series.models, np.nan)
        return Forecast("last_value", Band(task.at, flat, nothing, nothing), none, LAST_WORDS)
    found = _finish(task, "last_value", flat, latent, n_items, LAST_WORDS)
    hide = np.where(beyond, 0.0, np.nan)
    score = found.score
    return replace(found, score=replace(score, lower=score.lower + hide, upper=score.upper + hide))


def _finish(
    task: Task,
    method: str,
    value: Floats,
    latent: Callable[[Floats, Draws], Floats],
    n_items: float,
    law: str,
) -> Forecast:
    draws = task.random()
    drawn = measured(latent(task.growth, draws), n_items, draws)
    series = task.series
    model_growth = 1 / series.model_scale if series.falls else series.model_scale
    chances = latent(model_growth, task.random())
    return Forecast(method, task.band(task.at, value, drawn), _log_score(task, chances), law)


def _log_score(task: Task, chances: Floats) -> Floats:
    """Log of the mean binomial probability, over the draws, of what each hidden model scored."""
    series = task.series
    hidden = ~task.visible & np.isfinite(series.n_items)
    n = series.n_items[hidden]
    right = np.rint(series.score[hidden] * n)
    # Half an item from the ends: no single answer may cost an infinite score.
    chance = np.clip(chances[:, series.model[hidden]], 0.5 / (n + 1), 1 - 0.5 / (n + 1))
    log = right * np.log(chance) + (n - right) * np.log1p(-chance)
    log += gammaln(n + 1) - gammaln(right + 1) - gammaln(n - right + 1)
    by_run = logsumexp(log, axis=0) - np.log(len(chances))
    runs = np.bincount(series.model[hidden], minlength=series.models)
    total = np.bincount(series.model[hidden], by_run, minlength=series.models)
    return np.where(runs > 0, total / np.maximum(runs, 1), np.nan)


MAKERS: dict[str, Callable[[Task], Forecast]] = {
    "sharp": _from_sharp,
    "smooth": _from_smooth,
    "ladder": _from_ladder,
    "last_value": _from_last_value,
}

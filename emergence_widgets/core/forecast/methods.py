"""Hide the largest models, and forecast their sharp score from the smaller ones.

Four methods: from the sharp score itself, from a smooth score of the same outputs mapped back,
from the two-step ladder by way of the loss, and the last value seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import gammaln, logsumexp

from .draws import Draws, ForecastRefusal, Mixture, with_item_noise
from .loss_model import fit_loss
from .score_model import ScoreCurve, fit_score
from .series import Floats, ForecastSeries

DRAWS = 1000
LEAST_STEPS = 2
"""Steps between models from which a random walk tells how large its steps are."""
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

    def sample(growth: Floats, draws: Draws) -> Floats:
        return curve.sample(np.log10(growth), draws)

    return _finish(
        task, "sharp", curve(np.log10(task.growth)), sample, curve.best.n_items, curve.words
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
    return _in_two_steps(task, "ladder", task.series.task_loss, np.negative)


def _minus_log(loss: Floats) -> Floats:
    return -np.log10(loss)


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

    def sample(growth: Floats, draws: Draws) -> Floats:
        return second.sample(predictor(first.sample(growth, draws)), draws)

    law = f"{first.words}, then {second.words}"
    value = second(predictor(first(task.growth)))
    found = _finish(task, method, value, sample, second.best.n_items, law)
    return replace(
        found,
        first=task.band(task.at, first(task.growth), first.sample(task.growth, task.random())),
        second=_second_step(task, second, predictor, task.steps_at.get(method)),
    )


def _second_step(
    task: Task, step: Mixture[ScoreCurve], predictor: Callable[[Floats], Floats], at: Floats | None
) -> Band | None:
    if at is None:
        return None
    draws = task.random()
    drawn = with_item_noise(step.sample(predictor(at), draws), step.best.n_items, draws)
    return task.band(at, step(predictor(at)), drawn)


def _from_last_value(task: Task) -> Forecast:
    series = task.series
    value, sample = last_value(series, task.visible)
    n_items = float(np.median(series.n_items))
    beyond = task.growth >= series.model_growth[series.model[task.visible].max()]
    flat = np.where(beyond, value, np.nan)
    if sample is None:
        nothing = np.full(len(task.at), np.nan)
        none = np.full(series.models, np.nan)
        return Forecast("last_value", Band(task.at, flat, nothing, nothing), none, LAST_WORDS)
    found = _finish(task, "last_value", flat, sample, n_items, LAST_WORDS)
    hide = np.where(beyond, 0.0, np.nan)
    score = found.score
    return replace(found, score=replace(score, lower=score.lower + hide, upper=score.upper + hide))


def last_value(
    series: ForecastSeries, visible: np.ndarray
) -> tuple[float, Callable[[Floats, Draws], Floats] | None]:
    """The mean score of the largest visible model, and draws of a random walk from it.

    Steps of a random walk in log scale have a variance in proportion to the decades that they
    cross (the naive method of forecasting, see Hyndman and Athanasopoulos 2021, section 5.5,
    on an uneven grid); seeds scatter about it. None where there are too few steps.
    """
    score, member = series.score[visible], series.model[visible]
    mean = np.bincount(member, score) / np.bincount(member)
    decades = np.log10(series.model_growth)[: len(mean)]
    value = float(mean[-1])
    if len(mean) <= LEAST_STEPS:
        return value, None
    per_decade = float(np.mean(np.diff(mean) ** 2 / np.diff(decades)))
    repeats = len(score) - len(mean)
    scatter = float(np.sum((score - mean[member]) ** 2) / repeats) if repeats else 0.0

    def sample(growth: Floats, draws: Draws) -> Floats:
        ahead = np.maximum(np.log10(growth) - decades[-1], 0.0)
        t_scale = draws.t_scale(len(mean) - 1)
        walk = t_scale * draws.normal(1) * np.sqrt(per_decade * ahead)
        return np.clip(value + walk + draws.normal(1) * np.sqrt(scatter), 0, 1)

    return value, sample


def _finish(
    task: Task,
    method: str,
    value: Floats,
    sample: Callable[[Floats, Draws], Floats],
    n_items: float,
    law: str,
) -> Forecast:
    draws = task.random()
    drawn = with_item_noise(sample(task.growth, draws), n_items, draws)
    series = task.series
    rates = sample(series.model_growth, task.random())
    return Forecast(method, task.band(task.at, value, drawn), _log_score(task, rates), law)


def _log_score(task: Task, rates: Floats) -> Floats:
    """Log of the mean binomial probability, over the draws, of what each hidden model scored."""
    series = task.series
    hidden = ~task.visible & np.isfinite(series.n_items)
    n = series.n_items[hidden]
    right = np.rint(series.score[hidden] * n)
    # Half an item from the ends: no single answer may cost an infinite score.
    rate = np.clip(rates[:, series.model[hidden]], 0.5 / (n + 1), 1 - 0.5 / (n + 1))
    log = right * np.log(rate) + (n - right) * np.log1p(-rate)
    log += gammaln(n + 1) - gammaln(right + 1) - gammaln(n - right + 1)
    by_run = logsumexp(log, axis=0) - np.log(len(rates))
    runs = np.bincount(series.model[hidden], minlength=series.models)
    total = np.bincount(series.model[hidden], by_run, minlength=series.models)
    return np.where(runs > 0, total / np.maximum(runs, 1), np.nan)


MAKERS: dict[str, Callable[[Task], Forecast]] = {
    "sharp": _from_sharp,
    "smooth": _from_smooth,
    "ladder": _from_ladder,
    "last_value": _from_last_value,
}
METHODS = tuple(MAKERS)


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
    the visible models do not show is not predicted.

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
    """How well a forecast at the models' own scales did: columns of shape (held_out,).

    ``observed`` is the mean over the runs of a hidden model, ``error`` absolute, ``inside`` the
    share of the runs within the interval; NaN where there is no forecast.
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

"""Hide the largest models, and forecast their sharp score from the smaller ones.

Five methods: from the sharp score itself, from its logarithm alone, from a smooth score of the same
outputs mapped back, from the two-step ladder by way of the loss, and the last value seen; on
request a sixth, from clusters of items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import gammaln, logsumexp

from ..arrays import Floats, group_means
from ..statistics.intervals import check_confidence
from . import draws as drawing
from .clusters import difficulty_clusters, pass_rates
from .draws import Draws, ForecastRefusal, with_item_noise
from .loss_step import fit_loss
from .score_step import Predictor, ScoreCurve, fit_score, itself
from .series import ForecastSeries

LEAST_STEPS = 2  # between models, from which a random walk tells how large its steps are
LAST_WORDS = "random walk from the last value"

Sample = Callable[[Floats, Draws], Floats]


@dataclass(frozen=True)
class Band:
    """A curve and its 95% interval, each of shape (points,); NaN where there is none."""

    x: Floats
    value: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Forecast:
    """What one method says of the hidden models."""

    method: str
    score: Band  # sharp score over scale, with the interval of one new training run
    # (models,): ln probability of the number of items right that was seen, by model (mean over
    # its runs); NaN for visible models and where no number of items is known.
    log_score: Floats
    law: str = ""  # laws used, in words
    refusal: str = ""  # why there is no forecast; empty where there is one
    first: Band | None = None  # of a forecast in two steps: loss (nats) over scale
    second: Band | None = None  # and score over loss


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

    def fit_score(
        self,
        predictor: Floats,
        used: np.ndarray,
        exponential: Predictor | None = None,
        *,
        logistic: bool = True,
    ) -> ScoreCurve:
        """The sharp score of some runs over a predictor of theirs."""
        series, score = self.series, self.series.score[used]
        items, model = series.n_items[used], series.model[used]
        return fit_score(
            predictor, score, items, model, series.chance,
            exponential=exponential, logistic=logistic,
        )  # fmt: skip

    def band(self, x: Floats, value: Floats, drawn: Floats) -> Band:
        """A curve with the quantiles of what was drawn."""
        tail = (1 - self.confidence) / 2
        lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0)
        # A law's own curve may leave the middle of what its parameters could be.
        return Band(x, value, np.fmin(lower, value), np.fmax(upper, value))

    def finish(
        self, method: str, value: Floats, sample: Sample, n_items: float, law: str
    ) -> Forecast:
        """A forecast of a curve and of draws of new runs."""
        draws = self.random()
        drawn = with_item_noise(sample(self.growth, draws), n_items, draws)
        rates = sample(self.series.model_growth, self.random())
        return Forecast(method, self.band(self.at, value, drawn), _log_score(self, rates), law)

    def without_interval(
        self, method: str, value: Floats | float, law: str = "", refusal: str = ""
    ) -> Forecast:
        """A forecast of a curve alone, or none at all."""
        nothing = np.full(len(self.at), np.nan)
        band = Band(self.at, np.broadcast_to(value, nothing.shape), nothing, nothing)
        return Forecast(method, band, np.full(self.series.models, np.nan), law, refusal)


def _from_sharp(task: Task) -> Forecast:
    scale = np.log10(task.series.growth[task.visible])
    return _in_one_step(task, "sharp", task.fit_score(scale, task.visible))


def _from_log_accuracy(task: Task) -> Forecast:
    scale = np.log10(task.series.growth[task.visible])
    curve = task.fit_score(scale, task.visible, itself, logistic=False)
    if not curve.rises:
        raise ForecastRefusal("the score does not rise with scale")
    return replace(_in_one_step(task, "direct", curve), law="power law of -ln score")


def _in_one_step(task: Task, method: str, curve: ScoreCurve) -> Forecast:

    def sample(growth: Floats, draws: Draws) -> Floats:
        return curve.sample(np.log10(growth), draws)

    value = curve(np.log10(task.growth))
    return task.finish(method, value, sample, curve.n_items, curve.words)


def _from_clusters(task: Task) -> Forecast:
    series = task.series
    if series.items is None:
        raise ForecastRefusal("no answers by item")
    items, visible = series.items, task.visible
    drawing.numbered(series.model[visible], 2, "a curve of two parameters")
    cluster = difficulty_clusters(pass_rates(items[visible], series.model[visible]))
    shares: list[float] = []
    parts: list[tuple[Predictor, Sample]] = []
    rising = 0
    for number in range(int(cluster.max()) + 1):
        mine = items[:, cluster == number]
        shares.append(mine.shape[1] / np.sum(cluster >= 0))
        rates = np.nanmean(np.where(visible[:, None], mine, 0.0), axis=1)
        part = ForecastSeries(
            series.scale, rates, mine.shape[1], chance=series.chance, size=series.size,
            falls=series.falls,
        )  # fmt: skip
        trend = _trend(replace(task, series=part))
        rising += trend is not None
        parts.append(trend or _as_it_was(part, visible))
    if not rising:
        raise ForecastRefusal("no cluster of items shows a trend")

    def sample(growth: Floats, draws: Draws) -> Floats:
        drawn = [share * one(growth, draws) for share, (_, one) in zip(shares, parts, strict=True)]
        return np.sum(drawn, axis=0)

    value = np.sum(
        [share * at(task.growth) for share, (at, _) in zip(shares, parts, strict=True)], 0
    )
    n_items = float(np.median(series.n_items))
    return task.finish(
        "clusters", value, sample, n_items, f"{rising} of {len(parts)} clusters rise"
    )


def _trend(task: Task) -> tuple[Predictor, Sample] | None:
    """The laws of one cluster, and draws from them; none where it does not rise."""
    try:
        curve = task.fit_score(np.log10(task.series.growth[task.visible]), task.visible, itself)
    except ForecastRefusal:
        return None
    if not curve.rises:
        return None
    return (
        lambda growth: curve(np.log10(growth)),
        lambda growth, draws: curve.sample(np.log10(growth), draws),
    )


def _as_it_was(series: ForecastSeries, visible: np.ndarray) -> tuple[Predictor, Sample]:
    """The last value of one cluster, and draws of a walk from it."""
    last, walk = last_value(series, visible)
    still: Sample = lambda growth, draws: np.full((draws.number, len(growth)), last)  # noqa: E731
    return lambda growth: np.full(len(growth), last), walk or still


def _from_smooth(task: Task) -> Forecast:
    if task.series.smooth is None:
        raise ForecastRefusal("no smooth score of the same outputs")
    return _in_two_steps(task, "smooth", task.series.smooth_loss, lambda loss: -np.log10(loss))


def _from_ladder(task: Task) -> Forecast:
    if task.series.falls:
        raise ForecastRefusal("the scale is already the loss")
    if task.series.loss is None:
        raise ForecastRefusal("no loss on the task")
    # The exponential link, exp(-(kL)^b), is one in the logarithm of the loss.
    exponential: Predictor = lambda minus: -np.log10(-minus)  # noqa: E731
    return _in_two_steps(task, "ladder", task.series.task_loss, np.negative, exponential)


def _in_two_steps(
    task: Task,
    method: str,
    loss: Floats,
    predictor: Predictor,
    exponential: Predictor | None = None,
) -> Forecast:
    series = task.series
    used = task.visible & np.isfinite(loss)
    step = "first step"
    try:
        first = fit_loss(series.growth[used], loss[used], series.model[used])
        step = "second step"
        second = task.fit_score(predictor(loss[used]), used, exponential)
    except ForecastRefusal as refusal:
        raise ForecastRefusal(f"{step}: {refusal}") from None
    if not second.rises:
        raise ForecastRefusal("second step: the score does not rise as the loss falls")

    def sample(growth: Floats, draws: Draws) -> Floats:
        return second.sample(predictor(first.sample(growth, draws)), draws)

    law, n_items = f"{first.words}, then {second.words}", second.n_items
    at, by_loss = task.steps_at.get(method), None
    if at is not None:
        draws = task.random()
        drawn = with_item_noise(second.sample(predictor(at), draws), n_items, draws)
        by_loss = task.band(at, second(predictor(at)), drawn)
    value = first(task.growth)
    return replace(
        task.finish(method, second(predictor(value)), sample, n_items, law),
        first=task.band(task.at, value, first.sample(task.growth, task.random())),
        second=by_loss,
    )


def _from_last_value(task: Task) -> Forecast:
    series = task.series
    value, sample = last_value(series, task.visible)
    beyond = task.growth >= series.model_growth[series.model[task.visible].max()]
    flat = np.where(beyond, value, np.nan)
    if sample is None:
        return task.without_interval("last_value", flat, LAST_WORDS)
    found = task.finish("last_value", flat, sample, float(np.median(series.n_items)), LAST_WORDS)
    hide, score = np.where(beyond, 0.0, np.nan), found.score
    return replace(found, score=replace(score, lower=score.lower + hide, upper=score.upper + hide))


def last_value(series: ForecastSeries, visible: np.ndarray) -> tuple[float, Sample | None]:
    """The mean score of the largest visible model, and draws of a random walk from it, if any."""
    # Its steps have a variance in proportion to the decades that they cross (the naive method of
    # forecasting, see Hyndman and Athanasopoulos 2021, section 5.5, on an uneven grid); seeds
    # scatter about it.
    score, member = series.score[visible], series.model[visible]
    mean = group_means(score, member)
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
    "direct": _from_log_accuracy,
    "smooth": _from_smooth,
    "ladder": _from_ladder,
    "last_value": _from_last_value,
}
METHODS = tuple(MAKERS)
BY_ITEM: dict[str, Callable[[Task], Forecast]] = {"clusters": _from_clusters}
"""Methods that need the answers by item, on request."""


def forecast(
    series: ForecastSeries,
    held_out: int,
    *,
    at: Floats | None = None,
    steps_at: Mapping[str, Floats] | None = None,
    methods: Iterable[str] = METHODS,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, Forecast]:
    """Forecast the sharp score of the largest models, of which `held_out` are hidden.

    Method ``'sharp'`` fits the sharp score over log scale; ``'direct'`` fits its logarithm alone,
    -ln score = A / scale^a, chance taken off (Krajewski et al. 2025, arXiv:2512.08894, over
    compute); ``'smooth'`` fits the smooth score, as a loss, over scale and maps it to the sharp
    one; ``'ladder'`` does so by way of the task's loss; ``'last_value'`` repeats the largest
    visible model. On request, ``'clusters'`` groups the series' `items` by the visible models that
    answer them (k-means of pass rates), follows the sharp score of each cluster that rises, keeps
    the others at their last value and adds them up, after Xu et al. 2025 (COD, arXiv:2502.17262,
    who find clusters by MeanShift and map the rising ones to the whole by a curve). Without
    answers by item it cannot be used.

    Forecasts are drawn at the scales `at` (by default the models'), second steps at the losses
    `steps_at`.

    Few models cannot tell which law holds, so that laws are averaged by their likelihood: power
    laws of the loss above every floor from 0 to the smallest loss seen (none is as likely
    beforehand as some); of the score, logistic laws below every ceiling from the best score seen
    to 1, and exp(-(k L)^b) (over scale or a smooth score only without a chance level). Curves are
    the means of these laws. Intervals are for one new training run: a law is drawn by its weight,
    its parameters from Student's t with models less two degrees of freedom (covariance: inverse
    Fisher information), and the draws are sent through both steps; then come the scatter of runs
    about each law, and the noise of the items. Seeds of one model count as one observation.

    Of new runs, the ladder's 95% intervals held 90 to 100% by world and 98% on average, where the
    loss has a floor or none, the link is a sigmoid or an exponential, and 5 to 8 sizes are fitted
    (``tests/benchmarks/forecast_calibration.md``). That one of the laws holds beyond the visible
    models is assumed, and no interval covers it: a break that they do not show is not predicted.

    The ladder: Grattafiori et al. 2024 (arXiv:2407.21783), section 3.2.1; Bhagia et al. 2024
    (arXiv:2412.04403); Gadre et al. 2024 (arXiv:2403.08540).
    """
    if not 1 <= held_out <= series.models - 1:
        raise ValueError(
            f"held_out is {held_out}; of {series.models} models 1 to {series.models - 1} can be "
            "hidden"
        )
    check_confidence(confidence)
    visible = series.model < series.models - held_out
    at = series.model_scale if at is None else np.asarray(at, dtype=float)
    task = Task(series, visible, at, confidence, draws, seed, steps_at or {})
    found: dict[str, Forecast] = {}
    for method in methods:
        make = (MAKERS | BY_ITEM).get(method)
        if make is None:
            raise ValueError(
                f"there is no method {method!r}; expected {', '.join((*METHODS, *BY_ITEM))}"
            )
        try:
            found[method] = make(task)
        except ForecastRefusal as refusal:
            found[method] = task.without_interval(method, np.nan, refusal=str(refusal))
    return found


def judge(series: ForecastSeries, held_out: int, found: Forecast) -> dict[str, Floats]:
    """How well a forecast at the models' own scales did: columns of shape (held_out,)."""
    hidden = slice(series.models - held_out, None)
    observed = series.mean(series.score)
    band = found.score
    lower, upper = band.lower[series.model], band.upper[series.model]
    within = np.where(np.isnan(lower), np.nan, (series.score >= lower) & (series.score <= upper))
    columns = {
        "scale": series.model_scale,
        "observed": observed,
        "forecast": band.value,
        "lower": band.lower,
        "upper": band.upper,
        "error": np.abs(band.value - observed),
        "inside": series.mean(within),  # of the runs, the share within the interval
        "log_score": found.log_score,
    }
    return {name: column[hidden] for name, column in columns.items()}

"""The two steps of a forecast: a loss over scale, and a sharp score over a predictor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ..arrays import Floats, Ints, group_means
from ..laws.power import PowerLaw
from ..laws.sigmoids import ExactMatchLaw, LogisticLaw
from ..laws.solver.points import FitError
from . import draws as drawing
from .draws import LEAST_FREEDOM, TINY, Draws, ForecastRefusal, Mixture, mixture

STILL = 1e-9  # A loss that falls by a smaller share over the visible models does not fall.
STARTS = 4
LN10 = float(np.log(10))
MOST_CEILING = 1 - 1e-6  # A ceiling nearer to 1 is no other law than one without a ceiling.


@dataclass(frozen=True)
class LossCurve:
    """A power law of the loss, with or without a floor, and errors that are shares of it."""

    words: str
    law: PowerLaw  # at the estimate
    covariance: Floats  # of ln A at the scale `centre`, of a and, where there is one, of the floor
    centre: float  # geometric mean of the scales, where ln A and a are least correlated
    freedom: int  # models less parameters
    scatter: float  # standard deviation of a run's ln loss about the law

    def __call__(self, scale: Floats) -> Floats:
        """Loss in nats at the estimate, any shape."""
        return self.law(scale)

    def sample(self, scale: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): losses of a new run at each scale."""
        change, scatter = draws.about(self.covariance, self.freedom, self.scatter)
        law = self.law
        start = np.log(law.scale_factor) - law.exponent * np.log(self.centre)
        exponent = law.exponent + change[:, 1:2]
        with np.errstate(over="ignore"):
            power = np.exp(start + change[:, :1] - exponent * np.log(scale / self.centre))
        floor = law.floor + change[:, 2:3] if change.shape[1] > 2 else law.floor
        loss = np.maximum(np.maximum(floor, 0.0) + power, np.finfo(float).tiny)
        with np.errstate(over="ignore"):
            return loss * np.exp(scatter)


def fit_loss(scale: Floats, loss: Floats, model: Ints) -> Mixture[LossCurve]:
    """Fit a power law to ln loss, without a floor and with one, and weigh the two by AICc."""
    # The seeds of a model (arrays have shape (runs,)) together count as one observation.
    model, models = drawing.numbered(model, 2, "a power law")
    if np.ptp(np.log(scale)) <= TINY:
        raise ForecastRefusal("all visible models have one scale")
    slope, start = np.polynomial.Polynomial.fit(np.log(scale), np.log(loss), 1).convert().coef[::-1]
    straight = PowerLaw(0.0, float(np.exp(start)), max(-float(slope), 0.0))
    candidates = [straight]
    if models >= 3 + LEAST_FREEDOM:
        candidates += _loss_with_floor(scale, loss)
    misfits = [_loss_misfit(law, scale, loss, model) for law in candidates]
    sizes = [3 if law.floor > 0 else 2 for law in candidates]
    # The variance of the errors counts as a parameter.
    aicc = [
        models * np.log(max(misfit, TINY)) + 2 * (k + 1) + 2 * (k + 1) * (k + 2) / (models - k - 2)
        for misfit, k in zip(misfits, sizes, strict=True)
    ]
    if straight.exponent * np.ptp(np.log(scale)) <= STILL:
        raise ForecastRefusal("it does not improve with scale among the visible models")
    curves = [
        _loss_curve(law, k, misfit * models / (models - k), scale, models)
        for law, k, misfit in zip(candidates, sizes, misfits, strict=True)
    ]
    return mixture(curves, aicc)


def _loss_curve(law: PowerLaw, k: int, variance: float, scale: Floats, models: int) -> LossCurve:
    centre = float(np.exp(np.log(scale).mean()))
    # Of ln loss, by ln A at the centre, a and E.
    loss = law(scale)
    power = (loss - law.floor) / loss
    jacobian = np.stack([power, -power * np.log(scale / centre), 1 / loss], axis=-1)[:, :k]
    of_one = drawing.covariance(jacobian, np.ones(len(scale)))
    return LossCurve(
        words="power law" + (" with a floor" if law.floor > 0 else ""),
        law=law,
        covariance=variance * of_one * len(scale) / models,
        centre=centre,
        freedom=models - k,
        scatter=float(np.sqrt(variance)),
    )


def _loss_with_floor(scale: Floats, loss: Floats) -> list[PowerLaw]:
    """Least squares of relative errors, with a floor; nothing where the floor is at 0."""
    try:
        law = PowerLaw.fit(scale, loss, sigma=loss).law
    except FitError:
        return []
    return [law] if law.floor > 0 and law.scale_factor > 0 and law.exponent > 0 else []


def _loss_misfit(law: PowerLaw, scale: Floats, loss: Floats, model: Ints) -> float:
    """Mean squared error of ln loss, each model counted once."""
    squared = (np.log(loss) - np.log(law(scale))) ** 2
    return float(np.mean(group_means(squared, model)))


@dataclass(frozen=True)
class ScoreCurve:
    """A law of the score in a predictor t that grows as models get better."""

    # With u = b0 + b1 t: floor + (ceiling - floor) * expit(u), or exp(-exp(-u)) where `exact`.
    words: str
    estimate: Floats  # b0, b1 and, where it is free, the logit of the ceiling's way from floor to 1
    covariance: Floats
    exact: bool
    floor: float
    centre: float  # the predictor is standardised by them
    spread: float
    freedom: int  # models less parameters
    # Variance of a run about the law over that of its items alone (at least 1 where the number
    # of items is known).
    dispersion: float
    n_items: float  # of the test; NaN: not known

    def __call__(self, predictor: Floats) -> Floats:
        """The law at the estimate, any shape."""
        return score_law(self._standard(predictor), self.estimate, self.floor, exact=self.exact)

    def sample(self, predictor: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): success rates of a new run, items' noise left out."""
        # The predictor has shape (points,), or (draws, points) where it is itself drawn.
        known = np.isfinite(self.n_items)
        spread = np.sqrt((self.dispersion - known) / (4 * (self.n_items if known else 1.0)))
        change, scatter = draws.about(self.covariance, self.freedom, spread)
        columns = np.moveaxis(self.estimate + change, 1, 0)[:, :, None]
        rates = score_law(self._standard(predictor), columns, self.floor, exact=self.exact)
        return drawing.jitter(rates, scatter)

    def _standard(self, predictor: Floats) -> Floats:
        return (np.asarray(predictor, dtype=float) - self.centre) / self.spread


def score_law(t: Floats, parameters: Floats, floor: float, *, exact: bool) -> Floats:
    """The law of `ScoreCurve`; its parameters are along the first axis."""
    with np.errstate(over="ignore", invalid="ignore"):
        u: Floats = parameters[0] + parameters[1] * t
        if exact:
            return np.exp(-np.exp(-u))
        return floor + (1 - floor) * ceiling_share(parameters) * expit(u)


def ceiling_share(parameters: Floats) -> Floats:
    """How far the ceiling is from the floor (0) to 1."""
    return np.asarray(expit(parameters[2]) if len(parameters) > 2 else 1.0, dtype=float)


def fit_score(
    predictor: Floats,
    score: Floats,
    n_items: Floats,
    model: Ints,
    chance: float,
    *,
    sigmoid_only: bool = False,
) -> Mixture[ScoreCurve]:
    """Fit the laws that the number of models supports to runs, and weigh them by QAICc."""
    # Binomial likelihood. A law's misfit and the scatter of seeds count as overdispersion
    # (McCullagh and Nelder 1989, section 4.5), estimated over models less parameters; AICc is
    # divided by it (Burnham and Anderson 2002, section 2.5).
    points = _points(predictor, score, n_items, model, chance)
    fitted = [points.logistic(1.0)]
    if chance == 0 and not sigmoid_only:
        # It supposes no chance level.
        fitted.append(points.exact_match())
    if points.models >= 3 + LEAST_FREEDOM:
        fitted.append(points.logistic(None))
    found = [(one, points.dispersion(one)) for one in fitted if one is not None]
    if not found:
        raise ForecastRefusal("no law could be fitted to the visible scores")
    most = max(len(one.estimate) for one, _ in found)
    least = min(phi for one, phi in found if len(one.estimate) == most)
    curves: list[ScoreCurve] = []
    criteria: list[float] = []
    for number, (one, phi) in enumerate(found, start=1):
        try:
            curves.append(points.curve(one, phi))
            criteria.append(points.qaicc(one, least))
        except ForecastRefusal:
            if number == len(found) and not curves:
                raise
    return mixture(curves, criteria)


@dataclass(frozen=True)
class _Fitted:
    words: str
    estimate: Floats
    exact: bool = False


@dataclass(frozen=True)
class _Points:
    """Runs over the standardised predictor t."""

    t: Floats
    score: Floats
    items: Floats
    counted: bool
    model: Ints
    models: int
    chance: float
    centre: float
    spread: float

    def exact_match(self) -> _Fitted | None:
        try:
            law = ExactMatchLaw.fit(10**self.t, self.score, n_items=self.items, starts=STARTS).law
        except FitError:
            return None
        slope = -law.exponent
        start = -np.log(law.length) - slope * np.log(law.critical_scale)
        return _Fitted("exact-match law", np.array([start, slope * LN10]), exact=True)

    def logistic(self, ceiling: float | None) -> _Fitted | None:
        try:
            law = LogisticLaw.fit(
                10**self.t,
                self.score,
                floor=self.chance,
                ceiling=ceiling,
                n_items=self.items,
                starts=STARTS,
            ).law
        except FitError:
            return None
        estimate = [-law.slope * law.midpoint, law.slope]
        if ceiling is not None:
            return _Fitted("logistic law", np.array(estimate))
        share = (law.ceiling - self.chance) / (1 - self.chance)
        if not TINY < share < MOST_CEILING:
            return None
        return _Fitted("logistic law below a ceiling", np.array([*estimate, float(logit(share))]))

    def expected(self, fitted: _Fitted) -> Floats:
        law = score_law(self.t, fitted.estimate, self.chance, exact=fitted.exact)
        return np.clip(law, TINY, 1 - TINY)

    def dispersion(self, fitted: _Fitted) -> float:
        """Mean squared error of the models, in units of the items' noise, over their freedom."""
        angles = np.arcsin(np.sqrt(self.score)) - np.arcsin(np.sqrt(self.expected(fitted)))
        squared = group_means(4 * self.items * angles**2, self.model)
        phi = float(squared.sum() / (self.models - len(fitted.estimate)))
        return max(phi, 1.0) if self.counted else max(phi, TINY)

    def qaicc(self, fitted: _Fitted, dispersion: float) -> float:
        p = self.expected(fitted)
        log = self.items * (self.score * np.log(p) + (1 - self.score) * np.log1p(-p))
        n, k = self.models, len(fitted.estimate)
        penalty = 2 * k + 2 * k * (k + 1) / (n - k - 1)
        return float(-2 * group_means(log, self.model).sum() / dispersion + penalty)

    def curve(self, fitted: _Fitted, dispersion: float) -> ScoreCurve:
        # Seeds of one model share the law's misfit, so that they count as one observation.
        share = len(self.score) / self.models
        return ScoreCurve(
            words=fitted.words,
            estimate=fitted.estimate,
            covariance=dispersion * share * self.covariance(fitted),
            exact=fitted.exact,
            floor=self.chance,
            centre=self.centre,
            spread=self.spread,
            freedom=self.models - len(fitted.estimate),
            dispersion=dispersion,
            n_items=float(np.median(self.items)) if self.counted else np.nan,
        )

    def covariance(self, fitted: _Fitted) -> Floats:
        """Inverse of the binomial Fisher information of the parameters."""
        b, p = fitted.estimate, self.expected(fitted)
        rise: Floats = np.asarray(expit(b[0] + b[1] * self.t), dtype=float)
        top = ceiling_share(b)
        slope: Floats = (1 - self.chance) * top * rise * (1 - rise)
        if fitted.exact:
            slope = -p * np.log(p)
        columns = [slope, slope * self.t]
        if len(b) > 2:
            columns.append((1 - self.chance) * rise * top * (1 - top))
        return drawing.covariance(np.stack(columns, axis=-1), self.items / (p * (1 - p)))


def _points(
    predictor: Floats, score: Floats, n_items: Floats, model: Ints, chance: float
) -> _Points:
    """The runs, where there are enough to fit a law to."""
    member, models = drawing.numbered(model, 2, "a curve of two parameters")
    counted = bool(np.isfinite(n_items).all())
    # Without a chance level a single success is above it: it may be luck, but a law can be held
    # against it.
    noise = np.sqrt(chance * (1 - chance) / n_items) if counted else 0.0
    above = len(np.unique(member[score > chance + np.maximum(2 * noise, TINY)]))
    if above < 2:
        raise ForecastRefusal(
            f"{'one visible model scores' if above else 'no visible model scores'} above "
            f"{'chance' if chance > 0 else '0'}; a rise needs two"
        )
    if np.ptp(score) == 0:
        raise ForecastRefusal("all visible models score the same; there is no trend to follow")
    centre, spread = float(predictor.mean()), float(predictor.std())
    if spread <= TINY * max(abs(centre), 1.0):
        raise ForecastRefusal("what it is predicted from is the same for all visible models")
    items = n_items if counted else np.ones(len(score))
    t = (predictor - centre) / spread
    return _Points(t, score, items, counted, member, models, chance, centre, spread)

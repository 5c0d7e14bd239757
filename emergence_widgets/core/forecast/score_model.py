"""Laws of a sharp score over a predictor, and their fits: one step of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ..laws.exact_match import ExactMatchLaw
from ..laws.logistic import LogisticLaw
from ..laws.solver.points import FitError
from .draws import (
    LEAST_FREEDOM,
    TINY,
    Draws,
    ForecastRefusal,
    Mixture,
    covariance,
    jitter,
    mixture,
    root,
)
from .series import Floats, Ints

STARTS = 4
LN10 = float(np.log(10))
MOST_CEILING = 1 - 1e-6
"""A ceiling nearer to 1 is no other law than one without a ceiling."""


@dataclass(frozen=True)
class ScoreCurve:
    """A law of the score in a predictor t that grows as models get better.

    With ``u = b0 + b1 t``: ``floor + (ceiling - floor) * expit(u)`` (logistic) or
    ``exp(-exp(-u))`` (exact match).
    """

    words: str
    # b0, b1 and, where the ceiling is free, the logit of its way from the floor to 1.
    estimate: Floats
    covariance: Floats
    # Which law, and its lower limit.
    exact: bool
    floor: float
    # The predictor is standardised by them.
    centre: float
    spread: float
    # Models less parameters.
    freedom: int
    # Variance of a run about the law over that of its items alone (at least 1 where the number
    # of items is known).
    dispersion: float
    # Items of the test; NaN: not known.
    n_items: float

    def __call__(self, predictor: Floats) -> Floats:
        """The law at the estimate, any shape."""
        return score_law(self._standard(predictor), self.estimate, self.floor, exact=self.exact)

    def sample(self, predictor: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): success rates of a new run, items' noise left out.

        The predictor has shape (points,), or (draws, points) where it is itself drawn.
        """
        t_scale = draws.t_scale(self.freedom)
        normal = draws.normal(len(self.estimate) + 1)
        parameters = self.estimate + t_scale * (normal[:, :-1] @ root(self.covariance).T)
        columns = np.moveaxis(parameters, 1, 0)[:, :, None]
        rates = score_law(self._standard(predictor), columns, self.floor, exact=self.exact)
        known = np.isfinite(self.n_items)
        spread = np.sqrt((self.dispersion - known) / (4 * (self.n_items if known else 1.0)))
        return jitter(rates, spread * t_scale * normal[:, -1:])

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
    """Fit the laws that the number of models supports, and weigh them by QAICc.

    The predictor grows as models get better; the seeds of a model (arrays have shape (runs,))
    together count as one observation; `n_items` is NaN where it is not known. `sigmoid_only`
    leaves out the exact-match law, which supposes no chance level.

    Binomial likelihood. A law's misfit and the scatter of seeds count as overdispersion
    (McCullagh and Nelder 1989, section 4.5), estimated over models less parameters; AICc is
    divided by it (Burnham and Anderson 2002, section 2.5).
    """
    points = _Points.of(predictor, score, n_items, model, chance)
    candidates = [points.logistic(free_ceiling=False)]
    if chance == 0 and not sigmoid_only:
        candidates.append(points.exact_match())
    if points.models >= 3 + LEAST_FREEDOM:
        candidates.append(points.logistic(free_ceiling=True))
    fitted = [one for one in candidates if one is not None]
    if not fitted:
        raise ForecastRefusal("no law could be fitted to the visible scores")
    dispersions = [points.dispersion(one) for one in fitted]
    most = max(len(one.estimate) for one in fitted)
    full = [phi for one, phi in zip(fitted, dispersions, strict=True) if len(one.estimate) == most]
    curves: list[ScoreCurve] = []
    criteria: list[float] = []
    refusal = None
    for one, phi in zip(fitted, dispersions, strict=True):
        try:
            curves.append(points.curve(one, phi))
        except ForecastRefusal as error:
            refusal = error
        else:
            criteria.append(points.qaicc(one, min(full)))
    if refusal is not None and not curves:
        raise refusal
    return mixture(curves, criteria)


@dataclass(frozen=True)
class _Fitted:
    words: str
    estimate: Floats
    exact: bool


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

    @classmethod
    def of(
        cls, predictor: Floats, score: Floats, n_items: Floats, model: Ints, chance: float
    ) -> _Points:
        _, member = np.unique(model, return_inverse=True)
        models = int(member.max(initial=-1)) + 1
        counted = bool(np.isfinite(n_items).all())
        items = n_items if counted else np.ones(len(score))
        _check_enough(models, score, items if counted else None, member, chance)
        centre, spread = float(predictor.mean()), float(predictor.std())
        if spread <= TINY * max(abs(centre), 1.0):
            raise ForecastRefusal("what it is predicted from is the same for all visible models")
        t = (predictor - centre) / spread
        return cls(t, score, items, counted, member, models, chance, centre, spread)

    def exact_match(self) -> _Fitted | None:
        try:
            law = ExactMatchLaw.fit(10**self.t, self.score, n_items=self.items, starts=STARTS).law
        except FitError:
            return None
        slope = -law.exponent
        start = -np.log(law.length) - slope * np.log(law.critical_scale)
        return _Fitted("exact-match law", np.array([start, slope * LN10]), exact=True)

    def logistic(self, *, free_ceiling: bool) -> _Fitted | None:
        try:
            law = LogisticLaw.fit(
                10**self.t,
                self.score,
                n_items=self.items,
                floor=self.chance,
                ceiling=None if free_ceiling else 1.0,
                starts=STARTS,
            ).law
        except FitError:
            return None
        estimate = [-law.slope * law.midpoint, law.slope]
        if not free_ceiling:
            return _Fitted("logistic law", np.array(estimate), exact=False)
        share = (law.ceiling - self.chance) / (1 - self.chance)
        if not TINY < share < MOST_CEILING:
            return None
        estimate.append(float(logit(share)))
        return _Fitted("logistic law below a ceiling", np.array(estimate), exact=False)

    def expected(self, fitted: _Fitted) -> Floats:
        law = score_law(self.t, fitted.estimate, self.chance, exact=fitted.exact)
        return np.clip(law, TINY, 1 - TINY)

    def by_model(self, values: Floats) -> Floats:
        return np.bincount(self.model, values) / np.bincount(self.model)

    def dispersion(self, fitted: _Fitted) -> float:
        """Mean squared error of the models, in units of the items' noise, over their freedom."""
        angles = np.arcsin(np.sqrt(self.score)) - np.arcsin(np.sqrt(self.expected(fitted)))
        squared = self.by_model(4 * self.items * angles**2)
        phi = float(squared.sum() / (self.models - len(fitted.estimate)))
        return max(phi, 1.0) if self.counted else max(phi, TINY)

    def qaicc(self, fitted: _Fitted, dispersion: float) -> float:
        p = self.expected(fitted)
        log = self.items * (self.score * np.log(p) + (1 - self.score) * np.log1p(-p))
        n, k = self.models, len(fitted.estimate)
        penalty = 2 * k + 2 * k * (k + 1) / (n - k - 1)
        return float(-2 * self.by_model(log).sum() / dispersion + penalty)

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
        if fitted.exact:
            slope: Floats = -p * np.log(p)
        else:
            slope = (1 - self.chance) * top * rise * (1 - rise)
        columns = [slope, slope * self.t]
        if len(b) > 2:
            columns.append((1 - self.chance) * rise * top * (1 - top))
        jacobian = np.stack(columns, axis=-1)
        return covariance(jacobian, self.items / (p * (1 - p)))


def _check_enough(
    models: int, score: Floats, items: Floats | None, model: Ints, chance: float
) -> None:
    least = 2 + LEAST_FREEDOM
    if models < least:
        raise ForecastRefusal(f"a curve of two parameters needs {least} models, not {models}")
    # Without a chance level a single success is above it: it may be luck, but a law can be held
    # against it.
    noise = 0.0 if items is None else np.sqrt(chance * (1 - chance) / items)
    bar = chance + np.maximum(2 * noise, TINY)
    above = len(np.unique(model[score > bar]))
    if above < 2:
        floor = "above chance" if chance > 0 else "above 0"
        raise ForecastRefusal(
            f"{'one visible model scores' if above else 'no visible model scores'} {floor}; "
            "a rise needs two"
        )
    if np.ptp(score) == 0:
        raise ForecastRefusal("all visible models score the same; there is no trend to follow")

"""Fit the laws of a sharp score that the models support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ..laws.names import ExactMatchLaw, LogisticLaw
from ..laws.solver.points import FitError
from .draws import LEAST_FREEDOM, TINY, ForecastRefusal, inverse
from .mixture import Mixture, weighed
from .score import ScoreCurve, ceiling_share, score_law
from .series import Floats, Ints

STARTS = 4
LN10 = float(np.log(10))
MOST_CEILING = 1 - 1e-6
"""A ceiling nearer to 1 is no other law than one without a ceiling."""


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

    Parameters
    ----------
    predictor
        Shape (runs,): grows as models get better, such as log10 of the scale.
    score, n_items
        Shape (runs,): shares, and items of the test (NaN: not known).
    model
        Shape (runs,): number of the model; its seeds together count as one observation.
    chance
        Score of guessing.
    sigmoid_only
        Whether the exact-match law, which supposes no chance level, is not tried.

    Returns
    -------
    Mixture of ScoreCurve

    Raises
    ------
    ForecastRefusal
        Too few models, fewer than two above chance, or scores that tell no law.

    Notes
    -----
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
        except ForecastRefusal as told:
            refusal = told
        else:
            criteria.append(points.qaicc(one, min(full)))
    if refusal is not None and not curves:
        raise refusal
    return weighed(curves, criteria)


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
            covariance=dispersion * share * inverse(self.information(fitted)),
            exact=fitted.exact,
            floor=self.chance,
            centre=self.centre,
            spread=self.spread,
            freedom=self.models - len(fitted.estimate),
            dispersion=dispersion,
            n_items=float(np.median(self.items)) if self.counted else np.nan,
        )

    def information(self, fitted: _Fitted) -> Floats:
        """Binomial Fisher information of the parameters."""
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
        return jacobian.T @ (jacobian * (self.items / (p * (1 - p)))[:, None])


def _check_enough(
    models: int, score: Floats, items: Floats | None, model: Ints, chance: float
) -> None:
    least = 2 + LEAST_FREEDOM
    if models < least:
        raise ForecastRefusal(f"a curve of two parameters needs {least} models, not {models}")
    if chance == 0 or items is None:
        # A single success may be luck, but a law can be held against it.
        bar = np.full(len(score), chance + TINY)
    else:
        bar = chance + 2 * np.sqrt(chance * (1 - chance) / items)
    above = len(np.unique(model[score > bar]))
    if above < 2:
        floor = "above chance" if chance > 0 else "above 0"
        raise ForecastRefusal(
            f"{'one visible model scores' if above else 'no visible model scores'} {floor}; "
            "a rise needs two"
        )
    if np.ptp(score) == 0:
        raise ForecastRefusal("all visible models score the same; there is no trend to follow")

"""The second step of a forecast, or its only one: a sharp score over a predictor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ..arrays import Flags, Floats, Ints, group_means
from ..laws.solver.covariance import covariance
from . import draws as drawing
from .draws import NEGLIGIBLE, TINY, Draws, ForecastRefusal, drawn_laws, zoomed

CEILINGS = 21  # of which logistic laws are fitted
ROUNDS = 60  # of Fisher scoring
SETTLED = 1e-9  # Steps that are a smaller share of an estimate do not change it.
FARTHEST = 300.0  # An argument beyond this one changes no rate.

Predictor = Callable[[Floats], Floats]


def itself(predictor: Floats) -> Floats:
    """What most laws are laws of."""
    return predictor


@dataclass(frozen=True)
class ScoreCurve:
    """Laws of the score in a predictor that grows as models get better, with what each weighs."""

    # With u = b0 + b1 t: floor + (1 - floor) top expit(u), or with exp(-exp(-u)) where `exact`.
    weight: Floats  # (laws,): with sum 1
    exact: Flags  # (laws,)
    top: Floats  # (laws,): how far the ceiling is from the floor (0) to 1
    estimate: Floats  # (laws, 2): b0, b1
    covariance: Floats  # (laws, 2, 2)
    # (laws,): variance of a run about the law over that of its items alone (at least 1 where the
    # number of items is known).
    dispersion: Floats
    floor: float
    centre: Floats  # (2,): by them the predictor, and that of exact laws, is standardised
    spread: Floats  # (2,)
    freedom: int  # models less parameters
    n_items: float  # of the test; NaN: not known
    exponential: Predictor = itself  # from the predictor to that of the exact laws

    @property
    def words(self) -> str:
        """The kind of law that weighs most."""
        kinds = {
            "logistic law": ~self.exact & (self.top == 1),
            "exact-match law" if self.exponential is itself else "exponential law": self.exact,
            "logistic law below a ceiling": ~self.exact & (self.top < 1),
        }
        return max(kinds, key=lambda kind: float(self.weight[kinds[kind]].sum()))

    @property
    def rises(self) -> bool:
        """Whether the law that weighs most does."""
        return bool(self.estimate[self.weight.argmax(), 1] > 0)

    def __call__(self, predictor: Floats) -> Floats:
        """Shape (points,): the mean of the laws at their estimates."""
        plain, other = self._standard(np.asarray(predictor, dtype=float))
        top, exact = self.top[:, None], self.exact[:, None]
        rates = score_law(np.where(exact, other, plain), self.estimate, top, exact, self.floor)
        return self.weight @ rates

    def sample(self, predictor: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): success rates of a new run, items' noise left out."""
        # The predictor has shape (points,), or (draws, points) where it is itself drawn.
        known = np.isfinite(self.n_items)
        spread = np.sqrt((self.dispersion - known) / (4 * (self.n_items if known else 1.0)))
        law, parameters, normal = drawn_laws(
            draws, self.weight, self.estimate, self.covariance, self.freedom
        )
        top, exact = self.top[law][:, None], self.exact[law][:, None]
        plain, other = self._standard(np.asarray(predictor, dtype=float))
        rates = score_law(np.where(exact, other, plain), parameters, top, exact, self.floor)
        return drawing.jitter(rates, (spread[law] * normal)[:, None])

    def _standard(self, predictor: Floats) -> tuple[Floats, Floats]:
        """The predictor of most laws, and that of exact ones."""
        plain: Floats = (predictor - self.centre[0]) / self.spread[0]
        return plain, (self.exponential(predictor) - self.centre[1]) / self.spread[1]


def score_law(t: Floats, parameters: Floats, top: Floats, exact: Flags, floor: float) -> Floats:
    """Shape (laws, points): laws of parameters (laws, 2), the others of shape (laws, 1)."""
    u = np.clip(parameters[:, :1] + parameters[:, 1:] * t, -FARTHEST, FARTHEST)
    return floor + (1 - floor) * top * np.where(exact, np.exp(-np.exp(-u)), expit(u))


def fit_score(
    predictor: Floats,
    score: Floats,
    n_items: Floats,
    model: Ints,
    chance: float,
    *,
    exponential: Predictor | None = None,
    logistic: bool = True,
) -> ScoreCurve:
    """Fit logistic laws below every ceiling, and an exponential one, and weigh them by their fit.

    `exponential` says of what chance + (1 - chance) exp(-exp(-u)) is a law, by default of the
    predictor where there is no chance level and else of nothing; `logistic` whether the logistic
    laws are among them.
    """
    # Few models cannot tell a ceiling: before looking, none is as likely as some, and each above
    # the best score seen as likely as another; the two links are as likely. Binomial likelihood;
    # a law's misfit and the scatter of seeds count as overdispersion (McCullagh and Nelder 1989,
    # section 4.5), estimated over models less parameters.
    if exponential is None and chance == 0:
        exponential = itself
    points = _points(predictor, score, n_items, model, chance, exponential or itself)
    tops, exact, prior = np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0)
    if logistic:
        grid, share = points.ceilings()
        tops = np.append(1.0, grid)
        exact, prior = np.zeros(len(tops), dtype=bool), np.full(len(tops), 0.5)
        prior[1:] *= share / max(len(grid), 1)
    if exponential is not None:
        tops, exact = np.append(tops, 1.0), np.append(exact, True)
        prior = np.append(prior, prior[:1].sum() * 2 or 1.0)
    return points.curve(tops, exact, prior)


@dataclass(frozen=True)
class _Points:
    """Runs over the standardised predictors (2, runs): of most laws, and of exact ones."""

    t: Floats
    score: Floats
    items: Floats
    counted: bool
    model: Ints
    models: int
    chance: float
    centre: Floats
    spread: Floats
    exponential: Predictor

    @property
    def freedom(self) -> int:
        return self.models - 2

    def ceilings(self) -> tuple[Floats, float]:
        """Ceilings that the scores leave possible, and their share of those that may be."""
        means = group_means(self.score, self.model)
        best = (float(means.max()) - self.chance) / (1 - self.chance)
        if not 0 < best < 1:
            return np.zeros(0), 0.0

        def likelihood(tops: Floats) -> Floats:
            exact = np.zeros(len(tops), dtype=bool)
            return self.likelihood(tops, exact, self.fit(tops, exact))

        return zoomed(best, 1.0, CEILINGS, likelihood)

    def law(self, tops: Floats, exact: Flags, estimate: Floats) -> Floats:
        t = self.t[exact.astype(int)]
        law = score_law(t, estimate, tops[:, None], exact[:, None], self.chance)
        return np.clip(law, TINY, 1 - TINY)

    def fit(self, tops: Floats, exact: Flags) -> Floats:
        """Fisher scoring, from lines through the scores as each law straightens them."""
        n, t = self.items, self.t[exact.astype(int)]
        share = (self.score - self.chance) / (1 - self.chance) / tops[:, None]
        least = 0.25 / n if self.counted else 1e-3
        share = np.clip(share, least, 1 - least)
        start = np.where(exact[:, None], -np.log(-np.log(share)), logit(share))
        centred = t - t.mean(axis=1, keepdims=True)
        slope = (centred * start).sum(axis=1) / (centred**2).sum(axis=1)
        estimate = np.stack([start.mean(axis=1) - slope * t.mean(axis=1), slope], axis=-1)
        damping, likelihood = np.full(len(tops), 1e-3), self.log_likelihood(tops, exact, estimate)
        for _ in range(ROUNDS):
            p, slopes = self.slopes(tops, exact, estimate)
            weight = n / (p * (1 - p))
            information: Floats = np.einsum("lri,lrj,lr->lij", slopes, slopes, weight)
            diagonal = np.einsum("lii->li", information)
            diagonal *= 1 + damping[:, None]
            diagonal += TINY
            gradient: Floats = np.einsum("lri,lr->li", slopes, weight * (self.score - p))
            solved = np.linalg.solve(information, gradient[..., None])
            step = np.asarray(solved, dtype=float)[..., 0]
            gained = self.log_likelihood(tops, exact, estimate + step) - likelihood
            better = gained >= 0
            estimate = np.where(better[:, None], estimate + step, estimate)
            likelihood = np.where(better, likelihood + gained, likelihood)
            damping = np.clip(np.where(better, damping / 10, damping * 10), TINY, 1e9)
            if (
                np.abs(step).max(axis=1) <= SETTLED**0.5 * (1 + np.abs(estimate).max(axis=1))
            ).all():
                break
        return estimate

    def log_likelihood(
        self, tops: Floats, exact: Flags, estimate: Floats, *, by_model: bool = False
    ) -> Floats:
        p = self.law(tops, exact, estimate)
        log = self.items * (self.score * np.log(p) + (1 - self.score) * np.log1p(-p))
        if by_model:
            log = log / np.bincount(self.model)[self.model]
        return log.sum(axis=1)

    def dispersion(self, tops: Floats, exact: Flags, estimate: Floats) -> Floats:
        """Mean squared error of the models, in units of the items' noise, over their freedom."""
        law = self.law(tops, exact, estimate)
        angles = np.arcsin(np.sqrt(self.score)) - np.arcsin(np.sqrt(law))
        squared = 4 * self.items * angles**2 / np.bincount(self.model)[self.model]
        return np.maximum(squared.sum(axis=1) / self.freedom, 1.0 if self.counted else TINY)

    def likelihood(self, tops: Floats, exact: Flags, estimate: Floats) -> Floats:
        """Of each law over that of the best, the size of the dispersion integrated out."""
        log = self.log_likelihood(tops, exact, estimate, by_model=True)
        least = self.dispersion(tops, exact, estimate).min()
        worse = 2 * (log.max() - log) / (least * self.freedom)
        return (1 + worse) ** (-self.freedom / 2)

    def curve(self, tops: Floats, exact: Flags, prior: Floats) -> ScoreCurve:
        estimate = self.fit(tops, exact)
        weight = prior * self.likelihood(tops, exact, estimate)
        inverse, told = self.covariance(tops, exact, estimate)
        kept = told & (weight > NEGLIGIBLE * weight.max(where=told, initial=0.0))
        if not kept.any():
            raise ForecastRefusal("the visible scores do not tell the law's parameters apart")
        dispersion = self.dispersion(tops, exact, estimate)
        # Seeds of one model share the law's misfit, so that they count as one observation.
        share = len(self.score) / self.models
        return ScoreCurve(
            weight=weight[kept] / weight[kept].sum(),
            exact=exact[kept],
            top=tops[kept],
            estimate=estimate[kept],
            covariance=(dispersion * share)[kept, None, None] * inverse[kept],
            dispersion=dispersion[kept],
            floor=self.chance,
            centre=self.centre,
            spread=self.spread,
            freedom=self.freedom,
            n_items=float(np.median(self.items)) if self.counted else np.nan,
            exponential=self.exponential,
        )

    def slopes(self, tops: Floats, exact: Flags, estimate: Floats) -> tuple[Floats, Floats]:
        """What each law expects of the runs, and its slopes, shape (laws, runs, 2)."""
        t = self.t[exact.astype(int)]
        u = np.clip(estimate[:, :1] + estimate[:, 1:] * t, -FARTHEST, FARTHEST)
        rise: Floats = np.asarray(expit(u), dtype=float)
        slope = np.where(exact[:, None], np.exp(-u - np.exp(-u)), rise * (1 - rise))
        slope *= (1 - self.chance) * tops[:, None]
        return self.law(tops, exact, estimate), np.stack([slope, slope * t], axis=-1)

    def covariance(self, tops: Floats, exact: Flags, estimate: Floats) -> tuple[Floats, Flags]:
        """Inverse of the binomial Fisher information of the parameters, and where there is one."""
        p, slopes = self.slopes(tops, exact, estimate)
        usable = np.isfinite(slopes).all(axis=(1, 2)) & np.any(slopes, axis=1).all(axis=1)
        slopes = np.where(usable[:, None, None], slopes, 1.0)
        inverse, undetermined = covariance(slopes, self.items / (p * (1 - p)))
        return inverse, usable & ~undetermined.any(axis=1)


def _points(
    predictor: Floats,
    score: Floats,
    n_items: Floats,
    model: Ints,
    chance: float,
    exponential: Predictor,
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
    both = np.stack([predictor, exponential(predictor)])
    centre, spread = both.mean(axis=1), both.std(axis=1)
    if (spread <= TINY * np.maximum(np.abs(centre), 1.0)).any():
        raise ForecastRefusal("what it is predicted from is the same for all visible models")
    items = n_items if counted else np.ones(len(score))
    t = (both - centre[:, None]) / spread[:, None]
    return _Points(t, score, items, counted, member, models, chance, centre, spread, exponential)

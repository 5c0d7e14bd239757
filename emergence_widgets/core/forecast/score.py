"""The law of a sharp score over a predictor, and the scatter about it: one step of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from .draws import Draws, jitter, root
from .series import Floats


@dataclass(frozen=True)
class ScoreCurve:
    """A law of the score in a predictor t that grows as models get better.

    With ``u = b0 + b1 t``: ``floor + (ceiling - floor) * expit(u)`` (logistic) or
    ``exp(-exp(-u))`` (exact match).

    Attributes
    ----------
    words
        The law, in words.
    estimate, covariance
        b0, b1 and, where the ceiling is free, the logit of its place between floor and 1.
    exact, floor
        Which law, and its lower limit.
    centre, spread
        The predictor is standardised by them.
    freedom
        Models less parameters.
    dispersion
        Variance of a run about the law over that of its items alone (at least 1 where the
        number of items is known).
    n_items
        Items of the test; NaN: not known.
    """

    words: str
    estimate: Floats
    covariance: Floats
    exact: bool
    floor: float
    centre: float
    spread: float
    freedom: int
    dispersion: float
    n_items: float

    def __call__(self, predictor: Floats) -> Floats:
        """The law at the estimate, any shape."""
        return score_law(self._standard(predictor), self.estimate, self.floor, exact=self.exact)

    def latent(self, predictor: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): chances of success of a new run, items' noise left out.

        Parameters
        ----------
        predictor
            Shape (points,), or (draws, points) where it is itself drawn.
        draws
            Random numbers.
        """
        heavy = draws.heavy(self.freedom)
        normal = draws.normal(len(self.estimate) + 1)
        parameters = self.estimate + heavy * (normal[:, :-1] @ root(self.covariance).T)
        columns = np.moveaxis(parameters, 1, 0)[:, :, None]
        chance = score_law(self._standard(predictor), columns, self.floor, exact=self.exact)
        known = np.isfinite(self.n_items)
        spread = np.sqrt((self.dispersion - known) / (4 * (self.n_items if known else 1.0)))
        return jitter(chance, spread * heavy * normal[:, -1:])

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
    """Where the ceiling stands between the floor (0) and 1."""
    return np.asarray(expit(parameters[2]) if len(parameters) > 2 else 1.0, dtype=float)

"""A loss fitted over scale, and its scatter: the first step of a forecast in two steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints
from ..laws.power import PowerLaw
from ..laws.solver.points import FitError
from .draws import LEAST_FREEDOM, TINY, Draws, ForecastRefusal, Mixture, covariance, mixture, root

STILL = 1e-9  # A loss that falls by a smaller share over the visible models does not fall.


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
        t_scale = draws.t_scale(self.freedom)
        normal = draws.normal(len(self.covariance) + 1)
        change = t_scale * (normal[:, :-1] @ root(self.covariance).T)
        law = self.law
        start = np.log(law.scale_factor) - law.exponent * np.log(self.centre)
        exponent = law.exponent + change[:, 1:2]
        with np.errstate(over="ignore"):
            power = np.exp(start + change[:, :1] - exponent * np.log(scale / self.centre))
        floor = law.floor + change[:, 2:3] if change.shape[1] > 2 else law.floor
        loss = np.maximum(np.maximum(floor, 0.0) + power, np.finfo(float).tiny)
        with np.errstate(over="ignore"):
            return loss * np.exp(self.scatter * t_scale * normal[:, -1:])


def fit_loss(scale: Floats, loss: Floats, model: Ints) -> Mixture[LossCurve]:
    """Fit a power law to ln loss, without a floor and with one, and weigh the two by AICc."""
    # The seeds of a model (arrays have shape (runs,)) together count as one observation.
    _, model = np.unique(model, return_inverse=True)
    models = int(model.max(initial=-1)) + 1
    least = 2 + LEAST_FREEDOM
    if models < least:
        raise ForecastRefusal(f"a power law needs {least} models, not {models}")
    if np.ptp(np.log(scale)) <= TINY:
        raise ForecastRefusal("all visible models have one scale")
    slope, start = np.polynomial.Polynomial.fit(np.log(scale), np.log(loss), 1).convert().coef[::-1]
    straight = PowerLaw(0.0, float(np.exp(start)), max(-float(slope), 0.0))
    candidates = [straight]
    if models >= 3 + LEAST_FREEDOM:
        candidates += _floored(scale, loss)
    misfits = [_misfit(law, scale, loss, model) for law in candidates]
    sizes = [3 if law.floor > 0 else 2 for law in candidates]
    # The variance of the errors counts as a parameter.
    aicc = [
        models * np.log(max(misfit, TINY)) + 2 * (k + 1) + 2 * (k + 1) * (k + 2) / (models - k - 2)
        for misfit, k in zip(misfits, sizes, strict=True)
    ]
    if straight.exponent * np.ptp(np.log(scale)) <= STILL:
        raise ForecastRefusal("it does not improve with scale among the visible models")
    curves = [
        _curve(law, k, misfit * models / (models - k), scale, models)
        for law, k, misfit in zip(candidates, sizes, misfits, strict=True)
    ]
    return mixture(curves, aicc)


def _curve(law: PowerLaw, k: int, variance: float, scale: Floats, models: int) -> LossCurve:
    centre = float(np.exp(np.log(scale).mean()))
    # Of ln loss, by ln A at the centre, a and E.
    loss = law(scale)
    power = (loss - law.floor) / loss
    jacobian = np.stack([power, -power * np.log(scale / centre), 1 / loss], axis=-1)[:, :k]
    return LossCurve(
        words="power law" + (" with a floor" if law.floor > 0 else ""),
        law=law,
        covariance=variance * covariance(jacobian, np.ones(len(scale))) * len(scale) / models,
        centre=centre,
        freedom=models - k,
        scatter=float(np.sqrt(variance)),
    )


def _floored(scale: Floats, loss: Floats) -> list[PowerLaw]:
    """Least squares of relative errors, with a floor; nothing where the floor is at 0."""
    try:
        law = PowerLaw.fit(scale, loss, sigma=loss).law
    except FitError:
        return []
    return [law] if law.floor > 0 and law.scale_factor > 0 and law.exponent > 0 else []


def _misfit(law: PowerLaw, scale: Floats, loss: Floats, model: Ints) -> float:
    """Mean squared error of ln loss, each model counted once."""
    squared = (np.log(loss) - np.log(law(scale))) ** 2
    return float(np.mean(np.bincount(model, squared) / np.bincount(model)))

"""Predictions of a fit, with intervals by the delta method or the parametric bootstrap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri, stdtrit

from ...arrays import Floats
from .likelihoods import SURE
from .points import FitError, Points, Settings
from .problem import Family
from .starts import best_of

Kind = Literal["confidence", "prediction"]
Method = Literal["delta", "bootstrap"]


class Prediction(NamedTuple):
    """Values of a fitted law at new scales, and the ends of their interval; of one shape.

    The ends are nan where no interval was asked for.
    """

    value: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a prediction needs of a fit: the solver's parameters and their covariance."""

    family: Family
    theta: Floats
    covariance: Floats
    points: Points
    settings: Settings
    sigma: float

    @property
    def binomial(self) -> bool:
        """Whether the values are shares of items."""
        return self.points.noise == "binomial"

    @property
    def freedom(self) -> int:
        """Points less free parameters."""
        return self.points.y.shape[1] - int(np.sum(self.family.free))


def predict(
    fitted: Fitted,
    x: ArrayLike,
    d: ArrayLike | None,
    interval: float | None,
    kind: Kind,
    method: Method,
    noise: float | None,
    draws: int,
    seed: int,
) -> Prediction:
    """Check the options and predict; the public face is ``Fit.predict``."""
    family = fitted.family
    if (d is not None) != (len(family.variables) == 2):
        wanted = "both n and d" if d is None else "x alone"
        raise FitError(f"{family.name}: predict takes {wanted}")
    for name, value, known in (("kind", kind, Kind), ("method", method, Method)):
        if value not in get_args(known):
            expected = " or ".join(map(repr, get_args(known)))
            raise FitError(f"{name} is {value!r}; expected {expected}")
    if interval is not None and not 0 < interval < 1:
        raise FitError(f"interval is {interval}; it lies between 0 and 1, such as 0.95, or is None")
    if noise is not None and not noise > 0:
        raise FitError(f"noise is {noise}; expected above 0")
    if draws < 2:
        raise FitError(f"draws is {draws}; expected at least 2")
    u, shape = _log_scales(fitted, (x,) if d is None else (x, d))
    if interval is None:
        mean = family.at(u).mean(fitted.theta[None, family.free])[0]
        found = Prediction(mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan))
    elif method == "delta":
        found = _delta_interval(fitted, u, interval, kind, noise)
    else:
        found = _bootstrap_interval(fitted, u, interval, kind, noise, draws, seed)
    if fitted.binomial:
        found = Prediction(*(np.clip(each, 0.0, 1.0) for each in found))
    return Prediction(*(each.reshape(shape) for each in found))


def _log_scales(fitted: Fitted, scales: tuple[ArrayLike, ...]) -> tuple[Floats, tuple[int, ...]]:
    """Log scales as the solver has them, (variables, 1, points), and their shape."""
    arrays = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in scales))
    for label, each in zip(fitted.family.variables, arrays, strict=True):
        wrong = each[(each <= 0) | np.isinf(each)]
        if wrong.size:
            raise FitError(
                f"{fitted.family.name}: {label} holds {wrong[0]:g}; a scale is above 0 and finite"
            )
    reference = np.log(fitted.points.scales).min(axis=-1)
    u = np.stack([np.log(each).ravel() for each in arrays])[:, None, :] - reference[:, :, None]
    return u, arrays[0].shape


def _delta_interval(
    fitted: Fitted, u: Floats, interval: float, kind: Kind, noise: float | None
) -> Prediction:
    """Interval of a linearised law; confidence of shares is linearised on the logit scale."""
    free = fitted.family.free
    curves = fitted.family.at(u)
    mean, jacobian = (each[0] for each in curves.mean_and_jacobian(fitted.theta[None, free]))
    covariance = fitted.covariance[free][:, free]
    variance = np.maximum(np.einsum("nk,kj,nj->n", jacobian, covariance, jacobian), 0.0)
    known = fitted.points.noise in ("binomial", "known normal")
    half = 0.5 + interval / 2
    reach = float(ndtri(half)) if known else float(stdtrit(fitted.freedom, half))
    if kind == "prediction":
        variance = variance + _noise_variance(fitted, mean, noise)
    width: Floats = reach * np.sqrt(variance)
    lower, upper = mean - width, mean + width
    if fitted.binomial and kind == "confidence":
        inside = (mean > SURE) & (mean < 1 - SURE)
        share = np.clip(mean, SURE, 1 - SURE)
        centre = np.log(share) - np.log1p(-share)
        on_logits: Floats = width / (share * (1 - share))
        lower = np.where(inside, np.asarray(expit(centre - on_logits), float), lower)
        upper = np.where(inside, np.asarray(expit(centre + on_logits), float), upper)
    return Prediction(mean, lower, upper)


def _bootstrap_interval(
    fitted: Fitted,
    u: Floats,
    interval: float,
    kind: Kind,
    noise: float | None,
    draws: int,
    seed: int,
) -> Prediction:
    """Quantiles of the law refitted to series drawn from it; all of them are one batch."""
    rng = np.random.default_rng(seed)
    family, points = fitted.family, fitted.points
    theta = fitted.theta[None, family.free]
    many = points.take(np.zeros(draws, dtype=np.intp))
    drawn = replace(many, y=_drawn(fitted, family.at(points.log_scales()).mean(theta), rng, draws))
    first = np.broadcast_to(theta[:, None, :], (draws, 1, theta.shape[1]))
    refitted, _, _ = best_of(family, drawn, fitted.settings, first)
    values = family.at(u).mean(refitted[:, family.free])
    if kind == "prediction":
        values = _with_noise(fitted, values, noise, rng)
    tail = 0.5 - interval / 2
    lower, upper = np.quantile(values, [tail, 1 - tail], axis=0)
    return Prediction(family.at(u).mean(theta)[0], lower, upper)


def _drawn(fitted: Fitted, mean: Floats, rng: np.random.Generator, draws: int) -> Floats:
    """Series of the fitted law with fresh noise, (draws, n)."""
    points, shape = fitted.points, (draws, mean.shape[1])
    if points.noise == "binomial":
        items = np.rint(points.known).astype(int)
        return rng.binomial(items, np.clip(mean, 0, 1), shape) / items
    if points.noise == "known normal":
        return mean + points.known * rng.standard_normal(shape)
    if fitted.points.noise == "huber":
        # Residuals are drawn again, since a robust loss names no distribution.
        inflation = np.sqrt(points.y.shape[1] / fitted.freedom)
        return mean * np.exp(rng.choice(np.log(points.y / mean)[0] * inflation, shape))
    return mean + fitted.sigma * rng.standard_normal(shape)


def _with_noise(
    fitted: Fitted, values: Floats, noise: float | None, rng: np.random.Generator
) -> Floats:
    """Values of new points about their means."""
    if fitted.binomial:
        items = max(1, round(_items_or_sigma(fitted, noise)))
        return rng.binomial(items, np.clip(values, 0, 1)) / items
    spread = np.sqrt(_noise_variance(fitted, values, noise))
    return values + spread * rng.standard_normal(values.shape)


def _noise_variance(fitted: Fitted, mean: Floats, noise: float | None) -> Floats:
    """Variance of a new point about its mean."""
    known = _items_or_sigma(fitted, noise)
    if fitted.binomial:
        share = np.clip(mean, 0.0, 1.0)
        return share * (1 - share) / known
    # A robust fit's scale is of logs.
    return (known * mean) ** 2 if fitted.points.noise == "huber" else np.full_like(mean, known**2)


def _items_or_sigma(fitted: Fitted, noise: float | None) -> float:
    """Of a new point: those asked for, or as in the points (harmonic mean, root mean square)."""
    kind, known = fitted.points.noise, fitted.points.known
    if kind in ("normal", "huber"):
        return fitted.sigma
    if noise is not None:
        return noise
    return float(1 / np.mean(1 / known) if kind == "binomial" else np.sqrt(np.mean(known**2)))

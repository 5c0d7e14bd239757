"""Predictions of a fit, with intervals by the delta method or the parametric bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, ndtri, stdtrit

from .model import Model
from .multistart import best_of, model_of
from .points import FitError, Points

if TYPE_CHECKING:
    from ..fit import Fit

Floats = NDArray[np.float64]
Kind = Literal["confidence", "prediction"]
Method = Literal["delta", "bootstrap"]

SURE = 1e-12


class Prediction(NamedTuple):
    """Values of a fitted law at new scales, and the ends of their interval; of one shape.

    The ends are nan where no interval was asked for.
    """

    value: Floats
    lower: Floats
    upper: Floats


def predict(
    fit: Fit[Any],
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
    curve = fit.fitted.curve
    if (d is not None) != (len(curve.variables) == 2):
        wanted = "both n and d" if d is None else "x alone"
        raise FitError(f"{curve.name}: predict takes {wanted}")
    for name, value, options in (
        ("kind", kind, ("confidence", "prediction")),
        ("method", method, ("delta", "bootstrap")),
    ):
        if value not in options:
            raise FitError(f"{name} is {value!r}; expected {options[0]!r} or {options[1]!r}")
    if interval is not None and not 0 < interval < 1:
        raise FitError(f"interval is {interval}; it lies between 0 and 1, such as 0.95, or is None")
    if noise is not None and not noise > 0:
        raise FitError(f"noise is {noise}; expected above 0")
    if draws < 2:
        raise FitError(f"draws is {draws}; expected at least 2")
    scales = (x,) if d is None else (x, d)
    u, shape = _log_scales(fit, dict(zip(curve.variables, scales, strict=True)))
    model = model_of(curve)
    if interval is None:
        mean = model.mean(fit.fitted.theta[None, model.free], u)[0]
        found = Prediction(mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan))
    elif method == "delta":
        found = delta_interval(fit, model, u, interval, kind, noise)
    else:
        found = bootstrap_interval(fit, model, u, interval, kind, noise, draws, seed)
    if fit.noise == "binomial":
        found = found._replace(value=np.clip(found.value, 0.0, 1.0))
    return Prediction(*(each.reshape(shape) for each in found))


def _log_scales(fit: Fit[Any], scales: Mapping[str, ArrayLike]) -> tuple[Floats, tuple[int, ...]]:
    """Log scales as the solver has them, (variables, 1, points), and their shape."""
    name = fit.fitted.curve.name
    arrays = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in scales.values()))
    for label, each in zip(scales, arrays, strict=True):
        if np.any((each <= 0) | np.isinf(each)):
            wrong = each[(each <= 0) | np.isinf(each)][0]
            raise FitError(f"{name}: {label} holds {wrong:g}; a scale is above 0 and finite")
    reference = np.log(fit.fitted.points.scales).min(axis=-1)
    u = np.stack([np.log(each).ravel() for each in arrays])[:, None, :] - reference[:, :, None]
    return u, arrays[0].shape


def delta_interval(
    fit: Fit[Any], model: Model, u: Floats, interval: float, kind: Kind, noise: float | None
) -> Prediction:
    """Interval of a linearised law.

    Shares are linearised on the logit scale for confidence, so that the interval stays within
    [0, 1].
    """
    theta = fit.fitted.theta[None, model.free]
    mean, jacobian = (each[0] for each in model.mean_and_jacobian(theta, u))
    covariance = fit.fitted.covariance[model.free][:, model.free]
    variance = np.maximum(np.einsum("nk,kj,nj->n", jacobian, covariance, jacobian), 0.0)
    free = fit.n - fit.k
    known = fit.noise in ("binomial", "known normal")
    half = 0.5 + interval / 2
    reach = float(ndtri(half)) if known else float(stdtrit(free, half))
    if kind == "prediction":
        variance = variance + noise_variance(fit, mean, noise)
    width: Floats = reach * np.sqrt(variance)
    lower, upper = mean - width, mean + width
    if fit.noise == "binomial":
        lower, upper = np.clip(lower, 0, 1), np.clip(upper, 0, 1)
        inside = (mean > SURE) & (mean < 1 - SURE) & (kind == "confidence")
        share = np.clip(mean, SURE, 1 - SURE)
        centre = np.log(share) - np.log1p(-share)
        on_logits: Floats = width / (share * (1 - share))
        lower = np.where(inside, np.asarray(expit(centre - on_logits), float), lower)
        upper = np.where(inside, np.asarray(expit(centre + on_logits), float), upper)
    return Prediction(mean, lower, upper)


def noise_variance(fit: Fit[Any], mean: Floats, noise: float | None) -> Floats:
    """Variance of a new point about its mean.

    `noise` is the number of items of a new share, or the standard error of a new value with
    known errors; by default as in the points of the fit (harmonic mean, root mean square).
    """
    points = fit.fitted.points
    if points.items is not None:
        items = 1 / np.mean(1 / points.items) if noise is None else noise
        share = np.clip(mean, 0.0, 1.0)
        return share * (1 - share) / items
    if points.sigma is not None:
        sigma = np.sqrt(np.mean(points.sigma**2)) if noise is None else noise
        return np.full_like(mean, sigma**2)
    # A robust fit's scale is of logs.
    return (fit.sigma * mean) ** 2 if fit.noise == "huber" else np.full_like(mean, fit.sigma**2)


def bootstrap_interval(
    fit: Fit[Any],
    model: Model,
    u: Floats,
    interval: float,
    kind: Kind,
    noise: float | None,
    draws: int,
    seed: int,
) -> Prediction:
    """Quantiles of the law refitted to series drawn from it; all of them are one batch."""
    rng = np.random.default_rng(seed)
    theta = fit.fitted.theta[None, model.free]
    points = fit.fitted.points
    at_points = model.mean(theta, points.log_scales())
    drawn = Points(
        points.scales,
        _drawn(fit, at_points, points, rng, draws),
        None if points.items is None else np.repeat(points.items, draws, axis=0),
        None if points.sigma is None else np.repeat(points.sigma, draws, axis=0),
    )
    first = np.broadcast_to(theta[:, None, :], (draws, 1, theta.shape[1]))
    refitted, _, _ = best_of(model, drawn, fit.fitted.settings, first)
    values = model.mean(refitted[:, model.free], u)
    if kind == "prediction":
        values = _with_noise(fit, values, noise, rng)
    tail = 0.5 - interval / 2
    lower, upper = np.quantile(values, [tail, 1 - tail], axis=0)
    if fit.noise == "binomial":
        lower, upper = np.clip(lower, 0, 1), np.clip(upper, 0, 1)
    return Prediction(model.mean(theta, u)[0], lower, upper)


def _drawn(
    fit: Fit[Any], mean: Floats, points: Points, rng: np.random.Generator, draws: int
) -> Floats:
    """Series of the fitted law with fresh noise, (draws, n)."""
    shape = (draws, mean.shape[1])
    if points.items is not None:
        items = np.rint(points.items).astype(int)
        return rng.binomial(items, np.clip(mean, 0, 1), shape) / items
    if points.sigma is not None:
        return mean + points.sigma * rng.standard_normal(shape)
    if fit.noise == "huber":
        # Residuals are drawn again, since a robust loss names no distribution.
        residual = np.log(points.y / mean)[0] * np.sqrt(fit.n / (fit.n - fit.k))
        return mean * np.exp(rng.choice(residual, shape))
    return mean + fit.sigma * rng.standard_normal(shape)


def _with_noise(
    fit: Fit[Any], values: Floats, noise: float | None, rng: np.random.Generator
) -> Floats:
    points = fit.fitted.points
    if points.items is not None:
        items = max(1, round(float(1 / np.mean(1 / points.items) if noise is None else noise)))
        return rng.binomial(items, np.clip(values, 0, 1)) / items
    spread = np.sqrt(noise_variance(fit, values, noise))
    return values + spread * rng.standard_normal(values.shape)

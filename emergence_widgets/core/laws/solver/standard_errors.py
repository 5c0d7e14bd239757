"""How well the points determine a fit: likelihood, covariance, standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bounds import box_of
from .levenberg_marquardt import held_at_bounds
from .likelihoods import Binomial, HuberOfLogs, Objective
from .model import Model
from .points import Points
from .settings import Settings

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SINGULAR = 1e-13
"""Information on a direction below this share of the largest is none."""
LARGEST = 1e100
"""Variance of a parameter on which the curve hardly depends."""
LOADING = 1e-3
"""Share in a direction without information from which a parameter is undetermined."""


@dataclass(frozen=True)
class Spread:
    """What is known of solutions, with a leading axis over the series.

    `theta` and `covariance` are the solver's, of all parameters; `values`, `stderr` and `held`
    (at a bound) are of the law's.
    """

    theta: Floats
    covariance: Floats
    values: Floats
    stderr: Floats
    held: Flags
    log_likelihood: Floats
    sigma: Floats


def spread(
    model: Model,
    points: Points,
    theta: Floats,
    value: Floats,
    objective: Objective,
    settings: Settings,
) -> Spread:
    """Spread of solutions `theta` (series, K) with their least `value` (series,)."""
    u, extent = points.log_scales(), points.extent()
    free, whole = model.free, theta
    lower, upper = (edge[:, free] for edge in box_of(model.curve, extent, settings.bounds))
    inner = whole[:, free]
    mean, jacobian = model.mean_and_jacobian(inner, u)
    score, _, _ = objective.slopes(mean)
    slope = np.einsum("snk,sn->sk", jacobian, score)
    held = held_at_bounds(inner, slope, lower, upper)
    likelihood, sigma, noise = _noise(points, objective, mean, value, int(free.sum()))
    weight = noise[:, None] * _information(objective, mean)
    covariance, undetermined = _covariance(jacobian, weight, held)
    return _in_law_terms(model, points, whole, covariance, held, undetermined, likelihood, sigma)


def _information(objective: Objective, mean: Floats) -> Floats:
    """Expected weight of each point, before the noise's variance."""
    if isinstance(objective, HuberOfLogs):
        return mean**-2.0
    return objective.slopes(mean)[1]


def _noise(
    points: Points, objective: Objective, mean: Floats, value: Floats, k: int
) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood, standard deviation, and what multiplies the information; (series,)."""
    n = points.y.shape[1]
    nothing = np.full(len(mean), np.nan)
    if isinstance(objective, Binomial):
        return objective.constant() - value, nothing, np.ones(len(mean))
    if isinstance(objective, HuberOfLogs):
        return nothing, *_robust(objective, mean, k)
    constant = -0.5 * n * np.log(2 * np.pi)
    if points.sigma is not None:
        return constant - np.sum(np.log(points.sigma), axis=1) - value, nothing, np.ones(len(mean))
    # Squares below rounding would make a likelihood of any size.
    squares = 2 * np.maximum(value, objective.negligible())
    likelihood = constant - 0.5 * n * (np.log(squares / n) + 1)
    variance = squares / (n - k)
    return likelihood, np.sqrt(variance), 1 / variance


def _robust(objective: HuberOfLogs, mean: Floats, k: int) -> tuple[Floats, Floats]:
    """Scale of the logs, and the inverse variance factor of Huber 1981, section 7.6.

    Few residuals lie within a small delta, so the share that do is taken from a wider window.
    """
    residual = objective.residuals(mean)
    n = residual.shape[1]
    freedom = n - k
    size = np.abs(residual)
    scale = 1.4826 * np.median(size, axis=1) * np.sqrt(n / freedom)
    window = np.maximum(objective.delta, scale * n**-0.2)[:, None]
    near = np.mean(size <= window, axis=1) * objective.delta / window[:, 0]
    pull = np.minimum(size, objective.delta)
    variance = np.sum(pull**2, axis=1) / freedom / near**2
    return scale, 1 / np.maximum(variance, np.finfo(float).eps ** 2)


def _covariance(jacobian: Floats, weight: Floats, held: Flags) -> tuple[Floats, Flags]:
    """Inverse of the information (series, k, k); parameters held at a bound do not vary."""
    root = jacobian * np.sqrt(weight)[..., None]
    root = np.where(held[:, None, :], 0.0, root)
    size = np.sqrt(np.sum(root**2, axis=1))
    size = np.where(size > 0, size, 1.0)
    _, strength, directions = np.linalg.svd(root / size[:, None, :], full_matrices=False)
    k = jacobian.shape[2]
    padded = np.zeros((len(root), k))
    padded[:, : strength.shape[1]] = strength**2
    floor = SINGULAR * np.max(padded, axis=1, keepdims=True, initial=SINGULAR)
    empty = padded < floor
    spread_out = directions / np.sqrt(np.maximum(padded, floor))[:, :, None]
    inverse = np.swapaxes(spread_out, 1, 2) @ spread_out
    moves = ~held
    with np.errstate(over="ignore"):
        inverse = inverse / size[:, :, None] / size[:, None, :]
    inverse = np.clip(inverse, -LARGEST, LARGEST)
    inverse = inverse * moves[:, :, None] * moves[:, None, :]
    loads = np.abs(directions) > LOADING
    return inverse, np.any(loads & empty[:, :, None], axis=1) & moves


def _in_law_terms(
    model: Model,
    points: Points,
    theta: Floats,
    covariance: Floats,
    held: Flags,
    undetermined: Flags,
    likelihood: Floats,
    sigma: Floats,
) -> Spread:
    series, every = theta.shape
    free = np.flatnonzero(model.free)
    full = np.zeros((series, every, every))
    full[:, free[:, None], free] = covariance
    at_bound, unknown = (np.zeros((series, every), dtype=bool) for _ in range(2))
    at_bound[:, free], unknown[:, free] = held, undetermined
    values, slopes = model.curve.natural(theta, points.extent().reference)
    with np.errstate(over="ignore", invalid="ignore"):
        variance = np.einsum("spi,sij,spj->sp", slopes, full, slopes)
    own = slice(every - len(model.curve.parameters), None)
    touched = np.einsum("spi,si->sp", np.abs(slopes), unknown.astype(float)) > 0
    touched |= ~np.isfinite(variance)
    stderr = np.sqrt(np.where(touched | at_bound[:, own], np.nan, np.maximum(variance, 0.0)))
    return Spread(theta, full, values, stderr, at_bound[:, own], likelihood, sigma)

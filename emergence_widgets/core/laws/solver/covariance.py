"""How well the points determine a fit: likelihood, covariance, standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...arrays import Flags, Floats
from .levenberg_marquardt import held_at_bounds
from .likelihoods import Binomial, HuberOfLogs, Objective
from .points import Points, Settings
from .problem import Family

SINGULAR = 1e-13  # Information on a direction below this share of the largest is none.
LARGEST = 1e100  # Variance of a parameter on which the curve hardly depends.
LOADING = 1e-3  # Share in a direction without information from which a parameter is undetermined.


def covariance(jacobian: Floats, weight: Floats, held: Flags | None = None) -> tuple[Floats, Flags]:
    """Inverse of the information ``J' W J``, (series, k, k), and what the points leave open."""
    # `jacobian` is (series, n, k), `weight` one over the variance of each point (series, n), `held`
    # (series, k) says which parameters lie at a bound and do not vary.
    root = jacobian * np.sqrt(weight)[..., None]
    moves = np.ones((len(root), root.shape[2]), dtype=bool) if held is None else ~held
    root = np.where(moves[:, None, :], root, 0.0)
    size = np.sqrt(np.sum(root**2, axis=1))
    size = np.where(size > 0, size, 1.0)
    _, strength, directions = np.linalg.svd(root / size[:, None, :], full_matrices=False)
    padded = np.zeros(moves.shape)
    padded[:, : strength.shape[1]] = strength**2
    floor = SINGULAR * np.max(padded, axis=1, keepdims=True, initial=SINGULAR)
    empty = padded < floor
    spread_out = directions / np.sqrt(np.maximum(padded, floor))[:, :, None]
    inverse = np.swapaxes(spread_out, 1, 2) @ spread_out
    with np.errstate(over="ignore"):
        inverse = inverse / size[:, :, None] / size[:, None, :]
    inverse = np.clip(inverse, -LARGEST, LARGEST)
    inverse = inverse * moves[:, :, None] * moves[:, None, :]
    loads = np.abs(directions) > LOADING
    return inverse, np.any(loads & empty[:, :, None], axis=1) & moves


@dataclass(frozen=True)
class Solutions:
    """What is known of the fits of many series, with a leading axis over the series."""

    covariance: Floats  # of all parameters of the solver's
    values: Floats  # the law's parameters, their errors, and whether they lie at a bound
    stderr: Floats
    at_bound: Flags
    log_likelihood: Floats
    sigma: Floats


def solutions(
    family: Family, points: Points, settings: Settings, theta: Floats, value: Floats
) -> Solutions:
    """Likelihood and errors of solutions `theta` (series, K) with their least `value` (series,)."""
    objective, extent, free = points.objective(), points.extent(), family.free
    lower, upper = (edge[:, free] for edge in family.box(extent, settings.bounds))
    inner = theta[:, free]
    mean, jacobian = family.at(points.log_scales()).mean_and_jacobian(inner)
    score, information, _ = objective.slopes(mean)
    held = held_at_bounds(inner, np.einsum("snk,sn->sk", jacobian, score), lower, upper)
    likelihood, sigma, noise = _noise(points, objective, mean, value, int(free.sum()))
    if isinstance(objective, HuberOfLogs):
        information = mean**-2.0
    inverse, undetermined = covariance(jacobian, noise[:, None] * information, held)

    series, every = theta.shape
    full = np.zeros((series, every, every))
    at = np.flatnonzero(free)
    full[:, at[:, None], at] = inverse
    at_bound, unknown = np.zeros((2, series, every), dtype=bool)
    at_bound[:, free], unknown[:, free] = held, undetermined
    at_bound = at_bound[:, every - len(family.names) :]
    values, slopes = family.law_terms(theta, extent.reference)
    with np.errstate(over="ignore", invalid="ignore"):
        variance = np.einsum("spi,sij,spj->sp", slopes, full, slopes)
    touched = np.einsum("spi,si->sp", np.abs(slopes), unknown.astype(float)) > 0
    touched |= ~np.isfinite(variance)
    stderr = np.sqrt(np.where(touched | at_bound, np.nan, np.maximum(variance, 0.0)))
    return Solutions(full, values, stderr, at_bound, likelihood, sigma)


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
    if points.noise == "known normal":
        return constant - np.sum(np.log(points.known), axis=1) - value, nothing, np.ones(len(mean))
    # Squares below rounding would make a likelihood of any size.
    squares = 2 * np.maximum(value, objective.negligible())
    likelihood = constant - 0.5 * n * (np.log(squares / n) + 1)
    variance = squares / (n - k)
    return likelihood, np.sqrt(variance), 1 / variance


def _robust(objective: HuberOfLogs, mean: Floats, k: int) -> tuple[Floats, Floats]:
    """Scale of the logs, and the inverse variance factor of Huber 1981, section 7.6."""
    # Few residuals lie within a small delta, so the share that do is taken from a wider window.
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

"""The best of many starts: seeded draws of the shape, with coefficients by least squares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...arrays import Flags, Floats
from .levenberg_marquardt import Solution, solve, solved
from .points import Bounds, Points, Settings
from .problem import Family

RIDGE = 1e-9  # Keeps columns that the points cannot tell apart solvable; relative to their size.
MOST_NUMBERS = 4_000_000  # Floats of one table held in memory at once.
MOST_POINTS = 2000
"""Of longer series, so many points choose the valley, and all of them its lowest place."""
STEPS_OF_TRIALS, MOST_STEPS = 30, 300


def best_of(
    family: Family, points: Points, settings: Settings, first: Floats | None = None
) -> tuple[Floats, Floats, Flags]:
    """The least objective over starts: all parameters, value, and whether it is flat there."""
    # `first` are the caller's starts, (series, starts, free parameters), in place of `starts_of`.
    u = points.log_scales()
    box = family.box(points.extent(), settings.bounds)
    objective = points.objective()

    def descend(start: Floats, steps: int) -> Solution:
        rows = np.repeat(np.arange(len(start)), start.shape[1])
        lower, upper = (edge[rows][:, family.free] for edge in box)
        flat, curves = start.reshape(len(rows), -1), family.at(u).take(rows)
        return solve(curves, objective.take(rows), flat, lower, upper, steps=steps)

    if first is None and points.y.shape[1] > MOST_POINTS:
        near, _, _ = best_of(family, points.thinned(MOST_POINTS), settings)
        first = near[:, None, family.free]
    if first is None:
        first = starts_of(family, points, settings)
    count = first.shape[1]
    if count > settings.starts:
        # Many valleys: after a few steps the best go on.
        tried = descend(first, STEPS_OF_TRIALS)
        order = np.argsort(tried.value.reshape(-1, count), axis=1, kind="stable")
        count = settings.starts
        places = tried.theta.reshape(first.shape)
        first = np.take_along_axis(places, order[:, :count, None], axis=1)
    solution = descend(first, MOST_STEPS)
    best = np.argmin(solution.value.reshape(-1, count), axis=1) + count * np.arange(len(first))
    theta = family.in_order(family.whole(solution.theta[best]))
    return theta, solution.value[best], solution.converged[best]


def starts_of(family: Family, points: Points, settings: Settings) -> Floats:
    """Draws, and the best simpler curve extended; (series, starts, free parameters)."""
    # With the latter a law with one break more fits no worse.
    drawn = _drawn(family, points, settings)
    if family.simpler is None or family.extended is None:
        return drawn
    bounds = {name: ends for name, ends in settings.bounds.items() if name in family.simpler.names}
    best, _, _ = best_of(family.simpler, points, replace(settings, bounds=bounds))
    extended = family.extended(best, points.extent(), settings.starts)
    return np.concatenate([drawn, extended[..., family.free]], axis=1)


def _drawn(family: Family, points: Points, settings: Settings) -> Floats:
    """The best of each group of draws, a group a start, (series, starts, free parameters)."""
    count = settings.starts * family.valleys
    axes = len(family.parameters) - family.coefficients
    draws: int = count * 2 ** min(axes + 2, 5)
    # Points of the unit cube, one in each of as many layers of every axis: Latin hypercube sampling
    # (McKay, Beckman and Conover 1979).
    rng = np.random.default_rng(settings.seed)
    layers = rng.permuted(np.tile(np.arange(draws), (axes, 1)), axis=1).T
    unit = (layers + rng.random((draws, axes))) / draws
    # Every start answers for a region of its own: half of the first axis, part of the second.
    unit = unit[np.lexsort((unit[:, min(1, axes - 1)], unit[:, 0] > 0.5))]
    series, n = points.y.shape
    together = max(1, MOST_NUMBERS // (draws * n))
    chunks = (
        np.arange(first, min(first + together, series)) for first in range(0, series, together)
    )
    return np.concatenate(
        [_screened(family, points.take(rows), settings.bounds, unit, count) for rows in chunks]
    )


def _screened(family: Family, points: Points, given: Bounds, unit: Floats, count: int) -> Floats:
    split, extent = family.coefficients, points.extent()
    low, high = (edge[:, None] for edge in family.box(extent, given))
    shape = family.draws(unit, extent)
    basis, _ = family.basis(shape, points.log_scales()[:, :, None, :])
    shape = np.broadcast_to(shape, (len(points.y), *shape.shape[1:]))
    shape = np.clip(shape, low[..., split:], high[..., split:])
    coefficients, left = _least_squares(
        basis,
        points.y,
        points.objective().weights(),
        family.given[:split],
        (low[..., :split], high[..., :split]),
    )
    best = np.argmin(left.reshape(len(points.y), count, -1), axis=2)
    best += np.arange(count) * (len(unit) // count)
    every = np.concatenate([coefficients, shape], axis=-1)
    return np.take_along_axis(every, best[:, :, None], axis=1)[..., family.free]


def _least_squares(
    basis: Floats, y: Floats, weight: Floats, given: Floats, box: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Coefficients (series, draws, l) within their box, and the weighted squares left."""
    # `basis` has shape (series or 1, draws, n, l).
    free = np.isnan(given)
    largest = np.max(np.abs(basis), axis=-2)
    largest = np.where(largest > 0, largest, 1.0)
    scaled = basis / largest[..., None, :]
    scaled_given = np.where(free, 0.0, given) * largest
    coefficients = np.broadcast_to(scaled_given, (len(y), *largest.shape[1:])).copy()
    # Not optimized to products of matrices, whose rounding depends on how many series there are:
    # from starts that differ in the last bit, flat valleys end in different places.
    moments = np.einsum("rdnl,sn,sn->sdl", scaled, weight, y)
    products = np.einsum("rdnl,sn,rdnm->sdlm", scaled, weight, scaled)
    if np.any(free):
        pulled = moments - np.einsum("sdlm,rdm->sdl", products, scaled_given)
        inner = products[..., free, :][..., free]
        size = np.einsum("sdll->sdl", inner).mean(axis=-1)
        inner = inner + RIDGE * size[..., None, None] * np.eye(inner.shape[-1])
        best = solved(inner, pulled[..., free])
        low, high = (edge[..., free] * largest[..., free] for edge in box)
        coefficients[..., free] = np.clip(best, low, high)
    explained = np.einsum("sdl,sdlm,sdm->sd", coefficients, products, coefficients)
    left = explained - 2 * np.einsum("sdl,sdl->sd", coefficients, moments)
    return coefficients / largest, left

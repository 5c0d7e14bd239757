"""Where a fit starts: seeded draws of the shape, with the coefficients by least squares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .curves import Extent
from .model import Model, solved

Floats = NDArray[np.float64]

RIDGE = 1e-9
"""Keeps columns that the points cannot tell apart solvable; relative to their size."""
MOST_NUMBERS = 4_000_000
"""Floats of one table held in memory at once."""


def stratified(count: int, axes: int, rng: np.random.Generator) -> Floats:
    """`count` points of the unit cube, one in each of `count` layers of every axis (count, axes).

    Latin hypercube sampling: McKay, Beckman and Conover 1979.
    """
    layers = rng.permuted(np.tile(np.arange(count), (axes, 1)), axis=1).T
    return (layers + rng.random((count, axes))) / count


def draw_starts(
    model: Model,
    u: Floats,
    y: Floats,
    weight: Floats,
    extent: Extent,
    box: tuple[Floats, Floats],
    count: int,
    seed: int,
) -> Floats:
    """The best of each of `count` groups of draws.

    Parameters
    ----------
    model
        Curve, and which of its parameters are free.
    u
        Log scales, (variables, series or 1, n).
    y, weight
        Values and their weights, (series, n).
    extent
        What the points span.
    box
        Lower and upper bounds of all parameters of the curve, (series, parameters).
    count
        Starts a series.
    seed
        Of the draws.

    Returns
    -------
    numpy.ndarray
        Free parameters, (series, count, k).
    """
    axes = len(model.curve.shapes)
    draws = count * 2 ** min(axes + 2, 5)
    unit = stratified(draws, axes, np.random.default_rng(seed))
    # Every start answers for a region of its own: half of the first axis, part of the second.
    unit = unit[np.lexsort((unit[:, min(1, axes - 1)], unit[:, 0] > 0.5))]
    together = max(1, MOST_NUMBERS // (draws * y.shape[1]))
    parts: list[Floats] = []
    for first in range(0, len(y), together):
        rows = slice(first, first + together)
        own_u, own = u if u.shape[1] == 1 else u[:, rows], extent.take(rows)
        bounds = (box[0][rows], box[1][rows])
        parts.append(_screened(model, own_u, y[rows], weight[rows], own, bounds, unit, count))
    return np.concatenate(parts)


def _screened(
    model: Model,
    u: Floats,
    y: Floats,
    weight: Floats,
    extent: Extent,
    box: tuple[Floats, Floats],
    unit: Floats,
    count: int,
) -> Floats:
    split = len(model.curve.coefficients)
    shape = model.curve.draws(unit, extent)
    basis = model.curve.basis(shape, u[:, :, None, :])
    shape = np.broadcast_to(shape, (len(y), *shape.shape[1:]))
    shape = np.clip(shape, box[0][:, None, split:], box[1][:, None, split:])
    coefficients, left = _least_squares(
        basis, y, weight, model.given[:split], (box[0][:, None, :split], box[1][:, None, :split])
    )
    best = np.argmin(left.reshape(len(y), count, -1), axis=2)
    best += np.arange(count) * (len(unit) // count)
    every = np.concatenate([coefficients, shape], axis=-1)
    return np.take_along_axis(every, best[:, :, None], axis=1)[..., model.free]


def _least_squares(
    basis: Floats, y: Floats, weight: Floats, given: Floats, box: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Coefficients (series, draws, l) within their box, and the weighted squares left.

    `basis` has shape (series or 1, draws, n, l).
    """
    free = np.isnan(given)
    largest = np.max(np.abs(basis), axis=-2)
    largest = np.where(largest > 0, largest, 1.0)
    scaled = basis / largest[..., None, :]
    scaled_given = np.where(free, 0.0, given) * largest
    coefficients = np.broadcast_to(scaled_given, (len(y), *largest.shape[1:])).copy()
    moments = np.einsum("rdnl,sn,sn->sdl", scaled, weight, y, optimize=True)
    products = np.einsum("rdnl,sn,rdnm->sdlm", scaled, weight, scaled, optimize=True)
    if np.any(free):
        pulled = moments - np.einsum("sdlm,rdm->sdl", products, scaled_given)
        inner = products[..., free, :][..., free]
        size = np.einsum("sdll->sdl", inner).mean(axis=-1)
        inner = inner + RIDGE * size[..., None, None] * np.eye(inner.shape[-1])
        best = solved(inner, pulled[..., free])
        low, high = (edge[..., free] * largest[..., free] for edge in box)
        coefficients[..., free] = np.clip(best, low, high)
    explained = np.einsum("sdl,sdlm,sdm->sd", coefficients, products, coefficients, optimize=True)
    left = explained - 2 * np.einsum("sdl,sdl->sd", coefficients, moments)
    return coefficients / largest, left

"""The best of many starts, for every series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .bounds import box_of
from .curves import Curve
from .levenberg_marquardt import Solution, solve
from .model import Model
from .points import Points
from .settings import Settings, objective_of
from .starts import draw_starts

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_POINTS = 2000
"""Of longer series, so many points choose the valley, and all of them its lowest place."""
STEPS_OF_TRIALS, MOST_STEPS = 30, 300


def model_of(curve: Curve) -> Model:
    """The curve with the parameters that it fixes given."""
    names = (*curve.coefficients, *curve.shapes)
    return Model(curve, np.array([curve.fixed.get(name, np.nan) for name in names]))


def starts_of(model: Model, points: Points, settings: Settings) -> Floats:
    """Draws, and the best simpler curve extended; (series, starts, free parameters).

    With the latter a law with one break more fits no worse.
    """
    extent = points.extent()
    drawn = draw_starts(
        model,
        points.log_scales(),
        points.y,
        objective_of(points, settings.noise).weights(),
        extent,
        box_of(model.curve, extent, settings.bounds),
        settings.starts * model.curve.valleys,
        settings.seed,
    )
    simpler = model.curve.simpler
    if simpler is None:
        return drawn
    bounds = {name: ends for name, ends in settings.bounds.items() if name in simpler.parameters}
    best, _, _ = best_of(model_of(simpler), points, replace(settings, bounds=bounds))
    extended = model.curve.extended(best, extent, settings.starts)
    return np.concatenate([drawn, extended[..., model.free]], axis=1)


def best_of(
    model: Model, points: Points, settings: Settings, first: Floats | None = None
) -> tuple[Floats, Floats, Flags]:
    """Least objective over the starts.

    Parameters
    ----------
    model, points, settings
        What is fitted, to complete points.
    first
        Starts of the caller's, (series, starts, free parameters), in place of `starts_of`.

    Returns
    -------
    theta, value, converged
        All parameters (series, parameters), the objective (series,), and whether it is flat.
    """
    u = points.log_scales()
    box = box_of(model.curve, points.extent(), settings.bounds)
    objective = objective_of(points, settings.noise)

    def descend(start: Floats, steps: int) -> Solution:
        rows = np.repeat(np.arange(len(start)), start.shape[1])
        lower, upper = (edge[rows][:, model.free] for edge in box)
        own_u = u if u.shape[1] == 1 else u[:, rows]
        flat = start.reshape(len(rows), -1)
        return solve(model, own_u, objective.take(rows), flat, lower, upper, steps=steps)

    if first is None and points.y.shape[1] > MOST_POINTS:
        near, _, _ = best_of(model, points.thinned(MOST_POINTS), settings)
        first = near[:, None, model.free]
    if first is None:
        first = starts_of(model, points, settings)
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
    theta = model.curve.in_order(model.whole(solution.theta[best]))
    return theta, solution.value[best], solution.converged[best]

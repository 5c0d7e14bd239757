"""How a fit is made: the noise, the objective that goes with it, bounds, starts and seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .curves import Curve
from .likelihoods import Binomial, HuberOfLogs, Objective, Squares
from .points import FitError, Points

Noise = Literal["normal", "known normal", "binomial", "huber"]
Bounds = Mapping[str, tuple[float, float]]

HUBER_DELTA = 1e-3
"""Of Hoffmann et al. 2022 (arXiv:2203.15556), section 3.3."""


@dataclass(frozen=True)
class Settings:
    """How a fit is made: noise, bounds by name, number of starts, seed."""

    noise: Noise
    bounds: Bounds
    starts: int
    seed: int


def settings_of(
    curve: Curve, points: Points, loss: str, bounds: Bounds | None, starts: int, seed: int
) -> Settings:
    """Check how a fit is to be made."""
    if loss not in ("likelihood", "huber"):
        raise FitError(f"{curve.name}: loss is {loss!r}; expected 'likelihood' or 'huber'")
    if starts < 1:
        raise FitError(f"{curve.name}: starts is {starts}; expected at least 1")
    noise: Noise = "normal"
    if loss == "huber":
        if points.items is not None or points.sigma is not None:
            raise FitError(
                f"{curve.name}: loss='huber' takes neither n_items nor sigma; "
                "give loss='likelihood' with them"
            )
        if np.any(points.y <= 0):
            lowest = np.nanmin(points.y)
            raise FitError(
                f"{curve.name}: y goes down to {lowest:g}; loss='huber' is of logs and needs y "
                "above 0"
            )
        noise = "huber"
    elif points.items is not None:
        noise = "binomial"
    elif points.sigma is not None:
        noise = "known normal"
    return Settings(noise, dict(bounds or {}), starts, seed)


def objective_of(points: Points, noise: Noise) -> Objective:
    """What the fit of complete points makes least."""
    if noise == "huber":
        return HuberOfLogs(points.y, HUBER_DELTA)
    if points.items is not None:
        return Binomial(points.y, points.items)
    weight = np.ones_like(points.y) if points.sigma is None else points.sigma**-2.0
    return Squares(points.y, weight)

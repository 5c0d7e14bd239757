"""Random numbers, noise and mixtures of laws that the steps of a forecast share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..arrays import Floats, Ints

TINY = 1e-12
LEAST_FREEDOM = 3
"""Models that a law needs beyond its parameters, so that its misfit is seen."""
NEGLIGIBLE = 1e-4
"""Laws whose weight is less, of the best one's, are left out."""
ZOOMS = 20


class ForecastRefusal(ValueError):  # noqa: N818
    """The visible models do not support a method; the message says why, in words."""


class Draws:
    """Common random numbers: the same for all scales, so that bands have no jitter."""

    def __init__(self, number: int, seed: int) -> None:
        self.number = number
        self._rng = np.random.default_rng(seed)

    def normal(self, columns: int) -> Floats:
        """Shape (draws, columns)."""
        return self._rng.standard_normal((self.number, columns))

    def uniform(self) -> Floats:
        """Shape (draws,): from 0 to below 1."""
        return self._rng.random(self.number)

    def t_scale(self, freedom: int) -> Floats:
        """Shape (draws, 1): what turns normal draws into Student's t with `freedom`."""
        return np.sqrt(freedom / self._rng.chisquare(freedom, (self.number, 1)))


def with_item_noise(rates: Floats, n_items: float, draws: Draws) -> Floats:
    """What a test of `n_items` shows of success rates."""
    if not np.isfinite(n_items):
        return rates
    return jitter(rates, draws.normal(1) / np.sqrt(4 * n_items))


def numbered(model: Ints, parameters: int, law: str) -> tuple[Ints, int]:
    """Numbers of the models of some runs, and how many models there are, if enough for a law."""
    _, member = np.unique(model, return_inverse=True)
    models, least = int(member.max(initial=-1)) + 1, parameters + LEAST_FREEDOM
    if models < least:
        raise ForecastRefusal(f"{law} needs {least} models, not {models}")
    return member, models


def jitter(rates: Floats, noise: Floats) -> Floats:
    """Rates with noise on the arcsine scale, where a proportion's variance is 1/(4n)."""
    angle = np.arcsin(np.sqrt(np.clip(rates, 0, 1)))
    return np.sin(np.clip(angle + noise, 0, np.pi / 2)) ** 2


def root(covariance: Floats) -> Floats:
    """A square root of a covariance: it turns independent draws into joint ones."""
    size = np.sqrt(np.diag(covariance))
    scale = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    # The symmetric root: the signs of eigenvectors are a matter of rounding.
    symmetric = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return scale[:, None] * symmetric


def drawn_laws(
    draws: Draws, weight: Floats, estimate: Floats, covariance: Floats, freedom: int
) -> tuple[Ints, Floats, Floats]:
    """For each draw the number of a law, by weight, its parameters, and what a run is off by.

    `estimate` has shape (laws, k), `covariance` (laws, k, k); both changes are Student's t.
    """
    law = np.searchsorted(np.cumsum(weight)[:-1], draws.uniform(), side="right")
    normal = draws.t_scale(freedom) * draws.normal(estimate.shape[1] + 1)
    roots = np.stack([root(one) for one in covariance])
    change = np.einsum("dij,dj->di", roots[law], normal[:, :-1])
    return law, estimate[law] + change, normal[:, -1]


def zoomed(
    low: float, high: float, points: int, likelihood: Callable[[Floats], Floats]
) -> tuple[Floats, float]:
    """A grid over what is likely of a range, and that part's share of the range."""
    # A grid coarser than what the data tell would make nothing of it: zoom in.
    first, last = low, high
    grid = np.linspace(first, last, points)
    for _ in range(ZOOMS):
        likely = likelihood(grid)
        (there,) = np.nonzero(likely > NEGLIGIBLE * likely.max())
        if len(there) > points // 3:
            break
        first, last = grid[max(there[0] - 1, 0)], grid[min(there[-1] + 1, points - 1)]
        grid = np.linspace(first, last, points)
    return grid, float(last - first) / (high - low)

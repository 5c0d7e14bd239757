"""Random numbers, noise and covariances that the steps of a forecast share."""

from __future__ import annotations

import numpy as np

from .series import Floats

TINY = 1e-12
LEAST_FREEDOM = 3
"""Models that a law needs beyond its parameters, for AICc and so that its misfit is seen."""


class ForecastRefusal(ValueError):  # noqa: N818
    """The visible models do not support a method; the message says why, in words."""


class Draws:
    """Common random numbers: the same for all scales, so that bands have no jitter.

    Parameters
    ----------
    number
        Draws of each quantity.
    seed
        Seed of the generator.
    """

    def __init__(self, number: int, seed: int) -> None:
        self.number = number
        self._rng = np.random.default_rng(seed)

    def normal(self, columns: int) -> Floats:
        """Shape (draws, columns)."""
        return self._rng.standard_normal((self.number, columns))

    def uniform(self) -> Floats:
        """Shape (draws,): from 0 to below 1."""
        return self._rng.random(self.number)

    def heavy(self, freedom: int) -> Floats:
        """Shape (draws, 1): what turns normal draws into Student's t with `freedom`."""
        return np.sqrt(freedom / self._rng.chisquare(freedom, (self.number, 1)))


def measured(latent: Floats, n_items: float, draws: Draws) -> Floats:
    """What a test of `n_items` shows of chances of success: the noise of its items added."""
    if not np.isfinite(n_items):
        return latent
    return jitter(latent, draws.normal(1) / np.sqrt(4 * n_items))


def jitter(chance: Floats, noise: Floats) -> Floats:
    """Chances with noise on the arcsine scale, where a proportion's variance is 1/(4n)."""
    angle = np.arcsin(np.sqrt(np.clip(chance, 0, 1)))
    return np.sin(np.clip(angle + noise, 0, np.pi / 2)) ** 2


def inverse(information: Floats) -> Floats:
    """A covariance, or a refusal where some direction of the parameters is not told at all."""
    size = np.sqrt(np.diag(information))
    if not np.isfinite(information).all() or np.any(size == 0):
        raise ForecastRefusal("the visible scores do not tell the law's parameters")
    scaled = information / np.outer(size, size)
    values, vectors = np.linalg.eigh(scaled)
    if values[0] < TINY:
        raise ForecastRefusal("the visible scores do not tell the law's parameters apart")
    return ((vectors / values) @ vectors.T) / np.outer(size, size)


def root(covariance: Floats) -> Floats:
    """A square root of a covariance: it turns independent draws into joint ones."""
    size = np.sqrt(np.diag(covariance))
    scale = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    # The symmetric root: the signs of eigenvectors are a matter of rounding.
    symmetric = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return scale[:, None] * symmetric

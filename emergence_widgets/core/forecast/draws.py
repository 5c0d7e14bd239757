"""Random numbers, noise, covariances and mixtures of laws that the steps of a forecast share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from ..arrays import Floats, Ints
from ..laws.solver.covariance import covariance as covariances

TINY = 1e-12
LEAST_FREEDOM = 3
"""Models that a law needs beyond its parameters, for AICc and so that its misfit is seen."""


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

    def about(self, covariance: Floats, freedom: int, spread: float) -> tuple[Floats, Floats]:
        """Student's t changes of parameters (draws, k), and of a run about its law (draws, 1)."""
        t_scale = self.t_scale(freedom)
        normal = self.normal(len(covariance) + 1)
        return t_scale * (normal[:, :-1] @ root(covariance).T), spread * t_scale * normal[:, -1:]

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


def covariance(jacobian: Floats, weight: Floats) -> Floats:
    """Of parameters, or a refusal where the points leave one open; see the solver's."""
    if not (np.isfinite(jacobian).all() and np.any(jacobian, axis=0).all()):
        raise ForecastRefusal("the visible scores do not tell the law's parameters")
    inverse, undetermined = covariances(jacobian[np.newaxis], weight[np.newaxis])
    if undetermined.any():
        raise ForecastRefusal("the visible scores do not tell the law's parameters apart")
    return inverse[0]


def root(covariance: Floats) -> Floats:
    """A square root of a covariance: it turns independent draws into joint ones."""
    size = np.sqrt(np.diag(covariance))
    scale = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    # The symmetric root: the signs of eigenvectors are a matter of rounding.
    symmetric = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return scale[:, None] * symmetric


class Law(Protocol):
    """A fitted law that can draw what a new run would give."""

    @property
    def words(self) -> str: ...  # noqa: D102

    def __call__(self, at: Floats, /) -> Floats: ...  # noqa: D102

    def sample(self, at: Floats, draws: Draws, /) -> Floats: ...  # noqa: D102


L = TypeVar("L", bound=Law)


@dataclass(frozen=True)
class Mixture(Generic[L]):
    """The best of several laws, and an uncertainty that counts the others as well."""

    laws: tuple[L, ...]
    # Shape (laws,): Akaike weights, with sum 1 (Burnham and Anderson 2002, section 2.9).
    weights: Floats

    @property
    def best(self) -> L:
        """The law with the greatest weight."""
        return self.laws[int(np.argmax(self.weights))]

    @property
    def words(self) -> str:
        """The best law, in words."""
        return self.best.words

    def __call__(self, at: Floats) -> Floats:
        """The best law at its estimate."""
        return self.best(at)

    def sample(self, at: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): draws of each law, as many as it has weight."""
        ends = np.cumsum(self.weights)
        at_random = draws.uniform() * ends[-1]
        drawn = self.laws[-1].sample(at, draws)
        for law, end in zip(self.laws[-2::-1], ends[-2::-1], strict=True):
            drawn = np.where((at_random < end)[:, None], law.sample(at, draws), drawn)
        return drawn


def mixture(laws: Sequence[L], criteria: Sequence[float]) -> Mixture[L]:
    """Weigh laws by an information criterion, such as AICc."""
    gap = np.asarray(criteria, dtype=float)
    weights = np.exp(-(gap - gap.min()) / 2)
    return Mixture(tuple(laws), weights / weights.sum())

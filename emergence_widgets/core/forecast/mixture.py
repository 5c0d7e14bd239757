"""Several laws that the points hardly tell apart, each with its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from .draws import Draws
from .series import Floats


class Law(Protocol):
    """A fitted law that can draw what a new run would give."""

    @property
    def words(self) -> str: ...  # noqa: D102

    def __call__(self, at: Floats, /) -> Floats: ...  # noqa: D102

    def latent(self, at: Floats, draws: Draws, /) -> Floats: ...  # noqa: D102


L = TypeVar("L", bound=Law)


@dataclass(frozen=True)
class Mixture(Generic[L]):
    """The best law, and an uncertainty that counts the others as well.

    Parameters
    ----------
    laws
        Fitted laws.
    weights
        Shape (laws,): Akaike weights, with sum 1.

    References
    ----------
    Akaike weights: Burnham and Anderson 2002, section 2.9.
    """

    laws: tuple[L, ...]
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

    def latent(self, at: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): draws of each law, as many as it has weight."""
        ends = np.cumsum(self.weights)
        at_random = draws.uniform() * ends[-1]
        drawn = self.laws[-1].latent(at, draws)
        for law, end in zip(self.laws[-2::-1], ends[-2::-1], strict=True):
            drawn = np.where((at_random < end)[:, None], law.latent(at, draws), drawn)
        return drawn


def weighed(laws: Sequence[L], criteria: Sequence[float]) -> Mixture[L]:
    """Weigh laws by an information criterion, such as AICc."""
    gap = np.asarray(criteria, dtype=float)
    weights = np.exp(-(gap - gap.min()) / 2)
    return Mixture(tuple(laws), weights / weights.sum())

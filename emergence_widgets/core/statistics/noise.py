"""The noise of measured scores, by what is known of it, and scores drawn from it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..arrays import Floats
from .intervals import bootstrap_scores


class ScoreNoise(Protocol):
    """Scores of many series, and how they would vary from test to test."""

    # Where a score or its noise is not known it is NaN.
    @property
    def mean(self) -> Floats:
        """The scores, shape (series, points)."""
        ...

    @property
    def resolution(self) -> Floats:
        """Half of the smallest difference a test of whole items shows, shape (series,); else 0."""
        ...

    def draw(self, series: slice, draws: int, seed: tuple[int, int]) -> Floats:
        """Scores of some series drawn again, shape (series, draws, points); seed and batch."""
        ...


@dataclass(frozen=True, eq=False)
class NormalNoise:
    """Scores with standard errors, both of shape (series, points)."""

    mean: Floats
    stderr: Floats

    @property
    def resolution(self) -> Floats:
        """None: shape (series,) of zeros."""
        return np.zeros(len(self.mean))

    def draw(self, series: slice, draws: int, seed: tuple[int, int]) -> Floats:
        """See `ScoreNoise.draw`."""
        mean = self.mean[series, np.newaxis]
        drawn = _generator(seed, series).standard_normal((len(mean), draws, mean.shape[-1]))
        drawn *= self.stderr[series, np.newaxis]
        drawn += mean
        return drawn


@dataclass(frozen=True, eq=False)
class CountNoise:
    """Shares of `n_items` items that are right, both of shape (series, points)."""

    mean: Floats
    n_items: Floats

    @property
    def resolution(self) -> Floats:
        """Half an item of the largest test."""
        return 0.5 / np.where(np.isnan(self.mean), 1, self.n_items).max(axis=-1, initial=1)

    def draw(self, series: slice, draws: int, seed: tuple[int, int]) -> Floats:
        """See `ScoreNoise.draw`."""
        share, known = self.mean[series], ~np.isnan(self.mean[series])
        n = np.where(known, self.n_items[series], 0)[..., np.newaxis].astype(np.int64)
        # Draws of one score follow each other: numpy then prepares the distribution once.
        right = _generator(seed, series).binomial(
            n, np.where(known, share, 0.5)[..., np.newaxis], size=(*share.shape, draws)
        )
        with np.errstate(invalid="ignore"):
            return np.swapaxes(right / n, 1, 2)


@dataclass(frozen=True, eq=False)
class ItemNoise:
    """Scores of the same items by all models: shape (series, points, items), NaN where missing."""

    items: Floats

    @property
    def mean(self) -> Floats:
        """Means over known items."""
        known = ~np.isnan(self.items)
        with np.errstate(invalid="ignore", over="ignore"):
            return np.where(known, self.items, 0.0).sum(axis=-1) / known.sum(axis=-1)

    @property
    def resolution(self) -> Floats:
        """Half an item, where all items are right or wrong."""
        counted = (np.isnan(self.items) | (self.items == 0) | (self.items == 1)).all(axis=(1, 2))
        most = np.isfinite(self.items).sum(axis=-1).max(axis=-1, initial=0)
        return np.where(counted, 0.5 / np.maximum(most, 1), 0.0)

    def draw(self, series: slice, draws: int, seed: tuple[int, int]) -> Floats:
        """See `ScoreNoise.draw`; all series see the same items."""
        items, known = self.items[series], ~np.isnan(self.items[series])
        state = int(np.random.SeedSequence(seed).generate_state(1)[0])
        if known.all():
            drawn = bootstrap_scores(items, draws=draws, seed=state)
        else:
            total = bootstrap_scores(np.where(known, items, 0.0), draws=draws, seed=state)
            share = bootstrap_scores(known, draws=draws, seed=state)
            with np.errstate(invalid="ignore", divide="ignore"):
                drawn = np.where(share > 0, total / share, np.nan)
        return np.moveaxis(drawn, 0, 1)


def _generator(seed: tuple[int, int], series: slice) -> np.random.Generator:
    return np.random.default_rng([*seed, series.start])

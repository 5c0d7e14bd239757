"""Items grouped by the models that answer them: clusters of difficulty, each a score of its own."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats, Ints
from .draws import ForecastRefusal

MOST_CLUSTERS = 4
LEAST_ITEMS = 30  # in a cluster on average, so that its rates are more than noise
ROUNDS = 100


def pass_rates(items: Floats, model: Ints) -> Floats:
    """Shape (models, items): share of a model's runs that answer an item right."""
    # `items` has shape (runs, items), from 0 to 1; NaN where some model was not asked at all.
    asked = np.isfinite(items)
    models = int(model.max()) + 1
    right, count = np.zeros((2, models, items.shape[1]))
    np.add.at(right, model, np.where(asked, items, 0.0))
    np.add.at(count, model, asked.astype(float))
    rates = right / np.maximum(count, 1)
    return np.where(count > 0, rates, np.nan)


def difficulty_clusters(rates: Floats) -> Ints:
    """Number of each item's cluster, the hardest first, by k-means of the pass rates; -1: none.

    It starts from quantiles of difficulty, so that the same rates give the same clusters.
    """
    whole = np.isfinite(rates).all(axis=0)
    points = rates[:, whole].T
    number = min(MOST_CLUSTERS, len(points) // LEAST_ITEMS)
    if number < 2:
        raise ForecastRefusal(
            f"clusters of difficulty need {2 * LEAST_ITEMS} items that every visible model was "
            f"asked, not {len(points)}"
        )
    order = np.argsort(points.mean(axis=1), kind="stable")
    member = np.empty(len(points), dtype=np.intp)
    for cluster, part in enumerate(np.array_split(order, number)):
        member[part] = cluster
    for _ in range(ROUNDS):
        there = np.unique(member)
        centres = np.stack([points[member == one].mean(axis=0) for one in there])
        nearest = ((points[:, None] - centres) ** 2).sum(axis=-1).argmin(axis=1)
        if (nearest == member).all():
            break
        member = nearest
    difficulty = [points[member == one].mean() for one in np.unique(member)]
    rank = np.argsort(np.argsort(difficulty, kind="stable"), kind="stable")
    found = np.full(rates.shape[1], -1)
    found[whole] = rank[np.searchsorted(np.unique(member), member)]
    return found

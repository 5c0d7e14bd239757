"""Small evaluations made by hand, of which the answer is known."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from emergence_widgets.core.verdict.evidence import Evidence, Measured

DECADES = np.linspace(6, 12, 10)


def gentle(decades: np.ndarray) -> np.ndarray:
    """A power law with a floor, in nats."""
    return 0.2 + 1.6 * 10 ** (-0.12 * (decades - 6))


def measured(
    value, name: str = "exact_match", *, stderr: ArrayLike = np.nan, n_items: ArrayLike = np.nan,
    items=None, **options,
) -> Measured:  # fmt: skip
    value = np.asarray(value, dtype=float)
    error, count = (
        np.broadcast_to(np.asarray(one, dtype=float), value.shape) for one in (stderr, n_items)
    )
    return Measured(name, value, error, count, items, **options)


def shares(value, n_items: float = 1000.0, **options) -> Measured:
    """A score that is a share of items right, rounded to whole items."""
    counted = np.round(np.asarray(value, dtype=float) * n_items) / n_items
    return measured(counted, n_items=n_items, counted=True, **options)


def losses(value, stderr=0.01, **options) -> Measured:
    return measured(value, "loss", stderr=stderr, kind="nats", lower_is_better=True, **options)


def evidence(score: Measured, *continuous: Measured, decades=DECADES, seeds: int = 1, **options):
    """Runs by seed, each over all sizes."""
    scale = np.tile(10.0 ** np.asarray(decades, dtype=float), seeds)
    seed = np.repeat(np.arange(seeds, dtype=float), len(decades))
    named: Any = {"task": "t", "metric": score.name, "family": "f", "scale_name": "params"}
    named |= options
    return Evidence(scale=scale, seed=seed, score=score, continuous=tuple(continuous), **named)


def seeded(loss, seeds: int = 3, noise: float = 0.01, seed: int = 0) -> np.ndarray:
    """The loss of several seeds around a curve."""
    rng = np.random.default_rng(seed)
    return np.concatenate([loss + noise * rng.standard_normal(len(loss)) for _ in range(seeds)])

"""Simulated evaluations whose truth is known: smooth losses and losses with a break."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from emergence_widgets.core.verdict.evidence import Evidence, Measured

SMALLEST, LARGEST = 6.0, 12.0
BREAK_DECADES = 0.5
LOGISTIC_10_90 = 2 * np.log(9)


@dataclass(frozen=True)
class World:
    """How an evaluation is made.

    Attributes
    ----------
    name
        What it is, for the table.
    law
        Loss over scale: ``power`` (a power law with a floor), ``two powers`` (their sum) or
        ``sigmoid`` (a fall of 2 to 4 decades from one plateau to another).
    drop
        Nats by which the loss breaks within half a decade; 0 for none.
    metric
        ``exact match`` over 1 to 5 tokens, or ``multiple choice`` of four options.
    known
        The continuous score that is known: ``loss``, ``similarity``, ``probability``, ``brier``
        or nothing.
    sizes, items, seeds
        Of the evaluation.
    spread
        Coefficient of variation of the items' difficulty.
    noise
        Largest relative standard deviation of the loss over seeds.
    seen
        Least rise of the metric over the break: a break that the metric does not show is no jump.
    edges
        Share of the scale range at either end where no break lies.
    abrupt
        Whether the loss falls from one size to the next at once, wherever the break lies.
    """

    name: str
    law: str = "power"
    drop: float = 0.0
    metric: str = "exact match"
    known: str = "loss"
    sizes: int = 10
    items: int = 1000
    seeds: int = 3
    spread: float = 0.5
    noise: float = 0.06
    seen: float = 0.1
    edges: float = 0.25
    abrupt: bool = False


def evaluate(world: World, rng: np.random.Generator) -> Evidence:
    """One evaluation of a world, drawn anew."""
    decades, loss, length = _truth(world, rng)
    where = np.tile(decades, world.seeds)
    seed = np.repeat(np.arange(world.seeds, dtype=float), world.sizes)
    noise = rng.uniform(0.01, world.noise)
    trained = np.tile(loss, world.seeds) * np.exp(noise * rng.standard_normal(len(where)))
    shape = 1 / world.spread**2
    difficulty = rng.gamma(shape, 1 / shape, size=world.items)
    item_loss = trained[:, np.newaxis] * difficulty
    if world.metric == "multiple choice":
        score, continuous = _choices(world, item_loss, rng)
    else:
        score, continuous = _answers(world, item_loss, length, rng)
    return Evidence(
        "task", score.name, "family", "params", 10.0**where, seed, score, tuple(continuous)
    )


def _truth(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Sizes, loss at them and answer length, drawn until the metric shows the break, if any."""
    while True:
        even = np.linspace(SMALLEST, LARGEST, world.sizes)
        decades = even + rng.uniform(-0.2, 0.2, world.sizes) * (even[1] - even[0])
        law = _law(world, rng)
        length = int(rng.choice([1, 2, 3, 5])) if world.metric == "exact match" else 1
        room = world.edges * (LARGEST - SMALLEST)
        place = rng.uniform(SMALLEST + room, LARGEST - room)
        before = (decades < place).astype(float) if world.abrupt else _before(decades, place)
        loss = law(decades) + world.drop * before
        if world.drop == 0:
            return decades, loss, length
        below, above = place - BREAK_DECADES / 2, place + BREAK_DECADES / 2
        low, high = (
            np.exp(-length * (law(x) + world.drop * _before(x, place))) for x in (below, above)
        )
        if high - low >= world.seen:
            return decades, loss, length


def _law(world: World, rng: np.random.Generator):
    floor = rng.uniform(0, 0.5)
    if world.law == "sigmoid":
        width, middle = rng.uniform(2, 4), rng.uniform(SMALLEST + 1, LARGEST - 1)
        height = rng.uniform(1, 3)
        return lambda x: floor + height * expit((middle - x) * LOGISTIC_10_90 / width)
    parts = [(rng.uniform(1, 4), rng.uniform(0.05, 0.3))]
    if world.law == "two powers":
        share = rng.uniform(0.2, 0.8)
        whole = parts[0][0]
        slow, fast = rng.uniform(0.02, 0.15), rng.uniform(0.2, 0.8)
        parts = [(share * whole, slow), ((1 - share) * whole, fast)]
    return lambda x: floor + sum(a * 10 ** (-b * (x - SMALLEST)) for a, b in parts)


def _before(decades, place: float):
    return expit((place - decades) * LOGISTIC_10_90 / BREAK_DECADES)


def _measured(name: str, items: np.ndarray, **options) -> Measured:
    n = items.shape[1]
    stderr = items.std(axis=1, ddof=1) / np.sqrt(n)
    return Measured(
        name, items.mean(axis=1), stderr, np.full(len(items), float(n)), items, **options
    )


def _answers(world: World, loss: np.ndarray, length: int, rng: np.random.Generator):
    right = rng.binomial(length, np.exp(-loss))
    score = _measured("exact_match", (right == length).astype(float), counted=True)
    if world.known == "loss":
        told = loss * np.exp(0.3 * rng.standard_normal(loss.shape) - 0.045)
        return score, [_measured("loss", told, kind="nats", lower_is_better=True)]
    if world.known == "similarity":
        return score, [_measured("edit_similarity", right / length)]
    return score, []


def _choices(world: World, loss: np.ndarray, rng: np.random.Generator, options: int = 4):
    """Option masses of the mirage model, and a choice by noisy log-masses."""
    success = np.exp(-loss)
    mass = success + (1 - success) / options
    others = ((1 - mass) / (options - 1))[..., np.newaxis]
    masses = np.concatenate(
        [mass[..., np.newaxis], np.repeat(others, options - 1, axis=-1)], axis=-1
    )
    decided = np.log(masses + 1e-12) + 0.5 * rng.gumbel(size=masses.shape)
    graded = (decided.argmax(axis=-1) == 0).astype(float)
    score = _measured("multiple_choice_grade", graded, counted=True, chance=1 / options)
    if world.known == "brier":
        brier = ((masses - np.eye(options)[0]) ** 2).sum(axis=-1)
        told = _measured(
            "brier_score", brier, kind="brier", lower_is_better=True, chance=1 - 1 / options
        )
        return score, [told]
    return score, [_measured("option_probability", mass, chance=1 / options)]

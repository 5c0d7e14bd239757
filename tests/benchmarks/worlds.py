"""Simulated evaluations whose truth is known: smooth losses and losses with a break."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
        The continuous score that is known: ``loss``, ``similarity``, ``both`` of these,
        ``probability``, ``brier`` or nothing.
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
    lengths
        Tokens that an answer may have.
    told
        ``items``, or ``errors``: means and standard errors alone.
    passages
        Number of passages whose items are equally hard; 0: every item by itself.
    greedy
        Whether an answer is the likeliest one, which a model gives again and again, instead of a
        sample at temperature 1.
    twist
        What else happens: ``format`` (small models fail the format of the answer, which their loss
        does not know), ``leak`` (the largest two models were trained on some of the items),
        ``tuned`` (models from one size on are tuned, and the table says so), ``mixture`` (some
        models are, and it does not), ``cosine`` (checkpoints of one run, whose learning rate
        falls), ``u`` (the smallest models do better than those after them), ``last`` (the break
        lies before the largest size), ``lottery`` (each run learns the task or does not),
        ``threshold`` (the score jumps where the loss crosses a threshold).
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
    lengths: tuple[int, ...] = (1, 2, 3, 5)
    told: str = "items"
    passages: int = 0
    greedy: bool = False
    twist: str = ""


def evaluate(world: World, rng: np.random.Generator) -> Evidence:
    """One evaluation of a world, drawn anew."""
    decades, loss, length = _truth(world, rng)
    where = np.tile(decades, world.seeds)
    seed = np.repeat(np.arange(world.seeds, dtype=float), world.sizes)
    noise = rng.uniform(0.01, world.noise)
    trained = np.tile(loss, world.seeds) * np.exp(noise * rng.standard_normal(len(where)))
    trained, recipe = _twisted(world, decades, trained, rng)
    shape = 1 / world.spread**2
    difficulty = rng.gamma(shape, 1 / shape, size=world.passages or world.items)
    if world.passages:
        difficulty = rng.choice(difficulty, world.items)
    item_loss = trained[:, np.newaxis] * difficulty
    if world.twist == "leak":
        known = rng.random(world.items) < rng.uniform(0.05, 0.4)
        large = where >= np.sort(decades)[-2]
        item_loss = np.where(large[:, np.newaxis] & known, 0.002 * item_loss, item_loss)
    if world.metric == "multiple choice":
        score, continuous = _choices(world, item_loss, rng)
    else:
        score, continuous = _answers(world, item_loss, length, where, rng)
    if world.told == "errors":
        score = replace(score, items=None, n_items=np.full(len(where), np.nan))
        continuous = [replace(one, items=None) for one in continuous]
    name = "step" if world.twist == "cosine" else "params"
    return Evidence(
        "task", score.name, "family", name, 10.0**where, seed, score, tuple(continuous),
        recipe=recipe,
    )  # fmt: skip


def _twisted(
    world: World, decades: np.ndarray, loss: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The runs' losses with what else happens to them, and what the table says of it."""
    where = np.tile(decades, world.seeds)
    middle = rng.uniform(*np.quantile(decades, [0.3, 0.7]))
    later = where > middle
    if world.twist == "tuned":
        loss = np.maximum(loss - 0.4 * later, 0.02)
        return loss, {"tuning": np.where(later, "chat", "base").astype(object)}
    if world.twist == "mixture":
        tuned = np.tile(rng.random(world.sizes) < 0.5, world.seeds)
        return np.maximum(loss - rng.uniform(0.2, 0.5) * tuned, 0.02), {}
    if world.twist == "cosine":
        done = 10 ** (where - decades.max())
        return loss - 0.25 * loss.min() * np.sin(np.pi / 2 * done) ** 4, {}
    if world.twist == "u":
        return loss + 1.5 * np.exp(-(((where - middle) / 1.2) ** 2)), {}
    if world.twist == "last":
        return loss + 1.0 * (where < decades.max()), {}
    if world.twist == "lottery":
        odds = expit(2 * (where - middle))
        learnt = rng.random(len(where)) < odds
        return np.where(learnt, 0.03, 1.5) * np.exp(0.05 * rng.standard_normal(len(where))), {}
    return loss, {}


def _truth(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Sizes, loss at them and answer length, drawn until the metric shows the break, if any."""
    while True:
        even = np.linspace(SMALLEST, LARGEST, world.sizes)
        decades = even + rng.uniform(-0.2, 0.2, world.sizes) * (even[1] - even[0])
        law = _law(world, rng)
        length = int(rng.choice(world.lengths)) if world.metric == "exact match" else 1
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


def _answers(
    world: World, loss: np.ndarray, length: int, where: np.ndarray, rng: np.random.Generator
):
    if world.greedy:
        # The same token of the same item is right from the same loss on.
        needed = rng.random((length, 1, loss.shape[1]))
        right = (np.exp(-loss) > needed).sum(axis=0)
    else:
        right = rng.binomial(length, np.exp(-loss))
    if world.twist == "format":
        # The answer is there from about the middle of the sizes on.
        middle = np.quantile(where, 0.5)
        formatted = rng.random(loss.shape) < expit(8 * (where - middle))[:, np.newaxis]
        right = np.where(formatted, right, 0)
    if world.twist == "threshold":
        limit = float(np.median(loss.mean(axis=1)))
        crossed = expit((limit - loss.mean(axis=1)) / 0.03)[:, np.newaxis]
        right = length * (rng.random(loss.shape) < crossed)
    score = _measured("exact_match", (right == length).astype(float), counted=True)
    if world.known in ("loss", "both"):
        told = loss * np.exp(0.3 * rng.standard_normal(loss.shape) - 0.045)
        both = [_measured("loss", told, kind="nats", lower_is_better=True)]
        if world.known == "both":
            both.append(_measured("edit_similarity", right / length))
        return score, both
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

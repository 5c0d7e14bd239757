"""Replicates of breakthroughness for a whole evaluation, against a loop over series."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import breakthroughness_bootstrap
from emergence_widgets.core.statistics.bootstrap import CountNoise, ItemNoise, NormalNoise

TASKS, METRICS, FAMILIES, MODELS = 200, 5, 3, 12
SERIES = TASKS * METRICS * FAMILIES
DRAWS, ITEMS = 1000, 500
LOOPED_SERIES, LOOPED_DRAWS = 20, 50
ROUNDS = 3
REACH = 100


def shares_right(rng):
    """Tasks that are learnt at sizes and paces of their own."""
    middle = rng.uniform(0, 1.2, (TASKS, METRICS, FAMILIES, 1))
    pace = rng.uniform(3, 30, (TASKS, METRICS, FAMILIES, 1))
    return 1 / (1 + np.exp(-pace * (np.linspace(0, 1, MODELS) - middle)))


def with_numpy(y, resolution):
    rise = np.sign(np.argmax(y) - np.argmin(y)) * (np.max(y) - np.min(y))
    step = max(np.sqrt(np.median(np.diff(y) ** 2)), resolution)
    return rise / step if rise != 0 else np.nan


def with_pandas(y, resolution):
    y = pd.Series(y)
    rise = np.sign(y.argmax() - y.argmin()) * (y.max() - y.min())
    step = max(np.sqrt((y.diff() ** 2).median()), resolution)
    return rise / step if rise != 0 else np.nan


class StandardErrors:
    words = "standard errors"

    def __init__(self, rng):
        self.mean = shares_right(rng)
        self.spread = np.sqrt(self.mean * (1 - self.mean) / ITEMS)
        self.resolution = 0.0

    def arguments(self, series):
        return {"scores": self.mean[series], "stderr": self.spread[series]}

    def noise(self, series):
        return NormalNoise(self.mean[series][np.newaxis], self.spread[series][np.newaxis])

    def drawn_in_a_loop(self, series, rng):
        return rng.normal(self.mean[series], self.spread[series])


class NumbersOfItems:
    words = "numbers of items"

    def __init__(self, rng):
        self.mean = rng.binomial(ITEMS, shares_right(rng)) / ITEMS
        self.resolution = 0.5 / ITEMS

    def arguments(self, series):
        return {"scores": self.mean[series], "n_items": ITEMS}

    def noise(self, series):
        return CountNoise(self.mean[series][np.newaxis], np.full((1, MODELS), float(ITEMS)))

    def drawn_in_a_loop(self, series, rng):
        return rng.binomial(ITEMS, self.mean[series]) / ITEMS


class TheSameItems:
    words = "the same items"

    def __init__(self, rng):
        chance = shares_right(rng)[..., np.newaxis]
        self.items = (rng.random((*chance.shape[:-1], ITEMS), dtype=np.float32) < chance) * 1.0
        self.resolution = 0.5 / ITEMS

    def arguments(self, series):
        return {"item_scores": self.items[series]}

    def noise(self, series):
        return ItemNoise(self.items[series][np.newaxis])

    def drawn_in_a_loop(self, series, rng):
        return self.items[series][:, rng.integers(ITEMS, size=ITEMS)].mean(axis=-1)


def shortest(run):
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


@pytest.mark.parametrize("kind", [StandardErrors, NumbersOfItems, TheSameItems])
def test_replicates_of_a_whole_evaluation(measured, kind):
    rng = np.random.default_rng(5)
    evaluation = kind(rng)
    numbers = rng.choice(SERIES, LOOPED_SERIES, replace=False)
    places = list(zip(*np.unravel_index(numbers, (TASKS, METRICS, FAMILIES)), strict=True))
    for series in places:
        check_same_numbers(evaluation, series)

    everything = evaluation.arguments(...)
    ours = shortest(lambda: breakthroughness_bootstrap(**everything, draws=DRAWS))

    def loop(measure):
        for series in places:
            for _ in range(LOOPED_DRAWS):
                measure(evaluation.drawn_in_a_loop(series, rng), evaluation.resolution)

    share = LOOPED_SERIES * LOOPED_DRAWS / (SERIES * DRAWS)
    with_each = {
        name: shortest(lambda measure=measure: loop(measure)) / share
        for name, measure in (("numpy", with_numpy), ("pandas", with_pandas))
    }
    words = [f"{time / ours:.0f} times as fast ({name})" for name, time in with_each.items()]
    measured(
        f"Breakthroughness of {DRAWS:,} replicates, {TASKS} tasks × {METRICS} metrics × {FAMILIES} "
        f"families × {MODELS} models, from {kind.words}, over a loop of series and replicates",
        f"{ours:.2f} s on all cores; {', '.join(words)}; the loop timed on {LOOPED_SERIES} random "
        f"series × {LOOPED_DRAWS} replicates",
        f"{REACH} times",
    )
    assert with_each["pandas"] / ours > REACH


def check_same_numbers(evaluation, series):
    """The loop's measure of the very replicates, and their order statistics."""
    drawn = evaluation.noise(series).draw(slice(0, 1), LOOPED_DRAWS, (0, 0))[0]
    looped = np.array([with_numpy(y, evaluation.resolution) for y in drawn])
    assert np.array_equal(
        looped, [with_pandas(y, evaluation.resolution) for y in drawn], equal_nan=True
    )
    found = breakthroughness_bootstrap(**evaluation.arguments(series), draws=LOOPED_DRAWS)
    assert float(found.defined) == np.mean(~np.isnan(looped))
    expected = np.nanquantile(looped, [0.025, 0.5, 0.975], method="inverted_cdf")
    np.testing.assert_allclose([found.lower, found.median, found.upper], expected, rtol=1e-9)

"""Late rise T of a whole evaluation's replicates, against a loop over series; many verdicts."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd

from emergence_widgets import EvalResults, late_rise, verdicts

from .test_measures import MODELS, SERIES, shares_right

DRAWS, LOOPED, ROUNDS = 1000, 400, 3
REACH = 50
VERDICT_TASKS, VERDICT_SIZES, MOST_SECONDS = 87, 8, 3.0


def with_numpy(place, y):
    """The same formula for one series: isotonic fit by max-min means, upper hull, lag."""
    total, counts = np.append(0.0, np.cumsum(y)), np.arange(len(y) + 1)
    z = np.full(len(y), -np.inf)
    for start in range(len(y)):
        means = (total[start + 1 :] - total[start]) / (counts[start + 1 :] - start)
        z[start:] = np.maximum(z[start:], np.minimum.accumulate(means[::-1])[::-1])
    if z[-1] - z[0] <= 1e-12:
        return np.nan
    steady, at = z.copy(), 0
    while at < len(z) - 1:
        slopes = (z[at + 1 :] - z[at]) / (place[at + 1 :] - place[at])
        best = at + 1 + int(np.argmax(slopes))
        inside = slice(at, best + 1)
        steady[inside] = np.interp(place[inside], place[[at, best]], z[[at, best]])
        at = best
    return np.max(steady - z) / (z[-1] - z[0])


def test_late_rise_of_a_thousand_replicates_of_a_whole_evaluation(measured):
    rng = np.random.default_rng(0)
    mean = shares_right(rng).reshape(SERIES, MODELS)
    scale = np.logspace(6, 12, MODELS)
    ours = looped = np.inf
    place = np.log10(scale)
    some, expected = np.zeros((0, MODELS)), [0.0]
    for _ in range(ROUNDS):
        taken, drawn = 0.0, np.zeros((0, MODELS))
        for _ in range(DRAWS // 100):
            drawn = rng.binomial(500, np.broadcast_to(mean, (100, SERIES, MODELS))) / 500
            start = perf_counter()
            late_rise(scale, drawn)
            taken += perf_counter() - start
        ours = min(ours, taken)
        some = drawn.reshape(-1, MODELS)[:LOOPED]
        start = perf_counter()
        expected = [with_numpy(place, y) for y in some]
        looped = min(looped, (perf_counter() - start) / LOOPED * DRAWS * SERIES)
    np.testing.assert_allclose(late_rise(scale, some), expected, atol=1e-9)
    times = looped / ours
    measured(
        f"late rise T of {DRAWS:,} replicates of {SERIES:,} series of {MODELS} models",
        f"{ours:.1f} s, {times:.0f} times a loop over series",
        f"{REACH} times",
    )
    assert times >= REACH


def test_verdicts_of_a_benchmark_suite(measured):
    rng, sizes = np.random.default_rng(0), np.logspace(6, 12, VERDICT_SIZES)
    parts = []
    for task in range(VERDICT_TASKS):
        loss = 2 * (sizes / 1e6) ** -rng.uniform(0.1, 0.3)
        shared = {"model": [f"m{size:g}" for size in sizes], "params": sizes, "task": f"t{task}"}
        right = rng.binomial(1000, np.exp(-3 * loss)) / 1000
        parts.append(pd.DataFrame(shared | {"metric": "acc", "value": right, "n_items": 1000}))
        parts.append(pd.DataFrame(shared | {"metric": "loss", "value": loss, "stderr": 0.01}))
    results = EvalResults(pd.concat(parts, ignore_index=True))
    start = perf_counter()
    verdicts(results)
    taken = perf_counter() - start
    measured(
        f"verdicts of {VERDICT_TASKS} tasks of {VERDICT_SIZES} sizes",
        f"{taken:.1f} s",
        f"{MOST_SECONDS:g} s",
    )
    assert taken < MOST_SECONDS

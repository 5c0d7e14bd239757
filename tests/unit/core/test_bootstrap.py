"""Replicates of breakthroughness: a plain loop, coverage in simulated tests, and edges."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.statistics import bootstrap as replicates
from emergence_widgets.core.statistics.bootstrap import (
    CountNoise,
    ItemNoise,
    NormalNoise,
    breakthroughness_bootstrap,
)
from emergence_widgets.core.statistics.measures import (
    KNOTS,
    breakthroughness,
    breakthroughness_null,
    null_level,
)

FIELDS = ("value", "lower", "median", "upper", "null", "above_null", "defined")
NAN = np.nan


def columns(found):
    return {name: getattr(found, name) for name in FIELDS}


def as_written(y, resolution):
    rise = np.sign(np.argmax(y) - np.argmin(y)) * (np.max(y) - np.min(y))
    return rise / max(np.sqrt(np.median(np.diff(y) ** 2)), resolution) if rise != 0 else NAN


def learnt(points, middle=0.6, pace=12.0):
    return 0.02 + 0.9 / (1 + np.exp(-pace * (np.linspace(0, 1, points) - middle)))


def test_a_plain_loop_over_the_same_replicates():
    share = np.array([0.0, 0.0, 0.01, 0.05, 0.2, 0.7])
    noise = CountNoise(share[np.newaxis], np.full((1, 6), 200.0))
    looped = [as_written(y, 0.5 / 200) for y in noise.draw(slice(0, 1), 400, (3, 0))[0]]
    found = breakthroughness_bootstrap(share, n_items=200, draws=400, seed=3)
    expected = np.quantile(looped, [0.05, 0.5, 0.95], method="inverted_cdf")
    assert found.value == pytest.approx(as_written(share, 0.5 / 200))
    found = breakthroughness_bootstrap(share, n_items=200, draws=400, seed=3, confidence=0.9)
    np.testing.assert_allclose([found.lower, found.median, found.upper], expected, rtol=1e-12)
    assert found.null == breakthroughness_null(6, 0.9)
    assert found.above_null == np.mean(np.abs(looped) > found.null)


def test_counts_are_binomial():
    noise = CountNoise(np.array([[0.0, 0.03, 0.5, 1.0]]), np.array([[7.0, 200.0, 40.0, 9.0]]))
    drawn = noise.draw(slice(0, 1), 20_000, (0, 0))[0]
    for point, (n, share) in enumerate([(7, 0.0), (200, 0.03), (40, 0.5), (9, 1.0)]):
        counts = np.bincount(np.rint(drawn[:, point] * n).astype(int), minlength=n + 1)
        expected = stats.binom(n, share).pmf(np.arange(n + 1)) * 20_000
        often = expected > 5
        assert counts[expected == 0].sum() == 0
        if often.sum() > 1:
            scaled = expected[often] * counts[often].sum() / expected[often].sum()
            assert stats.chisquare(counts[often], scaled).pvalue > 1e-4


def test_standard_errors_are_normal():
    noise = NormalNoise(np.array([[1.0, -4.0]]), np.array([[0.5, 0.0]]))
    drawn = noise.draw(slice(0, 1), 5000, (0, 0))[0]
    assert stats.kstest(drawn[:, 0], stats.norm(1.0, 0.5).cdf).pvalue > 1e-3
    assert np.all(drawn[:, 1] == -4)


def test_items_are_the_same_for_all_models_and_series():
    rng = np.random.default_rng(1)
    item = rng.normal(size=50)
    # Scores that differ by a constant keep their differences under the same items.
    noise = ItemNoise(np.stack([[item, item + 1, item + 3], [item + 2, item, item]]))
    drawn = noise.draw(slice(0, 2), 200, (0, 0))
    np.testing.assert_allclose(drawn[0, :, 1] - drawn[0, :, 0], 1)
    np.testing.assert_allclose(drawn[1, :, 0] - drawn[0, :, 0], 2)
    assert drawn[0, :, 0].std() == pytest.approx(item.std() / np.sqrt(50), rel=0.15)
    paired = breakthroughness_bootstrap(item_scores=[item, item + 1, item + 3], draws=200)
    assert paired.upper - paired.lower < 1e-9


def test_items_that_were_not_answered_do_not_count():
    rng = np.random.default_rng(2)
    items = rng.normal(size=(4, 300)) + np.arange(4)[:, np.newaxis]
    gaps = np.where(rng.random(items.shape) < 0.3, NAN, items)
    found = breakthroughness_bootstrap(item_scores=gaps)
    assert found.value == breakthroughness(np.nanmean(gaps, axis=1))
    drawn = ItemNoise(gaps[np.newaxis]).draw(slice(0, 1), 3000, (0, 0))[0]
    expected = np.nanstd(gaps, axis=1) / np.sqrt((~np.isnan(gaps)).sum(axis=1))
    np.testing.assert_allclose(drawn.std(axis=0), expected, rtol=0.06)
    unanswered = np.vstack([items, np.full(300, NAN)])
    full, left = (breakthroughness_bootstrap(item_scores=x) for x in (items, unanswered))
    assert full.value == left.value
    assert full.lower == pytest.approx(float(left.lower))


@pytest.mark.parametrize("points", [8, 12])
@pytest.mark.parametrize("n_items", [200, 2000, 20_000])
def test_the_interval_holds_the_noiseless_breakthroughness(points, n_items):
    truth = learnt(points)
    exact = breakthroughness(truth, resolution=0.5 / n_items)
    tests = np.random.default_rng(7).binomial(n_items, truth, size=(600, points)) / n_items
    found = breakthroughness_bootstrap(tests, n_items=n_items, draws=400)
    covered = np.mean((found.lower <= exact) & (exact <= found.upper))
    assert covered > 0.92
    half = breakthroughness_bootstrap(tests, n_items=n_items, draws=400, confidence=0.5)
    assert np.all((half.lower >= found.lower) & (half.upper <= found.upper))
    if n_items == 20_000:
        # With little noise the interval is as narrow as it may be.
        assert covered < 0.98
        assert 0.4 < np.mean((half.lower <= exact) & (exact <= half.upper)) < 0.6


@pytest.mark.parametrize("points", [5, 8, 30])
def test_noise_exceeds_its_null_as_often_as_stated(points):
    noise = np.random.default_rng(11).normal(size=(4000, points))
    found = breakthroughness_bootstrap(noise, stderr=0.0, draws=1)
    share = np.mean(found.above_null)
    assert share == pytest.approx(0.05, abs=3.5 * np.sqrt(0.05 * 0.95 / 4000) + 0.002)
    counted = np.random.default_rng(12).binomial(2000, 0.3, size=(4000, points)) / 2000
    found = breakthroughness_bootstrap(counted, n_items=2000, draws=1)
    assert np.mean(np.abs(found.value) > found.null) == pytest.approx(0.05, abs=0.015)


def test_a_clear_rise_is_above_its_null_and_noise_is_not():
    clear = breakthroughness_bootstrap(learnt(10), n_items=5000)
    assert clear.above_null == 1.0
    flat = breakthroughness_bootstrap(np.full(10, 0.3), n_items=5000)
    assert flat.above_null == pytest.approx(0.05, abs=0.03)
    assert np.isnan(flat.value)
    assert flat.defined == 1.0


@given(
    shape=st.lists(st.integers(0, 3), max_size=3),
    points=st.integers(0, 6),
    place=st.integers(0, 3),
    draws=st.integers(1, 4),
)
def test_any_leading_shape(shape, points, place, draws):
    scores = np.random.default_rng(0).random((*shape, points))
    moved = np.moveaxis(scores, -1, place % scores.ndim)
    noises: list[dict[str, Any]] = [{"stderr": 0.1}, {"n_items": 20}]
    for noise in noises:
        straight = columns(breakthroughness_bootstrap(scores, **noise, draws=draws))
        found = breakthroughness_bootstrap(moved, **noise, axis=place % scores.ndim, draws=draws)
        for name, column in columns(found).items():
            assert column.shape == tuple(shape)
            np.testing.assert_array_equal(column, straight[name])


def test_the_scale_axis_of_items():
    items = np.random.default_rng(0).random((4, 3, 2, 30))
    straight = columns(breakthroughness_bootstrap(item_scores=items, draws=20))
    for axis, source in ((0, 2), (-2, 2), (1, 2)):
        place = axis % 3
        moved = np.moveaxis(items, source, place)
        found = columns(breakthroughness_bootstrap(item_scores=moved, axis=axis, draws=20))
        np.testing.assert_allclose(found["lower"], straight["lower"], rtol=1e-12)


def test_batches_change_neither_items_nor_memory(monkeypatch):
    items = (np.random.default_rng(0).random((7, 5, 40)) < 0.4) * 1.0
    whole = columns(breakthroughness_bootstrap(item_scores=items, draws=30))
    monkeypatch.setattr(replicates, "MOST_DRAWN", 300)
    parts = columns(breakthroughness_bootstrap(item_scores=items, draws=30))
    for name in FIELDS:
        np.testing.assert_allclose(parts[name], whole[name], rtol=1e-9)
    sizes = []
    draw = NormalNoise.draw

    def watched(self, series, draws, seed):
        drawn = draw(self, series, draws, seed)
        sizes.append(drawn.size)
        return drawn

    monkeypatch.setattr(NormalNoise, "draw", watched)
    found = breakthroughness_bootstrap(np.tile(learnt(50), (4, 1)), stderr=0.01, draws=100)
    assert max(sizes) <= 300
    assert sum(sizes) == 4 * 50 * 100
    # Neither series nor batches repeat each other's noise.
    assert len(np.unique(found.median)) == 4


def test_seeds():
    same, again, other = (
        breakthroughness_bootstrap(learnt(8), n_items=100, seed=seed) for seed in (1, 1, 2)
    )
    assert same.lower == again.lower
    assert same.lower != other.lower


def test_gaps_are_left_out():
    whole = np.array([0.1, 0.2, 0.5, 0.9])
    gaps = np.array([0.1, NAN, 0.2, 0.5, NAN, 0.9])
    errors: list[Any] = [0.0, [0, 0, 0, 0, 0, 0.0]]
    for stderr in errors:
        found = breakthroughness_bootstrap(gaps, stderr=stderr)
        assert found.value == found.lower == found.upper == breakthroughness(whole)
        assert found.null == breakthroughness_null(4, 0.95)
    values = np.array([0.1, 0.9, 0.2, 0.5, 0.0, 0.9])
    unknown = breakthroughness_bootstrap(values, stderr=[0, NAN, 0, 0, NAN, 0])
    empty = breakthroughness_bootstrap(values, n_items=[9, 0, 9, 9, 0, 9])
    assert unknown.value == pytest.approx(float(breakthroughness(whole)))
    assert empty.value == pytest.approx(float(breakthroughness(whole)))
    assert 0 < empty.defined <= 1


@pytest.mark.parametrize("scores", [[], [0.4], [NAN, 0.4, NAN], [0.1, np.inf, 0.4]])
def test_no_series(scores):
    found = columns(breakthroughness_bootstrap(scores, stderr=0.1, draws=5))
    unknown = set(FIELDS) - {"null", "above_null", "defined"}
    assert all(np.isnan(found[name]) for name in unknown)


def test_a_constant_has_no_breakthroughness():
    noises: list[dict[str, Any]] = [{"n_items": 50}, {"stderr": 0.0}]
    for noise in noises:
        found = breakthroughness_bootstrap(np.zeros(6), **noise)
        assert np.isnan(found.value)
        assert np.isnan(found.lower)
        assert found.defined == found.above_null == 0


def test_two_points_and_one_replicate():
    found = breakthroughness_bootstrap([0.2, 0.8], n_items=1000)
    assert found.value == found.lower == found.upper == found.null == 1
    assert found.above_null == 0
    single = breakthroughness_bootstrap(learnt(6), n_items=100, draws=1)
    assert single.lower == single.median == single.upper


def test_a_typical_step_of_zero():
    step = [0.0, 0.0, 0.0, 0.0, 1.0]
    assert breakthroughness_bootstrap(step, n_items=50).value == pytest.approx(100)
    assert breakthroughness_bootstrap(step, n_items=50, resolution=0).upper == np.inf
    assert breakthroughness_bootstrap(step, stderr=0.0).value == np.inf
    items = np.repeat(np.array(step)[:, np.newaxis], 50, axis=1)
    assert breakthroughness_bootstrap(item_scores=items).value == pytest.approx(100)
    floors = breakthroughness_bootstrap([step, step], stderr=0.0, resolution=[0.1, 0.5])
    np.testing.assert_allclose(floors.lower, [10, 2])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": [0.1, 0.2]}, "got no noise with scores; expected scores with one of"),
        ({"scores": [0.1], "stderr": 0.1, "n_items": 5}, "got stderr and n_items with scores"),
        ({"scores": [0.1], "item_scores": [[1.0]]}, "got item_scores with scores"),
        ({"stderr": 0.1}, "got stderr; expected scores with one of"),
        ({"scores": [0.1], "stderr": -1.0}, "stderr holds -1; expected at least 0"),
        ({"scores": [0.1], "n_items": -2}, "n_items holds -2; expected at least 0"),
        ({"scores": [55.0, 2.0], "n_items": 9}, "scores hold 55, which is no share.*by 100"),
        ({"item_scores": [1.0, 2.0]}, r"item_scores has shape \(2,\); expected"),
        ({"item_scores": np.zeros((3, 0))}, r"item_scores has shape \(3, 0\); expected"),
        ({"scores": [0.1], "stderr": 0.1, "draws": 0}, "draws is 0; expected at least 1"),
        ({"scores": [0.1], "stderr": 0.1, "confidence": 95}, "confidence is 95; it lies between"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        breakthroughness_bootstrap(**arguments)


def test_null_levels_between_the_simulated_numbers():
    numbers = np.array([[0, 1, 2], [9, 20, 200]])
    levels = null_level(numbers, 0.95)
    assert np.isnan(levels[0, :2]).all()
    expected = [breakthroughness_null(n, 0.95) for n in (2, 9, 20, 200)]
    np.testing.assert_allclose(levels.ravel()[2:], expected)
    for between in (35, 110, 165):
        simulated = breakthroughness_null(between, 0.95)
        assert null_level(between, 0.95) == pytest.approx(float(simulated), rel=0.02)
    assert 0 < null_level(KNOTS[-1], 0.95) == null_level(10 * KNOTS[-1], 0.95)


def test_a_long_series():
    rng = np.random.default_rng(0)
    y = np.linspace(0, 1, 200_000) + rng.normal(0, 0.1, 200_000)
    found = breakthroughness_bootstrap(y, stderr=0.1, draws=3)
    assert np.isfinite([found.lower, found.upper, found.null]).all()


@pytest.mark.parametrize("points", [2, 8, 13, 20])
def test_few_points_have_a_null_of_their_own(points):
    assert null_level([points], 0.95).tolist() == [breakthroughness_null(points, 0.95)]

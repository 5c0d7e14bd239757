"""Measures of incremental progress against scipy, theory and simulated tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats
from sklearn.isotonic import IsotonicRegression

from emergence_widgets.core.statistics.bootstrap import (
    CountNoise,
    ItemNoise,
    NormalNoise,
    order_statistics,
)
from emergence_widgets.core.statistics.measures import breakthroughness
from emergence_widgets.core.statistics.progress import progress

# Whole numbers, so that ties are ties.
several_series = arrays.arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(2, 9)),
    elements=st.integers(-20, 20).map(float),
)


def without_noise(*series):
    return progress(np.array(series, dtype=float), None, draws=1, seed=0)


def with_errors(mean, stderr, draws=2000):
    mean = np.atleast_2d(np.asarray(mean, dtype=float))
    noise = NormalNoise(mean, np.broadcast_to(stderr, mean.shape).astype(float))
    return progress(mean, noise, draws=draws, seed=0)


@given(y=several_series)
def test_scipy_and_scikit_learn(y):
    shown = progress(y, None, draws=1, seed=0)
    scale = np.arange(y.shape[1])
    for row, one in enumerate(y):
        if one.min() == one.max():
            assert np.isnan(shown.spearman[row])
            assert np.isnan(shown.residual[row])
            continue
        expected = stats.spearmanr(scale, one).statistic
        assert shown.spearman[row] == pytest.approx(expected, abs=1e-12)
        away = one - IsotonicRegression().fit_transform(scale, one)
        residual = np.sqrt(np.mean(away**2)) / np.ptp(one)
        assert shown.residual[row] == pytest.approx(residual, abs=1e-9)
        assert shown.ups[row] == np.sum(np.diff(one) > 0)


@pytest.mark.parametrize("points", [2, 3, 9])
def test_a_ramp_and_one_jump(points):
    ramp, jump = np.arange(points), np.r_[np.zeros(points - 1), 1.0]
    shown = without_noise(ramp, jump, -ramp)
    # The square of `linear` is the share of steps that carry the rise.
    np.testing.assert_allclose(shown.linear**2, [1, 1 / (points - 1), 1])
    np.testing.assert_allclose(shown.linear[[0, 2]], [1, -1])
    np.testing.assert_allclose(shown.largest_step[:2], [1 / (points - 1), 1])
    assert np.isnan(shown.largest_step[2])
    assert shown.steps.tolist() == [points - 1] * 3
    assert shown.ups.tolist() == [points - 1, 1, 0]
    np.testing.assert_allclose(shown.residual[:2], 0, atol=1e-15)
    np.testing.assert_array_equal(shown.spearman[[0, 2]], [1, -1])


@pytest.mark.parametrize("carried", [1, 2, 5])
def test_linear_counts_the_steps_that_carry_the_rise(carried):
    steps = np.r_[np.zeros(8 - carried), np.ones(carried)]
    shown = without_noise(np.r_[0, np.cumsum(steps)])
    assert shown.linear[0] ** 2 * 8 == pytest.approx(carried)


def test_rounding_makes_no_step():
    shown = without_noise([0.3, 0.1 + 0.2, 0.3, 0.6])
    assert shown.ups[0] == 1


def test_steps_beyond_their_noise():
    # The standard error of a step is sqrt(2) * 0.1: 0.277 is 1.96 of it.
    shown = with_errors([0.0, 0.2, 0.6, 0.35, 0.0], 0.1)
    assert shown.resolved[0] == 2
    assert shown.resolved_falls[0] == 1
    np.testing.assert_allclose(shown.point_stderr, 0.1, rtol=0.05)
    expected = 0.6 / (0.1 * np.sqrt(2))
    assert shown.signal_to_noise[0] == pytest.approx(expected, rel=0.05)


def test_steps_of_noise_are_told_apart_as_often_as_stated():
    rng = np.random.default_rng(0)
    shown = with_errors(rng.normal(size=(800, 6)), 1.0, draws=400)
    assert shown.resolved.sum() / shown.steps.sum() == pytest.approx(0.05, abs=0.01)


def test_one_item_is_never_told_apart():
    share = np.array([[0.0, 1 / 50, 1 / 50, 1.0, 1.0, 49 / 50]])
    shown = progress(share, CountNoise(share, np.full(share.shape, 50.0)), draws=300, seed=0)
    assert shown.resolved[0] == 1
    assert np.all(shown.point_stderr >= 1 / 50)


def test_pairing_over_items_tells_apart_what_items_alone_do_not():
    easy = np.random.default_rng(0).normal(0, 5, 40)
    items = np.stack([easy, easy + 0.1, easy + 0.2, easy + 0.3])[np.newaxis]
    mean = items.mean(axis=-1)
    paired = progress(mean, ItemNoise(items), draws=200, seed=0)
    errors = NormalNoise(mean, items.std(axis=-1) / np.sqrt(40))
    apart = progress(mean, errors, draws=200, seed=0)
    assert paired.resolved[0] == 3
    assert apart.resolved[0] == 0
    assert paired.stability[0] == 1
    assert apart.stability[0] < 0.9


def test_stability_falls_with_noise():
    y = np.linspace(0, 1, 8)
    stability = [with_errors(y, noise).stability[0] for noise in (0, 0.05, 0.3, 5.0)]
    assert stability[0] == 1
    assert np.all(np.diff(stability) < 0)
    assert stability[-1] < 0.3


def test_replicates_of_the_measures():
    y = np.array([[0.1, 0.2, 0.15, 0.6, 0.9]])
    noise = NormalNoise(y, np.full(y.shape, 0.05))
    shown = progress(y, noise, draws=50, seed=3)
    drawn = noise.draw(slice(0, 1), 50, (3, 0))[0]
    scale = np.arange(5)
    expected = [stats.spearmanr(scale, one).statistic for one in drawn]
    np.testing.assert_allclose(shown.spearman_draws[0], expected, atol=1e-12)
    np.testing.assert_array_equal(shown.value_draws[0], breakthroughness(drawn))
    observed = [stats.spearmanr(y[0], one).statistic for one in drawn]
    assert shown.stability[0] == pytest.approx(np.mean(observed))


def test_constants_and_no_noise():
    shown = with_errors(np.full(5, 0.3), 0.0)
    assert shown.resolved[0] == shown.ups[0] == shown.stability[0] == 0
    unknown = without_noise([0.0, 1.0, 2.0])
    for name in ("resolved", "resolved_falls", "signal_to_noise", "stability"):
        assert np.isnan(getattr(unknown, name)).all()
    assert np.isinf(with_errors([0.0, 1.0, 2.0], 0.0).signal_to_noise[0])


@given(
    values=arrays.arrays(
        float,
        st.integers(1, 30),
        elements=st.one_of(st.floats(-9, 9), st.sampled_from([np.nan, np.inf, -np.inf])),
    ),
    level=st.sampled_from([0.0, 0.025, 0.5, 0.975, 1.0]),
)
def test_order_statistics_are_numpys(values, level):
    found = order_statistics(values, [level])[0]
    known = values[~np.isnan(values)]
    if len(known) == 0:
        assert np.isnan(found)
    else:
        assert found == np.quantile(known, level, method="inverted_cdf")

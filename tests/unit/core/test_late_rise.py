"""Late rise T: 0 for steady or shrinking gains, the length of the wait for a step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from emergence_widgets import datasets
from emergence_widgets.core.statistics.late_rise import (
    late_rise,
    late_rise_interval,
    late_rise_of_replicates,
    non_decreasing,
    steady_fit,
    steady_gains,
)

series = st.lists(st.floats(-5, 5), min_size=3, max_size=12)
SIZES = 10.0 ** np.arange(12)


@given(series)
def test_the_non_decreasing_fit_is_scipys(y):
    np.testing.assert_allclose(non_decreasing(np.array(y)), isotonic_regression(y).x, atol=1e-9)


@given(series, st.lists(st.floats(0.1, 9), min_size=12, max_size=12))
def test_with_weights_too(y, weights):
    weights = np.array(weights[: len(y)])
    expected = isotonic_regression(y, weights=weights).x
    np.testing.assert_allclose(non_decreasing(np.array(y), weights), expected, atol=1e-8)


@given(series)
def test_the_majorant_is_the_least_concave_curve_that_is_nowhere_below(y):
    z = non_decreasing(np.array(y))
    place = np.cumsum(np.linspace(1, 2, len(y)))
    above = steady_gains(place, z)
    assert (above >= z).all()
    slopes = np.diff(above) / np.diff(place)
    assert (np.diff(slopes) <= 1e-9).all()
    # Wherever it leaves the points it is straight: a lower curve would not be concave.
    bent = np.append(np.insert(np.diff(slopes) < -1e-9, 0, True), True)
    np.testing.assert_allclose(above[bent], z[bent], atol=1e-9)


def test_steady_or_shrinking_gains_are_not_late():
    u = np.arange(12.0)
    for y in (u, np.sqrt(u), 1 - 2.0**-u, -(SIZES**-0.3)):
        assert late_rise(SIZES, y) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("wait", [1, 4, 8])
@pytest.mark.parametrize("tail", [0, 2])
def test_a_step_has_the_share_of_the_range_that_it_waits(wait, tail):
    y = np.repeat([0.0, 1.0], [wait + 1, 1 + tail])
    assert late_rise(SIZES[: len(y)], y) == pytest.approx(wait / (wait + 1))


@given(series, st.floats(0.1, 10), st.floats(-3, 3), st.floats(0.2, 3))
def test_affine_maps_change_nothing(y, factor, offset, power):
    y = np.round(y, 3)
    plain = late_rise(SIZES[: len(y)], y)
    mapped = late_rise(7 * SIZES[: len(y)] ** power, factor * y + offset)
    np.testing.assert_allclose(mapped, plain, atol=1e-6)


def test_what_does_not_rise_has_none():
    assert np.isnan(late_rise(SIZES, np.zeros(12)))
    assert np.isnan(late_rise(SIZES, -np.arange(12)))
    assert np.isnan(late_rise([1, 2], [0, 1]))
    assert np.isnan(late_rise(SIZES[:4], [np.nan, 0, np.nan, 1]))


def test_unmeasured_scores_are_left_out_and_equal_scales_averaged():
    y = [0.0, 0.0, np.nan, 1.0, 1.0]
    kept = [0, 1, 3, 4]
    assert late_rise(SIZES[:5], y) == late_rise(SIZES[kept], np.array(y)[kept])
    twice = late_rise([1, 1, 10, 10, 100, 100], [0, 0.2, 0, 0.2, 0.9, 1.1])
    assert twice == late_rise([1, 10, 100], [0.1, 0.1, 1.0])


def test_any_axis_and_any_order():
    y = np.random.default_rng(0).random((3, 6, 2)).cumsum(axis=1)
    found = late_rise(SIZES[:6], y, axis=1)
    assert found.shape == (3, 2)
    order = [3, 0, 5, 1, 4, 2]
    np.testing.assert_allclose(late_rise(SIZES[:6][order], y[:, order], axis=1), found)
    assert found[2, 1] == pytest.approx(late_rise(SIZES[:6], y[2, :, 1]))


@pytest.mark.parametrize(
    ("scale", "found"), [([1, 0, 2], "0"), ([1, -3, 2], "-3"), ([1, np.inf, 2], "inf")]
)
def test_a_scale_must_be_above_0(scale, found):
    with pytest.raises(ValueError, match=f"scale holds {found}; expected numbers above 0"):
        late_rise(scale, [1, 2, 3])
    with pytest.raises(ValueError, match=r"scale has the shape \(2,\); expected \(3,\)"):
        late_rise([1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    ("results", "family", "task", "metric", "expected"),
    [
        # Found in trials with other code, before this one was written.
        ("gpt3", "GPT-3", "3D+", "acc", 0.540),
        ("gpt3", "GPT-3", "LAMBADA", "acc", 0.0),
    ],
)
def test_published_tables(results, family, task, metric, expected):
    scores = getattr(datasets, results)().select(family=family, task=task, metric=metric).scores
    few = scores[scores["n_shot"] == scores["n_shot"].max()] if task == "3D+" else scores
    shots = few if task == "3D+" else scores[scores["n_shot"] == 0]
    assert late_rise(shots["params"], shots["value"]) == pytest.approx(expected, abs=0.001)


class TestInterval:
    def worlds(self, runs=4, items=200, spread=0.0):
        """A step of a known T = 2/3, as items that are right or wrong."""
        generator = np.random.default_rng(5)
        rates = np.array([0.1, 0.1, 0.1, 0.9])[:, None] + spread * generator.normal(size=(4, runs))
        return (generator.random((4, runs, items)) < rates[:, :, None]).astype(float)

    def test_it_holds_the_truth_and_shrinks_with_items(self):
        few, many = (
            late_rise_interval(SIZES[:4], self.worlds(items=items)) for items in (50, 5000)
        )
        for found in (few, many):
            assert found.lower <= 2 / 3 <= found.upper
        assert many.upper - many.lower < 0.4 * (few.upper - few.lower)

    def test_runs_that_disagree_make_it_wider(self):
        agreeing, disagreeing = (
            late_rise_interval(SIZES[:4], self.worlds(items=5000, spread=spread))
            for spread in (0.0, 0.08)
        )
        width = agreeing.upper - agreeing.lower
        assert disagreeing.upper - disagreeing.lower > 2 * width

    def test_its_value_is_that_of_the_means(self):
        scores = self.worlds()
        found = late_rise_interval(SIZES[:4], scores)
        assert found.value == pytest.approx(late_rise(SIZES[:4], scores.mean(axis=(1, 2))))
        again = late_rise_interval(SIZES[:4], scores)
        assert again == found
        assert late_rise_interval(SIZES[:4], scores, seed=1) != found

    def test_a_score_of_a_run_may_be_a_function_of_its_mean(self):
        scores = self.worlds()
        found = late_rise_interval(SIZES[:4], scores, of_run=lambda mean: mean**5)
        expected = late_rise(SIZES[:4], (scores.mean(axis=2) ** 5).mean(axis=1))
        assert found.value == pytest.approx(expected)

    def test_runs_that_do_not_exist_do_not_count(self):
        scores = self.worlds()
        fewer = scores.copy()
        fewer[1, [0, 2]] = np.nan
        found = late_rise_interval(SIZES[:4], fewer)
        means = [scores[0].mean(), scores[1, [1, 3]].mean(), scores[2].mean(), scores[3].mean()]
        assert found.value == pytest.approx(late_rise(SIZES[:4], means))
        alone = scores.copy()
        alone[:, 1:] = np.nan
        only = late_rise_interval(SIZES[:4], scores[:, :1])
        assert late_rise_interval(SIZES[:4], alone) == pytest.approx(only)

    def test_faults_are_named(self):
        scores = self.worlds()
        with pytest.raises(ValueError, match=r"shape \(4, 4\); expected \(n, runs, items\)"):
            late_rise_interval(SIZES[:4], scores[:, :, 0])
        scores[2, 3, 5] = np.nan
        with pytest.raises(ValueError, match="run 3 of scale 2 has no score for some"):
            late_rise_interval(SIZES[:4], scores)
        scores[2] = np.nan
        with pytest.raises(ValueError, match="scale 2 has no run with scores"):
            late_rise_interval(SIZES[:4], scores)


class TestBeyondTheNoise:
    """How often noise alone is called a rise, and steady gains late."""

    NOISE = 0.015
    SIZES = 10.0 ** np.arange(8)

    def found(self, curve, worlds=300):
        generator = np.random.default_rng(3)
        for _ in range(worlds):
            seen = curve + self.NOISE * generator.standard_normal(8)
            again = seen + self.NOISE * generator.standard_normal((400, 8))
            yield late_rise_of_replicates(self.SIZES, seen, again)

    def test_a_constant_score_rarely_rises_and_is_never_late(self):
        found = list(self.found(np.full(8, 0.3)))
        assert np.mean([one.rises for one in found]) < 0.1
        assert np.mean([one.late for one in found]) < 0.01

    @pytest.mark.parametrize("power", [0.3, 0.5, 1.0])
    def test_steady_and_shrinking_gains_are_rarely_late(self, power):
        found = list(self.found(0.6 * (np.arange(8) / 7) ** power))
        assert all(one.rises for one in found)
        assert np.mean([one.late for one in found]) < 0.05

    def test_a_wait_is_late(self):
        found = list(self.found(np.array([0, 0, 0, 0, 0.02, 0.2, 0.5, 0.7]), worlds=50))
        assert all(one.late for one in found)
        assert all(one.lower < 0.5 < one.upper or abs(one.value - 0.5) < 0.1 for one in found)

    def test_a_small_lag_is_not_late_however_certain(self):
        steady = np.linspace(0, 1, 8)
        steady[3] -= 0.05
        noise = 0.001 * np.random.default_rng(0).standard_normal((400, 8))
        found = late_rise_of_replicates(self.SIZES, steady, steady + noise)
        assert found.p_late < 0.01
        assert found.value == pytest.approx(0.05)
        assert not found.late

    def test_probabilities_count_the_measured_scores_among_the_draws(self):
        wait = np.array([0.0, 0, 0, 0, 0, 0.2, 0.5, 0.7])
        found = late_rise_of_replicates(self.SIZES, wait, np.tile(wait, (99, 1)))
        assert (found.p_rise, found.p_late) == (0.01, 0.01)
        steady = np.arange(8.0)
        found = late_rise_of_replicates(self.SIZES, steady, np.tile(steady, (99, 1)))
        assert (found.p_rise, found.p_late) == (0.01, 1.0)
        assert late_rise_of_replicates(self.SIZES, wait, np.tile(wait, (99, 1))).at == 1e4

    def test_what_falls_is_not_late(self):
        noise = 0.01 * np.random.default_rng(0).standard_normal((400, 8))
        falling = late_rise_of_replicates(self.SIZES, -np.arange(8.0), -np.arange(8.0) + noise)
        assert falling.p_rise > 0.5
        assert not falling.rises
        assert np.isnan(falling.value)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=10))
def test_the_steady_fit_is_the_nearest_concave_curve_that_never_falls(y):
    y = np.array(y)
    place = np.cumsum(np.linspace(1, 2, len(y)))
    fit = steady_fit(place, y)
    slopes = np.diff(fit) / np.diff(place)
    assert (slopes >= -1e-9).all()
    assert (np.diff(slopes) <= 1e-8).all()
    # Projection on a cone: the residual is orthogonal to the fit and blunt to every member.
    assert (y - fit) @ fit == pytest.approx(0, abs=1e-8)
    for end in place[1:]:
        assert (y - fit) @ np.minimum(place, end) <= 1e-8
    assert (y - fit).sum() == pytest.approx(0, abs=1e-9)

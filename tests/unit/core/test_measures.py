"""Steepness of a series: known series, the formula as it is written, and its null."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emergence_widgets.core.statistics import measures
from emergence_widgets.core.statistics.measures import (
    breakthroughness,
    breakthroughness_null,
    linearity,
    onset,
    transition_width,
)

MEASURES = (breakthroughness, linearity)
# Whole numbers, so that a step of zero is one and rounding does not choose the median.
series = st.lists(st.integers(-1000, 1000), min_size=2, max_size=20)


def as_written(y, average):
    """Schaeffer et al. 2023, Eq. 1, for one series that is no constant."""
    rise = np.sign(np.argmax(y) - np.argmin(y)) * (np.max(y) - np.min(y))
    squares = [(after - before) ** 2 for before, after in pairwise(y)]
    return rise / np.sqrt(average(squares)) if average(squares) > 0 else np.sign(rise) * np.inf


@given(y=series)
def test_formula(y):
    assume(len(set(y)) > 1)
    assert breakthroughness(y) == pytest.approx(as_written(y, np.median), rel=1e-14)
    assert linearity(y) == pytest.approx(as_written(y, np.mean), rel=1e-14)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("n", [2, 3, 8, 50, 1001])
def test_a_ramp_of_n_points_gives_n_less_one(measure, n):
    assert measure(np.arange(n)) == n - 1
    assert measure(np.linspace(0.2, 0.3, n)) == pytest.approx(n - 1)
    assert measure(-np.arange(n)) == 1 - n


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    "y", [[0.5] * 6, [0.0, np.nan, 0.0], [1.0], [], [np.nan, np.nan], [np.nan, 3.0]]
)
def test_no_rise_gives_nan(measure, y):
    assert np.isnan(measure(y))
    assert np.isnan(measure(y, resolution=0.1))


def test_one_step():
    for before, after in ((3, 1), (4, 4), (1, 9)):
        y = [0.0] * before + [1.0] * after
        assert breakthroughness(y) == np.inf
        assert breakthroughness(np.negative(y)) == -np.inf
        assert breakthroughness(y, resolution=0.01) == pytest.approx(100)
        # One step of n - 1: the mean square is 1 / (n - 1).
        assert linearity(y) == pytest.approx(np.sqrt(before + after - 1))


def test_resolution_is_a_floor_of_the_typical_step():
    y = [0.0, 0.1, 0.2, 0.3]
    assert breakthroughness(y, resolution=0.01) == pytest.approx(3)
    assert breakthroughness(y, resolution=0.3) == pytest.approx(1)
    both = breakthroughness([y, y], resolution=[0.01, 0.3])
    np.testing.assert_allclose(both, [3, 1])


@given(y=series, slope=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3))
def test_affine_maps_change_nothing(y, slope, shift):
    mapped = slope * np.array(y, dtype=float) + shift
    for measure in MEASURES:
        np.testing.assert_allclose(measure(mapped), measure(y), rtol=1e-7)


@given(y=series, power=st.integers(-1000, 1000))
def test_no_scale_is_too_small_or_too_great(y, power):
    for measure in MEASURES:
        np.testing.assert_array_equal(measure(np.ldexp(np.array(y, float), power)), measure(y))


def test_logarithms_change_the_measure():
    y = np.array([1.0, 10.0, 100.0, 1000.0])
    assert breakthroughness(np.log10(y)) == pytest.approx(3)
    assert breakthroughness(y) == pytest.approx(999 / 90)


@given(y=st.lists(st.integers(-1000, 1000), min_size=2, max_size=20, unique=True))
def test_reversal_and_negation_turn_the_sign(y):
    for measure in MEASURES:
        assert measure(y[::-1]) == pytest.approx(-measure(y))
        assert measure(np.negative(y)) == -measure(y)


@given(y=series, gaps=st.lists(st.integers(0, 20), max_size=6))
def test_gaps_are_left_out(y, gaps):
    gapped = np.insert(np.array(y, float), np.minimum(gaps, len(y)), np.nan) if gaps else y
    for measure in MEASURES:
        np.testing.assert_allclose(measure(gapped), measure(y), rtol=1e-13)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("infinite", [np.inf, -np.inf])
def test_an_infinite_point_has_no_finite_rise(measure, infinite):
    found = measure([[infinite, infinite, 0.0, 1.0], [0.0, 1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(found, [np.nan, 3])


@given(y=series)
def test_how_the_two_measures_differ(y):
    assume(len(set(y)) > 1)
    squares = np.diff(y) ** 2.0
    median, mean = np.median(squares), squares.mean()
    if median > 0:
        ratio = linearity(y) / breakthroughness(y)
        assert ratio == pytest.approx(np.sqrt(median / mean))
    # No series is steadier than a ramp (Cauchy and Schwarz).
    assert abs(linearity(y)) <= (len(y) - 1) * (1 + 1e-14)
    # The breakthroughness is greater where few steps are great, which is not always so.
    assert (abs(breakthroughness(y)) >= abs(linearity(y)) * (1 - 1e-14)) == (
        median <= mean * (1 + 1e-14)
    )


def test_breakthroughness_may_lie_below_linearity():
    assert abs(breakthroughness([0, 0, 1, 2])) < abs(linearity([0, 0, 1, 2]))


def test_any_axis():
    scores = np.random.default_rng(0).normal(size=(3, 7, 2))
    for measure in MEASURES:
        found = measure(scores, axis=1)
        assert found.shape == (3, 2)
        for i, j in np.ndindex(3, 2):
            assert found[i, j] == measure(scores[i, :, j])
        assert measure(np.zeros((3, 0, 2)), axis=1).shape == (3, 2)


def test_null_of_eight_points():
    median, upper = breakthroughness_null(8, [0.5, 0.95])
    assert median == pytest.approx(2.8, abs=0.1)
    assert upper == pytest.approx(6.2, abs=0.15)


@pytest.mark.parametrize("n", [3, 8, 20])
def test_null_against_simulation(n):
    rng = np.random.default_rng(99)
    noise = [abs(as_written(rng.normal(size=n), np.median)) for _ in range(20_000)]
    quantiles = [0.25, 0.5, 0.75, 0.95]
    found = breakthroughness_null(n, quantiles)
    for quantile, value in zip(quantiles, found, strict=True):
        # Share of the simulation below it, within four standard errors of both simulations.
        share = np.mean(np.array(noise) <= value)
        assert abs(share - quantile) < 4 * np.sqrt(2 * quantile * (1 - quantile) / 20_000)


def test_null_of_two_points_is_one():
    np.testing.assert_array_equal(breakthroughness_null(2, [0.0, 0.5, 1.0]), [1, 1, 1])


def test_null_follows_its_seed():
    assert breakthroughness_null(8, 0.5, seed=1) == breakthroughness_null(8, 0.5, seed=1)
    assert breakthroughness_null(8, 0.5, seed=1) != breakthroughness_null(8, 0.5, seed=2)
    assert breakthroughness_null(8, [[0.5], [0.9]], draws=100).shape == (2, 1)


def test_errors_of_the_null():
    with pytest.raises(ValueError, match="n is 1; a series has at least 2 points"):
        breakthroughness_null(1, 0.5)
    with pytest.raises(ValueError, match="draws is 0; expected at least 1"):
        breakthroughness_null(8, 0.5, draws=0)
    with pytest.raises(ValueError, match=r"in the range \[0, 1\]"):
        breakthroughness_null(8, 95)


@pytest.mark.parametrize("block", [1, 30, 1 << 18])
@pytest.mark.parametrize("measure", [breakthroughness, linearity])
def test_series_alone_and_together(measure, block, monkeypatch):
    monkeypatch.setattr(measures, "BLOCK", block)
    rng = np.random.default_rng(0)
    y = rng.normal(size=(40, 3, 9))
    y[rng.random(y.shape) < 0.2] = np.nan
    y[5, 1, 4], y[6], y[7, 0, 1:] = np.inf, np.nan, np.nan
    together = measure(y, resolution=0.1)
    alone = [[measure(one[~np.isnan(one)], resolution=0.1) for one in rows] for rows in y]
    np.testing.assert_array_equal(together, alone)
    assert np.isnan(together).sum() == 1 + 3 + 1
    np.testing.assert_array_equal(measure(np.moveaxis(y, -1, 0), axis=0, resolution=0.1), together)


decades = st.lists(st.integers(0, 12), min_size=2, max_size=12)


@pytest.mark.parametrize("slope", [2.0, 10.0])
@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 1.0), (0.25, 0.9)])
def test_width_of_a_logistic(slope, floor, ceiling):
    # From share s to 1 - s in log10 of the scale: 2 ln((1 - s) / s) / slope.
    places = np.linspace(9 - 25 / slope, 9 + 25 / slope, 20_001)
    score = floor + (ceiling - floor) / (1 + np.exp(-slope * (places - 9)))
    for low in (0.1, 0.25):
        width = transition_width(10**places, score, low=low, high=1 - low)
        assert width == pytest.approx(2 * np.log((1 - low) / low) / slope, rel=1e-5)


@given(n=st.integers(2, 30), low=st.floats(0, 0.49), high=st.floats(0.5, 1))
def test_width_of_a_ramp(n, low, high):
    scale = 10.0 ** np.linspace(6, 10, n)
    width = transition_width(scale, np.linspace(0.3, 0.4, n), low=low, high=high)
    assert width == pytest.approx(4 * (high - low), rel=1e-9)


@pytest.mark.parametrize(
    ("score", "width"),
    [
        ([0, 0, 1, 1], 0.8),
        # Pools 0.6 and 0.4, then climbs half the rise on either side.
        ([0, 0.6, 0.4, 1], 2.6),
        # A curve that rests on 10% and 90% starts late and ends early.
        ([0, 0.1, 0.1, 0.9, 0.9, 1], 1.0),
        ([0, 1, 0.5], 0.8),
    ],
)
def test_width_of_small_series(score, width):
    scale = 10.0 ** np.arange(len(score))
    assert transition_width(scale, score) == pytest.approx(width)


def test_whole_rise():
    assert transition_width([1, 10, 100, 1000], [0, 0, 1, 1], low=0, high=1) == pytest.approx(1)


@pytest.mark.parametrize(
    "score", [[1, 0.5, 0], [0.1, 0.1, 0.1], [np.nan, 1, np.nan], [np.nan] * 3, [np.inf, 1, 0.5]]
)
def test_no_rise_has_no_width(score):
    assert np.isnan(transition_width([1, 10, 100], score))


def test_no_points_and_one_scale():
    assert np.isnan(transition_width([], []))
    assert np.isnan(transition_width([5.0, 5.0], [0.0, 1.0]))


def test_means_of_equal_scores_are_no_rise():
    # (0.1 + 0.1 + 0.1) / 3 is not 0.1 in floats.
    assert np.isnan(transition_width([1, 10, 10, 10], [0.1] * 4))


@given(places=decades, data=st.data())
def test_order_and_units_do_not_matter(places, data):
    n = len(places)
    score = data.draw(st.lists(st.integers(0, 100), min_size=n, max_size=n))
    order = data.draw(st.permutations(range(n)))
    scale = 10.0 ** np.array(places)
    width = transition_width(scale, score)
    mixed = transition_width(1e3 * scale[order], 5.0 + 0.25 * np.array(score)[order])
    np.testing.assert_allclose(mixed, width, rtol=1e-9, atol=1e-12)


@given(places=decades, data=st.data())
def test_width_fits_in_the_range_of_scales(places, data):
    n = len(places)
    score = data.draw(st.lists(st.integers(0, 100), min_size=n, max_size=n))
    scale = 10.0 ** np.array(places)
    width = transition_width(scale, score)
    assert np.isnan(width) or 0 <= width <= max(places) - min(places) + 1e-12
    inner = transition_width(scale, score, low=0.3, high=0.6)
    assert np.isnan(width) or inner <= width + 1e-12


def test_errors_of_the_width():
    with pytest.raises(ValueError, match=r"scale has shape \(2,\) and score \(3,\)"):
        transition_width([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="expected one axis alike"):
        transition_width([[1, 2]], [[1, 2]])
    for low, high in ((0.9, 0.1), (-0.1, 0.9), (0.1, 1.1), (0.5, 0.5)):
        with pytest.raises(ValueError, match="expected 0 <= low < high <= 1"):
            transition_width([1, 2], [0, 1], low=low, high=high)
    with pytest.raises(ValueError, match="scale holds 0; a logarithmic width needs sizes above 0"):
        transition_width([0, 2], [0, 1])


def test_onset_is_the_smallest_scale_above_chance():
    lower = [0.0, 0.28, 0.2, 0.6]
    assert onset([1e6, 1e7, 1e8, 1e9], lower, chance=0.25) == 1e7
    assert onset([1e9, 1e8, 1e7, 1e6], lower[::-1], chance=0.25) == 1e7
    assert np.isnan(onset([1e6, 1e7, 1e8, 1e9], lower, chance=0.6))
    # Chance is 0 unless it is given.
    assert onset([1e6, 1e7, 1e8], [0.0, 0.01, 0.6]) == 1e7


def test_onset_of_many_curves():
    lower = np.array([[0.1, 0.3], [0.0, 0.0], [np.nan, 0.3], [0.3, np.nan]])
    np.testing.assert_array_equal(onset([1.0, 2.0], lower, chance=0.05), [1, np.nan, 2, 1])
    chance = np.array([[0.2], [0.0], [0.5], [0.5]])
    np.testing.assert_array_equal(onset([1.0, 2.0], lower, chance), [2, np.nan, np.nan, np.nan])


def test_onset_leaves_unknown_scales_out():
    assert onset([np.nan, 5.0, 3.0], [0.9, 0.9, 0.9]) == 3
    assert np.isnan(onset([np.nan], [0.9]))
    assert np.isnan(onset([], []))


def test_errors_of_the_onset():
    with pytest.raises(ValueError, match=r"scale is \(3,\), lower \(2,\); expected \(n,\)"):
        onset([1, 2, 3], [0, 1])
    with pytest.raises(ValueError, match=r"expected \(n,\) and \(..., n\)"):
        onset(1.0, 0.5)

"""Where a score rises: width of the transition and onset (core/measures.py)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.statistics.measures import onset, transition_width

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

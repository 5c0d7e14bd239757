"""Thresholds on a normal ability against scipy's distributions and exact counts."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.theory.thresholds import (
    best_of,
    clear_probability,
    margin_for,
)

chances = st.floats(0, 1)


@given(lead=st.floats(-37, 37), spread=st.floats(1e-3, 1e3))
def test_one_attempt_is_scipys_normal(lead, spread):
    mean = lead * spread
    expected = stats.norm.cdf(mean, loc=0.0, scale=spread)
    assert clear_probability(mean, 0.0, spread) == pytest.approx(expected, rel=1e-12)


def test_without_spread_it_is_a_step_and_the_limit_of_small_spreads():
    mean = np.array([-np.inf, 1.0, 1.5, 2.0, np.inf])
    step = clear_probability(mean, 1.5, 0.0)
    assert step.tolist() == [0, 0, 0.5, 1, 1]
    np.testing.assert_array_equal(clear_probability(mean, 1.5, 1e-3), step)


def test_far_from_the_bar_nothing_overflows():
    assert clear_probability([-1e300, 1e300], 0.0, 1e-300).tolist() == [0, 1]
    assert np.isnan(clear_probability(np.nan, 0.0, [0.0, 1.0])).all()


@given(q=chances, k=st.integers(1, 1000))
def test_best_of_is_the_chance_of_not_failing_every_time(q, k):
    exact = float(1 - (1 - Fraction(q)) ** k)
    assert best_of(q, k) == pytest.approx(exact, rel=1e-12, abs=1e-300)


@given(q=st.floats(1e-300, 1e-18), k=st.integers(1, 1000))
def test_small_chances_add_up(q, k):
    assert best_of(q, k) == pytest.approx(k * q, rel=1e-12)


def test_best_of_at_its_ends():
    assert best_of([0.0, 1.0], [[1], [7], [10**9]]).tolist() == [[0, 1]] * 3
    assert best_of(0.3, 1) == 0.3
    assert best_of(1e-6, 1e9) == 1
    assert np.isnan(best_of(np.nan, [1, 2])).all()


@given(target=st.floats(0.01, 0.99), k=st.integers(1, 100))
def test_margin_is_where_the_target_is_met(target, k):
    margin = margin_for(target, k)
    assert best_of(clear_probability(margin, 0.0, 1.0), k) == pytest.approx(target, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clear_probability(1, 1, -0.1), "spread is -0.1"),
        (lambda: best_of(1.2, 2), "probability is 1.2"),
        (lambda: best_of(0.5, 0), "attempts is 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

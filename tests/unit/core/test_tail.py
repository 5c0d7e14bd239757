"""The tail of noise: counts where there are any, else an exponential carried on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.statistics.tail import tail_probability


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=200), st.floats(-6, 6))
def test_counts_where_a_replicate_is_as_large(by_noise, value):
    as_large = sum(one >= value for one in by_noise)
    share = (1 + as_large) / (len(by_noise) + 1)
    found = tail_probability(value, by_noise)
    assert found == pytest.approx(share) if as_large else found <= share


def test_an_exponential_tail_is_carried_on_exactly():
    by_noise = -np.log(1 - (np.arange(1000) + 0.5) / 1000)
    for value in (8.0, 12.0, 20.0):
        assert np.log(tail_probability(value, by_noise)) == pytest.approx(-value, rel=0.03)


@pytest.mark.parametrize("value", [3.5, 4.5, 6.0])
def test_of_normal_noise_it_is_rarely_too_small_and_not_far_too_large(value):
    rng = np.random.default_rng(0)
    found = [tail_probability(value, rng.standard_normal(300)) for _ in range(200)]
    true = stats.norm.sf(value)
    assert np.mean(np.array(found) < true) < (0.1 if value < 4 else 0.02)
    assert np.median(found) < 1e-2 * np.exp(-(value - 3.5))


def test_noise_without_spread_tells_no_more_than_its_count():
    assert tail_probability(1.0, np.zeros(99)) == pytest.approx(0.01)
    assert tail_probability(1.0, [0.0, 0.1]) == pytest.approx(1 / 3)


def test_what_is_missing_counts_as_nothing():
    assert tail_probability(0.5, [np.nan, 1.0, 0.0]) == pytest.approx(0.5)

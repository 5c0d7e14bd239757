"""Beta-distributed items against ratios of Beta functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from emergence_widgets.core.theory.item_spread import check_concentration, failure_moment


@given(
    failure=st.floats(0.01, 0.99),
    power=st.integers(1, 6),
    concentration=st.floats(0.1, 1000),
)
def test_moments_are_those_of_the_beta_distribution(failure, power, concentration):
    a, b = concentration * failure, concentration * (1 - failure)
    expected = np.exp(betaln(a + power, b) - betaln(a, b))
    moment = failure_moment(failure, power, concentration)
    np.testing.assert_allclose(moment, expected, rtol=1e-10)


@given(failure=st.floats(0, 1), power=st.integers(1, 8))
def test_limits_of_the_concentration(failure, power):
    assert failure_moment(failure, power) == pytest.approx(failure**power, rel=1e-15)
    assert failure_moment(failure, power, 1e12) == pytest.approx(failure**power, abs=1e-9)
    # Items that are either certain or hopeless.
    assert failure_moment(failure, power, 1e-12) == pytest.approx(failure, abs=1e-9)


def test_first_moment_is_the_mean_whatever_the_spread():
    concentration = [1e-3, 1.0, 1e3, np.inf]
    np.testing.assert_allclose(failure_moment(0.3, 1, concentration), 0.3, rtol=1e-14)


@pytest.mark.parametrize("bad", [0, -1, np.nan, [1.0, 0.0]])
def test_concentration_that_is_not_above_zero(bad):
    with pytest.raises(ValueError, match=r"concentration is .*; it must be above 0 \(inf"):
        check_concentration(bad)
    with pytest.raises(ValueError, match="concentration is"):
        failure_moment(0.5, 2, bad)

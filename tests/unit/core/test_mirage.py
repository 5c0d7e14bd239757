"""The mirage model against scipy's distributions, exact sums and simulation."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.statistics.intervals import items_needed
from emergence_widgets.core.theory.mirage import (
    expected_at_least_right,
    expected_scores,
    loss_at,
    score_spread,
)

LOSS = np.array([0.01, 0.3, 1.0, 2.5])


def test_the_loss_is_one_nat_above_its_floor_at_the_critical_scale():
    assert loss_at(1e8, -0.3, 1e8, floor=0.2) == pytest.approx(1.2)
    assert loss_at([1e10, 1e12], -0.5, 1e8).tolist() == pytest.approx([0.1, 0.01])


@given(length=st.integers(1, 30), errors=st.integers(0, 3), kappa=st.floats(0.5, 500))
def test_answers_are_beta_binomial(length, errors, kappa):
    p = np.exp(-LOSS)
    scores = expected_scores(
        LOSS, length=length, options=4, errors_allowed=errors, concentration=kappa
    )
    wrong = stats.betabinom(length, kappa * (1 - p), kappa * p)
    np.testing.assert_allclose(scores["exact_match"], wrong.cdf(errors), rtol=1e-8)
    np.testing.assert_allclose(scores["token_edit_distance"], wrong.mean(), rtol=1e-9)
    np.testing.assert_allclose(scores["edit_similarity"], 1 - wrong.mean() / length, rtol=1e-9)


@given(length=st.integers(1, 50), kappa=st.floats(0.1, 1000))
def test_items_spread_as_the_beta_binomial_does(length, kappa):
    p = np.exp(-LOSS)
    spread = score_spread(LOSS, length=length, options=4, concentration=kappa)
    wrong = stats.betabinom(length, kappa * (1 - p), kappa * p)
    np.testing.assert_allclose(spread["token_edit_distance"], wrong.std(), rtol=1e-7)
    np.testing.assert_allclose(spread["token_success"], wrong.std() / length, rtol=1e-7)


def test_items_that_are_alike_spread_as_the_binomial_does():
    spread = score_spread(LOSS, length=7, options=4)
    np.testing.assert_allclose(
        spread["token_edit_distance"], stats.binom(7, np.exp(-LOSS)).std(), rtol=1e-12
    )
    assert spread["brier_score"].tolist() == [0.0] * 4


@pytest.mark.parametrize("options", [2, 5])
@pytest.mark.parametrize("kappa", [0.5, 20.0])
def test_brier_scores_of_drawn_items(options, kappa):
    """``(K - 1) / K (1 - p)^2`` of items drawn as quantiles of their Beta distribution."""
    share = (np.arange(200_000) + 0.5) / 200_000
    for loss in LOSS:
        p = np.exp(-loss)
        item = stats.beta.ppf(share, kappa * p, kappa * (1 - p))
        score = (options - 1) / options * (1 - item) ** 2
        one = np.array([loss])
        spread = score_spread(one, length=3, options=options, concentration=kappa)
        expected = expected_scores(one, length=3, options=options, concentration=kappa)
        assert spread["brier_score"][0] == pytest.approx(score.std(), rel=2e-3)
        assert expected["brier_score"][0] == pytest.approx(score.mean(), rel=2e-3)


successes = st.floats(0, 1)
lengths = st.integers(1, 60)
concentrations = st.floats(0.1, 1000)


def all_right(p, length, **items):
    return expected_at_least_right(p, length, length, **items)


def exact_tail(length, right, mean, concentration):
    """Beta-binomial tail in 60 digits, term by term from all tokens right."""
    with localcontext() as context:
        context.prec = 60
        a = Decimal(concentration) * Decimal(mean)
        b = Decimal(concentration) - a
        term = Decimal(1)
        for i in range(length):
            term *= (a + i) / (a + b + i)
        total = term
        for wrong in range(length - right):
            term *= Decimal(length - wrong) / (wrong + 1)
            term *= (b + wrong) / (a + length - wrong - 1)
            total += term
        return float(total)


@given(p=successes, length=lengths)
def test_exact_match_is_the_power_of_token_success(p, length):
    assert all_right(p, length) == pytest.approx(p**length, rel=1e-13)


@given(p=successes, length=lengths)
def test_limits_of_the_concentration(p, length):
    assert all_right(p, length, concentration=1e13) == pytest.approx(p**length, abs=1e-9)
    # Every item is either certain or hopeless, so that length does not matter.
    assert all_right(p, length, concentration=1e-12) == pytest.approx(p, abs=1e-9)


@given(p=st.floats(0.001, 0.999), length=lengths, errors=st.integers(0, 60))
def test_binomial_tail(p, length, errors):
    right = length - errors
    expected = stats.binom.sf(right - 1, length, p)
    assert expected_at_least_right(p, length, right) == pytest.approx(expected, rel=1e-10)


@given(
    p=st.floats(0.01, 0.99),
    length=st.integers(1, 30),
    errors=st.integers(0, 30),
    concentration=concentrations,
)
def test_beta_binomial_tail(p, length, errors, concentration):
    right = max(length - errors, 0)
    a, b = concentration * p, concentration * (1 - p)
    expected = stats.betabinom.pmf(np.arange(right, length + 1), length, a, b).sum()
    found = expected_at_least_right(p, length, right, concentration=concentration)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("length", "right"), [(1029, 515), (1030, 515), (2000, 1000), (5000, 2400)]
)
def test_binomial_tail_of_answers_too_long_for_products(length, right):
    # Numbers of combinations leave the range of floats at length 1030.
    p = np.array([0.0, 0.3, 0.49, 0.5, 0.51, 0.9, 1.0])
    expected = stats.binom.sf(right - 1, length, p)
    np.testing.assert_allclose(expected_at_least_right(p, length, right), expected, rtol=1e-9)


@pytest.mark.parametrize("concentration", [0.5, 3.0, 200.0])
@pytest.mark.parametrize(("length", "right"), [(40, 25), (1100, 500), (2000, 1999)])
def test_beta_binomial_tail_in_exact_arithmetic(length, right, concentration):
    for p in (0.25, 0.5, 0.875):
        found = expected_at_least_right(p, length, right, concentration=concentration)
        expected = exact_tail(length, right, p, concentration)
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-300)


@given(p=st.lists(successes, min_size=2, max_size=8), length=lengths, errors=st.integers(0, 12))
def test_more_skill_never_hurts(p, length, errors):
    for concentration in (np.inf, 2.0):
        tail = expected_at_least_right(
            sorted(p), length, length - errors, concentration=concentration
        )
        assert np.all(np.diff(tail) >= -1e-14)
        assert np.all((tail >= 0) & (tail <= 1))


@given(p=successes, length=st.integers(2, 40), concentration=concentrations)
def test_longer_and_stricter_is_harder_and_spread_helps(p, length, concentration):
    strict = all_right(p, length, concentration=concentration)
    assert strict <= all_right(p, length - 1, concentration=concentration) + 1e-14
    assert strict <= expected_at_least_right(p, length, length - 1, concentration=concentration)
    # Jensen: the mean of a power is at least the power of the mean.
    assert strict >= all_right(p, length) - 1e-14


def test_certain_impossible_and_unknown():
    p = [0.0, 0.5, 1.0, np.nan]
    for concentration in (np.inf, 3.0):
        for right in (0, -2):
            tail = expected_at_least_right(p, 3, right, concentration=concentration)
            np.testing.assert_array_equal(tail, [1, 1, 1, np.nan])
        tail = expected_at_least_right(p, 3, 4, concentration=concentration)
        np.testing.assert_array_equal(tail, [0, 0, 0, np.nan])
        tail = expected_at_least_right(p, 3, 3, concentration=concentration)
        np.testing.assert_array_equal(tail[[0, 2, 3]], [0, 1, np.nan])


@given(p=successes, length=lengths, errors=st.integers(0, 10))
def test_failure_is_one_less_success(p, length, errors):
    tail = expected_at_least_right(p, length, length - errors)
    given = expected_at_least_right(p, length, length - errors, failure=1 - p)
    np.testing.assert_array_equal(tail, given)


@pytest.mark.parametrize("concentration", [np.inf, 4.0])
def test_simulated_mirage(concentration):
    rng = np.random.default_rng(2304_15004)
    items, length, p = 200_000, 5, 0.8
    skill = (
        np.full(items, p)
        if np.isinf(concentration)
        else rng.beta(concentration * p, concentration * (1 - p), items)
    )
    right = (rng.random((items, length)) < skill[:, None]).sum(axis=1)
    facts = [
        (right == length, all_right(p, length, concentration=concentration)),
        (right >= 3, expected_at_least_right(p, length, 3, concentration=concentration)),
        (length - right, length * (1 - p)),
    ]
    for scores, expected in facts:
        standard_error = scores.std() / np.sqrt(items)
        assert abs(scores.mean() - expected) < 4 * standard_error


def test_leading_axes_broadcast():
    p = np.linspace(0, 1, 12).reshape(3, 1, 4)
    concentration = np.array([[2.0], [np.inf]])
    tail = expected_at_least_right(p, 6, 4, concentration=concentration)
    assert tail.shape == (3, 2, 4)
    for at in np.ndindex(tail.shape):
        alone = expected_at_least_right(
            p[at[0], 0, at[2]], 6, 4, concentration=concentration[at[1], 0]
        )
        assert tail[at] == pytest.approx(float(alone), rel=1e-14)
    long = expected_at_least_right(p, 2000, 1000, concentration=concentration)
    assert long.shape == (3, 2, 4)


def test_published_numbers_of_items():
    rates = [all_right(0.5, length) for length in (3, 5, 10)]
    assert items_needed(rates).tolist() == [23, 95, 3067]


def test_errors_say_what_is_wrong():
    with pytest.raises(ValueError, match="length is 0; an answer has at least 1 token"):
        all_right(0.5, 0)
    for bad in (0, -1, np.nan):
        with pytest.raises(ValueError, match=r"concentration is .*; it must be above 0"):
            all_right(0.5, 3, concentration=bad)

"""pass@k against enumeration and exact fractions; drawing until some are right; a bar."""

from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.statistics.intervals import all_right_probability
from emergence_widgets.core.theory.attempts import (
    best_of,
    clear_probability,
    margin_for,
    pass_at_k,
    pass_until,
)

chances = st.floats(0, 1)


@pytest.mark.parametrize("right", range(8))
def test_pass_at_k_by_drawing_every_subset(right):
    answers = [1] * right + [0] * (7 - right)
    for k in range(1, 8):
        solved = [any(subset) for subset in combinations(answers, k)]
        assert pass_at_k(right, 7, k) == pytest.approx(np.mean(solved), rel=1e-14)


@st.composite
def drawn_answers(draw, most=300):
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n, draw(st.integers(1, n))


@given(drawn_answers())
def test_pass_at_k_is_the_exact_fraction(test):
    right, n, k = test
    exact = float(1 - Fraction(comb(n - right, k), comb(n, k)))
    assert pass_at_k(right, n, k) == pytest.approx(exact, rel=1e-12, abs=0)


@given(drawn_answers())
def test_one_right_is_not_all_wrong(test):
    right, n, k = test
    wrong = all_right_probability(n - right, n, k)
    assert pass_at_k(right, n, k) == pytest.approx(1 - wrong, abs=1e-9)
    assert pass_at_k(right, n, 1) == pytest.approx(right / n, rel=1e-14)
    assert pass_at_k(0, n, k) == 0
    assert pass_at_k(n, n, k) == 1


@given(rate=st.floats(1e-12, 1), n=st.integers(1, 40), k=st.integers(1, 40))
def test_pass_at_k_is_unbiased(rate, n, k):
    if k > n:
        assert np.isnan(pass_at_k(np.arange(n + 1), n, k)).all()
        return
    chances = stats.binom.pmf(np.arange(n + 1), n, rate)
    mean = (chances * pass_at_k(np.arange(n + 1), n, k)).sum()
    assert mean == pytest.approx(float(best_of(rate, k)), abs=1e-10)


def test_pass_at_k_keeps_its_digits_among_a_billion_draws():
    n = 10**9
    counts = [(1, 1), (1, 1000), (3, 7), (1000, 1000), (5 * 10**8, 5 * 10**8)]
    for right, k in counts:
        small = min(right, k)
        if small <= 1000:
            exact = 1 - Fraction(comb(n - max(right, k), small), comb(n, small))
            assert pass_at_k(right, n, k) == pytest.approx(float(exact), rel=1e-11, abs=0)
        else:
            assert pass_at_k(right, n, k) == 1


def test_pass_at_k_of_a_table():
    rng = np.random.default_rng(4)
    right = rng.integers(0, 101, size=(1000, 100))
    found = pass_at_k(right, 100, [[1]] * 1000)
    np.testing.assert_allclose(found, right / 100)
    wide = pass_at_k(np.arange(6)[:, None], 5, np.arange(1, 6))
    assert wide.shape == (6, 5)
    assert (np.diff(wide, axis=0) >= 0).all()
    assert (np.diff(wide, axis=1) >= 0).all()


def test_pass_at_k_without_numbers():
    found = pass_at_k([np.nan, 1, 1, 0], [10, np.nan, 10, 0], [1, 1, 11, 1])
    assert np.isnan(found).all()


def test_errors_of_pass_at_k():
    with pytest.raises(ValueError, match="successes is 6 of 5; expected 0 to n"):
        pass_at_k([0, 6], 5, 1)
    with pytest.raises(ValueError, match="successes is -1 of 5"):
        pass_at_k(-1, 5, 1)
    with pytest.raises(ValueError, match="k holds 0; expected at least 1"):
        pass_at_k(1, 5, [1, 0])


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("successes", [2, 3, 10])
def test_stopping_at_some_successes_is_unbiased_where_it_says_so(rate, successes):
    draws = np.arange(successes, successes + 5000)
    chances = stats.nbinom.pmf(draws - successes, successes, rate)
    assert chances.sum() == pytest.approx(1)
    unbiased = (chances * pass_until(draws, successes=successes, unbiased=True)).sum()
    likeliest = (chances * pass_until(draws, successes=successes)).sum()
    assert unbiased == pytest.approx(rate, rel=1e-9)
    assert rate * (1 - 1e-9) <= likeliest <= rate * (1 + 1 / (successes - 1))


def test_the_likeliest_rate_is_the_likeliest():
    rates = np.linspace(0.001, 0.999, 999)
    likelihood = stats.nbinom.pmf(40 - 4, 4, rates)
    assert pass_until(40, successes=4) == pytest.approx(rates[np.argmax(likelihood)], abs=1e-3)


def test_relative_precision_does_not_depend_on_the_rate():
    rng = np.random.default_rng(6)
    spread = []
    for rate in (1e-2, 1e-5):
        draws = 100 + rng.negative_binomial(100, rate, size=4000)
        spread.append(np.std(pass_until(draws, successes=100, unbiased=True)) / rate)
    # About 1/sqrt(100) each; 4000 draws tell a spread to about 1.2%.
    np.testing.assert_allclose(spread, 0.1, rtol=0.08)


def test_pass_until_at_the_edges():
    found = pass_until([1, np.inf, np.nan, 7], successes=[1, 3, 1, 7])
    np.testing.assert_allclose(found, [1, 0, np.nan, 1])
    with pytest.raises(ValueError, match="draws holds 2 for 3 successes"):
        pass_until([5, 2], successes=3)
    with pytest.raises(ValueError, match="successes holds 0; expected at least 1"):
        pass_until(5, successes=0)
    with pytest.raises(ValueError, match="successes holds 1; expected at least 2 for the unbiased"):
        pass_until(5, unbiased=True)


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

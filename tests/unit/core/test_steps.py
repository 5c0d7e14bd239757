"""Chains of steps against scipy's binomials, enumeration and their limits."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.statistics.measures import transition_width
from emergence_widgets.core.theory.steps import (
    at_most_wrong,
    chain_success,
    chain_width,
    step_failure_for,
    step_loss_for,
    step_losses,
    step_reliability_for,
    step_success,
    success_with_retries,
)

CURVES = ["loss", "logistic"]
chances = st.floats(0, 1)
# scipy's own binomial fails, or loses digits, nearer to 0.
likely = st.just(0.0) | st.floats(1e-12, 1)


@given(p=chances, k=st.integers(1, 300))
def test_a_chain_is_a_power(p, k):
    assert chain_success(p, k) == pytest.approx(p**k, rel=1e-11, abs=1e-300)


def test_one_step_is_the_step_itself():
    p = np.linspace(0, 1, 101)
    np.testing.assert_array_equal(chain_success(p, 1), p)
    np.testing.assert_array_equal(success_with_retries(p, 0)[0], p)
    np.testing.assert_array_equal(at_most_wrong(p[None], 0), p)


def test_a_huge_chain_of_nearly_sure_steps():
    assert chain_success(1.0, 1e15, failure=1e-15) == pytest.approx(np.exp(-1), rel=1e-12)
    assert chain_success([0.0, 1.0], 1e300).tolist() == [0, 1]


@given(p=likely, retries=st.integers(0, 50))
def test_retries_are_the_chance_of_one_success_in_all_tries(p, retries):
    success, failure = success_with_retries(p, retries)
    assert success == pytest.approx(stats.binom.sf(0, retries + 1, p), rel=1e-9, abs=1e-300)
    assert failure == pytest.approx(stats.binom.pmf(0, retries + 1, p), rel=1e-9, abs=1e-300)


def test_endless_retries_make_every_step_sure():
    p = np.array([1e-6, 0.5, 1.0])
    success, failure = success_with_retries(p, 10**9)
    np.testing.assert_array_equal(success, 1)
    np.testing.assert_array_equal(failure, 0)
    assert success_with_retries(0.0, 10**9)[0] == 0


@given(p=likely, k=st.integers(1, 60), m=st.integers(0, 60))
def test_equal_steps_give_the_binomial_tail(p, k, m):
    tail = at_most_wrong(np.full(k, p), m)
    assert tail == pytest.approx(stats.binom.sf(k - m - 1, k, p), rel=1e-9, abs=1e-290)


@given(steps=st.lists(chances, min_size=1, max_size=7), m=st.integers(0, 8))
def test_unequal_steps_give_what_enumeration_gives(steps, m):
    expected = sum(
        np.prod([p if right else 1 - p for p, right in zip(steps, outcome, strict=True)])
        for outcome in product([True, False], repeat=len(steps))
        if outcome.count(False) <= m
    )
    assert at_most_wrong(steps, m) == pytest.approx(expected, rel=1e-9, abs=1e-290)


def test_as_many_errors_as_steps_forgive_everything():
    assert at_most_wrong(np.zeros((3, 2)), 3).tolist() == [1, 1]
    assert np.isnan(at_most_wrong([0.5, np.nan], 2))


def test_published_reliabilities():
    assert step_reliability_for(0.5, [10, 100]).round(3).tolist() == [0.933, 0.993]


@given(
    target=st.floats(0.01, 0.99),
    k=st.integers(1, 200),
    r=st.integers(0, 5),
    m=st.integers(0, 10),
)
def test_reliability_is_where_the_target_is_met(target, k, r, m):
    p = step_reliability_for(target, k, retries=r, errors_allowed=m)
    if m >= k:
        assert p == 0
        return
    wrong = step_failure_for(target, k, m)
    assert p == pytest.approx(1 - wrong ** (1 / (r + 1)), rel=1e-12)
    assert stats.binom.cdf(m, k, wrong) == pytest.approx(target, rel=1e-8)


def test_reliability_at_its_ends():
    assert step_reliability_for([0.0, 1.0], 5).tolist() == [0, 1]


@pytest.mark.parametrize("curve", CURVES)
@given(loss=st.floats(0, 1e300))
def test_chances_add_up_to_one(curve, loss):
    success, failure = step_success(loss, curve)
    assert success + failure == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("curve", CURVES)
def test_ends_of_a_step(curve):
    success, failure = step_success([0.0, np.inf], curve)
    assert success.tolist() == [1, 0]
    assert failure.tolist() == [0, 1]
    assert step_loss_for([0.0, 1.0], curve).tolist() == [0, np.inf]


@pytest.mark.parametrize("curve", CURVES)
@given(loss=st.floats(1e-300, 20))
def test_the_loss_of_a_failure_is_the_inverse(curve, loss):
    _, failure = step_success(loss, curve)
    assert step_loss_for(failure, curve) == pytest.approx(loss, rel=1e-6)


@given(steps=st.integers(1, 200), unevenness=st.floats(1, 1e6))
def test_unequal_steps_keep_their_mean_loss(steps, unevenness):
    losses = step_losses(steps, unevenness)
    assert losses.mean() == pytest.approx(1, rel=1e-12)
    assert losses[-1] / losses[0] == pytest.approx(unevenness if steps > 1 else 1, rel=1e-9)


def test_a_plain_chain_does_not_feel_unevenness():
    success, failure = step_success(0.1 * step_losses(30, 50.0))
    assert at_most_wrong(success, 0, failure=failure) == pytest.approx(np.exp(-3.0), rel=1e-13)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(
    ("k", "r", "m"), [(1, 0, 0), (30, 0, 0), (30, 2, 0), (30, 0, 4), (5, 3, 2)]
)
def test_width_is_that_of_the_drawn_curve(curve, k, r, m):
    scale = np.logspace(-14, 26, 40001)
    success, failure = step_success(np.tile(scale**-0.5, (k, 1)), curve)
    success, failure = success_with_retries(success, r, failure=failure)
    measured = transition_width(scale, at_most_wrong(success, m, failure=failure))
    width = chain_width(k, -0.5, curve=curve, retries=r, errors_allowed=m)
    assert width == pytest.approx(measured, abs=1e-3)


def test_width_of_the_loss_law_does_not_depend_on_the_steps():
    widths = chain_width(np.arange(1, 1001), -0.3)
    np.testing.assert_allclose(widths, np.log10(np.log(10) / np.log(10 / 9)) / 0.3, rtol=1e-9)


def test_width_of_the_logistic_shrinks_towards_it():
    widths = chain_width(np.arange(1, 1001), -0.3, curve="logistic")
    assert widths[0] == pytest.approx(np.log10(81) / 0.3)
    assert np.all(np.diff(widths) < 0)
    assert widths[-1] == pytest.approx(chain_width(1, -0.3), rel=1e-3)


def test_no_width_where_nothing_can_fail():
    assert np.isnan(chain_width([1, 2], -0.5, errors_allowed=2)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chain_success(0.5, 0), "steps is 0"),
        (lambda: chain_success(1.5, 2), "p is 1.5"),
        (lambda: success_with_retries(0.5, -1), "retries is -1"),
        (lambda: at_most_wrong([0.5], -1), "errors_allowed is -1"),
        (lambda: at_most_wrong([], 0), "p holds no step"),
        (lambda: step_failure_for(2.0, 3), "target is 2"),
        (lambda: step_failure_for(0.5, 3, -1), "errors_allowed is -1"),
        (lambda: step_reliability_for(0.5, 3, retries=-1), "retries is -1"),
        (lambda: step_losses(0, 2.0), "steps is 0"),
        (lambda: step_losses(3, 0.5), "unevenness is 0.5"),
        (
            lambda: step_success(1.0, "linear"),  # pyright: ignore[reportArgumentType]
            "curve is 'linear'",
        ),
        (
            lambda: step_loss_for(0.5, "linear"),  # pyright: ignore[reportArgumentType]
            "curve is 'linear'",
        ),
        (lambda: chain_width(3, 0.0), "exponent is 0"),
        (lambda: chain_width(3, -1.0, low=0.9, high=0.1), "low is 0.9"),
        (lambda: chain_width(3, -1.0, retries=-1), "retries is -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""How a step's success follows its loss, and how wide a chain's rise is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.statistics.measures import transition_width
from emergence_widgets.core.theory.step_curves import (
    chain_width,
    step_loss_for,
    step_losses,
    step_success,
)
from emergence_widgets.core.theory.steps import at_most_wrong, success_with_retries

CURVES = ["loss", "logistic"]


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
        (lambda: step_losses(0, 2.0), "steps is 0"),
        (lambda: step_losses(3, 0.5), "unevenness is 0.5"),
        (lambda: step_success(1.0, "linear"), "curve is 'linear'"),
        (lambda: step_loss_for(0.5, "linear"), "curve is 'linear'"),
        (lambda: chain_width(3, 0.0), "exponent is 0"),
        (lambda: chain_width(3, -1.0, low=0.9, high=0.1), "low is 0.9"),
        (lambda: chain_width(3, -1.0, retries=-1), "retries is -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

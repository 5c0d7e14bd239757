"""Where a curve jumps, and the intervals at its two sides."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.verdict.evidence import item_variance, levels_of
from emergence_widgets.core.verdict.jump import find_jump

from .verdict_worlds import DECADES, evidence, measured, shares


def jump_of(score, **options):
    return find_jump(evidence(score, **options))


@pytest.mark.parametrize("at", range(1, 10))
def test_the_jump_of_a_step_is_the_step(at):
    jump = jump_of(shares(0.1 + 0.7 * (np.arange(10) >= at)))
    assert jump is not None
    assert (jump.start, jump.end) == (at - 1, at)
    assert (jump.low, jump.high) == pytest.approx((0.1, 0.8))
    assert jump.decades == pytest.approx(DECADES[1] - DECADES[0])


def test_a_ramp_holds_half_its_rise_in_half_its_scale():
    decades = np.linspace(6, 12, 13)
    jump = jump_of(shares(np.linspace(0.1, 0.7, 13)), decades=decades)
    assert jump is not None
    assert jump.decades == pytest.approx(3)
    assert jump.high - jump.low == pytest.approx(0.3)


def test_where_sizes_are_unequal_the_jump_is_narrow_in_scale_not_in_steps():
    decades = np.array([6.0, 8.0, 9.0, 9.1, 9.2, 11.0])
    jump = jump_of(shares([0.1, 0.5, 0.5, 0.7, 0.9, 0.9]), decades=decades)
    assert jump is not None
    assert (jump.start, jump.end) == (2, 4)


@pytest.mark.parametrize("value", [np.full(10, 0.3), np.zeros(10), np.ones(10)])
def test_a_constant_has_no_jump(value):
    assert jump_of(shares(value)) is None


def test_inverse_scaling_has_no_jump():
    assert jump_of(shares(np.linspace(0.9, 0.1, 10))) is None


def test_one_size_has_no_jump_and_two_have_one():
    assert jump_of(shares([0.4]), decades=[6]) is None
    jump = jump_of(shares([0.1, 0.9]), decades=[6, 7])
    assert jump is not None
    assert (jump.start, jump.end) == (0, 1)


def test_a_u_shaped_curve_jumps_on_its_way_up():
    jump = jump_of(shares([0.5, 0.4, 0.2, 0.1, 0.1, 0.1, 0.6, 0.7, 0.7, 0.7]))
    assert jump is not None
    assert (jump.start, jump.end) == (5, 6)
    assert jump.high > jump.low


VALUES = st.lists(st.integers(0, 50), min_size=2, max_size=12).map(lambda v: np.array(v) / 50)


@given(VALUES)
def test_across_a_jump_the_score_itself_rises(value):
    jump = jump_of(shares(value), decades=6 + np.arange(len(value)))
    so_far = np.cumsum(value) / np.arange(1, len(value) + 1)
    if jump is None:
        # The rising curve nearest to it is flat: no beginning of it is below the whole.
        assert (so_far >= value.mean() - 1e-9).all()
    else:
        assert (so_far < value.mean() + 1e-9).any()
        assert jump.high > jump.low
        assert jump.low_interval[0] <= jump.low <= jump.low_interval[1]


@given(VALUES, st.floats(0.1, 100), st.floats(-50, 50))
def test_units_do_not_move_the_jump(value, factor, offset):
    decades = 6 + np.arange(len(value))
    plain = jump_of(measured(value, stderr=0.01), decades=decades)
    scaled = jump_of(measured(offset + factor * value, stderr=0.01 * factor), decades=decades)
    if plain is None:
        assert scaled is None
        return
    assert scaled is not None
    assert (scaled.start, scaled.end) == (plain.start, plain.end)
    assert scaled.high - scaled.low == pytest.approx(factor * (plain.high - plain.low))


@given(VALUES)
def test_a_score_that_is_better_lower_jumps_where_its_mirror_image_does(value):
    decades = 6 + np.arange(len(value))
    up = jump_of(measured(value, stderr=0.01), decades=decades)
    down = jump_of(measured(-value, stderr=0.01, lower_is_better=True), decades=decades)
    if up is None:
        assert down is None
        return
    assert down is not None
    assert (down.start, down.end) == (up.start, up.end)
    assert (down.low, down.high) == (-up.low, -up.high)


def test_of_equal_jumps_the_first_is_told():
    value = np.array([0.1, 0.1, 0.4, 0.4, 0.7, 0.7])
    for factor in np.linspace(0.1, 5, 50):
        jump = jump_of(measured(0.3 + factor * value, stderr=0.01), decades=np.arange(6.0, 12.0))
        assert jump is not None
        assert (jump.start, jump.end) == (1, 2)


def test_over_loss_the_jump_is_where_the_loss_falls():
    losses = np.linspace(4, 1, 10)
    score = shares(0.1 + 0.7 * (np.arange(10) >= 6))
    jump = jump_of(score, decades=np.log10(losses), scale_name="loss")
    assert jump is not None
    assert (jump.low, jump.high) == pytest.approx((0.1, 0.8))
    assert jump.decades == pytest.approx(np.log10(losses[5] / losses[6]))


def test_runs_of_one_size_are_one_level():
    score = shares(np.concatenate([np.full(10, 0.1), 0.1 + 0.6 * (np.arange(10) >= 5)]))
    runs = evidence(score, seeds=2)
    assert len(levels_of(runs, score)) == 10
    jump = find_jump(runs)
    assert jump is not None
    assert jump.high - jump.low == pytest.approx(0.3)


def test_intervals_are_wilsons():
    jump = jump_of(shares(0.03 + 0.47 * (np.arange(10) >= 5), n_items=200))
    assert jump is not None
    for interval, right in ((jump.low_interval, 6), (jump.high_interval, 100)):
        reference = stats.binomtest(right, 200).proportion_ci(method="wilson")
        assert interval == pytest.approx((reference.low, reference.high))


def test_intervals_of_what_is_no_share_are_normal():
    jump = jump_of(measured(0.1 + 0.7 * (np.arange(10) >= 5), "grade", stderr=0.1))
    assert jump is not None
    assert jump.low_interval == pytest.approx((0.1 - 0.196, 0.1 + 0.196))
    assert jump.high_interval == pytest.approx((0.8 - 0.196, 0.8 + 0.196))


def test_variance_of_a_share_is_never_zero():
    # Agresti and Coull's: of one right and one wrong item more.
    score = shares([0.0, 0.5, 1.0], n_items=100)
    expected = np.array([1 * 101, 51 * 51, 101 * 1]) / 102**3
    np.testing.assert_allclose(item_variance(score), expected)


def test_a_run_that_was_not_measured_is_left_out():
    score = shares([0.1, 0.1, 0.1, 0.8, 0.8])
    score = dataclasses.replace(score, value=np.where(np.arange(5) == 2, np.nan, score.value))
    jump = jump_of(score, decades=[6, 7, 8, 9, 10])
    assert jump is not None
    assert jump.decades == pytest.approx(2)

"""Breaks of a loss: what is none by theorem, what is one by construction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.verdict.breaks import FASTER, Curve, find_break, loss_curve
from emergence_widgets.core.verdict.evidence import Evidence, Levels, Measured

from .verdict_worlds import DECADES, evidence, gentle, losses, measured, seeded, shares


def curve_of(decades, loss, stderr=1e-9, by_seed=None) -> Curve:
    decades = np.asarray(decades, dtype=float)
    levels = Levels(10**decades, decades, np.arange(len(decades)))
    rows = np.asarray(loss)[np.newaxis] if by_seed is None else by_seed
    covariance = np.diag(np.full(len(decades), float(stderr) ** 2))
    return Curve(levels, np.asarray(loss, dtype=float), covariance, rows, 0.0, 0)


POWERS = st.tuples(st.floats(0.01, 5), st.floats(0.01, 2))


@given(
    st.lists(POWERS, min_size=1, max_size=4),
    st.floats(0, 3),
    st.lists(st.floats(0.02, 1.5), min_size=3, max_size=14),
    st.data(),
)
@settings(max_examples=300)
def test_no_sum_of_power_laws_breaks_however_the_sizes_lie(powers, floor, gaps, data):
    decades = 6 + np.concatenate([[0], np.cumsum(gaps)])
    loss = floor + sum(a * 10 ** (-b * (decades - 6)) for a, b in powers)
    end: int = data.draw(st.integers(1, len(decades) - 1))
    start: int = data.draw(st.integers(0, end - 1))
    found = find_break(curve_of(decades, loss), "loss", decades[start], decades[end])
    if found is not None:
        assert found.p_value > 0.05
        assert found.excess <= 1e-9


def test_a_straight_fall_is_no_break_and_its_excess_is_the_margin():
    found = find_break(curve_of(DECADES, 3 - 0.2 * DECADES), "loss", DECADES[4], DECADES[5])
    assert found is not None
    assert found.p_value == 1
    step = 0.2 * (DECADES[1] - DECADES[0])
    steps = round((np.log10(found.high) - np.log10(found.low)) / (DECADES[1] - DECADES[0]))
    assert found.drop == pytest.approx(steps * step)
    assert found.expected == pytest.approx(steps * step)
    assert found.excess == pytest.approx(steps * step * (1 - FASTER))


@pytest.mark.parametrize(("times", "breaks"), [(1.24, False), (1.26, True)])
def test_a_break_is_a_quarter_faster_than_both_sides(times, breaks):
    fall = np.where(np.arange(9) == 4, 0.1 * times, 0.1)
    loss = 3 - np.concatenate([[0], np.cumsum(fall)])
    found = find_break(curve_of(DECADES, loss), "loss", DECADES[4], DECADES[5])
    assert found is not None
    assert (found.p_value < 0.001) == breaks
    assert (found.excess > 0) == breaks


@pytest.mark.parametrize(("steps", "breaks"), [(1, True), (2, True), (3, False)])
def test_a_break_takes_two_steps_at_most(steps: int, breaks):
    inside = (np.arange(9) >= 4) & (np.arange(9) < 4 + steps)
    loss = 3 - np.concatenate([[0], np.cumsum(np.where(inside, 0.3, 0.1))])
    found = find_break(curve_of(DECADES, loss), "loss", DECADES[4], DECADES[4 + steps])
    assert found is not None
    assert (found.p_value < 0.001) == breaks


def test_a_break_is_as_certain_as_on_its_less_certain_side():
    """A stretch of one step between two sides, of which one is much noisier than the other."""
    decades, loss = np.arange(4.0), np.array([3.0, 2.9, 2.4, 2.3])
    for noisy in (0, 3):
        variance = np.full(4, 1e-6)
        variance[noisy] = 0.04
        curve = Curve(
            Levels(10**decades, decades, np.arange(4)), loss, np.diag(variance), loss[None], 0.0, 0
        )
        found = find_break(curve, "loss", 1.0, 2.0)
        assert found is not None
        # 0.5 - 1.25 * 0.1 nats and the noise of the rate beside, the clearest of three stretches.
        z = 0.375 / np.sqrt(1.25**2 * 0.04)
        assert found.p_value == pytest.approx(3 * stats.norm.sf(z), rel=1e-3)


def test_with_few_seeds_the_tail_is_students():
    decades, loss = np.arange(4.0), np.array([3.0, 2.9, 2.4, 2.3])
    for freedom, tail in ((0.0, stats.norm.sf), (4.0, lambda z: stats.t.sf(z, 4))):
        levels = Levels(10**decades, decades, np.arange(4))
        curve = Curve(levels, loss, 0.01 * np.eye(4), loss[None], freedom, 0)
        found = find_break(curve, "loss", 1.0, 2.0)
        assert found is not None
        # The contrasts (1, -1) within and 1.25 (1, -1) beside share a level.
        z = 0.375 / np.sqrt(0.01 * (1.25**2 + 2.25**2 + 1))
        assert found.p_value == pytest.approx(3 * tail(z), rel=1e-6)


@pytest.mark.parametrize(
    ("at", "breaks"), [(3, False), (4, True), (5, True), (6, True), (7, False)]
)
def test_a_break_touches_the_jump_or_the_step_beside_it(at, breaks):
    # From one level to the next; the jump is from the fifth to the sixth.
    fall = np.where(np.arange(9) == at, 1.0, 0.1)
    loss = 3 - np.concatenate([[0], np.cumsum(fall)])
    found = find_break(curve_of(DECADES, loss), "loss", DECADES[5], DECADES[6])
    assert found is not None
    assert (found.p_value < 0.001) == breaks


@pytest.mark.parametrize("at", range(2, 9))
def test_a_nat_lost_in_one_step_is_a_break_there(at: int):
    loss = gentle(DECADES) + (np.arange(10) < at)
    found = find_break(curve_of(DECADES, loss, 0.05), "loss", DECADES[at - 1], DECADES[at])
    assert found is not None
    assert found.p_value < 0.001
    assert (found.low, found.high) == pytest.approx((10 ** DECADES[at - 1], 10 ** DECADES[at]))
    assert found.drop == pytest.approx(1 + gentle(DECADES)[at - 1] - gentle(DECADES)[at])


@given(st.floats(0.1, 5), st.floats(1e-6, 0.5))
def test_a_fall_at_the_last_size_never_breaks(drop, stderr):
    loss = gentle(DECADES) - drop * (np.arange(10) == 9)
    found = find_break(curve_of(DECADES, loss, stderr), "loss", DECADES[8], DECADES[9])
    assert found is None or found.p_value > 0.05


def test_without_a_size_before_the_jump_there_is_nothing_to_compare():
    loss = gentle(DECADES) + (np.arange(10) < 1)
    assert find_break(curve_of(DECADES[:2], loss[:2]), "loss", DECADES[0], DECADES[1]) is None
    assert find_break(curve_of(DECADES[:0], loss[:0]), "loss", DECADES[0], DECADES[1]) is None


def test_a_fall_that_only_undoes_a_rise_must_itself_be_fast():
    # A loss of no slope anywhere else: the rise before it lends the fall nothing.
    loss = np.ones(10)
    loss[4] += 0.2
    found = find_break(curve_of(DECADES, loss, 0.3), "loss", DECADES[4], DECADES[5])
    assert found is not None
    assert found.p_value > 0.05
    assert found.excess <= 0.2 + 1e-12


def test_more_noise_is_less_certain_and_excludes_less():
    loss = gentle(DECADES) + (np.arange(10) < 5)
    sure, unsure = (
        find_break(curve_of(DECADES, loss, error), "loss", DECADES[4], DECADES[5])
        for error in (0.05, 0.5)
    )
    assert sure is not None
    assert unsure is not None
    assert sure.p_value < unsure.p_value
    assert sure.largest < unsure.largest


def test_the_share_of_seeds_is_that_of_those_that_break():
    smooth = gentle(DECADES)
    broken = smooth + (np.arange(10) < 5)
    by_seed = np.stack([broken, broken, smooth])
    curve = curve_of(DECADES, by_seed.mean(axis=0), 0.01, by_seed)
    found = find_break(curve, "loss", DECADES[4], DECADES[5])
    assert found is not None
    assert (found.seeds, found.n_seeds) == (pytest.approx(2 / 3), 3)


def test_a_seed_that_was_not_measured_throughout_is_not_counted():
    broken = gentle(DECADES) + (np.arange(10) < 5)
    by_seed = np.stack([broken] * 3)
    by_seed[0, 4] = np.nan
    found = find_break(curve_of(DECADES, broken, 0.01, by_seed), "loss", DECADES[4], DECADES[5])
    assert found is not None
    assert (found.seeds, found.n_seeds) == (1, 2)


def test_covariance_over_items_is_that_of_means():
    rng = np.random.default_rng(0)
    items = rng.gamma(2, 0.5, size=(1, 400)) * gentle(DECADES)[:, np.newaxis]
    items = items + 0.2 * rng.standard_normal(items.shape)
    score = losses(items.mean(axis=1), items=items)
    curve = loss_curve(evidence(shares(np.full(10, 0.5)), score), score, draws=20_000, seed=0)
    reference = np.cov(items) / 400
    np.testing.assert_allclose(curve.covariance, reference, rtol=0.05)
    np.testing.assert_allclose(curve.loss, items.mean(axis=1))


def test_errors_of_a_share_are_carried_into_nats():
    right = np.exp(-gentle(DECADES))
    score = measured(right, "edit_similarity", stderr=0.01)
    curve = loss_curve(evidence(score), score, draws=2, seed=0)
    np.testing.assert_allclose(curve.loss, gentle(DECADES))
    np.testing.assert_allclose(np.sqrt(np.diag(curve.covariance)), 0.01 / right)


def test_seeds_do_not_average_out_the_error_of_items_they_share():
    loss = np.tile(gentle(DECADES), 3)
    score = losses(loss, stderr=0.1)
    runs = evidence(shares(np.full(30, 0.5)), score, seeds=3)
    curve = loss_curve(runs, score, draws=2, seed=0)
    np.testing.assert_allclose(np.diag(curve.covariance), 0.01)


def test_the_spread_of_seeds_is_of_their_mean():
    score = losses(seeded(np.ones(10), seeds=50, noise=0.2), stderr=0.0)
    curve = loss_curve(evidence(shares(np.full(500, 0.5)), score, seeds=50), score, draws=2, seed=0)
    assert np.diag(curve.covariance).mean() == pytest.approx(0.2**2 / 50, rel=0.1)
    assert curve.freedom == 10 * 49


def test_levels_at_the_floor_or_of_no_known_error_are_left_out():
    right = np.exp(-gentle(DECADES))
    right[:2], stderr = 0.0, np.full(10, 0.01)
    stderr[5] = np.nan
    score = measured(right, "edit_similarity", stderr=stderr)
    curve = loss_curve(evidence(score), score, draws=2, seed=0)
    assert curve.levels.decades.tolist() == DECADES[[2, 3, 4, 6, 7, 8, 9]].tolist()
    assert curve.dropped == 3
    assert np.isfinite(curve.covariance).all()


def test_of_an_error_that_nobody_knows_only_seeds_can_tell():
    one = losses(gentle(DECADES), stderr=np.nan)
    assert len(loss_curve(evidence(one), one, draws=2, seed=0).levels) == 0
    for seeds in (2, 3):
        several = losses(seeded(gentle(DECADES), seeds=seeds, noise=0.05), stderr=np.nan)
        curve = loss_curve(evidence(several, seeds=seeds), several, draws=2, seed=0)
        assert len(curve.levels) == 10
        assert (np.diag(curve.covariance) > 0).all()


def test_a_score_of_no_run_is_an_empty_curve():
    items = np.full((10, 5), np.nan)
    none = losses(np.full(10, np.nan), items=items)
    curve = loss_curve(evidence(none), none, draws=2, seed=0)
    assert (len(curve.levels), curve.freedom, curve.dropped) == (0, 0, 0)


def test_seeds_at_one_size_give_an_error_to_all():
    unknown = np.full(5, np.nan)
    loss = Measured(
        "loss", np.array([3.0, 2.0, 2.2, 1.0, 0.5]), unknown, unknown, None, "nats", True, best=0.0
    )
    seeds = np.array([0.0, 0, 1, 0, 0])
    score = Measured("acc", np.linspace(0, 1, 5), unknown, unknown)
    seen = Evidence("t", "acc", "f", "params", 10.0 ** np.array([6, 7, 7, 8, 9]), seeds, score)
    curve = loss_curve(seen, loss, draws=10, seed=0)
    assert (len(curve.levels), curve.dropped, curve.freedom) == (4, 0, 1.0)
    assert (np.diag(curve.covariance) > 0).all()

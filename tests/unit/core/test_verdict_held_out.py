"""What smaller models say of a larger one, and the spread between runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.verdict.evidence import Levels, between_runs
from emergence_widgets.core.verdict.held_out import Curve, extrapolate, forecast

BELOW = np.linspace(6, 9, 6)


@given(st.floats(0.03, 1.4), st.floats(0.1, 5), st.floats(0, 1), st.floats(9.2, 11))
def test_a_power_law_is_carried_on(exponent, height, share, target):
    # A floor of the fitted grid: shares of the lowest loss that was seen.
    law = height * 10 ** (-exponent * (BELOW - 6))
    low, middle, high = extrapolate(BELOW, law, np.full(6, 1e-4), target)
    seen = height * 10 ** (-exponent * (target - 6))
    assert middle == pytest.approx(seen, abs=0.02 * height)
    assert low - 1e-9 <= middle <= high + 1e-9
    floor = share * height
    low, middle, high = extrapolate(BELOW, floor + law, np.full(6, 1e-3 * height), target)
    assert middle == pytest.approx(floor + seen, abs=0.1 * height)


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.05])
def test_the_range_covers_the_curve_as_often_as_it_says(noise):
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(300):
        exponent, floor = rng.uniform(0.1, 0.6), rng.uniform(0, 0.6)

        def law(x, exponent=exponent, floor=floor):
            return floor + 2 * 10 ** (-exponent * (x - 6))

        seen = law(BELOW) + noise * rng.standard_normal(6)
        low, _, high = extrapolate(BELOW, seen, np.full(6, noise), 10.0)
        covered += low <= law(10.0) <= high
    # At a true coverage of 90% or more, fewer than 257 of 300 come in 1% of runs.
    assert covered >= 257


def least_deviance(loss, stderr, target, value) -> float:
    """Of the power laws through one value at the target, by a fine grid over their exponents."""
    exponents = np.geomspace(0.02, 1.5, 3000)[:, np.newaxis]
    shape = 10 ** (-exponents * (BELOW - BELOW[0])) - 10 ** (-exponents * (target - BELOW[0]))
    factor = (shape @ (loss - value) / (shape**2).sum(axis=1))[:, np.newaxis]
    left = loss - value - np.maximum(factor, 0) * shape
    return float(((left / stderr) ** 2).sum(axis=1).min())


@pytest.mark.parametrize(("confidence", "limit"), [(0.95, 3.841), (0.68, 0.989)])
def test_the_range_ends_where_the_likelihood_has_fallen_by_wilks_limit(confidence, limit):
    """Half a quantile of chi-squared with one degree of freedom (Wilks 1938)."""
    loss = 1 + 2 * 10 ** (-0.3 * (BELOW - 6)) + 0.005 * np.array([1, -1, 0, 1, -1, 0])
    given = {} if confidence == 0.95 else {"confidence": confidence}
    low, middle, high = extrapolate(BELOW, loss, np.full(6, 0.01), 10.0, **given)
    best = least_deviance(loss, 0.01, 10.0, middle)
    for end in (low, high):
        fallen = least_deviance(loss, 0.01, 10.0, end) - best
        assert fallen == pytest.approx(limit, rel=0.1)


def test_points_that_fit_no_law_widen_the_range():
    law = 0.3 + 2 * 10 ** (-0.2 * (BELOW - 6))
    zigzag = law + 0.2 * (-1.0) ** np.arange(6)
    narrow, wide = (
        high - low
        for low, _, high in (
            extrapolate(BELOW, one, np.full(6, 0.01), 10.0) for one in (law, zigzag)
        )
    )
    assert wide > 3 * narrow


def test_a_constant_loss_stays_so():
    low, middle, high = extrapolate(BELOW, np.full(6, 1.0), np.full(6, 0.01), 10.0)
    assert middle == pytest.approx(1.0, abs=0.02)
    assert low < 1.0 < high + 1e-9


def curve_of(decades, loss, stderr, kind) -> Curve:
    levels = Levels(10**decades, decades, np.arange(len(decades)))
    return Curve(levels, loss, np.full(len(decades), stderr), kind)


@given(st.floats(0.05, 1.2), st.floats(1e-4, 1e4))
def test_an_error_is_forecast_in_any_unit(exponent, unit):
    decades = np.append(BELOW, 10.0)
    error = unit * 10 ** (-exponent * (decades - 6))
    curve = curve_of(decades, np.log(error), 0.01, "error")
    low, middle, high = forecast(curve, np.arange(6), 10.0)
    assert low <= np.log(error[-1]) <= high
    assert middle == pytest.approx(np.log(error[-1]), abs=0.15)


def test_nats_are_forecast_as_they_are():
    decades = np.append(BELOW, 10.0)
    loss = 0.3 + 2 * 10 ** (-0.2 * (decades - 6))
    told = forecast(curve_of(decades, loss, 0.02, "nats"), np.arange(6), 10.0)
    assert told == extrapolate(BELOW, loss[:6], np.full(6, 0.02), 10.0)


def levels_of_seeds(levels: int, seeds: int) -> Levels:
    decades = np.arange(levels, dtype=float)
    return Levels(10**decades, decades, np.tile(np.arange(levels), seeds))


def test_variance_between_runs_is_the_sample_variance_where_all_levels_agree():
    values = np.repeat([0.0, 1.0, 2.0], 4) + np.tile(np.arange(4.0), 3)
    variance, freedom = between_runs(levels_of_seeds(4, 3), values)
    np.testing.assert_allclose(variance, 1.0)
    assert freedom == 8


def test_a_level_whose_seeds_are_far_apart_keeps_most_of_its_spread():
    values = np.tile(np.arange(5.0), (4, 1)) + 0.1 * np.arange(4)[:, np.newaxis]
    values[:, 2] += [0, 5, 0, 5]
    variance, _ = between_runs(levels_of_seeds(5, 4), values.ravel())
    own = values.var(axis=0, ddof=1)
    typical = np.median(own)
    np.testing.assert_allclose(variance, (3 * own + 2 * typical) / 5)
    assert variance[2] > 0.5 * own[2]


def test_one_run_a_level_says_nothing_of_seeds():
    variance, freedom = between_runs(levels_of_seeds(4, 1), np.arange(4.0))
    assert freedom == 0
    assert (variance == 0).all()

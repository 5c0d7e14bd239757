"""Each rung by itself: what it answers and what it says it lacked."""

import numpy as np
import pytest
from scipy import stats

from emergence_widgets.core.statistics.intervals import wilson_interval
from emergence_widgets.core.verdict import checks
from emergence_widgets.core.verdict.breaks import Break, find_break, loss_curve
from emergence_widgets.core.verdict.checks import (
    established,
    format_p_value,
    format_scale,
    held_out,
    items_to_see,
    replication,
    resolution,
    smallest_visible,
    smooth_fit,
    under_continuous_score,
    untested,
)
from emergence_widgets.core.verdict.jump import Jump, find_jump
from emergence_widgets.core.verdict.smooth_fit import Fitted, scores_of

from .verdict_worlds import DECADES, evidence, gentle, losses, measured, seeded, shares

STEP = np.arange(10) >= 5
HARD = np.exp(-8 * 10 ** (-0.15 * (DECADES - 6)))
NO_SCORE = untested("continuous score", "a continuous score of the same outputs")


def jump_of(runs):
    jump = find_jump(runs, draws=50, seed=0)
    assert jump is not None
    return jump


def broken(p_value=0.001, largest=2.0, seeds=1.0, n_seeds=3) -> Break:
    return Break("loss", 1e8, 1e9, 1.0, 0.1, 0.9, 0.1, p_value, largest, seeds, n_seeds)


def resolved(value, n_items, continuous=NO_SCORE, **options):
    runs = evidence(shares(value, n_items, **options))
    return resolution(runs, jump_of(runs), continuous)


def test_two_scales_are_needed_for_a_jump():
    assert established(None, 0.05, 1).outcome == "not tested"
    assert established(None, 0.05, 2).outcome == "explained"


def test_a_jump_within_the_noise_of_its_items_is_not_established():
    for n_items, outcome in ((10, "explained"), (1000, "survives")):
        runs = evidence(shares(0.3 + 0.2 * STEP, n_items))
        rung = established(jump_of(runs), 0.05, 10)
        assert rung.outcome == outcome
        assert f"{rung.evidence['low']:.3g}" in rung.reason


@pytest.mark.parametrize(
    ("p_value", "gap", "paired", "outcome"),
    [
        (0.05, 0.01, False, "survives"), (0.051, 0.01, False, "explained"),
        (0.05, -0.01, False, "explained"), (0.05, -0.01, True, "survives"),
        (0.05, 0.0, False, "explained"), (np.nan, 0.01, False, "not tested"),
    ],
)  # fmt: skip
def test_a_jump_is_certain_and_its_intervals_lie_apart_or_its_items_are_paired(
    p_value, gap, paired, outcome
):
    jump = Jump(4, 5, 0.2, 0.6, (0.1, 0.4), (0.4 + gap, 0.7), 0.5, 0.4, 0.1, p_value, paired)
    assert established(jump, 0.05, 10).outcome == outcome


def test_a_break_is_told_from_none_and_from_what_cannot_be_told():
    runs = evidence(shares(0.3 + 0.2 * STEP), losses(gentle(DECADES)))
    curve = loss_curve(runs, runs.continuous[0], draws=2, seed=0)
    answers = [
        under_continuous_score(found, curve, "loss", 0.05).outcome
        for found in (
            broken(p_value=0.05), broken(p_value=0.051), broken(p_value=1.0, largest=0.501),
            broken(p_value=1.0, largest=0.5), None,
        )
    ]  # fmt: skip
    assert answers == ["survives", "not tested", "not tested", "explained", "not tested"]
    assert under_continuous_score(None, None, "", 0.05).missing == NO_SCORE.missing


def test_nothing_below_and_a_curve_too_low_to_see_is_a_matter_of_resolution():
    # Small models that score 1.5% at best on 30 items, and one far above them.
    decades = np.array([6, 6.5, 7, 7.5, 12])
    value = np.exp(-8 * 10 ** (-0.15 * (decades - 6)))
    runs = evidence(shares(value, 30), decades=decades)
    rung = resolution(runs, jump_of(runs), NO_SCORE)
    assert rung.outcome == "explained"
    assert rung.evidence["items_needed"] > 30
    assert rung.evidence["expected"] <= rung.evidence["visible"]


def test_a_sharp_step_from_nothing_would_have_been_seen():
    rung = resolved(np.where(STEP, 0.9, 0.0), 1000)
    assert rung.outcome == "survives"
    assert rung.evidence["expected"] > rung.evidence["visible"]


def test_what_is_above_its_floor_before_the_jump_has_been_seen():
    assert resolved(np.where(STEP, 0.9, 0.1), 1000).outcome == "survives"


@pytest.mark.parametrize(("value", "above"), [(0.276, False), (0.279, True)])
def test_above_chance_is_where_wilsons_interval_is(value, above):
    # Of 1,000 items: 0.2492 and 0.2521 are the lower ends; the others are at chance.
    low, _ = stats.binomtest(round(1000 * value), 1000).proportion_ci(method="wilson")
    assert (low > 0.25) == above
    below = np.where(np.arange(10) == 2, value, 0.25)
    rung = resolved(np.where(STEP, 0.9, below), 1000, chance=0.25)
    assert ("above its floor already" in rung.reason) == above
    if above:
        assert rung.evidence == {"n_items": 1000, "smallest": 0.25}


def test_scores_that_are_no_shares_have_no_steps_of_one_item():
    runs = evidence(measured(np.where(STEP, 5.0, 1.0), "elo", stderr=0.1))
    assert resolution(runs, jump_of(runs), NO_SCORE).outcome == "survives"


@pytest.mark.parametrize("n_items", [np.nan, 0])
def test_resolution_needs_the_number_of_items(n_items):
    runs = evidence(measured(np.where(STEP, 0.9, 0.0), stderr=0.01, n_items=n_items, counted=True))
    rung = resolution(runs, jump_of(runs), NO_SCORE)
    assert (rung.outcome, rung.missing) == ("not tested", "the number of items")


def test_a_rise_within_the_noise_of_guessing_could_not_be_seen():
    # 5% above a chance of 25%: 100 items would show one success in 33, but not that.
    rung = resolved(0.25 + 0.75 * np.where(HARD < 0.1, 0.0, HARD), 100, chance=0.25)
    assert rung.outcome == "explained"
    assert rung.evidence["visible"] == pytest.approx(smallest_visible(100, 0.25))
    assert rung.evidence["items_needed"] > 100


def test_what_a_test_sees_without_a_chance_is_one_success_in_95_of_100_tries():
    # 1 - 0.05**(1/n): what a test without a single success does not exclude.
    assert smallest_visible(200, 0.0) == pytest.approx(1 - 0.05 ** (1 / 200))
    assert items_to_see(0.5**5, 0.0) == np.ceil(np.log(0.05) / np.log1p(-(0.5**5))) == 95
    assert smallest_visible(200, 0.25) == pytest.approx(0.1104, abs=1e-4)
    assert items_to_see(0.1, 0.25) == 244


@pytest.mark.parametrize("chance", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("n_items", [1000, 20_000])
def test_what_is_visible_above_chance_lies_off_a_wilson_interval_19_times_in_20(chance, n_items):
    rise = smallest_visible(n_items, chance)
    right = np.arange(n_items + 1)
    lower, _ = wilson_interval(right, np.full(n_items + 1, float(n_items)))
    seen = stats.binom.sf(right[lower > chance][0] - 1, n_items, chance + rise)
    assert seen == pytest.approx(0.95, abs=0.03)
    assert smallest_visible(items_to_see(rise, chance), chance) == pytest.approx(rise, rel=1e-3)


def test_a_rise_of_nearly_nothing_takes_more_items_than_there_are():
    assert items_to_see(0.0, 0.25) == np.inf
    for rise in (1e-200, 5e-324):
        for chance in (0.0, 0.25):
            assert items_to_see(rise, chance) > 1e150


def test_a_smooth_curve_is_told_from_a_step():
    smooth = evidence(shares(np.exp(-2 * gentle(DECADES))))
    assert smooth_fit(smooth, jump_of(smooth)).outcome == "explained"
    step = evidence(shares(np.where(STEP, 0.9, 0.1)))
    rung = smooth_fit(step, jump_of(step))
    assert rung.outcome == "survives"
    assert rung.evidence["delta_aicc"] > 4


@pytest.mark.parametrize(("at", "steps"), [(1, [0, 1]), (5, [3, 4, 5]), (9, [7, 8])])
def test_steps_are_tried_after_the_levels_of_the_jump_and_the_one_before(monkeypatch, at, steps):
    tried = []

    def fit(_, after):
        tried.append(list(after))
        return Fitted(1.0, 3, np.zeros(10))

    monkeypatch.setattr(checks, "fit_stepped", fit)
    runs = evidence(shares(np.where(np.arange(10) >= at, 0.9, 0.1)))
    smooth_fit(runs, jump_of(runs))
    assert tried == [steps]


@pytest.mark.parametrize(("worse", "outcome"), [(3.99, "explained"), (4.01, "survives")])
def test_a_smooth_curve_may_be_worse_by_4_of_aicc(monkeypatch, worse, outcome):
    # Of as many parameters each, so that their difference is that of the deviances.
    runs = evidence(shares(np.where(STEP, 0.9, 0.1)))
    monkeypatch.setattr(checks, "fit_smooth", lambda _: Fitted(3.0 + 2 * worse, 3, np.zeros(10)))
    monkeypatch.setattr(checks, "fit_stepped", lambda *_: Fitted(3.0, 3, np.zeros(10)))
    monkeypatch.setattr(checks, "inflation", lambda *_: 2.0)
    rung = smooth_fit(runs, jump_of(runs))
    assert rung.evidence["delta_aicc"] == pytest.approx(worse)
    assert rung.outcome == outcome


@pytest.mark.parametrize(("sizes", "tested"), [(2, False), (3, False), (4, False), (5, True)])
def test_a_comparison_needs_more_sizes_than_parameters(sizes, tested):
    value = np.where(np.arange(sizes) >= sizes // 2, 0.9, 0.1)
    runs = evidence(shares(value), decades=DECADES[:sizes])
    assert (smooth_fit(runs, jump_of(runs)).outcome != "not tested") == tested


def test_a_score_without_the_score_of_a_guess_is_fitted_no_curve():
    for score in (
        losses(gentle(DECADES)),
        measured(-gentle(DECADES), "elo", stderr=0.01, best=np.nan),
        measured(gentle(DECADES), "brier_score", stderr=0.01, lower_is_better=True, best=0.0),
    ):
        runs = evidence(score)
        assert scores_of(runs) is None
        assert smooth_fit(runs, jump_of(runs)).outcome == "not tested"


def test_seeds_further_apart_than_their_items_weigh_less():
    rate = np.exp(-2 * gentle(DECADES))
    near = scores_of(evidence(shares(np.tile(rate, 3)), seeds=3))
    apart = scores_of(evidence(shares(np.clip(seeded(rate, noise=0.1), 0, 1)), seeds=3))
    assert near is not None
    assert apart is not None
    assert near[1].weight.max() == pytest.approx(3000)
    assert apart[1].weight.mean() < 500


def test_scores_that_are_not_counted_weigh_by_their_items_and_by_their_seeds():
    # Three runs a level, 0.3 apart: a sample variance of 0.09 beside that of the items, 0.01.
    value = np.concatenate([np.linspace(1, 5, 10) + shift for shift in (-0.3, 0, 0.3)])
    weighed = scores_of(evidence(measured(value, "grade", stderr=0.1, best=10.0), seeds=3))
    assert weighed is not None
    np.testing.assert_allclose(weighed[1].weight, 3 / (0.01 + 0.09))
    np.testing.assert_allclose(weighed[1].value, np.linspace(1, 5, 10))


def predicted(loss, start=5, stderr=0.02):
    score = shares(np.where(np.arange(10) > start, 0.9, 0.1))
    runs = evidence(score, losses(loss, stderr=stderr))
    jump = jump_of(runs)
    return held_out(loss_curve(runs, runs.continuous[0], draws=2, seed=0), jump, runs)


def test_a_power_law_predicts_the_loss_above_the_jump():
    rung = predicted(gentle(DECADES))
    assert rung.outcome == "explained"
    assert rung.evidence["lower"] <= rung.evidence["seen"] <= rung.evidence["upper"]


def test_a_loss_that_drops_is_a_surprise():
    rung = predicted(gentle(DECADES) + (np.arange(10) <= 5))
    assert rung.outcome == "survives"
    assert rung.evidence["error"] > 0.5


def test_a_forecast_as_wide_as_a_break_tells_nothing():
    rung = predicted(gentle(DECADES), start=4, stderr=0.5)
    assert rung.outcome == "not tested"
    assert "nats" in rung.missing


def judged_by_forecast(monkeypatch, half_width, errors_off):
    """A forecast of 1 nat, and a size above the jump measured to 0.1, that many of them off."""
    monkeypatch.setattr(checks, "forecast", lambda *_: (1 - half_width, 1.0, 1 + half_width))
    return predicted(
        np.where(np.arange(10) == 6, 1 + half_width + 0.1 * errors_off, 2.0), stderr=0.1
    )


@pytest.mark.parametrize(
    ("errors_off", "outcome"), [(1.95, "explained"), (1.97, "survives"), (-1.0, "explained")]
)
def test_what_was_measured_has_an_error_of_its_own_beside_that_of_the_forecast(
    monkeypatch, errors_off, outcome
):
    assert judged_by_forecast(monkeypatch, 0.2, errors_off).outcome == outcome


@pytest.mark.parametrize(("half_width", "outcome"), [(0.303, "explained"), (0.305, "not tested")])
def test_a_forecast_is_uncertain_beyond_half_a_nat(monkeypatch, half_width, outcome):
    # With 1.96 errors of 0.1 on top, 0.5 is at 0.304.
    assert judged_by_forecast(monkeypatch, half_width, 0.0).outcome == outcome


def test_four_sizes_are_needed_to_extrapolate():
    assert predicted(gentle(DECADES), start=3).outcome != "not tested"
    rung = predicted(gentle(DECADES), start=2)
    assert rung.outcome == "not tested"
    assert "3 here" in rung.missing
    runs = evidence(shares(np.where(STEP, 0.9, 0.1)))
    assert held_out(None, jump_of(runs), runs).outcome == "not tested"


@pytest.mark.parametrize(
    ("found", "others", "outcome"),
    [
        (broken(seeds=1.0), [], "survives"),
        (broken(seeds=2 / 3), [], "survives"),
        (broken(seeds=0.66), [], "explained"),
        (broken(seeds=1 / 3), [], "explained"),
        (broken(seeds=1.0, n_seeds=2), [], "survives"),
        (broken(seeds=0.5, n_seeds=2), [], "explained"),
        (broken(seeds=np.nan, n_seeds=1), [], "not tested"),
        (None, [], "not tested"),
        (None, [True, False], "not tested"),
        (broken(seeds=np.nan, n_seeds=1), [False], "explained"),
        (broken(seeds=1.0), [False], "survives"),
        (broken(seeds=1 / 3), [True], "explained"),
    ],
)
def test_replication_is_by_seeds_or_else_by_families(found, others, outcome):
    rung = replication(found, others)
    assert rung.outcome == outcome
    if others and found is not None:
        assert rung.evidence["families"] == len(others)
    if found is not None and found.n_seeds > 1:
        assert f"of {found.n_seeds} seeds" in rung.reason


def test_seeds_that_break_in_other_places_do_not_replicate():
    one, other = (gentle(DECADES) + (np.arange(10) < at) for at in (3, 6))
    loss = losses(np.concatenate([one, one, other]))
    runs = evidence(shares(np.tile(np.where(np.arange(10) < 3, 0.1, 0.6), 3)), loss, seeds=3)
    curve = loss_curve(runs, loss, draws=2, seed=0)
    found = find_break(curve, "loss", DECADES[2], DECADES[3])
    assert found is not None
    assert found.seeds == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (59.0, "59"), (999.0, "999"), (1000.0, "1k"), (1760.0, "1.76k"), (1e6, "1M"),
        (1.3e9, "1.3B"), (2e12, "2T"), (9.99e14, "999T"), (1e15, "1e+15"), (2.25e20, "2.25e+20"),
        (np.inf, "inf"),
    ],
)  # fmt: skip
def test_scales_are_written_in_units(scale, words):
    assert format_scale(scale) == words


@pytest.mark.parametrize(
    ("p_value", "words"),
    [
        (0.018, "p = 0.018"), (3e-66, "p < 0.001"), (1.0, "p = 1"), (0.001, "p = 0.001"),
        (0.000999, "p < 0.001"),
    ],
)  # fmt: skip
def test_p_values_are_written_with_their_sign_of_comparison(p_value, words):
    assert format_p_value(p_value) == words

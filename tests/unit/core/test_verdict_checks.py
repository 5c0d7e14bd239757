"""Each rung by itself: what it answers and what it says it lacked."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from emergence_widgets.core.statistics.explained_by_loss import ExplainedByLoss
from emergence_widgets.core.statistics.intervals import wilson_interval
from emergence_widgets.core.verdict import checks
from emergence_widgets.core.verdict.checks import (
    established,
    held_out,
    items_to_see,
    late_rise,
    replication,
    resolution,
    smallest_visible,
    smooth_fit,
    under_continuous_score,
)
from emergence_widgets.core.verdict.evidence import Evidence
from emergence_widgets.core.verdict.held_out import loss_curve
from emergence_widgets.core.verdict.jump import find_jump
from emergence_widgets.core.verdict.partners import Partner
from emergence_widgets.core.verdict.rise import rise_of
from emergence_widgets.core.verdict.rung import untested
from emergence_widgets.core.verdict.smooth_fit import Fitted, scores_of
from emergence_widgets.core.verdict.words import format_p_value, format_scale

from .verdict_worlds import DECADES, evidence, gentle, losses, measured, seeded, shares

STEP = np.arange(10) >= 5
HARD = np.exp(-8 * 10 ** (-0.15 * (DECADES - 6)))
NO_SCORE = untested("continuous score", "a continuous score of the same outputs")


def jump_of(runs):
    jump = find_jump(runs)
    assert jump is not None
    return jump


def partner(cause="loss", of_answers=False, late=0.2, seeds=1.0, n_seeds=3, **changed) -> Partner:
    """A continuous score that tells one cause."""
    found = {
        "loss": ExplainedByLoss(0.5, 0.4, 0.6, np.zeros(10), 4, 5, 0.3, 0.2, 0.4, 0.001, 4, 5),
        "metric": ExplainedByLoss(1.0, 0.9, 1.1, np.zeros(10), 4, 5, 0.01, 0.0, 0.1, 0.5, 4, 5),
        "unclear": ExplainedByLoss(0.9, 0.5, 1.3, np.zeros(10), 4, 5, 0.1, 0.0, 0.3, 0.2, 4, 5),
        "untested": ExplainedByLoss(0.5, 0.4, 0.6, np.zeros(10), 8, 9, 0.3, 0.2, 0.4, 0.001, 8, 9),
    }[cause]._replace(**changed)
    told = Partner("loss", "nats", of_answers, found, 1e8, 1e9, late, seeds, n_seeds)
    if of_answers:
        told = replace(told, name="edit_similarity", kind="share")
    assert told.cause == cause
    return told


def resolved(value, n_items, continuous=NO_SCORE, **options):
    runs = evidence(shares(value, n_items, **options))
    return resolution(runs, jump_of(runs), continuous)


def risen(values, n_items=1000.0, seeds=1):
    """A rung on whether it rises, and one on whether it is late."""
    runs = evidence(shares(values, n_items), seeds=seeds)
    rise = rise_of(runs, level=0.05, draws=200, seed=0)
    assert rise is not None
    return established(rise, find_jump(runs), 10), late_rise(runs, rise), rise


def test_three_scales_are_needed_for_a_rise():
    assert established(None, None, 1).outcome == "not tested"
    assert established(None, None, 2).outcome == "explained"
    runs = evidence(shares([0.1, 0.9]), decades=np.array([6.0, 7.0]))
    assert rise_of(runs, level=0.05, draws=20, seed=0) is None
    assert "three scales" in established(None, find_jump(runs), 2).missing


@pytest.mark.parametrize(("n_items", "outcome"), [(10, "explained"), (1000, "survives")])
def test_a_rise_within_the_noise_of_its_items_is_not_established(n_items, outcome):
    first, _, _ = risen(0.3 + 0.2 * STEP, n_items)
    assert first.outcome == outcome
    assert f"{first.evidence['low']:.3g}" in first.reason


def test_a_rise_is_late_or_not_or_too_uncertain_to_tell():
    late = risen(np.where(STEP, 0.9, 0.1))[1]
    assert late.outcome == "survives"
    assert late.evidence["late_rise"] == pytest.approx(4 / 5)
    steady = risen(np.linspace(0.1, 0.9, 10))[1]
    assert steady.outcome == "explained"
    unsure = risen(np.array([0.2, 0.2, 0.2, 0.25, 0.3, 0.3, 0.35, 0.45, 0.5, 0.5]), 60)[1]
    assert unsure.outcome == "not tested"
    assert "too uncertain" in unsure.reason


def with_items(right) -> Evidence:
    return evidence(shares(right.mean(axis=1), right.shape[1], items=right.astype(float)))


def test_paired_items_tell_more_than_the_same_numbers_without_their_pairing():
    rng = np.random.default_rng(0)
    easy = rng.random(400) < 0.4
    after = easy | (rng.random(400) < 0.04)
    paired = with_items(np.stack([easy] * 5 + [after] * 5))
    alone = evidence(shares(paired.score.value, 400))
    told = [rise_of(one, level=0.05, draws=400, seed=0) for one in (paired, alone)]
    assert told[0] is not None
    assert told[1] is not None
    assert told[0].late.p_rise < 0.01
    assert told[1].late.p_rise > 0.2


def test_no_success_below_is_not_certainty():
    for items, rises in ((20, False), (2000, True)):
        right = np.zeros((10, items))
        right[-1, : round(0.05 * items)] = 1
        rise = rise_of(with_items(right), level=0.05, draws=400, seed=0)
        assert rise is not None
        assert rise.late.rises == rises


def test_noise_alone_seldom_rises_and_is_seldom_late():
    rng = np.random.default_rng(1)
    found = [risen(rng.binomial(500, 0.3, size=10) / 500, 500)[2].late for _ in range(150)]
    # At a true rate of 5%, 15 of 150 or more come in 1% of runs.
    assert sum(one.rises for one in found) < 15
    assert sum(one.late for one in found) < 5


@pytest.mark.parametrize(("upper", "outcome"), [(0.3, "explained"), (0.31, "not tested")])
def test_hardly_late_is_a_late_rise_below_three_tenths(upper, outcome):
    _, _, rise = risen(np.where(STEP, 0.9, 0.1))
    mild = rise._replace(late=rise.late._replace(p_late=0.2, lower=0.0, upper=upper))
    assert late_rise(evidence(shares(0.3 + 0.2 * STEP)), mild).outcome == outcome


def test_a_score_that_falls_at_first_is_not_called_late():
    valley = np.array([0.5, 0.45, 0.3, 0.2, 0.2, 0.2, 0.2, 0.6, 0.8, 0.9])
    _, rung, rise = risen(valley)
    assert rise.falls
    assert rise.fall == pytest.approx(0.3)
    assert (rise.fall_from, rise.fall_to) == pytest.approx((10.0 ** DECADES[0], 10.0 ** DECADES[3]))
    assert rung.outcome == "not tested"
    assert "gets worse by 0.3 from 1M parameters to 100M parameters" in rung.reason


@pytest.mark.parametrize(("fall", "told"), [(0.09, False), (0.11, True)])
def test_a_fall_is_told_from_a_tenth_of_the_rise(fall, told):
    rise = risen(np.linspace(0.1, 0.9, 10))[2]
    assert rise._replace(fall=fall * rise.late.rise, p_fall=0.001).falls == told
    assert not rise._replace(fall=rise.late.rise, p_fall=0.06).falls


def test_falls_are_rarely_told_of_a_constant():
    rng = np.random.default_rng(0)
    told = [risen(rng.binomial(500, 0.5, 10) / 500, 500)[2].falls for _ in range(60)]
    # At a true rate of 5%, eight or more of 60 come in 2% of runs.
    assert sum(told) < 8


@pytest.mark.parametrize(
    ("partners", "outcome"),
    [
        ([], "not tested"),
        ([partner("metric")], "explained"),
        ([partner("loss")], "survives"),
        ([partner("unclear")], "not tested"),
        ([partner("untested")], "not tested"),
        # The answers' own score counts before the loss.
        ([partner("metric", of_answers=True), partner("loss")], "explained"),
        ([partner("unclear", of_answers=True), partner("metric")], "explained"),
        ([partner("unclear", of_answers=True), partner("loss")], "survives"),
        ([partner("loss", of_answers=True), partner("loss")], "survives"),
        ([partner("loss", of_answers=True)], "survives"),
        # Answers that jump, or wait longer, under a smooth loss: models may fail the format.
        ([partner("metric", of_answers=True, late=0.44), partner("metric")], "explained"),
        ([partner("metric", of_answers=True, late=0.46), partner("metric")], "not tested"),
        ([partner("metric", of_answers=True, late=0.46), partner("unclear")], "explained"),
        ([partner("loss", of_answers=True), partner("metric")], "not tested"),
    ],
)
def test_a_break_is_told_from_none_and_from_what_cannot_be_told(partners, outcome):
    rung = under_continuous_score(tuple(partners), one_seed=False)
    assert rung.outcome == outcome
    assert bool(rung.missing) == (outcome == "not tested")
    assert all(f"X = {one.explained.value:.2f}" in rung.reason for one in partners)


def test_disagreement_of_answers_and_loss_points_at_the_format():
    rung = under_continuous_score((partner("loss", of_answers=True), partner("metric")), False)
    assert "fail the format" in rung.missing
    assert "disagree" in rung.reason


def test_of_one_seed_the_noise_is_said_to_be_unknown():
    one, several = (under_continuous_score((partner("loss"),), alone) for alone in (True, False))
    assert "With one seed, its noise is not known." in one.reason
    assert "one seed" not in several.reason


def test_a_break_too_small_to_count_is_told_with_its_size():
    slight = partner("metric", p_broken=0.01, broken=0.03, broken_lower=0.02, broken_upper=0.04)
    reason = under_continuous_score((slight,), one_seed=False).reason
    assert "adds 0.03 [0.02, 0.04] of the whole rise, too little to count" in reason
    assert "no break shows" not in reason


def test_nothing_below_and_a_curve_too_low_to_see_is_a_matter_of_resolution():
    # Small models that score 1.5% at best on 30 items, and one far above them.
    decades = np.array([6, 6.5, 7, 7.5, 12])
    value = np.exp(-8 * 10 ** (-0.15 * (decades - 6)))
    runs = evidence(shares(value, 30), decades=decades)
    rung = resolution(runs, jump_of(runs), NO_SCORE)
    assert rung.outcome == "explained"
    assert rung.evidence["items_needed"] > 30
    assert rung.evidence["expected"] <= rung.evidence["visible"]


@pytest.mark.parametrize(
    ("n_items", "words"),
    [(300, "more items than any test has"), (30, "items would show it")],
)
def test_numbers_beyond_meaning_are_words(monkeypatch, n_items, words):
    expected = 1e-12 if n_items == 300 else 1e-3
    monkeypatch.setattr(checks, "fit_smooth", lambda _: Fitted(1.0, 2, np.full(10, expected)))
    rung = resolved(np.where(STEP, 0.9, 0.0), n_items)
    assert words in rung.reason
    assert ("less than 0.0001" in rung.reason) == (n_items == 300)
    assert "e-" not in rung.reason


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


def test_resolution_needs_the_number_of_items_or_an_error_that_implies_it():
    runs = evidence(measured(np.where(STEP, 0.9, 0.0), stderr=0.01, n_items=0, counted=True))
    rung = resolution(runs, jump_of(runs), NO_SCORE)
    assert (rung.outcome, rung.missing) == ("not tested", "the number of items")
    # 0.9 with an error of 0.01 is that of 900 independent items.
    told = resolution(
        *(lambda one: (one, jump_of(one)))(
            evidence(measured(np.where(STEP, 0.9, 0.0), stderr=0.01, counted=True))
        ),
        NO_SCORE,
    )
    assert told.evidence["n_items"] == pytest.approx(900)


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
    assert smooth_fit(smooth, jump_of(smooth), NO_SCORE).outcome == "explained"
    step = evidence(shares(np.where(STEP, 0.9, 0.1)))
    rung = smooth_fit(step, jump_of(step), NO_SCORE)
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
    smooth_fit(runs, jump_of(runs), NO_SCORE)
    assert tried == [steps]


@pytest.mark.parametrize(("worse", "outcome"), [(3.99, "explained"), (4.01, "survives")])
def test_a_smooth_curve_may_be_worse_by_4_of_aicc(monkeypatch, worse, outcome):
    # Of as many parameters each, so that their difference is that of the deviances.
    runs = evidence(shares(np.where(STEP, 0.9, 0.1)))
    monkeypatch.setattr(checks, "fit_smooth", lambda _: Fitted(3.0 + 2 * worse, 3, np.zeros(10)))
    monkeypatch.setattr(checks, "fit_stepped", lambda *_: Fitted(3.0, 3, np.zeros(10)))
    monkeypatch.setattr(checks, "inflation", lambda *_: 2.0)
    rung = smooth_fit(runs, jump_of(runs), NO_SCORE)
    assert rung.evidence["delta_aicc"] == pytest.approx(worse)
    assert rung.outcome == outcome


def test_a_curve_that_misses_the_scores_suffices_for_nothing(monkeypatch):
    runs = evidence(shares(np.where(STEP, 0.9, 0.1)))
    for deviance, outcome in ((4 * 7 - 0.1, "explained"), (4 * 7 + 0.1, "not tested")):
        fitted = Fitted(deviance, 3, np.zeros(10))
        monkeypatch.setattr(checks, "fit_smooth", lambda _, fitted=fitted: fitted)
        monkeypatch.setattr(checks, "fit_stepped", lambda *_, fitted=fitted: fitted)
        rung = smooth_fit(runs, jump_of(runs), NO_SCORE)
        assert rung.outcome == outcome
        assert ("neither fits" in rung.reason) == (outcome == "not tested")


def test_a_smooth_curve_does_not_overrule_a_loss_that_breaks():
    smooth = evidence(shares(np.exp(-2 * gentle(DECADES))))
    breaks = under_continuous_score((partner("loss"),), one_seed=False)
    assert smooth_fit(smooth, jump_of(smooth), breaks).outcome == "survives"


@pytest.mark.parametrize(("sizes", "tested"), [(2, False), (3, False), (4, False), (5, True)])
def test_a_comparison_needs_more_sizes_than_parameters(sizes, tested):
    value = np.where(np.arange(sizes) >= sizes // 2, 0.9, 0.1)
    runs = evidence(shares(value), decades=DECADES[:sizes])
    assert (smooth_fit(runs, jump_of(runs), NO_SCORE).outcome != "not tested") == tested


def test_a_score_without_the_score_of_a_guess_is_fitted_no_curve():
    for score in (
        losses(gentle(DECADES)),
        measured(-gentle(DECADES), "elo", stderr=0.01, best=np.nan),
        measured(gentle(DECADES), "brier_score", stderr=0.01, lower_is_better=True, best=0.0),
    ):
        runs = evidence(score)
        assert scores_of(runs) is None
        assert smooth_fit(runs, jump_of(runs), NO_SCORE).outcome == "not tested"


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
    return held_out(loss_curve(runs, runs.continuous[0]), jump, runs)


def test_a_power_law_predicts_the_loss_above_the_jump():
    rung = predicted(gentle(DECADES))
    assert rung.outcome == "explained"
    assert rung.evidence["lower"] <= rung.evidence["seen"] <= rung.evidence["upper"]


def test_a_loss_that_drops_is_a_surprise():
    rung = predicted(gentle(DECADES) + (np.arange(10) <= 5))
    assert rung.outcome == "survives"
    assert abs(rung.evidence["forecast"] - rung.evidence["seen"]) > 0.5


def test_a_forecast_as_wide_as_a_break_tells_nothing():
    rung = predicted(gentle(DECADES), start=4, stderr=0.5)
    assert rung.outcome == "not tested"
    assert "narrower forecast" in rung.missing


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


def test_a_forecast_is_told_in_the_unit_of_its_score():
    similarity = np.exp(-gentle(DECADES))
    partner_score = measured(similarity, "edit_similarity", stderr=0.005)
    runs = evidence(shares(np.where(np.arange(10) > 5, 0.9, 0.1)), partner_score)
    rung = held_out(loss_curve(runs, partner_score), jump_of(runs), runs)
    assert rung.evidence["seen"] == pytest.approx(similarity[6])
    assert "for the edit similarity" in rung.reason
    error = measured(gentle(DECADES), "squared_error", kind="error", stderr=0.01)
    runs = evidence(shares(np.where(np.arange(10) > 5, 0.9, 0.1)), error)
    assert held_out(loss_curve(runs, error), jump_of(runs), runs).evidence["seen"] == pytest.approx(
        gentle(DECADES)[6]
    )


@pytest.mark.parametrize(
    ("found", "others", "outcome"),
    [
        (partner(seeds=1.0), [], "survives"),
        (partner(seeds=2 / 3), [], "survives"),
        (partner(seeds=0.66), [], "explained"),
        (partner(seeds=1 / 3), [], "explained"),
        (partner(seeds=1.0, n_seeds=2), [], "survives"),
        (partner(seeds=0.5, n_seeds=2), [], "explained"),
        (partner(seeds=np.nan, n_seeds=1), [], "not tested"),
        (None, [], "not tested"),
        (None, [True, False], "not tested"),
        (partner("metric"), [True], "not tested"),
        (partner(seeds=np.nan, n_seeds=1), [False], "explained"),
        (partner(seeds=1.0), [False], "survives"),
        (partner(seeds=1 / 3), [True], "explained"),
    ],
)
def test_replication_is_by_seeds_or_else_by_families(found, others, outcome):
    rung = replication(found, others)
    assert rung.outcome == outcome
    if others and found is not None and found.cause == "loss":
        assert rung.evidence["families"] == len(others)
    if found is not None and found.n_seeds > 1 and found.cause == "loss":
        assert f"of {found.n_seeds} seeds" in rung.reason


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

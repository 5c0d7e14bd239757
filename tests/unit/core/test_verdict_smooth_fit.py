"""Smooth and stepped curves under the likelihood of a test's items."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from emergence_widgets.core.verdict import smooth_fit as module
from emergence_widgets.core.verdict.evidence import Evidence, Measured
from emergence_widgets.core.verdict.smooth_fit import (
    EXPONENTS,
    Fitted,
    Scores,
    fit_bases,
    fit_smooth,
    fit_stepped,
    inflation,
)

from .verdict_worlds import DECADES, gentle


def scores_of(value, n=1000.0, chance=0.0, best=1.0, decades=DECADES) -> Scores:
    value = np.asarray(value, dtype=float)
    return Scores(decades, value, np.full(len(value), n), chance, best, True)


def drawn(rate, n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).binomial(n, rate) / n


def binomial_deviance(scores: Scores, curve: np.ndarray) -> float:
    """From scipy's likelihood: twice what a curve loses against one through every point."""
    right, n = scores.value * scores.weight, scores.weight
    told = stats.binom.logpmf(right, n, np.clip(curve, 1e-300, 1 - 1e-15))
    return float(2 * np.sum(stats.binom.logpmf(right, n, scores.value) - told))


CASES = {
    "exact match": (drawn(np.exp(-3 * gentle(DECADES)), 1000), 0.0),
    "few items": (drawn(np.exp(-3 * gentle(DECADES)), 30), 0.0),
    "nothing below": (
        np.where(np.arange(10) < 6, 0.0, [0, 0, 0, 0, 0, 0, 0.01, 0.1, 0.3, 0.4]),
        0.0,
    ),
    "a step": (np.where(np.arange(10) < 5, 0.1, 0.9), 0.0),
    "choices": (drawn(0.25 + 0.75 * np.exp(-gentle(DECADES)), 1000), 0.25),
    "saturated": (np.where(np.arange(10) < 2, 0.7, 1.0), 0.0),
}


@pytest.mark.parametrize("case", CASES)
def test_the_best_curve_is_as_good_as_a_general_optimiser_finds(case):
    value, chance = CASES[case]
    n = 30.0 if case == "few items" else 1000.0
    scores = scores_of(value, n, chance)
    centred = DECADES - DECADES.mean()
    floor = np.ones(10)
    bases = np.stack([[10 ** (-a * centred), floor] for a in EXPONENTS]).transpose(0, 2, 1)
    deviance, _ = fit_bases(scores, bases)

    def objective(log_weights, basis):
        curve = chance + (1 - chance) * np.exp(-(basis @ np.exp(np.clip(log_weights, -40, 20))))
        return binomial_deviance(scores, curve)

    reference = min(
        minimize(
            objective, start, args=(basis,), method="Nelder-Mead", options={"maxiter": 2000}
        ).fun
        for basis in bases[::3]
        for start in ([0.0, 0.0], [-2.0, 1.0], [1.0, -6.0])
    )
    assert deviance.min() <= reference + 1e-2


@given(
    st.sampled_from(EXPONENTS[6:].tolist()), st.floats(0.1, 2), st.floats(0, 0.5), st.floats(0, 0.5)
)
@settings(max_examples=40)
def test_a_curve_of_the_family_is_found_again(exponent, height, floor, chance):
    loss = floor + height * 10 ** (-exponent * (DECADES - DECADES.mean()))
    value = chance + (1 - chance) * np.exp(-loss)
    fitted = fit_smooth(scores_of(value, chance=chance))
    assert fitted.aicc(10) <= Fitted(0.01, 3, value).aicc(10)
    np.testing.assert_allclose(fitted.curve, value, atol=0.04)


@pytest.mark.parametrize("counted", [True, False])
def test_deviances_are_those_of_the_curves_that_are_returned(counted):
    value = CASES["exact match"][0]
    weight = np.full(10, 1000.0 if counted else 1 / 0.01**2)
    scores = Scores(DECADES, value, weight, 0.0, 1.0, counted)
    for fitted in (fit_smooth(scores), fit_stepped(scores, [4, 5])):
        expected = (
            binomial_deviance(scores, fitted.curve)
            if counted
            else (((value - fitted.curve) / 0.01) ** 2).sum()
        )
        assert fitted.deviance == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_smooth_curves_rise_and_stay_within_their_ends():
    for value, chance in CASES.values():
        curve = fit_smooth(scores_of(value, chance=chance)).curve
        assert (np.diff(curve) >= -1e-12).all()
        assert (curve >= chance).all()
        assert (curve <= 1).all()


def test_a_step_is_fitted_by_the_stepped_curve_alone():
    scores = scores_of(CASES["a step"][0])
    smooth, stepped = fit_smooth(scores), fit_stepped(scores, [3, 4, 5])
    assert stepped.deviance < 0.1
    assert smooth.deviance > 100


def test_a_smooth_curve_has_a_width():
    # The steepest of the family, a = 1: from 10% to 90% in log10(ln 10 / ln(10/9)) decades.
    assert EXPONENTS.max() == 1
    assert np.log10(np.log(10) / np.log(10 / 9)) > 1.3


@given(st.floats(0, 1e4), st.integers(2, 5), st.integers(4, 40))
def test_aicc_is_hurvich_and_tsais(deviance, parameters, levels):
    told = Fitted(deviance, parameters, np.zeros(levels)).aicc(levels)
    if levels <= parameters + 1:
        assert told == np.inf
        return
    correction = 2 * parameters * (parameters + 1) / (levels - parameters - 1)
    assert told == pytest.approx(deviance + 2 * parameters + correction)


def test_spread_beyond_the_items_is_measured_and_never_below_one():
    rate = np.exp(-3 * gentle(DECADES))
    assert inflation(scores_of(rate), [4]) == 1
    rng = np.random.default_rng(0)
    spread = np.clip(rate * np.exp(0.3 * rng.standard_normal(10)), 0, 1)
    assert inflation(scores_of(spread, n=10_000), [4]) > 10


@pytest.mark.parametrize("value", [np.zeros(10), np.ones(10), np.full(10, 0.5)])
def test_constants_at_and_off_the_ends_are_fitted(value):
    fitted = fit_smooth(scores_of(value))
    assert np.isfinite(fitted.curve).all()
    np.testing.assert_allclose(fitted.curve, value, atol=0.01)


def test_shares_of_items_are_weighed_by_their_number_and_other_scores_by_their_errors():
    unknown = np.full(4, np.nan)
    rate = np.array([0.1, 0.2, 0.6, 0.9])

    def weighed(score: Measured) -> Scores:
        scale = 10.0 ** np.arange(6.0, 10)
        found = module.scores_of(Evidence("t", "m", "f", "params", scale, np.zeros(4), score))
        assert found is not None
        return found[1]

    counted = weighed(Measured("acc", rate, unknown, np.full(4, 500.0), counted=True))
    assert counted.counted
    np.testing.assert_allclose(counted.weight, 500)
    known = weighed(Measured("acc", rate, np.full(4, 0.02), unknown))
    assert not known.counted
    np.testing.assert_allclose(known.weight, 1 / 0.02**2)

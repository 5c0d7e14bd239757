"""Expected scores of multiple choice against integrals, direct sums and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from emergence_widgets.core.theory.multiple_choice import (
    check_concentration,
    expected_brier_score,
    expected_multiple_choice_grade,
    failure_moment,
)

successes = st.floats(0, 1)
options = st.integers(2, 20)
noises = st.floats(0.05, 1)
concentrations = st.floats(0.5, 10_000)


def grade_of_one_item(p, options, tau):
    """The closed form of the docstring as it stands, for p below 1."""
    q = p + (1 - p) / options
    odds = ((options - 1) * q / (1 - q)) ** (1 / tau)
    return odds / (odds + options - 1)


def integrated_grade(mean, options, tau, concentration):
    """Mean over Beta items by quad, which takes the poles of the density as its weight."""
    a, b = concentration * mean - 1, concentration * (1 - mean) - 1
    poles = min(a, 0.0), min(b, 0.0)

    def integrand(p):
        density = np.exp(special.xlogy(a - poles[0], p) + special.xlog1py(b - poles[1], -p) - norm)
        return density * (grade_of_one_item(p, options, tau) if p < 1 else 1.0)

    norm = special.betaln(a + 1, b + 1)
    return integrate.quad(
        integrand, 0, 1, weight="alg", wvar=poles, limit=500, epsabs=1e-11, epsrel=1e-10
    )[0]


@given(p=successes, options=options)
def test_brier_score_is_the_sum_over_options(p, options):
    q = np.full(options, (1 - p) / options)
    q[0] += p
    truth = np.zeros(options)
    truth[0] = 1
    assert expected_brier_score(p, options) == pytest.approx(((q - truth) ** 2).sum(), abs=1e-15)


@given(options=options, concentration=concentrations)
def test_brier_score_of_a_guess(options, concentration):
    guess = 1 - 1 / options
    assert expected_brier_score(0.0, options) == pytest.approx(guess, rel=1e-15)
    assert expected_brier_score(0, options, concentration=concentration) == pytest.approx(guess)
    assert expected_brier_score(1.0, options, concentration=concentration) == 0
    assert expected_brier_score(0.0, 4) == 0.75


def test_brier_score_near_certainty():
    assert expected_brier_score(1.0, 4, failure=1e-20) == pytest.approx(0.75e-40)


@pytest.mark.parametrize("concentration", [np.inf, 3.0])
def test_simulated_items(concentration):
    rng = np.random.default_rng(7)
    items, options, p, tau = 200_000, 4, 0.6, 0.3
    skill = (
        np.full(items, p)
        if np.isinf(concentration)
        else rng.beta(concentration * p, concentration * (1 - p), items)
    )
    mass = np.repeat((1 - skill[:, None]) / options, options, axis=1)
    mass[:, 0] += skill
    brier = (1 - mass[:, 0]) ** 2 + (mass[:, 1:] ** 2).sum(axis=1)
    noisy = np.log(mass) + tau * rng.gumbel(size=mass.shape)
    grade = noisy.argmax(axis=1) == 0
    facts = [
        (brier, expected_brier_score(p, options, concentration=concentration)),
        (
            grade,
            expected_multiple_choice_grade(
                p, options, decision_noise=tau, concentration=concentration
            ),
        ),
    ]
    for scores, expected in facts:
        assert abs(scores.mean() - expected) <= 4 * scores.std() / np.sqrt(items) + 1e-12


@given(options=options, tau=noises, concentration=concentrations)
def test_grade_of_a_guess_and_of_certainty(options, tau, concentration):
    for spread in (np.inf, concentration):
        guess, sure = expected_multiple_choice_grade(
            [0.0, 1.0], options, decision_noise=tau, concentration=spread
        )
        assert guess == pytest.approx(1 / options, rel=1e-14)
        assert sure == 1


@given(p=successes, options=options, concentration=concentrations)
def test_grade_is_the_mass_at_noise_one(p, options, concentration):
    mass = p + (1 - p) / options
    for spread in (np.inf, concentration):
        grade = expected_multiple_choice_grade(p, options, concentration=spread)
        assert grade == pytest.approx(mass, rel=1e-14)


@given(p=st.floats(0, 0.999), options=options, tau=noises)
def test_grade_is_the_closed_form(p, options, tau):
    grade = expected_multiple_choice_grade(p, options, decision_noise=tau)
    assert grade == pytest.approx(grade_of_one_item(p, options, tau), rel=1e-10)


@pytest.mark.parametrize("tau", [1e-4, 1e-300])
def test_grade_is_a_step_without_noise(tau):
    grade = expected_multiple_choice_grade([0, 0.01, 0.3, 1], 5, decision_noise=tau)
    np.testing.assert_allclose(grade, [0.2, 1, 1, 1], atol=1e-12)


@settings(max_examples=60)
@given(p=st.floats(0.02, 0.98), options=options, tau=noises, concentration=st.floats(0.5, 300))
def test_spread_of_items_against_quadrature(p, options, tau, concentration):
    grade = expected_multiple_choice_grade(
        p, options, decision_noise=tau, concentration=concentration
    )
    expected = integrated_grade(p, options, tau, concentration)
    assert grade == pytest.approx(expected, abs=1e-9 if options <= 4 else 2e-6)


@pytest.mark.parametrize("mean", [0.2, 0.28, 0.5])
def test_spread_of_items_where_the_grade_bends_most(mean):
    grade = expected_multiple_choice_grade(mean, 20, decision_noise=0.05, concentration=0.5)
    assert grade == pytest.approx(integrated_grade(mean, 20, 0.05, 0.5), abs=2e-6)


@given(p=successes, options=options, tau=noises)
def test_limits_of_the_concentration(p, options, tau):
    def grade(concentration):
        return expected_multiple_choice_grade(
            p, options, decision_noise=tau, concentration=concentration
        )

    assert grade(1e9) == pytest.approx(float(grade(np.inf)), abs=2e-6)
    # Items are known or guessed.
    assert grade(1e-9) == pytest.approx(p + (1 - p) / options, abs=1e-6)


@given(
    p=st.lists(successes, min_size=2, max_size=8),
    options=options,
    tau=noises,
    concentration=concentrations,
)
def test_more_skill_never_hurts(p, options, tau, concentration):
    for spread in (np.inf, concentration):
        grade = expected_multiple_choice_grade(
            sorted(p), options, decision_noise=tau, concentration=spread
        )
        slack = 0 if np.isinf(spread) else 2e-6
        assert np.all(np.diff(grade) >= -slack - 1e-14)
        assert np.all((grade >= 1 / options - 1e-15) & (grade <= 1))
        brier = expected_brier_score(sorted(p), options, concentration=spread)
        assert np.all(np.diff(brier) <= 1e-14)


@given(p=successes, options=options, noise=st.tuples(noises, noises))
def test_less_noise_never_hurts(p, options, noise):
    sharp, blunt = sorted(noise)
    grades = expected_multiple_choice_grade(p, options, decision_noise=[sharp, blunt])
    assert grades[0] >= grades[1] - 1e-14


def test_leading_axes_broadcast():
    p = np.linspace(0, 1, 6).reshape(3, 1, 2)
    tau, concentration = np.array([[0.1], [1.0]]), np.array([5.0, np.inf])
    grade = expected_multiple_choice_grade(p, 4, decision_noise=tau, concentration=concentration)
    assert grade.shape == (3, 2, 2)
    for i, j, k in np.ndindex(grade.shape):
        alone = expected_multiple_choice_grade(
            p[i, 0, k], 4, decision_noise=tau[j, 0], concentration=concentration[k]
        )
        assert grade[i, j, k] == pytest.approx(float(alone), rel=1e-13)
    brier = expected_brier_score(p, 4, concentration=concentration)
    assert brier.shape == (3, 1, 2)


def test_unknown_success_stays_unknown():
    grade = expected_multiple_choice_grade(
        [np.nan, 0.5], 4, decision_noise=0.3, concentration=[2.0, 2.0]
    )
    assert np.isnan(grade).tolist() == [True, False]
    assert np.isnan(expected_brier_score(np.nan, 4))


@pytest.mark.parametrize("expected", [expected_brier_score, expected_multiple_choice_grade])
def test_errors_say_what_is_wrong(expected):
    with pytest.raises(ValueError, match="options is 1; a choice has at least 2 options"):
        expected(0.5, 1)
    with pytest.raises(ValueError, match="concentration is 0; it must be above 0"):
        expected(0.5, 4, concentration=0)


@pytest.mark.parametrize("bad", [0, -0.1, 1.5, np.nan])
def test_noise_outside_its_range(bad):
    with pytest.raises(ValueError, match=r"decision_noise is .*; expected above 0 and at most 1"):
        expected_multiple_choice_grade(0.5, 4, decision_noise=bad)


@given(
    failure=st.floats(0.01, 0.99),
    power=st.integers(1, 6),
    concentration=st.floats(0.1, 1000),
)
def test_moments_are_those_of_the_beta_distribution(failure, power, concentration):
    a, b = concentration * failure, concentration * (1 - failure)
    expected = np.exp(special.betaln(a + power, b) - special.betaln(a, b))
    moment = failure_moment(failure, power, concentration)
    np.testing.assert_allclose(moment, expected, rtol=1e-10)


@given(failure=st.floats(0, 1), power=st.integers(1, 8))
def test_limits_of_the_moments(failure, power):
    assert failure_moment(failure, power) == pytest.approx(failure**power, rel=1e-15)
    assert failure_moment(failure, power, 1e12) == pytest.approx(failure**power, abs=1e-9)
    # Items that are either certain or hopeless.
    assert failure_moment(failure, power, 1e-12) == pytest.approx(failure, abs=1e-9)


def test_first_moment_is_the_mean_whatever_the_spread():
    concentration = [1e-3, 1.0, 1e3, np.inf]
    np.testing.assert_allclose(failure_moment(0.3, 1, concentration), 0.3, rtol=1e-14)


@pytest.mark.parametrize("bad", [0, -1, np.nan, [1.0, 0.0]])
def test_concentration_that_is_not_above_zero(bad):
    with pytest.raises(ValueError, match=r"concentration is .*; it must be above 0 \(inf"):
        check_concentration(bad)
    with pytest.raises(ValueError, match="concentration is"):
        failure_moment(0.5, 2, bad)

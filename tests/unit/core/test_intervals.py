"""Intervals, resolution and resampling against scipy, exact counts and theory."""

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.statistics import intervals as sampling
from emergence_widgets.core.statistics.intervals import (
    all_right_probability,
    bootstrap_scores,
    items_needed,
    mean_interval,
    smallest_visible_rate,
    wilson_interval,
)

confidences = st.floats(0.5, 0.999)


@st.composite
def counts_of_right(draw, most=2000):
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@given(test=counts_of_right(), confidence=confidences)
def test_wilson_is_scipys(test, confidence):
    k, n = test
    expected = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
    lower, upper = wilson_interval(k, n, confidence=confidence)
    assert lower == pytest.approx(expected.low, rel=1e-11, abs=1e-15)
    assert upper == pytest.approx(expected.high, rel=1e-11)


def test_wilson_of_every_count_up_to_sixty():
    counts = [(k, n) for n in range(1, 61) for k in range(n + 1)]
    lower, upper = wilson_interval(*np.transpose(counts))
    expected = [stats.binomtest(k, n).proportion_ci(method="wilson") for k, n in counts]
    np.testing.assert_allclose(lower, [interval.low for interval in expected], atol=1e-14)
    np.testing.assert_allclose(upper, [interval.high for interval in expected], atol=1e-14)


@given(test=counts_of_right(10**9), confidence=confidences)
def test_wilson_bounds_lie_z_standard_errors_away(test, confidence):
    k, n = test
    z = stats.norm.ppf(0.5 + confidence / 2)
    for bound in wilson_interval(k, n, confidence=confidence):
        error = z * np.sqrt(bound * (1 - bound) / n)
        assert abs(k / n - bound) == pytest.approx(error, rel=1e-6, abs=1e-12)


@given(n=st.integers(1, 10**9), confidence=confidences)
def test_wilson_is_exact_at_both_ends(n, confidence):
    lower, upper = wilson_interval([0, n], n, confidence=confidence)
    assert lower[0] == 0
    assert upper[1] == 1
    assert 0 < upper[0] < 1
    assert upper[0] == pytest.approx(1 - lower[1])


@given(test=counts_of_right(10**6), confidence=confidences)
def test_wilson_holds_the_share_and_is_symmetric(test, confidence):
    k, n = test
    lower, upper = wilson_interval(k, n, confidence=confidence)
    assert 0 <= lower <= k / n <= upper <= 1
    mirrored = wilson_interval(n - k, n, confidence=confidence)
    np.testing.assert_allclose([1 - upper, 1 - lower], mirrored, atol=1e-12)
    wider = wilson_interval(k, n, confidence=(1 + confidence) / 2)
    assert wider[0] <= lower
    assert wider[1] >= upper
    more = wilson_interval(10 * k, 10 * n, confidence=confidence)
    assert more[1] - more[0] < upper - lower


@pytest.mark.parametrize("n", [10, 50, 200])
def test_wilson_covers_as_it_says(n):
    """Coverage summed over all counts; Wilson's is right on average over rates."""
    rates = np.linspace(0.0005, 0.9995, 1000)[:, None]
    counts = np.arange(n + 1)
    lower, upper = wilson_interval(counts, n)
    covered = (lower <= rates) & (rates <= upper)
    coverage = (stats.binom.pmf(counts, n, rates) * covered).sum(axis=1)
    assert coverage.mean() == pytest.approx(0.95, abs=0.01)
    # Brown, Cai and DasGupta 2001: the deepest dip, beside 0 and 1, is at about 0.83.
    assert coverage.min() > 0.82


def test_wilson_without_items_and_without_numbers():
    lower, upper = wilson_interval([0, np.nan, 1.5], [0, 10, 3])
    np.testing.assert_allclose(lower[:2], [0, np.nan])
    np.testing.assert_allclose(upper[:2], [1, np.nan])
    assert lower[2] < 0.5 < upper[2]
    assert wilson_interval([[1], [2]], [10, 20, 30])[0].shape == (2, 3)


def test_errors_of_wilson():
    with pytest.raises(ValueError, match="successes is 11 of 10; expected 0 to n"):
        wilson_interval([[5, 11]], 10)
    with pytest.raises(ValueError, match="successes is -1 of 10"):
        wilson_interval(-1, 10)
    with pytest.raises(ValueError, match="successes is 0 of -3"):
        wilson_interval(0, -3)


@pytest.mark.parametrize("bad", [0, 1, 95, -0.5, np.nan])
@pytest.mark.parametrize(
    "function",
    [
        lambda confidence: wilson_interval(1, 2, confidence=confidence),
        lambda confidence: mean_interval(1, 2, 3, confidence=confidence),
        lambda confidence: items_needed(0.5, confidence=confidence),
        lambda confidence: smallest_visible_rate(3, confidence=confidence),
    ],
)
def test_confidence_is_a_share(function, bad):
    with pytest.raises(ValueError, match=r"confidence is .*; it lies between 0 and 1, such as"):
        function(bad)


@given(
    mean=st.floats(-100, 100),
    stderr=st.floats(1e-3, 100),
    n=st.integers(2, 10**6),
    confidence=confidences,
)
def test_mean_interval_is_students(mean, stderr, n, confidence):
    expected: Any = stats.t.interval(confidence, n - 1, loc=mean, scale=stderr)
    found = mean_interval(mean, stderr, n, confidence=confidence)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_mean_interval_covers_as_it_says():
    rng = np.random.default_rng(3)
    samples = rng.normal(5, 2, size=(20_000, 6))
    stderr = samples.std(axis=1, ddof=1) / np.sqrt(6)
    lower, upper = mean_interval(samples.mean(axis=1), stderr, 6)
    covered = ((lower <= 5) & (upper >= 5)).mean()
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 20_000))


def test_one_item_has_no_mean_interval():
    lower, upper = mean_interval([1.0, 1.0, 1.0], 0.1, [0, 1, 2])
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, True, False]


def test_published_numbers_of_items():
    # Schaeffer et al. 2023, App. A: exact match over 3, 5 and 10 tokens at p = 0.5.
    assert items_needed(0.5 ** np.array([3, 5, 10])).tolist() == [23, 95, 3067]


@given(rate=st.floats(1e-9, 0.999), confidence=confidences)
def test_items_needed_is_the_fewest(rate, confidence):
    n = items_needed(rate, confidence=confidence)
    seen = -np.expm1(n * np.log1p(-rate))
    seen_with_one_less = -np.expm1((n - 1) * np.log1p(-rate))
    assert n >= 1
    assert seen >= confidence - 1e-9
    assert seen_with_one_less < confidence


@given(n=st.integers(1, 10**9), confidence=st.floats(0.5, 0.999))
def test_items_needed_inverts_the_smallest_visible_rate(n, confidence):
    rate = smallest_visible_rate(n, confidence=confidence)
    assert items_needed(rate, confidence=confidence) == n
    assert -np.expm1(n * np.log1p(-rate)) == pytest.approx(confidence, rel=1e-9)


def test_items_needed_at_the_edges():
    rates = [0.0, 5e-324, 1e-17, 1.0, np.nan]
    np.testing.assert_allclose(
        items_needed(rates), [np.inf, np.inf, -np.log(0.05) * 1e17, 1, np.nan], rtol=1e-11
    )
    for bad in (-0.1, 1.1):
        with pytest.raises(ValueError, match=f"rate holds {bad}; expected 0 to 1"):
            items_needed([0.0, 1.0, bad])


def test_a_test_has_items():
    assert smallest_visible_rate(1) == pytest.approx(0.95)
    with pytest.raises(ValueError, match="n_items holds 0; a test has at least 1 item"):
        smallest_visible_rate([10, 0])


@given(test=counts_of_right(400), k=st.integers(1, 30))
def test_all_right_is_the_ratio_of_combinations(test, k):
    right, n = test
    found = all_right_probability(right, n, k)
    if n < k:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(comb(right, k) / comb(n, k), rel=1e-10)
        assert found == pytest.approx(stats.hypergeom.pmf(k, n, right, k), rel=1e-9)


def test_all_right_by_drawing_every_subset():
    answers = [1, 1, 0, 1, 0, 1, 1]
    for k in range(1, 8):
        drawn = [all(subset) for subset in combinations(answers, k)]
        assert all_right_probability(5, 7, k) == pytest.approx(np.mean(drawn))


@given(p=st.floats(1e-6, 1), n=st.integers(1, 40), k=st.integers(1, 40))
def test_all_right_is_unbiased(p, n, k):
    if k <= n:
        chances = stats.binom.pmf(np.arange(n + 1), n, p)
        estimates = all_right_probability(np.arange(n + 1), n, k)
        assert (chances * estimates).sum() == pytest.approx(p**k, abs=1e-10)


def test_all_right_of_a_million_items():
    for right, k in ((999_999, 3), (500_000, 10), (10, 10)):
        expected = comb(right, k) / comb(1_000_000, k)
        assert all_right_probability(right, 1_000_000, k) == pytest.approx(expected, rel=1e-7)


def test_all_right_at_the_edges():
    found = all_right_probability([0, 10, 5, np.nan, 2], [10, 10, np.nan, 10, 2], [1, 10, 1, 1, 3])
    np.testing.assert_allclose(found, [0, 1, np.nan, np.nan, np.nan])


def test_errors_of_all_right():
    with pytest.raises(ValueError, match="right is 11 of 10; expected 0 to n"):
        all_right_probability(11, 10, 2)
    with pytest.raises(ValueError, match="right is -1 of 10; expected 0 to n"):
        all_right_probability([3, -1], 10, 2)
    with pytest.raises(ValueError, match="k holds 0; expected at least 1"):
        all_right_probability(3, 10, 0)


def test_bootstrap_has_the_mean_and_variance_of_resampling():
    scores = np.random.default_rng(1).exponential(size=60)
    draws = 20_000
    replicates = bootstrap_scores(scores, draws=draws)
    variance = scores.var() / len(scores)
    assert replicates.mean() == pytest.approx(scores.mean(), abs=4 * np.sqrt(variance / draws))
    # Near normal, so that the variance of the variance is about 2 / draws.
    assert replicates.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / draws))


def test_bootstrap_keeps_pairs():
    rng = np.random.default_rng(2)
    easy = rng.random((2, 3, 40))
    harder = easy - 0.25
    replicates = bootstrap_scores([easy, harder], draws=200)
    assert replicates.shape == (200, 2, 2, 3)
    np.testing.assert_allclose(replicates[:, 0] - replicates[:, 1], 0.25)
    # The same items in all rows: a row that is the mean of others stays so.
    mixed = bootstrap_scores([easy[0, 0], easy[0, 1], easy[0, :2].mean(axis=0)], draws=50)
    np.testing.assert_allclose(mixed[:, 2], mixed[:, :2].mean(axis=1))


def test_bootstrap_draws_whole_items():
    replicates = bootstrap_scores(np.eye(5), draws=300, seed=4)
    counts = replicates * 5
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-12)
    np.testing.assert_allclose(counts.sum(axis=1), 5)


def test_bootstrap_follows_its_seed():
    scores = np.arange(10.0)
    np.testing.assert_array_equal(bootstrap_scores(scores), bootstrap_scores(scores, seed=0))
    assert np.any(bootstrap_scores(scores) != bootstrap_scores(scores, seed=1))


def test_bootstrap_in_batches_is_the_same(monkeypatch):
    scores = np.random.default_rng(5).random((2, 30))
    whole = bootstrap_scores(scores, draws=100)
    monkeypatch.setattr(sampling, "MOST_WEIGHTS", 70)
    np.testing.assert_allclose(bootstrap_scores(scores, draws=100), whole, rtol=1e-14)


def test_errors_of_the_bootstrap():
    for empty in ([], [[], []], 3.0):
        with pytest.raises(ValueError, match="item_scores has no items to resample"):
            bootstrap_scores(empty)
    with pytest.raises(ValueError, match="draws is 0; expected at least 1"):
        bootstrap_scores([1.0], draws=0)

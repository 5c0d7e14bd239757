"""The mirage model against distributions of scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets.core.theory.mirage import expected_scores, loss_at, score_spread

LOSS = np.array([0.01, 0.3, 1.0, 2.5])


def test_the_loss_is_one_nat_above_its_floor_at_the_critical_scale():
    assert loss_at(1e8, -0.3, 1e8, floor=0.2) == pytest.approx(1.2)
    assert loss_at([1e10, 1e12], -0.5, 1e8).tolist() == pytest.approx([0.1, 0.01])


@given(length=st.integers(1, 30), errors=st.integers(0, 3), kappa=st.floats(0.5, 500))
def test_answers_are_beta_binomial(length, errors, kappa):
    p = np.exp(-LOSS)
    scores = expected_scores(
        LOSS, length=length, options=4, errors_allowed=errors, concentration=kappa
    )
    wrong = stats.betabinom(length, kappa * (1 - p), kappa * p)
    np.testing.assert_allclose(scores["exact_match"], wrong.cdf(errors), rtol=1e-8)
    np.testing.assert_allclose(scores["token_edit_distance"], wrong.mean(), rtol=1e-9)
    np.testing.assert_allclose(scores["edit_similarity"], 1 - wrong.mean() / length, rtol=1e-9)


@given(length=st.integers(1, 50), kappa=st.floats(0.1, 1000))
def test_items_spread_as_the_beta_binomial_does(length, kappa):
    p = np.exp(-LOSS)
    spread = score_spread(LOSS, length=length, options=4, concentration=kappa)
    wrong = stats.betabinom(length, kappa * (1 - p), kappa * p)
    np.testing.assert_allclose(spread["token_edit_distance"], wrong.std(), rtol=1e-7)
    np.testing.assert_allclose(spread["token_success"], wrong.std() / length, rtol=1e-7)


def test_items_that_are_alike_spread_as_the_binomial_does():
    spread = score_spread(LOSS, length=7, options=4)
    np.testing.assert_allclose(
        spread["token_edit_distance"], stats.binom(7, np.exp(-LOSS)).std(), rtol=1e-12
    )
    assert spread["brier_score"].tolist() == [0.0] * 4


@pytest.mark.parametrize("options", [2, 5])
@pytest.mark.parametrize("kappa", [0.5, 20.0])
def test_brier_scores_of_drawn_items(options, kappa):
    """``(K - 1) / K (1 - p)^2`` of items drawn as quantiles of their Beta distribution."""
    share = (np.arange(200_000) + 0.5) / 200_000
    for loss in LOSS:
        p = np.exp(-loss)
        item = stats.beta.ppf(share, kappa * p, kappa * (1 - p))
        score = (options - 1) / options * (1 - item) ** 2
        one = np.array([loss])
        spread = score_spread(one, length=3, options=options, concentration=kappa)
        expected = expected_scores(one, length=3, options=options, concentration=kappa)
        assert spread["brier_score"][0] == pytest.approx(score.std(), rel=2e-3)
        assert expected["brier_score"][0] == pytest.approx(score.mean(), rel=2e-3)

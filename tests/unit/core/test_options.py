"""Scores of probabilities against loops over rows and options."""

from math import exp, inf, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.metrics.options import (
    brier_score,
    log_likelihood,
    multiple_choice_grade,
    option_margin,
    option_probability,
    token_loss,
)

CHOICES = (multiple_choice_grade, option_probability, option_margin, brier_score)
# Quarters of a nat, so that ties occur and sums are exact.
logprobs = st.integers(-120, 0).map(lambda quarters: quarters / 4) | st.just(-inf)
token_rows = st.lists(st.lists(logprobs, min_size=1, max_size=6), max_size=6)


@st.composite
def questions(draw, least=1, values=logprobs):
    """Ragged rows with an option that is possible, and the index of the right one."""
    rows = draw(st.lists(st.lists(values, min_size=least, max_size=6), min_size=1, max_size=6))
    for row in rows:
        if max(row) == -inf:
            row[draw(st.integers(0, len(row) - 1))] = -1.0
    return rows, [draw(st.integers(0, len(row) - 1)) for row in rows]


def shares(row):
    masses = [exp(value - max(row)) for value in row]
    return [mass / sum(masses) for mass in masses]


@given(rows=token_rows)
def test_loss_and_likelihood_are_the_mean_and_the_sum(rows):
    assert log_likelihood(rows).tolist() == [sum(row) for row in rows]
    np.testing.assert_allclose(token_loss(rows), [-sum(row) / len(row) for row in rows])
    assert np.all(token_loss(rows) >= 0)
    assert not np.signbit(token_loss(rows)).any()


def test_rows_without_tokens_and_unknown_tokens():
    np.testing.assert_array_equal(log_likelihood([[], [-1.0, nan], None]), [nan, nan, nan])
    np.testing.assert_array_equal(token_loss([[], [-1.0, nan], [-inf]]), [nan, nan, inf])
    assert log_likelihood([]).shape == token_loss([]).shape == (0,)


def test_rows_as_one_table():
    table = np.log([[0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_allclose(log_likelihood(table), [log(0.25), log(0.1875)])


@given(question=questions())
def test_grade_shares_the_point_among_ties(question):
    rows, right = question
    expected = [
        (row[at] == max(row)) / row.count(max(row)) for row, at in zip(rows, right, strict=True)
    ]
    np.testing.assert_allclose(multiple_choice_grade(rows, right), expected, rtol=1e-15)


@given(question=questions())
def test_probability_and_brier_score_sum_over_options(question):
    rows, right = question
    masses = [shares(row) for row in rows]
    np.testing.assert_allclose(
        option_probability(rows, right),
        [mass[at] for mass, at in zip(masses, right, strict=True)],
        rtol=1e-12,
    )
    brier = [
        sum((share - (k == at)) ** 2 for k, share in enumerate(mass))
        for mass, at in zip(masses, right, strict=True)
    ]
    found = brier_score(rows, right)
    np.testing.assert_allclose(found, brier, rtol=1e-9, atol=1e-15)
    assert np.all((found >= 0) & (found <= 2))


@given(question=questions(least=2))
def test_margin_is_the_lead_over_the_best_wrong_option(question):
    rows, right = question
    expected = [
        row[at] - max(value for k, value in enumerate(row) if k != at)
        for row, at in zip(rows, right, strict=True)
    ]
    margin = option_margin(rows, right)
    np.testing.assert_array_equal(margin, expected)
    grade = multiple_choice_grade(rows, right)
    assert np.array_equal(margin > 0, grade == 1)
    assert np.array_equal(margin < 0, grade == 0)


@given(question=questions(), shift=st.floats(-1e4, 1e4))
def test_a_constant_added_to_all_options_changes_nothing(question, shift):
    rows, right = question
    moved = [[value + shift for value in row] for row in rows]
    for score in CHOICES:
        np.testing.assert_allclose(score(moved, right), score(rows, right), atol=1e-9)


@given(question=questions(least=2), data=st.data())
def test_the_order_of_the_options_changes_nothing(question, data):
    rows, right = question
    for row, at in zip(rows, right, strict=True):
        order = data.draw(st.permutations(range(len(row))))
        mixed = [row[k] for k in order]
        for score in CHOICES:
            np.testing.assert_allclose(
                score([mixed], [order.index(at)]), score([row], [at]), rtol=1e-12
            )


@given(options=st.integers(2, 20), value=logprobs, data=st.data())
def test_an_even_guess_scores_at_chance(options, value, data):
    rows, right = [[value] * options], [data.draw(st.integers(0, options - 1))]
    assert multiple_choice_grade(rows, right)[0] == pytest.approx(1 / options)
    assert option_probability(rows, right)[0] == pytest.approx(1 / options)
    assert brier_score(rows, right)[0] == pytest.approx(1 - 1 / options)
    assert option_margin(rows, right)[0] == 0


def test_certainty():
    for rows, right, scores in (
        ([[0.0, -inf, -inf]], [0], [1, 1, inf, 0]),
        ([[0.0, -inf, -inf]], [1], [0, 0, -inf, 2]),
        ([[-1e5, -2e5]], [0], [1, 1, 1e5, 0]),
    ):
        assert [score(rows, right)[0] for score in CHOICES] == scores


def test_small_brier_scores_keep_their_digits():
    # The wrong option's mass is exp(-50): its square twice.
    assert brier_score([[0.0, -50.0]], [0])[0] == pytest.approx(2 * exp(-100), rel=1e-12)


@pytest.mark.parametrize("row", [[nan, -1.0, -2.0], [-1.0, nan, -2.0], [nan] * 3, [inf, -1.0, 0.0]])
def test_unknown_log_probabilities_make_a_row_unknown(row):
    for score in CHOICES:
        found = score([row, [-1.0, -2.0]], [1, 0])
        assert np.isnan(found[0])
        assert found[1] == score([[-1.0, -2.0]], [0])[0]


def test_one_option_and_no_rows():
    assert [score([[-3.0]], [0])[0] for score in CHOICES[:2]] == [1, 1]
    assert np.isnan(option_margin([[-3.0]], [0])[0])
    assert brier_score([[-3.0]], [0])[0] == 0
    for score in CHOICES:
        assert np.isnan(score([[nan]], [0])[0])
        assert score([], []).shape == (0,)


@pytest.mark.parametrize("score", CHOICES)
def test_errors_of_the_right_option(score):
    with pytest.raises(ValueError, match=r"right\[1\] is 2, but the row has 2 options \(from 0\)"):
        score([[-1, -2, -3], [-1, -2]], [2, 2])
    with pytest.raises(ValueError, match=r"right\[0\] is -1, but the row has 2 options"):
        score([[-1, -2]], [-1])
    with pytest.raises(ValueError, match="2 rows of options for 1 right options"):
        score([[-1, -2], [-1, -2]], [0])
    with pytest.raises(TypeError, match="right holds float64; expected the index of the right"):
        score([[-1, -2]], [0.0])
    with pytest.raises(ValueError, match=r"right\[0\] is 0, but the row has 0 options"):
        score([[]], [0])


@pytest.mark.parametrize(
    "score", [log_likelihood, token_loss, lambda rows: brier_score(rows, [0, 0])]
)
def test_a_row_is_one_sequence(score):
    with pytest.raises(ValueError, match=r"row 1 has shape \(1, 2\); expected one log-probability"):
        score([[-1.0, -2.0], [[-1.0, -2.0]]])

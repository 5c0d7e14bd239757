"""Scores of single answers: which columns they need, and what a missing cell does."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets.core.metrics.registry import SCORES
from emergence_widgets.results.item_scores import computable, item_scores
from emergence_widgets.results.schema import SchemaError

ANSWERS = pd.DataFrame(
    {
        "target": ["a b", "3", "x", None],
        "output": ["a b", "4", None, "x"],
        "token_logprobs": [[-1.0, -2.0], [], None, np.array([-0.5])],
        "target_logprob": [np.nan, -7.0, np.nan, -9.0],
        "choices": [["a b", "c"], ["3", "4"], ["x"], None],
        "choice_logprobs": [[-1.0, -2.0], np.array([-2.0, -1.0]), None, [-1.0]],
        "squared_error": [0.5, np.nan, 0.0, 2.0],
    }
)
EXPECTED = {
    "exact_match": [1, 0, np.nan, np.nan],
    "token_edit_distance": [0, 1, np.nan, np.nan],
    "edit_similarity": [1, 0, np.nan, np.nan],
    "prefix_match": [1, 0, np.nan, np.nan],
    "numeric_error": [np.nan, 1 / 3, np.nan, np.nan],
    "chrf": [1, 0, np.nan, np.nan],
    "loss": [1.5, np.nan, np.nan, 0.5],
    # Of the whole target where the tokens' are missing.
    "log_likelihood": [-3, -7, np.nan, -0.5],
    "multiple_choice_grade": [1, 0, np.nan, np.nan],
    "option_probability": [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), np.nan, np.nan],
    "option_margin": [1, -1, np.nan, np.nan],
    "brier_score": [2 / (1 + np.exp(1)) ** 2, 2 / (1 + np.exp(-1)) ** 2, np.nan, np.nan],
    "squared_error": [0.5, np.nan, 0, 2],
}


def test_every_registered_score_is_tested_here() -> None:
    assert set(EXPECTED) == set(SCORES)


@pytest.mark.parametrize("score", EXPECTED)
def test_scores_where_their_cells_are_there(score: str) -> None:
    np.testing.assert_allclose(item_scores(ANSWERS, score), EXPECTED[score], rtol=1e-12)


@pytest.mark.parametrize("score", EXPECTED)
def test_no_answers(score: str) -> None:
    assert item_scores(ANSWERS.iloc[:0], score).tolist() == []


def test_what_can_be_computed() -> None:
    assert computable(ANSWERS) == list(SCORES)
    assert computable(ANSWERS.iloc[[3]]) == ["loss", "log_likelihood", "squared_error"]
    assert computable(ANSWERS[["target_logprob"]]) == ["log_likelihood"]
    assert computable(ANSWERS[["output"]]) == []


def test_a_missing_column_lists_the_scores_that_are_left() -> None:
    with pytest.raises(SchemaError, match=r"loss needs the column 'token_logprobs'.*exact_match"):
        item_scores(ANSWERS[["target", "output"]], "loss")
    with pytest.raises(SchemaError, match="needs the column 'right'"):
        item_scores(ANSWERS[["choice_logprobs"]], "brier_score")


def test_an_unknown_score_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no score 'exact_mach'\. Did you mean 'exact_match'\?"):
        item_scores(ANSWERS, "exact_mach")


def test_the_right_option_may_be_given() -> None:
    right: Any = [1, 0.0, None, "0"]
    frame = ANSWERS.assign(right=right)
    np.testing.assert_array_equal(item_scores(frame, "multiple_choice_grade"), [0, 0, np.nan, 1])


@pytest.mark.parametrize("right", [2, -1, 0.5])
def test_a_right_option_that_is_none(right: float) -> None:
    given: Any = [0, right, None, 0]
    frame = ANSWERS.assign(right=given)
    with pytest.raises(SchemaError, match=rf"row 1, column 'right' holds {right}"):
        item_scores(frame, "brier_score")


def test_a_target_that_is_no_choice() -> None:
    targets: Any = ["a b", "5", "x", None]
    frame = ANSWERS.assign(target=targets)
    with pytest.raises(SchemaError, match=r"row 1, column 'target' holds '5'.*\['3', '4'\]"):
        item_scores(frame, "brier_score")


def test_tokens_are_what_the_caller_says() -> None:
    frame = pd.DataFrame({"target": ["abcd"], "output": ["abxd"]})
    assert item_scores(frame, "edit_similarity").tolist() == [0]
    assert item_scores(frame, "edit_similarity", tokens="characters").tolist() == [0.75]
    pairs = item_scores(frame, "edit_similarity", tokens=lambda text: [text[:2], text[2:]])
    assert pairs.tolist() == [0.5]

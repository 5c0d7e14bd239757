"""Questions with options in samples of lm-evaluation-harness."""

from collections import Counter

import numpy as np
import pytest

from emergence_widgets import rescore
from emergence_widgets.results.readers.lm_eval.answers import answers_of, right_option

from .reading import ONE_MODEL, assert_notes, read, samples_of


def test_options_are_numbers_and_the_target_is_an_index() -> None:
    results = read("options")
    answers = samples_of(results)
    assert answers["choices"].tolist() == [["Rome", "Paris", "Bonn"], ["cold", "warm", "dry"]]
    assert answers["choice_logprobs"].tolist() == [[-4.5, -1.25, -9.0], [-2.0, -1.5, -6.0]]
    assert answers["right"].tolist() == [1, 0]
    assert answers["target"].tolist() == ["Paris", "cold"]
    assert answers["output"].tolist() == ["Paris", "warm"]
    assert answers["target_logprob"].tolist() == [-1.25, -2.0]
    assert answers["prompt"].tolist() == ["Capital of France?", "Opposite of hot?"]
    assert (answers["model"] == "acme/tiny-70m").all()
    assert (answers["params"] == 70_000_512).all()
    assert (answers["n_shot"] == 2).all()
    assert_notes(results, ONE_MODEL)


def test_targets_of_every_form() -> None:
    results = read("option_targets")
    answers = samples_of(results)
    right = [0, 1, 1, 0, 1, 1, np.nan]
    np.testing.assert_array_equal(answers["right"].to_numpy(dtype=float), right)
    # Choices 1 and 0, target "0", and the harness counted the first as right: an index.
    assert answers["target"].tolist() == ["a", "no", "1", "1", "b", "b", "d"]
    assert_notes(
        results,
        ("assumed", 1, "several right options"),
        ("skipped", 1, "right option is not told"),
        ONE_MODEL,
    )
    grade = rescore(results, "multiple_choice_grade")
    # The item without a right option does not count.
    assert grade["n_items"].tolist() == [6]
    assert grade["value"].tolist() == pytest.approx([2 / 6])


def test_without_arguments_options_have_numbers() -> None:
    doc = {
        "doc_id": 0, "target": "1", "resps": [[["-1.5", "False"]], [["-2.5", "False"]]],
        "filtered_resps": [["-1.5", "False"], ["-2.5", "False"]], "filter": "none",
    }  # fmt: skip
    (row,) = answers_of(doc, Counter())
    assert row["choices"] == ["0", "1"]
    assert (row["right"], row["target"], row["output"]) == (1, "1", "0")


@pytest.mark.parametrize(
    ("target", "acc", "told", "right"),
    [
        ("1", None, True, 1), (True, None, True, 1), ("a", None, True, 0), ("c", None, True, None),
        ("1", 1.0, False, 0), ("1", 0.0, False, 1), ("1", None, False, None),
        ("7", None, True, None),
        (["b", "a"], None, True, 0), ("['b']", None, True, 1), ("[oops", None, True, None),
    ],
)  # fmt: skip
def test_which_option_is_right(
    target: object, acc: float | None, told: bool, right: int | None
) -> None:
    found = right_option(target, ["a", "b"], [-1.0, -2.0], 0, acc, told=told, tally=Counter())
    assert found == right


def test_a_target_that_names_two_options_is_decided_by_the_harness_score() -> None:
    tally: Counter[tuple[str, str]] = Counter()
    options, logprobs = ["1", "0"], [-1.0, -2.0]
    for acc, right in ((1.0, 0), (0.0, 1)):
        assert right_option("0", options, logprobs, 0, acc, told=True, tally=tally) == right
    assert not tally
    assert right_option("0", options, logprobs, 0, None, told=True, tally=tally) == 0
    assert sum(tally.values()) == 1


def test_a_contradiction_with_the_harness_score_is_said() -> None:
    tally: Counter[tuple[str, str]] = Counter()
    assert right_option("1", ["a", "b"], [-1.0, -2.0], 0, 1.0, told=True, tally=tally) == 1
    assert list(tally) == [
        ("warning", "the harness's acc differs from what target and log-probabilities give")
    ]

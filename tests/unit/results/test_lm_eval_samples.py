"""Files of samples of lm-evaluation-harness, one trap at a time."""

import math
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from emergence_widgets import read_results, rescore
from emergence_widgets.results.item_scores import computable
from emergence_widgets.results.readers.lm_eval.answers import answers_of

from .reading import FIXTURES, ONE_MODEL, TOKENS, assert_notes, read, samples_of

# By trap: columns of the answers, and what is said beside that there is one model (None: not
# looked at).
ANSWERS: dict[str, tuple[dict[str, list[object]], list[tuple[str, int, str]] | None]] = {
    # Lists of one thing may be left out.
    "flattened": ({"output": ["2", "5"]}, None),
    # Only line feeds end a line.
    "line_separators": ({"output": ["a\u2028b", "c\x85"]}, None),
    "samples_inside_results": ({"right": [1], "params": [70_000_512]}, None),
    "appended_runs": ({"output": ["2", "4"]}, [("repaired", 2, "kept the later run")]),
    "other_comparison": ({}, [("warning", 1, "compares otherwise")]),
    # Options inside the question are told apart by the harness's score.
    "options_in_the_question": ({"choices": [["cup", "case"]] * 2, "right": [0, 1]}, None),
    "options_scored_twice": (
        {"choice_logprobs": [[-4.5, -1.25]]}, [("skipped", 2, "acc_mutual_info")],
    ),
    "probability_as_acc": ({}, [("warning", 1, "between 0 and 1")]),
    "arguments_as_lists": (
        {"choices": [["no", "yes"]], "choice_logprobs": [[-3.5, -0.5]], "right": [1]}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("trap", ANSWERS)
def test_what_is_read_and_said(trap: str) -> None:
    columns, notes = ANSWERS[trap]
    results = read(trap)
    answers = samples_of(results)
    assert {name: answers[name].tolist() for name in columns} == columns
    if notes is not None:
        assert_notes(results, *notes, ONE_MODEL)


def test_what_is_read_is_scored() -> None:
    assert rescore(read("line_separators"), "exact_match")["value"].item() == 1
    assert rescore(read("options_in_the_question"), "multiple_choice_grade")["value"].item() == 0.5


def test_a_scored_target_is_no_option_and_has_no_output() -> None:
    results = read("target_log_probability")
    answers = samples_of(results)
    assert answers["target"].tolist() == [" vet", " Ann"]
    assert answers["target_logprob"].tolist() == [-3.25, -8.75]
    assert "choice_logprobs" not in answers
    assert "output" not in answers
    assert computable(answers) == ["log_likelihood"]
    again = rescore(results, "log_likelihood")["value"].item()
    perplexity = results.scores.set_index("metric").loc["perplexity", "value"]
    # The harness: perplexity is the exponential of the mean negative log-probability.
    assert math.exp(-again) == pytest.approx(perplexity, rel=1e-12)


@pytest.mark.parametrize(
    "resps",
    [[[["-3.2", "True"]]], [["-3.2", "True"]], ["-3.2", "True"], [[[-3.2, True]]]],
)
def test_a_scored_target_in_every_nesting(resps: list[object]) -> None:
    request = {"gen_args_0": {"arg_0": "The cat sat on the", "arg_1": " mat"}}
    doc = {"doc_id": 0, "target": " mat", "arguments": request, "resps": resps,
           "filtered_resps": resps, "filter": "none"}  # fmt: skip
    (row,) = answers_of(doc, Counter())
    assert row["target_logprob"] == -3.2
    assert "output" not in row


@pytest.mark.parametrize("resps", [[["-3.2", "True"]], [["12", "13"]], ["12"], "12"])
def test_generated_texts_that_look_like_numbers(resps: object) -> None:
    request = {"gen_args_0": {"arg_0": "6 + 6?", "arg_1": {"until": ["."]}}}
    doc = {"doc_id": 0, "target": "12", "arguments": request, "resps": resps,
           "filtered_resps": ["12"], "filter": "none"}  # fmt: skip
    (row,) = answers_of(doc, Counter())
    assert (row["output"], row["target"]) == ("12", "12")
    assert "target_logprob" not in row


def test_a_rolling_document_is_no_generated_text() -> None:
    results = read("rolling")
    answers = samples_of(results)
    assert answers["target_logprob"].tolist() == [-21.5]
    assert answers["target"].tolist() == ["One two three"]
    assert "output" not in answers
    assert_notes(
        results, ("skipped", 1, "'word_perplexity'"), ("skipped", 1, "'bits_per_byte'"), ONE_MODEL
    )


def test_filters_stay_apart_and_working_is_cut_off() -> None:
    results = read("filters")
    answers = samples_of(results)
    assert answers["filter"].tolist() == ["strict-match"] * 2 + ["flexible-extract"] * 2
    assert answers["output"].tolist() == ["[invalid]", "1000", "5", "1000"]
    assert answers["target"].tolist() == ["5", "1,000", "5", "1,000"]
    # "1,000" and "1000" are one number to the harness, two texts to us.
    assert_notes(results, ("repaired", 4, "'####'"), ("warning", 2, "exact_match"), ONE_MODEL)
    again: Any = rescore(results, "numeric_error").set_index("filter")
    assert again.loc["flexible-extract", ["value", "n_items"]].tolist() == [0, 2]
    assert again.loc["strict-match", ["value", "n_items"]].tolist() == [0, 1]


def test_repeated_answers_are_attempts_of_one_item() -> None:
    results = read("repeats")
    answers = samples_of(results)
    every = answers[answers["filter"] == "all"]
    assert every["output"].tolist() == ["2", "3", "2", "5", "4", "5"]
    assert every["epoch"].tolist() == [0, 1, 2, 0, 1, 2]
    assert answers.loc[answers["filter"] == "maj@3", "output"].tolist() == ["2", "5"]
    assert_notes(results, ("skipped", 4, "'maj@3' kept 1"), ONE_MODEL)
    again = rescore(results, "exact_match").set_index("filter")
    assert again["value"].to_dict() == pytest.approx({"maj@3": 0.5, "all": (2 / 3 + 1 / 3) / 2})
    assert again["n_items"].to_dict() == {"maj@3": 2, "all": 2}


def test_of_several_right_answers_the_nearest_counts() -> None:
    results = read("several_targets")
    answers = samples_of(results)
    assert answers["target"].tolist() == ["Amsterdam", "planet Jupiter", "[1, 3]"]
    assert rescore(results, "exact_match")["value"].item() == pytest.approx(2 / 3)
    assert_notes(results, ("assumed", 2, "several right answers"), ONE_MODEL)


def test_harness_scores_of_items_are_kept_where_they_are_numbers() -> None:
    results = read("no_number_an_item")
    answers = samples_of(results)
    assert answers["harness_acc"].tolist() == [1.0]
    assert "harness_f1" not in answers
    assert_notes(results, ("skipped", 1, "'f1'"), ("skipped", 1, "'note'"), ONE_MODEL)


def test_the_time_stamp_tells_which_checkpoint_samples_are_of() -> None:
    results = read("two_checkpoints_in_a_folder")
    answers = samples_of(results)
    assert answers["step"].tolist() == [1000, 2000]
    assert answers["tokens"].tolist() == [1000 * 2**21, 2000 * 2**21]
    assert answers["output"].tolist() == ["3", "2"]
    again = rescore(results, "exact_match")
    assert again[["step", "value"]].to_numpy().tolist() == [[1000, 0], [2000, 1]]


def test_samples_alone_give_scores_and_the_folder_their_model() -> None:
    results = read("samples_alone")
    scores = results.scores.set_index("metric")
    assert scores["value"].to_dict() == {"acc": 0.5, "acc_norm": 0.5}
    assert scores["n_items"].to_dict() == {"acc": 2, "acc_norm": 2}
    # Sample standard deviation of 0 and 1 over the root of 2.
    assert scores["stderr"].tolist() == pytest.approx([0.5, 0.5])
    assert set(samples_of(results)["model"]) == {"acme/tiny-70m"}
    assert_notes(
        results,
        ("assumed", 1, "named after the folder"),
        ("assumed", 2, "means over their items: acc, acc_norm"),
        ("assumed", 1, "acme/tiny-70m (70,000,000)"),
        ONE_MODEL,
    )


def test_the_list_of_0_4_0_has_filters_without_names() -> None:
    results = read("list_of_0_4_0")
    answers = samples_of(results).sort_values(["filter", "item"])
    assert answers["output"].tolist() == ["[invalid]", "1000", "5", "1000"]
    assert answers["filter"].tolist() == ["filter 1"] * 2 + ["filter 2"] * 2
    assert set(answers["task"]) == {"gsm8k"}
    assert set(answers["model"]) == {"EleutherAI/pythia-70m"}
    again = rescore(results, "exact_match").set_index("filter")["value"]
    assert again.to_dict() == {"filter 1": 0.5, "filter 2": 1.0}
    assert_notes(
        results,
        ("assumed", 2, "filters without a name"),
        ("assumed", 1, "sizes from the catalogue"),
        TOKENS,
        ONE_MODEL,
    )


def test_a_cut_off_line_is_named() -> None:
    (file,) = (FIXTURES / "malformed").glob("samples_*")
    with pytest.raises(ValueError, match=r"samples_t_.*\.jsonl, line 2, column 25: malformed JSON"):
        read_results(file)


def test_a_single_file_of_samples_finds_the_results_beside_it() -> None:
    (file,) = (FIXTURES / "options" / "acme__tiny-70m").glob("samples_*")
    results = read_results(file)
    assert set(samples_of(results)["params"]) == {70_000_512}
    assert len(results.scores) == 0
    assert bool(results)


def test_a_renamed_file_is_known_by_its_first_document(tmp_path: Path) -> None:
    (file,) = (FIXTURES / "options" / "acme__tiny-70m").glob("samples_*")
    shutil.copy(file, tmp_path / "answers.jsonl")
    results = read_results(tmp_path / "answers.jsonl", models={tmp_path.name: 1e9})
    assert set(samples_of(results)["task"]) == {"answers"}


def test_the_same_answers_of_a_later_run_replace_the_earlier(tmp_path: Path) -> None:
    for trap, day in (("appended_runs", 1), ("repeats", 2)):
        for file in (FIXTURES / trap / "acme__tiny-70m").glob("*_2025*"):
            text = file.read_text(encoding="utf-8").replace('"limit"', f'"day": {day}, "limit"')
            text = text.replace('{\n "results"', f'{{\n "date": {day}.0,\n "results"')
            name = file.name.replace("2025-03-01", f"2025-03-0{day}")
            (tmp_path / name).write_text(text, encoding="utf-8")
    for file in tmp_path.glob("samples*03-02*"):
        file.write_text(file.read_text(encoding="utf-8").replace("maj@3", "none"), encoding="utf-8")
    answers = samples_of(read_results(tmp_path))
    assert answers.loc[answers["filter"] == "none", "output"].tolist() == ["2", "5"]

"""Results files of every version of lm-evaluation-harness, one trap at a time."""

import json
from pathlib import Path

import numpy as np
import pytest

from emergence_widgets import read_results, verdicts
from emergence_widgets.results.readers.lm_eval.run import parse_arguments
from emergence_widgets.results.schema import SchemaError

from .reading import FIXTURES, ONE_MODEL, TOKENS, assert_notes, only_score, read

ARGUMENTS = {
    "model": "acme/tiny-70m", "step": 5000, "params": 70_000_512, "params_kind": "total",
}  # fmt: skip
# By trap: what its only score has, and what is said beside that there is one model (None: not
# looked at).
ONE_SCORE: dict[str, tuple[dict[str, object], list[tuple[str, int, str]] | None]] = {
    # Metric and filter part at the last comma.
    "last_comma": (
        {"metric": "pass@1,k=1", "filter": "create_test", "value": 0.25, "stderr": 0.05}, None,
    ),
    "stderr_not_available": ({"stderr": np.nan}, []),
    "alias_is_no_name": ({"task": "mmlu_anatomy", "metric": "acc", "n_items": 135}, []),
    "no_number": (
        {"value": 0.5},
        [("skipped", 1, "'passed,none' is a bool"), ("skipped", 1, "'verdict,none' is a str"),
         ("skipped", 1, "'f1,none' is a NoneType"), ("skipped", 1, "'per_class,none' is a list"),
         ("skipped", 1, "'stray'")],
    ),
    # The mark for no score is no score.
    "predict_only": ({"task": "arc_easy", "value": 0.5}, [("skipped", 1, "bypass")]),
    # Model and step from the arguments.
    "arguments_with_brackets": (ARGUMENTS, None),
    "arguments_as_dictionary": (ARGUMENTS, None),
    "model_as_an_object": (ARGUMENTS, None),
    "arguments_without_name": (
        {"model": "mine-160m", "step": 1500, "params": 160e6, "params_kind": "nominal"},
        [("assumed", 1, "named after its file"),
         ("assumed", 1, "sizes read from the names: mine-160m (160,000,000)")],
    ),
    "revision_with_tokens": ({"step": 1000, "tokens": 4e9, "params": 1_176_764_416}, None),
    "path_of_checkpoint": (
        {"model": "/data/runs/mine-70m", "step": 500}, [("assumed", 1, "paths of checkpoints")],
    ),
    "adapter": ({"model": "acme/tiny-70m-lora"}, None),
    "size_unknown_to_harness": (
        {"params": 70e6}, [("skipped", 1, "is -1"), ("assumed", 1, "acme/tiny-70m (70,000,000)")],
    ),
    # Biderman et al. 2023, Table 1.
    "size_missing": (
        {"params": 1_414_647_808}, [("assumed", 1, "sizes from the catalogue"), TOKENS],
    ),
    # The later of two runs is kept, by date and not by name.
    "duplicate_runs": ({"value": 0.5}, [("repaired", 1, "kept the later (acme/tiny-70m)")]),
    "limit": ({"n_items": 10}, [("warning", 1, "limit=10.0")]),
}  # fmt: skip


@pytest.mark.parametrize("trap", ONE_SCORE)
def test_what_is_read_and_said(trap: str) -> None:
    expected, notes = ONE_SCORE[trap]
    results = read(trap)
    row = only_score(results)
    np.testing.assert_equal({name: row[name] for name in expected}, expected)
    if notes is not None:
        assert_notes(results, *notes, ONE_MODEL)


def test_a_group_without_an_average_gives_nothing() -> None:
    results = read("placeholder")
    assert results.tasks == ["arc_easy"]
    assert_notes(results, ONE_MODEL)


def test_averages_are_marked_once_and_have_no_items() -> None:
    results = read("groups")
    scores = results.scores.set_index("task")
    assert results.groups == ["mmlu", "mmlu_stem"]
    assert sorted(scores.index) == [
        "arc_easy",
        "mmlu",
        "mmlu_anatomy",
        "mmlu_astronomy",
        "mmlu_stem",
    ]
    assert scores["n_items"].to_dict() == pytest.approx(
        {"mmlu": np.nan, "mmlu_stem": np.nan, "mmlu_anatomy": 100, "mmlu_astronomy": 100,
         "arc_easy": 2376}, nan_ok=True
    )  # fmt: skip
    assert scores.loc["mmlu_anatomy", "n_shot"] == 5
    assert_notes(results, ("warning", 2, "mmlu, mmlu_stem"), ONE_MODEL)


def test_directions_come_from_the_run_or_the_task() -> None:
    scores = read("directions").scores.set_index("metric")
    assert scores["lower_is_better"].to_dict() == {
        "new_error": True, "new_gain": False, "acc": False
    }  # fmt: skip
    assert (scores["n_shot"] == 3).all()


def test_keys_of_every_form_and_what_is_said_of_those_that_name_no_metric(tmp_path: Path) -> None:
    keys = {"acc,none": 0.5, "acc,strict": 0.6, "acc,": 0.7, ",none": 0.3, "acc": 0.9, " ": " "}
    whole = {"results": {"t": keys}, "config": {"model_args": "pretrained=tiny-70m"}}
    (tmp_path / "results.json").write_text(json.dumps(whole))
    results = read_results(tmp_path)
    assert results.scores["value"].tolist() == [0.5, 0.6, 0.7]
    assert [note.message for note in results.notes if note.kind == "skipped"] == [
        "',none' names no metric; expected a key such as 'acc,none'",
        "'acc' stands beside metrics with filters: taken as no metric",
    ]
    judged = verdicts(results)
    assert judged["metric"].tolist() == ["acc (none)", "acc (strict)", "acc"]
    assert set(judged["outcome"]) == {"undetermined"}


def test_nan_and_infinity_are_kept_and_said() -> None:
    results = read("nan_infinity")
    values = results.scores.set_index("metric")["value"]
    assert values["word_perplexity"] == np.inf
    assert np.isnan(values["mcc"])
    assert_notes(
        results,
        ("warning", 1, "not a number: mcc"),
        ("warning", 1, "infinite: word_perplexity"),
        ONE_MODEL,
    )


def test_checkpoints_have_steps_and_the_tokens_of_these_steps() -> None:
    results = read("revision_is_step")
    scores = results.scores
    assert scores["step"].tolist() == pytest.approx([1000, 64000, np.nan], nan_ok=True)
    # Pythia: 1024 sequences of 2048 tokens a step, 300 billion in all (Biderman et al. 2023).
    assert scores["tokens"].tolist() == [1000 * 1024 * 2048, 64000 * 1024 * 2048, 3e11]
    assert set(scores["family"]) == {"Pythia"}
    assert_notes(results, TOKENS)


def test_seeds_are_no_models() -> None:
    results = read("seed_in_name")
    assert results.models == ["EleutherAI/pythia-70m"]
    assert results.scores[["seed", "value"]].to_numpy().tolist() == [[1, 0.3], [2, 0.34]]
    assert_notes(results, ("assumed", 2, "seeds"), TOKENS, ONE_MODEL)


def test_a_model_without_a_scale_is_an_error_that_shows_the_way() -> None:
    with pytest.raises(SchemaError, match=r"1 of 1 models: davinci.*models=\{'davinci': 1\.3e9"):
        read("no_scale")
    row = only_score(read("no_scale", models={"davinci": "175B"}))
    assert row["params"] == 175e9


def test_the_flat_form_of_0_3() -> None:
    results = read("flat_0_3")
    scores = results.scores.set_index(["task", "metric"])
    assert scores["value"].to_dict() == {
        ("lambada_openai", "ppl"): 1234.5,
        ("lambada_openai", "acc"): 0.12,
        ("arc_easy", "acc"): 0.3,
        ("arc_easy", "acc_norm"): 0.28,
    }
    assert scores["stderr"].tolist() == [50.1, 0.005, 0.01, 0.01]
    assert scores["filter"].isna().all()
    assert scores["lower_is_better"].tolist() == [True, False, False, False]
    assert set(scores["step"]) == {3000}
    assert set(scores["n_shot"]) == {0}
    # "pythia-v1.1-70m-deduped" is the catalogue's pythia-70m-deduped.
    assert set(scores["params"]) == {70_426_624}
    assert set(scores["family"]) == {"Pythia (deduped)"}


@pytest.mark.parametrize(
    ("trap", "column", "value", "text"),
    [
        ("shots_in_name", "n_shot", 0, "says 5 shots, the configuration 0"),
        ("step_in_name", "step", 3000, "says step 143000, the configuration 3000"),
    ],
)
def test_the_configuration_is_believed_over_the_name(
    trap: str, column: str, value: float, text: str
) -> None:
    results = read(trap)
    assert set(results.scores[column]) == {value}
    assert_notes(results, ("warning", 1, text), ("assumed", 1, "sizes from the"), TOKENS, ONE_MODEL)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("no_results_key/summary.json", r"no key 'results' \(found elapsed_time, gpu\)"),
        ("results_as_list/eval_results.json", "'results' is a list"),
        ("malformed/cut_off.json", r"cut_off\.json, line 4, column 1: malformed JSON"),
    ],
)
def test_a_single_file_that_cannot_be_read_is_an_error(file: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_results(FIXTURES / file)


def test_html_in_names_stays_text() -> None:
    results = read("html_in_names")
    assert results.models == ["acme/<img src=x onerror=alert(1)>-70m"]
    page = results._repr_html_()
    assert "<img" not in page
    assert "<b>t</b>" not in page
    assert "&lt;b&gt;t&lt;/b&gt;" in page


def test_results_without_any_number_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"results": {"t": {"alias": "t"}}}))
    with pytest.raises(SchemaError, match="no metric that is a number"):
        read_results(file)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("pretrained=a", {"pretrained": "a"}),
        ("pretrained=a,b=c=d", {"pretrained": "a", "b": "c=d"}),
        ("m={a:(1,2),b:[3,4]},r=x", {"m": "{a:(1,2),b:[3,4]}", "r": "x"}),
        ("broken=[1,2", {"broken": "[1,2"}),
        ("broken=1],2,r=x", {"broken": "1]", "r": "x"}),
    ],
)
def test_arguments(text: str, expected: dict[str, str]) -> None:
    assert parse_arguments(text) == expected

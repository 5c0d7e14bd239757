"""Whole folders: a family with checkpoints and samples, and bad files among good ones."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, read_results, rescore

from .family import PARAMS, STEPS, write_family
from .reading import FIXTURES, assert_notes, table

DOCS = 12
TASKS = ["cloze", "quiz", "science", "science_rocks", "science_stars", "sums"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("family")
    write_family(made, docs=DOCS)
    return made


@pytest.fixture(scope="module")
def family(folder: Path) -> EvalResults:
    return read_results(folder)


def test_every_task_metric_and_checkpoint_is_there(folder: Path, family: EvalResults) -> None:
    assert sorted(family.tasks) == TASKS
    assert set(family.metrics) == {"acc", "acc_norm", "perplexity", "exact_match"}
    keys = ["model", "step", "task", "metric", "filter"]
    found = family.scores.set_index(keys)["value"]
    assert found.index.is_unique
    expected: dict[tuple[object, ...], float] = {}
    for file in folder.rglob("results_*.json"):
        whole = json.loads(file.read_text(encoding="utf-8"))
        step = float(whole["config"]["model_args"].split("step")[1].split(",")[0])
        for task, metrics in whole["results"].items():
            for key, value in metrics.items():
                if "," in key and "_stderr" not in key:
                    expected[whole["model_name"], step, task, *key.split(",")] = value
    assert found.to_dict() == expected
    assert len(expected) == len(PARAMS) * len(STEPS) * 11


def test_scales(family: EvalResults) -> None:
    for frame in (family.scores, family.samples):
        assert frame is not None
        runs = frame[["model", "step", "params", "params_kind", "family"]].drop_duplicates()
        assert len(runs) == len(PARAMS) * len(STEPS)
        sizes = runs.groupby("model")["params"].unique().map(list).to_dict()
        assert sizes == {
            "acme/tiny-14m": [14_067_712],
            "acme/tiny-70m": [70_426_624],
            "acme/tiny-160m": [162_322_944],
            "acme/tiny-410m": [410e6],
        }
        assert set(runs["step"]) == set(STEPS)
        assert set(runs["family"]) == {"tiny"}
        nominal = runs["params_kind"] == "nominal"
        assert set(runs.loc[nominal, "model"]) == {"acme/tiny-410m"}


def test_notes(family: EvalResults) -> None:
    runs = len(PARAMS) * len(STEPS)
    assert_notes(
        family,
        ("warning", runs, "averages of other tasks, marked is_group: science"),
        ("repaired", 2 * DOCS * runs, "'####'"),
        ("assumed", 1, "sizes read from the names: acme/tiny-410m (410,000,000)"),
        ("assumed", 1, "families read from names that differ in their size alone: tiny"),
    )


def harness(family: EvalResults, metric: str) -> pd.DataFrame:
    scores = family.scores[(family.scores["metric"] == metric) & ~family.scores["is_group"]]
    keys = ["model", "step", "task", "filter"]
    return scores.set_index(keys)[["value", "stderr", "n_items"]].sort_index()


def rescored(family: EvalResults, score: str) -> pd.DataFrame:
    keys = ["model", "step", "task", "filter"]
    made = rescore(family, score)
    return made[made["n_items"] > 0].set_index(keys)[["value", "stderr", "n_items"]].sort_index()


def test_multiple_choice_grade_is_the_harness_accuracy(family: EvalResults) -> None:
    made = rescored(family, "multiple_choice_grade")
    accuracy = harness(family, "acc").loc[made.index]
    assert len(made) == len(PARAMS) * len(STEPS) * 3
    np.testing.assert_allclose(made, accuracy, rtol=1e-12)


def test_exact_match_is_the_harness_exact_match(family: EvalResults) -> None:
    expected = harness(family, "exact_match")
    np.testing.assert_allclose(
        rescored(family, "exact_match").loc[expected.index], expected, rtol=1e-12
    )


def test_log_likelihood_gives_the_harness_perplexity(family: EvalResults) -> None:
    expected = harness(family, "perplexity")["value"]
    made = rescored(family, "log_likelihood").loc[expected.index, "value"]
    np.testing.assert_allclose(np.exp(-made), expected, rtol=1e-12)


def test_chance_of_four_options(family: EvalResults) -> None:
    made = rescore(family, ["multiple_choice_grade", "brier_score"])
    made = made[made["n_items"] > 0].groupby("metric")["chance"].unique().map(list).to_dict()
    assert made == {"multiple_choice_grade": [0.25], "brier_score": [0.75]}


def test_good_files_load_and_bad_ones_are_said(folder: Path, tmp_path: Path) -> None:
    good = tmp_path / "acme__tiny-14m"
    shutil.copytree(folder / "acme__tiny-14m", good)
    for trap in ("malformed", "no_results_key", "results_as_list"):
        shutil.copytree(FIXTURES / trap, tmp_path / trap)
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "readme.txt").write_text("no evaluation")
    results = read_results(tmp_path)
    assert results.models == ["acme/tiny-14m"]
    assert sorted(results.tasks) == TASKS
    skipped = {note.where: note.message for note in results.notes if note.kind == "skipped"}
    assert set(skipped) == {
        "malformed/cut_off.json",
        "malformed/samples_t_2025-03-01T10-00-00.000000.jsonl",
        "no_results_key/summary.json",
        "results_as_list/eval_results.json",
        f"{tmp_path.name}/notes.csv",
        f"{tmp_path.name}/empty.json",
    }
    assert "line 4" in skipped["malformed/cut_off.json"]
    assert "no column 'model'" in skipped[f"{tmp_path.name}/notes.csv"]


def test_tables_and_harness_files_in_one_folder(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "mine.csv", index=False)
    shutil.copytree(FIXTURES / "options", tmp_path / "options")
    assert read_results(tmp_path).tasks == ["sums", "quiz"]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"holds no evaluation file; expected results\*"):
        read_results(tmp_path)


def test_a_folder_of_bad_files_only(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(FileNotFoundError, match=r"a\.json: .*line 1, column 2: malformed JSON"):
        read_results(tmp_path)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "scores.csv", index=False)
    with pytest.raises(FileNotFoundError, match=r"there is no .*score\.csv\. Did you mean 'scores"):
        read_results(tmp_path / "score.csv")


def test_formats_can_be_forced(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(ValueError, match=r"a \.csv file, and format is 'lm_eval'"):
        read_results(tmp_path / "t.csv", format="lm_eval")
    file = FIXTURES / "shots_in_name" / "70m-5shot_step3000.json"
    with pytest.raises(ValueError, match=r"a \.json file, and format is 'table'"):
        read_results(file, format="table")
    assert len(read_results(file, format="lm_eval")) == 2

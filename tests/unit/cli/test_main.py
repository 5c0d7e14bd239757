"""The command line, as a process: files, exit codes, words on both streams."""

import contextlib
import json
import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, datasets, read_results
from emergence_widgets.cli.main import main
from emergence_widgets.cli.tables import WRITERS, table_bytes

from ...answers import answers_of
from ...hostile import HOSTILE
from ..reports.harness_folder import write_harness_folder
from ..results.family import write_family

ROOT = Path(__file__).parents[3]
KEYS = ["model", "task", "metric", "filter"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("harness")
    write_harness_folder(made, tasks=8)
    return made


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "emergence_widgets", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", timeout=300, cwd=cwd, check=False,
    )  # fmt: skip


def left_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_the_script_is_the_same_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["emergence-widgets"].partition(":")
    assert getattr(import_module(module), name) is main
    assert any(one.startswith("tqdm") for one in project["dependencies"])


def test_report_writes_one_page_and_says_what_is_in_it(folder, tmp_path):
    done = run("report", folder, "-o", "r.html", "--title", "My <models>", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("r.html: 8 models, 8 tasks, 128 scores, 0 answers, 1 note\n")
    assert done.stdout.splitlines()[1].startswith("Scores rise late under ")
    assert left_in(tmp_path) == ["r.html"]
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<title>My &lt;models&gt;</title>" in text
    assert text.rstrip().endswith("</html>")


def test_json_is_all_of_standard_output(folder, tmp_path):
    done = run("report", folder, "-o", "r.html", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    results = read_results(folder)
    assert told["read"]["models"] == results.models
    assert told["read"]["scores"] == len(results)
    assert [note["message"] for note in told["notes"]] == [one.message for one in results.notes]
    assert {one["task"] for one in told["verdicts"]} == set(results.tasks)
    assert all(one["outcome"] and one["reason"] for one in told["verdicts"])
    assert told["latest"][0]["late_rise"] == max(one["late_rise"] for one in told["latest"])
    assert told["answer"].startswith("Scores rise late under ")
    assert told["written"] == ["r.html"]


def test_a_file_that_is_there_is_kept_without_force(folder, tmp_path):
    kept = tmp_path / "r.html"
    kept.write_text("mine", encoding="utf-8")
    done = run("report", folder, "-o", kept, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == f"emergence-widgets report: {kept} is there already; --force replaces it\n"
    )
    assert kept.read_text(encoding="utf-8") == "mine"
    assert run("report", folder, "-o", kept, "--force", "--quiet", cwd=tmp_path).stdout == ""
    assert kept.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert left_in(tmp_path) == ["r.html"]


@pytest.mark.parametrize("quiet", [False, True])
def test_a_terminal_sees_progress_unless_it_is_to_be_quiet(folder, tmp_path, quiet):
    termios = pytest.importorskip("termios", reason="terminals of Unix")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    command = [sys.executable, "-m", "emergence_widgets", "report", folder, *["--quiet"] * quiet]
    subprocess.run(command, stderr=theirs, check=True, timeout=300, cwd=tmp_path)
    os.close(theirs)
    said = b""
    # Linux tells the end of a terminal as an error.
    with contextlib.suppress(OSError):
        while part := os.read(ours, 65536):
            said += part
    os.close(ours)
    for word in (b"Reading", b"Judging", b"/8 ["):
        assert (word in said) is not quiet


FAILURES = {
    "no_such_path": (["report", "nowhere"], "there is no nowhere"),
    "nothing_in_it": (["report", "empty"], "holds no evaluation file"),
    "no_json": (["report", "bad.json"], "malformed JSON"),
    "no_scale": (["report", "sizeless.csv"], "no scale is known for 1 of 1 models: mystery"),
    "no_such_model": (["report", "sizeless.csv", "--models", "x=1B"], "There is: mystery"),
    "no_size": (["report", "sizeless.csv", "--models", "mystery=big"], "expected a size"),
    "no_folder": (["report", "sizeless.csv", "-o", "no/r.html"], "there is no folder no"),
    "a_folder": (["report", "sizeless.csv", "--models", "mystery=1B", "-o", "empty"], "a folder"),
    "no_answers": (
        ["convert", "sizeless.csv", "--models", "mystery=1B", "-o", "a.csv", "--samples", "b.csv"],
        "there are no answers for --samples b.csv; nothing is written",
    ),
    "one_file_twice": (["convert", "x", "-o", "a.csv", "--samples", "a.csv"], "name two files"),
    "no_dataset": (["datasets", "gpt4"], "Did you mean 'gpt3'?"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_cannot_be_done_is_one_or_two_lines_and_code_1(name, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    (tmp_path / "sizeless.csv").write_text("model,task,metric,value\nmystery,t,acc,0.5\n")
    before = left_in(tmp_path)
    words, said = FAILURES[name]
    done = run(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("warning", "skip"))]
    assert lines[0].startswith(f"emergence-widgets {words[0]}: ")
    assert len(lines) <= 2
    assert left_in(tmp_path) == before


USAGES = {
    "nothing": [],
    "unknown": ["paint"],
    "no_path": ["report"],
    "no_output": ["convert", "x"],
    "another_kind": ["convert", "x", "-o", "x.xlsx"],
    "model_without_size": ["report", "x", "--models", "m"],
    "negative": ["report", "x", "--answers", "-3"],
    "which_dataset": ["datasets", "-o", "x.csv"],
}


@pytest.mark.parametrize("name", USAGES)
def test_wrong_usage_is_code_2(name, capsys):
    with pytest.raises(SystemExit) as left:
        main(USAGES[name])
    assert left.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "usage: emergence-widgets" in told.err


def test_bad_files_in_a_folder_are_said_and_the_good_ones_read(folder, tmp_path, capsys):
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "bad.json").write_text("{", encoding="utf-8")
    words = ["convert", str(folder), str(mixed / "bad.json"), "-o", str(tmp_path / "a.csv")]
    assert main(words) == 1
    assert "malformed JSON" in capsys.readouterr().err
    write_harness_folder(mixed, tasks=2, family="acme/other")
    assert main(["convert", str(folder), str(mixed), "-o", str(tmp_path / "a.csv")]) == 0
    told = capsys.readouterr()
    assert "skipped (1): mixed/bad.json: " in told.err
    assert told.out == f"{tmp_path / 'a.csv'}: {8 * 8 * 2 + 8 * 2 * 2} scores\n"


def test_sizes_given_by_hand(tmp_path, capsys):
    table = tmp_path / "t.csv"
    table.write_text("model,task,metric,value\na=b,t,acc,0.5\nc,t,acc,0.7\n", encoding="utf-8")
    out = tmp_path / "o.csv"
    words = ["convert", str(table), "--models", "a=b=1.3B", "--models", "c=pythia-70m"]
    assert main([*words, "-o", str(out), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    found = read_results(out).scores.set_index("model")["params"].to_dict()
    assert found["a=b"] == 1.3e9
    assert 5e7 < found["c"] < 1e8


@pytest.mark.parametrize("suffix", WRITERS)
def test_scores_and_answers_are_read_again_as_they_were(suffix, tmp_path, capsys):
    folder = tmp_path / "family"
    write_family(folder, sizes=("70m", "160m"), steps=(1000,), docs=4)
    scores, samples = tmp_path / f"scores{suffix}", tmp_path / f"answers{suffix}"
    words = ["convert", str(folder), "-o", str(scores), "--samples", str(samples)]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    before, after = read_results(folder), read_results([scores, samples])
    assert told["written"] == [str(scores), str(samples)]
    assert told["read"]["answers"] == len(answers_of(before))
    columns = ["value", "stderr", "params", "step", "n_items"]
    left, right = (one.scores.set_index(KEYS)[columns].sort_index() for one in (before, after))
    pd.testing.assert_frame_equal(
        left, right, check_dtype=False, check_index_type=False, rtol=1e-12
    )
    for name in ("task", "item", "target", "output"):
        left, right = (
            one[name].astype(object).where(one[name].notna(), "").astype(str).tolist()
            for one in (answers_of(before), answers_of(after))
        )
        assert left == right
    options = (answers_of(one)["choice_logprobs"] for one in (before, after))
    for left, right in zip(*options, strict=True):
        assert np.shape(left) == np.shape(right)
        if np.ndim(left):
            np.testing.assert_allclose(np.array(left, float), np.array(right, float), rtol=1e-12)


@pytest.mark.parametrize("suffix", WRITERS)
def test_strange_texts_survive_in_a_table(suffix, tmp_path):
    texts = [text for text in HOSTILE if "\x00" not in text] + ['a,"b"\nc', "=1+1", "None"]
    frame = pd.DataFrame(
        {"model": "m", "params": 1e9, "task": "t", "item": range(len(texts)),
         "target": texts, "output": texts}
    )  # fmt: skip
    path = tmp_path / f"t{suffix}"
    path.write_bytes(table_bytes(frame, suffix))
    found = answers_of(read_results(path))
    assert found["output"].tolist() == texts


@pytest.mark.parametrize("suffix", WRITERS)
def test_half_a_surrogate_pair_and_mixed_kinds_are_written(suffix):
    cells = {"model": ["\ud800x", "y"], "item": ["a", 3], "note": [None, [1.5]]}
    frame = pd.DataFrame(cells, dtype=object)
    data = table_bytes(frame, suffix)
    if suffix == ".jsonl":
        lines = [json.loads(line) for line in data.decode("utf-8").splitlines()]
        assert lines == [
            {"model": "\ud800x", "item": "a"},
            {"model": "y", "item": 3, "note": [1.5]},
        ]
    assert len(data) > 10
    with pytest.raises(ValueError, match=r"'\.xls'"):
        table_bytes(frame, ".xls")


def test_columns_that_hold_nothing_are_left_out_but_for_needed_ones():
    frame = pd.DataFrame({"model": ["a"], "metric": ["x"], "value": [np.nan], "flops": [np.nan]})
    assert table_bytes(frame, ".csv") == b"model,metric,value\na,x,\n"


def test_datasets_are_listed_with_source_and_licence(tmp_path):
    done = run("datasets", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for name in datasets.__all__:
        if name == "autoencoder_images":
            continue
        made = getattr(datasets, name)()
        assert f"\n{name}: {made.name} (" in "\n" + done.stdout
        assert f"  source: {made.source}\n  licence: {made.license}\n" in done.stdout


def test_one_dataset_is_described_or_written(tmp_path, capsys):
    assert main(["datasets", "gpt3"]) == 0
    assert capsys.readouterr().out.rstrip().endswith(datasets.gpt3().description)
    out = tmp_path / "g.parquet"
    assert main(["datasets", "gpt3", "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["licence"]) == ("gpt3", datasets.gpt3().license)
    after, before = read_results(out), datasets.gpt3()
    assert isinstance(after, EvalResults)
    np.testing.assert_array_equal(after.scores["value"], before.scores["value"])
    assert main(["datasets", "gpt3", "-o", str(out)]) == 1
    assert main(["datasets", "gpt3", "-o", str(tmp_path / "s.csv"), "--samples", "s2.csv"]) == 1
    assert not (tmp_path / "s.csv").exists()


def test_a_name_that_no_file_can_have_is_said(folder, tmp_path, capsys):
    assert main(["convert", str(folder), "-o", str(tmp_path / f"{'x' * 300}.csv")]) == 1
    assert "too long" in capsys.readouterr().err
    assert left_in(tmp_path) == []

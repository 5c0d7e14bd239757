"""The report of a whole evaluation: what stands on it, in which order, and as text."""

from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EmergenceAtlas, EvalResults, ResultsExplorer, datasets, read_results
from emergence_widgets.export.page.html import table_html
from emergence_widgets.reports.report import (
    MOST_ROWS,
    MOST_SHOWN,
    by_cell,
    make_report,
    models_table,
    overview_table,
    rank_tasks,
    size_text,
)
from emergence_widgets.results.curves import Curves
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.results.verdicts import verdicts

from ...hostile import HOSTILE, hostile_results
from ..export.test_html import Elements
from ..results.family import write_family
from .harness_folder import write_harness_folder


class Cells(HTMLParser):
    """Texts of the cells of a table, row by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._open = tag in ("td", "th")

    def handle_data(self, data) -> None:
        if self._open:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag) -> None:  # noqa: ARG002
        self._open = False


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> EvalResults:
    folder = tmp_path_factory.mktemp("harness")
    write_harness_folder(folder, tasks=24)
    return read_results(folder)


@pytest.fixture(scope="module")
def report(results):
    made = make_report(results, title="Made", sources=["my folder"])
    yield made
    made.close()


def steps(name: str, values: list[float], metric: str = "acc") -> list[dict]:
    return [
        {"task": name, "metric": metric, "model": f"m{place}", "family": "f",
         "params": 10.0 ** (7 + place / 2), "value": value, "n_items": 1000.0}
        for place, value in enumerate(values)
    ]  # fmt: skip


def test_a_step_is_later_than_a_ramp():
    rows = [*steps("ramp", list(np.linspace(0.1, 0.9, 9))), *steps("step", [0.0] * 7 + [0.8, 0.8])]
    atlas = EmergenceAtlas(EvalResults(pd.DataFrame(rows)))
    latest, steadiest = rank_tasks(atlas.table())
    atlas.close()
    assert latest["task"].tolist() == ["step", "ramp"]
    assert latest["late"].tolist() == [True, False]
    assert steadiest.empty


def cells_of(rows: Sequence[tuple[str, str, float, str | None]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["task", "metric", "late_rise", "verdict"])
    return table.assign(late=table["late_rise"] > 0.3)


def test_judged_metrics_alone_count_where_there_are_any():
    cells = cells_of(
        [
            ("a", "acc", 0.2, "smooth suffices"),
            ("a", "loss", 0.9, None),
            ("b", "loss", 0.4, None),
            ("c", "acc", float("nan"), "undetermined"),
        ]
    )
    latest, _ = rank_tasks(cells)
    assert latest[["task", "metric"]].values.tolist() == [["b", "loss"], ["a", "acc"]]


def test_each_end_has_its_most_and_no_task_twice():
    rows = [(f"t{i}", "acc", 0.9 - i / 50, "undetermined") for i in range(40)]
    latest, steadiest = rank_tasks(cells_of(rows))
    assert latest["task"].tolist() == [f"t{i}" for i in range(MOST_SHOWN)]
    assert steadiest["task"].tolist() == [f"t{i}" for i in range(39, 39 - MOST_SHOWN, -1)]
    # What is late is not steady; nor is a task that is late under another metric.
    rows = [(f"t{i}", "acc", 0.5, None) for i in range(9)]
    assert rank_tasks(cells_of(rows))[1].empty
    both = [*rows, *((f"t{i}", "loss", 0.0, None) for i in range(9))]
    assert rank_tasks(cells_of(both))[1].empty


def test_the_first_sentence_is_the_answer(report):
    atlas = next(part for part in report.parts if isinstance(part, EmergenceAtlas))
    assert report.parts[1] == report.answer
    shares, cells = atlas.shares(), atlas.table()
    for row in shares.itertuples():
        assert f"under {row.metric} in {row.late} of {row.tasks} tasks" in report.answer
        assert row.late == cells.loc[cells["metric"] == row.metric, "late"].sum()
    assert report.answer.startswith("Scores rise late under ")
    for outcome, count in Counter(one.outcome for one in report.verdicts).items():
        assert f"{count} {outcome}" in report.answer
    assert "jumps:" not in report.html().lower()


def test_verdicts_are_those_of_verdicts(results, report):
    expected = verdicts(results)
    keys = ["task", "metric", "outcome"]
    found = [[one.task, one.metric, one.outcome] for one in report.verdicts]
    assert found == expected[keys].values.tolist()
    np.testing.assert_allclose([one.q_value for one in report.verdicts], expected["q_value"])
    outcomes = dict(zip(expected["task"], expected["outcome"], strict=True))
    assert report.latest["verdict"].tolist() == [outcomes[t] for t in report.latest["task"]]
    assert report.steadiest["verdict"].tolist() == [outcomes[t] for t in report.steadiest["task"]]


def test_the_page_holds_atlas_curves_verdicts_and_notes(results, report):
    atlas, curves = (part for part in report.parts if hasattr(part, "program"))
    assert isinstance(atlas, EmergenceAtlas)
    assert isinstance(curves, ResultsExplorer)
    assert set(curves.results.tasks) == {*report.latest["task"], *report.steadiest["task"]}
    assert curves.results.scores["value"].isin(results.scores["value"]).all()
    text = report.html()
    assert "<title>Made</title>" in text
    assert "<h1>Made</h1>" in text
    assert "8 models on 24 tasks under 3 metrics: 384 scores and 0 answers." in text
    assert "Read from my folder." in text
    for note in results.notes:
        assert note.message in text
    for one in report.verdicts[:1]:
        assert one.meaning in text


def test_answers_come_along_for_the_tasks_shown():
    results = datasets.pronunciation()
    few, none = make_report(results, answers=2), make_report(results, answers=0)
    kept = next(part for part in few.parts if isinstance(part, ResultsExplorer)).results.samples
    assert kept is not None
    # The other task has scores alone.
    assert set(kept["task"]) == {"english_pronunciation"}
    assert len(none.html()) < len(few.html())
    for one in (few, none):
        one.close()


def test_verdicts_on_scores_that_only_the_answers_give_are_told_without_a_cell(tmp_path):
    write_family(tmp_path, steps=(1000,), docs=12)
    results = read_results(tmp_path)
    report = make_report(results)
    told = {(one.task, one.metric) for one in report.verdicts}
    cells = set(by_cell(Curves(results), report.verdicts))
    assert told - cells >= {("sums", "exact_match"), ("quiz", "multiple_choice_grade")}
    atlas = next(part for part in report.parts if isinstance(part, EmergenceAtlas))
    coloured = atlas.table().dropna(subset=["verdict"])
    assert {("sums", "exact_match (strict-match)"), ("quiz", "acc")} <= cells
    assert set(zip(coloured["task"], coloured["metric"], strict=True)) == cells
    report.close()


def test_averages_of_tasks_are_neither_judged_nor_ranked():
    rows = [*steps("a", [0.1, 0.2, 0.9, 0.9]), *steps("b", [0.1, 0.3, 0.5, 0.6])]
    table = pd.DataFrame([*rows, *steps("mean", [0.1, 0.25, 0.7, 0.75])])
    results = EvalResults(table.assign(is_group=table["task"] == "mean"))
    report = make_report(results)
    assert {one.task for one in report.verdicts} == {"a", "b"}
    assert set(report.latest["task"]) == {"a", "b"}
    report.close()


def test_the_scale_is_one_that_the_data_vary_in():
    report = make_report(datasets.grokking())
    atlas = next(part for part in report.parts if isinstance(part, EmergenceAtlas))
    assert atlas.scale == "step"
    report.close()


def test_one_model_has_a_report_that_says_that_nothing_can_be_ranked():
    report = make_report(EvalResults(pd.DataFrame(steps("a", [0.4]))))
    assert report.latest.empty
    assert "No score clearly rises over 3 scales." in report.html()
    report.close()


def test_answers_without_scores_are_refused_with_the_way_to_score_them():
    samples = datasets.pronunciation().samples
    results = EvalResults(
        pd.DataFrame(columns=["model", "params", "task", "metric", "value"]), samples
    )
    with pytest.raises(SchemaError, match="rescore"):
        make_report(results)
    with pytest.raises(ValueError, match="answers is -1"):
        make_report(datasets.wei_abilities(), answers=-1)


def test_names_from_the_data_are_text_and_add_no_element():
    results = hostile_results()
    plain = results.scores.assign(
        **{name: [f"n{i // 4}" for i in range(len(results.scores))] for name in ("task", "family")}
    )
    reports = [
        make_report(results, title=HOSTILE[0], sources=HOSTILE),
        make_report(EvalResults(plain), title="plain", sources=["plain"]),
    ]
    hostile, tame = (Elements(report.html()).found for report in reports)
    assert hostile == tame
    text = reports[0].html()
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img src=x" not in text
    for report in reports:
        report.close()


def test_a_table_has_every_cell_as_text():
    frame = pd.DataFrame(
        {"<b>name": [*HOSTILE[:2], None], "x": [1 / 3, 2.0, np.nan], "n": [1, 2000, 3]}
    )
    assert Elements(table_html(frame)).found.count("script") == 0
    assert Cells(table_html(frame)).rows == [
        ["<b>name", "x", "n"],
        [HOSTILE[0], "0.3333", "1"],
        [HOSTILE[1], "2", "2000"],
        ["", "", "3"],
    ]


def test_a_long_table_of_models_says_how_many_are_left_out():
    count = MOST_ROWS + 5
    rows = [row for i in range(count) for row in steps("a", [0.1])]
    frame = pd.DataFrame(rows).assign(model=[f"m{i}" for i in range(count)])
    shown = models_table(EvalResults(frame))
    assert len(shown) == MOST_ROWS + 1
    assert shown["Model"].iloc[-1] == "… and 5 more rows"


def test_checkpoints_are_told_as_a_range_and_models_by_size():
    shown = models_table(datasets.addition_training())
    assert shown["Step"].tolist() == ["0 to 6k (50)"] * 3
    sizes = models_table(datasets.gpt3())["Params"].tolist()
    assert sizes == ["125M", "350M", "760M", "1.3B", "2.7B", "6.7B", "13B", "175B"]
    told = overview_table(datasets.gpt3()).set_index("What")["How many"].to_dict()
    assert told == {"models": 8, "families": 1, "tasks": 21, "metrics": 5, "scales": 3}


def test_sizes_are_short():
    sizes = [size_text(size) for size in (1.3e9, 64000, 2.5, 3e23, np.nan)]
    assert sizes == ["1.3B", "64k", "2.5", "3e+23", ""]

"""Duplicates, directions, and percent beside proportions."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import read_results

from .reading import assert_notes, table


def test_the_last_of_equal_rows_is_kept() -> None:
    frame = pd.concat([table(), table([0.2, 0.5, 0.8]).iloc[[1]]])
    results = read_results(frame)
    assert results.scores.set_index("model")["value"].to_dict() == {"m0": 0.1, "m1": 0.5, "m2": 0.9}
    assert_notes(results, ("repaired", 1, "kept the later (m1)"))


@pytest.mark.parametrize(
    "column", ["family", "seed", "n_shot", "subtask", "filter", "step", "tokens"]
)
def test_rows_that_differ_in_a_known_column_are_no_duplicates(column: str) -> None:
    frame = pd.concat([table().assign(**{column: name}) for name in ("1000000", "2000000")])
    results = read_results(frame)
    assert len(results) == 6
    assert_notes(results)


def test_a_column_that_would_tell_them_apart_is_named() -> None:
    frame = pd.concat([table(deduped=False), table(deduped=True)])
    results = read_results(frame)
    assert len(results) == 3
    assert_notes(results, ("repaired", 3, "they differ in 'deduped': rename it"))
    assert len(read_results(frame.rename(columns={"deduped": "family"}))) == 6


def test_sizes_alone_tell_rows_apart() -> None:
    assert len(read_results(table(model=["same"] * 3))) == 3


def test_repeated_items_of_a_table_are_attempts() -> None:
    frame = pd.DataFrame(
        {"model": ["a", "a", "b"], "params": [1e6, 1e6, 1e7], "task": "t", "item": 0,
         "target": "x", "output": ["x", "y", "x"]}
    )  # fmt: skip
    results = read_results(frame)
    assert results.samples is not None
    assert len(results.samples) == 3
    assert_notes(results, ("assumed", 1, "repeated attempts"))


def test_directions_and_bounds_of_known_metrics() -> None:
    frame = table(metric=["acc", "word_perplexity", "mine"], value=[0.5, 1e9, 3.0])
    scores = read_results(frame).scores
    assert scores["lower_is_better"].tolist() == [False, True, pd.NA]
    np.testing.assert_array_equal(scores["min"], [0, 1, np.nan])
    np.testing.assert_array_equal(scores["max"], [1, np.nan, np.nan])


def test_percent_is_detected_and_said() -> None:
    frame = table([20.0, 35.5, 80.4], stderr=[1.0, 1.5, 0.5], chance=[25.0] * 3)
    results = read_results(frame)
    assert results.scores["value"].tolist() == [0.2, 0.355, 0.804]
    assert results.scores["stderr"].tolist() == [0.01, 0.015, 0.005]
    assert results.scores["chance"].tolist() == [0.25] * 3
    assert_notes(results, ("assumed", 3, "acc: read as percent"))


UNITS = {
    "perplexities are no percent": ([1e9, 2e5, 12.5], {"metric": "ppl"}, None, 1, []),
    # 0.7 beside 80.4 of one table is 0.7%; as proportions the small model would win.
    "small percentages": (
        [0.0, 0.7, 80.4], {}, None, 100,
        [("assumed", 3, "read as percent"), ("warning", 1, "up to 1")],
    ),
    "declared percent": ([20.0, 30.0, 40.0], {}, True, 100, []),
    "percent declared of small values": (
        [0.0, 0.7, 0.9], {}, True, 100, [("warning", 3, "no value is above 1")],
    ),
    "declared proportions": (
        [0.2, 0.3, 1.2], {}, False, 1,
        [("warning", 1, "values are above 1: acc"), ("warning", 1, "above the most")],
    ),
    "no bound": ([10.0, 20.0, 30.0], {"metric": "bleu"}, None, 1, []),
    "a declared maximum": ([10.0, 20.0, 30.0], {"max": 100.0}, None, 1, []),
}  # fmt: skip


@pytest.mark.parametrize("name", UNITS)
def test_units(name: str) -> None:
    values, columns, percent, unit, notes = UNITS[name]
    results = read_results(table(values).assign(**columns), percent=percent)
    assert results.scores["value"].tolist() == [round(value / unit, 15) for value in values]
    assert_notes(results, *notes)


def test_each_metric_has_its_own_unit() -> None:
    frame = pd.concat([table([20.0, 30.0, 40.0]), table([0.2, 0.3, 0.4], metric=["f1"] * 3)])
    assert read_results(frame).scores["value"].tolist() == [0.2, 0.3, 0.4] * 2


def test_harness_tasks_have_their_own_units(tmp_path: Path) -> None:
    """SQuAD's f1 is in percent, others' is not: 0.9% of a small model stays 0.9%."""
    for size, squad in (("70m", 0.9), ("1b", 40.0)):
        whole = {
            "results": {"squadv2": {"f1,none": squad}, "coqa": {"f1,none": 0.5}},
            "config": {"model_args": f"pretrained=acme/tiny-{size}"},
        }
        (tmp_path / f"results_{size}.json").write_text(json.dumps(whole))
    scores = read_results(tmp_path).scores.set_index(["task", "model"])["value"]
    assert scores.to_dict() == {
        ("squadv2", "acme/tiny-70m"): 0.009,
        ("squadv2", "acme/tiny-1b"): 0.4,
        ("coqa", "acme/tiny-70m"): 0.5,
        ("coqa", "acme/tiny-1b"): 0.5,
    }

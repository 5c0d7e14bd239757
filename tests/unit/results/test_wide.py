"""Wide tables: one row a model."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from emergence_widgets import read_wide
from emergence_widgets.results.schema import SchemaError

from .reading import assert_notes
from .test_tables import WRITERS

WIDE = pd.DataFrame(
    {
        "name": ["a", "b", "c"],
        "size": ["70M", "1.4B", "12B"],
        "acc": [0.1, np.nan, 0.6],
        "sums/exact_match": [0.0, 0.2, 0.9],
        "comment": ["x", "y", "z"],
        "public": [True, False, True],
    }
)


@pytest.mark.parametrize("make", [lambda frame: frame, pl.from_pandas], ids=["pandas", "polars"])
def test_columns_become_scores(make: object) -> None:
    results = read_wide(make(WIDE), id="name", scale="size", task="quiz")  # pyright: ignore
    scores = results.scores.set_index(["task", "metric", "model"])["value"]
    assert scores["quiz", "acc"].to_dict() == pytest.approx(
        {"a": 0.1, "b": np.nan, "c": 0.6}, nan_ok=True
    )
    assert scores["sums", "exact_match"].to_dict() == {"a": 0, "b": 0.2, "c": 0.9}
    assert results.scores["params"].tolist() == [70e6, 1.4e9, 12e9] * 2
    assert_notes(
        results,
        ("skipped", 2, "columns without numbers: comment, public"),
        ("warning", 1, "not a number"),
    )


@pytest.mark.parametrize("name", WRITERS)
def test_files(tmp_path: Path, name: str) -> None:
    WRITERS[name](WIDE, tmp_path / name)
    results = read_wide(tmp_path / name, id="name", scale="size", metrics=["acc"])
    np.testing.assert_array_equal(results.scores["value"], [0.1, np.nan, 0.6])


def test_columns_of_a_long_table_keep_their_meaning() -> None:
    frame = WIDE.assign(step=[1, 2, 3], family="f", seed=0, n_shot=5, task=["t", "t", "u"])
    results = read_wide(frame, id="name", scale="size")
    assert set(results.metrics) == {"acc", "exact_match"}
    acc = results.scores[results.scores["metric"] == "acc"]
    assert acc["step"].tolist() == [1, 2, 3]
    assert acc["task"].tolist() == ["t", "t", "u"]
    assert results.families == ["f"]


def test_units_in_names_of_scales_are_taken_and_said() -> None:
    frame = pd.DataFrame(
        {"model": ["a", "b"], "params_B": [0.56, 176], "tokens_T": [0.341, 0.366],
         "flops_1e21": [1.14576, 386.496], "acc": [0.1, 0.2]}
    )  # fmt: skip
    scale = {"params": "params_B", "tokens": "tokens_T", "flops": "flops_1e21"}
    results = read_wide(frame, id="model", scale=scale)
    assert results.scores["params"].tolist() == [560e6, 176e9]
    assert results.scores["tokens"].tolist() == [341e9, 366e9]
    assert results.scores["flops"].tolist() == [1.14576e21, 386.496e21]
    assert_notes(
        results,
        ("assumed", 2, "params read in units of 1e+09"),
        ("assumed", 2, "tokens read in units of 1e+12"),
        ("assumed", 2, "flops read in units of 1e+21"),
    )


def test_a_unit_is_no_unit_where_numbers_are_whole_already() -> None:
    frame = pd.DataFrame({"model": ["a", "b"], "size_B": [1e9, 7e9], "acc": [0.1, 0.2]})
    results = read_wide(frame, id="model", scale="size_B")
    assert results.scores["params"].tolist() == [1e9, 7e9]
    assert_notes(results)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"id": "nam", "scale": "size"}, SchemaError, r"no column 'nam'. Did you mean 'name'\?"),
        ({"id": "name", "scale": "sizes"}, SchemaError, r"Did you mean 'size'\?"),
        ({"id": "name", "scale": {"parms": "size"}}, SchemaError, r"Did you mean 'params'\?"),
        ({"id": "name", "scale": "comment"}, SchemaError, "row 1, column 'comment' holds 'x'"),
        (
            {"id": "name", "scale": "size", "metrics": ["comment"]},
            SchemaError,
            "'comment' holds 'x'",
        ),
        ({"id": "name", "scale": "size", "metrics": ["f1"]}, SchemaError, "no column 'f1'"),
        ({"id": "name", "scale": "size", "percents": True}, TypeError, "Did you mean 'percent'"),
    ],
)
def test_errors(options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_wide(WIDE, **options)  # pyright: ignore


def test_no_score_is_left() -> None:
    with pytest.raises(SchemaError, match="no column with numbers is left"):
        read_wide(WIDE[["name", "size", "comment"]], id="name", scale="size")

"""Columns, numbers and the errors that say what is wrong."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.results.notes import Note, listed, merge_notes
from emergence_widgets.results.schema import (
    SchemaError,
    check_samples,
    check_scores,
    nearest,
    parse_magnitude,
    to_flags,
    to_numbers,
)

from .reading import table


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.3B", 1.3e9), ("70m", 70e6), (" 560 M ", 560e6), ("12k", 12e3), ("1T", 1e12),
        ("1e9", 1e9), ("1,300", 1300), ("1,234,567", 1234567), (1.3, 1.3), (7, 7),
        (np.float64(2.5), 2.5), ("0.56B", 560e6), ("-3", -3),
    ],
)  # fmt: skip
def test_magnitudes(text: object, number: float) -> None:
    assert parse_magnitude(text) == number


@pytest.mark.parametrize("text", ["", "big", "1,3B", "13,00", "B", None, pd.NA, True, "1.3 B x"])
def test_what_is_no_magnitude(text: object) -> None:
    assert math.isnan(parse_magnitude(text))


@given(st.floats(1e-3, 999, allow_nan=False), st.sampled_from("kmbtKMBT"))
def test_a_magnitude_is_its_number_times_its_unit(number: float, unit: str) -> None:
    factor = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}[unit.lower()]
    assert parse_magnitude(f"{number!r}{unit}") == pytest.approx(number * factor, rel=1e-14)


def test_blank_cells_are_missing_numbers() -> None:
    column = pd.Series(["1", "", " ", "N/A", "nan", None, "-", "2.5"], name="value")
    numbers = to_numbers(column, where="file")
    np.testing.assert_array_equal(numbers, [1, *[np.nan] * 6, 2.5])


@pytest.mark.parametrize(
    ("cells", "found"),
    [(["0.1", "80.4%"], "'80.4%'"), (["0.1", "high"], "'high'"), ([True, False], "True")],
)
def test_a_cell_that_is_no_number_is_named(cells: list[object], found: str) -> None:
    column = pd.Series(cells, index=range(1, 3), name="stderr")
    with pytest.raises(SchemaError, match=rf"t\.csv: row \d, column 'stderr' holds {found}"):
        to_numbers(column, where="t.csv")


def test_nullable_numbers() -> None:
    column = pd.Series([1, None], dtype="Int64", name="params")
    np.testing.assert_array_equal(to_numbers(column, where="x"), [1, np.nan])


def test_flags() -> None:
    flags = to_flags(pd.Series([True, "no", 0, "TRUE", None, ""], name="f"), where="x")
    assert flags.tolist() == [True, False, False, True, pd.NA, pd.NA]
    with pytest.raises(SchemaError, match="column 'f' holds 'maybe'; expected True, False"):
        to_flags(pd.Series(["maybe"], name="f"), where="x")


@pytest.mark.parametrize("name", ["model", "task", "metric", "value"])
def test_a_missing_column_names_the_nearest(name: str) -> None:
    frame = table().rename(columns={name: f"{name}_x"})
    with pytest.raises(SchemaError, match=rf"no column '{name}'. Did you mean '{name}_x'\? There"):
        check_scores(frame, "t.csv")


def test_scores_need_a_scale() -> None:
    frame = table().rename(columns={"params": "parameters"})
    with pytest.raises(SchemaError, match=r"no scale column.*Did you mean 'parameters'\?"):
        check_scores(frame)


@pytest.mark.parametrize("name", ["model", "task", "metric"])
def test_a_nameless_row_is_an_error(name: str) -> None:
    frame = table()
    frame.loc[1, name] = None
    with pytest.raises(SchemaError, match=f"row 1 has no {name}"):
        check_scores(frame)


def test_checking_leaves_the_given_table_alone() -> None:
    frame = table(params=["1M", "2M", "3M"])
    assert check_scores(frame)["params"].tolist() == [1e6, 2e6, 3e6]
    assert frame["params"].tolist() == ["1M", "2M", "3M"]


def test_samples_need_evidence_and_targets() -> None:
    bare = pd.DataFrame({"model": ["a"], "task": ["t"], "item": [0]})
    nothing: Any = [None]
    with pytest.raises(SchemaError, match="neither 'target' and 'output' nor log-probabilities"):
        check_samples(bare)
    with pytest.raises(SchemaError, match="no column 'target'"):
        check_samples(bare.assign(output="x"))
    with pytest.raises(SchemaError, match="row 0 has no item"):
        check_samples(bare.assign(target="x", output="x", item=nothing))
    assert len(check_samples(bare.assign(target_logprob=-1.0))) == 1


def test_nearest_lists_what_there_is() -> None:
    assert (
        nearest("parms", ["params", "flops"]) == "Did you mean 'params'? There is: params, flops."
    )
    assert nearest("zzz", []) == "There is: nothing."
    assert "(30 in all)" in nearest("zzz", range(30))


def test_notes_that_say_the_same_are_one() -> None:
    notes = [
        Note("skipped", "x", 2, "a"),
        Note("skipped", "x", 3, "b"),
        Note("warning", "x", 1, "a"),
    ]
    assert merge_notes(notes) == (Note("skipped", "x", 5, "a, b"), Note("warning", "x", 1, "a"))
    assert str(merge_notes(notes)[0]) == "skipped (5): a, b: x"
    with pytest.raises(ValueError, match="kind is 'oops'"):
        Note("oops", "x")


def test_long_lists_are_cut_and_counted() -> None:
    assert listed("abcdefgh", 3) == "a, b, c, … (8 in all)"
    assert listed("aab") == "a, b"

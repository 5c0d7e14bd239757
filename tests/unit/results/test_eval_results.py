"""EvalResults: what it holds, selects, adds and prints."""

from typing import Any

import pandas as pd
import polars as pl
import pytest

from emergence_widgets import EvalResults, read_results
from emergence_widgets.results.notes import Note
from emergence_widgets.results.schema import SchemaError

from .reading import table


def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {"model": ["m0", "m9"], "params": [1e7, 1e8], "task": "sums", "item": 0, "target": "a",
         "output": ["a", "b"]}
    )  # fmt: skip


def test_names_in_order_of_appearance() -> None:
    results = EvalResults(table(family=["b", "a", "b"]), answers())
    assert results.models == ["m0", "m1", "m2", "m9"]
    assert results.families == ["b", "a"]
    assert results.tasks == ["sums"]
    assert results.metrics == ["acc"]
    assert results.scale_columns == ["params"]
    assert results.groups == []


def test_length_truth_and_identity() -> None:
    results = EvalResults(table())
    nothing = EvalResults(table().iloc[:0])
    assert (len(results), bool(results)) == (3, True)
    assert (len(nothing), bool(nothing)) == (0, False)
    assert EvalResults(table().iloc[:0], answers())
    assert results == results
    assert results != EvalResults(table())
    assert len({results, nothing}) == 2


def test_tables_of_other_libraries() -> None:
    scores: Any = pl.from_pandas(table())
    samples: Any = pl.from_pandas(answers())
    results = EvalResults(scores, samples)
    assert results.scores["value"].tolist() == [0.1, 0.4, 0.9]


def test_select() -> None:
    results = EvalResults(table(task=["a", "b", "b"]), answers().assign(task="b"))
    chosen = results.select(task="b", model=["m1", "m9"])
    assert chosen.scores["model"].tolist() == ["m1"]
    assert chosen.samples is not None
    assert chosen.samples["model"].tolist() == ["m9"]
    with pytest.raises(KeyError, match=r"no task 'bb'\. Did you mean 'b'\?"):
        results.select(task="bb")


def test_sum_keeps_tables_notes_and_words() -> None:
    one = EvalResults(table(), notes=(Note("skipped", "x"),), name="one", license="BSD")
    two = EvalResults(table(task=["t"] * 3), answers(), name="two", license="BSD")
    both = one + two
    assert len(both) == 6
    assert both.samples is not None
    assert len(both.samples) == 2
    assert both.notes == (Note("skipped", "x"),)
    assert (both.name, both.license) == ("one; two", "BSD")
    with pytest.raises(TypeError):
        _ = one + table()


def test_repr_is_short_however_many_notes_there_are() -> None:
    notes = tuple(Note("skipped", f"thing {i}") for i in range(100))
    text = repr(EvalResults(table(), notes=notes, name="Mine"))
    assert text.startswith("EvalResults Mine\n  models: 3 (m0, m1, m2)\n")
    assert "92 more in notes_frame()" in text
    assert len(text.splitlines()) < 20
    assert len(EvalResults(table(), notes=notes).notes_frame()) == 100


@pytest.mark.parametrize("field", ["name", "source", "license", "description"])
def test_html_is_shown_as_text(field: str) -> None:
    nasty = "<script>alert('x')</script> & \"y\""
    frame = table(model=[nasty] * 3, task=[nasty] * 3, metric=[nasty] * 3)
    about: dict[str, Any] = {field: nasty, "notes": (Note("skipped", nasty, 1, nasty),)}
    results = EvalResults(frame, **about)
    page = results._repr_html_()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5


def test_html_in_tables_that_are_read() -> None:
    page = read_results(table(model=["<i>a</i>-7b", "<i>a</i>-70b", "c-1b"]))._repr_html_()
    assert "<i>" not in page


def test_errors_name_row_and_column() -> None:
    with pytest.raises(SchemaError, match="row 1, column 'value' holds 'x'"):
        EvalResults(table(value=["0.1", "x", "0.2"]))

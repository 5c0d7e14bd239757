"""Parquet read by arro3, as in a browser's Python, against pandas and pyarrow."""

import io
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from emergence_widgets import read_results
from emergence_widgets.datasets.tables import read_stored
from emergence_widgets.results.parquet import read_by_arro3, read_parquet

STORED = (
    "addition.parquet", "addition_chains.parquet", "addition_progress.parquet",
    "addition_training.parquet",
    "autoencoder.parquet", "autoencoder_images.parquet", "classifier.parquet",
    "grokking.parquet", "pronunciation.parquet",
    "spanish.parquet",
)  # fmt: skip


def written(frame, **options):
    file = io.BytesIO()
    frame.to_parquet(file, **options)
    file.seek(0)
    return file


def assert_same(ours, theirs):
    """Same cells; lists of numbers as arrays."""
    for name in theirs:
        if theirs[name].map(lambda cell: isinstance(cell, np.ndarray)).any():
            for our, their in zip(ours[name], theirs[name], strict=True):
                np.testing.assert_array_equal(our, their)
                assert getattr(our, "dtype", None) == getattr(their, "dtype", None)
    plain = [name for name in theirs if not isinstance(theirs[name].iloc[0], np.ndarray)]
    assert_frame_equal(ours[plain], theirs[plain], check_dtype=False)
    assert list(ours) == list(theirs)


@pytest.mark.parametrize("name", STORED)
def test_bundled_files(name):
    theirs = read_stored(name)
    with (files("emergence_widgets.datasets") / name).open("rb") as file:
        ours = read_by_arro3(file)
    assert_same(ours, theirs)
    assert (ours.dtypes == theirs.dtypes).all()


TABLES = {
    "missing cells": {"n": [1.5, np.nan], "s": ["a", None], "flag": [True, None]},
    "whole numbers with gaps": {"n": pd.array([1, None, 3], dtype="Int64")},
    "lists": {"l": [[1, 2], [], [3]], "texts": [["x"], ["y", "z"], []]},
    "lists with gaps": {"l": [[1.5, 2.0], None, [3.0]]},
    "dates": {"t": pd.date_range("2020", periods=2)},
    "bytes": {"b": [b"1", b"\x00"]},
    "no rows": {"n": np.zeros(0), "k": np.zeros(0, int)},
}


@pytest.mark.parametrize("name", TABLES)
def test_kinds_of_columns(name):
    file = written(pd.DataFrame(TABLES[name]))
    ours, theirs = read_by_arro3(file), read_parquet(file)
    if len(theirs):
        assert_same(ours, theirs)
    assert ours.shape == theirs.shape
    assert list(ours) == list(theirs)


def test_categories_are_their_texts():
    file = written(pd.DataFrame({"c": pd.Categorical(["u", "v", "u"])}))
    assert read_by_arro3(file)["c"].tolist() == ["u", "v", "u"]


@pytest.mark.parametrize("index", [pd.Index(["p", "q"]), pd.Index(["p", "q"], name="key"), None])
def test_the_index_of_the_file(index):
    frame = pd.DataFrame({"n": [1, 2]}, index=index)
    assert_frame_equal(read_by_arro3(written(frame)), frame, check_dtype=False)


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing", b"params,value\n1,2\n"])
def test_malformed(content):
    for read in (read_parquet, read_by_arro3):
        with pytest.raises(ValueError, match="malformed Parquet"):
            read(io.BytesIO(content))


def test_a_users_file_without_pyarrow(tmp_path, monkeypatch):
    table = pd.DataFrame({"model": ["a", "b"], "params": [1e6, 1e7], "value": [0.1, 0.9]})
    table.assign(task="t", metric="accuracy").to_parquet(tmp_path / "scores.parquet")
    monkeypatch.setattr("emergence_widgets.results.readers.tables.read_parquet", read_by_arro3)
    assert read_results(tmp_path / "scores.parquet").scores["value"].tolist() == [0.1, 0.9]

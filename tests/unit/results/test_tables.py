"""Long tables: every format gives the same results, and bad ones say what is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from emergence_widgets import read_results, rescore

from .reading import ONE_MODEL, assert_notes, table

WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "t.csv": lambda frame, file: frame.to_csv(file, index=False),
    "t.tsv": lambda frame, file: frame.to_csv(file, sep="\t", index=False),
    "t.parquet": lambda frame, file: frame.to_parquet(file),
    "t.jsonl": lambda frame, file: frame.to_json(file, orient="records", lines=True),
    "t.ndjson": lambda frame, file: frame.to_json(file, orient="records", lines=True),
}
LIBRARIES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "polars, lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "pyarrow": pa.Table.from_pandas,
}
ANSWERS = pd.DataFrame(
    {
        "model": ["m0", "m0", "m1", "m1"],
        "params": ["1M", "1M", "10M", "10M"],
        "task": "words",
        "item": [0, 1, 0, 1],
        "target": ["None", "007", "None", "007"],
        "output": ["None", "7", "nan", "007"],
    }
)


def write(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", WRITERS)
def test_files(tmp_path: Path, name: str) -> None:
    frame = table([0.001, np.nan, 1.0], params=["70M", "1.4B", 12e9], stderr=[0.1, 0.2, np.nan])
    frame["params"] = frame["params"].astype(str)
    WRITERS[name](frame, tmp_path / name)
    results = read_results(tmp_path / name)
    assert results.scores["params"].tolist() == [70e6, 1.4e9, 12e9]
    np.testing.assert_array_equal(results.scores["value"], [0.001, np.nan, 1.0])
    np.testing.assert_array_equal(results.scores["stderr"], [0.1, 0.2, np.nan])
    assert results.models == ["m0", "m1", "m2"]
    assert_notes(results, ("warning", 1, "not a number: acc"))


@pytest.mark.parametrize("library", LIBRARIES)
def test_frames(library: str) -> None:
    results = read_results(LIBRARIES[library](table()))
    assert results.scores["value"].tolist() == [0.1, 0.4, 0.9]
    assert results.scores["lower_is_better"].tolist() == [False] * 3
    assert results.scores["max"].tolist() == [1.0] * 3
    assert_notes(results)


def test_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    relation = duckdb.from_arrow(pa.Table.from_pandas(table()))
    assert read_results(relation).scores["value"].tolist() == [0.1, 0.4, 0.9]


@pytest.mark.parametrize("name", WRITERS)
def test_texts_of_answers_stay_as_they_are(tmp_path: Path, name: str) -> None:
    WRITERS[name](ANSWERS, tmp_path / name)
    results = read_results(tmp_path / name)
    assert results.samples is not None
    assert results.samples["target"].tolist() == ANSWERS["target"].tolist()
    assert results.samples["output"].tolist() == ANSWERS["output"].tolist()
    assert rescore(results)["value"].tolist() == [0.5, 0.5]
    assert results.scale_columns == ["params"]


def test_numbers_in_columns_of_texts_keep_their_digits(tmp_path: Path) -> None:
    rows = "a,1M,t,0,007,007\na,1M,t,1,1.50,1.5\n"
    file = write(tmp_path, "t.csv", f"model,params,task,item,target,output\n{rows}")
    assert rescore(read_results(file))["value"].tolist() == [0.5]


def test_an_empty_output_in_a_text_file_is_an_answer(tmp_path: Path) -> None:
    file = write(
        tmp_path, "t.csv", "model,params,task,item,target,output\na,1M,t,0,x,\na,1M,t,1,x,x\n"
    )
    row = rescore(read_results(file)).iloc[0]
    assert row[["value", "n_items"]].tolist() == [0.5, 2]


def test_a_missing_output_in_a_frame_does_not_count() -> None:
    output: Any = ["None", None, "None", "007"]
    frame = ANSWERS.assign(output=output)
    assert rescore(read_results(frame))[["value", "n_items"]].to_numpy().tolist() == [
        [1, 1],
        [1, 2],
    ]


def test_lists_in_text_files(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "t.csv",
        "model,params,task,item,target,choices,choice_logprobs\n"
        'a,1M,t,0,y,"[""x"", ""y""]","[-1.0, -0.5]"\n'
        'a,1M,t,1,x,"[""x"", ""y""]","[-1.0, -0.5]"\n',
    )
    assert rescore(read_results(file), "multiple_choice_grade")["value"].tolist() == [0.5]
    broken = file.read_text(encoding="utf-8").replace('"[-1.0, -0.5]"\n', '"[-1.0, "\n', 1)
    with pytest.raises(
        ValueError, match=r"t\.csv: row 1, column 'choice_logprobs'.*malformed JSON"
    ):
        read_results(write(tmp_path, "t.csv", broken))


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    text = table().to_csv(index=False)
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_results(tmp_path / "t.csv").models == ["m0", "m1", "m2"]


def test_blanks_around_column_names(tmp_path: Path) -> None:
    file = write(tmp_path, "t.csv", "model, params, task, metric, value\na,1M,t,acc,0.5\n")
    assert read_results(file).scores["value"].tolist() == [0.5]


def test_rows_without_names_are_skipped_and_said(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "t.csv",
        "model,params,task,metric,value\n"
        "a,1M,t,acc,0.5\n,1M,t,acc,0.6\nb,2M, ,acc,0.7\nc,3M,t,acc,\n",
    )
    results = read_results(file)
    assert results.models == ["a", "c"]
    assert_notes(results, ("skipped", 2, "rows without"), ("warning", 1, "not a number"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.csv", "", r"t\.csv: the file is empty"),
        ("t.jsonl", "\n", r"t\.jsonl: the file is empty"),
        ("t.csv", "model,value\na,1\nb,2,3,4\n", r"t\.csv: malformed table.*line 3"),
        ("t.jsonl", '{"model": "a"}\n\n{"model": \n',
         r"t\.jsonl, line 3, column 11: malformed JSON"),
        ("t.jsonl", '{"model": "a"}\n[1]\n', r"t\.jsonl, line 2: a list; expected an object"),
        ("t.csv", "modle,params,task,metric,value\na,1,t,acc,1\n", "Did you mean 'modle'"),
        ("t.csv", "model,params,task,metric,value\na,1M,t,acc,0.5\nb,big,t,acc,1\n",
         r"t\.csv: row 2, column 'params' holds 'big'; expected a number such as 1\.3e9"),
        ("t.csv", "model,params,task,metric,value\na,1M,t,acc,80%\n",
         r"t\.csv: row 1, column 'value' holds '80%'"),
        ("t.jsonl", '\n{"model":"a","params":1e6,"task":"t","metric":"acc","value":"x"}\n',
         r"t\.jsonl: line 2, column 'value' holds 'x'"),
        ("t.xlsx", "x", r"unknown kind of file '\.xlsx'; expected \.json, \.csv"),
    ],
)  # fmt: skip
def test_errors_name_file_line_and_column(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read_results(write(tmp_path, name, text))


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_other_encodings_are_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes("model,größe\na,1\n".encode("latin-1"))
    with pytest.raises(ValueError, match=rf"{name}: not UTF-8 text"):
        read_results(tmp_path / name)


def test_broken_parquet(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(ValueError, match=r"t\.parquet: malformed Parquet"):
        read_results(tmp_path / "t.parquet")


@pytest.mark.parametrize("thing", [7, {"model": ["a"]}, [1, 2], []])
def test_what_is_neither_path_nor_table(thing: object) -> None:
    with pytest.raises(TypeError, match="expected"):
        read_results(thing)


def test_unknown_options() -> None:
    with pytest.raises(TypeError, match=r"read_results takes no 'model'. Did you mean 'models'\?"):
        read_results(table(), model={"a": 1})
    with pytest.raises(ValueError, match="format is 'csv'; expected one of auto, table, lm_eval"):
        read_results(table(), format="csv")


def test_a_list_of_files(tmp_path: Path) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.parquet"]
    table().to_csv(files[0], index=False)
    table(task=["words"] * 3).to_parquet(files[1])
    assert read_results([str(files[0]), files[1]]).tasks == ["sums", "words"]


def test_columns_of_ones_own_are_kept() -> None:
    results = read_results(table(mine=["x", "y", "z"], lower_is_better=["yes", "no", None]))
    assert results.scores["mine"].tolist() == ["x", "y", "z"]
    # What the file does not say, the metric does.
    assert results.scores["lower_is_better"].tolist() == [True, False, False]


def test_one_model_only() -> None:
    assert_notes(read_results(table([0.5])), ONE_MODEL)

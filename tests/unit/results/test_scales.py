"""A scale for every model, and what is said about it."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import read_results
from emergence_widgets.results.schema import SchemaError

from .reading import TOKENS, assert_notes, table


def without_params(*models: str) -> pd.DataFrame:
    values = np.linspace(0.1, 0.9, len(models)).tolist()
    return table(values, model=list(models)).drop(columns="params").assign(step=np.nan)


def test_catalogue_and_names() -> None:
    results = read_results(without_params("pythia-70m", "mine-1.5b", "EleutherAI/pythia-1b"))
    scores = results.scores
    assert scores["params"].tolist() == [70_426_624, 1.5e9, 1_011_781_632]
    assert scores["params_kind"].tolist() == ["total", "nominal", "total"]
    assert scores["tokens"].tolist() == pytest.approx([3e11, np.nan, 3e11], nan_ok=True)
    assert_notes(
        results,
        ("assumed", 2, "catalogue of public models: pythia-70m, EleutherAI/pythia-1b"),
        ("assumed", 1, "sizes read from the names: mine-1.5b (1,500,000,000)"),
        ("assumed", 2, "of the finished model: pythia-70m, EleutherAI/pythia-1b"),
    )


def test_given_sizes_win_over_all_others() -> None:
    frame = without_params("pythia-70m", "x", "y", "z").assign(params=[5.0, 6.0, np.nan, np.nan])
    models = {
        "pythia-70m": {"family": "mine", "tokens": "2B"},
        "x": "1.3B",
        "y": {"params": 2e9, "flops": 1e20},
        "z": "pythia-1b",
    }
    scores = read_results(frame, models=models).scores
    assert scores["params"].tolist() == [5, 1.3e9, 2e9, 1_011_781_632]
    assert scores["family"].tolist() == ["mine", None, None, "Pythia"]
    np.testing.assert_array_equal(scores["tokens"], [2e9, np.nan, np.nan, 3e11])
    np.testing.assert_array_equal(scores["flops"], [np.nan, np.nan, 1e20, np.nan])


@pytest.mark.parametrize(
    ("models", "error", "message"),
    [
        ({"y": 1e9}, KeyError, r"models= names 'y'. There is: x\."),
        ({"x": "large"}, SchemaError, r"models\['x'\] is 'large'; expected a size such as '1.3B'"),
        ({"x": 0}, SchemaError, r"models\['x'\]: params is 0; expected a size above 0"),
        ({"x": {"params": -1}}, SchemaError, "params is -1"),
        ({"x": {"parms": 1}}, SchemaError, r"has 'parms'. Did you mean 'params'\?"),
        ({"x": {"tokens": float("nan")}}, SchemaError, "tokens is nan"),
    ],
)
def test_wrong_sizes(models: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_results(without_params("x"), models=models)


def test_models_without_a_scale_are_listed() -> None:
    with pytest.raises(
        SchemaError, match=r"no scale is known for 2 of 3 models: davinci, ada\. Give"
    ):
        read_results(without_params("davinci", "pythia-70m", "ada"))


def test_a_size_that_some_rows_have_is_that_of_the_model() -> None:
    frame = pd.concat(
        [
            table([0.1], model=["davinci"], params=[175e9]),
            without_params("davinci").assign(task="t"),
        ]
    )
    results = read_results(frame)
    assert results.scores["params"].tolist() == [175e9, 175e9]


def test_one_scale_is_enough() -> None:
    frame = without_params("a", "b").assign(step=[10, 20])
    results = read_results(frame)
    assert results.scale_columns == ["step"]
    assert_notes(results)


def test_a_model_without_size_beside_others_is_said() -> None:
    frame = without_params("a", "b-7b").assign(step=[10, 20])
    assert_notes(
        read_results(frame), ("assumed", 1, "b-7b (7,000,000,000)"), ("warning", 1, "unknown")
    )


@pytest.mark.parametrize(
    ("params", "notes"),
    [
        ([1.3, 7e9, 70e9], [("warning", 1, "1.3 (m0) beside 7e+10")]),
        ([0.07, 13, 1.4e9], [("warning", 2, "0.07 (m0), 13 (m1)")]),
        ([0.07, 1.4, 12], [("warning", 3, "params up to 12 only")]),
        # Our own smallest models are not doubtful.
        ([252, 888, 447_552], []),
        ([0, 1e7, 1e8], [("warning", 1, "at or below 0 cannot stand on a logarithmic axis: m0")]),
        ([-5e6, 1e7, 1e8], [("warning", 1, "at or below 0 cannot stand on a logarithmic")]),
        # Scales need no order.
        ([1e9, 1e7, 1e8], []),
    ],
)
def test_doubtful_scales(params: list[float], notes: list[tuple[str, int, str]]) -> None:
    results = read_results(table([0.9, 0.1, 0.4], params=params))
    assert results.scores["params"].tolist() == params
    assert results.scores["value"].tolist() == [0.9, 0.1, 0.4]
    assert_notes(results, *notes)


def test_texts_with_units_and_plain_numbers_agree() -> None:
    results = read_results(table(params=[1.3e9, "1.3B", "1,300,000,000"]))
    assert results.scores["params"].tolist() == [1.3e9] * 3
    assert_notes(results)


def test_step_zero_is_a_checkpoint() -> None:
    frame = without_params("pythia-70m", "pythia-70m").assign(step=[0, 1])
    results = read_results(frame)
    assert results.scores["tokens"].tolist() == [0, 2**21]
    assert_notes(results, ("assumed", 1, "sizes from the catalogue"), TOKENS)


def test_siblings_that_differ_in_size_are_a_family() -> None:
    results = read_results(without_params("a-7b", "a-70b", "b-7b", "b-70b", "c-7b"))
    assert results.scores["family"].tolist() == ["a", "a", "b", "b", None]
    assert ("assumed", 2) in [(note.kind, note.count) for note in results.notes]


def test_no_family_is_guessed_beside_names_without_a_size() -> None:
    frame = table(model=["GPT 7B", "GPT 70B", "GPT Small"])
    assert read_results(frame).families == []

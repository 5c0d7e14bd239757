"""Other people's tables, where they lie beside the repository; they are not part of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import read_results, read_wide

from .reading import assert_notes

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "third_party"


def beside(name: str) -> Path:
    file = FOLDER / name
    if not file.is_file():
        pytest.skip(f"{file.name} is a table of others that is not shipped; it is not here")
    return file


def test_checkpoints_of_pythia() -> None:
    frame = pd.read_csv(beside("pythia_zero_shot.csv")).rename(columns={"deduped": "family"})
    results = read_results(frame)
    keys = ["model", "family", "step", "task", "metric"]
    expected = frame.assign(family=frame["family"].astype(str)).set_index(keys)["value"]
    assert results.scores.set_index(keys)["value"].to_dict() == expected.to_dict()
    assert results.models == ["70m", "160m", "410m", "1b", "1.4b", "2.8b", "6.9b", "12b"]
    assert results.families == ["False", "True"]
    sizes = results.scores.groupby("model")["params"].unique().map(list).to_dict()
    assert sizes["1.4b"] == [1.4e9]
    assert results.scores["params"].notna().all()
    # Perplexities of untrained models are in the millions, and no percent.
    assert results.scores.loc[results.scores["metric"] == "ppl", "value"].max() > 1e6
    assert results.scores.loc[results.scores["metric"] == "acc", "value"].between(0, 1).all()
    assert_notes(results, ("assumed", 8, "sizes read from the names: 70m (70,000,000)"))


def test_checkpoints_of_pythia_as_they_are() -> None:
    results = read_results(beside("pythia_zero_shot.csv"))
    assert_notes(
        results,
        ("assumed", 8, "sizes read from the names"),
        ("repaired", 2808, "they differ in 'deduped': rename it to 'family'"),
    )


def test_catalogue_names_give_exact_sizes_and_tokens() -> None:
    file = beside("pythia_zero_shot.csv")
    models = {name: f"pythia-{name}" for name in pd.read_csv(file)["model"].unique()}
    scores = read_results(file, models=models).scores
    row = scores[(scores["model"] == "12b") & (scores["step"] == 143000)].iloc[0]
    assert row["params"] == 11_846_072_320
    # 143,000 steps of two million tokens: the 300 billion of the paper.
    assert row["tokens"] == 143000 * 2**21
    assert row["tokens"] == pytest.approx(3e11, rel=1e-3)
    assert set(scores["family"]) == {"Pythia"}


def test_open_models_on_emergent_tasks() -> None:
    file = beside("obs_emergent.csv")
    frame = pd.read_csv(file)
    scale = {"params": "params_B", "tokens": "tokens_T", "flops": "flops_1e21"}
    results = read_wide(file, id="model", scale=scale)
    assert set(results.models) == set(frame["model"])
    assert results.families == frame["family"].unique().tolist()
    columns = [name for name in frame if name not in {"model", "family", *scale.values()}]
    assert results.metrics == columns
    first = results.scores.drop_duplicates("model").set_index("model")
    for name, (column, unit) in {
        "params": ("params_B", 1e9), "tokens": ("tokens_T", 1e12), "flops": ("flops_1e21", 1e21)
    }.items():  # fmt: skip
        expected = frame.set_index("model")[column] * unit
        np.testing.assert_allclose(first[name], expected[first.index], rtol=1e-12)
    for column in columns:
        found = results.scores[results.scores["metric"] == column].set_index("model")["value"]
        np.testing.assert_array_equal(found, frame.set_index("model")[column][found.index])
    kinds = [(note.kind, note.message) for note in results.notes]
    for name in scale:
        assert any(kind == "assumed" and f"{name} read in units" in text for kind, text in kinds)

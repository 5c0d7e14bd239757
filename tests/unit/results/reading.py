"""Reading the fixtures, and what the notes say."""

from pathlib import Path
from typing import Any

import pandas as pd

from emergence_widgets import EvalResults, read_results

FIXTURES = Path(__file__).parents[2] / "fixtures" / "lm_eval"
ONE_MODEL = ("warning", 1, "one model only")
TOKENS = ("assumed", 1, "training tokens from the catalogue")


def read(trap: str, **options: Any) -> EvalResults:
    return read_results(FIXTURES / trap, **options)


def only_score(results: EvalResults) -> pd.Series:
    (row,) = results.scores.index
    return results.scores.loc[row]


def assert_notes(results: EvalResults, *expected: tuple[str, int, str]) -> None:
    """Exactly these notes, in kind and count; each expected text stands in one of them."""
    found = [(note.kind, note.count, note.message) for note in results.notes]
    assert sorted(one[:2] for one in found) == sorted(one[:2] for one in expected), found
    for kind, count, text in expected:
        assert any(one[:2] == (kind, count) and text in one[2] for one in found), (text, found)


def table(values: list[float] | None = None, **columns: Any) -> pd.DataFrame:
    """A small long table: one family, one task, one metric."""
    values = [0.1, 0.4, 0.9] if values is None else values
    count = len(values)
    base = {
        "model": [f"m{i}" for i in range(count)],
        "params": [10.0 ** (7 + i) for i in range(count)],
        "task": ["sums"] * count,
        "metric": ["acc"] * count,
        "value": values,
    }
    return pd.DataFrame(base | columns)


def samples_of(results: EvalResults) -> pd.DataFrame:
    assert results.samples is not None
    return results.samples.set_index("item")


def answers(*right: bool, model: str = "m", **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"model": model, "params": 1e6, "task": "t", "item": range(len(right)), "target": "a b",
         "output": ["a b" if one else "a c" for one in right]}
    )  # fmt: skip
    return frame.assign(**columns)


def errors(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"model": "m", "params": 1e6, "task": "t", "item": range(len(values)),
         "squared_error": values}
    )  # fmt: skip

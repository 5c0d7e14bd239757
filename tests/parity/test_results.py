"""The program `results` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, datasets
from emergence_widgets.explorers.results.constants import series_constants
from emergence_widgets.explorers.results.verdicts import verdict_constants
from emergence_widgets.programs.results import results

from .javascript import assert_equal_outputs, assert_same_lateness, run_program


def checkpoints() -> EvalResults:
    """Several families, steps, gaps, zeros and scores below zero."""
    rng = np.random.default_rng(3)
    rows = [
        {
            "family": family,
            "model": f"{family}-{params:g}",
            "params": params,
            "step": step,
            "loss": rng.uniform(0.1, 3),
            "task": task,
            "metric": metric,
            "value": rng.choice([0.0, np.nan, rng.normal(), rng.random()]),
            "stderr": rng.choice([np.nan, 0.1]),
            "chance": 0.25,
        }
        for family in ("a", "b", "c")
        for params in (1e6, 1e7, 1e8)
        for step in (0.0, 10.0, 100.0, 1000.0)
        for task in ("t", "u")
        for metric in ("acc", "margin")
        if rng.random() < 0.9
    ]
    return EvalResults(pd.DataFrame(rows))


CASES = {
    "answers": (lambda: datasets.pronunciation(), "edit_similarity", 60),
    "published": (lambda: datasets.gpt3(), None, 700),
    "checkpoints": (checkpoints, None, 2000),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES)
def test_same_numbers(case, some, tmp_path):
    load, item_score, sets = CASES[case]
    sets = some(sets)
    constants = series_constants(
        loaded := load(), item_score=item_score, tokens="whitespace", most_answers=5, seed=0
    )
    constants["verdicts"], _ = verdict_constants(
        loaded, constants["tasks"], constants["metrics"], asked=None, tokens="whitespace"
    )
    rng = np.random.default_rng(7)
    runs = len(constants["run_family"])
    metrics = len(constants["metrics"])
    controls = [
        {
            "task": int(rng.integers(len(constants["tasks"]))),
            "scale": int(rng.integers(len(constants["scales"]))),
            **{f"metric_{slot}": int(rng.integers(metrics + 1)) for slot in (1, 2, 3, 4)},
            "families": [bool(rng.random() < 0.8) for _ in constants["families"]],
            "line": int(rng.integers(2)),
            "onset": bool(rng.random() < 0.5),
            "log_scale": bool(rng.random() < 0.5),
            "log_score": bool(rng.random() < 0.5),
            "intervals": bool(rng.random() < 0.5),
            "threshold": float(rng.choice([0.0, 1.0, round(rng.random(), 2)])),
            "all_of": float(rng.integers(1, 21)),
            "selection": int(rng.integers(-1, runs)),
        }
        for _ in range(sets)
    ]
    answers = run_program("results", controls, constants, tmp_path)
    assert len(answers) == sets
    for setting, javascript in zip(controls, answers, strict=True):
        python = results(setting, constants)
        assert_same_lateness(python, javascript, setting)
        assert_equal_outputs(python, javascript, setting)

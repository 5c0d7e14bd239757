"""The program `forecast` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, ForecastExplorer, datasets
from emergence_widgets.programs.forecast import CHAINS, METHODS, forecast

from .javascript import assert_equal_outputs, run_program


def odd() -> EvalResults:
    """Families of two to eight models, gaps, infinite perplexities, zeros, chance levels."""
    rng = np.random.default_rng(4)
    rows = [
        {"family": family, "model": f"{family}{size:g}", "params": size, "seed": seed,
         "task": task, "metric": metric, "n_items": 50 if task == "t" else np.nan,
         "chance": 0.25 if task == "u" else np.nan, "value": value}
        for family, sizes in (("a", 8), ("b", 7), ("c", 2))
        for task in ("t", "u")
        for size in 10.0 ** np.arange(4, 4 + sizes)
        for seed in (0, 1)
        for metric, value in (
            ("acc", rng.choice([0.0, 1.0, rng.random(), np.nan])),
            ("ppl", rng.choice([np.inf, 1.0, 1 + 1e6 / size * rng.random()])),
        )
        if (family, task) != ("b", "u")
    ]  # fmt: skip
    return EvalResults(pd.DataFrame(rows))


CASES = {
    "families": (lambda: ForecastExplorer(draws=100), 1000),
    "published": (
        lambda: ForecastExplorer(
            datasets.gpt3(), tasks=["LAMBADA, 0-shot", "2D+, 0-shot", "SQuADv2, 0-shot"], draws=100
        ),
        600,
    ),
    "odd": (lambda: ForecastExplorer(odd(), draws=100), 600),
    "loss as scale": (
        lambda: ForecastExplorer(datasets.pronunciation(), scale="loss", draws=100),
        300,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_same_numbers(case, some, tmp_path):
    make, sets = CASES[case]
    sets = some(sets)
    explorer = make()
    constants = explorer.constants
    explorer.close()
    rng = np.random.default_rng(11)
    controls = [
        {
            "held_out": float(rng.choice([1, 200, float(rng.integers(1, 10)), rng.uniform(1, 9)])),
            "task": int(rng.integers(len(constants["tasks"]))),
            "family": int(rng.integers(len(constants["families"]))),
            "methods": [bool(rng.random() < 0.7) for _ in METHODS],
            "steps": int(rng.integers(len(CHAINS))),
        }
        for _ in range(sets)
    ]
    answers = run_program("forecast", controls, constants, tmp_path)
    assert len(answers) == sets
    for setting, javascript in zip(controls, answers, strict=True):
        assert_equal_outputs(forecast(setting, constants), javascript, setting)

"""The program `grokking` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets import GrokkingExplorer
from emergence_widgets.programs.grokking import METRICS, grokking

from .javascript import assert_equal_outputs, run_program


def with_gaps(constants: dict) -> dict:
    """A run that was never logged, gaps, a loss of 0, an infinite one, a constant measure."""
    changed = {name: np.array(constants[name]) for name in METRICS}
    rng = np.random.default_rng(1)
    for values in changed.values():
        values[rng.random(values.shape) < 0.1] = np.nan
        values[0] = np.nan
    changed["test_loss"][1, 5:9] = [0.0, np.inf, np.nan, -1.0]
    changed["weight_norm"][1] = 3.0
    return constants | changed


@pytest.mark.parametrize("case", ["shipped", "gaps"])
def test_same_numbers(case, some, tmp_path):
    explorer = GrokkingExplorer()
    constants = explorer.constants if case == "shipped" else with_gaps(explorer.constants)
    explorer.close()
    rng = np.random.default_rng(9)
    last = float(constants["step"][-1])
    controls = [
        {
            "run": int(rng.integers(len(constants["test_accuracy"]))),
            "step": float(rng.choice([1, last, 1e7, np.floor(10 ** rng.uniform(0, 4))])),
            "log_step": bool(rng.random() < 0.5),
            "measures": [bool(rng.random() < 0.7) for _ in range(4)],
        }
        for _ in range(some(2000))
    ]
    answers = run_program("grokking", controls, constants, tmp_path)
    assert len(answers) == len(controls)
    for setting, javascript in zip(controls, answers, strict=True):
        assert_equal_outputs(grokking(setting, constants), javascript, setting)

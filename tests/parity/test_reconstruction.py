"""The program `reconstruction` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets import EvalResults, ReconstructionExplorer, datasets
from emergence_widgets.programs.reconstruction import reconstruction

from ..answers import answers_of
from .javascript import assert_equal_outputs, assert_same_lateness, run_program


def perfect_and_hopeless() -> EvalResults:
    """Errors of exactly 0, exactly at a threshold, and huge."""
    samples = answers_of(datasets.autoencoder())
    few = samples[samples["item"] < 3].copy()
    few["squared_error"] = np.resize([0.0, 0.5, 1e9, 0.1], len(few))
    return EvalResults(datasets.autoencoder().scores, few)


@pytest.mark.parametrize("case", ["digits", "edges"])
def test_same_numbers(case, some, tmp_path):
    made = {"digits": lambda: (None,), "edges": lambda: (perfect_and_hopeless(),)}[case]()
    explorer = ReconstructionExplorer(*made)
    constants = explorer.constants
    explorer.close()
    rng = np.random.default_rng(5)
    runs = len(constants["run_width"])
    controls = [
        {
            "threshold": float(rng.choice([0.01, 0.1, 0.5, 6.0, rng.uniform(0.01, 6)])),
            "log_error": bool(rng.random() < 0.5),
            "selection": int(rng.integers(-1, runs)),
        }
        for _ in range(some(2000))
    ]
    answers = run_program("reconstruction", controls, constants, tmp_path)
    assert len(answers) == len(controls)
    for setting, javascript in zip(controls, answers, strict=True):
        python = reconstruction(setting, constants)
        assert_same_lateness(python, javascript, setting)
        assert_equal_outputs(python, javascript, setting)

"""The program `multi_step` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets import MultiStepExplorer
from emergence_widgets.programs.multi_step import multi_step, multi_step_constants

from .javascript import assert_equal_outputs, run_program
from .settings import random_settings


@pytest.mark.parametrize(
    ("scale", "sets"),
    [
        (np.logspace(6, 14, 40), 2000),
        (np.array([1e-300, 1.0, 1e300]), 200),
        (np.array([7.0, 7.0000001]), 200),
    ],
    ids=["default", "extreme", "narrow"],
)
def test_same_numbers(scale, sets, some, tmp_path):
    controls = random_settings(MultiStepExplorer, some(sets), small=True)
    constants = multi_step_constants(scale)
    answers = run_program("multi_step", controls, constants, tmp_path)
    assert len(answers) == len(controls)
    with np.errstate(over="ignore"):
        for setting, javascript in zip(controls, answers, strict=True):
            assert_equal_outputs(multi_step(setting, constants), javascript, setting)

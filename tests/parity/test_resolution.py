"""The program `resolution` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets import ResolutionExplorer
from emergence_widgets.programs.resolution import resolution, resolution_constants

from .javascript import assert_equal_outputs, run_program
from .settings import random_settings


@pytest.mark.parametrize(
    ("scale", "sets"),
    [
        (np.logspace(7, 12, 40), 2000),
        (np.array([1e-300, 1.0, 1e300]), 200),
        (np.array([7.0, 7.0000001]), 200),
    ],
    ids=["default", "extreme", "narrow"],
)
def test_same_numbers(scale, sets, some, tmp_path):
    controls = random_settings(ResolutionExplorer, some(sets))
    constants = resolution_constants(scale)
    answers = run_program("resolution", controls, constants, tmp_path)
    assert len(answers) == len(controls)
    for setting, javascript in zip(controls, answers, strict=True):
        assert_equal_outputs(resolution(setting, constants), javascript, setting)

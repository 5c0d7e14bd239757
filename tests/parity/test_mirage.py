"""The program `mirage` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets.programs.mirage import mirage, mirage_constants
from emergence_widgets.widgets.mirage import MirageExplorer

from .javascript import assert_equal_outputs, run_program
from .settings import random_settings


@pytest.mark.parametrize(
    ("scale", "sets"),
    [
        (np.logspace(5, 12, 40), 2000),
        (np.array([1e-300, 1.0, 1e300]), 200),
        (np.array([7.0, 7.0000001]), 200),
    ],
    ids=["default", "extreme", "narrow"],
)
def test_same_numbers(scale, sets, tmp_path):
    controls = random_settings(MirageExplorer, sets)
    constants = mirage_constants(scale)
    answers = run_program("mirage", controls, constants, tmp_path)
    assert len(answers) == sets
    with np.errstate(all="ignore"):
        for setting, javascript in zip(controls, answers, strict=True):
            assert_equal_outputs(mirage(setting, constants), javascript, setting)

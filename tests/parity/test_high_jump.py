"""The program `high_jump` gives the same numbers in Python and in the built JavaScript."""

import numpy as np

from emergence_widgets import HighJumpExplorer
from emergence_widgets.programs.high_jump import high_jump, high_jump_constants

from .javascript import assert_equal_outputs, run_program
from .settings import random_settings

EDGES = [
    {"bar": 1.8, "spread": 0.0, "start": 0.9, "growth": 0.3, "attempts": 1, "training": 1000},
    {"bar": 1.0, "spread": 0.0, "start": 1.0, "growth": 0.0, "attempts": 10, "training": 1},
    {"bar": 1.0, "spread": 0.1, "start": 1.0, "growth": 0.0, "attempts": 3, "training": 1e4},
    {"bar": 2.8, "spread": 0.2, "start": 0.5, "growth": 0.01, "attempts": 1, "training": 99.99},
    {"bar": 0.3, "spread": 0.2, "start": 1.2, "growth": 0.4, "attempts": 10, "training": 1e4},
    # Tails of the normal distribution as deep as floats reach, and below.
    {"bar": 1.0, "spread": 0.01, "start": 0.63, "growth": 0.0025, "attempts": 1, "training": 7},
    {"bar": 1.0, "spread": 0.001, "start": 0.96, "growth": 0.02, "attempts": 7, "training": 7},
    {"bar": 2.8, "spread": 1e-300, "start": 0.5, "growth": 0.4, "attempts": 2, "training": 50},
    {"bar": 1.0, "spread": 1e-9, "start": 1.0, "growth": 1e-9, "attempts": 2, "training": 50},
]


def test_same_numbers(some, tmp_path):
    controls = random_settings(HighJumpExplorer, some(2000))
    controls += EDGES
    constants = high_jump_constants()
    answers = run_program("high_jump", controls, constants, tmp_path)
    assert len(answers) == len(controls)
    for setting, javascript in zip(controls, answers, strict=True):
        assert_equal_outputs(high_jump(setting, constants), javascript, setting)


def test_the_edges_reach_the_deepest_tails():
    constants = high_jump_constants()
    tails = np.concatenate([high_jump(setting, constants)["one_attempt"] for setting in EDGES])
    assert tails[tails > 0].min() < 1e-290

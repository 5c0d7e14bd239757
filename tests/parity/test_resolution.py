"""The program `resolution` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets import ResolutionExplorer
from emergence_widgets.programs.resolution import resolution, resolution_constants
from emergence_widgets.widgets.controls import controls_of

from .javascript import assert_equal_outputs, run_program

CONTROLS = controls_of(ResolutionExplorer)


def draw(control, rng):
    """A value from the control's range; one in five is an end of it."""
    if rng.random() < 0.2:
        value = rng.choice([control.minimum, control.maximum])
    elif control.logarithmic:
        value = 10 ** rng.uniform(np.log10(control.minimum), np.log10(control.maximum))
    else:
        value = rng.uniform(control.minimum, control.maximum)
    return control.from_widget(float(value))


@pytest.mark.parametrize(
    ("scale", "sets"),
    [
        (np.logspace(7, 12, 40), 2000),
        (np.array([1e-300, 1.0, 1e300]), 200),
        (np.array([7.0, 7.0000001]), 200),
    ],
    ids=["default", "extreme", "narrow"],
)
def test_same_numbers(scale, sets, tmp_path):
    rng = np.random.default_rng(20261124)
    controls = [{name: draw(c, rng) for name, c in CONTROLS.items()} for _ in range(sets)]
    constants = resolution_constants(scale)
    answers = run_program("resolution", controls, constants, tmp_path)
    assert len(answers) == sets
    for setting, javascript in zip(controls, answers, strict=True):
        assert_equal_outputs(resolution(setting, constants), javascript, setting)

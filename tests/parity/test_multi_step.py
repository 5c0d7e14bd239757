"""The program `multi_step` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets import MultiStepExplorer
from emergence_widgets.programs.multi_step import multi_step, multi_step_constants
from emergence_widgets.widgets.controls import NumberControl, controls_of

from .javascript import assert_equal_outputs, run_program

CONTROLS = controls_of(MultiStepExplorer)


def draw(control, rng):
    """A value from the control's range; one in five is an end of it."""
    if not isinstance(control, NumberControl):
        return bool(rng.random() < 0.5)
    if rng.random() < 0.2:
        value = rng.choice([control.minimum, control.maximum])
    elif control.logarithmic:
        value = 10 ** rng.uniform(np.log10(control.minimum), np.log10(control.maximum))
    elif control.whole and rng.random() < 0.5:
        value = control.minimum + rng.integers(4)
    else:
        value = rng.uniform(control.minimum, control.maximum)
    return control.from_widget(float(value))


@pytest.mark.parametrize(
    ("scale", "sets"),
    [
        (np.logspace(6, 14, 40), 2000),
        (np.array([1e-300, 1.0, 1e300]), 200),
        (np.array([7.0, 7.0000001]), 200),
    ],
    ids=["default", "extreme", "narrow"],
)
def test_same_numbers(scale, sets, tmp_path):
    rng = np.random.default_rng(20261124)
    controls = [{name: draw(c, rng) for name, c in CONTROLS.items()} for _ in range(sets)]
    explorer = MultiStepExplorer()
    constants = multi_step_constants(scale) | {"width_axes": explorer.constants["width_axes"]}
    explorer.close()
    answers = run_program("multi_step", controls, constants, tmp_path)
    assert len(answers) == sets
    with np.errstate(over="ignore"):
        for setting, javascript in zip(controls, answers, strict=True):
            assert_equal_outputs(multi_step(setting, constants), javascript, setting)

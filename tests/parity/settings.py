"""Random control sets for the parity tests."""

from __future__ import annotations

import numpy as np

from emergence_widgets.widgets.controls import NumberControl, controls_of


def draw(control, rng, *, small: bool = False):
    """A value from the control's range; one in five is an end of it, a whole one often `small`."""
    if not isinstance(control, NumberControl):
        return bool(rng.random() < 0.5)
    if rng.random() < 0.2:
        value = rng.choice([control.minimum, control.maximum])
    elif control.logarithmic:
        value = 10 ** rng.uniform(np.log10(control.minimum), np.log10(control.maximum))
    elif small and control.whole and rng.random() < 0.5:
        value = control.minimum + rng.integers(min(4, int(control.maximum - control.minimum) + 1))
    else:
        value = rng.uniform(control.minimum, control.maximum)
    return control.from_widget(float(value))


def random_settings(explorer: type, sets: int, *, small: bool = False) -> list[dict]:
    """Values of all controls of an explorer class that has numbers and toggles alone."""
    rng = np.random.default_rng(20261124)
    controls = controls_of(explorer)
    return [
        {name: draw(one, rng, small=small) for name, one in controls.items()} for _ in range(sets)
    ]

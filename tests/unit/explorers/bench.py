"""One control of each kind, and all explorers."""

import functools

import numpy as np
import pytest
import traitlets

import emergence_widgets
from emergence_widgets.explorers.results.figures import MetricsControl
from emergence_widgets.widgets.controls import (
    ChoiceControl,
    NumberControl,
    ToggleControl,
    controls_of,
)
from emergence_widgets.widgets.legend import SwitchesControl

EXPLORERS = [
    getattr(emergence_widgets, name)
    for name in emergence_widgets.__all__
    if name.endswith(("Explorer", "Atlas"))
]
NUMBERS = [
    pytest.param(control, id=f"{explorer.__name__}.{name}")
    for explorer in EXPLORERS
    for name, control in controls_of(explorer).items()
    if isinstance(control, NumberControl)
]


def make(explorer, **controls):
    """An explorer of a class on bundled data: a few tasks, as judging and fitting take long."""
    if explorer.__name__ == "ForecastExplorer":
        controls = {"draws": 20} | controls
    with_data = explorer.__name__ in ("EmergenceAtlas", "ResultsExplorer")
    return explorer(*([few_tasks()] if with_data else []), **controls)


def with_figures(count):
    """An explorer that has but so many figures."""

    class Few(emergence_widgets.MultiStepExplorer):
        def _build(self):
            super()._build()
            for name in list(self.panels)[count:]:
                del self.panels[name]

    return Few()


@functools.cache
def few_tasks():
    results = emergence_widgets.datasets.gpt3()
    # All its metrics are among them.
    return results.select(task=["2D+", "3D-", "1DC", "LAMBADA", "TriviaQA", "MultiRC", "SQuADv2"])


class Bench(traitlets.HasTraits):
    """One control of each kind."""

    whole = NumberControl(
        3,
        minimum=1,
        maximum=50,
        step=1,
        whole=True,
        label="Answer length",
        unit="tokens",
        group="g",
    )
    real = NumberControl(0.5, minimum=-1.0, maximum=1.5, step=0.1, label="Real", group="g")
    likeness = NumberControl(
        np.inf,
        minimum=0.5,
        maximum=1e4,
        step=0.05,
        logarithmic=True,
        infinite_at_top=True,
        label="Item likeness",
        group="g",
    )
    items = NumberControl(
        200,
        minimum=1,
        maximum=100_000,
        step=0.05,
        whole=True,
        logarithmic=True,
        label="Test items",
        symbol="n",
        group="g",
        help="Items in the test.",
    )
    task = ChoiceControl(label="Task", group="g")
    families = SwitchesControl(label="Families", group="g")
    metrics = MetricsControl()
    toggle = ToggleControl(True, label="Intervals", group="g")

    def _choices(self, _control):
        return {
            "apple": "An apple",
            "pear": "A pear",
            "plum": "A plum",
            "fig": "A fig",
            "nut": "Nut",
        }

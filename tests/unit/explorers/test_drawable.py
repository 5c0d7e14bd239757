"""What bqplot cannot draw without an error in the console is never given to it."""

import bqplot
import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EmergenceAtlas, ResultsExplorer, read_results

from ..export.cases import EVERY, STATES

ZEROS = {
    "at both ends": [0, 0.1, 0.3, 0, 0.5, 0],
    "but the last": [0, 0, 0, 0, 0, 0.1],
    "all": [0, 0, 0, 0, 0, 0],
}


def scores_of_zero():
    return read_results(
        pd.DataFrame(
            {"task": task, "metric": "acc", "model": f"m{size}", "params": 10.0 ** (6 + size),
             "value": value, "n_items": 100}
            for task, values in ZEROS.items()
            for size, value in enumerate(values)
        )
    )  # fmt: skip


def undrawable(explorer) -> list[str]:
    """Points and labels without a place, and lines that do not end in one."""
    found = []
    for mark, traits in explorer._painted(explorer._outputs()):
        for trait in {"x", "y"} & set(traits):
            values = np.atleast_2d(traits[trait])
            if isinstance(mark, (bqplot.Scatter, bqplot.Label)):
                wrong = not np.isfinite(values).all()
            else:
                ends = values[:, -1:] if isinstance(mark, bqplot.Lines) else values[:, :0]
                wrong = not np.isfinite(ends).all() or bool(np.isinf(values).any())
            found += [f"{trait} of {type(mark).__name__}"] if wrong else []
    return found


@pytest.mark.parametrize("name", EVERY)
def test_every_point_has_a_place_and_every_line_ends_in_one(name):
    explorer = EVERY[name]()
    rng = np.random.default_rng(20261128)
    for _ in range(20):
        explorer.set_state(**STATES[name](rng, explorer))
        assert undrawable(explorer) == [], explorer.state
    explorer.close()


@pytest.mark.parametrize("kind", [ResultsExplorer, EmergenceAtlas])
@pytest.mark.parametrize("task", ZEROS)
def test_scores_of_zero_have_no_place_on_a_logarithmic_axis(kind, task):
    explorer = kind(scores_of_zero(), task=task, log_score=True)
    assert undrawable(explorer) == []
    drawn = np.concatenate(
        [np.ravel(mark.x) for panel in explorer.panels.values()
         for mark in panel.figure.marks if isinstance(mark, bqplot.Scatter)]
    )  # fmt: skip
    assert len(drawn) == sum(value > 0 for value in ZEROS[task])
    explorer.close()

"""`GrokkingExplorer` against the logged points."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, GrokkingExplorer, datasets
from emergence_widgets.programs.grokking import METRICS
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.widgets.controls import ControlError


def logged(**metrics) -> EvalResults:
    """One run of four logged steps, step 0 among them."""
    rows = [
        {"family": "mine", "model": "mine", "step": step, "task": "t", "metric": metric,
         "value": metrics.get(metric, [0.1, 0.2, 0.3, 0.4])[index]}
        for metric in METRICS for index, step in enumerate([0, 1, 10, 100])
    ]  # fmt: skip
    return EvalResults(pd.DataFrame(rows))


def readout(explorer, name: str) -> float:
    return float(explorer.readouts.values[name])


def test_curves_are_the_logged_points():
    results = datasets.grokking()
    e = GrokkingExplorer(run="no weight decay, seed 1")
    mine = results.scores
    mine = mine[(mine["family"] == "no weight decay") & (mine["seed"].astype(float) == 1)]
    curves = e.curves()
    for metric in METRICS:
        wanted = mine[mine["metric"] == metric].sort_values("step")
        drawn = curves[curves["curve"] == metric]
        assert drawn["x"].tolist() == wanted["step"].tolist()
        np.testing.assert_array_equal(drawn["y"], wanted["value"])
    e.close()


def test_shipped_run_learns_by_heart_long_before_it_learns_the_rule():
    e = GrokkingExplorer()
    assert readout(e, "train_learnt") == 100
    assert readout(e, "test_learnt") == 2275
    without = GrokkingExplorer(run="no weight decay, seed 0")
    assert np.isnan(readout(without, "test_learnt"))
    e.close()
    without.close()


def test_the_tour_says_what_the_shipped_run_does_at_its_steps():
    e = GrokkingExplorer()
    curves: Any = e.curves().pivot_table(index="x", columns="curve", values="y")
    begins, by_heart, waits, jumps, after = (curves.loc[s] for s in (10, 100, 1000, 2200, 4000))
    assert max(begins["train_accuracy"], begins["test_accuracy"]) < 0.05
    assert by_heart["train_accuracy"] > 0.99
    assert by_heart["test_accuracy"] < 0.05
    assert waits["test_accuracy"] < 0.05
    assert waits["fourier_share"] > 2 * begins["fourier_share"]
    assert waits["restricted_loss"] < begins["restricted_loss"] / 2
    assert 0.2 < jumps["test_accuracy"] < 0.8
    assert after["test_accuracy"] > 0.99
    told = [step["values"]["step"] for step in e.tour().bar.steps]
    assert [10 ** float(place) if place < 10 else place for place in told] == pytest.approx(
        [10, 100, 1000, 2200, 4000], rel=0.02
    )
    e.close()


@pytest.mark.parametrize(("step", "shown"), [(1, 1), (9, 1), (10, 10), (99, 10), (10_000, 100)])
def test_marker_stands_at_the_last_logged_step(step, shown):
    e = GrokkingExplorer(logged(), step=step)
    assert readout(e, "step_now") == shown
    e.close()


def test_a_measure_is_drawn_on_its_own_scale_and_can_be_switched_off():
    e = GrokkingExplorer(logged(weight_norm=[9, 5, 10, 7]))
    outputs = e._outputs()
    assert outputs["weight_norm_share"].tolist() == pytest.approx([0, 1, 0.4])
    assert outputs["weight_norm"].tolist() == [5, 10, 7]
    e.measures = ["fourier_share"]
    assert np.isnan(e._outputs()["weight_norm_share"]).all()
    assert np.isfinite(e._outputs()["fourier_share_share"]).all()
    e.close()


def test_a_loss_of_zero_leaves_a_gap_and_a_constant_measure_lies_in_the_middle():
    e = GrokkingExplorer(logged(train_loss=[1, 1, 0, 0.1], weight_norm=[3, 3, 3, 3]))
    _marker, train_loss, *_ = e.figures["loss"].marks
    assert train_loss.y.tolist() == pytest.approx([0, -1])
    assert train_loss.x.tolist() == pytest.approx([0, 2])
    assert e._outputs()["weight_norm_share"].tolist() == [0.5] * 3
    e.close()


def test_bad_input_is_named():
    with pytest.raises(TypeError, match="EvalResults"):
        GrokkingExplorer([])  # pyright: ignore[reportArgumentType]
    with pytest.raises(SchemaError, match="no training steps above 0"):
        GrokkingExplorer(datasets.gpt3())
    whole = logged()
    without = whole.scores[whole.scores["metric"] != "weight_norm"]
    with pytest.raises(SchemaError, match="no metric 'weight_norm'"):
        GrokkingExplorer(EvalResults(without))
    with pytest.raises(ControlError, match="Did you mean 'weight decay 2, seed 0'"):
        GrokkingExplorer(run="wait decay 2, seed 0")
    with pytest.raises(ControlError, match="measures"):
        GrokkingExplorer(measures=["weight_norms"])

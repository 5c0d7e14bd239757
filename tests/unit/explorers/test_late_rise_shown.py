"""Strip, bracket, steady gains, the line of a smooth loss, and the verdict say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import (
    EvalResults,
    MirageExplorer,
    ReconstructionExplorer,
    ResultsExplorer,
    datasets,
    late_rise,
    verdict,
)
from emergence_widgets.core.statistics.late_rise import LEAST_LATE, steady_gains
from emergence_widgets.core.statistics.late_rise import non_decreasing as fit_of
from emergence_widgets.export.picture.marks import Line, Note
from emergence_widgets.export.picture.scene import Panel, scene_of
from emergence_widgets.widgets.steady_gains import CAP, KEY, SMOOTH_LOSS_KEY

METRICS = ("exact_match", "passing", "edit_similarity", "loss")
MIRAGE = (
    {}, {"length": 1}, {"length": 30}, {"length": 50, "n_items": 20}, {"n_models": 3},
    {"n_models": 24}, {"largest_model": 1e6}, {"options": 20, "concentration": 0.5},
)  # fmt: skip
SLIDERS = (
    {}, {"threshold": 0.5}, {"threshold": 0.0}, {"all_of": 5}, {"all_of": 20},
    {"log_score": True}, {"log_scale": False, "all_of": 3}, {"scale": "loss"}, {"line": "median"},
)  # fmt: skip


def bracket_of(panel: Panel) -> Line | None:
    """The line with two caps: three pieces of two places."""
    lines = [one for one in panel.marks if isinstance(one, Line) and one.x.size == 8]
    caps = [one for one in lines if np.isnan(one.x[[2, 5]]).all() and one.x[0] != one.x[1]]
    assert len(caps) <= 1
    return caps[0] if caps else None


def check(panel: Panel, late: float, value: str, words: str) -> None:
    """What a figure shows beside what its strip says."""
    dotted = [one for one in panel.marks if isinstance(one, Line) and one.style == "dotted"]
    numbers = [one.text for one in panel.marks if isinstance(one, Note) and one.bold]
    bracket = bracket_of(panel)
    word = words.partition(" · ")[0]
    if word in ("steady gains", "no clear rise"):
        assert np.isnan(late) or late <= LEAST_LATE
        assert (dotted, numbers, bracket) == ([], [], None)
        assert KEY not in [words for words, _ in panel.keys]
        return
    assert word in ("a little late", "late")
    assert KEY in [words for words, _ in panel.keys]
    assert numbers == [value.replace("T = ", "T ")]
    (line,) = dotted
    assert bracket is not None
    assert bracket.y[3] != bracket.y[4]
    # The bracket ends on the dotted line, at its place, and its caps stand out evenly.
    place, heights = bracket.x[3], np.interp(bracket.x[3], *ascending(line))
    np.testing.assert_allclose(bracket.y[4], heights, rtol=0, atol=1e-9)
    span = abs(panel.x.high - panel.x.low)
    np.testing.assert_allclose(np.abs(bracket.x[[0, 1, 6, 7]] - place), CAP * span, rtol=1e-6)


def ascending(line: Line) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(line.x)
    return line.x[order], line.y[order]


def check_explorer(explorer: Any, names: dict[str, Any]) -> dict[str, Panel]:
    """`names`: of each figure, that of its outputs."""
    scene, outputs = scene_of(explorer), explorer._outputs()
    panels = {panel.name: panel for panel in scene.panels}
    told = [one for one in explorer.readouts.cells if (one["verdict"] or {}).get("output")]
    # The strip leaves out cells without a label.
    rows, shown = iter(scene.readouts), {}
    for cell in told:
        output = cell["verdict"]["output"]
        slot = output.removeprefix("late_")
        if outputs.get(f"readout_{slot}", "told"):
            shown[output] = next(rows)
    assert shown
    for figure, name in names.items():
        if figure not in panels or f"late_{name}" not in shown:
            continue
        late = outputs[f"late_{name}"]
        _, value, words = shown[f"late_{name}"]
        check(panels[figure], late, value, words)
        if not outputs[f"lag_label_{name}"]:
            continue
        # T is the bracket's length over the rise between the ends of steady gains.
        steady = outputs[f"steady_score_{name}"]
        length = abs(outputs[f"lag_to_{name}"] - outputs[f"lag_from_{name}"])
        assert length / abs(steady[-1] - steady[0]) == pytest.approx(late, abs=1e-9)
    return panels


@pytest.mark.parametrize("state", MIRAGE, ids=str)
def test_mirage(state):
    e = MirageExplorer(**state)
    metrics = [name for name in e.panels if name != "loss"]
    check_explorer(e, dict(zip(metrics, metrics, strict=True)))
    points = e.curves().query("curve == 'exact_match_measured'")
    outputs = e._outputs()
    if outputs["lag_label_exact_match"]:
        assert outputs["late_exact_match"] == pytest.approx(late_rise(points["x"], points["y"]))
        fit = fit_of(points["y"].to_numpy())
        gap = steady_gains(np.log10(points["x"].to_numpy()), fit) - fit
        assert outputs["lag_scale_exact_match"] == pytest.approx(points["x"].iloc[gap.argmax()])
    e.close()


@pytest.mark.parametrize("state", [{}, *({"threshold": c} for c in (0.01, 0.1, 2.0, 6.0))], ids=str)
@pytest.mark.parametrize("log_error", [False, True])
def test_reconstruction(state, log_error):
    e = ReconstructionExplorer(log_error=log_error, **state)
    check_explorer(e, {"reconstructed": "share", "squared_error": "error"})
    e.close()


@pytest.mark.parametrize("name", [pytest.param("spanish", marks=pytest.mark.long), "addition"])
def test_results_at_every_setting(name):
    e = ResultsExplorer(getattr(datasets, name)(), verdicts=False, metrics=METRICS)
    slots = {f"figure_{slot + 1}": str(slot) for slot in range(4)}
    defaults = e.state
    for state in SLIDERS:
        e.set_state(**(defaults | state))
        panels, outputs = check_explorer(e, slots), e._outputs()
        for slot in range(4):
            keys = [words for words, _ in panels[f"figure_{slot + 1}"].keys]
            there = np.isfinite(outputs[f"explained_{slot}"])
            assert (
                (SMOOTH_LOSS_KEY in keys) == there == bool(len(outputs[f"predicted_score_{slot}"]))
            )
            # Gentle scores and the loss itself are not asked; nor is anything over the loss.
            sharp = e.metrics[slot] in ("exact_match", "passing") and e.scale != "loss"
            assert not there or (sharp and np.isfinite(outputs[f"late_{slot}"]))
    e.close()


LONG = [pytest.param(name, marks=pytest.mark.long) for name in ("pronunciation", "classifier")]


@pytest.mark.parametrize("name", ["spanish", "addition", "gpt3", *LONG])
def test_the_verdict_and_the_figure_speak_of_the_same(name):
    data = getattr(datasets, name)()
    e = ResultsExplorer(data)
    outputs = e._outputs()
    told = {one["metric"]: one for one in outputs["verdicts"]}
    metric = "acc" if name == "gpt3" else "exact_match"
    slot = e.metrics.index(metric)
    label, _, family = outputs[f"readout_{slot}"].rpartition(", ")
    judged = verdict(data, e.task, metric, family=family)
    assert judged.late_rise is not None
    assert told[label]["family"] == family
    assert outputs[f"late_{slot}"] == pytest.approx(judged.late_rise.value, abs=1e-9)
    seen = told[label]["seen"]
    assert f"late rise T = {judged.late_rise.value:.2f}" in seen
    if judged.late_rise.late:
        at, number = outputs[f"lag_scale_{slot}"], outputs[f"lag_label_{slot}"]
        assert at == pytest.approx(judged.late_rise.at)
        assert f"it lags {number.removeprefix('T ')} of its whole rise" in seen
    if judged.explained is None:
        assert np.isnan(outputs[f"explained_{slot}"])
        assert "X = " not in seen
    else:
        assert outputs[f"explained_{slot}"] == pytest.approx(judged.explained.value, abs=1e-9)
        np.testing.assert_allclose(
            outputs[f"predicted_score_{slot}"], judged.explained.predicted, rtol=0, atol=1e-9
        )
        assert f"X = {judged.explained.value:.2f}" in seen
    e.close()


def test_two_sizes_and_results_without_a_loss_have_no_line_of_it():
    rows = [
        {"model": f"m{size:g}", "params": size, "task": "t", "metric": metric, "value": value}
        for size, right in ((1e6, 0.1), (1e7, 0.2), (1e8, 0.9))
        for metric, value in (("exact_match", right), ("loss", 1 - right))
    ]
    whole, two = pd.DataFrame(rows), pd.DataFrame(rows[:4])
    alone = whole[whole["metric"] == "exact_match"]
    for frame, there in ((whole, True), (two, False), (alone, False)):
        e = ResultsExplorer(EvalResults(frame), metrics=("exact_match",), verdicts=False)
        assert (len(e._outputs()["predicted_scale_0"]) == 3) == there
        e.close()

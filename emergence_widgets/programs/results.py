"""Results: measured scores of real models, re-read through metrics, thresholds and K of K."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.statistics.measures import breakthroughness
from .late import Across, Series, late_rise_shown
from .program import FEWEST_SCALES, Constants, Controls
from .results_figure import Line, figure, scale_axis
from .results_inputs import PASSING, SLOTS, Inputs
from .smooth_loss import NO_PREDICTION, smooth_loss

__all__ = ["PASSING", "SLOTS", "results"]


def results(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Points, intervals and lines by figure (``_0`` to ``_3``) and family, and what is listed."""
    inputs = Inputs(controls, constants)
    outputs: dict[str, Any] = {}
    for slot in range(SLOTS):
        metric = int(controls[f"metric_{slot + 1}"])
        drawn, lines = figure(inputs, slot, metric, range(len(inputs.shown)))
        outputs |= drawn | _sharpness(inputs, slot, metric, lines)
    metrics = [int(controls[f"metric_{slot + 1}"]) for slot in range(SLOTS)]
    listed = table(inputs, outputs) | answers(inputs) | verdicts(inputs, metrics)
    return outputs | scale_axis(inputs) | listed


def _sharpness(inputs: Inputs, slot: int, metric: int, lines: list[Line]) -> dict[str, Any]:
    """T, breakthroughness and what a smooth loss predicts, of the first curve of three points."""
    chosen = inputs.metrics[metric] if metric < len(inputs.metrics) else None
    curves = (
        (family, part, curve)
        for family, line in enumerate(lines)
        for part, curve in enumerate(line.curves())
    )
    nothing = Series(*np.zeros((4, 0)))
    family, part, found = next(
        (one for one in curves if len(one[2].score) >= FEWEST_SCALES), (-1, 0, nothing)
    )
    steepness, label, falls = np.nan, "", False
    if chosen is not None and family >= 0:
        falls, label = chosen["lower_is_better"], f"{chosen['label']}, "
        label += inputs.constants["families"][family]
        better = found.turned() if falls else found
        if inputs.loss_axis:
            better = better.reversed()
        steepness = float(breakthroughness(better.score, resolution=inputs.resolution(metric)))
    across = _across(inputs)
    late = late_rise_shown(slot, found, across, falls=falls, scale_falls=inputs.loss_axis)
    seen = family >= 0 and not np.isnan(late[f"late_{slot}"])
    of_loss = smooth_loss(inputs, metric, family, part) if seen else NO_PREDICTION
    return {
        **late,
        f"steady_falls_{slot}": falls,
        f"late_colour_{slot}": inputs.constants["family_colours"][max(family, 0)],
        f"breakthroughness_{slot}": steepness,
        f"readout_{slot}": label,
        f"explained_{slot}": of_loss.share,
        f"predicted_scale_{slot}": of_loss.scale,
        f"predicted_score_{slot}": of_loss.score,
    }


def _across(inputs: Inputs) -> Across:
    axis = scale_axis(inputs)["scale_axis"]
    ends = (axis["low"], axis["high"])
    left, right = reversed(ends) if inputs.loss_axis else ends
    return Across(left, right, inputs.log_scale and inputs.axis["log"] is not None)


def table(
    inputs: Inputs, outputs: Mapping[str, Any], slots: int = SLOTS, places: int | None = None
) -> dict[str, Any]:
    """Every run that is drawn in some figure, with its score in each.

    `places` is the number of families a figure has room for; None: as many as there are.
    """
    families = range(len(inputs.shown) if places is None else places)
    drawn = {
        (slot, family): outputs[f"run_{slot}_{family}"].astype(np.intp)
        for slot in range(slots)
        for family in families
    }
    runs = np.unique(np.concatenate([np.zeros(0, np.intp), *drawn.values()]))
    columns: dict[str, Any] = {
        "table_model": [inputs.constants["run_names"][run] for run in runs],
        "table_family": [inputs.constants["families"][inputs.run_family[run]] for run in runs],
        "table_scale": inputs.run_scale[runs],
    }
    for slot in range(slots):
        score = np.full(len(runs), np.nan)
        for family in families:
            score[np.searchsorted(runs, drawn[slot, family])] = outputs[f"score_{slot}_{family}"]
        columns[f"table_score_{slot}"] = score
    return columns


def answers(inputs: Inputs) -> dict[str, Any]:
    """Outputs of the selected run beside the targets, with the mark of those that pass."""
    sets = inputs.constants["answers"]
    heading = inputs.constants["run_names"][inputs.selection] if inputs.selection >= 0 else ""
    chosen = sets[inputs.task] if inputs.task < len(sets) else None
    mine = chosen["runs"].get(str(inputs.selection)) if chosen else None
    if chosen is None or mine is None:
        return {"answers": {"heading": heading, "rows": []}}
    rows = [
        {
            "prompt": prompt,
            "target": target,
            "output": output,
            "score": score,
            "passed": score is not None and score >= inputs.threshold,
        }
        for prompt, target, output, score in zip(
            chosen["prompt"], chosen["target"], mine["output"], mine["score"], strict=True
        )
    ]
    return {"answers": {"heading": heading, "rows": rows}}


def verdicts(inputs: Inputs, metrics: list[int]) -> dict[str, Any]:
    """The ladders of the metrics that are shown, each once; all of the task's if none has one."""
    by_task: list[dict[str, Any]] = inputs.constants.get("verdicts", [])
    ladders = by_task[inputs.task] if by_task else {}
    shown = dict.fromkeys(str(metric) for metric in metrics)
    chosen = [ladders[metric] for metric in shown if metric in ladders]
    return {"verdicts": chosen or [ladders[metric] for metric in sorted(ladders, key=int)]}

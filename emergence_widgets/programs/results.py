"""Results: measured scores of real models, re-read through metrics, thresholds and K of K."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.statistics.measures import breakthroughness
from .results_figure import figure, scale_axis
from .results_reading import PASSING, SLOTS, Floats, Reading

__all__ = ["PASSING", "SLOTS", "results"]


def results(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Points, intervals and lines by figure (``_0`` to ``_3``) and family, and what is listed."""
    reading = Reading(controls, constants)
    outputs: dict[str, Any] = {}
    for slot in range(SLOTS):
        metric = int(controls[f"metric_{slot + 1}"])
        drawn, lines = figure(reading, slot, metric, range(len(reading.shown)))
        outputs |= drawn | _sharpness(reading, slot, metric, lines)
    metrics = [int(controls[f"metric_{slot + 1}"]) for slot in range(SLOTS)]
    listed = table(reading, outputs) | answers(reading) | verdicts(reading, metrics)
    return outputs | scale_axis(reading) | listed


def _sharpness(reading: Reading, slot: int, metric: int, lines: list[Floats]) -> dict[str, Any]:
    """Breakthroughness of the first curve that has three points or more, and its null."""
    chosen = reading.metrics[metric] if metric < len(reading.metrics) else None
    curves = (
        (family, part[~np.isnan(part)])
        for family, line in enumerate(lines)
        for part in np.split(line, np.flatnonzero(np.isnan(line)))
    )
    family, found = next((one for one in curves if len(one[1]) >= 3), (-1, np.zeros(0)))
    if chosen is None or family < 0:
        numbers = dict.fromkeys(("breakthroughness", "null_95", "ramp", "uneven_from"), np.nan)
        label = ""
    else:
        oriented = -found if chosen["lower_is_better"] else found
        if reading.axis["name"] == "loss":
            oriented = oriented[::-1]
        null = np.asarray(reading.constants["null_95"], dtype=float)
        noise = float(null[min(len(found), len(null) - 1)])
        ramp = float(len(found) - 1)
        resolution = reading.resolution(metric)
        numbers = {
            "breakthroughness": float(breakthroughness(oriented, resolution=resolution)),
            "null_95": noise,
            "ramp": ramp,
            "uneven_from": max(2 * ramp, noise),
        }
        label = f"{chosen['label']}, {reading.constants['families'][family]}"
    return {f"{name}_{slot}": number for name, number in numbers.items()} | {
        f"readout_{slot}": label
    }


def table(
    reading: Reading, outputs: Mapping[str, Any], slots: int = SLOTS, places: int | None = None
) -> dict[str, Any]:
    """Every run that is drawn in some figure, with its score in each.

    `places` is the number of families a figure has room for; None: as many as there are.
    """
    families = range(len(reading.shown) if places is None else places)
    drawn = {
        (slot, family): outputs[f"run_{slot}_{family}"].astype(np.intp)
        for slot in range(slots)
        for family in families
    }
    runs = np.unique(np.concatenate([np.zeros(0, np.intp), *drawn.values()]))
    columns: dict[str, Any] = {
        "table_model": [reading.constants["run_names"][run] for run in runs],
        "table_family": [reading.constants["families"][reading.run_family[run]] for run in runs],
        "table_scale": reading.run_scale[runs],
    }
    for slot in range(slots):
        score = np.full(len(runs), np.nan)
        for family in families:
            score[np.searchsorted(runs, drawn[slot, family])] = outputs[f"score_{slot}_{family}"]
        columns[f"table_score_{slot}"] = score
    return columns


def answers(reading: Reading) -> dict[str, Any]:
    """Outputs of the selected run beside the targets, with the mark of those that pass."""
    sets = reading.constants["answers"]
    chosen = sets[reading.task] if reading.task < len(sets) else None
    if reading.selection < 0:
        return {"answers": {"heading": "", "rows": []}}
    heading = reading.constants["run_names"][reading.selection]
    mine = chosen["runs"].get(str(reading.selection)) if chosen else None
    if chosen is None or mine is None:
        return {"answers": {"heading": heading, "rows": []}}
    rows = [
        {
            "prompt": prompt,
            "target": target,
            "output": output,
            "score": score,
            "passed": score is not None and score >= reading.threshold,
        }
        for prompt, target, output, score in zip(
            chosen["prompt"], chosen["target"], mine["output"], mine["score"], strict=True
        )
    ]
    return {"answers": {"heading": heading, "rows": rows}}


def verdicts(reading: Reading, metrics: list[int]) -> dict[str, Any]:
    """The ladders of the metrics that are shown, each once; all of the task's if none has one."""
    by_task: list[dict[str, Any]] = reading.constants.get("verdicts", [])
    ladders = by_task[reading.task] if by_task else {}
    shown = dict.fromkeys(str(metric) for metric in metrics)
    chosen = [ladders[metric] for metric in shown if metric in ladders]
    return {"verdicts": chosen or [ladders[metric] for metric in sorted(ladders, key=int)]}

"""What the program `results` lists: every point, and the selected model's answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .results_reading import SLOTS, Reading


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

"""Results: measured scores of real models, re-read through metrics, thresholds and K of K."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.statistics.measures import breakthroughness
from .results_figure import figure, scale_axis
from .results_listing import answers, table, verdicts
from .results_reading import PASSING, SLOTS, Floats, Reading

__all__ = ["PASSING", "SLOTS", "results"]


def results(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every point, line and text of `ResultsExplorer`.

    Parameters
    ----------
    controls
        Indices ``task``, ``scale`` and ``metric_1`` … ``metric_4`` (the number of metrics or
        more: no figure) and ``line`` (0: means over seeds, 1: medians); ``families``,
        ``log_scale``, ``log_score``, ``intervals`` and ``onset`` (booleans); ``threshold`` in
        units of the item score; ``all_of`` (K); ``selection`` (a run, or -1).
    constants
        Made by `emergence_widgets.explorers.results.constants.series_constants`.

    Returns
    -------
    dict
        By figure (slot 0 to 3) and family (``<name>_<slot>_<family>``): points, intervals
        and lines as places on the axes, points in data units; by figure: texts, ticks and
        ends of its axis, breakthroughness beside its null; all points as a table; the
        selected model's answers; the verdicts on the metrics that are shown.
    """
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

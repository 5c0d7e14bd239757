"""The atlas: breakthroughness of every task under every metric, and the curves behind a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .atlas_cells import Cells, cells
from .atlas_map import atlas_map
from .results import table
from .results_figure import figure, scale_axis
from .results_inputs import Inputs


def atlas(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """The map, the chosen cell, and the curves of its task: a figure a metric, a place a family."""
    inputs = Inputs(_results_controls(controls, constants), constants)
    everything = cells(controls, constants)
    slots = int(constants["slots"])
    outputs: dict[str, Any] = {}
    metrics, families = figures_and_families(controls, constants)
    for slot, metric in enumerate(metrics):
        drawn, _ = figure(inputs, slot, metric, families)
        outputs |= drawn | {f"is_chosen_{slot}": metric == int(controls["metric"])}
    for at, family in enumerate(families):
        there = family >= 0
        outputs[f"colour_{at}"] = constants["family_colours"][family] if there else "transparent"
        outputs[f"marker_{at}"] = constants["family_markers"][family] if there else "circle"
    return (
        outputs
        | scale_axis(inputs)
        | table(inputs, outputs, slots, len(families))
        | atlas_map(controls, constants, everything)
        | _cell(controls, constants, everything)
        | {"drawn_note": _drawn_note(controls["families"], families)}
    )


def figures_and_families(
    controls: Mapping[str, Any], constants: Mapping[str, Any]
) -> tuple[list[int], list[int]]:
    """The metric of each figure and the family in each place; past the last, or -1: none."""
    inputs = Inputs(_results_controls(controls, constants), constants)
    metrics = _metrics(inputs, int(controls["metric"]), int(constants["slots"]))
    return metrics, _places(inputs, int(constants["places"]))


def _results_controls(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """The controls of the program `results`, of which no more families are on than have room."""
    left, shown = int(constants["places"]), list[bool]()
    for on in controls["families"]:
        shown.append(bool(on) and left > 0)
        left -= int(on)
    fixed = {"line": 0, "onset": False, "threshold": 1.0, "all_of": 1.0, "selection": -1}
    return {**controls, **fixed, "families": shown}


def _places(inputs: Inputs, places: int) -> list[int]:
    """The families by their place; -1 for an empty one."""
    shown = [family for family, on in enumerate(inputs.shown) if on]
    return shown + [-1] * (places - len(shown))


def _metrics(inputs: Inputs, chosen: int, slots: int) -> list[int]:
    """Metrics under which the task was measured, the chosen one among them."""
    pairs = np.asarray(inputs.constants["pair"])[inputs.task]
    measured = [metric for metric, pair in enumerate(pairs) if pair >= 0]
    drawn = measured[:slots]
    if chosen in measured and chosen not in drawn:
        drawn[-1] = chosen
    return drawn + [len(pairs)] * (slots - len(drawn))


def _cell(
    controls: Mapping[str, Any], constants: Mapping[str, Any], everything: Cells
) -> dict[str, Any]:
    task, metric = int(controls["task"]), int(controls["metric"])
    at = (task, metric)
    scales = float(everything.scales[at])
    outcome = int(np.asarray(constants["pair_outcome"])[at])
    families: list[str] = constants["families"]
    family = int(everything.family[at])
    count = int(np.sum([bool(on) for on in controls["families"]]))
    named = families[family] if family >= 0 else f"median of {count} families"
    return {
        "cell_task": constants["tasks"][task],
        "cell_metric": constants["metrics"][metric]["label"],
        "cell_breakthroughness": float(everything.breakthroughness[at]),
        "cell_linearity": float(everything.linearity[at]),
        "cell_null_50": float(everything.null_50[at]),
        "cell_null_95": float(everything.null_95[at]),
        "cell_limit": float(everything.limit[at]),
        "cell_ratio": float(everything.ratio[at]),
        "cell_scales": scales,
        "cell_even": scales - 1,
        "cell_items": float(np.asarray(constants["pair_items"], dtype=float)[at]),
        "cell_family": "not measured" if np.isnan(scales) else named,
        "cell_verdict": constants["outcome_words"][outcome] if outcome >= 0 else "–",
        "cell_meaning": constants["meanings"][outcome] if outcome >= 0 else constants["no_verdict"],
    }


def _drawn_note(switched: list[bool], families: list[int]) -> str:
    on, drawn = sum(map(bool, switched)), sum(family >= 0 for family in families)
    return f"The first {drawn} of {on} families are drawn." if on > drawn else ""

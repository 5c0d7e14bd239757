"""The atlas: late rise T of every task under every metric, and the curves behind a cell."""

from __future__ import annotations

from typing import Any

import numpy as np

from .atlas_map import LIMITS, Cells, atlas_map, cells, levels_of
from .program import Constants, Controls, floats
from .results import table
from .results_figure import figure, scale_axis
from .results_inputs import Inputs


def atlas(controls: Controls, constants: Constants) -> dict[str, Any]:
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


def figures_and_families(controls: Controls, constants: Constants) -> tuple[list[int], list[int]]:
    """The metric of each figure and the family in each place; past the last, or -1: none.

    Metrics are those under which the task was measured, the chosen one among them.
    """
    inputs = Inputs(_results_controls(controls, constants), constants)
    chosen, slots = int(controls["metric"]), int(constants["slots"])
    pairs = np.asarray(constants["pair"])[inputs.task]
    measured = [metric for metric, pair in enumerate(pairs) if pair >= 0]
    drawn = measured[:slots]
    if chosen in measured and chosen not in drawn:
        drawn[-1] = chosen
    shown = [family for family, on in enumerate(inputs.shown) if on]
    return (
        drawn + [len(pairs)] * (slots - len(drawn)),
        shown + [-1] * (int(constants["places"]) - len(shown)),
    )


def _results_controls(controls: Controls, constants: Constants) -> dict[str, Any]:
    """The controls of the program `results`, of which no more families are on than have room."""
    left, shown = int(constants["places"]), list[bool]()
    for on in controls["families"]:
        shown.append(bool(on) and left > 0)
        left -= int(on)
    fixed = {"line": 0, "onset": False, "threshold": 1.0, "all_of": 1.0, "selection": -1}
    return {**controls, **fixed, "families": shown}


def _cell(controls: Controls, constants: Constants, everything: Cells) -> dict[str, Any]:
    task, metric = int(controls["task"]), int(controls["metric"])
    at = (task, metric)
    scales = float(everything["scales"][at])
    late = everything["late"][task]
    level = int(levels_of(everything)[at])
    untested = float(everything["tested"][at]) == 0
    outcome = int(np.asarray(constants["pair_outcome"])[at])
    families: list[str] = constants["families"]
    family = int(everything["family"][at])
    count = int(np.sum([bool(on) for on in controls["families"]]))
    named = families[family] if family >= 0 else f"median of {count} families"
    return {
        "cell_task": constants["tasks"][task],
        "cell_metric": constants["metrics"][metric]["label"],
        **{
            f"cell_{name}": float(everything[name][at])
            for name in ("late", "breakthroughness", "scales")
        },
        "cell_shape": constants["level_words"][level] + (", noise not known" if untested else ""),
        "task_late": float((late > LIMITS[int(controls["limit"])]).sum()),
        "task_metrics": float((~np.isnan(everything["shape"][task])).sum()),
        "cell_items": float(floats(constants, "pair_items")[at]),
        "cell_family": "not measured" if np.isnan(scales) else named,
        "cell_verdict": constants["outcome_words"][outcome] if outcome >= 0 else "–",
        "cell_meaning": constants["meanings"][outcome] if outcome >= 0 else constants["no_verdict"],
    }


def _drawn_note(switched: list[bool], families: list[int]) -> str:
    on, drawn = sum(map(bool, switched)), sum(family >= 0 for family in families)
    return f"The first {drawn} of {on} families are drawn." if on > drawn else ""

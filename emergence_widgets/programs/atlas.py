"""The atlas: breakthroughness of every task under every metric, and the curves behind a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .atlas_cells import Cells, cells
from .atlas_map import atlas_map
from .results_figure import figure, scale_axis
from .results_listing import table
from .results_reading import Floats, Reading


def atlas(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """All that `EmergenceAtlas` shows.

    Parameters
    ----------
    controls
        Indices ``task``, ``metric``, ``scale``, ``family``, ``limit``, ``colour`` and ``sort``;
        ``families`` and ``kinds`` (booleans); ``search`` (words); ``jumps_only``, ``log_scale``,
        ``log_score`` and ``intervals`` (booleans).
    constants
        Made by `emergence_widgets.explorers.atlas.constants.atlas_constants`.

    Returns
    -------
    dict
        ``map_*`` and ``share_*``, see `emergence_widgets.programs.atlas_map`; ``cell_*`` of the
        chosen cell; by figure and place of a family (``<name>_<figure>_<place>``) the curves of
        the chosen task, under one metric a figure; its points as a table.
    """
    reading = Reading(_reading_controls(controls, constants), constants)
    everything = cells(controls, constants)
    slots = int(constants["slots"])
    outputs: dict[str, Any] = {}
    metrics, families = figures_and_families(controls, constants)
    colours = [
        constants["family_colours"][family] if family >= 0 else "transparent" for family in families
    ]
    for slot, metric in enumerate(metrics):
        drawn, _ = figure(reading, slot, metric, families)
        classes = drawn[f"panel_classes_{slot}"]
        if metric == int(controls["metric"]):
            drawn[f"panel_classes_{slot}"] = [*classes, "ew-chosen"]
        outputs |= _packed(drawn, slot, colours) | drawn
    for at, family in enumerate(families):
        outputs[f"colour_{at}"] = [colours[at]]
        outputs[f"marker_{at}"] = constants["family_markers"][family] if family >= 0 else "circle"
    return (
        outputs
        | scale_axis(reading)
        | table(reading, outputs, slots, len(families))
        | atlas_map(controls, constants, everything)
        | _cell(controls, constants, everything)
        | {"drawn_note": _drawn_note(controls["families"], families)}
    )


def _packed(drawn: dict[str, Any], slot: int, colours: list[str]) -> dict[str, Any]:
    """Lines and intervals of all families as one mark each: few marks are drawn fast."""
    packed: dict[str, Any] = {}
    for name in ("line", "bars"):
        there = [at for at in range(len(colours)) if len(drawn[f"{name}_x_{slot}_{at}"])]
        for axis in ("x", "y"):
            rows = [drawn[f"{name}_{axis}_{slot}_{at}"] for at in there]
            packed[f"{name}_{axis}_{slot}"] = _together(rows)
            for at in range(len(colours)):
                del drawn[f"{name}_{axis}_{slot}_{at}"]
        packed[f"{name}_colours_{slot}"] = [colours[at] for at in there] or colours[:1]
    return packed


def _together(rows: list[Floats]) -> Floats:
    """Rows under each other; shorter ones end with their last point again, as bqplot wants.

    bqplot takes an axis of length one away, so that one row is one-dimensional and several have
    two places at least.
    """
    if len(rows) < 2:
        return rows[0] if rows else np.zeros(0)
    width = max([2, *map(len, rows)])
    return np.stack([np.pad(row, (0, width - len(row)), mode="edge") for row in rows])


def figures_and_families(
    controls: Mapping[str, Any], constants: Mapping[str, Any]
) -> tuple[list[int], list[int]]:
    """The metric of each figure, and the family in each place of a figure.

    Parameters
    ----------
    controls, constants
        As for `atlas`.

    Returns
    -------
    metrics, families
        Indices; for an empty figure the number of metrics, for an empty place -1.
    """
    reading = Reading(_reading_controls(controls, constants), constants)
    metrics = _metrics(reading, int(controls["metric"]), int(constants["slots"]))
    return metrics, _places(reading, int(constants["places"]))


def _reading_controls(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """The controls of the program `results`, of which no more families are on than have room."""
    left, shown = int(constants["places"]), list[bool]()
    for on in controls["families"]:
        shown.append(bool(on) and left > 0)
        left -= int(on)
    fixed = {"line": 0, "onset": False, "threshold": 1.0, "all_of": 1.0, "selection": -1}
    return {**controls, **fixed, "families": shown}


def _places(reading: Reading, places: int) -> list[int]:
    """The families by their place; -1 for an empty one."""
    shown = [family for family, on in enumerate(reading.shown) if on]
    return shown + [-1] * (places - len(shown))


def _metrics(reading: Reading, chosen: int, slots: int) -> list[int]:
    """Metrics under which the task was measured, the chosen one among them."""
    pairs = np.asarray(reading.constants["pair"])[reading.task]
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

"""The atlas as tables, and the cell that it opens with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...programs.atlas_map import LIMITS, MEDIAN, cells, levels_of


def map_table(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> pd.DataFrame:
    """A row for each task and metric that was measured; see `EmergenceAtlas.table`."""
    found = cells(controls, constants)
    task, metric = np.nonzero(constants["pair"] >= 0)
    outcome = constants["pair_outcome"][task, metric].astype(int)
    names = np.array([*constants["families"], None], dtype=object)
    family = names[found["family"][task, metric].astype(int)]
    if controls["family"] == MEDIAN:
        family = np.full(len(task), "median", dtype=object)
    levels = np.array(constants["level_words"], dtype=object)
    columns = {
        "late_rise": found["late"],
        "late": found["late"] > LIMITS[int(controls["limit"])],
        "shape": levels[levels_of(found)],
        "tested": found["tested"] == 1,
        "n_scales": np.nan_to_num(found["scales"]).astype(int),
        "breakthroughness": found["breakthroughness"],
    }
    return pd.DataFrame(
        {
            "task": np.array(constants["tasks"], dtype=object)[task],
            "metric": _metric_names(constants)[metric],
            "family": family,
            **{name: values[task, metric] for name, values in columns.items()},
            "verdict": np.array([*constants["outcomes"], None], dtype=object)[outcome],
        }
    )


def shares_table(outputs: Mapping[str, Any], constants: Mapping[str, Any]) -> pd.DataFrame:
    """The share of tasks that rise late, by metric; see `EmergenceAtlas.shares`."""
    metrics = [constants["metrics"][int(metric)] for metric in outputs["map_columns"]]
    return pd.DataFrame(
        {
            "metric": [metric["name"] for metric in metrics],
            "kind": [metric["kind"] for metric in metrics],
            "late": outputs["share_late"].astype(int),
            "tasks": outputs["share_tasks"].astype(int),
            "share": outputs["share"],
            "lower": outputs["share_lower"],
            "upper": outputs["share_upper"],
        }
    )


def latest_cell(
    given: Mapping[str, Any], constants: Mapping[str, Any], family: int
) -> tuple[str, str]:
    """Task and metric of the cell with the greatest T, of the chosen family or families."""
    kinds = [axis["name"] for axis in constants["scales"]]
    read = {
        # A name that is not there is refused later, with all others.
        "scale": kinds.index(given["scale"]) if given["scale"] in kinds else 0,
        "family": family,
        "families": [True] * len(constants["families"]),
    }
    found = cells(read, constants)
    # Where nothing rises, a cell with many points shows more than one with none.
    late, scales = found["late"], found["scales"]
    order = np.where(np.isnan(late), -1e9 + np.nan_to_num(scales), late)
    names = np.array(constants["tasks"], dtype=object), _metric_names(constants)
    for side, name, ranks in zip(names, ("task", "metric"), (order, order.T), strict=True):
        elsewhere = side != given.get(name)
        if not elsewhere.all():
            ranks[elsewhere] = -np.inf
    task, metric = np.unravel_index(int(np.argmax(order)), order.shape)
    return names[0][task], names[1][metric]


def _metric_names(constants: Mapping[str, Any]) -> np.ndarray:
    return np.array([metric["name"] for metric in constants["metrics"]], dtype=object)

"""The rows, columns and shares of the atlas: sorted, filtered and counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.statistics.intervals import wilson_interval
from .atlas_cells import NO_VERDICT, NOT_MEASURED, Cells
from .program import Constants, Controls, Floats, Ints, ints

BY_JUMPS, GIVEN, BY_NAME, FIRST_METRIC = 0, 1, 2, 3
"""Order of the tasks; from the last on, by one metric."""
BY_VERDICT = 1
"""The colour control: 0 is breakthroughness."""


def atlas_map(controls: Controls, constants: Constants, cells: Cells) -> dict[str, Any]:
    """Rows and columns that are shown, the level of each cell, and the shares of jumps."""
    kinds: list[bool] = controls["kinds"]
    kind = ints(constants, "metric_kind")
    columns = np.array([at for at, one in enumerate(kind) if kinds[one]], dtype=np.intp)
    ratio = cells.ratio[:, columns]
    jump = ratio > 1
    measured = (np.asarray(constants["pair"])[:, columns] >= 0).any(axis=1)
    found = measured & _matches(controls["search"], constants["task_search"])
    shares = _shares(ratio[found], np.asarray(constants["metric_sharp"])[columns] > 0)
    shown = found & (jump.any(axis=1) | (not controls["jumps_only"]))
    rows = _order(int(controls["sort"]), cells, jump, ratio, constants)
    rows = rows[shown[rows]]
    part = np.ix_(rows, columns)
    level = cells.levels()
    by_verdict = int(controls["colour"]) == BY_VERDICT
    if by_verdict:
        outcome = ints(constants, "pair_outcome")
        level = np.where(level == NOT_MEASURED, level, NO_VERDICT + 1 + outcome)
    return {
        "map_rows": rows.astype(float),
        "map_columns": columns.astype(float),
        "map_level": level[part].astype(float).ravel(),
        "map_ratio": cells.ratio[part].ravel(),
        "map_breakthroughness": cells.breakthroughness[part].ravel(),
        "map_limit": cells.limit[part].ravel(),
        "map_scales": cells.scales[part].ravel(),
        "map_by_verdict": by_verdict,
        "map_message": _message(len(rows), int(found.sum()), controls),
        **shares,
    }


def _matches(search: str, tasks: list[str]) -> np.ndarray:
    """Tasks that hold every word of the search."""
    words = [word for word in search.lower().split(" ") if word]
    return np.array([all(word in task for word in words) for task in tasks], dtype=bool)


def _order(sort: int, cells: Cells, jump: np.ndarray, ratio: Floats, constants: Constants) -> Ints:
    given = np.arange(len(jump), dtype=np.intp)
    if sort == GIVEN:
        return given
    if sort == BY_NAME:
        return np.argsort(np.asarray(constants["task_rank"]), kind="stable").astype(np.intp)
    if sort >= FIRST_METRIC:
        steepest, jumps = cells.ratio[:, sort - FIRST_METRIC], np.zeros(len(given))
    else:
        steepest = np.max(ratio, axis=1, initial=-np.inf, where=~np.isnan(ratio))
        jumps = jump.sum(axis=1)
    steepest = np.where(np.isnan(steepest), -np.inf, steepest)
    return np.lexsort((given, -steepest, -jumps)).astype(np.intp)


def _shares(ratio: Floats, is_sharp: np.ndarray) -> dict[str, Any]:
    """By metric: tasks with a jump among those that could show one."""
    known = (~np.isnan(ratio)).sum(axis=0).astype(float)
    jumps = (ratio > 1).sum(axis=0).astype(float)
    lower, upper = wilson_interval(jumps, known)
    nothing = known == 0
    total, sharp = float(jumps.sum()), float(jumps[is_sharp].sum())
    return {
        "share_tasks": known,
        "share_jumps": jumps,
        "share": np.where(nothing, np.nan, jumps / np.where(nothing, 1.0, known)),
        "share_lower": np.where(nothing, np.nan, lower),
        "share_upper": np.where(nothing, np.nan, upper),
        "jumps": total,
        "jumps_sharp": sharp,
        "jumps_sharp_share": sharp / total if total > 0 else float("nan"),
    }


def _message(rows: int, found: int, controls: Controls) -> str:
    if rows > 0:
        return ""
    if found > 0:
        return "None of these tasks jumps under the metrics shown."
    if controls["search"].replace(" ", ""):
        return "No task has this in its name."
    return "No metric is shown." if not any(controls["kinds"]) else "No task was measured."

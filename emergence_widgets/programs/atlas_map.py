"""The map of the atlas: what every cell holds, and the rows, columns and shares that are shown."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from ..core.statistics.intervals import wilson_interval
from .program import FEWEST_SCALES, Constants, Controls, Floats, Ints, floats, ints

MOST_SCALES, MEDIAN, FIRST_FAMILY = 0, 1, 2
"""Whose breakthroughness a cell holds: of the family with the most scales, the median over
families, or, from here on, of one family."""
NOISE, STEPS = 0, 1
"""What a jump must be steeper than: noise, or noise and twice an even rise."""

NOT_MEASURED, TOO_FEW, FLAT, STEEP_FALL, FALL, WITHIN, ABOVE = range(7)
"""Levels of a cell; from the last on, one for each of `STEPS_UP` that its ratio exceeds."""
STEPS_UP = (1.0, 2.0, 4.0, 8.0)
NO_VERDICT = ABOVE + len(STEPS_UP)
"""Level of a cell without a verdict; those with one follow, in the order of the outcomes."""

FIELDS = ("breakthroughness", "linearity", "null_50", "null_95", "limit", "ratio", "scales")

BY_JUMPS, GIVEN, BY_NAME, FIRST_METRIC = 0, 1, 2, 3
"""Order of the tasks; from the last on, by one metric."""
BY_VERDICT = 1
"""The colour control: 0 is breakthroughness."""


Cells = dict[str, Floats]
"""Arrays by task and metric, NaN where nothing is known: of `FIELDS`, and the family or -1."""


def _levels(cells: Cells) -> Ints:
    """Levels of all cells, by breakthroughness."""
    ratio, scales = cells["ratio"], cells["scales"]
    above = sum((ratio > step).astype(np.intp) for step in STEPS_UP)
    level = np.where(ratio > 1, ABOVE - 1 + above, WITHIN)
    level = np.where(ratio < 0, np.where(ratio < -1, STEEP_FALL, FALL), level)
    level = np.where(np.isnan(ratio), FLAT, level)
    level = np.where(scales < FEWEST_SCALES, TOO_FEW, level)
    return np.where(np.isnan(scales), NOT_MEASURED, level).astype(np.intp)


def cells(controls: Controls, constants: Constants) -> Cells:
    """Read every cell."""
    series = _series(controls, constants)
    pair = ints(constants, "pair")
    chosen = _chosen(int(controls["family"]), controls["families"], constants, series["scales"])
    tables = {name: np.full(pair.shape, np.nan) for name in FIELDS}
    tables["family"] = np.full(pair.shape, -1.0)
    families = ints(constants, "series_family")
    for task, metric in np.argwhere(pair >= 0):
        mine = chosen[pair[task, metric]]
        if len(mine) == 0:
            continue
        values = _value(series, mine)
        for name, value in zip(FIELDS, values, strict=True):
            tables[name][task, metric] = value
        if int(controls["family"]) != MEDIAN:
            tables["family"][task, metric] = families[mine[0]]
    return tables


def _series(controls: Controls, constants: Constants) -> dict[str, Floats]:
    scale = int(controls["scale"])
    scales = floats(constants, "series_scales")[scale]
    found: dict[str, Floats] = {
        "breakthroughness": floats(constants, "series_breakthroughness")[scale],
        "linearity": floats(constants, "series_linearity")[scale],
        "scales": scales,
    }
    for name in ("null_50", "null_95"):
        null = floats(constants, name)
        found[name] = null[np.minimum(scales, len(null) - 1).astype(np.intp)]
    even = np.where(scales >= FEWEST_SCALES, 2 * (scales - 1), np.nan)
    steps = int(controls["limit"]) == STEPS
    found["limit"] = np.maximum(found["null_95"], even) if steps else found["null_95"]
    found["ratio"] = found["breakthroughness"] / found["limit"]
    return found


def _chosen(
    family: int, shown: list[bool], constants: Constants, scales: Floats
) -> list[list[int]]:
    """Series that each pair of task and metric is read from."""
    families = [int(one) for one in np.asarray(constants["series_family"])]
    offsets = [int(one) for one in np.asarray(constants["series_offsets"])]
    chosen: list[list[int]] = []
    for start, end in pairwise(offsets):
        if family >= FIRST_FAMILY:
            mine = [one for one in range(start, end) if families[one] == family - FIRST_FAMILY]
        else:
            mine = [one for one in range(start, end) if shown[families[one]]]
            if family == MOST_SCALES:
                mine = sorted(mine, key=lambda one: -scales[one])[:1]
        chosen.append(mine)
    return chosen


def _value(series: Mapping[str, Floats], mine: list[int]) -> list[float]:
    """Numbers of a cell: of one series, or medians over those that have a ratio."""
    if len(mine) == 1:
        return [float(series[name][mine[0]]) for name in FIELDS]
    scales = [float(series["scales"][one]) for one in mine]
    known = [one for one in mine if not np.isnan(series["ratio"][one])]
    if not known:
        return [float("nan")] * (len(FIELDS) - 1) + [max(scales)]
    medians = [_median([float(series[name][one]) for one in known]) for name in FIELDS[:-1]]
    return [*medians, min(float(series["scales"][one]) for one in known)]


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def atlas_map(controls: Controls, constants: Constants, cells: Cells) -> dict[str, Any]:
    """Rows and columns that are shown, the level of each cell, and the shares of jumps."""
    kinds: list[bool] = controls["kinds"]
    kind = ints(constants, "metric_kind")
    columns = np.array([at for at, one in enumerate(kind) if kinds[one]], dtype=np.intp)
    ratio = cells["ratio"][:, columns]
    jump = ratio > 1
    measured = (np.asarray(constants["pair"])[:, columns] >= 0).any(axis=1)
    found = measured & _matches(controls["search"], constants["task_search"])
    shares = _shares(ratio[found], np.asarray(constants["metric_sharp"])[columns] > 0)
    shown = found & (jump.any(axis=1) | (not controls["jumps_only"]))
    rows = _order(int(controls["sort"]), cells, jump, ratio, constants)
    rows = rows[shown[rows]]
    part = np.ix_(rows, columns)
    level = _levels(cells)
    by_verdict = int(controls["colour"]) == BY_VERDICT
    if by_verdict:
        outcome = ints(constants, "pair_outcome")
        level = np.where(level == NOT_MEASURED, level, NO_VERDICT + 1 + outcome)
    return {
        "map_rows": rows.astype(float),
        "map_columns": columns.astype(float),
        "map_level": level[part].astype(float).ravel(),
        **{
            f"map_{name}": cells[name][part].ravel()
            for name in ("ratio", "breakthroughness", "limit", "scales")
        },
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
        steepest, jumps = cells["ratio"][:, sort - FIRST_METRIC], np.zeros(len(given))
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

"""The map of the atlas: what every cell holds, and the rows, columns and shares that are shown."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from ..core.arrays import Flags
from ..core.statistics.intervals import wilson_interval
from ..core.statistics.late_rise import LATE, LEAST_LATE
from .program import Constants, Controls, Floats, Ints, floats, ints

MOST_SCALES, MEDIAN, FIRST_FAMILY = 0, 1, 2
"""Whose late rise T a cell holds: of the family with the most scales, the median over families,
or, from here on, of one family."""
LIMITS = (LATE, LEAST_LATE)
"""What T must exceed to count as late, by the control `limit`."""
VERY_LATE = 0.6

CONSTANT, FALLS, NOT_RISING, RISES = range(4)
"""Shapes of series; those that rise have a T."""
NOT_MEASURED, TOO_FEW, FIRST_SHAPE = 0, 1, 2
"""Levels of a cell; the shapes follow, the last of which has one more level for each of
`STEPS_UP` that its T exceeds."""
STEPS_UP = (LEAST_LATE, LATE, VERY_LATE)
NO_VERDICT = FIRST_SHAPE + RISES + len(STEPS_UP) + 1
"""Level of a cell without a verdict; those with one follow, in the order of the outcomes."""

FIELDS = ("shape", "late", "breakthroughness", "tested", "scales")
"""Of a cell or series; `tested` is 1 where the noise of its rise is known, else 0."""

BY_LATE, GIVEN, BY_NAME, FIRST_METRIC = 0, 1, 2, 3
"""Order of the tasks; from the last on, by one metric."""
BY_VERDICT = 1
"""The colour control: 0 is late rise."""


Cells = dict[str, Floats]
"""Arrays by task and metric, NaN where nothing is known: of `FIELDS`, and the family or -1."""


def levels_of(cells: Cells) -> Ints:
    """Levels of all cells, by late rise."""
    late, scales = cells["late"], cells["scales"]
    above = sum((late > step).astype(np.intp) for step in STEPS_UP)
    level = FIRST_SHAPE + np.nan_to_num(cells["shape"]).astype(np.intp) + above
    level = np.where(np.isnan(cells["shape"]), TOO_FEW, level)
    return np.where(np.isnan(scales), NOT_MEASURED, level).astype(np.intp)


def cells(controls: Controls, constants: Constants) -> Cells:
    """Read every cell."""
    scale = int(controls["scale"])
    series = {name: floats(constants, f"series_{name}")[scale] for name in FIELDS}
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
    """Numbers of a cell: of one series, or of those with enough points.

    Late rise T is the median over those that rise, where more than half do; else the cell has the
    shape that all have, or no clear rise.
    """
    if len(mine) == 1:
        return [float(series[name][mine[0]]) for name in FIELDS]
    known = [one for one in mine if not np.isnan(series["shape"][one])]
    if not known:
        return [np.nan] * (len(FIELDS) - 1) + [max(float(series["scales"][one]) for one in mine)]
    shapes = [int(series["shape"][one]) for one in known]
    rising = [one for one in known if series["shape"][one] == RISES]
    shape = shapes[0] if len(set(shapes)) == 1 else NOT_RISING
    late = np.nan
    if 2 * len(rising) > len(known):
        shape, late = RISES, _median([float(series["late"][one]) for one in rising])
    steep = [float(series["breakthroughness"][one]) for one in known]
    steep = [one for one in steep if not np.isnan(one)]
    least = [min(float(series[name][one]) for one in known) for name in ("tested", "scales")]
    return [float(shape), late, _median(steep) if steep else np.nan, *least]


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def atlas_map(controls: Controls, constants: Constants, cells: Cells) -> dict[str, Any]:
    """Rows and columns that are shown, the level of each cell, and the shares of late rises."""
    kinds: list[bool] = controls["kinds"]
    kind = ints(constants, "metric_kind")
    columns = np.array([at for at, one in enumerate(kind) if kinds[one]], dtype=np.intp)
    known = ~np.isnan(cells["shape"][:, columns])
    is_late = cells["late"][:, columns] > LIMITS[int(controls["limit"])]
    measured = (np.asarray(constants["pair"])[:, columns] >= 0).any(axis=1)
    found = measured & _matches(controls["search"], constants["task_search"])
    is_sharp = np.asarray(constants["metric_sharp"])[columns] > 0
    shares = _shares(known[found], is_late[found], is_sharp)
    shown = found & (is_late.any(axis=1) | (not controls["jumps_only"]))
    rows = _order(int(controls["sort"]), cells["late"], columns, is_late, constants)
    rows = rows[shown[rows]]
    part = np.ix_(rows, columns)
    level = levels_of(cells)
    by_verdict = int(controls["colour"]) == BY_VERDICT
    if by_verdict:
        outcome = ints(constants, "pair_outcome")
        level = np.where(level == NOT_MEASURED, level, NO_VERDICT + 1 + outcome)
    return {
        "map_rows": rows.astype(float),
        "map_columns": columns.astype(float),
        "map_level": level[part].astype(float).ravel(),
        **{f"map_{name}": cells[name][part].ravel() for name in ("late", "scales")},
        "map_by_verdict": by_verdict,
        "map_message": _message(len(rows), int(found.sum()), controls),
        **shares,
    }


def _matches(search: str, tasks: list[str]) -> np.ndarray:
    """Tasks that hold every word of the search."""
    words = [word for word in search.lower().split(" ") if word]
    return np.array([all(word in task for word in words) for task in tasks], dtype=bool)


def _order(sort: int, late: Floats, columns: Ints, is_late: Flags, constants: Constants) -> Ints:
    given = np.arange(len(late), dtype=np.intp)
    if sort == GIVEN:
        return given
    if sort == BY_NAME:
        return np.argsort(np.asarray(constants["task_rank"]), kind="stable").astype(np.intp)
    one = sort >= FIRST_METRIC
    mine = late[:, [sort - FIRST_METRIC]] if one else late[:, columns]
    count = np.zeros(len(late)) if one else is_late.sum(axis=1)
    latest = np.max(np.nan_to_num(mine, nan=-np.inf), axis=1, initial=-np.inf)
    return np.lexsort((given, -latest, -count)).astype(np.intp)


def _shares(known: Flags, is_late: Flags, is_sharp: np.ndarray) -> dict[str, Any]:
    """By metric: late tasks among those with enough points to tell."""
    tasks, late = (one.sum(axis=0).astype(float) for one in (known, is_late))
    lower, upper = wilson_interval(late, tasks)
    nothing = tasks == 0
    total, sharp = float(late.sum()), float(late[is_sharp].sum())
    return {
        "share_tasks": tasks,
        "share_late": late,
        "share": np.where(nothing, np.nan, late / np.where(nothing, 1.0, tasks)),
        "share_lower": np.where(nothing, np.nan, lower),
        "share_upper": np.where(nothing, np.nan, upper),
        "late": total,
        "late_sharp": sharp,
        "late_sharp_share": sharp / total if total > 0 else float("nan"),
    }


def _message(rows: int, found: int, controls: Controls) -> str:
    if rows > 0:
        return ""
    if found > 0:
        return "None of these tasks rises late under the metrics shown."
    if controls["search"].replace(" ", ""):
        return "No task has this in its name."
    return "No metric is shown." if not any(controls["kinds"]) else "No task was measured."

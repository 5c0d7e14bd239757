"""From an EvalResults to the constants of the program `atlas`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd

from ...core.arrays import Floats, group_means
from ...core.statistics.clear_rise import beyond_noise, clear_rise
from ...core.statistics.late_rise import late_and_rise
from ...core.statistics.measures import breakthroughness
from ...core.verdict.verdict import OUTCOMES
from ...programs.atlas_map import CONSTANT, FALLS, FIELDS, NOT_RISING, RISES
from ...programs.program import FEWEST_SCALES, Ints
from ...results.curves import Curves
from ...results.eval_results import EvalResults
from ...results.schema import SCALES, SchemaError, nearest
from ...widgets.legend import family_style
from ...widgets.lifetime import Progress
from ..results.constants import resolution, series_constants
from .controls import SHORT, levels

KINDS = ("sharp", "gradual", "unknown")
MOST_FIGURES, MOST_PLACES = 12, 12
NO_VERDICTS = "No verdicts were given; EmergenceAtlas(results, verdicts=True) makes them."
NOT_JUDGED = "This cell was not judged."
UNUSED = ("item_offsets", "item_value", "item_count", "answers", "task_item_score", "item_labels")
"""Constants of the program `results` that are about answers."""


def atlas_constants(
    results: EvalResults, verdicts: pd.DataFrame | None, *, groups: bool
) -> dict[str, Any]:
    """Everything that the program `atlas` reads; answers are not used.

    `series_*` is of each pair of task and metric and each family, by kind of scale: of means over
    seeds, by the rule of the strips under figures (`programs.late`). With `groups`, tasks that are
    averages of other tasks are rows of their own.
    """
    scores = results.scores
    if not len(scores):
        raise SchemaError(
            "these results hold no scores, so there is no map; "
            "EvalResults(rescore(results, ['exact_match', …])) makes them from answers"
        )
    averages = scores["task"].isin([] if groups else results.groups)
    # Where there is nothing but averages, they are the tasks.
    kept = scores if averages.all() else scores[~averages]
    results_kept = replace(results, scores=kept.reset_index(drop=True), samples=None)
    curves = Curves(results_kept)
    series = series_constants(results_kept, curves=curves)
    constants = {name: value for name, value in series.items() if name not in UNUSED}
    tasks: list[str] = constants["tasks"]
    styles = [family_style(family) for family in range(len(constants["families"]))]
    measured = (constants["pair"] >= 0).sum(axis=1).max()
    return {
        **constants,
        **_families(curves, constants),
        **_kinds(constants["metrics"]),
        "task_search": [task.lower() for task in tasks],
        "task_rank": _rank(tasks),
        "slots": np.array(min(measured, MOST_FIGURES), dtype=float),
        "places": np.array(min(len(styles), MOST_PLACES), dtype=float),
        "family_colours": [style["colour"] for style in styles],
        "family_markers": [style["marker"] for style in styles],
        "level_words": [level["label"].partition(":")[0] for level in levels()],
        "outcomes": list(OUTCOMES),
        "outcome_words": [SHORT.get(outcome, outcome) for outcome in OUTCOMES],
        "meanings": [f"{outcome}: {meaning}" for outcome, meaning in OUTCOMES.items()],
        "pair_outcome": _outcomes(verdicts, constants, results.groups),
        "usual_scale": curves.usual_scale() or curves.scales[0],
        "no_verdict": "No verdicts were given." if verdicts is None else NOT_JUDGED,
    }


def _kinds(metrics: list[dict[str, Any]]) -> dict[str, Any]:
    """The kinds of metrics that there are, and which kind each is."""
    of_metric = [metric["kind"] for metric in metrics]
    kinds = [kind for kind in KINDS if kind in of_metric]
    return {
        "kinds": kinds,
        "metric_kind": np.array([kinds.index(kind) for kind in of_metric], dtype=float),
        "metric_sharp": np.array([kind == "sharp" for kind in of_metric], dtype=float),
    }


def _rank(tasks: list[str]) -> np.ndarray:
    order = sorted(range(len(tasks)), key=lambda task: (tasks[task].lower(), task))
    return np.argsort(order).astype(float)


def _families(curves: Curves, constants: Mapping[str, Any]) -> dict[str, Any]:
    """Shape and late rise T of every family's scores of a pair of task and metric, by scale."""
    table, n_families = curves.reported, len(curves.families)
    series = np.unique(table.pair * n_families + curves.run_family[table.run])
    parts = [_of_scale(curves, constants, SCALES.index(name), series) for name in curves.scales]
    return {
        "series_family": (series % n_families).astype(float),
        "series_offsets": np.searchsorted(
            series // n_families, np.arange(len(table.task) + 1), side="left"
        ).astype(float),
        **{f"series_{name}": np.stack([part[name] for part in parts]) for name in FIELDS},
    }


def _of_scale(
    curves: Curves, constants: Mapping[str, Any], kind: int, series: np.ndarray
) -> dict[str, Floats]:
    """Over one kind of scale: of the longest curve of each pair and family."""
    table, n_families = curves.reported, len(curves.families)
    pair, curve, at = table.pair, curves.run_curve[table.run, kind], curves.run_at[table.run, kind]
    used = np.isfinite(table.value) & (curve >= 0) & (at > 0)
    falls = curves.falls[table.metric][pair]
    value, lower, upper = (
        np.where(falls, -higher, one)[used]
        for one, higher in (
            (table.value, table.value),
            (constants["point_lower"], constants["point_upper"]),
            (constants["point_upper"], constants["point_lower"]),
        )
    )
    # Models improve as their loss falls.
    place = (-np.log10(at[used]) if SCALES[kind] == "loss" else np.log10(at[used])) + 0.0
    of_value = (pair * n_families + curves.run_family[table.run])[used]
    member, first = _numbered(of_value, curve[used], place)
    points = (place[first], *(group_means(one, member) for one in (value, lower, upper)))
    row, first_of_row = _numbered(of_value[first], curve[used][first])
    n = np.bincount(row)
    of_row = np.searchsorted(series, of_value[first][first_of_row])
    halves = np.full(len(table.task), np.inf)
    np.fmin.at(halves, pair, resolution(curves, table))
    floor = halves[series // n_families][of_row]
    found = _measured(points, n, floor)
    # The longest curve of a series is written last; of equal ones the first.
    order = np.lexsort((-np.arange(len(n)), n))
    result = {name: np.full(len(series), np.nan) for name in FIELDS}
    result["scales"] = np.zeros(len(series))
    for name, values in found.items():
        result[name][of_row[order]] = values[order]
    return result


def _numbered(*keys: np.ndarray) -> tuple[Ints, Ints]:
    """The group of each row, in the order of its keys, and a row of each group."""
    order = np.lexsort(keys[::-1])
    ordered = [key[order] for key in keys]
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.any([key[1:] != key[:-1] for key in ordered], axis=0)
    member = np.empty(len(order), dtype=np.intp)
    member[order] = np.cumsum(new) - 1
    return member, order[new]


def _measured(points: tuple[Floats, ...], n: Ints, floor: Floats) -> dict[str, Floats]:
    """Shape, late rise T and breakthroughness of curves of n points each, one after the other."""
    late, steepness, shape, tested = np.full((4, len(n)), np.nan)
    start = np.cumsum(n) - n
    for length in sorted({int(one) for one in n if one >= FEWEST_SCALES}):
        rows = np.flatnonzero(n == length)
        mine = start[rows, np.newaxis] + np.arange(length)
        place, value, lower, upper = (one[mine] for one in points)
        steepness[rows] = breakthroughness(value, resolution=floor[rows])
        told, _ = late_and_rise(place, value)
        late[rows] = np.where(clear_rise(value, lower, upper), told, np.nan)
        down = [one[:, ::-1] for one in (value, lower, upper)]
        tested[rows] = np.isfinite(lower[:, -1] + upper[:, 0])
        shape[rows] = np.select(
            [~np.isnan(late[rows]), np.ptp(value, axis=1) == 0, beyond_noise(*down)],
            [RISES, CONSTANT, FALLS],
            NOT_RISING,
        )
    found = (shape, late, steepness, tested, n.astype(float))
    return dict(zip(FIELDS, found, strict=True))


def _outcomes(
    verdicts: pd.DataFrame | None, constants: dict[str, Any], groups: list[str]
) -> np.ndarray:
    """By task and metric: the number of the outcome, -1 for none."""
    tasks, metrics = constants["tasks"], [metric["name"] for metric in constants["metrics"]]
    found = np.full((len(tasks), len(metrics)), -1.0)
    if verdicts is None:
        return found
    if "task" in verdicts:
        # Averages may have been judged without being rows here.
        verdicts = verdicts[verdicts["task"].isin(tasks) | ~verdicts["task"].isin(groups)]
    known = {"task": tasks, "metric": metrics, "outcome": list(OUTCOMES)}
    codes: list[np.ndarray] = []
    for column, names in known.items():
        if column not in verdicts:
            raise SchemaError(
                f"verdicts has no column {column!r}; expected task, metric and outcome, as "
                "emergence_widgets.verdicts(results) gives"
            )
        code = pd.Index(names).get_indexer(pd.Index(verdicts[column].astype(object)))
        if (code < 0).any():
            row = int(np.argmax(code < 0))
            name = verdicts[column].iloc[row]
            raise SchemaError(f"verdicts, row {row}: no {column} {name!r}. {nearest(name, names)}")
        codes.append(code)
    found[codes[0], codes[1]] = codes[2]
    return found


def judged_cells(
    results: EvalResults, verdicts: pd.DataFrame | bool | None, seed: int
) -> pd.DataFrame | None:
    """Verdicts as a table: the given ones, those made now (True), or None."""
    if verdicts is None or verdicts is False:
        return None
    if verdicts is True:
        from ...results.verdicts import verdicts as judge

        with Progress("Judging") as progress:
            judged = judge(results, seed=seed, progress=progress)
        # Scores that the answers allow and nobody reported have no column on the map.
        reported = Curves(results).metrics
        return judged[judged["metric"].isin(reported)].reset_index(drop=True)
    if not isinstance(cast("object", verdicts), pd.DataFrame):
        raise TypeError(
            f"verdicts is a {type(verdicts).__name__}; expected a table as "
            "emergence_widgets.verdicts(results) gives, True or None"
        )
    return verdicts

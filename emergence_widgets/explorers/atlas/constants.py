"""From an EvalResults to the constants of the program `atlas`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...core.statistics.measures import breakthroughness, linearity
from ...core.verdict.verdict import OUTCOMES
from ...results.eval_results import EvalResults
from ...results.labels import labelled
from ...results.schema import SchemaError, nearest
from ...widgets.legend import family_style
from ...widgets.lifetime import Progress
from ..results.constants import series_constants
from .words import SHORT

KINDS = ("sharp", "gradual", "unknown")
MOST_FIGURES, MOST_PLACES = 12, 12
NO_VERDICTS = "No verdicts were given; EmergenceAtlas(results, verdicts=True) makes them."
NOT_JUDGED = "This cell was not judged."
UNUSED = ("item_offsets", "item_value", "item_count", "answers", "task_item_score", "item_labels")
"""Constants of the program `results` that are about answers."""


def atlas_constants(
    results: EvalResults, verdicts: pd.DataFrame | None, *, groups: bool, seed: int
) -> dict[str, Any]:
    """Everything that the program `atlas` reads.

    Parameters
    ----------
    results
        Scores; answers are not used.
    verdicts
        Columns ``task, metric, outcome``, or None.
    groups
        Whether tasks that are averages of other tasks are rows of their own.
    seed
        Seed of the null of breakthroughness.

    Returns
    -------
    dict
        The constants of `series_constants`, without those about answers; ``series_*``: of each
        pair of task and metric and each family, by kind of scale, breakthroughness, linearity
        and the number of points; kinds of metrics; outcomes of verdicts.

    Raises
    ------
    SchemaError
        No scores, no model with a scale, or verdicts on something else.
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
    series = series_constants(
        replace(results, scores=kept.reset_index(drop=True), samples=None),
        item_score=None,
        tokens="whitespace",
        most_answers=0,
        seed=seed,
    )
    constants = {name: value for name, value in series.items() if name not in UNUSED}
    tasks: list[str] = constants["tasks"]
    styles = [family_style(family) for family in range(len(constants["families"]))]
    measured = (constants["pair"] >= 0).sum(axis=1).max()
    return {
        **constants,
        **_families(constants),
        **_kinds(constants["metrics"]),
        "task_search": [task.lower() for task in tasks],
        "task_rank": _rank(tasks),
        "slots": np.array(min(measured, MOST_FIGURES), dtype=float),
        "places": np.array(min(len(styles), MOST_PLACES), dtype=float),
        "family_colours": [style["colour"] for style in styles],
        "family_markers": [style["marker"] for style in styles],
        "outcomes": list(OUTCOMES),
        "outcome_words": [SHORT.get(outcome, outcome) for outcome in OUTCOMES],
        "meanings": [f"{outcome}: {meaning}" for outcome, meaning in OUTCOMES.items()],
        "pair_outcome": _outcomes(verdicts, constants, results.groups),
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
    rank = np.empty(len(tasks))
    rank[order] = np.arange(len(tasks))
    return rank


def _families(constants: dict[str, Any]) -> dict[str, Any]:
    """Breakthroughness of every family under every pair of task and metric, by kind of scale."""
    offsets = constants["pair_offsets"].astype(int)
    run = constants["point_run"].astype(int)
    pair = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    n_families = len(constants["families"])
    key = pair * n_families + constants["run_family"].astype(int)[run]
    series, member = np.unique(key, return_inverse=True)
    cell = np.argwhere(constants["pair"] >= 0)
    # In the order of their numbers, which is that of tasks and metrics.
    task, metric = cell.T
    lower = np.array([one["lower_is_better"] for one in constants["metrics"]], dtype=bool)
    oriented = np.where(lower[metric][pair], -1.0, 1.0) * constants["point_value"]
    resolution = constants["pair_resolution"][task, metric][series // n_families]
    many_steps = constants["task_many_steps"][task][pair] > 0
    parts = [
        _of_scale(kind, axis["name"], constants, run, oriented, member, many_steps, resolution)
        for kind, axis in enumerate(constants["scales"])
    ]
    return {
        "series_family": (series % n_families).astype(float),
        "series_offsets": np.searchsorted(
            series // n_families, np.arange(len(offsets)), side="left"
        ).astype(float),
        **{
            f"series_{name}": np.stack([part[name] for part in parts])
            for name in ("breakthroughness", "linearity", "scales")
        },
    }


def _of_scale(
    kind: int,
    name: str,
    constants: dict[str, Any],
    run: np.ndarray,
    value: np.ndarray,
    series: np.ndarray,
    many_steps: np.ndarray,
    resolution: np.ndarray,
) -> dict[str, np.ndarray]:
    """Over one kind of scale: of means over seeds, or of the longest training run."""
    scale = constants["run_scale"][run, kind]
    a_training = many_steps & (name != "params")
    last = constants["run_last"][run] > 0
    used = np.isfinite(value) & np.isfinite(scale) & (a_training | ~many_steps | last)
    run, value, scale, series = run[used], value[used], scale[used], series[used]
    a_training = a_training[used]
    line = np.where(a_training, constants["run_training"].astype(int)[run], -1)
    group = np.where(a_training, run, constants["run_group"].astype(int)[run])
    points = pd.DataFrame(
        {"series": series, "line": line, "group": group, "scale": scale, "value": value}
    )
    means = points.groupby(["series", "line", "group"], sort=True, as_index=False).mean()
    means["scale"] = -means["scale"] if name == "loss" else means["scale"]
    means = means.sort_values(["series", "line", "scale"], kind="stable", ignore_index=True)
    lengths = means.groupby(["series", "line"], sort=True).size()
    n = lengths.to_numpy().astype(np.intp)
    of_series = lengths.index.get_level_values("series").to_numpy().astype(int)
    table = np.full((len(n), int(n.max(initial=1))), np.nan)
    row = np.repeat(np.arange(len(n)), n)
    table[row, np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)] = means["value"]
    floor = resolution[of_series]
    found = {
        "breakthroughness": breakthroughness(table, resolution=floor),
        "linearity": linearity(table, resolution=floor),
        "scales": n.astype(float),
    }
    # The longest line of a series is written last; of equal ones the first.
    order = np.lexsort((-np.arange(len(n)), n))
    result = {name: np.full(len(resolution), np.nan) for name in found}
    result["scales"] = np.zeros(len(resolution))
    for one, values in found.items():
        result[one][of_series[order]] = values[order]
    return result


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
    codes = []
    for column, names in known.items():
        if column not in verdicts:
            raise SchemaError(
                f"verdicts has no column {column!r}; expected task, metric and outcome, as "
                "emergence_widgets.verdicts(results) gives"
            )
        code = pd.Index(names).get_indexer(verdicts[column].astype(object))
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
    """Verdicts as a table: the given ones, those made now (True), or None.

    Raises
    ------
    TypeError
        Something else was given.
    """
    if verdicts is None or verdicts is False:
        return None
    if verdicts is True:
        from ...results.verdicts import verdicts as judge

        with Progress("Judging") as progress:
            judged = judge(results, seed=seed, progress=progress)
        # Scores that the answers allow and nobody reported have no column on the map.
        reported = labelled(results)[0]["metric"]
        return judged[judged["metric"].isin(reported)].reset_index(drop=True)
    if not isinstance(verdicts, pd.DataFrame):
        raise TypeError(
            f"verdicts is a {type(verdicts).__name__}; expected a table as "
            "emergence_widgets.verdicts(results) gives, True or None"
        )
    return verdicts

"""From the curves of an evaluation to the constants of the program `results`."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ...core.metrics.registry import find_metric, ranked
from ...core.metrics.text import Tokens
from ...core.statistics.intervals import NORMAL_95, wilson_interval
from ...programs.results import PASSING
from ...results.curves import Curves, Scores, no_scale
from ...results.eval_results import EvalResults
from ...results.schema import SCALES, SchemaError
from ...widgets.axes import scale_axis, score_axes
from ...widgets.legend import family_style
from .answers import answers, histograms, score_answers, threshold_scores

KINDS = {"discontinuous": "sharp", "continuous": "gradual", "loss": "gradual", "unknown": "unknown"}
PASSING_METRIC = {
    "name": PASSING,
    "title": "Answers good enough",
    "label": "Share passing",
    "lower_is_better": False,
    "kind": "sharp",
}


def series_constants(
    results: EvalResults, *, item_score: str | None = None, tokens: Tokens = "whitespace",
    most_answers: int = 0, seed: int = 0, curves: Curves | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Columns, axes and texts that the program `results` reads.

    `item_score` is what the threshold works on, None: the best that each task has; `seed` chooses
    the `most_answers` items whose answers are kept.
    """
    if most_answers < 0:
        raise ValueError(f"most_answers is {most_answers}; expected 0 or more items")
    if not results:
        raise SchemaError("these results hold neither scores nor answers, so there is no curve")
    curves = Curves(results) if curves is None else curves
    samples, tasks = curves.samples, curves.tasks
    graded_by = threshold_scores(samples, item_score, tasks)
    graded = any(graded_by.values())
    metrics = [_metric(curves, number) for number in range(len(curves.metrics))]
    if graded:
        metrics.append(PASSING_METRIC)
    constants = {
        "tasks": tasks,
        "metrics": metrics,
        "families": curves.families,
        **_run_columns(curves),
        **_points(curves, graded),
    }
    constants["family_colours"] = [
        family_style(place)["colour"] for place in range(len(curves.families))
    ]
    constants["task_loss"] = _losses(curves, np.asarray(constants["pair"]))
    constants["task_item_score"] = [graded_by[task] or "" for task in tasks]
    constants["item_labels"] = [_item_label(graded_by[task], samples, task) for task in tasks]
    n_runs = len(curves.run_scale)
    if samples is None or not graded:
        empty = np.zeros(0)
        offsets = np.zeros(len(tasks) * n_runs + 1)
        items = {"item_offsets": offsets, "item_value": empty, "item_count": empty}
        return constants | items | {"answers": []}
    scored = score_answers(samples, graded_by, tokens)
    samples = samples.assign(item_score=scored, run=curves.run_of_samples)
    texts = [answers(samples, task, most_answers, seed) for task in tasks]
    return constants | histograms(samples, n_runs, tasks) | {"answers": texts}


def _run_columns(curves: Curves) -> dict[str, Any]:
    """Of each run its family, training and names; by scale its curve (-1: none) and its point."""
    kinds = [SCALES.index(name) for name in curves.scales]
    if not kinds:
        raise no_scale()
    training, seed = curves.run_training, curves.run_seed
    runs = pd.DataFrame({"model": curves.run_model, "checkpoint": curves.run_checkpoint})
    several = runs.groupby([curves.run_family, "model", "checkpoint"], dropna=False)
    seeded = ~pd.isna(seed) & (several["model"].transform("size") > 1)
    names = [
        f"{model}, seed {seed}" if told else model
        for model, seed, told in zip(curves.run_model, seed, seeded, strict=True)
    ]
    return {
        "run_family": curves.run_family.astype(float),
        "run_training": training.astype(float),
        "run_scale": curves.run_scale[:, kinds],
        "run_curve": curves.run_curve[:, kinds].astype(float),
        "run_at": curves.run_at[:, kinds],
        "run_names": names,
        "training_names": runs["model"].groupby(training).first().tolist(),
        "scales": [
            scale_axis(SCALES[kind], pd.Series(curves.run_scale[:, kind])) for kind in kinds
        ],
    }


def _metric(curves: Curves, number: int) -> dict[str, Any]:
    name, reported = curves.metrics[number], curves.reported_names[number]
    known = curves.known[number]
    return {
        "name": name,
        "title": known.label,
        "label": known.metric + (name.removeprefix(reported) if name.startswith(reported) else ""),
        "lower_is_better": bool(curves.falls[number]),
        "kind": KINDS[known.kind],
    }


def _points(curves: Curves, graded: bool) -> dict[str, Any]:
    """Scores by task, metric and run; by task and metric what each pair has, -1 or NaN for none.

    Tables have one more column where a metric is made from the answers.
    """
    table = curves.reported
    start = table.start[:-1]
    value, (lower, upper) = table.value, _intervals(curves, table)
    known = np.isfinite(value)
    least, most = (partial(end.reduceat, indices=start) for end in (np.fmin, np.fmax))
    axes, axis_of = score_axes(
        table.least,
        table.most,
        least(np.where(known, np.fmin(value, lower), np.nan)),
        most(np.where(known, np.fmax(value, upper), np.nan)),
        least(np.where(known & (value > 0), value, np.inf)),
    )
    columns = {
        "pair": (np.arange(len(start), dtype=float), -1.0),
        "pair_chance": (table.chance, np.nan),
        "pair_best": (table.best * table.unit, 1.0),
        "pair_resolution": (least(resolution(curves, table)), 0.0),
        "pair_items": (most(table.n_items), np.nan),
        "pair_axis": (axis_of, 0.0),
    }
    shape = (len(curves.tasks), len(curves.metrics) + graded)
    tables = {name: np.full(shape, nothing) for name, (_, nothing) in columns.items()}
    for name, (values, _) in columns.items():
        tables[name][table.task, table.metric] = values
    return {
        "point_run": table.run.astype(float),
        "point_value": value,
        "point_lower": lower,
        "point_upper": upper,
        **tables,
        "pair_offsets": table.start.astype(float),
        "axes": axes,
    }


def resolution(curves: Curves, table: Scores) -> np.ndarray:
    """Half an item, for shares of known numbers of items; else 0."""
    counted = curves.counted[table.metric][table.pair] & (table.n_items > 0)
    return np.where(counted, 0.5 * table.unit[table.pair] / np.where(counted, table.n_items, 1), 0)


def _intervals(curves: Curves, table: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Given bounds, else Wilson's for proportions of known items, else from the standard error."""
    unit, n = table.unit[table.pair], table.n_items
    share = table.value / unit
    given = np.isfinite(table.lower) & np.isfinite(table.upper)
    counted = curves.counted[table.metric][table.pair] & ~given & (n > 0)
    counted &= (share >= 0) & (share <= 1)
    wide = ~given & ~counted & np.isfinite(table.stderr)
    low, high = wilson_interval(np.where(counted, share * n, 0), np.where(counted, n, 1))
    spread = NORMAL_95 * table.stderr
    choices = [given, counted, wide]
    below = np.fmax(table.value - spread, table.least[table.pair])
    above = np.fmin(table.value + spread, table.most[table.pair])
    return (
        np.select(choices, [table.lower, low * unit, below], np.nan),
        np.select(choices, [table.upper, high * unit, above], np.nan),
    )


def _losses(curves: Curves, pair: np.ndarray) -> np.ndarray:
    """By task the metric that is its loss in nats, -1 where there is none."""
    found = np.full(len(pair), -1.0)
    for task, there in enumerate(pair[:, : len(curves.metrics)] >= 0):
        own: dict[str, int] = {}
        for number in np.flatnonzero(there).tolist():
            own.setdefault(curves.reported_names[number], number)
        for name in ranked(own, "loss", "continuous"):
            if find_metric(name).loss_kind == "nats" and curves.falls[own[name]]:
                found[task] = own[name]
                break
    return found


def _item_label(item_score: str | None, samples: pd.DataFrame | None, task: str) -> str:
    if item_score is None or samples is None:
        return ""
    filters = samples.loc[samples["task"] == task, "filter"] if "filter" in samples else None
    told = filters is not None and filters.notna().any() and str(filters.iloc[0]) != "none"
    name = find_metric(item_score).metric.lower()
    return f"{name} ({filters.iloc[0]})" if told and filters is not None else name

"""From an EvalResults to the constants of the program `results`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.metrics.registry import find_metric
from ...core.statistics.null import breakthroughness_null
from ...programs.results import PASSING
from ...results.eval_results import EvalResults
from ...results.labels import RUN_KEYS, key_of, labelled
from ...results.schema import SchemaError, lower_is_better
from ...widgets.axes import SCALES, scale_axis
from .answers import answers, histograms, score_answers, threshold_scores
from .points import points

KINDS = {
    "discontinuous": "sharp",
    "continuous": "gradual",
    "loss": "gradual",
    "unknown": "unknown",
}
PASSING_METRIC = {
    "name": PASSING,
    "title": "Answers good enough",
    "label": "Share passing",
    "lower_is_better": False,
    "kind": "sharp",
}


def series_constants(
    results: EvalResults,
    *,
    item_score: str | None,
    tokens: Any,
    most_answers: int,
    seed: int,
    filter: str | None = None,
) -> dict[str, Any]:
    """Columns, axes and texts that the program `results` reads.

    Parameters
    ----------
    results
        Scores, and samples if there are any.
    item_score
        Item score that the threshold slider works on; None: the best that each task has.
    tokens
        How texts are split for it, see `emergence_widgets.rescore`.
    most_answers
        Items of which the answers are kept for the linked text view.
    seed
        Seed of the choice of these items and of the null of breakthroughness.
    filter
        Of answers that passed several filters, the one to keep; None: the first.

    Returns
    -------
    dict
        Arrays, and JSON values for axes, metrics, families and answers.

    Raises
    ------
    SchemaError
        No scores and no answers, or no model with a scale.
    ValueError
        `most_answers` below 0.
    """
    if most_answers < 0:
        raise ValueError(f"most_answers is {most_answers}; expected 0 or more items")
    if not results:
        raise SchemaError("these results hold neither scores nor answers, so there is no curve")
    scores, samples = labelled(results, filter)
    runs = _runs(scores, samples)
    tasks = list(dict.fromkeys([*scores["task"], *(() if samples is None else samples["task"])]))
    names = list(dict.fromkeys(scores["metric"]))
    graded_by = threshold_scores(samples, item_score, tasks)
    graded = any(graded_by.values())
    metrics = [_metric(name, scores) for name in names]
    if graded:
        metrics.append(PASSING_METRIC)
    constants = {
        "tasks": tasks,
        "metrics": metrics,
        "families": list(dict.fromkeys(runs["family"])),
        **_run_columns(runs),
        "task_many_steps": _many_steps(scores, samples, tasks),
        **points(scores, _run_of(scores, runs), tasks, names, graded),
        **_null(runs, seed),
    }
    constants["task_item_score"] = [graded_by[task] or "" for task in tasks]
    constants["item_labels"] = [_item_label(graded_by[task], samples, task) for task in tasks]
    if samples is None or not graded:
        empty = np.zeros(0)
        offsets = np.zeros(len(tasks) * len(runs) + 1)
        items = {"item_offsets": offsets, "item_value": empty, "item_count": empty}
        return constants | items | {"answers": []}
    graded_samples = score_answers(samples, graded_by, tokens)
    samples = samples.assign(item_score=graded_samples, run=_run_of(samples, runs))
    return (
        constants
        | histograms(samples, len(runs), tasks)
        | {"answers": [answers(samples, task, most_answers, seed) for task in tasks]}
    )


def _runs(scores: pd.DataFrame, samples: pd.DataFrame | None) -> pd.DataFrame:
    columns = [*RUN_KEYS, *SCALES]
    parts = [scores.reindex(columns=columns)]
    if samples is not None:
        there = [name for name in columns if name in samples]
        parts.append(samples.drop_duplicates(there).reindex(columns=columns))
    everything = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    key = key_of(everything, list(RUN_KEYS))
    runs = everything.groupby(key, sort=False)[columns].first().reset_index(drop=True)
    for name in SCALES:
        runs[name] = pd.to_numeric(runs[name], errors="coerce").astype(float)
    return runs


def _run_of(frame: pd.DataFrame, runs: pd.DataFrame) -> np.ndarray:
    keys = list(RUN_KEYS)
    index = pd.Index(key_of(runs, keys))
    return index.get_indexer(key_of(frame, keys))


def _run_columns(runs: pd.DataFrame) -> dict[str, Any]:
    family = pd.Categorical(runs["family"], categories=list(dict.fromkeys(runs["family"])))
    training = pd.factorize(key_of(runs, ["family", "model", "seed"]))[0]
    group = pd.factorize(key_of(runs, ["family", "model", "checkpoint"]))[0]
    checkpoint = pd.to_numeric(runs["checkpoint"], errors="coerce").astype(float)
    trained = checkpoint.groupby(key_of(runs, ["family", "model", "seed"]))
    last = checkpoint.isna() | (checkpoint == trained.transform("max"))
    kinds = [name for name in SCALES if np.isfinite(runs[name]).any()]
    if not kinds:
        raise SchemaError(
            f"no model has a scale; expected a number in one of {', '.join(SCALES)}. "
            "read_results(…, models={'name': 1.3e9}) tells the sizes"
        )
    with_seed = runs["seed"].notna() & (runs.groupby(group)["model"].transform("size") > 1)
    names = [
        f"{row.model}" + (f", seed {row.seed}" if seeded else "")
        for row, seeded in zip(runs.itertuples(), with_seed, strict=True)
    ]
    return {
        "run_family": family.codes.astype(float),
        "run_training": training.astype(float),
        "run_group": group.astype(float),
        "run_last": last.to_numpy(dtype=float),
        "run_scale": runs[kinds].to_numpy(dtype=float),
        "run_names": names,
        "training_names": runs["model"].astype(str).groupby(training).first().tolist(),
        "scales": [scale_axis(name, runs[name]) for name in kinds],
    }


def _many_steps(scores: pd.DataFrame, samples: pd.DataFrame | None, tasks: list[str]) -> np.ndarray:
    """By task: whether some training run was evaluated at several steps."""
    frames = [scores] if samples is None else [scores, samples]
    measured = pd.concat([frame[["task", *RUN_KEYS]].astype(object) for frame in frames])
    steps = pd.to_numeric(measured["checkpoint"], errors="coerce").groupby(
        [measured["task"], key_of(measured, ["family", "model", "seed"])]
    )
    many = steps.nunique().gt(1).groupby(level=0).any()
    return many.reindex(tasks, fill_value=False).to_numpy(dtype=float)


def _metric(name: str, scores: pd.DataFrame) -> dict[str, Any]:
    mine = scores[scores["metric"] == name]
    reported = str(mine["reported"].iloc[0])
    known = find_metric(reported)
    suffix = name.removeprefix(reported) if name.startswith(reported) else ""
    return {
        "name": name,
        "title": known.label,
        "label": known.metric + suffix,
        "lower_is_better": lower_is_better(mine, reported),
        "kind": KINDS[known.kind],
    }


def _item_label(item_score: str | None, samples: pd.DataFrame | None, task: str) -> str:
    if item_score is None or samples is None:
        return ""
    filters = samples.loc[samples["task"] == task, "filter"] if "filter" in samples else None
    told = filters is not None and filters.notna().any() and str(filters.iloc[0]) != "none"
    name = find_metric(item_score).metric.lower()
    return f"{name} ({filters.iloc[0]})" if told and filters is not None else name


def _null(runs: pd.DataFrame, seed: int) -> dict[str, np.ndarray]:
    """Row n: median and 95th percentile of the absolute breakthroughness of n points of noise."""
    most = max(3, int(runs.groupby("family", sort=False)["model"].size().max()))
    knots = sorted(
        {n for n in (*range(3, 21), 25, 30, 40, 60, 90, 130, 200) if n <= most} | {min(most, 200)}
    )
    values = np.array([breakthroughness_null(n, [0.5, 0.95], draws=4000, seed=seed) for n in knots])
    null = np.full((2, knots[-1] + 1), np.nan)
    for row, value in zip(null, values.T, strict=True):
        row[3:] = np.interp(np.arange(3, len(row)), knots, value)
    return {"null_50": null[0], "null_95": null[1]}

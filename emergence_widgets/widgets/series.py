"""From an EvalResults to the constants of the program `results`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.measures import breakthroughness_null
from ..core.sampling import wilson_interval
from ..core.scores import SCORES
from ..programs.results import PASSING
from ..results.eval_results import EvalResults
from ..results.labels import RUN_KEYS, key_of, labelled
from ..results.metrics import metric_words
from ..results.schema import SchemaError
from .series_answers import answers, histograms, score_answers, threshold_scores
from .series_axes import SCALES, scale_axis, score_axis, score_axis_of

PASSING_METRIC = {
    "name": PASSING,
    "title": "Answers good enough",
    "label": "Share passing",
    "lower_is_better": False,
}
NORMAL_95 = 1.959963984540054
OTHER_SHARES = {"acc", "acc_norm", "accuracy", "em", "pass@1", "pass_at_1"}
"""Metrics of other tools that are shares of items right."""


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
        **_points(scores, runs, tasks, names, graded),
        "null_95": _null_95(runs, seed),
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
    known = SCORES.get(reported)
    lower = known.lower_is_better if known else False
    if "lower_is_better" in mine and mine["lower_is_better"].notna().any():
        lower = bool(mine["lower_is_better"].dropna().iloc[0])
    title, label = (known.label, known.metric) if known else metric_words(reported)
    return {
        "name": name,
        "title": title,
        "label": label + (name.removeprefix(reported) if name.startswith(reported) else ""),
        "lower_is_better": lower,
    }


def _item_label(item_score: str | None, samples: pd.DataFrame | None, task: str) -> str:
    if item_score is None or samples is None:
        return ""
    filters = samples.loc[samples["task"] == task, "filter"] if "filter" in samples else None
    told = filters is not None and filters.notna().any() and str(filters.iloc[0]) != "none"
    name = SCORES[item_score].metric.lower()
    return f"{name} ({filters.iloc[0]})" if told and filters is not None else name


def _points(
    scores: pd.DataFrame, runs: pd.DataFrame, tasks: list[str], names: list[str], graded: bool
) -> dict[str, Any]:
    lower, upper = _intervals(scores)
    table = pd.DataFrame(
        {
            "task": pd.Index(tasks).get_indexer(scores["task"]),
            "metric": pd.Index(names).get_indexer(scores["metric"]),
            "run": _run_of(scores, runs),
            "value": pd.to_numeric(scores["value"], errors="coerce").astype(float),
            "lower": lower,
            "upper": upper,
            "chance": _numbers(scores, "chance"),
            "resolution": _resolution(scores),
            "minimum": _numbers(scores, "min"),
            "maximum": _numbers(scores, "max"),
        }
    ).sort_values(["task", "metric", "run"], kind="stable", ignore_index=True)
    shape = (len(tasks), len(names) + graded)
    pair, chance = np.full(shape, -1.0), np.full(shape, np.nan)
    resolution = np.zeros(shape)
    axis_of, axes = np.zeros(shape), [score_axis(0.0, 1.0, 0.0, 1.0, None)]
    offsets = [0]
    for (task, metric), part in table.groupby(["task", "metric"], sort=True):
        pair[task, metric] = len(offsets) - 1
        offsets.append(offsets[-1] + len(part))
        chance[task, metric] = part["chance"].max()
        resolution[task, metric] = part["resolution"].min()
        axis = score_axis_of(part)
        if axis not in axes:
            axes.append(axis)
        axis_of[task, metric] = axes.index(axis)
    columns = {
        f"point_{name}": table[name].to_numpy(dtype=float)
        for name in ("run", "value", "lower", "upper")
    }
    return {
        **columns,
        "pair": pair,
        "pair_offsets": np.array(offsets, dtype=float),
        "pair_chance": chance,
        "pair_resolution": resolution,
        "pair_axis": axis_of,
        "axes": axes,
    }


def _sharp(scores: pd.DataFrame) -> np.ndarray:
    """Whether a score is a share of items that are each right or wrong."""
    known = {name for name, score in SCORES.items() if not score.continuous}
    return scores["reported"].isin(known | OTHER_SHARES).to_numpy()


def _resolution(scores: pd.DataFrame) -> np.ndarray:
    """Half an item, for shares of known numbers of items; else 0."""
    n = _numbers(scores, "n_items")
    return np.where(_sharp(scores) & (n > 0), 0.5 / np.where(n > 0, n, 1.0), 0.0)


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _intervals(scores: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Given bounds, else Wilson's for proportions of known items, else from the standard error."""
    value, stderr, n = (_numbers(scores, name) for name in ("value", "stderr", "n_items"))
    lower, upper = _numbers(scores, "lower"), _numbers(scores, "upper")
    least, most = _numbers(scores, "min"), _numbers(scores, "max")
    given = np.isfinite(lower) & np.isfinite(upper)
    counted = ~given & (n > 0) & (value >= 0) & (value <= 1) & _sharp(scores)
    wide = ~given & ~counted & np.isfinite(stderr)
    low, high = wilson_interval(np.where(counted, value * n, 0), np.where(counted, n, 1))
    spread = NORMAL_95 * stderr
    lower = np.select([given, counted, wide], [lower, low, np.fmax(value - spread, least)], np.nan)
    upper = np.select([given, counted, wide], [upper, high, np.fmin(value + spread, most)], np.nan)
    return lower, upper


def _null_95(runs: pd.DataFrame, seed: int) -> np.ndarray:
    """Row n: 95th percentile of the absolute breakthroughness of n points of noise."""
    most = max(3, int(runs.groupby("family", sort=False)["model"].size().max()))
    knots = sorted(
        {n for n in (*range(3, 21), 25, 30, 40, 60, 90, 130, 200) if n <= most} | {min(most, 200)}
    )
    null = np.full(knots[-1] + 1, np.nan)
    values = [float(breakthroughness_null(n, 0.95, draws=4000, seed=seed)) for n in knots]
    null[3:] = np.interp(np.arange(3, len(null)), knots, values)
    return null

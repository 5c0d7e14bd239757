"""Which metric of an evaluation shows incremental progress, and which hides it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..core.metrics.text import Tokens
from .audit_curves import curves_of
from .audit_measured import measured_curves
from .audit_pooled import pooled
from .audit_reasons import reasons
from .eval_results import EvalResults

SHOWS, MIXED, HIDES, NOT_JUDGED = "shows progress", "mixed", "hides progress", "not judged"
GRADES = (SHOWS, MIXED, HIDES, NOT_JUDGED)
ALL_TASKS = "all tasks"
NOTHING_SHOWN = " No metric of this task shows progress, so there may be none."
FEWEST_POINTS = 3
LEAST_UP = 0.75
MOST_RESIDUAL = 0.05
LEAST_RESOLVED = 0.5
LEAST_CARRIED = 0.5
LEAST_STABILITY = 0.9
TESTS = ("monotone", "resolved", "gradual", "stable")
COLUMNS = (
    "task", "metric", "grade", "rank", *TESTS, "reasons", "families", "points", "share_up",
    "isotonic_residual", "spearman", "spearman_lower", "spearman_upper", "share_resolved",
    "signal_to_noise", "share_stuck", "linear", "stability", "breakthroughness",
    "breakthroughness_lower", "breakthroughness_upper", "over_null", "above_null",
)  # fmt: skip


def audit_metrics(
    results: EvalResults,
    *,
    task: str | Iterable[str] | None = None,
    scale: str | None = None,
    family: str | Iterable[str] | None = None,
    tokens: Tokens = "whitespace",
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Which metric shows incremental progress with scale, and which hides it.

    Where a task's answers are known, all scores that can be computed of them are audited, their
    noise by drawing the same items for all models and metrics; else the scores that were
    reported, with the noise of their items or standard errors.

    A curve is a family (over training: a model) under one metric; models and seeds at one scale
    count as their mean. Four tests are made of it:

    - *monotone*: at least 3 of 4 steps go up, and the curve's root mean square distance to the
      nearest rising curve is at most 5% of its range;
    - *resolved*: at least half of its steps exceed 1.96 of their standard errors;
    - *gradual*: the rise is spread over at least half of its steps: (linearity / its value for a
      straight ramp)², which for a rising curve is the share of steps that would carry the rise
      evenly;
    - *stable*: drawn again, the scores keep their order: mean rank correlation at least 0.9.

    It **shows progress** if all of the tests that can be made hold. It **hides progress** if it is
    neither resolved nor gradual, or if fewer than half of the tests hold. Else it is **mixed**.
    Without noise the second and fourth cannot be made. Fewer than three scales are **not
    judged**. Rule and bounds are ours.

    Parameters
    ----------
    results
        Scores, answers or both.
    task, family
        One name or several; None takes all. A task without its subtask or shots takes them all.
    scale
        ``'params'``, ``'flops'``, ``'tokens'``, ``'step'`` or ``'loss'``; None: task by task the
        first of which some family has three.
    tokens
        How texts are split, see `rescore`.
    draws, seed
        Number of replicates, at least 1, and their seed.

    Returns
    -------
    pandas.DataFrame
        A row for each task and metric and, where there are several tasks, one for each metric on
        ``all tasks``, first. Best first within a task (``rank``). Columns: ``task, metric, grade,
        rank``; the four tests, missing where they cannot be made; ``reasons``, as sentences; then
        the numbers: ``families, points``; ``share_up, isotonic_residual``, ``spearman`` with its
        95% interval; ``share_resolved``, ``signal_to_noise`` (range over the typical standard
        error of a step), ``share_stuck`` (points at 0, chance or the best score); ``linear``
        (linearity / its value for a ramp); ``stability``; ``breakthroughness`` with its interval,
        ``over_null`` (its size over what noise stays below in 95 of 100 cases) and ``above_null``
        (share of replicates above that). Curves are put together by sums of steps and points,
        means weighted by steps in which a constant counts as 0, and medians for
        breakthroughness and signal to noise. Averages of other tasks (``is_group``) do not count
        in ``all tasks``.

    Raises
    ------
    KeyError
        A task, scale or family that is not there.
    SchemaError
        Neither scores nor answers, or no model with a scale.
    ValueError
        `draws` below 1.

    See Also
    --------
    emergence_widgets.verdict : whether a jump is real.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> audit = audit_metrics(datasets.gpt3(), task="LAMBADA, 0-shot", draws=200)
    >>> audit[["metric", "grade"]].values.tolist()
    [['acc', 'shows progress'], ['ppl', 'mixed']]
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}; expected at least 1")
    curves = curves_of(results, task=task, scale=scale, family=family, tokens=tokens)
    table, replicates = measured_curves(curves, draws=draws, seed=seed)
    parts = [_graded(pooled(table, replicates, ["task", "metric"]), curves.scales)]
    alone = ~table["task"].isin(results.groups).to_numpy()
    tasks = set(table.loc[alone, "task"])
    if len(tasks) > 1:
        whole = pooled(table[alone], replicates[:, alone], ["metric"]).assign(task=ALL_TASKS)
        counted = parts[0][parts[0]["task"].isin(tasks)]
        parts.insert(0, _over_tasks(_graded(whole, {}), counted))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _graded(rows: pd.DataFrame, scales: dict[str, str]) -> pd.DataFrame:
    steps, noisy = rows["steps"].where(rows["steps"] > 0), rows["noisy_steps"]
    stuck = rows["at_zero"] + rows["at_chance"] + rows["at_best"]
    rows = rows.assign(
        share_up=rows["ups"] / steps,
        share_resolved=rows["told_apart"] / noisy,
        share_stuck=stuck / rows["points"].where(rows["points"] > 0),
    )
    enough = rows["most_points"] >= FEWEST_POINTS
    with_noise = enough & (noisy > 0)
    level = rows["isotonic_residual"].fillna(0) <= MOST_RESIDUAL
    spread = rows["linear"].clip(lower=0) ** 2
    tests = {
        "monotone": ((rows["share_up"] >= LEAST_UP) & level, enough),
        "resolved": (rows["share_resolved"] >= LEAST_RESOLVED, with_noise),
        "gradual": (spread >= LEAST_CARRIED, enough),
        "stable": (rows["stability"] >= LEAST_STABILITY, with_noise),
    }
    held = pd.DataFrame(
        {name: holds.astype("boolean").where(can) for name, (holds, can) in tests.items()}
    )
    share = held.astype(float).mean(axis=1)
    neither = ~(held["resolved"] | held["gradual"]).fillna(True).astype(bool)
    grade = np.select(
        [share.isna(), share == 1, neither | (share < 0.5)], [NOT_JUDGED, SHOWS, HIDES], MIXED
    )
    rows = pd.concat([rows.assign(grade=grade, share=share), held], axis=1)
    words = [
        reasons({str(name): value for name, value in row.items()}, scales.get(row["task"], ""))
        for row in rows.to_dict("records")
    ]
    some = rows["grade"].isin((SHOWS, MIXED)).groupby(rows["task"]).transform("any")
    alone = (rows["grade"] == HIDES) & ~some
    words = [word + NOTHING_SHOWN * last for word, last in zip(words, alone, strict=True)]
    return _ranked(rows.assign(reasons=words))


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Best first within each task: by grade, tests that hold, and how gradual the rise is."""
    keys = pd.DataFrame(
        {
            "task": pd.factorize(rows["task"])[0],
            "grade": rows["grade"].map(dict(zip(GRADES, range(4), strict=True))),
            "share": -rows["share"],
            "linear": -rows["linear"],
        }
    )
    order = keys.sort_values(["task", "grade", "share", "linear"], kind="stable").index
    rows = rows.loc[order].reset_index(drop=True)
    return rows.assign(rank=rows.groupby("task", sort=False).cumcount() + 1)


def _over_tasks(whole: pd.DataFrame, each: pd.DataFrame) -> pd.DataFrame:
    """How often each grade was given, before the other reasons."""
    counts = pd.crosstab(each["metric"], each["grade"]).reindex(columns=list(GRADES), fill_value=0)
    words = []
    for metric, after in zip(whole["metric"], whole["reasons"], strict=True):
        mine = counts.loc[metric]
        told = ", ".join(f"{grade} on {n}" for grade, n in mine.items() if n > 0)
        tasks = "1 task" if mine.sum() == 1 else f"{mine.sum()} tasks"
        words.append(f"Of {tasks}: {told}. {after}")
    return whole.assign(reasons=words)

"""Which metric of an evaluation shows incremental progress, and which hides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..core.metrics.text import Tokens
from .audit_curves import audit_curves, measured_curves, pooled
from .curves import Curves, no_scale
from .eval_results import FRAMES, EvalResults, checked_results
from .schema import SchemaError, names_among

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
SCALE_WORDS = {
    "params": "sizes",
    "flops": "budgets",
    "tokens": "amounts of training",
    "step": "checkpoints",
    "loss": "models",
}
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

    A curve is a family (along training: a training run) under one metric; models and seeds at one
    scale count as their mean. Four tests are made of it:

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
    checked_results(results, FRAMES)
    if not results:
        raise SchemaError("these results hold neither scores nor answers to audit")
    names_among("scale", scale, results.scale_columns)
    curves = Curves(results, task=task, family=family)
    scales = {name: scale or curves.usual_scale(name) for name in curves.tasks}
    if not any(scales.values()):
        raise no_scale()
    found = audit_curves(curves, scales, tokens)
    if not found:
        raise SchemaError(f"no model has a {scale or 'scale'} above 0 to order it by")
    table, replicates = measured_curves(found, draws=draws, seed=seed)
    rows = pooled(table, replicates, ["task", "metric"])
    rows["notes"] = [
        " ".join(f"{note}." for note in curves.notes(name, scales[name], metric))
        for name, metric in zip(rows["task"], rows["metric"], strict=True)
    ]
    rows["refused"] = [curves.several_scales.get(name, "") for name in rows["task"]]
    parts = [_graded(rows, scales)]
    alone = ~table["task"].isin([*results.groups, *curves.several_scales]).to_numpy()
    tasks = set(table.loc[alone, "task"])
    if len(tasks) > 1:
        whole = pooled(table[alone], replicates[:, alone], ["metric"])
        whole = whole.assign(task=ALL_TASKS, notes="", refused="")
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
        _reasons(row, scales.get(row["task"], ""))  # pyright: ignore[reportArgumentType]
        for row in rows.to_dict("records")
    ]
    some = rows["grade"].isin((SHOWS, MIXED)).groupby(rows["task"]).transform("any")
    alone = (rows["grade"] == HIDES) & ~some
    words = [word + NOTHING_SHOWN * last for word, last in zip(words, alone, strict=True)]
    return _ranked(rows.assign(reasons=words))


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Best first within each task: by grade, tests that hold, and how gradual the rise is."""
    task, grade = pd.factorize(rows["task"])[0], rows["grade"].map(GRADES.index)
    rows = rows.iloc[np.lexsort((-rows["linear"], -rows["share"], grade, task))]
    rows = rows.reset_index(drop=True)
    return rows.assign(rank=rows.groupby("task", sort=False).cumcount() + 1)


def _over_tasks(whole: pd.DataFrame, each: pd.DataFrame) -> pd.DataFrame:
    """How often each grade was given, before the other reasons."""
    words: list[str] = []
    for metric, after in zip(whole["metric"], whole["reasons"], strict=True):
        grades = each.loc[each["metric"] == metric, "grade"].tolist()
        counts = {grade: grades.count(grade) for grade in GRADES}
        given = ", ".join(f"{grade} on {count}" for grade, count in counts.items() if count)
        tasks = "1 task" if len(grades) == 1 else f"{len(grades)} tasks"
        words.append(f"Of {tasks}: {given}. {after}")
    return whole.assign(reasons=words)


def _reasons(row: Mapping[str, Any], scale: str) -> str:
    """Sentences on one row of the audit; `scale` is "" for several tasks."""
    if row["refused"]:
        return row["refused"]
    noun = SCALE_WORDS.get(scale, "points")
    parts = [*_on_points(row, noun), *_on_steps(row, noun), row["notes"]]
    return " ".join(part for part in parts if part)


def _on_points(row: Mapping[str, Any], noun: str) -> Iterator[str]:
    """What is wrong with points: too few, not finite, at the worst or best score or at chance."""
    points, lost = row["points"], row["not_finite"]
    if row["most_points"] < FEWEST_POINTS:
        yield f"No curve has 3 {noun}; with fewer there is nothing to judge."
    if lost:
        has, are = ("has", "is") if lost == 1 else ("have", "are")
        yield f"{lost} of {lost + points} {noun} {has} no finite score and {are} left out."
    if row["ups"] == 0 and np.isnan(row["linear"]) and points > 0 and row["curves"] == 1:
        yield f"All {points} {noun} score the same."
        return
    items = f" of {row['n_items']:,.0f} items" if np.isfinite(row["n_items"]) else ""
    level = f" ({abs(row['chance']):.3g})" if np.isfinite(row["chance"]) else ""
    lowest = f"exactly 0{items}" if row["worst"] == 0 else "as badly as can be"
    counted = (
        (row["at_zero"], f"{_verb('score', row['at_zero'])} {lowest}"),
        (row["at_chance"], f"cannot be told from chance{level}"),
        (row["at_best"], f"{'has' if row['at_best'] == 1 else 'have'} the best possible score"),
    )
    for count, words in counted:
        if count > 0:
            yield f"{count:.0f} of {points} {noun} {words}."


def _on_steps(row: Mapping[str, Any], noun: str) -> Iterator[str]:
    """Which way the steps go, whether noise explains them, and how the rise is spread."""
    steps, linear = row["steps"], row["linear"]
    if steps > 0:
        go = "goes" if row["ups"] == 1 else "go"
        falls = row["resolved_falls"]
        fall = f"; {falls:.0f} {_verb('fall', falls)} by more than the noise" if falls > 0 else ""
        yield f"{row['ups']:.0f} of {steps:.0f} steps {go} up{fall}."
        if row["noisy_steps"] > 0:
            yield (
                f"{row['told_apart']:.0f} of {row['noisy_steps']:.0f} steps "
                f"{_verb('exceed', row['told_apart'])} the noise (1.96 standard errors)."
            )
        else:
            yield (
                "The noise is not known (neither answers, standard errors nor numbers of items), "
                "so that steps cannot be told from it."
            )
    if steps > 0 and linear <= 0:
        yield "It falls with scale."
    elif steps > 0 and linear > 0:
        largest = row["largest_step"]
        one = f": one step makes {largest:.0%} of it" if largest > 0.5 else ""
        yield f"The rise is spread over {linear**2 * steps:.1f} of {steps:.0f} steps{one}."
    if not np.isnan(row["stability"]) and not np.isnan(linear):
        yield (
            f"Scores of another draw of items {'keep' if row['stable'] else 'change'} the order of "
            f"the {noun} (mean rank correlation {row['stability']:.2f})."
        )
    if not np.isnan(row["breakthroughness"]):
        yield (
            f"Breakthroughness {_number(row['breakthroughness'])} is "
            f"{'above' if row['over_null'] > 1 else 'within'} what noise reaches: "
            f"{_number(row['over_null'])} times its 95th percentile."
        )


def _verb(stem: str, count: float) -> str:
    return f"{stem}s" if count == 1 else stem


def _number(value: float) -> str:
    if not np.isfinite(value) or not 1000 <= abs(value) < 1e6:
        return f"{value:.3g}".replace("inf", "infinity")
    return f"{value:,.0f}"

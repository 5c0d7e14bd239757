"""What tells the runs, tasks and metrics of a table apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.metrics.registry import find_metric
from ..programs.results import PASSING
from .eval_results import EvalResults
from .schema import SchemaError, nearest

RUN_KEYS = ("family", "model", "seed", "checkpoint")


def labelled(
    results: EvalResults, filter: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Tell apart what would fall on one point: shots and subtasks by task, filters by metric.

    Parameters
    ----------
    results
        Scores, and answers if there are any.
    filter
        Of tasks whose answers passed several filters, the one to keep; None: the first.

    Returns
    -------
    scores, samples
        With the columns of `RUN_KEYS`; in scores, ``reported`` is the metric's own name.

    Raises
    ------
    SchemaError
        No answers passed the filter.
    """
    parts = [results.scores] if results.samples is None else [results.scores, results.samples]
    frames = [_with_task(frame.reset_index(drop=True)) for frame in parts]
    shots = pd.concat([frame[["task", "n_shot"]] for frame in frames])
    several = shots.groupby("task")["n_shot"].nunique().gt(1)
    for frame in frames:
        told = frame["n_shot"].notna() & frame["task"].map(several).astype(bool)
        named = frame["task"] + ", " + frame["n_shot"].astype("Int64").astype(str) + "-shot"
        frame["task"] = frame["task"].where(~told, named)
    scores, *rest = frames
    # The program keeps this name for the metric that the threshold makes.
    scores["reported"] = scores["metric"].astype(str)
    scores["chance"] = _chance(scores)
    scores["metric"] = scores["metric"].replace({PASSING: f"{PASSING} (given)"})
    if "filter" in scores:
        several = scores.groupby(["task", "metric"])["filter"].transform("nunique") > 1
        label = scores["metric"].astype(str) + " (" + scores["filter"].astype(str) + ")"
        scores["metric"] = scores["metric"].where(~several, label)
    return scores, _one_filter(rest[0], filter) if rest else None


def _chance(scores: pd.DataFrame) -> pd.Series:
    """Score of guessing: what the table says, else what the registry does."""
    guess = {name: find_metric(name).chance_of() for name in scores["reported"].unique()}
    known = scores["reported"].map(guess).astype(float)
    if "chance" not in scores:
        return known
    return scores["chance"].where(scores["chance"].notna(), known)


def _one_filter(samples: pd.DataFrame, wanted: str | None) -> pd.DataFrame:
    """The answers that passed one filter: answers to one item must not be counted twice."""
    if "filter" not in samples or not samples["filter"].notna().any():
        return samples
    names = samples["filter"].astype(object)
    if wanted is not None and wanted not in set(names.dropna()):
        raise SchemaError(
            f"filter is {wanted!r}. {nearest(wanted, names.dropna().astype(str).unique())}"
        )
    several = names.groupby(samples["task"]).transform("nunique").gt(1)
    asked: Any = wanted
    there = names.eq(asked).groupby(samples["task"]).transform("any")
    first = names.groupby(samples["task"]).transform("first")
    kept = pd.Series(wanted, samples.index, dtype=object).where(there, first)
    return samples[~several | names.eq(kept)].reset_index(drop=True)


def _with_task(frame: pd.DataFrame) -> pd.DataFrame:
    """All columns that tell runs apart, the subtask in the task's name."""
    there = [*RUN_KEYS[:-1], "step", "tokens"]
    missing: Any = pd.NA
    frame = frame.assign(**{name: missing for name in there if name not in frame})
    task = frame["task"].astype(str)
    if "subtask" in frame:
        subtask = frame["subtask"].astype(object)
        task = task.where(subtask.isna(), task + " / " + subtask.astype(str))
    shots = frame["n_shot"].astype("Float64") if "n_shot" in frame else missing
    family = frame["family"].astype(object).where(frame["family"].notna(), "models")
    frame = frame.assign(family=family, task=task, n_shot=shots).astype({"n_shot": "Float64"})
    return frame.assign(checkpoint=_checkpoint(frame))


def _checkpoint(frame: pd.DataFrame) -> pd.Series:
    """The training step or, where none is known, the tokens, if they tell checkpoints apart."""
    step, tokens = (
        pd.to_numeric(frame[name], errors="coerce").astype(float) for name in ("step", "tokens")
    )
    several = tokens.groupby(key_of(frame, ["family", "model", "seed"])).transform("nunique") > 1
    return step.where(step.notna() | ~several, tokens)


def key_of(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """One text a row that is equal where the named columns are, missing values included."""
    text = frame[names[0]].astype(str).fillna("")
    for name in names[1:]:
        column = frame[name].astype(object)
        if name in ("seed", "checkpoint"):
            number = pd.to_numeric(column, errors="coerce").astype(float)
            column = number.astype(object).where(number.notna() | column.isna(), column)
        text = text + "\x1f" + column.astype(str).fillna("")
    return text

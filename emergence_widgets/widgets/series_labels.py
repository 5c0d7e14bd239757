"""What tells the runs, tasks and metrics of a table apart."""

from __future__ import annotations

import pandas as pd

from ..programs.results import PASSING
from ..results.eval_results import EvalResults

RUN_KEYS = ("family", "model", "seed", "step")


def labelled(results: EvalResults) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Tell apart what would fall on one point: shots and subtasks by task, filters by metric."""
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
    scores["metric"] = scores["metric"].replace({PASSING: f"{PASSING} (given)"})
    if "filter" in scores:
        several = scores.groupby(["task", "metric"])["filter"].transform("nunique") > 1
        label = scores["metric"].astype(str) + " (" + scores["filter"].astype(str) + ")"
        scores["metric"] = scores["metric"].where(~several, label)
    return scores, rest[0] if rest else None


def _with_task(frame: pd.DataFrame) -> pd.DataFrame:
    """All columns that tell runs apart, the subtask in the task's name."""
    frame = frame.assign(**{name: pd.NA for name in RUN_KEYS if name not in frame})
    task = frame["task"].astype(str)
    if "subtask" in frame:
        subtask = frame["subtask"].astype(object)
        task = task.where(subtask.isna(), task + " / " + subtask.astype(str))
    shots = frame["n_shot"].astype("Float64") if "n_shot" in frame else pd.NA
    family = frame["family"].astype(object).where(frame["family"].notna(), "models")
    return frame.assign(family=family, task=task, n_shot=shots).astype({"n_shot": "Float64"})


def key_of(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """One text a row that is equal where the named columns are, missing values included."""
    text = frame[names[0]].astype(str).fillna("")
    for name in names[1:]:
        column = frame[name].astype(object)
        if name in ("seed", "step"):
            number = pd.to_numeric(column, errors="coerce").astype(float)
            column = number.astype(object).where(number.notna() | column.isna(), column)
        text = text + "\x1f" + column.astype(str).fillna("")
    return text

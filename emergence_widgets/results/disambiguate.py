"""What would fall on one point of a curve, told apart: shots, subtasks, filters, directions."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..core.metrics.registry import find_metric
from ..programs.results import PASSING
from .schema import check_among

RUN_KEYS = ("family", "model", "seed", "checkpoint")


class Tables(Protocol):
    """An `EvalResults`, which itself asks for the evidence of its curves."""

    @property
    def scores(self) -> pd.DataFrame:
        """One row a number."""
        ...

    @property
    def samples(self) -> pd.DataFrame | None:
        """One row an answer, or None."""
        ...


def disambiguate(
    results: Tables, filter: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Scores and answers with shots and subtasks in the task's name, filters in the metric's.

    Both have the columns of `RUN_KEYS`; in scores, ``reported`` is the metric's own name. Of tasks
    whose answers passed several filters, `filter` is kept, else the first.
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
        # A score that passed no filter keeps its name.
        several = scores.groupby(["task", "metric"])["filter"].transform("nunique") > 1
        label = scores["metric"].astype(str) + " (" + scores["filter"].astype(str) + ")"
        scores["metric"] = scores["metric"].where(~several | scores["filter"].isna(), label)
    if "lower_is_better" in scores:
        # A name that points both ways is two metrics.
        both = scores.groupby("metric")["lower_is_better"].transform("nunique") > 1
        falls = both & scores["lower_is_better"].fillna(False).astype(bool)
        label = scores["metric"].astype(str) + " (lower is better)"
        scores["metric"] = scores["metric"].where(~falls, label)
    return scores, _one_filter(rest[0], filter) if rest else None


def _chance(scores: pd.DataFrame) -> pd.Series:
    """Score of guessing: what the table says, else what the registry does."""
    guess = {name: find_metric(name).chance_of() for name in scores["reported"].unique()}
    known = scores["reported"].map(guess).astype(float)
    if "chance" not in scores:
        return known
    return scores["chance"].where(scores["chance"].notna(), known)


def codes(*columns: Any) -> np.ndarray:
    """One number a row, equal where all columns are (missing values included), from 0 on."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        part, names = pd.factorize(pd.Series(column))
        code = pd.factorize(code * (len(names) + 1) + part + 1)[0]
    return code


def plain_seeds(seeds: pd.Series) -> np.ndarray:
    """Seeds as numbers where they are ("1" is 1), else as texts."""
    number = pd.to_numeric(seeds, errors="coerce").astype(float)
    texts = seeds.astype(object).astype(str).where(seeds.notna(), None)
    return texts.astype(object).where(number.isna(), number).to_numpy(dtype=object)


def _one_filter(samples: pd.DataFrame, wanted: str | None) -> pd.DataFrame:
    """The answers that passed one filter: answers to one item must not be counted twice."""
    if "filter" not in samples or not samples["filter"].notna().any():
        return samples
    names = samples["filter"].astype(object)
    if wanted is not None:
        check_among("filter is", [wanted], names.dropna().unique().tolist())
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
    training = codes(frame["family"], frame["model"], plain_seeds(frame["seed"]))
    several = tokens.groupby(training).transform("nunique") > 1
    return step.where(step.notna() | ~several, tokens)

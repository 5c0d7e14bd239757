"""Answers of the models: how often each item score occurs, and the texts that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd
import traitlets

from ...core.metrics.registry import SCORES, find_metric, ranked
from ...core.metrics.text import Tokens
from ...results.item_scores import computable, item_scores
from ...results.schema import SchemaError, nearest
from ...widgets.base import BuiltWidget
from ...widgets.controls import ControlError

LONGEST_TEXT = 240


class AnswersPanel(BuiltWidget):
    """A table of the selected model's outputs beside prompts and targets, all shown as text."""

    script = "answers"

    # Output ``answers`` of the program `results`.
    content = traitlets.Dict({"heading": "", "rows": []}).tag(sync=True)
    # What to read while nothing is selected.
    invitation = traitlets.Unicode("Click a point to read its model's answers.").tag(sync=True)


def threshold_scores(
    samples: pd.DataFrame | None, name: str | None, tasks: list[str]
) -> dict[str, str | None]:
    """By task, the item score that a threshold from 0 to 1 works on; None where there is none.

    `name` is that of all tasks; None: the best that each task's answers allow. A name that is no
    score from 0 to 1 is a `ControlError`, one that the answers cannot give a `SchemaError`.
    """
    if name is not None:
        _check(name, [] if samples is None else computable(samples), samples is None)
    found: dict[str, str | None] = dict.fromkeys(tasks)
    if samples is None:
        return found
    for task, mine in samples.groupby("task", sort=False):
        possible = computable(mine.dropna(axis=1, how="all"))
        if name is None:
            best = [one for one in ranked(possible, "continuous") if _is_graded(one)]
            possible = [one for one in best if find_metric(one).linear] or best
        else:
            possible = [one for one in possible if one == name]
        found[str(task)] = next(iter(possible), None)
    return found


def _check(name: str, possible: list[str], no_answers: bool) -> None:
    fit = [score for score in SCORES if _is_graded(score)]
    if name not in fit:
        raise ControlError(
            f"item_score is {name!r}; expected one from 0 to 1. {nearest(name, fit)}"
        )
    if name not in possible:
        why = f"these answers can be scored by {', '.join(possible) or 'nothing'} only"
        if no_answers:
            why = (
                "these results hold scores only, no answers; read the files of answers too "
                "(lm-eval: --log_samples)"
            )
        raise SchemaError(f"item_score is {name!r}, but {why}")


def _is_graded(name: str) -> bool:
    """Whether a score goes from 0 to 1, the best."""
    score = find_metric(name)
    return (score.minimum, score.maximum, score.lower_is_better) == (0.0, 1.0, False)


def score_answers(
    samples: pd.DataFrame, graded_by: Mapping[str, str | None], tokens: Tokens
) -> np.ndarray:
    """Every answer under its task's score; NaN where the task has none."""
    values = np.full(len(samples), np.nan)
    names = samples["task"].map(dict(graded_by))
    for name in names.dropna().unique():
        mine = (names == name).to_numpy()
        asked = cast("pd.DataFrame", samples[mine])
        part = asked.dropna(axis=1, how="all").reset_index(drop=True)
        values[mine] = item_scores(part, name, tokens=tokens)
    return values


def histograms(samples: pd.DataFrame, n_runs: int, tasks: list[str]) -> dict[str, Any]:
    """How often each item score occurs, by task and run: all that thresholds need."""
    known = samples[samples["item_score"].notna()]
    cell = pd.Index(tasks).get_indexer(pd.Index(known["task"])) * n_runs + known["run"].to_numpy()
    table = (
        pd.DataFrame({"cell": cell, "value": known["item_score"].to_numpy(dtype=float)})
        .value_counts(sort=False)
        .reset_index(name="count")
        .sort_values(["cell", "value"], ignore_index=True)
    )
    sizes = np.bincount(table["cell"], minlength=len(tasks) * n_runs)
    return {
        "item_offsets": np.concatenate([[0.0], np.cumsum(sizes)]),
        "item_value": table["value"].to_numpy(dtype=float),
        "item_count": table["count"].to_numpy(dtype=float),
    }


def answers(samples: pd.DataFrame, task: str, most: int, seed: int) -> dict[str, Any] | None:
    """Prompts and targets of some items of a task, with each run's outputs; None without texts."""
    mine = samples[samples["task"] == task]
    if mine.empty or "output" not in mine:
        return None
    items = np.sort(mine["item"].unique())
    if len(items) > most:
        items = np.sort(np.random.default_rng(seed).choice(items, most, replace=False))
    mine = mine[mine["item"].isin(items)].drop_duplicates(["run", "item"], keep="last")
    first = mine.drop_duplicates("item").set_index("item").reindex(items)
    runs = {}
    for run, part in mine.groupby("run"):
        part = part.set_index("item").reindex(items)
        runs[str(run)] = {
            "output": _texts(part["output"]),
            "score": [None if np.isnan(score) else float(score) for score in part["item_score"]],
        }
    prompt = first["prompt"] if "prompt" in first else pd.Series("", index=items)
    return {"prompt": _texts(prompt), "target": _texts(first["target"]), "runs": runs}


def _texts(column: pd.Series) -> list[str]:
    texts = (
        "" if value is None or value is pd.NA or value != value else str(value) for value in column
    )
    return [text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…" for text in texts]

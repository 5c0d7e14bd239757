"""Every score that can be computed of the same answers, item by item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.metrics.registry import SCORES, Metric
from ..core.metrics.text import Tokens
from .item_scores import computable, item_scores

POINT = ["family", "scale"]


@dataclass(frozen=True, eq=False)
class AnswerItems:
    """One score of a task's answers.

    Attributes
    ----------
    task
        The task.
    score
        The score.
    points
        ``family, scale, order`` of each point; models and seeds at one scale are one point.
    items
        Shape (points, items): means over the answers to one item, NaN where there is none.
    chance
        Shape (points,): mean score of a guess; NaN where guessing has no meaning.
    """

    task: str
    score: Metric
    points: pd.DataFrame
    items: np.ndarray
    chance: np.ndarray


def answer_items(samples: pd.DataFrame, tokens: Tokens) -> list[AnswerItems]:
    """Metric all answers, task by task, under every score that their columns allow.

    Parameters
    ----------
    samples
        With ``task, family, scale, order, item``.
    tokens
        How texts are split, see `emergence_widgets.rescore`.

    Returns
    -------
    list of AnswerItems
        Without scores that no answer has, and without chrF where its extra is not installed.
    """
    found: list[AnswerItems] = []
    for task, answers in samples.groupby("task", sort=False):
        answers = answers.dropna(axis=1, how="all").reset_index(drop=True)
        groups = answers.groupby(POINT, sort=False)
        points = groups[[*POINT, "order"]].head(1).reset_index(drop=True)
        item, names = pd.factorize(answers["item"])
        cell = groups.ngroup().to_numpy() * len(names) + item
        shape = (len(points), len(names))
        options = _options(answers)
        for name in computable(answers):
            try:
                values = item_scores(answers, name, tokens=tokens)
            except ImportError:
                continue
            items = _cell_means(values, cell, shape)
            if np.isnan(items).all():
                continue
            chance = np.full(len(points), np.nan)
            guess = SCORES[name].chance
            if guess is not None:
                each = np.array([guess(n) for n in options.tolist()], dtype=float)
                chance = np.nanmean(_cell_means(each, cell, shape), axis=1)
            found.append(AnswerItems(str(task), SCORES[name], points, items, chance))
    return found


def _options(answers: pd.DataFrame) -> np.ndarray:
    if "choice_logprobs" not in answers:
        return np.full(len(answers), np.nan)
    cells = answers["choice_logprobs"]
    sizes = [len(cell) if hasattr(cell, "__len__") else 0 for cell in cells]
    return np.where(np.array(sizes) > 0, sizes, np.nan)


def _cell_means(values: np.ndarray, cell: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    known = ~np.isnan(values)
    size = shape[0] * shape[1]
    count = np.bincount(cell[known], minlength=size)
    total = np.bincount(cell[known], values[known], minlength=size)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / count, np.nan).reshape(shape)

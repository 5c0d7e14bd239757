"""Answers as tables of runs times items, one a score, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec

import numpy as np
import pandas as pd

from ..core.metrics.registry import SCORES
from ..core.metrics.text import Tokens
from .item_scores import computable, item_scores


class ItemTables(Mapping[str, np.ndarray]):
    """By score that can be computed: shape (runs, items), means over repeated answers.

    `run` is the number of the run that gave each answer. chrF is there where its extra is.
    """

    def __init__(self, samples: pd.DataFrame, run: np.ndarray, runs: int, tokens: Tokens) -> None:
        self._samples = samples.dropna(axis=1, how="all").reset_index(drop=True)
        self._run = run
        self._runs = runs
        self._tokens: Tokens = tokens
        names = computable(self._samples) if len(samples) else []
        self._names = [name for name in names if name != "chrf" or find_spec("sacrebleu")]
        self._made: dict[str, np.ndarray] = {}

    def __getitem__(self, score: str) -> np.ndarray:
        """The table of one score; NaN where a run did not answer an item."""
        if score not in self._names:
            raise KeyError(score)
        if score not in self._made:
            values = item_scores(self._samples, score, tokens=self._tokens)
            self._made[score] = self._table(values)
        return self._made[score]

    def chance(self, score: str) -> float:
        """Score of even guesses among the options of the answers; NaN where there are none."""
        metric = SCORES[score]
        if metric.chance is None or "choice_logprobs" not in self._samples:
            return metric.chance_of()
        cells = self._samples["choice_logprobs"].dropna()
        options = np.array([len(cell) for cell in cells if len(cell)], dtype=float)
        guesses = [metric.chance_of(n) for n in options]
        return float(np.mean(guesses)) if guesses else metric.chance_of()

    def __contains__(self, score: object) -> bool:
        return score in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _table(self, values: np.ndarray) -> np.ndarray:
        item, names = pd.factorize(self._samples["item"])
        cell = self._run * len(names) + item
        known = np.isfinite(values)
        size = self._runs * len(names)
        count = np.bincount(cell[known], minlength=size)
        total = np.bincount(cell[known], values[known], minlength=size)
        with np.errstate(invalid="ignore"):
            means = np.where(count > 0, total / count, np.nan)
        return means.reshape(self._runs, len(names))

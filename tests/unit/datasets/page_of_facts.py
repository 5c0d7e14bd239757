"""Every number on a dataset's page of facts, held against the data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz.distance import Levenshtein

from emergence_widgets import rescore
from emergence_widgets.core.statistics.late_rise import LateRise, late_rise_interval


def configuration(name: str) -> dict[str, Any]:
    """What an experiment saved beside its table."""
    return json.loads((files("emergence_widgets.datasets") / f"{name}.json").read_text())


def item_scores(samples: pd.DataFrame, score: Any) -> tuple[np.ndarray, np.ndarray]:
    """Sizes, and the scores of all items, shape (sizes, runs, items)."""
    table = samples.assign(score=score).pivot_table(
        index=["params", "seed"], columns="item", values="score"
    )
    sizes = table.index.get_level_values("params").unique()
    runs = table.groupby(level="params").size().max()
    scores = np.full((len(sizes), runs, table.shape[1]), np.nan)
    for level, size in enumerate(sizes):
        of_size = table.loc[size].to_numpy()
        scores[level, : len(of_size)] = of_size
    return sizes.to_numpy(float), scores


def late(
    samples: pd.DataFrame, score: Any, of_run: Callable[[np.ndarray], np.ndarray] | None = None
) -> LateRise:
    """Late rise T of a score of every item (higher is better), with its interval."""
    return late_rise_interval(*item_scores(samples, score), of_run=of_run)


def with_interval(found: LateRise) -> str:
    """As pages write it: ``0.50 [0.48, 0.52]``."""
    return f"{found.value:.2f} [{found.lower:.2f}, {found.upper:.2f}]"


@dataclass(frozen=True)
class WordFamily:
    """One family that pronounces words, as its page of facts tells of it."""

    runs: int
    means: pd.DataFrame  # means over runs by size, columns by score
    by_run: pd.DataFrame  # the same by size and seed
    late: dict[str, str]  # late rise T of each score, with its interval

    @property
    def sizes(self) -> list[int]:
        """Parameters outside the embeddings, smallest first."""
        return [int(size) for size in self.means.index]

    def row(self, score: str, digits: int = 2) -> str:
        """A score at every size: ``0.00, 0.02 … and 1.00``."""
        *most, last = (f"{value:.{digits}f}" for value in self.means[score])
        return f"{', '.join(most)} and {last}"

    def at(self, score: str, size: int, digits: int = 2) -> str:
        """A score at one size."""
        return f"{self.means.loc[size, score]:.{digits}f}"


def word_family(samples: pd.DataFrame) -> WordFamily:
    """Loss, edit similarity, whole words right and five words of five, from the answers."""
    samples = samples.reset_index(drop=True)
    metrics = ["loss", "edit_similarity", "exact_match"]
    scored = rescore(samples, metrics, ["params", "seed", "task"])
    by_run = scored.pivot_table(index=["params", "seed"], columns="metric", values="value")
    by_run["five"] = by_run["exact_match"] ** 5
    tokens = samples["token_logprobs"].map(len).to_numpy()
    # Long words weigh more, so that the mean over words is the mean over tokens.
    logprobs = samples["token_logprobs"].map(np.sum).to_numpy() / tokens.mean()
    pairs = zip(samples["target"].str.split(), samples["output"].str.split(), strict=True)
    similar = [1 - Levenshtein.normalized_distance(target, output) for target, output in pairs]
    right = samples["output"] == samples["target"]
    late_rises = {
        "loss": late(samples, logprobs),
        "edit_similarity": late(samples, similar),
        "exact_match": late(samples, right),
        "five": late(samples, right, lambda mean: mean**5),
    }
    return WordFamily(
        len(by_run),
        by_run.groupby("params").mean(),
        by_run,
        {name: with_interval(found) for name, found in late_rises.items()},
    )

"""Every number on a dataset's page of facts, held against the data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from emergence_widgets.core.statistics.late_rise import LateRise, late_rise_interval


def assert_every_number_is_computed(description: str, statements: Iterable[str]) -> None:
    """Each statement, made from the data, stands on the page; no number stands in none of them."""
    page = " ".join(description.split())
    missing = [statement for statement in statements if statement not in page]
    assert not missing, f"not on the page: {missing}\n{page}"
    covered = np.zeros(len(page), bool)
    for statement in statements:
        for found in re.finditer(re.escape(statement), page):
            covered[found.start() : found.end()] = True
    loose = [
        page[max(0, digit.start() - 40) : digit.end() + 20]
        for digit in re.finditer(r"\d(?:[\d,.]*\d)?", page)
        if not covered[digit.start() : digit.end()].all()
    ]
    assert not loose, f"numbers that no statement holds: {loose}"


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

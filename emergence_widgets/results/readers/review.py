"""What a reader of scores should know before believing a curve."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..notes import Note, listed
from ..schema import SCALES

SERIES = ("family", "task", "subtask", "metric", "filter", "n_shot")
COUNTS = ("params", "flops", "tokens")
# A size below this one is hardly a number of parameters, tokens or operations.
SMALL = 1000
# Sizes this far apart are hardly in one unit.
FAR_APART = 1e5


def review(scores: pd.DataFrame, samples: pd.DataFrame | None) -> list[Note]:
    """Notes on scales and scores that are legal and yet doubtful."""
    both = [scores] if samples is None else [scores, samples]
    columns = ["model", *SCALES]
    rows = pd.concat([table[columns] for table in both if len(table)]).drop_duplicates()
    doubts = [*_scales(rows), *_values(scores)]
    if len(set(rows["model"])) == 1 and rows["step"].nunique() < 2:
        doubts.append(("one model only: nothing rises or falls with scale", 1, "model"))
    return [Note("warning", *doubt) for doubt in doubts]


def _scales(rows: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    """Message, count and column of each doubt."""
    for name in SCALES:
        low = rows[name] < 0 if name == "step" else rows[name] <= 0
        if name == "tokens":
            low &= rows["step"] != 0
        if low.any():
            who = rows.loc[low, "model"].unique()
            message = f"{name} at or below 0 cannot stand on a logarithmic axis: {listed(who)}"
            yield message, len(who), name
    for name in COUNTS:
        positive = rows.loc[rows[name] > 0, ["model", name]].drop_duplicates()
        size = positive[name]
        if positive.empty:
            continue
        if size.max() < SMALL:
            question = "are they counted in millions or billions? Write '1.3B' or 1.3e9"
            yield f"{name} up to {size.max():g} only: {question}", len(size), name
        elif size.min() < SMALL and size.min() * FAR_APART < size.max():
            far = (size < SMALL) & (size * FAR_APART < size.max())
            pairs = zip(positive.loc[far, "model"], size[far].tolist(), strict=True)
            shown = listed(f"{value:g} ({model})" for model, value in pairs)
            question = "in another unit? Write '1.3B' or 1.3e9"
            yield f"{name} of {shown} beside {size.max():g}: {question}", int(far.sum()), name
    sizeless = rows.groupby("model", sort=False)["params"].count() == 0
    if sizeless.any() and not sizeless.all():
        who = sizeless.index[sizeless]
        yield f"size unknown, absent from an axis of parameters: {listed(who)}", len(who), "params"


def _values(scores: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    values = scores["value"]
    doubts = {
        "scores that are not a number": values.isna(),
        "scores that are infinite": np.isinf(values),
        "scores below the least that their metric can be": values < scores["min"] - 1e-9,
        "scores above the most that their metric can be": values > scores["max"] + 1e-9,
    }
    for message, rows in doubts.items():
        if rows.any():
            yield f"{message}: {listed(scores.loc[rows, 'metric'])}", int(rows.sum()), "value"
    keys = [name for name in SERIES if name in scores]
    series = scores.groupby(keys, sort=False, dropna=False)["value"].agg(["min", "max", "count"])
    flat = series[(series["min"] == series["max"]) & (series["count"] > 2)].reset_index()
    if len(flat):
        which = listed(flat["task"] + " (" + flat["metric"] + ")")
        yield f"the same score at every scale: {which}", len(flat), "value"

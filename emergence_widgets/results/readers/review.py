"""What a reader of scores should know before believing a curve."""

from __future__ import annotations

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
    notes: list[Note] = []
    both = [scores] if samples is None else [scores, samples]
    columns = ["model", *SCALES]
    rows = pd.concat([table[columns] for table in both if len(table)]).drop_duplicates()
    _review_scales(rows, notes)
    _review_values(scores, notes)
    if len(set(rows["model"])) == 1 and rows["step"].nunique() < 2:
        message = "one model only: nothing rises or falls with scale"
        notes.append(Note("warning", message, 1, "model"))
    return notes


def _review_scales(rows: pd.DataFrame, notes: list[Note]) -> None:
    for name in SCALES:
        low = rows[name] < 0 if name == "step" else rows[name] <= 0
        if name == "tokens":
            low &= rows["step"] != 0
        if low.any():
            who = rows.loc[low, "model"].unique()
            message = f"{name} at or below 0 cannot stand on a logarithmic axis: {listed(who)}"
            notes.append(Note("warning", message, len(who), name))
    for name in COUNTS:
        positive = rows.loc[rows[name] > 0, ["model", name]].drop_duplicates()
        if positive.empty:
            continue
        largest = positive[name].max()
        small = positive[positive[name] < SMALL]
        if largest < SMALL:
            message = (
                f"{name} up to {largest:g} only: are they counted in millions or billions? Write "
                "'1.3B' or 1.3e9"
            )
            notes.append(Note("warning", message, len(positive), name))
        elif small[name].min() * FAR_APART < largest:
            far = small[small[name] * FAR_APART < largest]
            shown = listed(f"{value:g} ({model})" for model, value in far.itertuples(index=False))
            message = (
                f"{name} of {shown} beside {largest:g}: in another unit? Write '1.3B' or 1.3e9"
            )
            notes.append(Note("warning", message, len(far), name))
    sizeless = rows.groupby("model", sort=False)["params"].count() == 0
    if sizeless.any() and not sizeless.all():
        who = sizeless.index[sizeless]
        message = f"size unknown, absent from an axis of parameters: {listed(who)}"
        notes.append(Note("warning", message, len(who), "params"))


def _review_values(scores: pd.DataFrame, notes: list[Note]) -> None:
    values = scores["value"]
    doubts = {
        "scores that are not a number": values.isna(),
        "scores that are infinite": np.isinf(values),
        "scores below the least that their metric can be": values < scores["min"] - 1e-9,
        "scores above the most that their metric can be": values > scores["max"] + 1e-9,
    }
    for message, rows in doubts.items():
        if rows.any():
            said = f"{message}: {listed(scores.loc[rows, 'metric'])}"
            notes.append(Note("warning", said, int(rows.sum()), "value"))
    keys = [name for name in SERIES if name in scores]
    series = scores.groupby(keys, sort=False, dropna=False)["value"].agg(["min", "max", "count"])
    flat = series[(series["min"] == series["max"]) & (series["count"] > 2)].reset_index()
    if len(flat):
        which = listed(flat["task"] + " (" + flat["metric"] + ")")
        message = f"the same score at every scale: {which}"
        notes.append(Note("warning", message, len(flat), "value"))

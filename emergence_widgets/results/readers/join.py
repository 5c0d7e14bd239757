"""The last step of reading: the parts become one result, and what was mended or is odd is noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ...core.metrics.registry import find_metric, is_registered
from ..eval_results import EvalResults
from ..notes import Note, listed, merge_notes
from ..schema import SCALES, SCORES_FLAGS, SCORES_NUMBERS, SCORES_TEXT, to_flags
from .part import Part
from .scales import ModelTable, with_scales

SCORE_COLUMNS = ("model", "task", "metric", "value")
RUN = ("family", "model", *SCALES, "seed", "task", "subtask", "filter", "n_shot")
IDENTITY = (*RUN, "metric")
SAMPLE_IDENTITY = (*RUN, "item", "epoch")
UNIT = "unit of the value"
INTERNAL = ("date", UNIT)
SERIES = ("family", "task", "subtask", "metric", "filter", "n_shot")
COUNTS = ("params", "flops", "tokens")
# A size below this one is hardly a number of parameters, tokens or operations.
SMALL = 1000
# Sizes this far apart are hardly in one unit.
FAR_APART = 1e5


def results_of(
    parts: list[Part],
    notes: list[Note],
    *,
    models: ModelTable | None = None,
    percent: bool | None = None,
) -> EvalResults:
    """Join the parts, give every model a scale, and note what was mended."""
    notes = [*notes, *(note for part in parts for note in part.notes)]
    scores, samples = _joined_scores(parts), _joined_samples(parts)
    tables = with_scales([scores] if samples is None else [scores, samples], models, notes)
    scores = without_duplicates(tables[0], notes)
    scores = as_proportions(with_directions(scores), percent, notes)
    if samples is not None:
        samples = without_repeated_runs(tables[1], notes)
        samples = samples.drop(columns=[*INTERNAL], errors="ignore")
    notes += review(scores, samples)
    scores = scores.drop(columns=[*INTERNAL], errors="ignore")
    return EvalResults(scores, samples, merge_notes(notes))


def _joined_scores(parts: list[Part]) -> pd.DataFrame:
    tables: list[pd.DataFrame] = []
    for index, part in enumerate(parts):
        if part.scores is not None and len(part.scores):
            unit = str(index) if part.one_unit else part.scores["task"]
            tables.append(part.scores.assign(**{UNIT: unit}))
    if not tables:
        return pd.DataFrame(columns=[*SCORE_COLUMNS, UNIT]).astype({"value": float})
    scores = pd.concat(tables, ignore_index=True)
    if "is_group" in scores:
        scores["is_group"] = scores["is_group"].astype("boolean").fillna(False).astype(bool)
    return scores


def _joined_samples(parts: list[Part]) -> pd.DataFrame | None:
    tables = [part.samples for part in parts if part.samples is not None and len(part.samples)]
    records = [record for part in parts for record in part.records]
    if records:
        tables.append(pd.DataFrame(records))
    return pd.concat(tables, ignore_index=True) if tables else None


def without_duplicates(scores: pd.DataFrame, notes: list[Note]) -> pd.DataFrame:
    """The later of scores of one model, task and metric that occur twice."""
    keys = [name for name in IDENTITY if name in scores]
    again = _earlier(scores, keys)
    if not again.any():
        return scores
    who = listed(scores.loc[again, "model"])
    message = f"the same model, task and metric again: kept the later ({who})"
    other = _distinguishing(scores[scores.duplicated(keys, keep=False)], keys)
    if other:
        message += (
            f"; they differ in {other!r}: rename it to 'family', 'seed', 'n_shot' or "
            "'subtask' to keep both"
        )
    notes.append(Note("repaired", message, int(again.sum()), "scores"))
    return scores[~again].reset_index(drop=True)


def _earlier(table: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Rows that a later row replaces; without dates, a later one is further down."""
    if "date" in table:
        ordered = table.sort_values("date", kind="stable", na_position="first")
        return ordered.duplicated(keys, keep="last").reindex(table.index)
    return table.duplicated(keys, keep="last")


def _distinguishing(rows: pd.DataFrame, keys: list[str]) -> str | None:
    """A column of the user's that tells apart what our columns do not."""
    ours = {*SCORES_TEXT, *SCORES_NUMBERS, *SCORES_FLAGS, *INTERNAL, *keys}
    for name in rows.columns:
        if name in ours:
            continue
        try:
            if not rows.duplicated([*keys, name]).any():
                return str(name)
        except TypeError:
            continue
    return None


def without_repeated_runs(samples: pd.DataFrame, notes: list[Note]) -> pd.DataFrame:
    """The later of answers to one item by one model, where runs are dated; else all of them."""
    keys = [name for name in SAMPLE_IDENTITY if name in samples]
    if not samples.duplicated(keys).any():
        return samples
    dated = samples["date"].notna() if "date" in samples else pd.Series(False, samples.index)
    again = _earlier(samples, keys) & dated
    if again.any():
        who = listed(samples.loc[again, "model"])
        message = f"answers of the same model to the same item again: kept the later ({who})"
        notes.append(Note("repaired", message, int(again.sum()), "samples"))
        samples = samples[~again].reset_index(drop=True)
    rest = int(samples.duplicated(keys).sum())
    if rest:
        message = "further answers of a model to the same item: taken as repeated attempts"
        notes.append(Note("assumed", message, rest, "samples"))
    return samples


def with_directions(scores: pd.DataFrame) -> pd.DataFrame:
    """Direction and bounds of metrics we know, where the file does not say."""
    scores = scores.copy()
    names = [name for name in scores["metric"].unique() if is_registered(name)]
    metrics = {name: find_metric(name) for name in names}
    told = {"lower_is_better": "lower_is_better", "min": "minimum", "max": "maximum"}
    for column, fact in told.items():
        facts = {name: getattr(one, fact) for name, one in metrics.items()}
        known = scores["metric"].map({name: f for name, f in facts.items() if np.isfinite(f)})
        said = scores[column] if column in scores else pd.Series(None, scores.index, dtype=object)
        merged = said.astype(object).where(said.notna(), known.astype(object))
        if column == "lower_is_better":
            scores[column] = to_flags(merged, where="scores")
        else:
            scores[column] = pd.to_numeric(merged).astype(float)
    return scores


def as_proportions(scores: pd.DataFrame, percent: bool | None, notes: list[Note]) -> pd.DataFrame:
    """Scores with maximum 1 as proportions: declared, else detected, and said."""
    # Any value above 1 tells: small values of small models stand beside large ones in one unit.
    bounded = scores["max"] == 1
    large = bounded & (scores["value"] > 1 + 1e-9)
    names = listed(scores.loc[large, "metric"])
    if percent is False:
        if large.any():
            message = f"percent=False, but values are above 1: {names}"
            notes.append(Note("warning", message, int(large.sum()), "value"))
        return scores
    if percent is None:
        in_percent = bounded & large.groupby([scores[UNIT], scores["metric"]]).transform("any")
        if not in_percent.any():
            return scores
        message = f"{names}: read as percent, because values are above 1"
        notes.append(Note("assumed", message, int(in_percent.sum()), "value"))
        small = in_percent & (scores["value"] > 0) & (scores["value"] <= 1)
        if small.any():
            message = (
                f"{listed(scores.loc[small, 'metric'])}: values up to 1 among percent read as "
                "percent too; if they are proportions, mend them or say percent=False"
            )
            notes.append(Note("warning", message, int(small.sum()), "value"))
    else:
        in_percent = bounded
        if bounded.any() and not large.any():
            message = "percent=True, but no value is above 1"
            notes.append(Note("warning", message, int(bounded.sum()), "value"))
    scores = scores.copy()
    for name in ("value", "stderr", "lower", "upper"):
        if name in scores:
            scores[name] = scores[name].where(~in_percent, _hundredth(scores[name]))
    if "chance" in scores:
        chance = in_percent & (scores["chance"] > 1)
        scores["chance"] = scores["chance"].where(~chance, _hundredth(scores["chance"]))
    return scores


def _hundredth(values: pd.Series) -> Any:
    """80.4 becomes 0.804, the nearest number to the printed one."""
    return np.round(values / 100, 15)


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

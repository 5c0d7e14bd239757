"""The last step of reading: the parts become one EvalResults, and what was mended is noted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.metrics.registry import find_metric, is_registered
from ..eval_results import EvalResults
from ..notes import Note, listed, merge_notes
from ..schema import SCALES, SCORES_FLAGS, SCORES_NUMBERS, SCORES_TEXT, to_flags
from .part import Part
from .review import review
from .scales import ModelTable, with_scales

SCORE_COLUMNS = ("model", "task", "metric", "value")
RUN = ("family", "model", *SCALES, "seed", "task", "subtask", "filter", "n_shot")
IDENTITY = (*RUN, "metric")
SAMPLE_IDENTITY = (*RUN, "item", "epoch")
UNIT = "unit of the value"
INTERNAL = ("date", UNIT)


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
        samples = samples.drop(columns=[name for name in INTERNAL if name in samples])
    notes += review(scores, samples)
    scores = scores.drop(columns=[name for name in INTERNAL if name in scores])
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
    bounds = {"min": "minimum", "max": "maximum"}
    for column in ("lower_is_better", "min", "max"):
        facts = {name: getattr(one, bounds.get(column, column)) for name, one in metrics.items()}
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

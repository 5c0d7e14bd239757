"""The last step of reading: parts become one EvalResults."""

from __future__ import annotations

import pandas as pd

from ..eval_results import EvalResults
from ..notes import Note, gather
from .part import Part
from .repairs import (
    INTERNAL,
    UNIT,
    as_proportions,
    with_directions,
    without_duplicates,
    without_repeated_runs,
)
from .review import review
from .scales import ModelTable, with_scales

SCORE_COLUMNS = ("model", "task", "metric", "value")


def results_of(
    parts: list[Part],
    notes: list[Note],
    *,
    models: ModelTable | None = None,
    percent: bool | None = None,
) -> EvalResults:
    """Join the parts, give every model a scale, and note what was mended.

    Parameters
    ----------
    parts
        What each file gave.
    notes
        Notes on files that gave nothing.
    models, percent
        As for `read_results`.

    Raises
    ------
    KeyError
        `models` names a model that is not there.
    SchemaError
        Models without any scale; the message lists them and shows how to give one.
    """
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
    return EvalResults(scores, samples, gather(notes))


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

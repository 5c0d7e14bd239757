"""The last step of reading: one table, a scale for every model, and what had to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..catalogue import describe_model
from ..eval_results import EvalResults, Note
from ..metrics import KNOWN_METRICS
from ..schema import SCALES, SchemaError, nearest, parse_magnitude, to_numbers
from .part import Part

ModelTable = Mapping[str, Any]
IDENTITY = ["model", "step", "seed", "task", "subtask", "metric", "filter", "n_shot"]
SCORE_COLUMNS = ("model", "task", "metric", "value")


def attach_scales(
    parts: list[Part], notes: list[Note], *, models: ModelTable | None, percent: bool | None
) -> EvalResults:
    """Join the parts, find every model's scale, and note what was mended.

    Raises
    ------
    SchemaError
        Models without any scale; the message lists them and shows how to give one.
    """
    notes = [*notes, *(note for part in parts for note in part.notes)]
    tables = [part.scores for part in parts if part.scores is not None]
    answers = [part.samples for part in parts if part.samples is not None]
    scores = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=SCORE_COLUMNS)
    samples = pd.concat(answers, ignore_index=True) if answers else None
    _check_override(models, scores, samples)
    scores = _with_scales(scores, models, notes)
    if samples is not None:
        samples = _with_scales(samples, models, notes)
    scores = _without_duplicates(scores, notes)
    scores = _with_directions(scores)
    scores = _as_proportions(scores, percent, notes)
    _note_gaps(scores, notes)
    unique = list(dict.fromkeys(notes))
    return EvalResults(scores.drop(columns="date", errors="ignore"), samples, tuple(unique))


def _check_override(models: ModelTable | None, scores: Any, samples: Any) -> None:
    if not models:
        return
    present = [*scores["model"].astype(str), *(() if samples is None else samples["model"])]
    for name in models:
        if name not in present:
            raise KeyError(f"models= names {name!r}. {nearest(name, dict.fromkeys(present))}")


def _with_scales(frame: pd.DataFrame, models: ModelTable | None, notes: list[Note]) -> pd.DataFrame:
    frame = frame.copy()
    frame["model"] = frame["model"].astype(str)
    for name in SCALES:
        if name not in frame:
            frame[name] = np.nan
        frame[name] = to_numbers(frame[name], where="scores", sizes=True)
    if "family" not in frame:
        frame["family"] = pd.NA
    for model in frame["model"].unique():
        mine = frame["model"] == model
        for name, value in _facts(model, frame[mine], models, notes).items():
            if name == "tokens_per_step":
                tokens = frame.loc[mine, "step"] * value
                frame.loc[mine, "tokens"] = frame.loc[mine, "tokens"].fillna(tokens)
                continue
            if name not in frame:
                frame[name] = pd.NA
            override = models is not None and model in models
            known = frame.loc[mine, name].notna() & (not override)
            frame[name] = frame[name].astype(object) if name == "family" else frame[name]
            frame.loc[mine, name] = frame.loc[mine, name].where(known, value)
    unknown = frame.groupby("model", sort=False)[list(SCALES)].count().sum(axis=1) == 0
    if unknown.any():
        names = unknown.index[unknown].tolist()
        raise SchemaError(
            f"no scale is known for {len(names)} of {len(unknown)} models: "
            f"{', '.join(names[:12])}. "
            f"Give it: read_results(…, models={{{names[0]!r}: 1.3e9, …}}) in parameters, or "
            f"{{{names[0]!r}: {{'params': '1.3B', 'tokens': 3e11, 'family': 'mine'}}}}"
        )
    for name in SCALES:
        flat = frame[name] <= 0
        if flat.any() and name != "step":
            which = ", ".join(frame.loc[flat, "model"].unique()[:6])
            message = f"{name} at or below 0 cannot stand on a logarithmic axis: {which}"
            notes.append(Note("warning", message, int(flat.sum()), name))
    return frame


def _facts(
    model: str, rows: pd.DataFrame, models: ModelTable | None, notes: list[Note]
) -> dict[str, Any]:
    """Scales from the user's table, else the catalogue, else a size in the name."""
    if models is not None and model in models:
        given = models[model]
        facts = dict(given) if isinstance(given, Mapping) else {"params": given}
        read = {
            name: parse_magnitude(value) if name in SCALES else value
            for name, value in facts.items()
        }
        for name, value in read.items():
            if name in SCALES and not np.isfinite(value):
                raise SchemaError(
                    f"models[{model!r}]: {name} is {facts[name]!r}; expected a size such as '1.3B'"
                )
        return read
    facts, origin = describe_model(model)
    if facts and origin and rows["params"].isna().any():
        notes.append(Note("assumed", f"scale of {model}: {origin}", 1, "params"))
    return facts


def _without_duplicates(scores: pd.DataFrame, notes: list[Note]) -> pd.DataFrame:
    keys = [name for name in IDENTITY if name in scores]
    if "date" in scores:
        scores = scores.sort_values("date", kind="stable", na_position="first")
    again = scores.duplicated(keys, keep="last")
    if again.any():
        who = ", ".join(scores.loc[again, "model"].astype(str).unique()[:6])
        message = f"the same model, task and metric twice: kept the later one ({who})"
        notes.append(Note("repaired", message, int(again.sum()), "scores"))
    return scores[~again].sort_index().reset_index(drop=True)


def _with_directions(scores: pd.DataFrame) -> pd.DataFrame:
    """Direction and bounds of metrics we know, where the file does not say."""
    for column in ("lower_is_better", "min", "max"):
        known = scores["metric"].map(
            lambda name, column=column: getattr(KNOWN_METRICS.get(str(name)), column, None)
        )
        said = scores[column] if column in scores else pd.Series(None, scores.index, dtype=object)
        scores[column] = said.astype(object).where(said.notna(), known)
    return scores


def _as_proportions(scores: pd.DataFrame, percent: bool | None, notes: list[Note]) -> pd.DataFrame:
    """Percent and proportion of one bounded metric: declared, else detected, and said."""
    scores["value"] = to_numbers(scores["value"], where="scores")
    bounded = pd.to_numeric(scores["max"], errors="coerce") == 1
    large = bounded & (scores["value"] > 1)
    if percent is False or (percent is None and not large.any()):
        if percent is False and large.any():
            which = ", ".join(scores.loc[large, "metric"].unique())
            notes.append(
                Note("warning", f"above 1 as proportions: {which}", int(large.sum()), "value")
            )
        return scores
    columns = [name for name in ("value", "stderr", "lower", "upper") if name in scores]
    in_percent = bounded & True
    if percent is None:
        series = [scores["model"], scores["metric"]]
        in_percent = bounded & large.groupby(series).transform("any")
        mixed = large.groupby(scores["metric"]).nunique() if len(scores) else large
        names = ", ".join(scores.loc[in_percent, "metric"].unique())
        kind = "warning" if (bounded & ~in_percent).any() and len(mixed) else "assumed"
        message = f"{names}: values above 1 read as percent, for the models that have any" + (
            "; others stay proportions. Say percent=True or False" if kind == "warning" else ""
        )
        notes.append(Note(kind, message, int(in_percent.sum()), "value"))
    for name in columns:
        numbers = to_numbers(scores[name], where="scores")
        scores[name] = numbers.where(~in_percent, numbers / 100)
    return scores


def _note_gaps(scores: pd.DataFrame, notes: list[Note]) -> None:
    missing = scores["value"].isna()
    if missing.any():
        notes.append(Note("warning", "scores that are not a number", int(missing.sum()), "value"))
    endless = np.isinf(scores["value"])
    if endless.any():
        notes.append(Note("warning", "scores that are infinite", int(endless.sum()), "value"))
    if len(scores["model"].unique()) == 1 and len(scores["step"].unique()) == 1:
        notes.append(
            Note("warning", "one model only: nothing rises or falls with scale", 1, "model")
        )
    series = scores.groupby(["task", "metric"], sort=False)["value"]
    flat = (series.max() == series.min()) & (series.count() > 2)
    if flat.any():
        which = "; ".join(f"{task}, {metric}" for task, metric in flat.index[flat][:6])
        notes.append(
            Note("warning", f"the same score at every scale: {which}", int(flat.sum()), "value")
        )

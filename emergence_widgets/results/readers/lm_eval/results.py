"""lm-evaluation-harness: results files of 0.2, 0.3 and 0.4."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from ...notes import Note, listed
from ...schema import SchemaError
from ..part import Part, load_json, place, read_text
from .run import SHOTS_IN_NAME, describe_run, number, shots_of, table
from .samples import records_of

NO_METRICS = {"alias", "name", "sample_len", "sample_count", "samples"}
# What --predict_only writes in place of a score.
PLACEHOLDER = "bypass"


def read_lm_eval_results(file: Path) -> Part:
    """Read one results file."""
    whole = load_json(read_text(file), file)
    found = whole.get("results") if isinstance(whole, dict) else None
    if not isinstance(found, dict):
        raise SchemaError(f"{file}: {_what_instead(whole)}; expected results of lm-eval")
    notes: list[Note] = []
    run = describe_run(whole, file, notes)
    averages = _groups(whole)
    tables = found | {name: table(whole, "groups")[name] for name in averages - set(found)}
    rows: list[dict[str, Any]] = []
    for task, metrics in tables.items():
        if not isinstance(metrics, dict):
            notes.append(Note("skipped", "tasks without a table of metrics", 1, place(file)))
            continue
        about = {"task": task, "is_group": task in averages}
        about |= _of_task(whole, task, metrics, averages, file, notes)
        rows += [run | about | row for row in _scores(whole, task, metrics, file, notes)]
    listed_averages = sorted(averages & {row["task"] for row in rows})
    if listed_averages:
        message = f"averages of other tasks, marked is_group: {listed(listed_averages)}"
        notes.append(Note("warning", message, len(listed_averages), place(file)))
    limit = table(whole, "config").get("limit")
    if limit is not None:
        message = f"limit={limit}: scores of a part of each task"
        notes.append(Note("warning", message, 1, place(file)))
    records = _embedded_samples(whole, run, file, notes)
    if not rows and not records and not any(note.kind == "skipped" for note in notes):
        raise SchemaError(f"{file}: 'results' holds no metric that is a number")
    scores = pd.DataFrame(rows) if rows else None
    return Part(scores=scores, records=records, notes=notes, one_unit=False)


def _what_instead(whole: Any) -> str:
    if not isinstance(whole, dict):
        return f"a JSON {type(whole).__name__}, no object"
    if "results" in whole:
        return f"'results' is a {type(whole['results']).__name__}, no table of tasks"
    return f"no key 'results' (found {listed(whole, 8) or 'nothing'})"


def _groups(whole: dict[str, Any]) -> set[str]:
    """Averages of other tasks; ``group_subtasks`` also lists plain tasks, with nothing in them."""
    parents = {name for name, children in table(whole, "group_subtasks").items() if children}
    known = set(table(whole, "groups"))
    return known | {name for name in parents if name in table(whole, "results")}


def _of_task(
    whole: dict[str, Any],
    task: str,
    metrics: dict[str, Any],
    averages: set[str],
    file: Path,
    notes: list[Note],
) -> dict[str, Any]:
    shots = shots_of(whole, task)
    said = SHOTS_IN_NAME.search(file.stem)
    if said and not math.isnan(shots) and int(said[1]) != shots:
        message = (
            f"the name says {said[1]} shots, the configuration {shots:.0f}: believed the latter"
        )
        if not any(note.message == message for note in notes):
            notes.append(Note("warning", message, 1, place(file)))
    counts = table(whole, "n-samples").get(task)
    items = number(counts.get("effective")) if isinstance(counts, dict) else math.nan
    if math.isnan(items):
        items = number(metrics.get("sample_len"))
    # The items of an average are those of its parts: they are no sample of one proportion.
    return {"n_shot": shots, "n_items": math.nan if task in averages else items}


def _scores(
    whole: dict[str, Any], task: str, metrics: dict[str, Any], file: Path, notes: list[Note]
) -> list[dict[str, Any]]:
    filtered = any("," in key for key in metrics)
    rows: list[dict[str, Any]] = []
    for key, value in metrics.items():
        metric, filter = _split(key) if filtered else (key, None)
        blank = not metric.strip()
        if metric.strip() in NO_METRICS or metric.endswith("_stderr"):
            continue
        if blank and isinstance(value, str):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            message = f"{key!r} is a {type(value).__name__}, no number"
        elif blank:
            message = f"{key!r} names no metric; expected a key such as 'acc,none'"
        elif metric == PLACEHOLDER:
            message = "answers only (--predict_only): 'bypass' is no score"
        elif filtered and filter is None:
            message = f"{key!r} stands beside metrics with filters: taken as no metric"
        else:
            message = ""
        if message:
            notes.append(Note("skipped", message, 1, place(file)))
            continue
        rows.append(
            {
                "metric": metric,
                "filter": filter,
                "value": float(value),
                "stderr": number(metrics.get(_stderr_key(metric, filter))),
                "lower_is_better": _lower_is_better(whole, task, metric),
            }
        )
    return rows


def _split(key: str) -> tuple[str, str | None]:
    """0.4 writes ``metric,filter``; a metric's own name may hold commas."""
    metric, comma, filter = key.rpartition(",")
    return (metric, filter) if comma else (key, None)


def _stderr_key(metric: str, filter: str | None) -> str:
    return f"{metric}_stderr" + (f",{filter}" if filter is not None else "")


def _lower_is_better(whole: dict[str, Any], task: str, metric: str) -> bool | None:
    said = table(whole, "higher_is_better").get(task)
    higher = said.get(metric) if isinstance(said, dict) else None
    settings = table(whole, "configs").get(task)
    if higher is None and isinstance(settings, dict):
        for entry in settings.get("metric_list") or []:
            if isinstance(entry, dict) and entry.get("metric") == metric:
                higher = entry.get("higher_is_better")
    return None if not isinstance(higher, bool) else not higher


def _embedded_samples(
    whole: dict[str, Any], run: dict[str, Any], file: Path, notes: list[Note]
) -> list[dict[str, Any]]:
    """Samples inside the results, as ``simple_evaluate`` returns them."""
    records: list[dict[str, Any]] = []
    for task, docs in table(whole, "samples").items():
        if isinstance(docs, list):
            about = run | {"task": task, "n_shot": shots_of(whole, task)}
            records += records_of(enumerate(docs, 1), about, file, notes)
    return records

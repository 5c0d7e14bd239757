"""lm-evaluation-harness: results files of 0.2, 0.3 and 0.4."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from ...notes import listed
from ...schema import SchemaError, is_list, is_object
from ..part import Part, load_json, read_text
from .run import SHOTS_IN_NAME, describe_run, number, shots_of, table
from .samples import records_of

NO_METRICS = {"alias", "name", "sample_len", "sample_count", "samples"}
# What --predict_only writes in place of a score.
PLACEHOLDER = "bypass"


def read_lm_eval_results(file: Path) -> Part:
    """Read one results file."""
    whole = load_json(read_text(file), file)
    found = whole.get("results") if is_object(whole) else None
    if not is_object(found):
        raise SchemaError(f"{file}: {_what_instead(whole)}; expected results of lm-eval")
    part = Part(file, one_unit=False)
    run = describe_run(whole, part)
    averages = _groups(whole)
    tables = found | {name: table(whole, "groups")[name] for name in averages - set(found)}
    rows: list[dict[str, Any]] = []
    for task, metrics in tables.items():
        if not is_object(metrics):
            part.note("skipped", "tasks without a table of metrics")
            continue
        about = {"task": task, "is_group": task in averages}
        about |= _of_task(whole, task, metrics, averages, part)
        rows += [run | about | row for row in _scores(whole, task, metrics, part)]
    marked = sorted(averages & {row["task"] for row in rows})
    if marked:
        message = f"averages of other tasks, marked is_group: {listed(marked)}"
        part.note("warning", message, len(marked))
    limit = table(whole, "config").get("limit")
    if limit is not None:
        part.note("warning", f"limit={limit}: scores of a part of each task")
    for task, docs in table(whole, "samples").items():
        # As `simple_evaluate` returns them.
        if is_list(docs):
            about = run | {"task": task, "n_shot": shots_of(whole, task)}
            part.records += records_of(enumerate(docs, 1), about, part)
    if not rows and not part.records and not any(note.kind == "skipped" for note in part.notes):
        raise SchemaError(f"{file}: 'results' holds no metric that is a number")
    part.scores = pd.DataFrame(rows) if rows else None
    return part


def _what_instead(whole: Any) -> str:
    if not is_object(whole):
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
    whole: dict[str, Any], task: str, metrics: dict[str, Any], averages: set[str], part: Part
) -> dict[str, Any]:
    shots = shots_of(whole, task)
    said = SHOTS_IN_NAME.search(part.file.stem)
    if said and not math.isnan(shots) and int(said[1]) != shots:
        message = (
            f"the name says {said[1]} shots, the configuration {shots:.0f}: believed the latter"
        )
        if not any(note.message == message for note in part.notes):
            part.note("warning", message)
    counts = table(whole, "n-samples").get(task)
    items = number(counts.get("effective")) if is_object(counts) else math.nan
    if math.isnan(items):
        items = number(metrics.get("sample_len"))
    # The items of an average are those of its parts: they are no sample of one proportion.
    return {"n_shot": shots, "n_items": math.nan if task in averages else items}


def _scores(
    whole: dict[str, Any], task: str, metrics: dict[str, Any], part: Part
) -> list[dict[str, Any]]:
    # 0.4 writes ``metric,filter``; a metric's own name may hold commas.
    filtered = any("," in key for key in metrics)
    rows: list[dict[str, Any]] = []
    for key, value in metrics.items():
        metric, filter = key.rsplit(",", 1) if "," in key else (key, None)
        blank = not metric.strip()
        if metric.strip() in NO_METRICS or metric.endswith("_stderr"):
            continue
        if blank and isinstance(value, str):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            part.note("skipped", f"{key!r} is a {type(value).__name__}, no number")
        elif blank:
            part.note("skipped", f"{key!r} names no metric; expected a key such as 'acc,none'")
        elif metric == PLACEHOLDER:
            part.note("skipped", "answers only (--predict_only): 'bypass' is no score")
        elif filtered and filter is None:
            part.note("skipped", f"{key!r} stands beside metrics with filters: taken as no metric")
        else:
            ending = "" if filter is None else f",{filter}"
            rows.append(
                {
                    "metric": metric,
                    "filter": filter,
                    "value": float(value),
                    "stderr": number(metrics.get(f"{metric}_stderr{ending}")),
                    "lower_is_better": _lower_is_better(whole, task, metric),
                }
            )
    return rows


def _lower_is_better(whole: dict[str, Any], task: str, metric: str) -> bool | None:
    said = table(whole, "higher_is_better").get(task)
    higher = said.get(metric) if is_object(said) else None
    settings = table(whole, "configs").get(task)
    if higher is None and is_object(settings):
        listing = settings.get("metric_list")
        for entry in listing if is_list(listing) else []:
            if is_object(entry) and entry.get("metric") == metric:
                higher = entry.get("higher_is_better")
    return None if not isinstance(higher, bool) else not higher

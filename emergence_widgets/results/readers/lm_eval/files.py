"""lm-evaluation-harness: results files of 0.2 to 0.4, and samples (``--log_samples``) of 0.4."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ....core.metrics.registry import find_metric, is_registered
from ...notes import listed
from ...schema import SchemaError, is_list, is_object
from ..part import Part, load_json, load_json_lines, read_text
from .answers import HARNESS, Tally, answers_of
from .run import SHOTS_IN_NAME, STAMP, Runs, describe_run, folder_model, number, shots_of, table

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
    items = number(table(whole, "n-samples", task).get("effective"))
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
    higher = table(whole, "higher_is_better", task).get(metric)
    if higher is None:
        listing = table(whole, "configs", task).get("metric_list")
        for entry in listing if is_list(listing) else []:
            if is_object(entry) and entry.get("metric") == metric:
                higher = entry.get("higher_is_better")
    return None if not isinstance(higher, bool) else not higher


def is_lm_eval_samples(file: Path) -> bool:
    """Whether a file of JSON Lines holds samples, by its name or its first document."""
    if file.name.startswith("samples_"):
        return True
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        first = next((line.strip() for line in lines if line.strip()), "")
        if first.startswith("["):
            return True
    try:
        doc = json.loads(first)
    except json.JSONDecodeError:
        return False
    return is_object(doc) and "doc_id" in doc and "filtered_resps" in doc


def read_lm_eval_samples(file: Path, runs: Runs) -> Part:
    """Read one file of samples; model and scales come from the results file beside it."""
    part = Part(file, one_unit=False)
    whole, run = runs.beside(file) or ({}, {})
    if not run:
        message = "no results file of the same run beside the samples: model named after the folder"
        part.note("assumed", message)
        run = {"model": folder_model(file)}
    task = _task_of(file, [*table(whole, "configs"), *table(whole, "results")])
    about = {**run, "task": task, "n_shot": shots_of(whole, task), "source": file.name}
    part.records = records_of(_documents(file), about, part)
    if not part.records:
        raise SchemaError(f"{file}: no samples in it")
    if task not in table(whole, "results"):
        part.scores = _means(about, part)
    return part


def _documents(file: Path) -> Iterable[tuple[int, Any]]:
    """Documents with their lines; before 0.4.3 the file was one JSON list."""
    text = read_text(file)
    if text.lstrip().startswith("["):
        documents: list[Any] = load_json(text, file)
        return list(enumerate(documents, 1))
    return load_json_lines(file)


def _task_of(file: Path, known: list[str]) -> str:
    matched = re.fullmatch(rf"samples_(.+?)(?:_{STAMP.pattern})?", file.stem)
    if matched:
        return matched[1]
    endings = [task for task in known if file.stem.endswith(f"_{task}")]
    return max(endings, key=len, default=file.stem)


def records_of(
    documents: Iterable[tuple[int, Any]], about: dict[str, Any], part: Part
) -> list[dict[str, Any]]:
    """Rows of a samples table for the documents of one task and run."""
    docs: list[dict[str, Any]] = []
    for line, doc in documents:
        if not is_object(doc) or "doc_id" not in doc:
            where = f"{part.file}, line {line}"
            raise SchemaError(f"{where}: no 'doc_id'; expected a sample of lm-eval 0.4")
        docs.append(doc)
    latest = {(doc["doc_id"], doc.get("filter")): doc for doc in _with_filters(docs, part)}
    if len(latest) < len(docs):
        message = "documents that occur twice (the file was appended to): kept the later run"
        part.note("repaired", message, len(docs) - len(latest))
    tally: Tally = Counter()
    rows = [about | row for doc in latest.values() for row in answers_of(doc, tally)]
    for (kind, said), count in tally.items():
        part.note(kind, said, count)
    return rows


def _with_filters(docs: list[dict[str, Any]], part: Part) -> list[dict[str, Any]]:
    """Older files name no filter: the same responses occur once for each, read differently."""
    occurrences: dict[Any, list[dict[str, Any]]] = {}
    for doc in docs:
        occurrences.setdefault(doc["doc_id"], []).append(doc)
    if any("filter" in doc for doc in docs) or len(occurrences) == len(docs):
        return docs

    def equal(key: str) -> bool:
        groups = occurrences.values()
        return all(doc.get(key) == group[0].get(key) for group in groups for doc in group)

    if not equal("resps") or equal("filtered_resps"):
        return docs
    most = max(map(len, occurrences.values()))
    part.note("assumed", "filters without a name, numbered in their order", most)
    return [
        doc | {"filter": f"filter {at}"}
        for group in occurrences.values()
        for at, doc in enumerate(group, 1)
    ]


def _means(about: dict[str, Any], part: Part) -> pd.DataFrame | None:
    """Scores where there is no results file: means of the harness's own scores of the items."""
    values: dict[tuple[str, Any], list[float]] = {}
    for record in part.records:
        for name, value in record.items():
            metric = name.removeprefix(HARNESS)
            known = find_metric(metric)
            share = is_registered(metric) and (known.minimum, known.maximum) == (0.0, 1.0)
            if name != metric and share:
                values.setdefault((metric, record["filter"]), []).append(value)
    if not values:
        return None
    names = listed(metric for metric, _ in values)
    message = f"scores of samples without results are means over their items: {names}"
    part.note("assumed", message, len(values))
    rows: list[dict[str, Any]] = []
    for (metric, filter), items in values.items():
        count = float(len(items))
        spread = float(np.std(items, ddof=1)) / math.sqrt(count) if count > 1 else math.nan
        row = {"metric": metric, "filter": filter, "value": float(np.mean(items))}
        rows.append(about | row | {"stderr": spread, "n_items": count, "is_group": False})
    return pd.DataFrame(rows)

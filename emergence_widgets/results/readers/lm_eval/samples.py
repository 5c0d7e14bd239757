"""lm-evaluation-harness: files of samples (``--log_samples``) of 0.4."""

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
from ...schema import SchemaError, is_object
from ..part import Part, load_json, load_json_lines, read_text
from .answers import HARNESS, Tally, answers_of
from .run import STAMP, Runs, folder_model, shots_of, table


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
        doc | {"filter": f"filter {number}"}
        for group in occurrences.values()
        for number, doc in enumerate(group, 1)
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

"""lm-evaluation-harness: results files of 0.3 and 0.4, and 0.4's files of samples."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..eval_results import Note
from ..schema import SchemaError
from .part import Part, load_json

NO_METRICS = {"alias", "name", "sample_len", "sample_count", " ", ""}
STEP = re.compile(r"step[-_]?(\d+)")


def read_lm_eval_results(file: Path) -> Part:
    """Read one ``results*.json``."""
    whole = load_json(file.read_text(encoding="utf-8"), file)
    if not isinstance(whole, dict) or not isinstance(whole.get("results"), dict):
        found = ", ".join(list(whole)[:8]) if isinstance(whole, dict) else type(whole).__name__
        raise SchemaError(f"{file}: no key 'results'; found {found or 'nothing'}")
    identity = _identity(whole, file)
    groups = set(whole.get("group_subtasks") or {}) | set(whole.get("groups") or {})
    groups = {name for name in groups if (whole.get("group_subtasks") or {name: [1]}).get(name)}
    rows: list[dict[str, Any]] = []
    notes: list[Note] = []
    for task, metrics in whole["results"].items():
        if not isinstance(metrics, dict):
            notes.append(Note("skipped", f"{task!r} is no table of metrics", 1, file.name))
            continue
        common = identity | _of_task(whole, task, file, notes)
        for key, value in metrics.items():
            metric, filter = _split(key)
            if metric in NO_METRICS or metric.endswith("_stderr"):
                continue
            if isinstance(value, (bool, str)) or not isinstance(value, (int, float)):
                notes.append(
                    Note("skipped", f"{task}: {key!r} is {value!r}, no number", 1, file.name)
                )
                continue
            higher = ((whole.get("higher_is_better") or {}).get(task) or {}).get(metric)
            row = {
                "task": task,
                "metric": metric,
                "filter": filter,
                "value": float(value),
                "stderr": _number(metrics.get(_stderr_key(metric, filter))),
                "lower_is_better": None if higher is None else not higher,
                "is_group": task in groups,
            }
            rows.append(common | row)
    if groups:
        names = ", ".join(sorted(groups))
        notes.append(Note("warning", f"averages of other tasks: {names}", len(groups), file.name))
    if not rows:
        raise SchemaError(f"{file}: 'results' holds no metric that is a number")
    return Part(scores=pd.DataFrame(rows), notes=notes)


def _split(key: str) -> tuple[str, str | None]:
    """0.4 writes ``metric,filter``; a metric's own name may hold commas."""
    metric, comma, filter = key.rpartition(",")
    return (metric, filter) if comma else (key, None)


def _stderr_key(metric: str, filter: str | None) -> str:
    return f"{metric}_stderr" + (f",{filter}" if filter is not None else "")


def _number(value: Any) -> float:
    acceptable = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if acceptable else math.nan


def _identity(whole: dict[str, Any], file: Path) -> dict[str, Any]:
    """Model, step and parameters, from wherever this version keeps them."""
    config = whole.get("config") or {}
    arguments = config.get("model_args") or {}
    if isinstance(arguments, str):
        pairs = (part.partition("=") for part in arguments.split(",") if "=" in part)
        arguments = {key.strip(): value.strip() for key, _, value in pairs}
    name = arguments.get("pretrained") or arguments.get("model") or whole.get("model_name")
    name = str(name or config.get("model") or file.parent.name)
    revision = str(arguments.get("revision") or "")
    step = STEP.search(revision) or STEP.search(file.stem)
    return {
        "model": name,
        "step": float(step[1]) if step else math.nan,
        "params": _number(config.get("model_num_parameters")),
        "source": file.name,
        "date": _number(whole.get("date")),
    }


def _of_task(whole: dict[str, Any], task: str, file: Path, notes: list[Note]) -> dict[str, Any]:
    settings = (whole.get("configs") or {}).get(task) or {}
    shots = (whole.get("n-shot") or {}).get(task, settings.get("num_fewshot"))
    if shots is None:
        shots = (whole.get("config") or {}).get("num_fewshot")
    said = re.search(r"(\d+)[-_]?shot", file.stem)
    if said and shots is not None and int(said[1]) != int(shots):
        message = f"the name says {said[1]} shots, the configuration {shots}: believed the latter"
        if not any(note.message == message for note in notes):
            notes.append(Note("warning", message, 1, file.name))
    counts = (whole.get("n-samples") or {}).get(task) or {}
    return {"n_shot": _number(shots), "n_items": _number(counts.get("effective"))}


def read_lm_eval_samples(file: Path) -> Part:
    """Read one ``samples_<task>_<time>.jsonl``; its model is the name of its folder."""
    matched = re.fullmatch(r"samples_(.+?)(?:_\d{4}-\d{2}-\d{2}T[\d.:-]+)?", file.stem)
    task = matched[1] if matched else file.stem
    rows: list[dict[str, Any]] = []
    notes: list[Note] = []
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if text.strip():
            rows.append(_sample(load_json(text, file, number), file, number))
    if not rows:
        raise SchemaError(f"{file}: no samples in it")
    frame = pd.DataFrame(rows).assign(model=file.parent.name.replace("__", "/"), task=task)
    again = frame.duplicated(["item", "filter"], keep="last")
    if again.any():
        notes.append(
            Note(
                "repaired",
                "items that occur twice: kept the later run",
                int(again.sum()),
                file.name,
            )
        )
        frame = frame[~again]
    return Part(samples=frame.reset_index(drop=True), notes=notes)


def _sample(doc: dict[str, Any], file: Path, line: int) -> dict[str, Any]:
    if not isinstance(doc, dict) or "doc_id" not in doc:
        raise SchemaError(f"{file}, line {line}: no 'doc_id'; expected a sample of lm-eval 0.4")
    responses = doc.get("resps") or []
    row: dict[str, Any] = {
        "item": doc["doc_id"],
        "filter": doc.get("filter"),
        "prompt": _prompt(doc.get("arguments")),
    }
    if responses and _is_scored(responses[0]):
        logprobs = [float(response[0][0]) for response in responses]
        choices = _choices(doc)
        choices = (
            choices if len(choices) == len(logprobs) else [str(i) for i in range(len(logprobs))]
        )
        right = _right(doc.get("target"), choices)
        return row | {
            "choices": choices,
            "choice_logprobs": logprobs,
            "right": right,
            "target": choices[right] if right is not None else str(doc.get("target")),
            "output": choices[int(np.argmax(logprobs))],
        }
    filtered = doc.get("filtered_resps") or responses
    first = filtered[0] if filtered else ""
    while isinstance(first, list) and first:
        first = first[0]
    return row | {"target": str(doc.get("target")), "output": str(first)}


def _is_scored(response: Any) -> bool:
    """A scored option is ``[[log-probability, is greedy]]``, both often as texts."""
    inner = response[0] if isinstance(response, list) and response else None
    return isinstance(inner, list) and len(inner) == 2 and not math.isnan(_parsed(inner[0]))


def _parsed(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _choices(doc: dict[str, Any]) -> list[str]:
    arguments = doc.get("arguments")
    if isinstance(arguments, dict):
        arguments = [list(pair.values()) for pair in arguments.values() if isinstance(pair, dict)]
    if not isinstance(arguments, list):
        return []
    return [str(pair[1]).strip() for pair in arguments if isinstance(pair, list) and len(pair) > 1]


def _prompt(arguments: Any) -> str:
    if isinstance(arguments, dict):
        arguments = [list(pair.values()) for pair in arguments.values() if isinstance(pair, dict)]
    if (
        isinstance(arguments, list)
        and arguments
        and isinstance(arguments[0], list)
        and arguments[0]
    ):
        return str(arguments[0][0])
    return ""


def _right(target: Any, choices: list[str]) -> int | None:
    if isinstance(target, bool):
        return int(target)
    text = str(target).strip()
    if text in choices:
        return choices.index(text)
    return int(text) if text.isdigit() and int(text) < len(choices) else None

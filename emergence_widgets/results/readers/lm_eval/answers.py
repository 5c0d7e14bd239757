"""lm-evaluation-harness: one logged document as one or several answers.

A document has a list of requests (the options of a question, or one prompt), and for each a
list of responses: ``[[log-probability, is greedy], …]`` where a given text was scored,
``["text", …]`` where text was generated. Since 0.4.3 both numbers are written as texts.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from itertools import takewhile
from typing import Any

from ....core.metrics.levenshtein import similarity
from ...schema import is_list, is_object
from .run import number

Tally = Counter[tuple[str, str]]
NO_METRICS = {
    "arguments", "doc", "doc_hash", "doc_id", "filter", "filtered_resps", "metrics",
    "prompt_hash", "resps", "schema_version", "target", "target_hash",
}  # fmt: skip
ROLLING = ("word_perplexity", "byte_perplexity", "bits_per_byte")
WORKING = "####"
HARNESS = "harness_"
DIGITS = "0123456789"


def answers_of(doc: dict[str, Any], tally: Tally) -> list[dict[str, Any]]:
    """Rows of a samples table for one document under one filter."""
    requests = _requests(doc.get("arguments"))
    # A prompt comes with settings, a text to score with that text.
    generated = any(is_object(argument) for one in requests for argument in one[1:2])
    responses = _responses(doc.get("resps"), len(requests), generated)
    common = {
        "item": doc["doc_id"],
        "filter": doc.get("filter"),
        "prompt": str(requests[0][0]) if requests and len(requests[0]) > 1 else "",
        **_harness_metrics(doc, tally),
    }
    scored = [_scored(one[0]) if one and not generated else None for one in responses]
    logprobs = [logprob for logprob in scored if logprob is not None]
    if len(logprobs) == len(scored) == 1:
        return [common | _target_scored(doc, logprobs[0])]
    if logprobs and len(logprobs) == len(scored):
        return [common | _options(doc, requests, logprobs, tally)]
    if _is_rolling(doc, requests):
        return [common | _target_scored(doc, _parsed(_first_text(responses)))]
    return [common | row for row in _generations(doc, responses, tally)]


def _requests(arguments: Any) -> list[list[Any]]:
    """Arguments of each request: ``{"gen_args_0": {"arg_0": …}, …}``, earlier a list of lists."""
    if is_object(arguments):
        names = list(arguments)
        if len(names) > 10:
            # Sorted as texts, the eleventh would stand before the third.
            names.sort(key=lambda name: int("0" + name[len(name.rstrip(DIGITS)) :]))
        arguments = [arguments[name] for name in names]
    if not is_list(arguments):
        return []
    requests = [list(one.values()) if is_object(one) else one for one in arguments]
    return [one if is_list(one) else [one] for one in requests]


def _responses(resps: Any, requests: int, generated: bool) -> list[list[Any]]:
    """Responses of each request; some writers leave out a list that holds one thing."""
    if resps is None:
        return []
    if not is_list(resps):
        return [[resps]]
    if not generated and _scored(resps) is not None:
        return [[resps]]
    if requests <= 1 and resps and not any(is_list(one) for one in resps):
        return [resps]
    alone = [not is_list(one) or not (generated or _scored(one) is None) for one in resps]
    return [[one] if single else one for one, single in zip(resps, alone, strict=True)]


def _scored(response: Any) -> float | None:
    """The log-probability of a given text, which comes with whether the model would say it."""
    if not is_list(response) or len(response) != 2 or str(response[1]) not in ("True", "False"):
        return None
    logprob = _parsed(response[0])
    return None if math.isnan(logprob) and str(response[0]) != "nan" else logprob


def _parsed(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _is_rolling(doc: dict[str, Any], requests: list[list[Any]]) -> bool:
    """A document whose whole text was scored; its one response looks like generated text."""
    return all(len(one) < 2 for one in requests) and any(name in doc for name in ROLLING)


def _first_text(values: Any) -> str | None:
    while is_list(values):
        if not values:
            return None
        values = values[0]
    return None if values is None else str(values)


def _target_scored(doc: dict[str, Any], logprob: float) -> dict[str, Any]:
    # No output is known: the model was not asked to say anything.
    return {"target": str(doc.get("target")), "target_logprob": logprob}


def _options(
    doc: dict[str, Any], requests: list[list[Any]], logprobs: list[float], tally: Tally
) -> dict[str, Any]:
    contexts = [str(request[0]) for request in requests]
    endings = [str(request[1]).strip() if len(request) > 1 else "" for request in requests]
    half = len(logprobs) // 2
    if (
        len(requests) == len(logprobs) == 2 * half
        and endings[:half] == endings[half:]
        and not any(contexts[half:])
        and all(contexts[:half])
    ):
        message = "options scored a second time without their question (acc_mutual_info)"
        tally["skipped", message] += half
        contexts, endings, logprobs = contexts[:half], endings[:half], logprobs[:half]
    in_question = len(endings) == len(logprobs) and len(set(endings)) == 1
    if len(endings) < len(logprobs):
        choices = [str(index) for index in range(len(logprobs))]
    else:
        choices = _different_parts(contexts) if in_question else endings
    best = likeliest(logprobs)
    target, acc = doc.get("target"), doc.get("acc")
    right = right_option(target, choices, logprobs, best, acc, told=not in_question, tally=tally)
    return {
        "choices": choices,
        "choice_logprobs": logprobs,
        "right": right,
        "target": choices[right] if right is not None else str(target),
        "target_logprob": logprobs[right] if right is not None else math.nan,
        "output": choices[best] if best is not None else None,
    }


def _different_parts(contexts: list[str]) -> list[str]:
    """Options that stand inside the question, before one common ending."""
    words = [text.split(" ") for text in contexts]
    ends = [_common(parts) for parts in (words, [line[::-1] for line in words])]
    start, end = ends[0], min(ends[1], min(map(len, words)) - ends[0])
    return [" ".join(line[start : len(line) - end]) for line in words]


def _common(lists: list[list[str]]) -> int:
    """How many words all lists begin with."""
    columns = zip(*lists, strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))


def _generations(
    doc: dict[str, Any], responses: list[list[Any]], tally: Tally
) -> list[dict[str, Any]]:
    filtered = doc.get("filtered_resps")
    kept = filtered[0] if is_list(filtered) and filtered else filtered
    raw = responses[0] if responses else []
    outputs = [*kept] if is_list(kept) and kept else [kept] if kept is not None else raw
    if len(responses) > 1:
        message = "answers to further requests of one document: only the first is taken"
        tally["skipped", message] += len(responses) - 1
    if len(raw) > len(outputs):
        message = f"repeated answers of which the filter {doc.get('filter')!r} kept {len(outputs)}"
        tally["skipped", message] += len(raw) - len(outputs)
    harness = number(doc.get("exact_match"))
    rows: list[dict[str, Any]] = []
    for epoch, one in enumerate(outputs):
        output = _first_text(one)
        target = _target_text(doc.get("target"), output or "", tally)
        rows.append(
            {"target": target, "output": output, "epoch": epoch if len(outputs) > 1 else None}
        )
    if len(rows) == 1 and harness in (0.0, 1.0):
        row = rows[0]
        equal = row["output"] is not None and row["target"].strip() == row["output"].strip()
        if equal != (harness == 1.0):
            message = (
                "the harness's exact_match compares otherwise (case, punctuation, …) and "
                "differs from equality of target and output"
            )
            tally["warning", message] += 1
    return rows


def _target_text(target: Any, output: str, tally: Tally) -> str:
    """One target: of several the nearest to the output, of a worked solution its end."""
    several = _several(target)
    if several:
        if len(several) > 1:
            tally["assumed", "several right answers: the one nearest to the output counts"] += 1
        said = output.strip()
        return max(several, key=lambda one: similarity(one.strip(), said))
    text = str(target)
    if WORKING in text:
        message = f"targets hold their working: taken is what follows {WORKING!r}"
        tally["repaired", message] += 1
        return text.rsplit(WORKING, 1)[1].strip()
    return text


def _several(target: Any) -> list[str]:
    """Right answers given as a list, or as the text of a list of texts."""
    if is_list(target):
        return [str(one) for one in target]
    read = _literal(target)
    return read if is_list(read) and all(isinstance(one, str) for one in read) else []


def _harness_metrics(doc: dict[str, Any], tally: Tally) -> dict[str, float]:
    """The harness's own scores of this document; what is no number an item is counted."""
    logged = doc.get("metrics")
    names = logged if is_list(logged) else [name for name in doc if name not in NO_METRICS]
    found: dict[str, float] = {}
    for name in names:
        value = doc.get(name)
        if isinstance(value, bool) or not math.isnan(number(value)):
            found[HARNESS + str(name)] = float(value)  # pyright: ignore[reportArgumentType]
        elif not (isinstance(value, float) and math.isnan(value)) and name != "bypass":
            message = f"the harness's {name!r} is no number an item"
            tally["skipped", message] += 1
    return found


def right_option(
    target: Any,
    choices: list[str],
    logprobs: list[float],
    best: int | None,
    acc: Any,
    *,
    told: bool,
    tally: Tally,
) -> int | None:
    """Index of the right option."""
    hit = number(acc)
    readings = _readings(target, choices) if told else []
    if len(readings) > 1 and is_list(_literal(target)):
        message = "several right options: the likeliest of them counts"
        tally["assumed", message] += 1
        return max(readings, key=lambda index: logprobs[index])
    if len(readings) > 1:
        agreeing = [index for index in readings if _agrees(index, best, hit)]
        if len(agreeing) != 1:
            tally["assumed", "targets that name two options read as an index"] += 1
        return (agreeing or readings)[0]
    right = readings[0] if readings else _from_score(best, hit, len(choices))
    if right is None:
        tally["skipped", "questions whose right option is not told"] += 1
    elif hit in (0.0, 1.0):
        if not _agrees(right, best, hit) and logprobs.count(logprobs[right]) == 1:
            message = "the harness's acc differs from what target and log-probabilities give"
            tally["warning", message] += 1
    elif 0.0 < hit < 1.0:
        message = "acc between 0 and 1 for an item: of several right options the first is taken"
        tally["warning", message] += 1
    return right


def likeliest(logprobs: list[float]) -> int | None:
    """Index of the largest log-probability, the first of equal ones; None if all are NaN."""
    known = [value for value in logprobs if value == value]
    return logprobs.index(max(known)) if known else None


def _readings(target: Any, choices: list[str]) -> list[int]:
    """What the target may mean, an index first."""
    if isinstance(target, bool):
        return [int(target)] if len(choices) > 1 else []
    parts = _literal(target)
    if is_list(parts):
        found = [index for part in parts for index in _readings(part, choices)[:1]]
        return list(dict.fromkeys(found))
    text = str(target).strip()
    readings = [int(text)] if text.isdigit() and int(text) < len(choices) else []
    if text in choices and choices.index(text) not in readings:
        readings.append(choices.index(text))
    return readings


def _literal(target: Any) -> Any:
    """A list that was written as a text."""
    if isinstance(target, str) and target.startswith("[") and target.endswith("]"):
        try:
            return ast.literal_eval(target)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return target
    return target


def _agrees(index: int, best: int | None, hit: float) -> bool:
    return hit in (0.0, 1.0) and (index == best) == (hit == 1.0)


def _from_score(best: int | None, hit: float, options: int) -> int | None:
    if best is None or hit not in (0.0, 1.0):
        return None
    if hit == 1.0:
        return best
    return 1 - best if options == 2 else None

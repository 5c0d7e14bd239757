"""lm-evaluation-harness: which option of a question is right."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from .lm_eval_run import number


def right_option(
    target: Any,
    choices: list[str],
    logprobs: list[float],
    best: int | None,
    acc: Any,
    *,
    told: bool,
    tally: Counter[tuple[str, str]],
) -> int | None:
    """Index of the right option.

    Parameters
    ----------
    target
        An index, the text of an option, or several of either; since 0.4.3 written as a text,
        so that ``"1"`` may be both.
    choices, logprobs
        Texts and log-probabilities of the options.
    best
        The likeliest option.
    acc
        The harness's own score, which decides where the target leaves two readings.
    told
        Whether options differ in what follows the question; if not, the target is the common
        ending and tells nothing.
    tally
        Counts what was assumed or left open, by kind and message.

    Returns
    -------
    int or None
        None if neither target nor score tells.
    """
    hit = number(acc)
    readings = _readings(target, choices) if told else []
    if len(readings) > 1 and isinstance(_literal(target), list):
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
    if isinstance(parts, list):
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
        except (ValueError, SyntaxError):
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

"""Whether the jumps that are shown are real: the ladder of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from ...core.metrics.text import Tokens
from ...core.verdict.verdict import Verdict
from ...results.eval_results import EvalResults
from ...results.gathering import Gatherer
from ...results.schema import SchemaError
from ...results.verdicts import judge, pairs_to_judge
from ...widgets.base import BuiltWidget
from ...widgets.lifetime import Progress

MOST_UNASKED = 80
"""Tasks times metrics that are judged without being asked for."""
TOO_MANY = "Not judged: {} tasks and metrics take a while. ResultsExplorer(…, verdicts=True) does."


class VerdictPanel(BuiltWidget):
    """Outcomes, each with its six rungs to unfold; all of it shown as text.

    Attributes
    ----------
    content
        Output ``verdicts`` of the program `results`.
    note
        What to read where there is none.
    """

    script = "verdicts"

    content = traitlets.List().tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)


def verdict_constants(
    results: EvalResults,
    tasks: Sequence[str],
    metrics: Sequence[dict[str, Any]],
    *,
    asked: bool | None,
    tokens: Tokens,
) -> tuple[list[dict[str, Any]], str]:
    """The ladders of all tasks and sharp metrics, as the program `results` reads them.

    Parameters
    ----------
    results
        What is judged.
    tasks, metrics
        As the explorer lists them.
    asked
        Whether to judge; None: if they are few.
    tokens
        How texts are split, see `emergence_widgets.rescore`.

    Returns
    -------
    by_task, note
        One dict a task, from the metric's index (as text) to its ladder; and what to read where
        there is none.
    """
    nothing: list[dict[str, Any]] = [{} for _ in tasks]
    if asked is False:
        return nothing, ""
    try:
        gatherer = Gatherer(results, tokens=tokens)
        pairs = pairs_to_judge(gatherer, None, None)
    except SchemaError as error:
        return nothing, f"Not judged: {error}"
    if asked is None and len(pairs) > MOST_UNASKED:
        return nothing, TOO_MANY.format(f"{len(pairs):,}")
    index = {metric["name"]: str(place) for place, metric in enumerate(metrics)}
    labels = {metric["name"]: metric["label"] for metric in metrics}
    with Progress("Judging") as progress:
        judged = judge(gatherer, pairs, progress=progress)
    by_task = {task: place for place, task in enumerate(tasks)}
    for one in judged:
        if one.task in by_task and one.metric in index:
            told = _as_json(one, labels[one.metric])
            nothing[by_task[one.task]][index[one.metric]] = told
    return nothing, "This task has no score that could be judged."


def _as_json(judged: Verdict, label: str) -> dict[str, Any]:
    return {
        "metric": label,
        "family": judged.family,
        "outcome": judged.outcome,
        "meaning": judged.meaning,
        "notes": list(judged.notes),
        "rungs": [
            {"question": rung.question, "answer": rung.outcome, "reason": rung.reason}
            for rung in judged.rungs
        ],
    }

"""Whether the jumps that are shown are real: the ladder of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from ...core.metrics.text import Tokens
from ...core.verdict.verdict import Verdict
from ...results.curves import Curves
from ...results.eval_results import EvalResults
from ...results.evidence import EvidenceBuilder
from ...results.schema import SchemaError
from ...results.verdicts import judge, pairs_to_judge
from ...widgets.base import BuiltWidget
from ...widgets.lifetime import Progress

MOST_UNASKED = 80  # tasks times metrics that are judged without being asked for
TOO_MANY = "Not judged: {} tasks and metrics take a while. ResultsExplorer(…, verdicts=True) does."


class VerdictPanel(BuiltWidget):
    """Outcomes, each with its nine rungs to unfold; all of it shown as text."""

    script = "verdicts"

    content = traitlets.List[Any]().tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)


def verdict_constants(
    results: EvalResults, tasks: Sequence[str], metrics: Sequence[dict[str, Any]], *,
    asked: bool | None, tokens: Tokens, curves: Curves | None = None,
) -> tuple[list[dict[str, Any]], str]:  # fmt: skip
    """The ladders of all tasks and sharp metrics, as the program `results` reads them.

    One dict a task, from the metric's index (as text) to its ladder; and what to read where there
    is none. `asked` is whether to judge; None: if they are few.
    """
    nothing: list[dict[str, Any]] = [{} for _ in tasks]
    if asked is False:
        return nothing, ""
    try:
        builder = EvidenceBuilder(results, tokens=tokens, curves=curves)
        pairs = pairs_to_judge(builder)
    except SchemaError as error:
        return nothing, f"Not judged: {error}"
    if asked is None and len(pairs) > MOST_UNASKED:
        return nothing, TOO_MANY.format(f"{len(pairs):,}")
    index = {metric["name"]: str(place) for place, metric in enumerate(metrics)}
    labels = {metric["name"]: metric["label"] for metric in metrics}
    with Progress("Judging") as progress:
        judged = judge(builder, pairs, progress=progress)
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
        "seen": judged.seen,
        "notes": list(judged.notes),
        "rungs": [
            {"question": rung.question, "answer": rung.outcome, "reason": rung.reason}
            for rung in judged.rungs
        ],
    }

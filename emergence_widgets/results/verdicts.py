"""Verdicts on a whole evaluation, with the false discoveries among them held down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from ..core.metrics.registry import find_metric
from ..core.metrics.text import Tokens
from ..core.verdict.verdict import Verdict, verdict, without_evidence
from .eval_results import FRAMES, EvalResults, checked_results
from .evidence import EvidenceBuilder
from .schema import SchemaError, nearest

CANDIDATE = "candidate real transition"
FALSE_DISCOVERY = "false discovery"
COLUMNS = (
    "task", "metric", "family", "outcome", "decided_by", "reason", "p_value", "q_value", "low",
    "high", "decades",
)  # fmt: skip


def verdicts(
    results: EvalResults,
    *,
    tasks: str | Iterable[str] | None = None,
    metrics: str | Iterable[str] | None = None,
    scale: str | None = None,
    tokens: Tokens = "whitespace",
    level: float = 0.05,
    false_discovery_rate: float = 0.05,
    draws: int = 300,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """A verdict on every task under every sharp metric, as a table.

    Parameters
    ----------
    results
        Scores, and answers if there are any.
    tasks
        Names of tasks; by default all.
    metrics
        Names of metrics; by default, task by task, those that are shares of items right, else
        all it has.
    scale, tokens, level, draws, seed
        As for `emergence_widgets.verdict`.
    false_discovery_rate
        Largest expected share of false ones among the candidates (Benjamini and Hochberg 1995);
        in (0, 1).
    progress
        Called with the number done and the number in all.

    Returns
    -------
    pandas.DataFrame
        ``task, metric, family, outcome, decided_by, reason, p_value, q_value, low, high,
        decades``: one row a task and metric. A candidate whose q-value lies above the rate is
        ``not established``, decided by ``false discovery``. A pair that cannot be judged is
        ``undetermined`` with the reason.

    Raises
    ------
    KeyError
        A task, metric or scale that the results do not have.
    ValueError
        A rate outside (0, 1).

    References
    ----------
    Benjamini and Hochberg 1995; `scipy.stats.false_discovery_control`.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> table = verdicts(datasets.pronunciation())
    >>> table["outcome"].unique().tolist()
    ['metric artefact', 'smooth suffices']
    """
    checked_results(results, FRAMES)
    if not 0 < false_discovery_rate < 1:
        raise ValueError(
            f"false_discovery_rate is {false_discovery_rate}; it lies between 0 and 1, such as 0.05"
        )
    builder = EvidenceBuilder(results, scale=scale, tokens=tokens)
    judged = judge(
        builder, pairs_to_judge(builder, _names(tasks), _names(metrics)), level=level,
        false_discovery_rate=false_discovery_rate, draws=draws, seed=seed, progress=progress,
    )  # fmt: skip
    return pd.DataFrame([_row(one) for one in judged], columns=list(COLUMNS))


def judge(
    builder: EvidenceBuilder,
    pairs: Sequence[tuple[str, str]] | None = None,
    *,
    level: float = 0.05,
    false_discovery_rate: float = 0.05,
    draws: int = 300,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """The verdicts themselves, with all their rungs; by default on all that `verdicts` judges."""
    pairs = pairs_to_judge(builder, None, None) if pairs is None else pairs
    judged: list[Verdict] = []
    for done, (task, metric) in enumerate(pairs, start=1):
        try:
            evidence = builder.evidence(task, metric)
        except SchemaError as error:
            judged.append(without_evidence(task, metric, str(error)))
        else:
            judged.append(verdict(evidence, level=level, draws=draws, seed=seed))
        if progress is not None:
            progress(done, len(pairs))
    return _controlled(judged, false_discovery_rate)


def _names(chosen: str | Iterable[str] | None) -> list[str] | None:
    if chosen is None:
        return None
    return [chosen] if isinstance(chosen, str) else list(chosen)


def pairs_to_judge(
    builder: EvidenceBuilder, tasks: Sequence[str] | None, metrics: Sequence[str] | None
) -> list[tuple[str, str]]:
    """Tasks and metrics: those that are named, else all tasks under their sharp metrics."""
    for name in tasks or ():
        if name not in builder.tasks:
            raise KeyError(f"no task {name!r}. {nearest(name, builder.tasks)}")
    pairs = []
    everywhere: list[str] = []
    for task in tasks or builder.tasks:
        present = builder.metrics(task)
        everywhere += present
        sharp = [name for name in present if find_metric(name.split(" (")[0]).counts_items]
        wanted = (sharp or present) if metrics is None else [m for m in metrics if m in present]
        pairs += [(task, metric) for metric in wanted]
    for name in metrics or ():
        if name not in everywhere:
            raise KeyError(f"no metric {name!r}. {nearest(name, dict.fromkeys(everywhere))}")
    return pairs


def _row(judged: Verdict) -> dict[str, Any]:
    jump, lost = judged.jump, _is_lost(judged)
    return {
        "task": judged.task,
        "metric": judged.metric,
        "family": judged.family,
        "outcome": judged.outcome,
        "decided_by": FALSE_DISCOVERY if lost else judged.decisive.name,
        "reason": judged.notes[-1] if lost else judged.decisive.reason,
        "p_value": judged.p_value,
        "q_value": judged.q_value,
        "low": np.nan if jump is None else jump.low,
        "high": np.nan if jump is None else jump.high,
        "decades": np.nan if jump is None else jump.decades,
    }


def _is_lost(judged: Verdict) -> bool:
    """Whether every rung held and only the number of tests speaks against it."""
    explained = any(rung.outcome == "explained" for rung in judged.rungs)
    return judged.outcome == "not established" and not explained


def _controlled(judged: list[Verdict], rate: float) -> list[Verdict]:
    """Candidates among all that were tested, at the false discovery rate."""
    p_values = np.array([one.p_value for one in judged], dtype=float)
    tested = np.isfinite(p_values)
    q_values = np.full(len(judged), np.nan)
    if tested.any():
        q_values[tested] = false_discovery_control(p_values[tested])
    controlled: list[Verdict] = []
    for one, q in zip(judged, q_values.tolist(), strict=True):
        told = replace(one, q_value=q)
        if one.outcome == CANDIDATE and q > rate:
            note = f"Among {int(tested.sum())} tests: q = {q:.2g}, above {rate:g}."
            told = replace(told, outcome="not established", notes=(*one.notes, note))
        controlled.append(told)
    return controlled

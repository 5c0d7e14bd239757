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
from .schema import SchemaError, names_among

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
    family: str | None = None,
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
    family
        The family to judge where a task has it; by default, task by task, that of most scales.
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
        A task, metric, family or scale that the results do not have.
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
    ['metric artefact']
    """
    checked_results(results, FRAMES)
    if not 0 < false_discovery_rate < 1:
        raise ValueError(
            f"false_discovery_rate is {false_discovery_rate}; it lies between 0 and 1, such as 0.05"
        )
    builder = EvidenceBuilder(results, scale=scale, tokens=tokens)
    judged = judge(
        builder, pairs_to_judge(builder, tasks, metrics), family=family, level=level,
        false_discovery_rate=false_discovery_rate, draws=draws, seed=seed, progress=progress,
    )  # fmt: skip
    return pd.DataFrame([_row(one) for one in judged], columns=list(COLUMNS))


def judge(
    builder: EvidenceBuilder,
    pairs: Sequence[tuple[str, str]] | None = None,
    *,
    family: str | None = None,
    level: float = 0.05,
    false_discovery_rate: float = 0.05,
    draws: int = 300,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """The verdicts themselves, with all their rungs; by default on all that `verdicts` judges."""
    pairs = pairs_to_judge(builder) if pairs is None else pairs
    judged: list[Verdict] = []
    for done, (task, metric) in enumerate(pairs, start=1):
        try:
            evidence = builder.evidence(task, metric, family=family)
        except SchemaError as error:
            judged.append(without_evidence(task, metric, str(error)))
        else:
            judged.append(verdict(evidence, level=level, draws=draws, seed=seed))
        if progress is not None:
            progress(done, len(pairs))
    return _controlled(judged, false_discovery_rate)


def pairs_to_judge(
    builder: EvidenceBuilder,
    tasks: str | Iterable[str] | None = None,
    metrics: str | Iterable[str] | None = None,
) -> list[tuple[str, str]]:
    """Tasks and metrics: those that are named, else all tasks under their sharp metrics."""
    present = {
        task: builder.scores(task).metrics for task in names_among("task", tasks, builder.tasks)
    }
    everywhere = list(dict.fromkeys(name for names in present.values() for name in names))
    wanted = names_among("metric", metrics, everywhere)
    pairs: list[tuple[str, str]] = []
    for task, names in present.items():
        sharp = [name for name in names if find_metric(name.split(" (")[0]).counts_items]
        judged = (sharp or names) if metrics is None else [m for m in wanted if m in names]
        pairs += [(task, metric) for metric in judged]
    return pairs


def decided(judged: Verdict) -> tuple[str, str]:
    """What settled a verdict, and why: the decisive rung or, where all hold, how many tests."""
    explained = any(rung.outcome == "explained" for rung in judged.rungs)
    if judged.outcome == "not established" and not explained:
        return FALSE_DISCOVERY, judged.notes[-1]
    return judged.decisive.name, judged.decisive.reason


def _row(judged: Verdict) -> tuple[Any, ...]:
    jump = judged.jump
    return (
        judged.task, judged.metric, judged.family, judged.outcome, *decided(judged),
        judged.p_value, judged.q_value,
        *((np.nan,) * 3 if jump is None else (jump.low, jump.high, jump.decades)),
    )  # fmt: skip


def _controlled(judged: list[Verdict], rate: float) -> list[Verdict]:
    """Candidates among all that were tested, at the false discovery rate."""
    p_values = np.array([one.p_value for one in judged], dtype=float)
    tested = np.isfinite(p_values)
    q_values = np.full(len(judged), np.nan)
    if tested.any():
        q_values[tested] = false_discovery_control(p_values[tested])
    controlled = [replace(one, q_value=q) for one, q in zip(judged, q_values.tolist(), strict=True)]
    for at, one in enumerate(controlled):
        if one.outcome == CANDIDATE and one.q_value > rate:
            note = f"Among {int(tested.sum())} tests: q = {one.q_value:.2g}, above {rate:g}."
            controlled[at] = replace(one, outcome="not established", notes=(*one.notes, note))
    return controlled

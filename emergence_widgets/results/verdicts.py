"""Verdicts on a whole evaluation, with the false discoveries among them held down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from ..core.texts import Tokens
from ..core.verdict import Verdict, verdict
from .continuous import counts_items
from .eval_results import EvalResults
from .gathering import Gatherer
from .schema import SchemaError, nearest

CANDIDATE = "candidate real transition"


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
    if not 0 < false_discovery_rate < 1:
        raise ValueError(
            f"false_discovery_rate is {false_discovery_rate}; it lies between 0 and 1, such as 0.05"
        )
    gatherer = Gatherer(results, scale=scale, tokens=tokens)
    pairs = _pairs(gatherer, _names(tasks), _names(metrics))
    rows: list[dict[str, Any]] = []
    for done, (task, metric) in enumerate(pairs, start=1):
        try:
            judged = verdict(gatherer.evidence(task, metric), level=level, draws=draws, seed=seed)
        except SchemaError as error:
            rows.append(_unjudged(task, metric, str(error)))
        else:
            rows.append(_row(judged))
        if progress is not None:
            progress(done, len(pairs))
    return _controlled(
        pd.DataFrame(rows, columns=list(_unjudged("", "", ""))), false_discovery_rate
    )


def _names(chosen: str | Iterable[str] | None) -> list[str] | None:
    if chosen is None:
        return None
    return [chosen] if isinstance(chosen, str) else list(chosen)


def _pairs(
    gatherer: Gatherer, tasks: Sequence[str] | None, metrics: Sequence[str] | None
) -> list[tuple[str, str]]:
    for name in tasks or ():
        if name not in gatherer.tasks:
            raise KeyError(f"no task {name!r}. {nearest(name, gatherer.tasks)}")
    pairs = []
    everywhere: list[str] = []
    for task in tasks or gatherer.tasks:
        present = gatherer.metrics(task)
        everywhere += present
        sharp = [name for name in present if counts_items(name.split(" (")[0])]
        wanted = (sharp or present) if metrics is None else [m for m in metrics if m in present]
        pairs += [(task, metric) for metric in wanted]
    for name in metrics or ():
        if name not in everywhere:
            raise KeyError(f"no metric {name!r}. {nearest(name, dict.fromkeys(everywhere))}")
    return pairs


def _row(judged: Verdict) -> dict[str, Any]:
    jump = judged.jump
    return {
        "task": judged.task,
        "metric": judged.metric,
        "family": judged.family,
        "outcome": judged.outcome,
        "decided_by": judged.decisive.name,
        "reason": judged.decisive.reason,
        "p_value": judged.p_value,
        "q_value": np.nan,
        "low": np.nan if jump is None else jump.low,
        "high": np.nan if jump is None else jump.high,
        "decades": np.nan if jump is None else jump.decades,
    }


def _unjudged(task: str, metric: str, reason: str) -> dict[str, Any]:
    numbers = dict.fromkeys(("p_value", "q_value", "low", "high", "decades"), np.nan)
    return {
        "task": task, "metric": metric, "family": "", "outcome": "undetermined",
        "decided_by": "data", "reason": reason, **numbers,
    }  # fmt: skip


def _controlled(table: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Candidates among all that were tested, at the false discovery rate."""
    tested = table["p_value"].notna().to_numpy()
    if not tested.any():
        return table
    q_value = np.full(len(table), np.nan)
    q_value[tested] = false_discovery_control(table["p_value"].to_numpy(dtype=float)[tested])
    lost = (table["outcome"] == CANDIDATE).to_numpy() & (q_value > rate)
    reason = [f"Among {tested.sum()} tests: q = {q:.2g}, above {rate:g}." for q in q_value]
    return table.assign(
        q_value=q_value,
        outcome=table["outcome"].mask(lost, "not established"),
        decided_by=table["decided_by"].mask(lost, "false discovery"),
        reason=table["reason"].mask(lost, pd.Series(reason, table.index)),
    )

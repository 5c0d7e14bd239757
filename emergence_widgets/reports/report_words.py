"""The sentences and tables of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from ..core.verdict.verdict import OUTCOMES, Verdict
from ..results.eval_results import EvalResults
from ..results.notes import listed

MOST_ROWS = 200
MOST_SOURCES = 12


def counts(results: EvalResults, sources: Iterable[str]) -> str:
    """One paragraph: how much of what was read."""
    answers = 0 if results.samples is None else len(results.samples)
    told = (
        f"{many(len(results.models), 'model')} on {many(len(results.tasks), 'task')} under "
        f"{many(len(results.metrics), 'metric')}: {many(len(results.scores), 'score')} and "
        f"{many(answers, 'answer')}."
    )
    names = listed(sources, MOST_SOURCES)
    return f"{told} Read from {names}." if names else told


def overview_table(results: EvalResults) -> pd.DataFrame:
    """Models, families, tasks, metrics and scales, counted and named."""
    averages = results.groups
    rows = [
        ("models", results.models),
        ("families", results.families),
        ("tasks", [task for task in results.tasks if task not in averages]),
        ("averages of tasks, left out below", averages),
        ("metrics", results.metrics),
        ("scales", results.scale_columns),
    ]
    return pd.DataFrame(
        [(name, len(names), listed(names, 12)) for name, names in rows if names],
        columns=["What", "How many", "Which"],
    )


def models_table(results: EvalResults) -> pd.DataFrame:
    """Every model with its family, its scales and how many tasks it was scored on."""
    scores = results.scores
    scales = [name for name in results.scale_columns if name in scores]
    named = ["model", "family"] if "family" in scores else ["model"]
    groups = scores.groupby(named, sort=False, dropna=False)
    table = pd.DataFrame({name: groups[name].agg(_range_text) for name in scales})
    table["tasks"] = groups["task"].nunique()
    order = groups[scales].max().sort_values(scales, kind="stable").index
    table = table.loc[order].reset_index()
    return _shortened(table.sort_values(named[-1], kind="stable") if len(named) > 1 else table)


def _range_text(values: pd.Series) -> str:
    found = np.unique(values.dropna())
    if len(found) < 2:
        return "".join(size_text(value) for value in found)
    return f"{size_text(found[0])} to {size_text(found[-1])} ({len(found)})"


def size_text(value: float) -> str:
    """A size as people say it.

    Examples
    --------
    >>> size_text(1.3e9), size_text(64000), size_text(2.5), size_text(3e23)
    ('1.3B', '64k', '2.5', '3e+23')
    """
    if not np.isfinite(value):
        return ""
    for unit, name in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if unit <= abs(value) < 1e15:
            return f"{value / unit:.4g}{name}"
    return f"{value:.4g}"


def outcomes_table(judged: Sequence[Verdict]) -> pd.DataFrame:
    """How often each outcome was given, and what it means."""
    found = Counter(one.outcome for one in judged)
    return pd.DataFrame(
        [(name, found[name], meaning) for name, meaning in OUTCOMES.items()],
        columns=["Verdict", "Tasks and metrics", "Meaning"],
    )


def shares_words(shares: pd.DataFrame) -> str:
    """One paragraph: which metrics make the jumps, and how to read the map."""
    shares = shares[shares["tasks"] > 0].sort_values("jumps", ascending=False, kind="stable")
    columns = (shares[name].tolist() for name in ("jumps", "tasks", "metric"))
    told = [
        f"{jumps} of {many(tasks, 'task')} under {metric}"
        for jumps, tasks, metric in zip(*columns, strict=True)
    ]
    return (
        f"Jumps: {listed(told, 12) or 'none, for no curve has enough scales'}. A row a task, a "
        "column a metric; a click on a cell shows its curves. Colour by verdict shows which of "
        "the jumps are explained."
    )


def ranked_table(rows: pd.DataFrame, judged: Mapping[tuple[str, str], Verdict]) -> pd.DataFrame:
    """Ranked cells with their numbers, verdict and reason."""
    verdicts = [
        judged.get((task, metric))
        for task, metric in zip(rows["task"], rows["metric"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Task": rows["task"],
            "Metric": rows["metric"],
            "Family": rows["family"],
            "Breakthroughness B": rows["breakthroughness"],
            "B over its limit": rows["ratio"],
            "Linearity": rows["linearity"],
            "Scales": rows["n_scales"],
            "Verdict": [one.outcome if one else "not judged" for one in verdicts],
            "Why": [why(one) if one else "" for one in verdicts],
        }
    )


def ladder(judged: Verdict) -> list[str | pd.DataFrame]:
    """A verdict with its six questions."""
    rungs = pd.DataFrame(
        [(rung.question, rung.outcome, rung.reason) for rung in judged.rungs],
        columns=["Question", "The jump", "Evidence"],
    )
    family = f" ({judged.family})" if judged.family else ""
    told = f"{judged.outcome.capitalize()}{family}. {judged.meaning}"
    parts: list[str | pd.DataFrame] = [" ".join([told, *judged.notes])]
    return [*parts, rungs] if len(rungs) else parts


def notes_words(results: EvalResults) -> list[str | pd.DataFrame]:
    """What reading skipped, repaired or assumed."""
    if not results.notes:
        return ["Nothing: every row was read as it is."]
    return [_shortened(results.notes_frame())]


def why(judged: Verdict) -> str:
    """The decisive rung; where only the number of tests speaks against it, that."""
    explained = any(rung.outcome == "explained" for rung in judged.rungs)
    if judged.outcome == "not established" and not explained and judged.notes:
        return judged.notes[-1]
    return judged.decisive.reason


def many(count: int, name: str) -> str:
    """A count with its noun."""
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def _shortened(frame: pd.DataFrame) -> pd.DataFrame:
    """The first rows, and a last one that says how many more there are."""
    frame = frame.rename(columns=lambda name: str(name).capitalize())
    if len(frame) <= MOST_ROWS:
        return frame
    more = f"… and {len(frame) - MOST_ROWS:,} more rows"
    last = pd.DataFrame([[more, *[None] * (frame.shape[1] - 1)]], columns=frame.columns)
    return pd.concat([frame.head(MOST_ROWS).astype(object), last.astype(object)])

"""A whole evaluation as one page: what was read, the atlas, the latest and steadiest rises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..core.statistics.late_rise import LATE
from ..core.verdict.verdict import OUTCOMES, Verdict
from ..explorers.atlas.explorer import EmergenceAtlas
from ..explorers.base import Explorer
from ..explorers.results.explorer import ResultsExplorer
from ..export.page.html import Part, page
from ..results.curves import Curves
from ..results.eval_results import EvalResults
from ..results.evidence import EvidenceBuilder
from ..results.notes import listed
from ..results.schema import SchemaError
from ..results.verdicts import decided, judge

MOST_ROWS, MOST_SOURCES = 200, 12
NOTHING_NOTED = "Nothing: every row was read as it is."
MOST_SHOWN = 8
"""Tasks at each end that are shown with their verdicts and curves."""


@dataclass(frozen=True, eq=False)
class Report:
    """What a report says, and the explorers on it."""

    title: str
    answer: str  # which scores rise late, and the verdicts, in two sentences
    parts: tuple[Part, ...]  # of its page
    verdicts: tuple[Verdict, ...]  # false discoveries held down
    latest: pd.DataFrame  # rows of `EmergenceAtlas.table`, one a task, the latest first
    steadiest: pd.DataFrame

    def html(self) -> str:
        """The page; raises `ExportError` where its data are too many."""
        return page(
            self.parts,
            title=self.title,
            description="Which scores of this evaluation rise late with scale, and whether their "
            "jumps are in the models or in the metrics.",
        )

    def close(self) -> None:
        """Close the explorers."""
        for part in self.parts:
            if isinstance(part, Explorer):
                part.close()


def make_report(
    results: EvalResults,
    *,
    title: str = "Which abilities emerge?",
    sources: Iterable[str] = (),
    answers: int = 20,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge an evaluation and lay it out as a page; close it after use.

    `sources` name what was read; `answers` a task can be read after a click; `progress` is called
    with the numbers of verdicts done and of all.
    """
    if answers < 0:
        raise ValueError(f"answers is {answers}; expected 0 or more items a task")
    if not len(results.scores):
        raise SchemaError(
            "there are answers and no scores; score them first: emergence_widgets.rescore(results, "
            "['exact_match', 'edit_similarity']) makes a table of scores"
        )
    single = _without_averages(results)
    builder = EvidenceBuilder(single)
    judged = judge(builder, seed=seed, progress=progress)
    cell_verdicts = by_cell(builder.curves, judged)
    table = pd.DataFrame(
        [(*cell, one.outcome) for cell, one in cell_verdicts.items()],
        columns=["task", "metric", "outcome"],
    )
    atlas = EmergenceAtlas(single, verdicts=table, seed=seed)
    cells = atlas.table()
    latest, steadiest = rank_tasks(cells)
    shown = [*latest["task"], *steadiest["task"]]
    shown = shown or list(builder.curves.scores["task"].unique()[:MOST_SHOWN])
    chosen = _of_tasks(single, builder.curves, shown)
    curves = ResultsExplorer(chosen, task=shown[0], most_answers=answers, seed=seed, verdicts=False)
    answer = f"{late_words(atlas.shares())} {verdict_words(judged)}"
    parts = (
        f"# {one_line(title)}",
        answer,
        counts(results, sources),
        "## What was read",
        overview_table(results),
        models_table(results),
        "## Verdicts",
        "Each task under a metric that counts right answers is asked nine questions before the "
        "word emergence is used: does the score rise beyond its noise, do the seeds agree, is the "
        "rise late, does a continuous score of the same outputs break, too, would more items show "
        "the rise earlier, does a smooth curve fit as well, is scale all that changes there, do "
        "the smaller models predict it, and does it break in other seeds and families? "
        "The expected share of false discoveries among the candidates is held at 5%.",
        outcomes_table(judged),
        "## The atlas",
        "A row a task, a column a metric, a number late rise T: how far the score lags behind "
        "steady gains at the worst place, as a share of its whole rise (0 is no lag, near 1 a long "
        f"wait and then a jump); above {LATE:g} it is called late. Without a number it does not "
        "rise beyond its 95% intervals, or falls at the beginning or the end. A click on a cell "
        "shows its curves; colour by verdict shows which of the late rises are explained.",
        atlas,
        *_ends(latest, steadiest, cell_verdicts),
        "## The curves of these tasks",
        curves,
        "## What was skipped or assumed",
        _shortened(results.notes_frame()) if results.notes else NOTHING_NOTED,
    )
    return Report(title, answer, parts, tuple(judged), latest, steadiest)


def rank_tasks(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tasks of an atlas that rise latest and most steadily, `MOST_SHOWN` each, none in both.

    Those with the greatest late rise T; and of tasks that are late under no metric, those with the
    smallest. Where a task has metrics with a verdict, these alone count.
    """
    judged = cells["verdict"].notna()
    counted = cells[judged | ~judged.groupby(cells["task"]).transform("any")]
    counted = counted.dropna(subset=["late_rise"])
    by_late = counted.sort_values("late_rise", ascending=False, kind="stable")
    of_tasks = by_late.drop_duplicates("task")
    latest = of_tasks.head(MOST_SHOWN)
    calm = set(of_tasks.loc[~of_tasks["late"], "task"]) - set(latest["task"])
    steady = counted[counted["task"].isin(calm)].sort_values("late_rise", kind="stable")
    steady = steady.drop_duplicates("task").head(MOST_SHOWN)
    return latest.reset_index(drop=True), steady.reset_index(drop=True)


def one_line(text: str) -> str:
    """A text without breaks, which would end a heading."""
    return " ".join(text.split())


def by_cell(curves: Curves, judged: Sequence[Verdict]) -> dict[tuple[str, str], Verdict]:
    """Verdicts by the task and metric of their cell in an atlas.

    One on a score that was computed of answers and not reported has no cell.
    """
    found = {(one.task, one.metric): one for one in judged}
    return {cell: one for cell, one in found.items() if cell in curves.pairs}


def _ends(
    latest: pd.DataFrame, steadiest: pd.DataFrame, judged: Mapping[tuple[str, str], Verdict]
) -> list[Part]:
    parts: list[Part] = [
        "## The latest rises",
        "Ranked by late rise T under the metrics that were judged, the latest metric of each task.",
        ranked_table(latest, judged) if len(latest) else "No score clearly rises over 3 scales.",
    ]
    for row in latest.itertuples():
        one = judged.get((str(row.task), str(row.metric)))
        if one is not None:
            parts += [f"### {one_line(one.task)}, {one_line(one.metric)}", *ladder(one)]
    parts += [
        "## The steadiest rises",
        "Of the other tasks, none of which is late, those with the smallest T.",
    ]
    parts.append(ranked_table(steadiest, judged) if len(steadiest) else "There is none.")
    return parts


def _without_averages(results: EvalResults) -> EvalResults:
    """An average of tasks beside them would be tested twice."""
    averages = results.scores["task"].isin(results.groups)
    if averages.all() or not averages.any():
        return results
    return replace(results, scores=results.scores[~averages].reset_index(drop=True))


def _of_tasks(results: EvalResults, curves: Curves, shown: Sequence[str]) -> EvalResults:
    """These tasks alone: the whole evaluation might be too much for a page."""

    def kept(table: pd.DataFrame) -> pd.DataFrame:
        # The labels already hold subtask and shots.
        made = ["subtask", "checkpoint", "reported"]
        return table[table["task"].isin(shown)].drop(columns=made, errors="ignore")

    samples = None if curves.samples is None else kept(curves.samples)
    if samples is not None and samples.empty:
        samples = None
    return replace(results, scores=kept(curves.scores), samples=samples)


def counts(results: EvalResults, sources: Iterable[str]) -> str:
    """One paragraph: how much of what was read."""
    answers = 0 if results.samples is None else len(results.samples)
    counted = (
        f"{many(len(results.models), 'model')} on {many(len(results.tasks), 'task')} under "
        f"{many(len(results.metrics), 'metric')}: {many(len(results.scores), 'score')} and "
        f"{many(answers, 'answer')}."
    )
    names = listed(sources, MOST_SOURCES)
    return f"{counted} Read from {names}." if names else counted


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
    """A size as people say it: 1.3B, 64k, 2.5, 3e+23."""
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


def late_words(shares: pd.DataFrame) -> str:
    """One sentence: under which metrics scores rise late, most tasks first."""
    shares = shares[shares["tasks"] > 0].sort_values("late", ascending=False, kind="stable")
    columns = (shares[name].tolist() for name in ("late", "tasks", "metric"))
    parts = [
        f"under {metric} in {late} of {many(tasks, 'task')}"
        for late, tasks, metric in zip(*columns, strict=True)
    ]
    if not parts:
        return "No score was measured at three scales, so that nobody can tell whether one is late."
    return f"Scores rise late {listed(parts, 12)}."


def verdict_words(judged: Sequence[Verdict]) -> str:
    """One sentence: how often each verdict was given, the most frequent first."""
    found = Counter(one.outcome for one in judged).most_common()
    return f"Verdicts: {', '.join(f'{count} {outcome}' for outcome, count in found) or 'none'}."


def ranked_table(rows: pd.DataFrame, judged: Mapping[tuple[str, str], Verdict]) -> pd.DataFrame:
    """Ranked cells with their numbers, verdict and reason."""
    verdicts = [judged.get(cell) for cell in zip(rows["task"], rows["metric"], strict=True)]
    return pd.DataFrame(
        {
            "Task": rows["task"],
            "Metric": rows["metric"],
            "Family": rows["family"],
            "Late rise T": rows["late_rise"].round(2),
            "Scales": rows["n_scales"],
            "Verdict": [one.outcome if one else "not judged" for one in verdicts],
            "Why": [decided(one)[1] if one else "" for one in verdicts],
        }
    )


def ladder(judged: Verdict) -> list[str | pd.DataFrame]:
    """A verdict with what is seen and its nine questions."""
    rungs = pd.DataFrame(
        [(rung.question, rung.outcome, rung.reason) for rung in judged.rungs],
        columns=["Question", "The jump", "Evidence"],
    )
    family = f" ({judged.family})" if judged.family else ""
    outcome = f"{judged.outcome.capitalize()}{family}. {judged.meaning}"
    told = [outcome, *([judged.seen] if judged.seen else []), *judged.notes]
    parts: list[str | pd.DataFrame] = [" ".join(told)]
    return [*parts, rungs] if len(rungs) else parts


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

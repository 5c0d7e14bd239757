"""A whole evaluation as one page: what was read, the atlas, the sharpest and steadiest tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..core.verdict.verdict import Verdict
from ..explorers.atlas.explorer import EmergenceAtlas
from ..explorers.base import Explorer
from ..explorers.results.explorer import ResultsExplorer
from ..export.page.html import Part, page
from ..results.eval_results import EvalResults
from ..results.gathering import Gatherer
from ..results.labels import labelled
from ..results.schema import SchemaError
from ..results.verdicts import judge
from .report_words import (
    counts,
    ladder,
    models_table,
    notes_words,
    outcomes_table,
    overview_table,
    ranked_table,
    shares_words,
)

MOST_SHOWN = 8
"""Tasks at each end that are shown with their verdicts and curves."""


@dataclass(frozen=True, eq=False)
class Report:
    """What a report tells, and the explorers on it.

    Attributes
    ----------
    title
        Of the page.
    parts
        As `emergence_widgets.page` takes them.
    verdicts
        On every task under every sharp metric, false discoveries held down.
    sharpest, steadiest
        Rows of `EmergenceAtlas.table`: one a task, the sharpest or the steadiest first.
    """

    title: str
    parts: tuple[Part, ...]
    verdicts: tuple[Verdict, ...]
    sharpest: pd.DataFrame
    steadiest: pd.DataFrame

    def html(self) -> str:
        """The page; raises `ExportError` where its data are too many."""
        return page(
            self.parts,
            title=self.title,
            description="Which scores of this evaluation jump with scale, and whether the jumps "
            "are in the models or in the metrics.",
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
    """Judge an evaluation and lay it out as a page.

    Parameters
    ----------
    results
        Scores, and answers if there are any.
    title
        Of the page.
    sources
        Names of the files or folders that were read, shown as text.
    answers
        Items a task whose answers can be read after a click; at least 0.
    seed
        Seed of the verdicts and of the null of breakthroughness.
    progress
        Called with the number of verdicts done and the number in all.

    Returns
    -------
    Report
        Close it after use.

    Raises
    ------
    SchemaError
        No scores, or no model with a scale.
    ValueError
        `answers` below 0.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> report = make_report(datasets.wei_abilities(), title="Published abilities")
    >>> "<title>Published abilities</title>" in report.html()
    True
    >>> report.close()
    """
    if answers < 0:
        raise ValueError(f"answers is {answers}; expected 0 or more items a task")
    if not len(results.scores):
        raise SchemaError(
            "there are answers and no scores; score them first: emergence_widgets.rescore(results, "
            "['exact_match', 'edit_similarity']) makes a table of scores"
        )
    single = _without_averages(results)
    judged = judge(Gatherer(single), seed=seed, progress=progress)
    told = by_cell(single, judged)
    table = pd.DataFrame(
        [(*cell, one.outcome) for cell, one in told.items()],
        columns=["task", "metric", "outcome"],
    )
    atlas = EmergenceAtlas(single, verdicts=table, seed=seed)
    atlas.scale = _scale(single, atlas.scale)
    cells = atlas.table()
    sharpest, steadiest = rank_tasks(cells)
    curves = _curves(single, sharpest, steadiest, answers=answers, seed=seed)
    parts = (
        f"# {one_line(title)}",
        counts(results, sources),
        "## What was read",
        overview_table(results),
        models_table(results),
        "## Verdicts",
        "Each task under a metric that counts right answers is asked six questions before the word "
        "emergence is used: does the jump stand out of noise, does it remain under a continuous "
        "score of the same outputs, would more items show the rise before it, does a smooth curve "
        "fit as well, do the smaller models foretell it, and is it in other seeds and families? "
        "The expected share of false discoveries among the candidates is held at 5%.",
        outcomes_table(judged),
        "## The atlas",
        shares_words(atlas.shares()),
        atlas,
        *_ends(sharpest, steadiest, told),
        "## The curves of these tasks",
        curves,
        "## What was skipped or assumed",
        *notes_words(results),
    )
    return Report(title, parts, tuple(judged), sharpest, steadiest)


def rank_tasks(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sharpest and the steadiest tasks of an atlas.

    Parameters
    ----------
    cells
        Columns ``task, ratio, linearity, verdict`` of `EmergenceAtlas.table`. Where a task has
        metrics with a verdict, these alone count.

    Returns
    -------
    sharpest, steadiest
        At most `MOST_SHOWN` rows each, one a task and none in both: those with the greatest
        breakthroughness over its limit; and of tasks below the limit under each such metric
        that rise, those with the greatest linearity.
    """
    judged = cells["verdict"].notna()
    counted = cells[judged | ~judged.groupby(cells["task"]).transform("any")]
    counted = counted.dropna(subset=["ratio"])
    steepest = counted.sort_values("ratio", ascending=False, kind="stable").drop_duplicates("task")
    sharpest = steepest.head(MOST_SHOWN)
    calm = set(steepest.loc[steepest["ratio"] <= 1, "task"]) - set(sharpest["task"])
    rises = counted[counted["task"].isin(calm) & (counted["linearity"] > 0)]
    steady = rises.sort_values("linearity", ascending=False, kind="stable")
    steady = steady.drop_duplicates("task").head(MOST_SHOWN)
    return sharpest.reset_index(drop=True), steady.reset_index(drop=True)


def one_line(text: str) -> str:
    """A text without breaks, which would end a heading."""
    return " ".join(text.split())


def by_cell(results: EvalResults, judged: Sequence[Verdict]) -> dict[tuple[str, str], Verdict]:
    """Verdicts by the task and metric of their cell in an atlas.

    Parameters
    ----------
    results
        What was judged.
    judged
        The verdicts. One on a score that was computed of answers and not reported has no cell.
    """
    scores, _ = labelled(results)
    cells = set(zip(scores["task"], scores["metric"], strict=True))
    found = {(one.task, one.metric): one for one in judged}
    return {cell: one for cell, one in found.items() if cell in cells}


def _ends(
    sharpest: pd.DataFrame, steadiest: pd.DataFrame, judged: Mapping[tuple[str, str], Verdict]
) -> list[Part]:
    parts: list[Part] = [
        "## The sharpest tasks",
        "Ranked by breakthroughness B over its limit under the metrics that were judged, the "
        "steepest metric of each task; above 1 it counts as a jump.",
        ranked_table(sharpest, judged) if len(sharpest) else "No curve has enough scales for B.",
    ]
    for row in sharpest.itertuples():
        one = judged.get((str(row.task), str(row.metric)))
        if one is not None:
            parts += [f"### {one_line(one.task)}, {one_line(one.metric)}", *ladder(one)]
    parts += [
        "## The least sharp tasks",
        "Of the other tasks without a jump, those that rise most steadily, by linearity.",
    ]
    parts.append(ranked_table(steadiest, judged) if len(steadiest) else "There is none.")
    return parts


def _without_averages(results: EvalResults) -> EvalResults:
    """An average of tasks beside them would be tested twice."""
    averages = results.scores["task"].isin(results.groups)
    if averages.all() or not averages.any():
        return results
    return replace(results, scores=results.scores[~averages].reset_index(drop=True))


def _scale(results: EvalResults, default: str) -> str:
    """The first scale of which some family has three."""
    scores = results.scores
    family = scores["family"] if "family" in scores else pd.Series("", scores.index)
    for name in results.scale_columns:
        if name in scores and scores[name].groupby(family, dropna=False).nunique().max() > 2:
            return name
    return default


def _curves(
    results: EvalResults,
    sharpest: pd.DataFrame,
    steadiest: pd.DataFrame,
    *,
    answers: int,
    seed: int,
) -> ResultsExplorer:
    """An explorer of these tasks alone: the whole evaluation might be too much for a page."""
    scores, samples = labelled(results)
    shown = [*sharpest["task"], *steadiest["task"]]
    shown = shown or list(scores["task"].unique()[:MOST_SHOWN])
    # The labels already hold subtask and shots.
    told = [name for name in ("subtask", "checkpoint", "reported") if name in scores]
    scores = scores[scores["task"].isin(shown)].drop(columns=told)
    if samples is not None:
        told = [name for name in ("subtask", "checkpoint") if name in samples]
        samples = samples[samples["task"].isin(shown)].drop(columns=told)
    kept = replace(
        results,
        scores=scores.reset_index(drop=True),
        samples=None if samples is None or samples.empty else samples.reset_index(drop=True),
    )
    return ResultsExplorer(kept, task=shown[0], most_answers=answers, seed=seed, verdicts=False)

"""Is the jump real? A ladder of six questions, each with its numbers and what data it lacked.

The ladder is our own design, not a published protocol. It names the mildest explanation that
the data allow; only a jump that none of them explains is called a candidate.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..no_mathematics import NO_MATHEMATICS
from ..statistics.explained_by_loss import ExplainedByLoss
from ..statistics.late_rise import LateRise
from . import checks
from .breaks import Break, Curve, find_break, loss_curve
from .checks import QUESTIONS, Rung, untested
from .evidence import Evidence, levels_of
from .jump import Jump, find_jump
from .rise import explained_of, late_rise_of, what_is_seen

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = {
    "not established": "No jump stands out of the noise of the test, or it is not in every seed.",
    "metric artefact": "A continuous score of the same outputs shows no jump.",
    "resolution": "The test has too few items to see the rise before the jump.",
    "smooth suffices": "A smooth curve fits as well as one with a jump.",
    "sharp but predictable": "The models below the jump predict it.",
    "candidate real transition": "Nothing that was tested explains the jump away.",
    "undetermined": "The data that would tell are lacking.",
}
"""Every outcome of a verdict, and what it means."""

EXPLAINED = {
    "established": "not established",
    "continuous score": "metric artefact",
    "resolution": "resolution",
    "smooth fit": "smooth suffices",
    "held out": "sharp but predictable",
    "replication": "not established",
}
NEEDED = ("established", "continuous score", "smooth fit", "replication")
"""Rungs without which nothing is called a candidate."""


class HasEvidence(Protocol):
    """Results that can be gathered for a verdict (`EvalResults`)."""

    def evidence(self, task: str, metric: str, **options: Any) -> Evidence:
        """What a verdict on one task and metric is judged on."""
        ...


@dataclass(frozen=True)
class Verdict:
    """The ladder of one task under one metric.

    Attributes
    ----------
    task, metric, family
        What was judged.
    outcome
        A key of `OUTCOMES`.
    rungs
        Six `Rung`: name, question, outcome, evidence, reason and missing data.
    jump
        The stretch of scale that holds half of the rise, or None.
    p_value
        Of the mildest of "there is no jump" and "the continuous score has no break"; NaN where
        either was not tested.
    notes
        What was left out or assumed.
    q_value
        The p-value among all that were judged together (`verdicts`); NaN alone.
    late_rise
        Late rise T of the score with its interval and tests, or None.
    explained
        Explained by the loss X, or None where the runs have no loss.
    seen
        What the figure shows, in words made from these two; empty where nothing can be said.
    """

    task: str
    metric: str
    family: str
    outcome: str
    rungs: tuple[Rung, ...]
    jump: Jump | None
    p_value: float
    notes: tuple[str, ...] = ()
    q_value: float = float("nan")
    late_rise: LateRise | None = None
    explained: ExplainedByLoss | None = None
    seen: str = ""

    @property
    def meaning(self) -> str:
        """The outcome in a sentence."""
        return OUTCOMES[self.outcome]

    @property
    def decisive(self) -> Rung:
        """The rung that settled the outcome: the first that explains the jump, or lacks data."""
        for rung in self.rungs:
            if rung.outcome == "explained":
                return rung
        if self.outcome == "undetermined":
            return next(r for r in self.rungs if r.outcome == "not tested" and r.name in NEEDED)
        return self.rungs[1]

    def to_frame(self) -> pd.DataFrame:
        """The ladder as a table: ``rung, question, outcome, reason, missing, evidence``."""
        import pandas as pd

        rows = [vars(r) | {"rung": r.name, "evidence": dict(r.evidence)} for r in self.rungs]
        columns = ["rung", "question", "outcome", "reason", "missing", "evidence"]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        lines = [f"Verdict: {self.outcome} ({self.task}, {self.metric}, {self.family})"]
        lines += [f"  {self.seen}"] if self.seen else []
        lines += [f"  {number}. {r.outcome}: {r.reason}" for number, r in enumerate(self.rungs, 1)]
        return "\n".join(lines + [f"  note: {note}" for note in self.notes])

    def _repr_html_(self) -> str:
        left = 'style="text-align:left"'

        def row(tag: str, cells: Iterable[str]) -> str:
            inside = "".join(f"<{tag} {left}>{html.escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        body = "".join(row("td", (r.question, r.outcome, r.reason)) for r in self.rungs)
        head = row("th", ("Question", "The jump", "Evidence"))
        what = html.escape(f"{self.task}, {self.metric}, {self.family}")
        seen = f"<p>{html.escape(self.seen)}</p>" if self.seen else ""
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return (
            f'<div class="{" ".join(NO_MATHEMATICS)}">'
            f"<p><b>{html.escape(self.outcome.capitalize())}</b>: "
            f"{html.escape(self.meaning)} ({what})</p>{seen}"
            f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{notes}</div>"
        )


def verdict(
    results: HasEvidence | Evidence,
    task: str | None = None,
    metric: str | None = None,
    *,
    level: float = 0.05,
    draws: int = 300,
    seed: int = 0,
    **options: Any,
) -> Verdict:
    """Judge whether a jump is in the model or in the metric.

    Parameters
    ----------
    results
        An `EvalResults`, or `Evidence` made by hand.
    task, metric
        Names in the results; by default the only task, and the sharpest metric it has.
    level
        Level of the tests, in (0, 1).
    draws, seed
        Replicates of the item bootstrap, and its seed.
    **options
        Further keywords of ``results.evidence``: ``family``, ``scale``, ``tokens``.

    Returns
    -------
    Verdict

    Raises
    ------
    KeyError
        A task, metric, family or scale that the results do not have.
    ValueError
        `level` outside (0, 1), or `draws` below 2.

    References
    ----------
    Wilson intervals and item bootstrap (rung 1); the metric argument and resolution of Schaeffer,
    Miranda and Koyejo 2023 (arXiv:2304.15004); AICc (Hurvich and Tsai 1989) in rung 4; seeds as in
    Zhao et al. 2025 (arXiv:2502.17356). Order and thresholds of the ladder are ours.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> verdict(datasets.pronunciation(), "english_pronunciation", "exact_match").outcome
    'metric artefact'
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it lies between 0 and 1, such as 0.05")
    if draws < 2:
        raise ValueError(f"draws is {draws}; expected at least 2")
    if isinstance(results, Evidence):
        evidence = results
    else:
        evidence = results.evidence(task, metric, **options)  # pyright: ignore[reportArgumentType]
    rungs, jump, found = _ladder(evidence, level, draws, seed)
    p_value = float("nan") if jump is None or found is None else max(jump.p_value, found.p_value)
    what = (evidence.task, evidence.metric, evidence.family)
    late = late_rise_of(evidence, draws=draws, seed=seed)
    explained = explained_of(evidence, draws=draws, seed=seed)
    return Verdict(
        *what,
        _outcome(rungs),
        rungs,
        jump,
        p_value,
        evidence.notes,
        late_rise=late,
        explained=explained,
        seen=what_is_seen(evidence, late, explained),
    )


def without_evidence(task: str, metric: str, reason: str) -> Verdict:
    """The verdict on what cannot be judged at all."""
    rungs = tuple(untested(name, reason) for name in QUESTIONS)
    return Verdict(task, metric, "", "undetermined", rungs, None, float("nan"))


def _outcome(rungs: tuple[Rung, ...]) -> str:
    for rung in rungs:
        if rung.outcome == "explained":
            return EXPLAINED[rung.name]
    lacking = any(rung.outcome == "not tested" and rung.name in NEEDED for rung in rungs)
    return "undetermined" if lacking else "candidate real transition"


def _ladder(
    evidence: Evidence, level: float, draws: int, seed: int
) -> tuple[tuple[Rung, ...], Jump | None, Break | None]:
    levels = levels_of(evidence, evidence.score)
    jump = find_jump(evidence, draws=draws, seed=seed)
    first = checks.established(jump, level, len(levels))
    if jump is None:
        rest = tuple(untested(name, "a jump") for name in list(QUESTIONS)[1:])
        return (first, *rest), None, None
    curve, found, name = _continuous(evidence, jump, draws, seed)
    second = checks.under_continuous_score(found, curve, name, level)
    third, fourth = checks.resolution(evidence, jump, second), checks.smooth_fit(evidence, jump)
    others = [_breaks(other, level, draws, seed) for other in evidence.others]
    last = checks.replication(found, [same for same in others if same is not None])
    return (first, second, third, fourth, checks.held_out(curve, jump, evidence), last), jump, found


def _continuous(
    evidence: Evidence, jump: Jump, draws: int, seed: int
) -> tuple[Curve | None, Break | None, str]:
    """The first continuous score that tells something on both sides of the jump."""
    levels = levels_of(evidence, evidence.score)
    start, end = float(levels.decades[jump.start]), float(levels.decades[jump.end])
    first: tuple[Curve | None, Break | None, str] = None, None, ""
    for measured in evidence.continuous:
        curve = loss_curve(evidence, measured, draws=draws, seed=seed)
        found = find_break(curve, measured.name, start, end)
        if found is not None:
            return curve, found, measured.name
        first = (curve, None, measured.name) if first[0] is None else first
    return first


def _breaks(other: Evidence, level: float, draws: int, seed: int) -> bool | None:
    """Whether another family breaks at its own jump; None where none is established."""
    jump = find_jump(other, draws=draws, seed=seed)
    if jump is None or not jump.p_value <= level:
        return None
    _, found, _ = _continuous(other, jump, draws, seed)
    return None if found is None else found.p_value <= level

"""Is the jump real? A ladder of nine questions, each with its numbers and what data it lacked.

The ladder is our own design, not a published protocol. It names the mildest explanation that
the data allow; only a jump that none of them explains is called a candidate.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..no_mathematics import NO_MATHEMATICS
from ..statistics.explained_by_loss import ExplainedByLoss
from ..statistics.late_rise import LateRise
from . import checks
from .evidence import Evidence, in_order, levels_of
from .held_out import Curve, loss_curve
from .jump import Jump, find_jump
from .partners import Partner, deciding, partners_of, told
from .rise import rise_of, what_is_seen
from .rung import QUESTIONS, Rung, untested
from .runs import outcomes_of

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = {
    "not established": "No rise stands out of the noise of the test, or no break is in every seed.",
    "lottery": "Models of one size disagree: what changes with size is the odds.",
    "no jump": "The score rises, at most a little late.",
    "metric artefact": "A continuous score of the same outputs improves smoothly and predicts it.",
    "resolution": "The test has too few items to see the rise before the jump.",
    "smooth suffices": "A smooth curve fits as well as one with a jump.",
    "confounded": "Something else than scale changes there.",
    "sharp but predictable": "The models below the jump predict it.",
    "candidate real transition": "Nothing that was tested explains the jump away.",
    "undetermined": "The data that would tell are lacking.",
}
"""Every outcome of a verdict, and what it means."""

EXPLAINED = {
    "established": "not established",
    "seeds": "lottery",
    "late rise": "no jump",
    "continuous score": "metric artefact",
    "resolution": "resolution",
    "smooth fit": "smooth suffices",
    "recipe": "confounded",
    "held out": "sharp but predictable",
    "replication": "not established",
}
NEEDED = ("established", "late rise", "continuous score", "smooth fit", "replication")
"""Rungs without which nothing is called a candidate."""
FEWEST_DRAWS = 20


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
        Nine `Rung`: name, question, outcome, evidence, reason and missing data.
    jump
        The stretch of scale that holds half of the rise, or None.
    p_value
        The largest of those of "there is no rise", "it is not late" and, where a continuous
        score is known, "it does not break"; NaN where the noise of the score is not known.
    notes
        What was left out or assumed.
    q_value
        The p-value among all that were judged together (`verdicts`); NaN alone.
    late_rise
        Late rise T of the score with its interval and tests, or None.
    explained
        Explained by the loss X or, without a loss that agrees with the verdict, by the continuous
        score that decides it; None without either.
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
        return next(rung for rung in self.rungs if rung.name == "continuous score")

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
        `level` outside (0, 1), or fewer than 20 `draws`.

    References
    ----------
    Late rise T and explained by the loss X are our own (`late_rise`, `explained_by_loss`); the
    metric argument and resolution of Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004); AICc
    (Hurvich and Tsai 1989) in rung 6; seeds as in Zhao et al. 2025 (arXiv:2502.17356). Order and
    thresholds of the ladder are ours.

    Examples
    --------
    >>> from emergence_widgets import datasets
    >>> verdict(datasets.pronunciation(), "english_pronunciation", "exact_match").outcome
    'metric artefact'
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it lies between 0 and 1, such as 0.05")
    if draws < FEWEST_DRAWS:
        raise ValueError(f"draws is {draws}; expected at least {FEWEST_DRAWS}")
    if isinstance(results, Evidence):
        evidence = results
    else:
        evidence = results.evidence(task, metric, **options)  # pyright: ignore[reportArgumentType]
    return _climb(in_order(evidence), level, draws, seed)


def _climb(evidence: Evidence, level: float, draws: int, seed: int) -> Verdict:
    levels = levels_of(evidence, evidence.score)
    jump = find_jump(evidence)
    rise = rise_of(evidence, level=level, draws=draws, seed=seed)
    first = checks.established(rise, jump, len(levels))
    what = (evidence.task, evidence.metric, evidence.family)
    if jump is None or rise is None:
        rest = tuple(untested(name, "a rise over three scales") for name in list(QUESTIONS)[1:])
        rungs = (first, *rest)
        return Verdict(*what, outcome_of_rungs(rungs), rungs, jump, float("nan"), evidence.notes)
    partners = partners_of(evidence, level=level, draws=draws, seed=seed)
    decides, telling = deciding(partners), told(partners)
    outcomes = outcomes_of(evidence)
    one_seed = not (levels.runs > 1).any()
    continuous = checks.under_continuous_score(partners, one_seed)
    others = [_breaks(other, level, draws, seed) for other in evidence.others]
    curve = _curve(evidence, decides)
    rungs = (
        first,
        checks.seeds(evidence, outcomes),
        checks.late_rise(evidence, rise),
        continuous,
        checks.resolution(evidence, jump, continuous),
        checks.smooth_fit(evidence, jump, continuous),
        checks.recipe(evidence, jump),
        checks.held_out(curve, jump, evidence),
        checks.replication(decides, [same for same in others if same is not None]),
    )
    p_values = [rise.late.p_rise, rise.late.p_late]
    if decides is not None:
        p_values.append(decides.explained.p_broken)
    return Verdict(
        *what,
        outcome_of_rungs(rungs),
        rungs,
        jump,
        float(np.max(p_values)),
        evidence.notes,
        late_rise=rise.late,
        explained=None if telling is None else telling.explained,
        seen=what_is_seen(evidence, rise, telling, outcomes),
    )


def without_evidence(task: str, metric: str, reason: str) -> Verdict:
    """The verdict on what cannot be judged at all."""
    rungs = tuple(untested(name, reason) for name in QUESTIONS)
    return Verdict(task, metric, "", "undetermined", rungs, None, float("nan"))


def outcome_of_rungs(rungs: tuple[Rung, ...]) -> str:
    """The mildest explanation; where none explains, what is left."""
    for rung in rungs:
        if rung.outcome == "explained":
            return EXPLAINED[rung.name]
    lacking = any(rung.outcome == "not tested" and rung.name in NEEDED for rung in rungs)
    return "undetermined" if lacking else "candidate real transition"


def _curve(evidence: Evidence, decides: Partner | None) -> Curve | None:
    """The continuous score that decides, as a loss to extrapolate."""
    for measured in evidence.continuous:
        if decides is not None and measured.name == decides.name:
            return loss_curve(evidence, measured)
    return None


def _breaks(other: Evidence, level: float, draws: int, seed: int) -> bool | None:
    """Whether another family breaks at its own late rise; None where it has none."""
    rise = rise_of(other, level=level, draws=draws, seed=seed)
    if rise is None or not rise.late.late or rise.falls:
        return None
    decides = deciding(partners_of(other, level=level, draws=draws, seed=seed))
    if decides is None or decides.cause not in ("metric", "loss"):
        return None
    return decides.cause == "loss"

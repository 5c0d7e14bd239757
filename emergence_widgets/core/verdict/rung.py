"""One rung of the ladder: a question, and what the evidence answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["survives", "explained", "not tested"]
Numbers = dict[str, float]


@dataclass(frozen=True)
class Rung:
    """One question of the ladder.

    Attributes
    ----------
    name
        A key of `QUESTIONS`.
    question
        What it asks.
    outcome
        ``survives``: the jump is still there; ``explained``: it needs no transition of the
        model; ``not tested``: data were lacking.
    evidence
        The numbers, by name.
    reason
        The same in a sentence.
    missing
        What data it lacked; empty when tested.
    """

    name: str
    question: str
    outcome: Answer
    reason: str
    evidence: dict[str, float] = field(default_factory=dict)
    missing: str = ""


QUESTIONS = {
    "established": "Is there a rise beyond the noise of the test?",
    "seeds": "Do models of the same size agree?",
    "late rise": "Is it late: does the score wait before it rises?",
    "continuous score": "Does a continuous score of the same outputs break, too?",
    "resolution": "Would it still be late with more test items?",
    "smooth fit": "Is a smooth curve worse, with no more parameters?",
    "recipe": "Is scale all that changes there?",
    "held out": "Is it a surprise to the models below it?",
    "replication": "Is the break there in every seed or family?",
}


def rung(name: str, outcome: Answer, reason: str, numbers: Numbers, missing: str = "") -> Rung:
    """A rung with its question."""
    return Rung(name, QUESTIONS[name], outcome, reason, numbers, missing)


def untested(name: str, missing: str) -> Rung:
    """A rung whose data are lacking."""
    return rung(name, "not tested", f"It needs {missing}.", {}, missing)

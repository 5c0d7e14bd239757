"""What the levels, kinds and orders of the atlas are called."""

from __future__ import annotations

from typing import Any

from ...core.verdict.verdict import OUTCOMES

KIND_LABELS = {
    "sharp": "right or wrong",
    "gradual": "gradual",
    "unknown": "unknown kind",
}
KIND_STYLES = {
    "sharp": {"colour": "var(--ew-sharp)", "marker": "square"},
    "gradual": {"colour": "var(--ew-gentle)", "marker": "square"},
    "unknown": {"colour": "var(--ew-mist)", "marker": "square"},
}
FAMILY_CHOICES = {
    "most_scales": "family of most points",
    "median": "median over families",
}
SORTS = {"jumps": "most jumps first", "given": "as in the data", "name": "by name"}
LIMITS = {"noise": "noise alone", "steps": "noise and twice a ramp"}
COLOURS = {"breakthroughness": "breakthroughness", "verdict": "verdict"}

SHORT = {
    "not established": "no jump",
    "metric artefact": "artefact",
    "smooth suffices": "smooth",
    "sharp but predictable": "predicted",
    "candidate real transition": "candidate",
    "undetermined": "open",
}
"""Outcomes of verdicts in a word, for a narrow cell."""


def levels() -> list[dict[str, Any]]:
    """Look and meaning of each level, in the order of the program `atlas`."""

    def level(
        name: str, mark: str | None, label: str, start: str | None, legend: str
    ) -> dict[str, Any]:
        return {"name": name, "mark": mark, "label": label, "from": start, "legend": legend}

    by_size = "breakthroughness"
    return [
        level("none", "", "not measured", None, "always"),
        level("few", "·", "fewer than 3 points", None, by_size),
        level("flat", "–", "constant", None, by_size),
        level("fall-2", None, "falls beyond its limit", "", by_size),
        level("fall-1", None, "falls, within its limit", "−1", by_size),
        level("within", None, "rises, within its limit", "0", by_size),
        level("up-1", None, "up to twice its limit", "1", by_size),
        level("up-2", None, "up to 4 times its limit", "2", by_size),
        level("up-3", None, "up to 8 times its limit", "4", by_size),
        level("up-4", None, "more than 8 times its limit", "8", by_size),
        level("unjudged", "", "no verdict", None, "verdict"),
        *(
            level(outcome.replace(" ", "-"), SHORT.get(outcome, outcome), outcome, None, "verdict")
            for outcome in OUTCOMES
        ),
    ]

"""Why a metric is graded as it is, in sentences with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

SCALE_WORDS = {
    "params": "sizes",
    "flops": "budgets",
    "tokens": "amounts of training",
    "step": "checkpoints",
    "loss": "models",
}


def reasons(row: Mapping[str, Any], scale: str) -> str:
    """Sentences on one row of the audit.

    Parameters
    ----------
    row
        The numbers of the row.
    scale
        The scale column, or ``""`` for several tasks.
    """
    noun = SCALE_WORDS.get(scale, "points")
    parts = [
        _too_few(row, noun),
        _not_finite(row, noun),
        *_ends(row, noun),
        _ups(row),
        _noise(row),
        _spread(row),
        _kept(row, noun),
        _breakthroughness(row),
    ]
    return " ".join(part for part in parts if part)


def _too_few(row: Mapping[str, Any], noun: str) -> str:
    if row["most_points"] >= 3:
        return ""
    return f"No curve has 3 {noun}; with fewer there is nothing to judge."


def _not_finite(row: Mapping[str, Any], noun: str) -> str:
    lost, all_points = row["not_finite"], row["not_finite"] + row["points"]
    if lost == 0:
        return ""
    verbs = ("has", "is") if lost == 1 else ("have", "are")
    return f"{lost} of {all_points} {noun} {verbs[0]} no finite score and {verbs[1]} left out."


def _ends(row: Mapping[str, Any], noun: str) -> list[str]:
    points = row["points"]
    if row["ups"] == 0 and np.isnan(row["linear"]) and points > 0 and row["curves"] == 1:
        return [f"All {points} {noun} score the same."]
    items = f" of {row['n_items']:,.0f} items" if np.isfinite(row["n_items"]) else ""
    level = f" ({abs(row['chance']):.3g})" if np.isfinite(row["chance"]) else ""
    zero, chance, best = row["at_zero"], row["at_chance"], row["at_best"]
    have = "has" if best == 1 else "have"
    lowest = f"exactly 0{items}" if row["worst"] == 0 else "as badly as can be"
    told = (
        (zero, f"{_verb('score', zero)} {lowest}"),
        (chance, f"cannot be told from chance{level}"),
        (best, f"{have} the best possible score"),
    )
    return [f"{count:.0f} of {points} {noun} {words}." for count, words in told if count > 0]


def _verb(stem: str, count: float) -> str:
    return f"{stem}s" if count == 1 else stem


def _ups(row: Mapping[str, Any]) -> str:
    if row["steps"] == 0:
        return ""
    go = "goes" if row["ups"] == 1 else "go"
    ups = f"{row['ups']:.0f} of {row['steps']:.0f} steps {go} up"
    falls = row["resolved_falls"]
    if falls > 0:
        return f"{ups}; {falls:.0f} {_verb('fall', falls)} by more than the noise."
    return f"{ups}."


def _noise(row: Mapping[str, Any]) -> str:
    if row["steps"] == 0:
        return ""
    if not row["noisy_steps"] > 0:
        return (
            "The noise is not known (neither answers, standard errors nor numbers of items), so "
            "that steps cannot be told from it."
        )
    return (
        f"{row['told_apart']:.0f} of {row['noisy_steps']:.0f} steps "
        f"{_verb('exceed', row['told_apart'])} the noise (1.96 standard errors)."
    )


def _spread(row: Mapping[str, Any]) -> str:
    if row["steps"] == 0 or np.isnan(row["linear"]):
        return ""
    if row["linear"] <= 0:
        return "It falls with scale."
    carried = row["linear"] ** 2 * row["steps"]
    words = f"The rise is spread over {carried:.1f} of {row['steps']:.0f} steps"
    if row["largest_step"] > 0.5:
        words += f": one step makes {row['largest_step']:.0%} of it"
    return f"{words}."


def _kept(row: Mapping[str, Any], noun: str) -> str:
    if np.isnan(row["stability"]) or np.isnan(row["linear"]):
        return ""
    keep = "keep" if row["stable"] else "change"
    return (
        f"Scores of another draw of items {keep} the order of the {noun} "
        f"(mean rank correlation {row['stability']:.2f})."
    )


def _breakthroughness(row: Mapping[str, Any]) -> str:
    value = row["breakthroughness"]
    if np.isnan(value):
        return ""
    than = "above" if row["over_null"] > 1 else "within"
    return (
        f"Breakthroughness {_number(value)} is {than} what noise reaches: "
        f"{_number(row['over_null'])} times its 95th percentile."
    )


def _number(value: float) -> str:
    if not np.isfinite(value) or not 1000 <= abs(value) < 1e6:
        return f"{value:.3g}".replace("inf", "infinity")
    return f"{value:,.0f}"

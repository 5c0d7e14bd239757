"""The six rungs of the ladder: what each asks, and what it finds on the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

import numpy as np
from scipy.special import ndtri

from ..statistics.intervals import items_needed, smallest_visible_rate, wilson_interval
from .breaks import FASTER, MATERIAL, Break, Curve
from .evidence import Evidence, levels_of
from .held_out import forecast
from .jump import Jump
from .smooth_fit import fit_smooth, fit_stepped, inflation, scores_of

Answer = Literal["survives", "explained", "not tested"]
Numbers = dict[str, float]

SMOOTH_MARGIN = 4.0  # A smooth curve suffices unless its AICc is worse by more than this.
FEWEST_TO_COMPARE = 5
FEWEST_TO_EXTRAPOLATE = 4
MOST_UNCERTAIN = 0.5  # Nats; a forecast of a wider interval than this either way predicts nothing.
MAJORITY = 2 / 3
SEEN = 0.95  # Chance with which a rise is to be seen.
SEEN_ERRORS = float(ndtri(0.975) + ndtri(SEEN))
UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
LARGEST_IN_UNITS = 1e15


@dataclass(frozen=True)
class Rung:
    """One question of the ladder.

    Attributes
    ----------
    name
        ``established, continuous score, resolution, smooth fit, held out`` or ``replication``.
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
    "established": "Is there a jump beyond the noise of the test?",
    "continuous score": "Does it remain under a continuous score of the same outputs?",
    "resolution": "Would it remain with more test items?",
    "smooth fit": "Is a smooth curve worse, with no more parameters?",
    "held out": "Is it a surprise to the models below it?",
    "replication": "Is it there in every seed or family?",
}


def _rung(name: str, outcome: Answer, reason: str, numbers: Numbers, missing: str = "") -> Rung:
    return Rung(name, QUESTIONS[name], outcome, reason, numbers, missing)


def untested(name: str, missing: str) -> Rung:
    """A rung whose data are lacking."""
    return _rung(name, "not tested", f"Not tested: {missing}.", {}, missing)


def _numbers_of(found: Jump | Break, *names: str) -> Numbers:
    return {name: getattr(found, name) for name in names}


def format_scale(scale: float) -> str:
    """A scale in thousands, millions, billions or trillions: 1.3B."""
    if isfinite(scale) and scale < LARGEST_IN_UNITS:
        for unit, letter in UNITS:
            if scale >= unit:
                return f"{scale / unit:.3g}{letter}"
    return f"{scale:.3g}"


def format_p_value(p_value: float) -> str:
    """A p-value with its sign of comparison."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def smallest_visible(n_items: float, chance: float) -> float:
    """Least rise above the floor that a test of so many items shows in 95 of 100 tries."""
    # Without guessing that is one success at all; above a chance c the rise must leave the noise of
    # the guesses behind, `(1.96 + 1.64) * sqrt(c (1 - c) / n)`: a 95% Wilson interval then lies
    # above c.
    one = float(smallest_visible_rate(n_items)) * (1 - chance)
    return max(one, SEEN_ERRORS * float(np.sqrt(chance * (1 - chance) / n_items)))


def items_to_see(rise: float, chance: float) -> float:
    """Fewest items that show a rise above the floor; infinite for none. See `smallest_visible`."""
    if rise <= 0:
        return float("inf")
    one = float(items_needed(min(rise / (1 - chance), 1.0)))
    with np.errstate(over="ignore"):
        # Not a power of Python's floats, which fails where numpy's is infinite.
        above = np.square(np.divide(SEEN_ERRORS, rise)) if chance > 0 else np.float64(0.0)
    return max(one, float(np.ceil(above * chance * (1 - chance))))


def established(jump: Jump | None, level: float, levels: int) -> Rung:
    """Rung 1: whether the intervals on both sides of the jump overlap."""
    name = "established"
    if levels < 2:
        return untested(name, "two scales that were measured")
    if jump is None:
        return _rung(name, "explained", "The score nowhere rises with scale.", {})
    numbers = _numbers_of(jump, "low", "high", "decades", "difference", "stderr", "p_value")
    if not np.isfinite(jump.p_value):
        words = "Not tested: neither items nor standard errors are known."
        missing = "the number of items, or standard errors"
        return _rung(name, "not tested", words, numbers, missing)
    paired = ", items paired over models" if jump.paired else ""
    words = (
        f"Half of the rise lies within {jump.decades:.2g} decades, from {jump.low:.3g} "
        f"[{jump.low_interval[0]:.3g}, {jump.low_interval[1]:.3g}] to {jump.high:.3g} "
        f"[{jump.high_interval[0]:.3g}, {jump.high_interval[1]:.3g}]; "
        f"{format_p_value(jump.p_value)}{paired}."
    )
    apart = jump.p_value <= level and (jump.paired or not jump.overlap)
    return _rung(name, "survives" if apart else "explained", words, numbers)


def under_continuous_score(
    found: Break | None, curve: Curve | None, name: str, level: float
) -> Rung:
    """Rung 2: whether the jump vanishes under a continuous score of the same outputs."""
    rung = "continuous score"
    if curve is None:
        return untested(rung, "a continuous score of the same outputs")
    if found is None:
        return untested(
            rung,
            f"a size before the jump, and sizes on both sides of it, at which {name} is off its "
            f"floor and its error is known ({len(curve.levels)} of "
            f"{len(curve.levels) + curve.dropped} sizes can be used)",
        )
    numbers = _numbers_of(found, "drop", "expected", "excess", "stderr", "p_value", "largest")
    low, high = format_scale(found.low), format_scale(found.high)
    chance = format_p_value(found.p_value)
    words = (
        f"From {low} to {high} {name} falls by {found.drop:.2g} nats, where the faster of the "
        f"rates on its two sides gives {found.expected:.2g}"
    )
    if found.p_value <= level:
        words += f": more than {FASTER:g} times as fast ({chance})."
        return _rung(rung, "survives", words, numbers)
    if found.largest > MATERIAL:
        words += f"; too uncertain to exclude a break of {MATERIAL:g} nats "
        words += f"(up to {found.largest:.2g})."
        missing = "more items or seeds: the continuous score is too uncertain"
        return _rung(rung, "not tested", words, numbers, missing)
    return _rung(rung, "explained", f"{words}: no break ({chance}).", numbers)


def resolution(evidence: Evidence, jump: Jump, continuous: Rung) -> Rung:
    """Rung 3: whether all below the jump is at the floor, as a smooth curve there would be."""
    name = "resolution"
    score = evidence.score
    if not score.counted:
        words = "The score is no share of items, so no step of 1/n hides it."
        return _rung(name, "survives", words, {})
    if continuous.outcome == "survives":
        words = "A score without steps of 1/n of the same outputs breaks there too."
        return _rung(name, "survives", words, {})
    weighed = scores_of(evidence)
    n = float(np.nanmin(score.n_items)) if np.isfinite(score.n_items).any() else float("nan")
    if weighed is None or not n >= 1:
        return untested(name, "the number of items")
    levels, scores = weighed
    below = np.arange(len(levels)) <= jump.start
    seen = scores.value[below]
    lower, _ = wilson_interval(np.clip(seen, 0, 1) * n, np.full(below.sum(), n))
    if np.any(lower > scores.chance):
        words = f"Below the jump the score is above its floor already (n = {n:.0f})."
        return _rung(name, "survives", words, {"n_items": n, "smallest": float(seen.min())})
    expected = float(fit_smooth(scores).curve[below].max() - scores.chance)
    visible = smallest_visible(n, scores.chance)
    numbers = {"n_items": n, "expected": expected, "visible": visible}
    if expected > visible:
        words = (
            f"A smooth curve through the rest would show {expected:.2g} above the floor before the "
            f"jump, which {n:.0f} items can see; nothing is there."
        )
        return _rung(name, "survives", words, numbers)
    needed = items_to_see(max(expected, 0.0), scores.chance)
    numbers["items_needed"] = needed
    enough = f"{needed:,.0f} items" if np.isfinite(needed) else "no number of items"
    words = (
        f"A smooth curve gives {expected:.2g} above the floor before the jump; {n:.0f} items show "
        f"{visible:.2g} or more, so its rise could not be seen ({enough} would show it)."
    )
    return _rung(name, "explained", words, numbers)


def smooth_fit(evidence: Evidence, jump: Jump) -> Rung:
    """Rung 4: whether a smooth curve with no more parameters fits as well."""
    name = "smooth fit"
    weighed = scores_of(evidence)
    if weighed is None:
        return untested(name, "items or standard errors, and the scores of guessing and at best")
    levels, scores = weighed
    n = len(levels)
    if n < FEWEST_TO_COMPARE:
        return untested(
            name, f"five sizes or more ({n} here): AICc needs more points than parameters"
        )
    steps = range(max(jump.start - 1, 0), min(jump.end + 1, n - 1))
    smooth, stepped = fit_smooth(scores), fit_stepped(scores, list(steps))
    spread = inflation(scores, list(steps))
    worse = smooth.aicc(n, spread) - stepped.aicc(n, spread)
    numbers = {
        "delta_aicc": worse,
        "smooth_deviance": smooth.deviance,
        "stepped_deviance": stepped.deviance,
        "smooth_parameters": float(smooth.parameters),
        "stepped_parameters": float(stepped.parameters),
        "inflation": spread,
        "n": float(n),
    }
    words = (
        f"AICc of the smooth curve ({smooth.parameters} parameters) less that of one with a step "
        f"({stepped.parameters}): {worse:+.1f} over {n} sizes."
    )
    return _rung(name, "survives" if worse > SMOOTH_MARGIN else "explained", words, numbers)


def held_out(curve: Curve | None, jump: Jump, evidence: Evidence) -> Rung:
    """Rung 5: whether the models below the jump predict what lies above it."""
    name = "held out"
    if curve is None:
        return untested(name, "a continuous score to extrapolate")
    start, end = levels_of(evidence, evidence.score).decades[[jump.start, jump.end]]
    decades = curve.levels.decades
    below = np.flatnonzero(decades <= start + 1e-9)
    above = np.flatnonzero(decades >= end - 1e-9)
    if len(below) < FEWEST_TO_EXTRAPOLATE or not len(above):
        return untested(
            name, f"{FEWEST_TO_EXTRAPOLATE} sizes below the jump to extrapolate ({len(below)} here)"
        )
    target = int(above[0])
    errors = np.sqrt(np.diag(curve.covariance))
    low, middle, high = forecast(curve, below, float(decades[target]))
    noise = 1.96 * float(errors[target])
    low, high = low - noise, high + noise
    seen = float(curve.loss[target])
    numbers = {
        "forecast": middle, "lower": low, "upper": high, "seen": seen,
        "error": abs(middle - seen), "last_value_error": abs(float(curve.loss[below[-1]]) - seen),
    }  # fmt: skip
    words = (
        f"A power law through the {len(below)} sizes below gives {middle:.2g} nats "
        f"[{low:.2g}, {high:.2g}] at "
        f"{format_scale(float(curve.levels.scale[target]))}; {seen:.2g} was measured."
    )
    if (high - low) / 2 > MOST_UNCERTAIN:
        missing = (
            f"a forecast within {MOST_UNCERTAIN:g} nats: more sizes, items or seeds below the jump"
        )
        return _rung(name, "not tested", f"{words} Too wide to tell.", numbers, missing)
    return _rung(name, "explained" if low <= seen <= high else "survives", words, numbers)


def replication(found: Break | None, others: list[bool]) -> Rung:
    """Rung 6: whether the break is there in every seed, and in other families."""
    name = "replication"
    if found is None or found.excess <= 0:
        return untested(name, "a break of the continuous score, to look for it elsewhere")
    seeds = found.n_seeds >= 2
    numbers: Numbers = {}
    words: list[str] = []
    answers: list[bool] = []
    if seeds:
        numbers |= {"seeds": found.n_seeds, "share_of_seeds": found.seeds}
        fall = f"{found.seeds * found.n_seeds:.0f} of {found.n_seeds} seeds fall faster there"
        words.append(f"{fall} than on both sides")
        answers.append(found.seeds >= MAJORITY - 1e-9)
    if others:
        agree = sum(others)
        numbers |= {"families": len(others), "share_of_families": agree / len(others)}
        words.append(f"{agree} of {len(others)} other families break")
        # Another family may lie elsewhere on its scale; one that agrees is a replication.
        if not seeds:
            answers.append(agree > 0)
    if not answers:
        return untested(name, "a second seed or family")
    outcome = "survives" if all(answers) else "explained"
    return _rung(name, outcome, "; ".join(words) + ".", numbers)

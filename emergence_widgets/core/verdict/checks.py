"""The rungs of the ladder: what each asks, and what it finds on the evidence."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ..statistics.explained_by_loss import ENOUGH, HARDLY_ANY
from ..statistics.intervals import items_needed, smallest_visible_rate, wilson_interval
from .evidence import Evidence, effective_items, levels_of
from .held_out import Curve, forecast
from .jump import Jump
from .partners import Partner, at_odds, deciding
from .recipe import changed_with_the_jump, learnt_by_heart
from .rise import HARDLY_LATE, Rise, broken, with_interval
from .rung import Numbers, Rung, rung, untested
from .runs import Outcomes
from .smooth_fit import fit_smooth, fit_stepped, inflation, scores_of
from .words import format_p_value, format_scale, where_on_scale

SMOOTH_MARGIN = 4.0  # A smooth curve suffices unless its AICc is worse by more than this.
MOST_DISPERSED = 4.0  # Deviance a degree of freedom above which a curve fits nothing.
FEWEST_TO_COMPARE = 5
FEWEST_TO_EXTRAPOLATE = 4
MOST_UNCERTAIN = 0.5  # Nats; a forecast of a wider interval than this either way predicts nothing.
MAJORITY = 2 / 3
OF_SCALE = {"params": "size", "flops": "compute", "step": "training", "loss": "the loss"}
MOST_ITEMS, LEAST_TOLD = 1e7, 1e-4  # Beyond these a number says no more than its size.
SEEN = 0.95  # Chance with which a rise is to be seen.
SEEN_ERRORS = float(ndtri(0.975) + ndtri(SEEN))


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


def established(rise: Rise | None, jump: Jump | None, levels: int) -> Rung:
    """Rung 1: whether the score rises beyond its noise."""
    name = "established"
    if levels < 2:
        return untested(name, "two scales that were measured")
    if jump is None:
        return rung(name, "explained", "The score nowhere rises with scale.", {})
    numbers: Numbers = {"low": jump.low, "high": jump.high, "decades": jump.decades}
    if rise is None:
        return untested(name, "three scales that were measured")
    numbers |= {"rise": rise.late.rise, "p_value": rise.late.p_rise}
    half = (
        f"Half of the rise lies within {jump.decades:.2g} decades, from {jump.low:.3g} "
        f"[{jump.low_interval[0]:.3g}, {jump.low_interval[1]:.3g}] to {jump.high:.3g} "
        f"[{jump.high_interval[0]:.3g}, {jump.high_interval[1]:.3g}]"
    )
    if np.isnan(rise.late.p_rise):
        words = "Neither items nor standard errors are known."
        missing = "the number of items, or standard errors"
        return rung(name, "not tested", words, numbers, missing)
    words = f"{half}; {format_p_value(rise.late.p_rise)}."
    return rung(name, "survives" if rise.late.rises else "explained", words, numbers)


def seeds(evidence: Evidence, outcomes: Outcomes | None) -> Rung:
    """Rung 2: whether models of one size agree, or each seed draws its lot."""
    name = "seeds"
    if outcomes is None:
        return untested(name, "three seeds of one size")
    numbers: Numbers = {"gap": outcomes.gap, "split_levels": float(len(outcomes.split))}
    if not outcomes.lottery:
        words = f"The widest gap between runs of one size is {outcomes.gap:.2g} of the whole rise."
        return rung(name, "survives", words, numbers)
    told: list[str] = []
    for level, solved, runs in outcomes.split:
        low, high = (float(end) for end in wilson_interval(solved, runs))
        told.append(f"{solved} of {runs} at {format_scale(level)} [{low:.2f}, {high:.2f}]")
        numbers[f"solved at {format_scale(level)}"] = solved / runs
    words = (
        f"Runs of one size differ by up to {outcomes.gap:.2g} of the whole rise, with nothing "
        f"between: past the middle are {', '.join(told)}. What changes with "
        f"{OF_SCALE.get(evidence.scale_name, evidence.scale_name)} is the odds."
    )
    return rung(name, "explained", words, numbers)


def late_rise(evidence: Evidence, rise: Rise) -> Rung:
    """Rung 3: whether the rise is later than steady gains would be."""
    name, late = "late rise", rise.late
    if np.isnan(late.p_late):
        return untested(name, "a rise beyond the noise")
    numbers: Numbers = {
        "late_rise": late.value, "lower": late.lower, "upper": late.upper, "p_value": late.p_late,
    }  # fmt: skip
    if rise.falls:
        since, to = (where_on_scale(evidence, at) for at in (rise.fall_from, rise.fall_to))
        words = (
            f"The score gets worse by {rise.fall:.2g} from {since} to {to} "
            f"({format_p_value(rise.p_fall)})."
        )
        return rung(name, "not tested", words, numbers, "a score that does not fall on the way")
    words = (
        f"At {where_on_scale(evidence, late.at)} it lags furthest behind steady gains: late rise "
        f"T = {with_interval(late)}, {format_p_value(late.p_late)}"
    )
    if late.late:
        return rung(name, "survives", f"{words}.", numbers)
    if late.upper <= HARDLY_LATE:
        return rung(name, "explained", f"{words}: a little late at most.", numbers)
    missing = "a late rise T beyond the noise: more items or seeds"
    return rung(name, "not tested", f"{words}: too uncertain to tell.", numbers, missing)


def under_continuous_score(partners: tuple[Partner, ...], one_seed: bool) -> Rung:
    """Rung 4: whether a smooth course of a continuous score of the same outputs predicts the rise.

    All that are known are told; the answers' own score counts before the loss.
    """
    name = "continuous score"
    decides = deciding(partners)
    if decides is None:
        return untested(
            name,
            "a continuous score of the same outputs, off its floor and with a known error at three "
            "scales",
        )
    numbers: Numbers = {}
    for one in partners:
        found = one.explained
        numbers |= {
            f"X of {one.name}": found.value,
            f"X of {one.name}, lower": found.lower,
            f"break of {one.name}": found.broken,
            f"p_value of {one.name}": found.p_broken,
        }
    words = "; ".join(_words_of(one) for one in partners)
    words = f"{words[0].upper()}{words[1:]}."
    smooth_loss = any(one.cause == "metric" and not one.of_answers for one in partners)
    broken_answers = decides.cause == "loss" and decides.of_answers
    if smooth_loss and (broken_answers or at_odds(partners)):
        missing = (
            "answers that a smooth loss agrees with: small models may fail the format of the answer"
        )
        return rung(name, "not tested", f"{words} The two disagree.", numbers, missing)
    if decides.cause == "metric":
        return rung(name, "explained", words, numbers)
    if decides.cause == "loss":
        alone = " With one seed, its noise is not known." if one_seed else ""
        return rung(name, "survives", f"{words}{alone}", numbers)
    missing = {
        "untested": "a scale beyond the rise: nobody knows what follows",
        "unclear": "more items or seeds: the continuous score is too uncertain",
    }[decides.cause]
    return rung(name, "not tested", words, numbers, missing)


def _words_of(partner: Partner) -> str:
    found = partner.explained
    x = f"X = {with_interval(found)}"
    label = partner.label
    if not partner.covers:
        return f"the {label} is at its floor below the jump, and cannot tell how that came about"
    if np.isnan(found.p_broken):
        return f"a smooth {label} predicts {x} of the steepest half, with an error nobody knows"
    low, high = format_scale(partner.low), format_scale(partner.high)
    if found.breaks and found.worsens:
        return (
            f"the {label} gets worse on the way, by {found.dip:.2f} of its range "
            f"({format_p_value(found.p_dip)}), so that nobody can tell a break"
        )
    if found.breaks:
        last = ", the last scale," if partner.cause == "untested" else ""
        return (
            f"the {label} improves faster between {low} and {high}{last} than on both sides, which "
            f"adds {broken(found)} of the whole rise ({format_p_value(found.p_broken)}); a smooth "
            f"{label} predicts {x} of the steepest half"
        )
    enough = "" if partner.cause == "metric" else f", where {ENOUGH:g} or more would be enough"
    unseen = f", but up to {found.broken_upper:.2f} of the rise is not excluded"
    unseen = "" if partner.cause == "metric" or found.broken_upper < HARDLY_ANY else unseen
    if found.p_broken < found.level:
        none = f"a break adds {broken(found)} of the whole rise, too little to count"
    else:
        none = f"no break shows{unseen}"
    return (
        f"a smooth {label} predicts {x} of the steepest half{enough}, and {none} "
        f"({format_p_value(found.p_broken)})"
    )


def resolution(evidence: Evidence, jump: Jump, continuous: Rung) -> Rung:
    """Rung 5: whether all below the jump is at the floor, as a smooth curve there would be."""
    name = "resolution"
    score = evidence.score
    if not score.counted:
        words = "The score is no share of items, so no step of 1/n hides it."
        return rung(name, "survives", words, {})
    if continuous.outcome == "survives":
        words = "A score without steps of 1/n of the same outputs breaks there too."
        return rung(name, "survives", words, {})
    weighed = scores_of(evidence)
    items = effective_items(score)
    n = float(np.nanmin(items)) if np.isfinite(items).any() else float("nan")
    if weighed is None or not n >= 1:
        return untested(name, "the number of items")
    levels, scores = weighed
    below = np.arange(len(levels)) <= jump.start
    seen = scores.value[below]
    lower, _ = wilson_interval(np.clip(seen, 0, 1) * n, np.full(below.sum(), n))
    if np.any(lower > scores.chance):
        words = f"Below the jump the score is above its floor already (n = {n:.0f})."
        return rung(name, "survives", words, {"n_items": n, "smallest": float(seen.min())})
    expected = float(fit_smooth(scores).curve[below].max() - scores.chance)
    visible = smallest_visible(n, scores.chance)
    numbers = {"n_items": n, "expected": expected, "visible": visible}
    if expected > visible:
        words = (
            f"A smooth curve through the rest would show {expected:.2g} above the floor before the "
            f"jump, which {n:.0f} items can see; nothing is there."
        )
        return rung(name, "survives", words, numbers)
    needed = items_to_see(max(expected, 0.0), scores.chance)
    numbers["items_needed"] = needed
    enough = f"{needed:,.0f} items" if needed <= MOST_ITEMS else "more items than any test has"
    given = f"{expected:.2g}" if expected >= LEAST_TOLD else f"less than {LEAST_TOLD:g}"
    words = (
        f"A smooth curve gives {given} above the floor before the jump; {n:.0f} items show "
        f"{visible:.2g} or more, so its rise could not be seen ({enough} would show it)."
    )
    return rung(name, "explained", words, numbers)


def smooth_fit(evidence: Evidence, jump: Jump, continuous: Rung) -> Rung:
    """Rung 6: whether a smooth curve with no more parameters fits as well."""
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
    dispersion = smooth.deviance / max(n - smooth.parameters, 1)
    numbers = {
        "delta_aicc": worse,
        "smooth_deviance": smooth.deviance,
        "stepped_deviance": stepped.deviance,
        "smooth_parameters": float(smooth.parameters),
        "stepped_parameters": float(stepped.parameters),
        "inflation": spread,
        "dispersion": dispersion,
        "n": float(n),
    }
    words = (
        f"AICc of the smooth curve ({smooth.parameters} parameters) less that of one with a step "
        f"({stepped.parameters}): {worse:+.1f} over {n} sizes"
    )
    if worse > SMOOTH_MARGIN:
        return rung(name, "survives", f"{words}.", numbers)
    if dispersion > MOST_DISPERSED:
        words = (
            f"{words}, but neither fits: the smooth curve misses the scores by {dispersion:.2g} "
        )
        words += f"times their squared errors (at most {MOST_DISPERSED:g} would do)."
        return rung(name, "not tested", words, numbers, "a curve that fits")
    if continuous.outcome == "survives":
        words += "; the continuous score tells more, and breaks."
        return rung(name, "survives", words, numbers)
    return rung(name, "explained", f"{words}.", numbers)


def recipe(evidence: Evidence, jump: Jump) -> Rung:
    """Rung 7: whether something else than scale changes where the score jumps."""
    name = "recipe"
    changed = changed_with_the_jump(evidence, jump)
    if changed:
        told = ", ".join(f"{one.column} ({one.below} below, {one.above} above)" for one in changed)
        words = f"Something else changes with the jump: {told}."
        return rung(name, "explained", words, {})
    by_heart = learnt_by_heart(evidence, jump)
    if by_heart is not None:
        words = (
            f"{by_heart.items} of {by_heart.of_items} items lose nearly all of their loss at once "
            f"from {format_scale(by_heart.since)} on, and the rest do not: the models may have "
            "seen them in training."
        )
        return rung(name, "explained", words, {"items": float(by_heart.items)})
    if not evidence.recipe:
        return untested(name, "columns that tell how models were made (layers, tokens, tuning, …)")
    columns = ", ".join(evidence.recipe)
    return rung(name, "survives", f"Nothing else that is known changes there ({columns}).", {})


def held_out(curve: Curve | None, jump: Jump, evidence: Evidence) -> Rung:
    """Rung 8: whether the models below the jump predict what lies above it."""
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
    low, middle, high = forecast(curve, below, float(decades[target]))
    noise = 1.96 * float(curve.error[target])
    low, high = low - noise, high + noise
    seen = float(curve.loss[target])
    ends = (curve.as_score(low), curve.as_score(high))
    numbers = {
        "forecast": curve.as_score(middle), "lower": min(ends), "upper": max(ends),
        "seen": curve.as_score(seen), "last_value": curve.as_score(float(curve.loss[below[-1]])),
    }  # fmt: skip
    words = (
        f"A power law through the {len(below)} sizes below forecasts "
        f"{numbers['forecast']:.2g} [{numbers['lower']:.2g}, {numbers['upper']:.2g}] for the "
        f"{curve.label} at {format_scale(float(curve.levels.scale[target]))}; "
        f"{numbers['seen']:.2g} was measured."
    )
    if (high - low) / 2 > MOST_UNCERTAIN:
        missing = "a narrower forecast: more sizes, items or seeds below the jump"
        return rung(name, "not tested", f"{words} Too wide to tell.", numbers, missing)
    return rung(name, "explained" if low <= seen <= high else "survives", words, numbers)


def replication(partner: Partner | None, others: list[bool]) -> Rung:
    """Rung 9: whether the break is there in every seed, and in other families."""
    name = "replication"
    if partner is None or partner.cause != "loss":
        return untested(name, "a break of the continuous score, to look for it elsewhere")
    several = partner.n_seeds >= 2
    numbers: Numbers = {}
    words: list[str] = []
    answers: list[bool] = []
    if several:
        numbers |= {"seeds": float(partner.n_seeds), "share_of_seeds": partner.seeds}
        words.append(
            f"the {partner.label} breaks in {partner.seeds * partner.n_seeds:.0f} of "
            f"{partner.n_seeds} seeds"
        )
        answers.append(partner.seeds >= MAJORITY - 1e-9)
    if others:
        agree = sum(others)
        numbers |= {"families": float(len(others)), "share_of_families": agree / len(others)}
        words.append(f"in {agree} of {len(others)} other families it breaks, too")
        # Another family may lie elsewhere on its scale; one that agrees is a replication.
        if not several:
            answers.append(agree > 0)
    if not answers:
        return untested(name, "a second seed or family")
    outcome = "survives" if all(answers) else "explained"
    told = "; ".join(words)
    return rung(name, outcome, f"{told[0].upper()}{told[1:]}.", numbers)

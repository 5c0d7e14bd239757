"""What continuous scores say of a rise: by theorem, by construction, and where they are silent."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_widgets.core.verdict.partners import at_odds, deciding, partners_of, told
from emergence_widgets.core.verdict.verdict import verdict

from .verdict_worlds import DECADES, evidence, gentle, losses, measured, seeded, shares

STEP = np.arange(10) < 5
BROKEN = gentle(DECADES) + STEP


def three(values) -> np.ndarray:
    return np.tile(values, 3)


def partners(score, *continuous, **options):
    runs = evidence(score, *continuous, **options)
    return partners_of(runs, level=0.05, draws=100, seed=0)


def partner(score, *continuous, **options):
    (found,) = partners(score, *continuous, **options)
    return found


POWERS = st.lists(st.tuples(st.floats(0.1, 3), st.floats(0.02, 1)), min_size=1, max_size=3)


@given(POWERS, st.floats(0, 1), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_no_sum_of_power_laws_breaks(powers, floor, length):
    """Each is convex in the logarithm of the scale, and so is a sum of them."""
    loss = floor + sum(a * 10 ** (-b * (DECADES - 6)) for a, b in powers)
    score = measured(np.exp(-length * loss), stderr=1e-9)
    for found in partners(score, losses(loss, stderr=1e-6)):
        assert found.explained.broken == pytest.approx(0, abs=1e-6)
        assert found.cause != "loss"


def test_a_nat_lost_in_one_step_breaks_there():
    found = partner(shares(three(np.exp(-BROKEN))), losses(seeded(BROKEN)), seeds=3)
    assert found.cause == "loss"
    assert found.low <= 10 ** DECADES[4]
    assert found.high == pytest.approx(10 ** DECADES[5])
    assert (found.seeds, found.n_seeds) == (1, 3)


def test_a_break_of_two_seeds_in_three_is_told_by_each():
    loss = np.concatenate([BROKEN, BROKEN, gentle(DECADES)])
    found = partner(shares(np.exp(-loss)), losses(loss), seeds=3)
    assert found.seeds == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "name",
    ["share", "error", "brier", "perplexity", "bits", "reward"],
)
def test_every_kind_of_score_tells_smooth_from_broken(name):
    for loss, cause in ((gentle(DECADES), "metric"), (BROKEN, "loss")):
        runs = seeded(loss, noise=0.005)
        score = {
            "share": measured(np.exp(-runs), "edit_similarity", stderr=0.001),
            "error": measured(runs, "squared_error", kind="error", stderr=0.001),
            "brier": measured(
                0.75 * (1 - np.exp(-runs)), "brier_score", kind="brier", chance=0.75,
                lower_is_better=True, stderr=0.001,
            ),
            "perplexity": measured(
                np.exp(runs), "ppl", kind="perplexity", lower_is_better=True, stderr=0.001
            ),
            "bits": measured(
                runs / np.log(2), "bits", kind="bits", lower_is_better=True, stderr=0.001
            ),
            "reward": measured(-runs, "log_likelihood", kind="nats", stderr=0.001),
        }[name]  # fmt: skip
        found = partner(shares(np.exp(-3 * runs), 1e5), score, seeds=3)
        assert found.cause == cause
        assert found.of_answers == (name in ("share", "error", "brier"))


def test_a_break_at_the_last_scale_is_not_tested():
    loss = gentle(DECADES) + (np.arange(10) < 9)
    found = partner(shares(three(np.exp(-2 * loss)), 1e4), losses(seeded(loss)), seeds=3)
    assert found.explained.broken_end == 9
    assert found.cause == "untested"


def test_a_loss_that_gets_worse_on_the_way_tells_no_break():
    bump = gentle(DECADES) + 1.5 * np.exp(-(((DECADES - 8) / 0.8) ** 2))
    found = partner(shares(three(np.exp(-2 * bump)), 1e4), losses(seeded(bump)), seeds=3)
    assert found.explained.breaks
    assert found.explained.worsens
    assert found.cause == "unclear"
    runs = evidence(shares(three(np.exp(-2 * bump)), 1e4), losses(seeded(bump)), seeds=3)
    assert verdict(runs, draws=50).outcome != "candidate real transition"


@pytest.mark.parametrize(("dip", "worsens"), [(0.09, False), (0.11, True)])
def test_a_loss_gets_worse_from_a_tenth_of_its_range(dip, worsens):
    found = partner(shares(three(np.exp(-BROKEN))), losses(seeded(BROKEN)), seeds=3).explained
    assert found._replace(dip=dip, p_dip=0.01).worsens == worsens
    assert not found._replace(dip=1.0, p_dip=0.06).worsens


def test_answers_that_fail_the_format_are_at_odds_with_their_loss():
    right = np.exp(-gentle(DECADES))
    formatted = np.where(np.arange(10) < 6, 0.02, 1.0)
    score = shares(right**2 * formatted, 1e4)
    nearness = measured(right * formatted, "edit_similarity", stderr=0.002)
    found = partners(score, losses(gentle(DECADES)), nearness)
    assert at_odds(found)
    assert not at_odds(
        partners(
            shares(right**2, 1e4),
            losses(gentle(DECADES)),
            measured(right, "edit_similarity", stderr=0.002),
        )
    )
    assert not at_odds(())


def test_levels_at_the_floor_of_a_score_tell_nothing():
    similarity = np.where(np.arange(10) < 3, 0.0, np.exp(-gentle(DECADES)))
    score = shares(np.where(np.arange(10) < 3, 0.0, np.exp(-3 * gentle(DECADES))), 1e4)
    found = partner(score, measured(similarity, "edit_similarity", stderr=0.002))
    assert np.isnan(found.explained.predicted).tolist() == [True] * 3 + [False] * 7
    assert found.explained.start >= 3
    assert found.cause == "metric"


def test_a_score_at_its_floor_below_the_jump_cannot_say_that_the_jump_is_smooth():
    below = np.arange(10) < 5
    score = shares(np.where(below, 0.02, 0.6 + 0.02 * np.arange(10)), 1e4)
    similarity = np.where(below, 0.0, 0.6 + 0.02 * np.arange(10))
    found = partner(score, measured(similarity, "edit_similarity", stderr=0.01))
    assert found.explained.cause == "metric"
    assert not found.covers
    assert found.cause == "unclear"


@pytest.mark.parametrize("known", [2, 3])
def test_three_levels_are_needed(known):
    loss = np.where(np.arange(10) < known, gentle(DECADES), np.nan)
    found = partners(shares(np.exp(-3 * gentle(DECADES))), losses(loss))
    assert len(found) == (known >= 3)


def test_a_score_without_ends_has_no_partner():
    elo = measured(np.where(STEP, -8.0, 5.0), "elo", stderr=0.1, best=np.nan)
    assert partners(elo, losses(BROKEN)) == ()


def test_one_number_a_scale_has_no_interval():
    found = partner(measured(np.exp(-3 * gentle(DECADES))), losses(gentle(DECADES), stderr=np.nan))
    assert np.isnan([found.explained.lower, found.explained.p_broken]).all()
    assert found.cause == "unclear"


def test_the_answers_score_decides_and_the_loss_is_told_where_it_agrees():
    similarity = measured(three(np.exp(-gentle(DECADES))), "edit_similarity", stderr=0.002)
    smooth, broken = (losses(seeded(loss)) for loss in (gentle(DECADES), BROKEN))
    score = shares(three(np.exp(-3 * gentle(DECADES))), 1e4)
    both = partners(score, smooth, similarity, seeds=3)
    assert [one.name for one in both] == ["edit_similarity", "loss"]
    chosen, said = deciding(both), told(both)
    assert chosen is not None
    assert said is not None
    assert (chosen.name, said.name) == ("edit_similarity", "loss")
    other = partners(score, broken, similarity, seeds=3)
    assert deciding(other) == told(other) == other[0]
    assert deciding(()) is None
    assert told(()) is None


def test_a_level_of_the_test_is_that_of_the_break():
    found = partner(shares(three(np.exp(-BROKEN))), losses(seeded(BROKEN)), seeds=3)
    stricter = found.explained._replace(p_broken=0.03, level=0.02)
    assert not dataclasses.replace(found, explained=stricter).explained.breaks

"""The verdict: every outcome reached, sensible answers where data are lacking, and its words."""

import dataclasses
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emergence_widgets.core.no_mathematics import NO_MATHEMATICS
from emergence_widgets.core.verdict.evidence import Evidence
from emergence_widgets.core.verdict.rung import QUESTIONS, Rung
from emergence_widgets.core.verdict.verdict import (
    EXPLAINED,
    NEEDED,
    OUTCOMES,
    Verdict,
    outcome_of_rungs,
    verdict,
)

from .verdict_worlds import DECADES, evidence, gentle, losses, measured, seeded, shares

STEP = np.arange(10) < 5
BROKEN = gentle(DECADES) + STEP
DISCONTINUOUS = np.where(STEP, 0.1, 0.9)
HARD = np.exp(-8 * 10 ** (-0.15 * (DECADES - 6)))


def rung_of(found: Verdict, name: str) -> Rung:
    return next(rung for rung in found.rungs if rung.name == name)


def judged(*parts, **options) -> Verdict:
    return verdict(evidence(*parts, **options), draws=50)


def three(values) -> np.ndarray:
    return np.tile(values, 3)


def transition() -> Evidence:
    """A nat lost in one step by each of three seeds, and accuracy with it."""
    loss = losses(seeded(BROKEN, noise=0.02), stderr=0.02)
    return evidence(shares(three(DISCONTINUOUS)), loss, seeds=3)


def predictable() -> Evidence:
    """A break of 0.3 nats, after small models so erratic that it is within their forecast."""
    erratic = 0.15 * (-1.0) ** np.arange(10) * (np.arange(10) < 4)
    loss = 3 - 0.05 * np.arange(10) + 0.3 * STEP + erratic
    return evidence(shares(three(DISCONTINUOUS)), losses(three(loss), stderr=0.02), seeds=3)


def outcome_of(answers) -> str:
    """The outcome that the documentation promises for the answers of all rungs."""
    for name, answer in answers.items():
        if answer == "explained":
            return EXPLAINED[name]
    lacking = {name for name, answer in answers.items() if answer == "not tested"}
    return "undetermined" if lacking & set(NEEDED) else "candidate real transition"


@given(st.tuples(*[st.sampled_from(("survives", "explained", "not tested"))] * len(QUESTIONS)))
@example(("survives",) * len(QUESTIONS))
def test_each_combination_of_answers_has_its_outcome(answers):
    by_name = dict(zip(QUESTIONS, answers, strict=True))
    rungs = tuple(Rung(name, QUESTIONS[name], answer, "") for name, answer in by_name.items())
    found = Verdict("t", "m", "f", outcome_of_rungs(rungs), rungs, None, np.nan)
    assert found.outcome == outcome_of(by_name)
    assert found.meaning == OUTCOMES[found.outcome]
    first = next((rung for rung in rungs if rung.outcome == "explained"), None)
    if first is not None:
        assert found.decisive is first
    elif found.outcome == "undetermined":
        assert found.decisive.outcome == "not tested"
    else:
        assert found.decisive.outcome == "survives"


def test_every_outcome_can_be_reached():
    assert set(EXPLAINED) == set(QUESTIONS)
    assert set(OUTCOMES) == {*EXPLAINED.values(), "undetermined", "candidate real transition"}


def test_a_nat_lost_by_every_seed_is_a_candidate():
    found = verdict(transition(), draws=50)
    assert found.outcome == "candidate real transition"
    assert found.p_value < 0.05
    survived = {rung.name for rung in found.rungs if rung.outcome == "survives"}
    assert set(QUESTIONS) - survived == {"recipe"}


def test_its_p_value_is_of_the_mildest_of_its_tests():
    """Few items make the late rise the least certain of them; a noisy loss the break."""
    for n_items, stderr in ((12, 0.01), (1000, 0.2)):
        found = judged(shares(DISCONTINUOUS, n_items), losses(BROKEN, stderr=stderr))
        assert found.late_rise is not None
        assert found.explained is not None
        tests = (found.late_rise.p_rise, found.late_rise.p_late, found.explained.p_broken)
        assert found.p_value == max(tests)


def test_a_smooth_loss_under_a_sharp_metric_is_an_artefact():
    loss = losses(seeded(gentle(DECADES)), stderr=0.01)
    found = judged(shares(three(np.exp(-3 * gentle(DECADES)))), loss, seeds=3)
    assert found.outcome == "metric artefact"
    assert found.decisive.name == "continuous score"


def test_a_difference_within_the_noise_of_few_items_is_not_established():
    found = judged(shares(np.where(STEP, 0.4, 0.6), 20), losses(BROKEN))
    assert found.outcome == "not established"
    assert found.decisive.name == "established"


def test_a_break_of_one_seed_in_three_is_not_told_from_noise():
    loss = losses(np.concatenate([gentle(DECADES) + 3 * STEP, *[gentle(DECADES)] * 2]), stderr=0.01)
    found = judged(shares(three(DISCONTINUOUS)), loss, seeds=3)
    assert found.outcome == "undetermined"
    assert found.decisive.name == "continuous score"


def test_too_few_items_to_see_the_rise_below_are_a_matter_of_resolution():
    decades = np.array([6, 6.5, 7, 7.5, 12])
    found = judged(shares(np.exp(-8 * 10 ** (-0.15 * (decades - 6))), 30), decades=decades)
    assert found.outcome == "resolution"


def test_a_smooth_curve_of_a_lone_metric_suffices():
    assert judged(shares(HARD)).outcome == "smooth suffices"


def test_a_lone_step_is_undetermined():
    found = judged(shares(DISCONTINUOUS))
    assert found.outcome == "undetermined"
    assert found.decisive.missing
    assert found.p_value < 0.05


def test_a_break_that_smaller_models_predict_is_predictable():
    found = verdict(predictable(), draws=50)
    assert rung_of(found, "continuous score").outcome == "survives"
    assert found.outcome == "sharp but predictable"


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (shares(np.full(10, 0.3)), "not established"),
        (shares(np.ones(10)), "not established"),
        (shares(np.zeros(10)), "not established"),
        (shares(np.linspace(0.9, 0.1, 10)), "not established"),
        (shares(np.where(np.arange(10) == 3, 0.31, 0.3)), "not established"),
        (measured(DISCONTINUOUS), "undetermined"),
        (measured(np.full(10, np.nan)), "undetermined"),
        (measured(np.where(STEP, -8.0, 5.0), "elo", stderr=0.1, best=np.nan), "undetermined"),
        (losses(BROKEN), "undetermined"),
    ],
)
def test_lone_metrics_of_all_kinds_get_an_answer(score, outcome):
    assert judged(score).outcome == outcome


@pytest.mark.parametrize("sizes", [1, 2, 3, 4])
def test_few_sizes_determine_nothing(sizes):
    value, loss = DISCONTINUOUS[10 - sizes - 3 : 7], BROKEN[10 - sizes - 3 : 7]
    assert len(value) == sizes
    found = judged(shares(value), losses(loss), decades=DECADES[:sizes])
    assert found.outcome in ("undetermined", "not established", "no jump", "smooth suffices")
    assert found.outcome != "candidate real transition"


def test_perplexity_that_is_infinite_below_is_judged_where_it_is_finite():
    ppl = np.exp(gentle(DECADES))
    ppl[:2] = np.inf
    partner = measured(ppl, "ppl", stderr=0.01, kind="perplexity", lower_is_better=True)
    found = judged(shares(np.exp(-3 * gentle(DECADES))), partner)
    assert found.outcome == "metric artefact"


def test_noise_of_no_known_size_is_no_break():
    rng = np.random.default_rng(0)
    for _ in range(20):
        loss = losses(gentle(DECADES) + 0.1 * rng.standard_normal(10), stderr=np.nan)
        found = judged(shares(DISCONTINUOUS), loss)
        assert rung_of(found, "continuous score").outcome == "not tested"
        assert np.isnan(found.p_value)


def test_partners_that_tell_nothing_are_none():
    tell = losses(np.where(np.arange(10) < 2, BROKEN, np.nan))
    missing = rung_of(judged(shares(DISCONTINUOUS), tell), "continuous score").missing
    assert "a continuous score of the same outputs" in missing
    assert "at three scales" in missing


def test_a_partner_that_was_never_measured_is_passed_over():
    none = losses(np.full(10, np.nan))
    found = judged(shares(np.exp(-3 * gentle(DECADES))), none, losses(gentle(DECADES)))
    assert found.outcome == "metric artefact"


def test_another_family_that_breaks_replicates_and_one_that_does_not_refutes():
    def family(name, loss):
        return evidence(shares(DISCONTINUOUS), losses(loss, stderr=0.02), family=name)

    for other, outcome in ((BROKEN, "survives"), (gentle(DECADES), "explained")):
        runs = dataclasses.replace(family("a", BROKEN), others=(family("b", other),))
        assert verdict(runs, draws=50).rungs[-1].outcome == outcome


def test_a_family_without_an_established_jump_neither_replicates_nor_refutes():
    loss = losses(BROKEN, stderr=0.02)
    other = evidence(shares(np.where(STEP, 0.4, 0.6), 10), loss, family="b")
    runs = evidence(shares(DISCONTINUOUS), loss, family="a", others=(other,))
    assert verdict(runs, draws=50).rungs[-1].missing == "a second seed or family"


def test_over_loss_the_same_verdict_is_reached_as_over_size():
    runs = transition()
    over = dataclasses.replace(runs, scale=1e3 / runs.scale**0.1, scale_name="loss")
    by_size, by_loss = verdict(runs, draws=50), verdict(over, draws=50)
    assert by_loss.outcome == by_size.outcome
    assert by_loss.p_value == pytest.approx(by_size.p_value)


def reordered(runs: Evidence, order: np.ndarray) -> Evidence:
    def moved(one):
        items = None if one.items is None else one.items[order]
        return dataclasses.replace(
            one, value=one.value[order], stderr=one.stderr[order], n_items=one.n_items[order],
            items=items,
        )  # fmt: skip

    return dataclasses.replace(
        runs, scale=runs.scale[order], seed=runs.seed[order], score=moved(runs.score),
        continuous=tuple(moved(one) for one in runs.continuous),
    )  # fmt: skip


def with_items(rng: np.random.Generator) -> Evidence:
    loss = seeded(BROKEN, noise=0.02)[:, np.newaxis] * rng.gamma(4, 0.25, size=200)
    right = (rng.random(loss.shape) < np.exp(-loss)).astype(float)
    return evidence(
        shares(right.mean(axis=1), 200, items=right),
        losses(loss.mean(axis=1), items=loss),
        seeds=3,
    )


def test_the_order_of_runs_does_not_matter():
    rng = np.random.default_rng(0)
    runs = with_items(rng)
    one = verdict(runs, draws=50)
    other = verdict(reordered(runs, rng.permutation(30)), draws=50)
    assert other.outcome == one.outcome
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6)
    for mine, theirs in zip(one.rungs, other.rungs, strict=True):
        assert theirs.evidence == pytest.approx(mine.evidence, rel=1e-6, nan_ok=True)


def test_a_seed_of_the_bootstrap_gives_the_same_verdict_again():
    runs = with_items(np.random.default_rng(1))
    one, again, other = (verdict(runs, draws=50, seed=seed) for seed in (3, 3, 4))
    assert repr(one) == repr(again)
    assert one.late_rise is not None
    assert other.late_rise is not None
    assert one.late_rise.lower != other.late_rise.lower


def test_the_ladder_as_a_table():
    frame = verdict(transition(), draws=50).to_frame()
    assert frame["rung"].tolist() == list(QUESTIONS)
    assert frame["outcome"].isin(["survives", "explained", "not tested"]).all()
    assert all(isinstance(numbers, dict) for numbers in frame["evidence"])
    assert frame.loc[frame["outcome"] == "not tested", "missing"].str.len().gt(0).all()


class Texts(HTMLParser):
    """The tags and the texts of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        kind = ("class", " ".join(NO_MATHEMATICS))
        assert all(one == kind or one[0] == "style" for one in attrs)

    def handle_data(self, data):
        self.texts.append(data)


def test_names_that_are_html_are_shown_as_texts():
    evil = "<script>alert('x')</script>&amp;\"<img src=x onerror=y>"
    runs = dataclasses.replace(
        transition(), task=evil, metric=evil, family=evil, notes=(evil,),
        continuous=(losses(seeded(BROKEN), stderr=0.02),),
    )  # fmt: skip
    named = dataclasses.replace(runs.continuous[0], name=evil)
    found = verdict(dataclasses.replace(runs, continuous=(named,)), draws=50)
    page = Texts()
    page.feed(found._repr_html_())
    assert page.tags <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    words = "".join(page.texts)
    assert words.count(evil) >= 4
    assert found.outcome.capitalize() in words
    assert all(rung.reason in words for rung in found.rungs)


@pytest.mark.parametrize("level", [0, 1, -0.1, np.nan])
def test_a_level_outside_0_to_1_is_refused(level):
    with pytest.raises(ValueError, match="level is"):
        verdict(transition(), level=level)


def test_fewer_than_twenty_draws_are_refused():
    assert verdict(transition(), draws=20).p_value <= 0.05
    with pytest.raises(ValueError, match="draws is 19; expected at least 20"):
        verdict(transition(), draws=19)

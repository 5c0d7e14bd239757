"""Scoring the same answers again: thresholds, and K answers of K."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets import rescore

from .answers import answers, errors

# Thresholds


def test_thresholds_turn_with_the_direction() -> None:
    frame = answers(True, False, target="a b c d", output=["a b c d", "a b x d"])
    rows = rescore(
        frame, [], thresholds={"edit_similarity": [0.75, 0.8], "token_edit_distance": [0, 1]}
    )
    assert rows.set_index("metric")["value"].to_dict() == {
        "edit_similarity>=0.75": 1, "edit_similarity>=0.8": 0.5,
        "token_edit_distance<=0": 0.5, "token_edit_distance<=1": 1,
    }  # fmt: skip
    assert not rows["lower_is_better"].any()
    assert (rows["max"] == 1).all()


def test_an_undefined_score_neither_passes_nor_fails() -> None:
    rows = rescore(errors([1.0, float("nan"), 3.0]), [], thresholds={"squared_error": [2.0]})
    assert rows[["value", "n_items"]].to_numpy().tolist() == [[0.5, 2]]


@given(st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_the_share_passing_is_monotone_in_the_threshold(values: list[float]) -> None:
    limits = np.linspace(0, 10, 9).tolist()
    passing = rescore(errors(values), [], thresholds={"squared_error": limits})["value"]
    assert passing.is_monotonic_increasing
    assert passing.iloc[-1] == 1
    assert passing.iloc[0] == np.mean(np.array(values) <= 0)


# K of K


@pytest.mark.parametrize(("right", "n"), [(0, 5), (2, 5), (4, 6), (6, 6)])
def test_k_of_k_is_the_share_of_all_draws(right: int, n: int) -> None:
    outcomes = [i < right for i in range(n)]
    rows = rescore(answers(*outcomes), "exact_match", all_of=range(1, n + 2))
    values = rows.set_index("metric")["value"]
    for k in range(1, n + 1):
        draws = [all(draw) for draw in itertools.combinations(outcomes, k)]
        assert values[f"exact_match, {k} of {k}"] == pytest.approx(np.mean(draws), abs=1e-12)
        hypergeometric = stats.hypergeom(n, right, k).pmf(k)
        assert values[f"exact_match, {k} of {k}"] == pytest.approx(hypergeometric, abs=1e-12)
    assert np.isnan(values[f"exact_match, {n + 1} of {n + 1}"])


def test_the_interval_of_k_of_k_is_that_of_one_to_the_power_of_k() -> None:
    row = rescore(answers(True, True, True, False), all_of=[3]).iloc[1]
    reference = stats.binomtest(3, 4).proportion_ci(method="wilson")
    expected = (reference.low**3, reference.high**3)
    assert (row["lower"], row["upper"]) == pytest.approx(expected)
    assert row["value"] == pytest.approx(1 / 4)


@given(st.lists(st.booleans(), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_k_of_k_falls_with_k(outcomes: list[bool]) -> None:
    rows = rescore(answers(*outcomes), [], thresholds={"exact_match": [1]}, all_of=range(1, 21))
    values = rows["value"].to_numpy()[1:]
    known = values[: len(outcomes)]
    assert (np.diff(known) <= 1e-12).all()
    assert np.isnan(values[len(outcomes) :]).all()
    assert known[0] == pytest.approx(np.mean(outcomes))


def test_only_sharp_scores_have_subsets() -> None:
    rows = rescore(answers(True, False), ["exact_match", "edit_similarity"], all_of=[2])
    assert rows["metric"].tolist() == ["exact_match", "exact_match, 2 of 2", "edit_similarity"]

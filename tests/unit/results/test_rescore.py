"""Scoring the same answers again: means, intervals, thresholds, subsets and groups."""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from emergence_widgets import EvalResults, datasets, rescore
from emergence_widgets.core.metrics.registry import SCORES
from emergence_widgets.results.schema import SchemaError

from .reading import answers, errors, table


@pytest.mark.parametrize(("right", "n"), [(0, 7), (3, 7), (7, 7), (1, 1), (0, 1)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_intervals_of_shares_are_wilsons(right: int, n: int, confidence: float) -> None:
    frame = answers(*[i < right for i in range(n)])
    row = rescore(frame, "exact_match", confidence=confidence).iloc[0]
    reference = stats.binomtest(right, n).proportion_ci(confidence, method="wilson")
    assert row["value"] == pytest.approx(right / n)
    assert (row["lower"], row["upper"]) == pytest.approx((reference.low, reference.high), abs=1e-12)
    assert row["n_items"] == n


def test_intervals_of_means_are_students() -> None:
    values = np.random.default_rng(0).gamma(2.0, 1.0, 30)
    row = rescore(errors(values.tolist()), "squared_error").iloc[0]
    low, high = stats.t.interval(0.95, 29, values.mean(), stats.sem(values))
    assert row["value"] == pytest.approx(values.mean())
    assert row["stderr"] == pytest.approx(stats.sem(values))
    assert (row["lower"], row["upper"]) == pytest.approx((low, high))


def test_intervals_stay_within_the_bounds() -> None:
    frame = answers(True, True, False, target="a b c d", output=["a b c d", "a b c d", "a x y z"])
    row = rescore(frame, "edit_similarity").iloc[0]
    assert row["value"] == pytest.approx(0.75)
    assert row["lower"] >= 0
    assert row["upper"] == 1
    assert rescore(errors([0.0, 0.0, 9.0]), "squared_error")["lower"].item() == 0


def test_one_answer_has_no_interval_of_its_mean() -> None:
    row = rescore(errors([2.0]), "squared_error").iloc[0]
    assert row["value"] == 2
    assert row[["stderr", "lower", "upper"]].isna().all()


def test_a_tie_among_options_takes_wilsons_interval_from_its_own_group_only() -> None:
    frame = pd.DataFrame(
        {"model": ["a", "a", "b", "b"], "params": 1e6, "task": "t", "item": [0, 1, 0, 1],
         "right": 0, "choice_logprobs": [[-1.0, -2.0], [-2.0, -1.0], [-1.0, -1.0], [-1.0, -2.0]]}
    )  # fmt: skip
    rows = rescore(frame, "multiple_choice_grade").set_index("model")
    reference = stats.binomtest(1, 2).proportion_ci(method="wilson")
    assert tuple(rows.loc["a", ["lower", "upper"]]) == pytest.approx(
        (reference.low, reference.high)
    )
    assert rows.loc["b", "value"] == 0.75
    assert rows["chance"].tolist() == [0.5, 0.5]


def test_what_is_not_defined_does_not_count() -> None:
    row = rescore(errors([1.0, float("nan"), 3.0]), "squared_error").iloc[0]
    assert row[["value", "n_items"]].tolist() == [2, 2]


def test_a_group_without_a_defined_answer_is_kept_and_empty() -> None:
    frame = pd.concat([errors([1.0]), errors([float("nan")]).assign(model="none")])
    row: Any = rescore(frame, "squared_error").set_index("model").loc["none"]
    assert row["n_items"] == 0
    assert row[["value", "stderr", "lower", "upper"]].isna().all()


def test_impossible_targets_are_not_left_out() -> None:
    frame = answers(True, True).assign(target_logprob=[-1.0, -np.inf])
    assert rescore(frame, "log_likelihood")["value"].item() == -np.inf


@pytest.mark.parametrize("score", SCORES)
def test_every_registered_score_has_its_columns(score: str) -> None:
    columns: dict[str, Any] = {
        "target": ["1", "2"], "output": ["1", "3"], "token_logprobs": [[-1.0], [-2.0]], "right": 0,
        "choice_logprobs": [[-1.0, -2.0]] * 2, "squared_error": [0.1, 0.2],
    }  # fmt: skip
    frame = answers(True, False).assign(**columns)
    (row,) = rescore(frame, score).to_dict("records")
    known = SCORES[score]
    assert row["metric"] == score
    assert row["lower_is_better"] == known.lower_is_better
    assert (row["min"], row["max"]) == pytest.approx(
        tuple(
            bound if math.isfinite(bound) else np.nan for bound in (known.minimum, known.maximum)
        ),
        nan_ok=True,
    )
    assert row["lower"] <= row["value"] <= row["upper"]
    assert row["params"] == 1e6


# Groups


def test_checkpoints_filters_and_shots_stay_apart() -> None:
    frame = pd.concat(
        [
            answers(True, True, step=1, filter="x", n_shot=0),
            answers(False, False, step=2, filter="x", n_shot=0),
            answers(True, False, step=2, filter="y", n_shot=0),
        ]
    )
    rows = rescore(frame)
    assert rows[["step", "filter", "value"]].to_numpy().tolist() == [
        [1, "x", 1], [2, "x", 0], [2, "y", 0.5]
    ]  # fmt: skip
    assert (rows["n_shot"] == 0).all()
    assert rescore(frame, by=["model", "task"])["value"].tolist() == [0.5]


def test_seeds_apart_and_together() -> None:
    frame = pd.concat(
        [answers(True, True, seed=0, loss=0.1), answers(True, False, seed=1, loss=0.2)]
    )
    apart = rescore(frame, by=["model", "task", "seed"])
    assert apart[["seed", "loss", "value", "n_items"]].to_numpy().tolist() == [
        [0, 0.1, 1, 2], [1, 0.2, 0.5, 2]
    ]  # fmt: skip
    together = rescore(frame).iloc[0]
    # Two items, of which one was answered right by half of the seeds.
    assert together[["value", "n_items"]].tolist() == [0.75, 2]
    assert together["stderr"] == pytest.approx(stats.sem([1, 0.5]))
    assert "loss" not in together.index


def test_equal_items_of_different_tasks_are_different_items() -> None:
    frame = pd.concat([answers(True, True), answers(False, False, task="u")])
    row = rescore(frame, by="model").iloc[0]
    assert row[["value", "n_items"]].tolist() == [0.5, 4]


def test_a_group_named_nothing() -> None:
    frame = answers(True, False, family=[None, "f"])
    rows = rescore(frame, by=["family"])
    assert rows["value"].tolist() == [1, 0]
    assert rows["family"].isna().tolist() == [True, False]


@given(st.permutations(range(12)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    frame = pd.concat(
        [answers(True, False, True), answers(False, False, True, model="n", params=2e6),
         answers(True, True, False, task="u"), answers(False, True, False, model="n", task="u")]
    ).reset_index(drop=True)  # fmt: skip
    scores = ["exact_match", "edit_similarity"]

    def made(rows: pd.DataFrame) -> pd.DataFrame:
        return (
            rescore(rows, scores, by=["model", "task"], all_of=[2])
            .sort_values(["model", "task", "metric"], ignore_index=True)
            .drop(columns="params", errors="ignore")
        )

    pd.testing.assert_frame_equal(made(frame), made(frame.iloc[order]))


def test_other_data_frames_and_eval_results() -> None:
    frame = answers(True, False)
    expected = rescore(frame)["value"].tolist()
    assert rescore(pl.from_pandas(frame))["value"].tolist() == expected
    assert rescore(EvalResults(table(), frame))["value"].tolist() == expected
    assert rescore(frame.set_axis([7, 7], axis=0))["value"].tolist() == expected


def test_no_answers_give_no_scores() -> None:
    assert len(rescore(answers(True).iloc[:0], "exact_match", all_of=[2])) == 0


def test_many_rows() -> None:
    count = 200_000
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "model": np.repeat([f"m{i}" for i in range(20)], count // 20),
            "task": "t",
            "item": np.tile(np.arange(count // 20), 20),
            "target": rng.choice(["a b c", "d e f"], count),
            "output": rng.choice(["a b c", "d e f", "a b f"], count),
            "params": np.repeat(np.logspace(6, 9, 20), count // 20),
        }
    )
    rows = rescore(
        frame, ["exact_match", "edit_similarity"], thresholds={"edit_similarity": [0.5]}, all_of=[5]
    )
    assert len(rows) == 20 * 5
    by_hand = (frame["target"] == frame["output"]).groupby(frame["model"], sort=False).mean()
    np.testing.assert_allclose(rows["value"][:20], by_hand)
    assert (rows["n_items"] == count // 20).all()


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


# Errors


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"scores": "exact"}, KeyError, "no score 'exact'"),
        ({"thresholds": {"edit": [1]}}, KeyError, "no score 'edit'"),
        ({"by": ["modle"]}, SchemaError, "by names 'modle'. Did you mean 'model'?"),
        ({"scores": "brier_score"}, SchemaError, "needs the column 'choice_logprobs'"),
        ({"all_of": [0]}, ValueError, "all_of holds 0"),
        ({"engine": "cluster"}, ValueError, "engine is 'cluster'; expected 'local'"),
        ({"confidence": 95}, ValueError, "between 0 and 1"),
        ({"tokens": "words"}, None, ""),
        ({"scores": "edit_similarity", "tokens": "words"}, ValueError, "tokens is 'words'"),
    ],
)
def test_errors(options: dict[str, object], error: type[Exception] | None, message: str) -> None:
    if error is None:
        assert len(rescore(answers(True), **options)) == 1  # pyright: ignore
        return
    with pytest.raises(error, match=message):
        rescore(answers(True), **options)  # pyright: ignore


def test_scores_alone_cannot_be_scored_again() -> None:
    with pytest.raises(SchemaError, match="no answers, so nothing can be scored again"):
        rescore(datasets.gpt3())

"""Readouts and simulated tests of `MirageExplorer`."""

import math

import numpy as np
import pytest
from scipy import stats

from emergence_widgets import (
    MirageExplorer,
    breakthroughness,
    breakthroughness_null,
    items_needed,
    wilson_interval,
)
from emergence_widgets.programs import PROGRAMS

from .mirage_formulas import MEASURED, by_curve, expected


class TestReadouts:
    @pytest.mark.parametrize(
        "controls", [{}, {"n_items": 1}, {"n_models": 3, "length": 40}], ids=str
    )
    def test_they_equal_the_core_functions(self, controls):
        e = MirageExplorer(**controls)
        shown, curves = e.readouts.values, by_curve(e)
        for metric in MEASURED:
            y = curves[f"{metric}_measured"]["y"].to_numpy()
            up = -y if metric in ("token_edit_distance", "brier_score") else y
            floor = 0.5 / e.n_items if metric in ("exact_match", "multiple_choice_grade") else None
            np.testing.assert_equal(
                shown[f"breakthroughness_{metric}"], float(breakthroughness(up, resolution=floor))
            )
        assert shown["null_95"] == float(breakthroughness_null(e.n_models, 0.95))
        assert shown["ramp"] == e.n_models - 1
        assert shown["chance"] == 1 / e.options
        assert shown["chance_brier"] == 1 - 1 / e.options
        models = curves["exact_match_measured"]["x"].to_numpy()
        rates = expected(models[[0, -1]], e.state)["exact_match"]
        assert shown["items_needed_smallest"] == float(items_needed(rates[0]))
        assert shown["items_needed_largest"] == float(items_needed(rates[1]))

    def test_first_visible_size(self):
        """Of n items one is right with 95% chance when 1 - (1 - rate)^n is at least 0.95."""
        e = MirageExplorer(n_items=100)
        line = by_curve(e)["exact_match"]
        chance = 1 - (1 - line["y"]) ** 100
        assert e.readouts.values["visible_from"] == line["x"][chance >= 0.95].iloc[0]

    def test_noise_of_eight_points(self):
        """Gaussian noise on 8 points: the 95th percentile of |B| is near 6.2."""
        shown = MirageExplorer(n_models=8).readouts.values
        assert shown["null_95"] == pytest.approx(6.2, abs=0.3)

    def test_the_twelve_models_of_the_default_jump_in_one_metric_only(self):
        shown = MirageExplorer().readouts.values
        assert shown["breakthroughness_exact_match"] > 2 * shown["ramp"]
        assert shown["breakthroughness_token_edit_distance"] < 2 * shown["ramp"]


class TestMeasuredPoints:
    def test_another_seed_is_another_test_and_the_same_seed_the_same(self):
        first, same, other = (MirageExplorer(seed=seed).curves() for seed in (0, 0, 1))
        points = first["curve"].str.endswith("_measured") & (first["figure"] != "loss")
        assert first.equals(same)
        assert first[~points].equals(other[~points])
        assert (first.loc[points, "y"] != other.loc[points, "y"]).mean() > 0.5

    @pytest.mark.parametrize("concentration", [math.inf, 2.0], ids=str)
    def test_their_mean_over_seeds_is_the_expectation(self, concentration):
        """Means of 200 tests of 300 items lie within five standard errors of the lines."""
        e = MirageExplorer(
            scale=np.logspace(7, 12, 9),
            length=3,
            n_items=300,
            n_models=8,
            concentration=concentration,
        )
        rng, draws = np.random.default_rng(5), []
        for _ in range(200):
            uniforms = rng.random(e.constants["uniforms"].shape)
            constants = e.constants | {"uniforms": uniforms, "normals": stats.norm.ppf(uniforms)}
            draws.append(PROGRAMS["mirage"](e.state, constants))
        formulas = expected(draws[0]["model_scale"], e.state)
        for metric in MEASURED:
            points = np.stack([draw[f"{metric}_measured"] for draw in draws])
            error = points.std(axis=0, ddof=1) / math.sqrt(len(points))
            spread = 1e-4 * (metric == "multiple_choice_grade")
            assert (
                np.abs(points.mean(axis=0) - formulas[metric]) <= 5 * error + 1e-12 + spread
            ).all(), metric

    def test_whole_answers_are_binomial_counts(self):
        e = MirageExplorer(n_items=50, length=2, n_models=24)
        point = by_curve(e)["exact_match_measured"]
        right = point["y"] * 50
        np.testing.assert_allclose(right, right.round(), atol=1e-9)
        lower, upper = wilson_interval(right.round(), 50)
        np.testing.assert_allclose(point["lower"], lower, rtol=1e-12)
        np.testing.assert_allclose(point["upper"], upper, rtol=1e-12)
        rate = expected(point["x"].to_numpy(), e.state)["exact_match"]
        np.testing.assert_array_less(
            np.abs(right - 50 * rate), 4 * np.sqrt(50 * rate * (1 - rate)) + 1
        )

    def test_one_item_is_right_or_wrong(self):
        curves = by_curve(MirageExplorer(n_items=1))
        for metric in ("exact_match", "multiple_choice_grade"):
            assert set(curves[f"{metric}_measured"]["y"]) <= {0.0, 1.0}
        # Wilson with one item: 0 of 1 is [0, 0.79], 1 of 1 is [0.21, 1].
        wrong = curves["exact_match_measured"].query("y == 0")
        assert len(wrong) > 0
        np.testing.assert_allclose(wrong["upper"], 0.7934, atol=1e-4)

    def test_scores_of_points_stay_within_their_bounds(self):
        curves = by_curve(MirageExplorer(n_items=1, length=3, concentration=0.5))
        for metric in MEASURED:
            most = 3 if metric == "token_edit_distance" else 1
            assert curves[f"{metric}_measured"][["y", "lower", "upper"]].to_numpy().min() >= 0
            assert curves[f"{metric}_measured"][["y", "lower", "upper"]].to_numpy().max() <= most

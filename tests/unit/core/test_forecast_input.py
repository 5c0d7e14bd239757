"""Forecasts of too little, of odd scores and of bad input: an answer or a refusal in words."""

import numpy as np
import pytest

from emergence_widgets.core.forecast import ForecastSeries, forecast

from .test_forecast import LOSS, SCALE, sigmoid_of


class TestRefusals:
    def refusal(self, method, held_out=2, **changes):
        columns = {"score": sigmoid_of(LOSS), "n_items": 500, "loss": LOSS} | changes
        return forecast(ForecastSeries(SCALE, **columns), held_out)[method].refusal

    def test_too_few_models(self):
        assert self.refusal("sharp", 3) == "a curve of two parameters needs 5 models, not 4"
        assert self.refusal("ladder", 3) == "first step: a power law needs 5 models, not 4"

    def test_nothing_visible(self):
        hidden_jump = np.array([0, 0, 0, 0, 0, 0.4, 0.9])
        words = "no visible model scores above 0; a rise needs two"
        assert self.refusal("sharp", score=hidden_jump) == words
        assert self.refusal("ladder", score=hidden_jump) == f"second step: {words}"
        one = np.array([0, 0, 0, 0, 0.01, 0.4, 0.9])
        assert (
            self.refusal("sharp", score=one) == "one visible model scores above 0; a rise needs two"
        )

    def test_at_chance(self):
        score = np.array([0.24, 0.26, 0.25, 0.25, 0.26, 0.6, 0.9])
        assert "above chance" in self.refusal("sharp", score=score, chance=0.25)

    @pytest.mark.parametrize(("seen", "words"), [(0.336, "no visible"), (0.337, "")])
    def test_above_chance_is_two_errors_of_guessing(self, seen, words):
        """Of 100 items and a chance of 25%: 0.25 + 2 * sqrt(0.25 * 0.75 / 100) = 0.3366."""
        score = np.array([0.2, 0.22, 0.24, seen, seen, 0.6, 0.9])
        found = forecast(ForecastSeries(SCALE, score, n_items=100, chance=0.25), 2)["sharp"]
        assert found.refusal.startswith(words)
        assert bool(found.refusal) == bool(words)

    @pytest.mark.parametrize(("held_out", "near"), [(1, 1e-3), (2, 1e-2)])
    def test_five_models_are_enough_for_a_floor_and_a_ceiling(self, held_out, near):
        series = ForecastSeries(SCALE, sigmoid_of(LOSS), n_items=1e9, loss=LOSS)
        found = forecast(series, held_out)["ladder"]
        assert found.law == "power law with a floor, then logistic law below a ceiling"
        np.testing.assert_allclose(found.score.value, sigmoid_of(LOSS), rtol=near)

    def test_what_is_missing(self):
        assert self.refusal("smooth") == "no smooth score of the same outputs"
        assert self.refusal("ladder", loss=None) == "no loss on the task"
        assert self.refusal("ladder", loss=np.full(7, np.nan)).startswith("first step: a power law")
        falling = ForecastSeries(LOSS, sigmoid_of(LOSS), n_items=500, loss=LOSS, falls=True)
        assert forecast(falling, 2)["ladder"].refusal == "the scale is already the loss"

    def test_a_loss_that_does_not_fall(self):
        words = "first step: it does not improve with scale among the visible models"
        assert self.refusal("ladder", loss=LOSS[::-1].copy()) == words
        assert self.refusal("ladder", loss=np.full(7, 2.0)) == words

    def test_a_score_that_falls_as_the_loss_does(self):
        score = sigmoid_of(LOSS)[::-1].copy()
        assert self.refusal("ladder", score=score).startswith("second step: the score does not")

    def test_the_direct_law_needs_a_rise_above_chance(self):
        assert self.refusal("direct", 3) == "a curve of two parameters needs 5 models, not 4"
        words = "above 0; a rise needs two"
        assert self.refusal("direct", score=np.zeros(7)) == f"no visible model scores {words}"
        same = "all visible models score the same; there is no trend to follow"
        assert self.refusal("direct", score=np.ones(7)) == same
        falls = sigmoid_of(LOSS)[::-1].copy()
        assert self.refusal("direct", score=falls) == "the score does not rise with scale"
        assert "above chance" in self.refusal("direct", score=np.full(7, 0.25), chance=0.25)
        assert not self.refusal("direct", score=np.array([0, 0, 0.2, 0.5, 1, 1, 1.0]))

    def test_a_refusal_has_no_curve(self):
        found = forecast(ForecastSeries(SCALE, sigmoid_of(LOSS), n_items=500), 5)["sharp"]
        assert np.isnan(found.score.value).all()
        assert found.first is None


class TestOddInput:
    @pytest.mark.parametrize(
        "score",
        [
            np.full(7, 0.5),
            np.full(7, 1.0),
            np.zeros(7),
            np.array([0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05]),
            np.array([0.2, 0.8, 0.1, 0.9, 0.3, 0.7, 0.5]),
            np.array([0, 0, 1, 1, 1, 1, 1.0]),
        ],
        ids=["constant", "perfect", "nothing", "inverse", "zigzag", "step"],
    )
    def test_every_method_answers_or_refuses(self, score):
        series = ForecastSeries(
            SCALE, score, n_items=100, loss=LOSS, smooth=np.exp(-LOSS), smooth_kind="share"
        )
        for held_out in range(1, 7):
            for found in forecast(series, held_out, draws=200).values():
                if found.refusal:
                    continue
                band = found.score
                known = np.isfinite(band.lower)
                assert np.all(band.lower[known] >= 0)
                assert np.all(band.upper[known] <= 1)
                assert np.all(band.lower[known] <= band.value[known])
                assert np.all(band.value[known] <= band.upper[known])

    def test_a_constant_score_has_no_trend(self):
        found = forecast(ForecastSeries(SCALE, np.full(7, 0.5), n_items=10_000), 2)
        assert found["sharp"].refusal == (
            "all visible models score the same; there is no trend to follow"
        )
        assert found["last_value"].score.value[-1] == 0.5

    def test_infinite_perplexities_and_missing_losses_are_left_out(self):
        score = sigmoid_of(LOSS)
        ppl = np.exp(LOSS)
        ppl[0] = np.inf
        with_gap = ForecastSeries(
            SCALE, score, n_items=500, smooth=ppl, smooth_kind="perplexity", loss=LOSS
        )
        without = ForecastSeries(
            SCALE[1:], score[1:], n_items=500, smooth=ppl[1:], smooth_kind="perplexity"
        )
        a, b = (forecast(one, 1)["smooth"].score.value[-1] for one in (with_gap, without))
        assert a == pytest.approx(b, rel=1e-9)

    def test_a_perfect_smooth_score_is_half_an_item_short_and_a_better_one_is_left_out(self):
        series = ForecastSeries(
            [1e6, 1e7, 1e8, 1e9], [0.1, 0.2, 0.3, 0.4], n_items=[50, 50, np.nan, 50],
            smooth=[np.exp(-1), 1.0, 1.0, 1.5],
        )  # fmt: skip
        np.testing.assert_allclose(series.smooth_loss, [1, 0.01, np.nan, np.nan])

    def test_two_models(self):
        found = forecast(ForecastSeries([1e6, 1e9], [0.1, 0.9], n_items=50), 1)
        assert [one.method for one in found.values() if not one.refusal] == ["last_value"]

    def test_a_score_missing_for_a_run_leaves_it_out(self):
        series = ForecastSeries([1e6, 1e7, 1e7, 1e8], [0.1, np.nan, 0.3, 0.5], n_items=50)
        assert series.models == 3
        assert series.score.tolist() == [0.1, 0.3, 0.5]

    def test_runs_are_numbered_by_scale(self):
        series = ForecastSeries([1e6, 1e8, 1e6], [0.1, 0.6, 0.2], n_items=500)
        assert series.model.tolist() == [0, 0, 1]
        assert series.model_scale.tolist() == [1e6, 1e8]


class TestBadInput:
    @pytest.mark.parametrize("held_out", [0, 7, -1])
    def test_held_out_out_of_range(self, held_out):
        series = ForecastSeries(SCALE, sigmoid_of(LOSS))
        with pytest.raises(ValueError, match="of 7 models 1 to 6 can be hidden"):
            forecast(series, held_out)

    def test_unknown_method_and_confidence(self):
        series = ForecastSeries(SCALE, sigmoid_of(LOSS))
        with pytest.raises(ValueError, match="no method 'magic'; expected sharp, direct, smooth"):
            forecast(series, 2, methods=["magic"])
        with pytest.raises(ValueError, match=r"confidence is 95; .* such as 0\.95"):
            forecast(series, 2, confidence=95)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"score": [10.0, 20.0]}, "score holds 10; .*divide percentages by 100"),
            ({"scale": [0.0, 1e6]}, "scale holds 0; .*above 0"),
            ({"score": [0.1]}, r"score has shape \(1,\), scale \(2,\)"),
            ({"score": [np.nan, np.nan]}, "no run has both a scale and a score"),
            ({"chance": 1.0}, r"chance is 1\.0; expected 0 to below 1"),
            ({"scale": [[1e6, 1e7]]}, r"scale has shape \(1, 2\)"),
            ({"size": ["a"]}, r"size has shape \(1,\)"),
            ({"smooth_kind": "bits"}, "smooth_kind is 'bits'; expected one of share"),
        ],
    )
    def test_series(self, changes, words):
        with pytest.raises(ValueError, match=words):
            ForecastSeries(**({"scale": [1e6, 1e7], "score": [0.1, 0.2]} | changes))

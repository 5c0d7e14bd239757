"""Forecasts of evaluations as tables: what is picked, what is named, what is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, backtest, compare_forecasts, datasets, forecast
from emergence_widgets.core.forecast import METHODS
from emergence_widgets.results.forecast_series import ForecastTable, smooth_kind
from emergence_widgets.results.schema import SchemaError


def measured(metrics: dict[str, list[float]], **columns) -> EvalResults:
    """One family of as many models as there are values."""
    sizes = len(next(iter(metrics.values())))
    rows = [
        {"family": "f", "model": f"m{at}", "params": 10.0 ** (6 + at), "task": "t",
         "metric": metric, "value": values[at], **columns}
        for metric, values in metrics.items() for at in range(sizes)
    ]  # fmt: skip
    return EvalResults(pd.DataFrame(rows))


class TestPicks:
    @pytest.mark.parametrize(
        ("name", "picked"),
        [
            ("pronunciation", ("exact_match", "edit_similarity", "loss", "params")),
            ("addition", ("exact_match", "edit_similarity", "loss", "params")),
            ("classifier", ("exact_match", "option_probability", "loss", "params")),
        ],
    )
    def test_of_our_families(self, name, picked):
        table = ForecastTable(getattr(datasets, name)())
        named = table.series(table.tasks[0])
        assert (named.metric, named.smooth, named.loss, named.scale) == picked

    def test_without_a_metric_of_loss_the_column_of_the_model_is_taken(self):
        found = datasets.classifier()
        results = EvalResults(found.scores[found.scores["metric"] != "loss"], found.samples)
        assert ForecastTable(results).series().loss == "loss of the model"

    @pytest.mark.parametrize(
        ("task", "picked"),
        [
            ("LAMBADA, 0-shot", ("acc", "ppl", "ln ppl")),
            ("SQuADv2, 0-shot", ("em", "f1", "")),
            ("MultiRC, 0-shot", ("acc", "f1a", "")),
            ("2D+, 0-shot", ("acc", "", "")),
        ],
    )
    def test_of_gpt3(self, task, picked):
        named = ForecastTable(datasets.gpt3()).series(task)
        assert (named.metric, named.smooth, named.loss) == picked

    def test_chance_and_items_are_those_of_the_sharp_metric(self):
        series = ForecastTable(datasets.gpt3()).series("HellaSwag, 0-shot").series
        assert series.chance == 0.25
        assert np.isnan(series.n_items).all()
        assert ForecastTable(datasets.gpt3()).series("2D+, 0-shot").series.n_items[0] == 2000

    def test_named_metrics_and_none(self):
        table = ForecastTable(
            datasets.pronunciation(), metric="prefix_match", smooth="loss", loss=None
        )
        named = table.series("english_pronunciation", "GRU")
        assert (named.metric, named.smooth, named.loss) == ("prefix_match", "loss", "")
        assert named.series.smooth_kind == "error"
        assert named.models[0] == "gru-w6"
        assert named.series.models == 6

    def test_a_smooth_score_that_some_models_lack_is_taken(self):
        words = datasets.pronunciation().select(task="english_pronunciation")
        scores = words.scores
        lacking = scores["metric"].eq("edit_similarity") & scores["model"].eq("gru-w6")
        named = ForecastTable(EvalResults(scores[~lacking])).series(line="GRU")
        assert named.smooth == "edit_similarity"
        assert np.isnan(named.series.smooth_loss).sum() == 3

    def test_a_line_is_one_model_along_training(self):
        table = ForecastTable(datasets.addition_training(), scale="step")
        assert table.lines == ["w4-l1", "w6-l1", "w24-l2"]
        named = table.series(table.tasks[0], "w24-l2")
        assert named.series.models == 49, "checkpoints after the first, at step 0"
        sizes = ForecastTable(datasets.addition_training(), scale="params")
        assert sizes.lines == ["transformer"]
        last = sizes.series(sizes.tasks[0])
        assert last.series.models == 3, "the last checkpoint of each size"

    def test_loss_as_scale_puts_the_best_model_last(self):
        named = ForecastTable(datasets.pronunciation(), scale="loss").series(
            "english_pronunciation", "transformer"
        )
        assert named.series.falls
        assert (np.diff(named.series.model_scale) < 0).all()

    @pytest.mark.parametrize(
        ("name", "values", "lower", "kind"),
        [
            ("ppl", [5.0, 1e9, np.inf], True, "perplexity"),
            ("loss", [0.0, 3.0], True, "error"),
            ("f1", [0.0, 1.0], False, "share"),
            ("log_likelihood", [-9.0, -0.1], False, "reward"),
        ],
    )
    def test_kinds(self, name, values, lower, kind):
        assert smooth_kind(name, pd.Series(values), lower) == kind

    def test_a_smooth_metric_without_a_best_value(self):
        with pytest.raises(SchemaError, match="goes from -2 to 3 and higher is better; expected"):
            smooth_kind("margin", pd.Series([-2.0, 3.0]), False)


class TestTables:
    def test_forecast_has_a_row_a_method_and_hidden_model(self):
        ahead = forecast(datasets.pronunciation(), 3, family="transformer", draws=100)
        assert ahead["method"].tolist() == [one for one in METHODS for _ in range(3)]
        scores = datasets.pronunciation().scores
        mine = scores[
            (scores["task"] == "english_pronunciation")
            & (scores["metric"] == "exact_match")
            & (scores["model"] == "w96-l4")
        ]
        last = ahead[ahead["model"] == "w96-l4"]
        np.testing.assert_allclose(last["observed"], mine["value"].mean())
        np.testing.assert_allclose(last["error"], (last["forecast"] - last["observed"]).abs())

    def test_backtest_is_the_mean_of_the_forecasts(self):
        options = {"family": "transformer", "draws": 100}
        table = backtest(datasets.pronunciation(), **options)
        assert table["held_out"].unique().tolist() == list(range(1, 10))
        for held_out in (2, 7):
            ahead = forecast(datasets.pronunciation(), held_out, **options)
            mine = table[table["held_out"] == held_out].set_index("method")
            for name in ("error", "inside", "log_score"):
                mean = ahead.groupby("method")[name].apply(lambda one: one.mean(skipna=False))
                np.testing.assert_allclose(mine.loc[mean.index, name], mean)
        refused = table[(table["held_out"] == 7) & (table["method"] != "last_value")]
        assert (refused["refusal"] != "").all()
        assert refused["error"].isna().all()

    def test_what_the_ladder_owes_to_errors_that_cancel(self):
        """With four hidden it is near, though its loss is less than half the true, as it knows."""
        from emergence_widgets.core.forecast import forecast as of_series

        series = (
            ForecastTable(datasets.pronunciation())
            .series("english_pronunciation", "transformer")
            .series
        )
        found = of_series(series, 4, methods=["ladder"])["ladder"]
        assert series.loss is not None
        assert found.first is not None
        score, loss = series.mean(series.score), series.mean(series.loss)
        assert np.abs(found.score.value - score)[-4:].max() < 0.05
        assert found.first.value[-1] < loss[-1] / 2
        assert found.first.lower[-1] < loss[-1] < found.first.upper[-1]

    def test_who_forecast_what_is_forecast_of_every_family(self):
        words = datasets.pronunciation()
        who = compare_forecasts(words, held_out=[2, 99], task="english_pronunciation", draws=50)
        assert who["family"].unique().tolist() == ["transformer", "GRU"]
        assert who["held_out"].unique().tolist() == [2]
        ahead = forecast(words, 2, task="english_pronunciation", draws=50)
        for method, mine in ahead.groupby("method"):
            row = who[(who["family"] == "transformer") & (who["method"] == method)].iloc[0]
            last = mine.iloc[-1]
            assert (row["observed"], row["forecast"]) == (last["observed"], last["forecast"])
            assert row["error"] == pytest.approx(mine["error"].mean())
            assert row["inside"] == pytest.approx(mine["inside"].mean())
            assert row["width"] == pytest.approx((mine["upper"] - mine["lower"]).mean())
        gru = who[who["family"] == "GRU"].set_index("method")
        assert gru["refusal"]["sharp"] == "a curve of two parameters needs 5 models, not 4"
        assert np.isnan(gru["error"]["sharp"])


class TestOddInput:
    def test_seeds_of_a_model_are_one_model(self):
        frame = measured({"acc": [0.1, 0.2, 0.4]}).scores
        both = pd.concat([frame.assign(seed=0), frame.assign(seed=1, value=frame["value"] + 0.1)])
        series = ForecastTable(EvalResults(both)).series("t").series
        assert series.models == 3
        assert len(series.score) == 6
        np.testing.assert_allclose(series.mean(series.score), [0.15, 0.25, 0.45])

    def test_nothing_to_go_by(self):
        table = backtest(measured({"acc": [0.0] * 6}, n_items=20))
        assert (table.loc[table["method"] == "last_value", "error"] == 0).all()
        sharp = table[(table["method"] == "sharp") & (table["held_out"] == 1)]
        assert sharp["refusal"].item() == "no visible model scores above 0; a rise needs two"

    def test_percentages_are_named(self):
        with pytest.raises(SchemaError, match=r"acc is 10, .*share from 0 to 1.*divide by 100"):
            backtest(measured({"acc": [10.0, 20.0]}))

    def test_a_step_of_zero_is_left_out(self):
        frame = measured({"acc": [0.1, 0.2, 0.3]}).scores.assign(step=[0.0, 10.0, 100.0])
        named = ForecastTable(EvalResults(frame), scale="step").series("t")
        assert named.series.model_scale.tolist() == [10, 100]

    def test_unknown_names(self):
        results = datasets.gpt3()
        options: Any
        for options, words in (
            ({"task": "3D"}, "no task '3D'"),
            ({"task": "2D+, 0-shot", "family": "GPT-4"}, "has no 'GPT-4'. Did you mean 'GPT-3'"),
            ({"metric": "accc"}, "no metric 'accc'. Did you mean 'acc'"),
            ({"smooth": "ff1"}, "no metric 'ff1'. Did you mean 'f1'"),
            ({"scale": "parms"}, "no scale 'parms'. Did you mean 'params'"),
            ({"metric": "f1", "task": "2D+, 0-shot"}, "has no 'f1'"),
        ):
            with pytest.raises(SchemaError, match=words):
                forecast(results, 2, **options)
        with pytest.raises(TypeError, match="results is a list; expected an EvalResults"):
            forecast([], 2)  # pyright: ignore[reportArgumentType]
        with pytest.raises(ValueError, match="of 8 models 1 to 7 can be hidden"):
            forecast(results, 8)

    def test_no_sharp_metric_is_known(self):
        with pytest.raises(SchemaError, match="no sharp metric that is known"):
            backtest(measured({"loss": [3.0, 2.0, 1.0]}))

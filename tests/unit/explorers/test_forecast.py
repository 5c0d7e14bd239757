"""`ForecastExplorer` against the forecasts that it shows."""

import bqplot
import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, ForecastExplorer, backtest, datasets, forecast
from emergence_widgets.core.forecast import METHODS
from emergence_widgets.explorers.forecast.constants import USUAL
from emergence_widgets.explorers.forecast.explorer import COLOURS
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.widgets import lifetime
from emergence_widgets.widgets.controls import ControlError

TASK = "english_pronunciation"
DRAWS = 100


def measured(sizes=7, task="t", **metrics) -> EvalResults:
    """One family; the metrics' values are by size."""
    rows = [
        {"family": "f", "model": f"m{at}", "params": 10.0 ** (6 + at), "task": task,
         "metric": metric, "value": values[at], "n_items": 100}
        for metric, values in metrics.items() for at in range(sizes)
    ]  # fmt: skip
    return EvalResults(pd.DataFrame(rows))


RISE = [0.01, 0.04, 0.12, 0.3, 0.5, 0.7, 0.85]


@pytest.fixture(scope="module")
def explorer():
    e = ForecastExplorer(tasks=TASK, draws=DRAWS)
    yield e
    e.close()


def readout(e, name):
    return e.readouts.values[name]


def drawn(explorer, figure: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Places of the line and of the band that a method has in a figure."""
    marks = {
        mark: traits["x"]
        for mark, traits in explorer._painted(explorer._outputs())
        if mark in explorer.figures[figure].marks and "x" in traits
    }
    lines = [
        mark
        for mark in marks
        if isinstance(mark, bqplot.Lines)
        and mark.colors == [COLOURS[name]]
        and mark.line_style == "solid"
    ]
    band = next((mark for mark in lines if mark.fill == "inside"), None)
    (line,) = [mark for mark in lines if mark is not band]
    return marks[line], marks[band] if band is not None else np.zeros(0)


class TestWhatIsShown:
    @pytest.mark.parametrize("held_out", [1, 4, 7])
    def test_points_are_the_runs_split_by_the_slider(self, explorer, held_out):
        explorer.held_out = held_out
        curves = explorer.curves()
        scores = datasets.pronunciation().scores
        mine = scores[
            (scores["task"] == TASK)
            & (scores["family"] == "transformer")
            & (scores["metric"] == "exact_match")
        ]
        hidden = np.sort(mine["params"].unique())[-held_out:]
        for state, there in (
            ("hidden", mine["params"].isin(hidden)),
            ("visible", ~mine["params"].isin(hidden)),
        ):
            drawn = curves[(curves["figure"] == "score") & (curves["curve"] == state)]
            assert len(drawn) == there.sum()
            assert sorted(drawn["y"]) == sorted(mine.loc[there, "value"])

    def test_table_is_what_forecast_says(self, explorer):
        explorer.held_out = 3
        outputs = explorer._outputs()
        table = forecast(datasets.pronunciation(), 3, task=TASK, draws=DRAWS)
        for method in METHODS:
            mine = table[table["method"] == method]
            for part, column in (
                ("value", "forecast"), ("lower", "lower"),
                ("upper", "upper"), ("log_score", "log_score"),
            ):  # fmt: skip
                shown = outputs[f"table_{method}_{part}"]
                assert np.isnan(shown[:-3]).all()
                np.testing.assert_allclose(shown[-3:], mine[column], rtol=1e-9)
            assert outputs[f"points_off_{method}"] == pytest.approx(100 * mine["error"].mean())

    def test_errors_are_the_backtest(self, explorer):
        curves = explorer.curves()
        table = backtest(datasets.pronunciation(), task=TASK, draws=DRAWS)
        for method in METHODS:
            shown = curves[(curves["figure"] == "errors") & (curves["curve"] == method)]
            mine = table[table["method"] == method].sort_values("held_out")
            assert shown["x"].tolist() == mine["held_out"].tolist()
            np.testing.assert_allclose(shown["y"], mine["error"], rtol=1e-9)

    def test_steps_are_drawn_in_the_metrics_own_units(self, explorer):
        explorer.held_out = 4
        explorer.steps = "smooth"
        curves = explorer.curves()
        first = curves[(curves["figure"] == "first_step") & (curves["curve"] == "smooth")]
        assert first["y"].between(0, 1).all()
        assert first["y"].is_monotonic_increasing
        assert (first["lower"] <= first["y"]).all()
        assert (first["y"] <= first["upper"]).all()
        assert len(drawn(explorer, "first_step", "smooth")[0]) == len(first)
        assert len(drawn(explorer, "first_step", "ladder")[0]) == 0
        explorer.steps = "ladder"
        outputs = explorer._outputs()
        assert len(drawn(explorer, "first_step", "smooth")[0]) == 0
        assert outputs["between_falls"] is True
        assert outputs["second_label"] == "Per-token loss (nats)"

    def test_bands_begin_at_the_last_visible_model(self, explorer):
        explorer.held_out = 4
        last = np.log10(6592)
        for method in METHODS:
            _line, band = drawn(explorer, "score", method)
            assert band.min() == pytest.approx(last)
        assert drawn(explorer, "score", "last_value")[0].min() == pytest.approx(last)
        assert drawn(explorer, "score", "sharp")[0].min() == pytest.approx(np.log10(252))
        assert last < np.log10(explorer._outputs()["edge"]) < np.log10(14496)

    def test_switching_a_method_off_takes_its_line_and_band_away(self, explorer):
        explorer.set_state(methods=["ladder"], held_out=4)
        outputs = explorer._outputs()
        for method in METHODS:
            gone = method != "ladder"
            line, band = drawn(explorer, "score", method)
            assert (len(line) == 0) is gone
            assert (len(band) == 0) is gone
            assert (len(drawn(explorer, "errors", method)[0]) == 0) is gone
        assert np.isfinite(outputs["points_off_sharp"]), "its numbers stay"
        explorer.set_state(methods=METHODS)

    def test_hits_are_counted_over_runs(self, explorer):
        explorer.held_out = 4
        outputs = explorer._outputs()
        table = forecast(datasets.pronunciation(), 4, task=TASK, draws=DRAWS)
        inside = table[table["method"] == "smooth"]["inside"].mean()
        assert outputs["inside_smooth"] == pytest.approx(inside)
        assert outputs["detail_smooth"] == f"{round(12 * inside)} of 12 runs in the interval"


class TestRefusals:
    def test_are_put_in_words(self):
        e = ForecastExplorer(tasks=TASK, held_out=6, draws=DRAWS)
        assert readout(e, "detail_sharp") == "a curve of two parameters needs 5 models, not 4"
        assert readout(e, "detail_ladder") == "first step: a power law needs 5 models, not 4"
        outputs = e._outputs()
        assert outputs["first_note"] == readout(e, "detail_ladder")
        assert len(drawn(e, "score", "sharp")[0]) == 0
        assert len(drawn(e, "score", "last_value")[0]) > 0
        assert readout(e, "unit_sharp") == ""
        e.close()

    def test_gpt3_arithmetic_lacks_a_smooth_score_and_a_loss(self):
        e = ForecastExplorer(datasets.gpt3(), tasks="2D+, 0-shot", held_out=2, draws=DRAWS)
        assert readout(e, "detail_smooth") == "no smooth score of the same outputs"
        assert readout(e, "detail_ladder") == "no loss on the task"
        assert np.isfinite(readout(e, "points_off_sharp"))
        assert e.steps == "smooth"
        e.close()

    def test_two_models(self):
        e = ForecastExplorer(measured(sizes=2, acc=[0.1, 0.5]), draws=DRAWS)
        assert e.held_out == 1
        assert readout(e, "points_off_last_value") == pytest.approx(40)
        assert readout(e, "detail_last_value") == "no interval"
        e.close()

    def test_nothing_visible_to_fit(self):
        e = ForecastExplorer(measured(acc=[0, 0, 0, 0, 0, 0.4, 0.9]), held_out=2, draws=DRAWS)
        assert "no visible model scores above 0" in readout(e, "detail_sharp")
        assert readout(e, "points_off_last_value") == pytest.approx(65)
        e.close()


class TestInput:
    def test_infinite_perplexity_and_gaps(self):
        ppl = [np.inf, 900.0, 300.0, 90.0, np.nan, 20.0, 9.0]
        e = ForecastExplorer(measured(acc=RISE, ppl=ppl), held_out=1, draws=DRAWS)
        outputs = e._outputs()
        assert np.isfinite(outputs["visible_between"]).sum() == 4
        assert len(outputs["visible_score"]) == 6
        assert readout(e, "detail_smooth").startswith("first step: a power law needs 5")
        e.close()

    def test_families_of_different_sizes(self):
        e = ForecastExplorer(draws=DRAWS, tasks=TASK, family="GRU", held_out=9)
        outputs = e._outputs()
        assert outputs["hidden_now"] == 5, "all but one of the six"
        assert e.controls["held_out"].max == 9
        e.close()

    def test_a_family_that_was_not_asked_the_task(self):
        both = pd.concat(
            [
                measured(acc=RISE).scores,
                measured(task="u", acc=RISE).scores.assign(family="g"),
            ]
        )
        e = ForecastExplorer(EvalResults(both), task="u", draws=DRAWS)
        assert e.family == "g"
        e.family = "f"
        assert "not measured" in e._outputs()["score_note"]
        e.close()

    def test_many_tasks_are_not_all_prepared_unasked(self):
        e = ForecastExplorer(datasets.gpt3(), task="5D-, 0-shot", draws=20)
        tasks = e.constants["tasks"]
        assert len(tasks) == USUAL
        assert {"5D-, 0-shot", "LAMBADA, 0-shot", "2D+, 0-shot"} <= set(tasks)
        assert tasks == [one for one in tasks_of_gpt3() if one in tasks]
        e.close()

    def test_long_fits_have_a_progress_bar(self, monkeypatch):
        shown, left = [], []

        class Place:
            def update(self, content, raw):
                left.append((content, raw))

        def display(bar, display_id):
            shown.append(bar)
            return Place() if display_id else None

        monkeypatch.setattr(lifetime, "display", display)
        monkeypatch.setattr(lifetime, "PATIENCE_SECONDS", -1)
        monkeypatch.setattr(lifetime, "get_ipython", object)
        ForecastExplorer(measured(acc=RISE), draws=20).close()
        assert [bar.value for bar in shown] == [6]
        assert shown[0].comm is None, "it is gone"
        assert left == [({"text/plain": ""}, True)], "and leaves nothing in its place"

    def test_what_cannot_be_forecast_is_named(self):
        with pytest.raises(TypeError, match="results is a list"):
            ForecastExplorer([])  # pyright: ignore[reportArgumentType]
        with pytest.raises(SchemaError, match=r"nothing can be forecast.*one model alone"):
            ForecastExplorer(measured(sizes=1, acc=[0.5]))
        with pytest.raises(SchemaError, match="no task 'x'"):
            ForecastExplorer(measured(acc=RISE), tasks="x")
        with pytest.raises(ControlError, match="Did you mean 'ladder'"):
            ForecastExplorer(measured(acc=RISE), steps="lader", draws=20)
        with pytest.raises(ControlError, match="family is 'g'"):
            ForecastExplorer(measured(acc=RISE), family="g", draws=20)
        with pytest.raises(ControlError, match="held_out is 7; this data has 7 models at most"):
            ForecastExplorer(measured(acc=RISE), held_out=7, draws=20)


def tasks_of_gpt3() -> list[str]:
    from emergence_widgets.results.forecast_series import ForecastTable

    return ForecastTable(datasets.gpt3()).tasks

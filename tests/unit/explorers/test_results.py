"""`ResultsExplorer` shows the table it was given."""

import math

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, ResultsExplorer, breakthroughness, datasets
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.widgets.controls import ControlError

from .tables import answers, first_points, painted, results, scores, traits_of

COLUMNS = ["figure", "curve", "x", "y", "lower", "upper", "model"]


@pytest.fixture(scope="module")
def pronunciation():
    e = ResultsExplorer(datasets.pronunciation())
    yield e
    e.close()


@pytest.fixture(scope="module")
def few_words(pronunciation):
    """The same family asked one word in fifty: as many metrics, less to read."""
    whole = pronunciation.results
    return EvalResults(whole.scores, whole.samples.iloc[::50])


def shown(e, metric):
    frame = e.curves()
    return frame[frame["figure"] == metric]


class TestCurves:
    def test_they_are_the_table(self, pronunciation):
        frame = pronunciation.curves()
        assert frame.columns.tolist() == COLUMNS
        for metric in ("loss", "edit_similarity", "exact_match"):
            table = pronunciation.results.select(task=pronunciation.task, metric=metric).scores
            table = table.sort_values(["params", "model", "seed"])
            mine = shown(pronunciation, metric).sort_values(["x", "model"])
            for column, theirs in (("x", "params"), ("y", "value")):
                np.testing.assert_allclose(mine[column], table[theirs], rtol=1e-12)
            np.testing.assert_allclose(mine["lower"], table["lower"], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(mine["upper"], table["upper"], rtol=1e-9, atol=1e-12)
        assert set(frame["curve"]) == {"transformer", "GRU"}

    def test_published_accuracies(self):
        """GPT-3 175B: 80.4% of three-digit sums with 50 shots; two cells could not be read."""
        e = ResultsExplorer(datasets.gpt3(), task="3D+, 50-shot")
        top = e.curves().iloc[-1]
        assert (top["x"], top["y"], top["model"]) == (1.75e11, 0.804, "GPT-3 175B")
        assert top["lower"] < 0.804 < top["upper"]
        e.task = "4D-, 1-shot"
        assert len(e.curves()) == 6

    def test_every_scale_there_is(self):
        table = scores([0.1, 0.2, 0.9], flops=[1e18, 1e20, 1e22], tokens=1e9, loss=[3.0, 2.0, 1.0])
        e = ResultsExplorer(EvalResults(table))
        for scale in ("params", "flops", "tokens", "loss"):
            e.scale = scale
            assert sorted(e.curves()["x"]) == sorted(table[scale])
        with pytest.raises(ControlError, match="There is: params, flops, tokens, loss"):
            e.scale = "step"
        assert painted(e)["scale_falls"] is True

    def test_checkpoints_are_a_line_a_model_over_steps_and_the_last_of_each_over_size(self):
        table = pd.concat(
            scores([0.1 * step, 0.2 * step], step=float(step)) for step in (1, 2, 3, 4)
        )
        e = ResultsExplorer(EvalResults(table), scale="step")
        assert len(e.curves()) == 8
        assert np.isnan(painted(e)["line_scale_0_0"]).sum() == 1
        e.scale = "params"
        assert e.curves()["y"].tolist() == pytest.approx([0.4, 0.8])

    def test_lines_join_means_over_seeds(self):
        table = pd.concat([scores([0.1, 0.4], seed=0), scores([0.3, 0.8], seed=1)])
        e = ResultsExplorer(EvalResults(table), log_scale=False)
        outputs = painted(e)
        np.testing.assert_allclose(outputs["line_score_0_0"], [0.2, 0.6])
        np.testing.assert_allclose(outputs["line_scale_0_0"], [1e6, 1e7])
        assert e.curves()["model"].tolist() == [
            "m0, seed 0", "m1, seed 0", "m0, seed 1", "m1, seed 1",
        ]  # fmt: skip

    def test_seeds_may_be_words(self):
        table = pd.concat([scores([0.1, 0.4], seed="red"), scores([0.3, 0.8], seed="blue")])
        e = ResultsExplorer(EvalResults(table))
        assert sorted(e.curves()["model"])[:2] == ["m0, seed blue", "m0, seed red"]

    def test_the_state_makes_the_same_explorer(self, few_words):
        for e in (
            ResultsExplorer(
                few_words,
                metrics=["passing", "loss"],
                log_score=True,
                threshold=0.7,
                all_of=3,
                intervals=False,
            ),
            ResultsExplorer(datasets.gpt3(), task="LAMBADA, 0-shot", families=()),
        ):
            again = ResultsExplorer(e.results, **e.state)
            assert again.state == e.state
            pd.testing.assert_frame_equal(again.curves(), e.curves())


class TestTasksAndFamilies:
    def test_families_switched_off_leave_the_curves(self):
        table = scores([0.1, 0.2, 0.3, 0.4], family=["a", "b", "a", "b"])
        e = ResultsExplorer(EvalResults(table))
        e.families = ("b",)
        assert e.curves()["model"].tolist() == ["m1", "m3"]
        e.families = ()
        assert e.curves().empty
        e.families = ("b", "a")
        assert e.families == ("a", "b")
        assert e.curves()["curve"].tolist() == ["a", "a", "b", "b"]

    def test_forty_families(self):
        table = scores(np.linspace(0, 1, 80), params=10.0 ** np.linspace(6, 9, 80))
        e = ResultsExplorer(EvalResults(table.assign(family=[f"f{i % 40}" for i in range(80)])))
        assert e.families == tuple(f"f{i}" for i in range(12))
        assert len(e.curves()) == 24
        styles = {(row["colour"], row["marker"]) for row in e.controls["families"].entries[:36]}
        assert len(styles) == 36
        e.families = tuple(f"f{i}" for i in range(40))
        assert len(e.curves()) == 80

    def test_a_family_of_five_hundred(self):
        value = np.random.default_rng(0).random(500)
        e = ResultsExplorer(results(value, params=10.0 ** np.linspace(6, 12, 500)))
        assert e.curves()["y"].tolist() == value.tolist()
        assert np.isfinite(e.readouts.values["late_0"])

    def test_shots_tell_tasks_apart(self):
        few, none = scores([0.3, 0.4], n_shot=5), scores([0.1, 0.2], n_shot=0)
        e = ResultsExplorer(EvalResults(pd.concat([none, few])))
        assert e.controls["task"].options == ("t, 0-shot", "t, 5-shot")
        e.task = "t, 5-shot"
        assert e.curves()["y"].tolist() == [0.3, 0.4]
        alone = ResultsExplorer(EvalResults(few))
        assert alone.task == "t"

    def test_answers_belong_to_the_task_of_their_shots(self):
        few, none = scores([0.3, 0.4], n_shot=5), scores([0.1, 0.2], n_shot=0)
        samples = answers([["a b c d"], ["x"]], n_shot=5)
        e = ResultsExplorer(EvalResults(pd.concat([none, few]), samples), task="t, 5-shot")
        assert e.controls["task"].options == ("t, 0-shot", "t, 5-shot")
        assert shown(e, "passing")["y"].tolist() == [1, 0]
        assert shown(e, "acc")["y"].tolist() == [0.3, 0.4]
        alone = ResultsExplorer(EvalResults(few, samples))
        assert alone.controls["task"].options == ("t",)
        more = pd.concat([samples, answers([["x"]], n_shot=0)])
        answered = ResultsExplorer(EvalResults(few, more))
        assert answered.controls["task"].options == ("t, 5-shot", "t, 0-shot")

    def test_subtasks_and_filters_tell_scores_apart(self):
        table = pd.concat(
            [
                scores([0.1], subtask="easy", filter="strict"),
                scores([0.2], subtask="easy", filter="loose"),
                scores([0.3], subtask="hard", filter="strict"),
            ]
        )
        e = ResultsExplorer(EvalResults(table), metrics=["acc (loose)", "acc (strict)"])
        assert e.task == "t / easy"
        assert e.curves()["y"].tolist() == [0.2, 0.1]

    def test_a_metric_called_passing_keeps_its_scores(self):
        e = ResultsExplorer(results([0.1, 0.2], metric="passing"))
        assert e.metrics == ("passing (given)",)
        assert e.curves()["y"].tolist() == [0.1, 0.2]


class TestAxes:
    def test_places_are_log10_where_the_axis_is_logarithmic(self):
        e = ResultsExplorer(results([0.01, 0.1, 1.0]), log_score=True)
        x, y = first_points(e)
        np.testing.assert_allclose(x, [6, 7, 8])
        np.testing.assert_allclose(y, [-2, -1, 0], atol=1e-12)
        e.set_state(log_scale=False, log_score=False)
        np.testing.assert_allclose(first_points(e)[0], [1e6, 1e7, 1e8])
        assert e.curves()["y"].tolist() == [0.01, 0.1, 1.0]

    def test_scores_that_have_no_logarithm_are_counted_in_the_note(self):
        e = ResultsExplorer(results([0.0, -0.2, 0.5, 0.7]))
        assert painted(e)["note_0"] == ""
        e.log_score = True
        assert painted(e)["note_0"] == "2 at or below 0 not on this axis"
        x, y = first_points(e)
        np.testing.assert_allclose(x, [8, 9])
        np.testing.assert_allclose(y, np.log10([0.5, 0.7]))
        assert e.curves()["y"].tolist() == [0.0, -0.2, 0.5, 0.7]

    def test_scores_all_below_zero_stay_on_a_linear_axis(self):
        e = ResultsExplorer(results([-3.0, -2.0, -1.0], metric="log_likelihood"), log_score=True)
        assert first_points(e)[1].tolist() == [-3, -2, -1]
        assert painted(e)["note_0"] == ""

    @pytest.mark.parametrize("log_score", [False, True])
    @pytest.mark.parametrize(
        "value",
        [
            [0.5],
            [0.5, 0.5, 0.5],
            [0.0, 0.0],
            [1e-9, 0.3],
            [-5.0, 5.0],
            [1e300, 1e200, 0.7],
            [100_000.0, 100_500.0],
            [80.0, 70.0],
        ],
        ids=str,
    )
    def test_every_point_lies_inside_its_axis(self, value, log_score):
        for bounds in ({}, {"min": 0.0, "max": 1.0}):
            e = ResultsExplorer(results(value, **bounds), log_score=log_score)
            x, y = first_points(e)
            assert len(x) == len(y)
            panel = e.panels["figure_1"]
            axis, ends = traits_of(e, panel.y_axis), traits_of(e, panel.scales["y"])
            ticks, labels = axis["tick_values"], axis["tick_labels"]
            assert (ends["min"] <= y).all()
            assert (y <= ends["max"]).all()
            assert len(ticks) == len(labels) == len(set(labels.values())) > 1
            ends = traits_of(e, panel.scales["x"])
            assert (ends["min"] <= x).all()
            assert (x <= ends["max"]).all()
            e.close()


class TestGaps:
    def test_scores_that_are_not_numbers_are_left_out(self):
        e = ResultsExplorer(results([0.5, math.nan, 0.7, math.inf]))
        assert e.curves()["model"].tolist() == ["m0", "m2"]
        nothing = ResultsExplorer(results([math.nan, math.nan]))
        assert nothing.curves().empty
        assert painted(nothing)["note_0"] == "not measured here"

    def test_models_without_a_scale_are_left_out(self):
        e = ResultsExplorer(results([0.5, 0.6, 0.7], params=[1e6, math.nan, math.inf]))
        assert e.curves()["model"].tolist() == ["m0"]

    def test_sizes_that_have_no_logarithm_are_left_out_of_a_logarithmic_axis(self):
        e = ResultsExplorer(results([0.5, 0.6, 0.7], params=[0.0, -1e6, 1e6]))
        assert e.curves()["x"].tolist() == [1e6]
        e.log_scale = False
        assert sorted(e.curves()["x"]) == [-1e6, 0, 1e6]

    @pytest.mark.parametrize("params", [math.nan, math.inf])
    def test_no_scale_at_all_is_an_error(self, params):
        with pytest.raises(SchemaError, match="no model has a scale; expected a number in one of"):
            ResultsExplorer(results([0.5, 0.6], params=params))

    def test_nothing_at_all_is_an_error(self):
        with pytest.raises(SchemaError, match="neither scores nor answers"):
            ResultsExplorer(EvalResults(scores([0.5]).iloc[:0]))
        with pytest.raises(TypeError, match=r"results is a DataFrame; .* read_results"):
            ResultsExplorer(scores([0.5]))  # pyright: ignore[reportArgumentType]

    def test_one_model_only(self):
        e = ResultsExplorer(results([0.5]))
        assert len(e.curves()) == 1
        assert math.isnan(e.readouts.values["breakthroughness_0"])


class TestLateRise:
    STEP = np.array([0.1, 0.1, 0.1, 0.9, 0.9])

    @staticmethod
    def late(*arguments, **options):
        return ResultsExplorer(results(*arguments, **options)).readouts.values["late_0"]

    def test_a_step_waits_whichever_way_is_better(self):
        params = 10.0 ** np.arange(6, 11)
        assert self.late(self.STEP, params=params) == pytest.approx(2 / 3)
        falling = {"metric": "ppl", "lower_is_better": True}
        assert self.late(1 - self.STEP, params=params, **falling) == pytest.approx(2 / 3)
        assert math.isnan(self.late(1 - self.STEP, params=params))

    def test_over_the_loss_models_improve_as_it_falls(self):
        loss = [8.0, 4.0, 2.0, 1.0, 0.5]
        e = ResultsExplorer(results(self.STEP, loss=loss), scale="loss")
        assert e.readouts.values["late_0"] == pytest.approx(2 / 3)

    def test_a_rise_within_the_noise_has_none(self):
        """Of 100 items .4 and .5 may be the same; of 10,000 they are not."""
        rise = [0.4, 0.4, 0.5]
        assert math.isnan(self.late(rise, n_items=100))
        assert self.late(rise, n_items=10_000) == pytest.approx(0.5, abs=0.01)
        errors = {"metric": "ppl", "lower_is_better": True}
        assert math.isnan(self.late([3.0, 3.0, 2.0], stderr=1.0, **errors))
        assert self.late([3.0, 3.0, 2.0], stderr=0.1, **errors) > 0.4

    def test_intervals_of_seeds_are_averaged_by_size(self):
        """A rise of .2 is beyond errors of .2 / (1.96 * sqrt(2)) = .0722 at both ends."""
        params = [1e6] * 2 + [1e7] * 2 + [1e8] * 2
        seeds = {"params": params, "model": ["a", "a", "b", "b", "c", "c"], "seed": [0, 1] * 3}
        value = [0.1, 0.3, 0.1, 0.3, 0.5, 0.3]
        assert self.late(value, stderr=0.0715, **seeds) == pytest.approx(0.5)
        assert math.isnan(self.late(value, stderr=0.0725, **seeds))

    def test_two_points_and_a_constant_have_none(self):
        assert math.isnan(self.late([0.1, 0.9]))
        assert math.isnan(self.late([0.5] * 6))


class TestBreakthroughness:
    def test_a_ramp_of_n_points_gives_n_minus_one_whichever_way_is_better(self):
        ramp = np.linspace(0.1, 0.9, 9)
        assert ResultsExplorer(results(ramp)).readouts.values[
            "breakthroughness_0"
        ] == pytest.approx(8)
        falling = results(ramp[::-1], metric="ppl", lower_is_better=True)
        assert ResultsExplorer(falling).readouts.values["breakthroughness_0"] == pytest.approx(8)

    def test_over_falling_loss_models_improve_to_the_right(self):
        e = ResultsExplorer(
            results(np.linspace(0.1, 0.9, 9), loss=np.linspace(3, 1, 9)), scale="loss"
        )
        assert e.readouts.values["breakthroughness_0"] == pytest.approx(8)

    def test_a_constant_has_none(self):
        shown = ResultsExplorer(results([0.5] * 6)).readouts.values
        assert math.isnan(shown["breakthroughness_0"])

    def test_steps_below_half_an_item_count_as_half_an_item(self):
        """0, 0, 0, 0, 1 of 100 items: the median step is 0, half an item is 0.005."""
        flat = [0.0, 0.0, 0.0, 0.0, 1.0]
        shown = ResultsExplorer(results(flat, n_items=100)).readouts.values
        assert shown["breakthroughness_0"] == pytest.approx(1 / 0.005)
        unknown = ResultsExplorer(results(flat)).readouts.values
        assert unknown["breakthroughness_0"] == math.inf

    def test_passing_has_the_resolution_of_its_test(self):
        right, wrong = "a b c d", "x"
        outputs = [[wrong] * 20] * 3 + [[right] * 10 + [wrong] * 10]
        e = ResultsExplorer(EvalResults(scores([0.0] * 4), answers(outputs)), metrics=["passing"])
        expected = breakthroughness([0, 0, 0, 0.5], resolution=0.5 / 20)
        assert e.readouts.values["breakthroughness_0"] == pytest.approx(float(expected))

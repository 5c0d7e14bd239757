"""`EmergenceAtlas`: every cell is the late rise of its series, every share a count."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from emergence_widgets import (
    EmergenceAtlas,
    EvalResults,
    breakthroughness,
    datasets,
    late_rise,
    read_results,
)
from emergence_widgets.core.verdict.verdict import OUTCOMES
from emergence_widgets.programs.atlas_map import CONSTANT, FIRST_SHAPE, NOT_MEASURED, TOO_FEW
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.widgets.controls import ControlError

from ..widgets.wire import browser_sets
from .tables import painted, scores, traits_of

FIXTURES = Path(__file__).parents[2] / "fixtures"

HIGH = [0.0, 0.0, 0.0, 0.01, 0.02, 0.03, 0.04, 0.9]
RAMP = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]


def series(**values) -> EvalResults:
    """A task for each keyword; a dict gives values by metric."""
    tables = [
        scores(value, task=task, metric=metric)
        for task, metrics in values.items()
        for metric, value in (metrics if isinstance(metrics, dict) else {"acc": metrics}).items()
    ]
    return EvalResults(pd.concat(tables, ignore_index=True))


def cell(e, task="t", metric="acc") -> pd.Series:
    table = e.table()
    return table[(table["task"] == task) & (table["metric"] == metric)].iloc[0]


def drawn(e) -> pd.DataFrame:
    """The map on screen: levels by names of tasks and metrics."""
    outputs = painted(e)
    rows, columns = (outputs[name].astype(int) for name in ("map_rows", "map_columns"))
    return pd.DataFrame(
        outputs["map_level"].reshape(len(rows), len(columns)),
        index=[e.heat_map.tasks[row] for row in rows],
        columns=[list(e._choices("metric"))[column] for column in columns],
    )


class TestCells:
    def test_they_are_the_late_rise_of_each_series_and_its_breakthroughness(self):
        results = datasets.gpt3()
        e = EmergenceAtlas(results)
        table: Any = e.table().set_index(["task", "metric"])
        frame = results.scores.assign(
            task=results.scores["task"] + ", " + results.scores["n_shot"].astype(int).astype(str)
        )
        assert len(table) == frame.groupby(["task", "metric"]).ngroups == 72
        told = 0
        for (task, metric), part in frame.groupby(["task", "metric"]):
            part = part.sort_values("params")
            sign = -1 if metric == "ppl" else 1
            items = part["n_items"].max() if metric in ("acc", "em") else math.nan
            floor = 0.5 / items if items > 0 else 0.0
            expected = breakthroughness(sign * part["value"], resolution=floor)
            found = table.loc[(f"{task}-shot", metric)]
            assert found["breakthroughness"] == pytest.approx(float(expected), nan_ok=True)
            if not math.isnan(found["late_rise"]):
                late = float(late_rise(part["params"], sign * part["value"]))
                assert found["late_rise"] == pytest.approx(late)
                told += 1
        assert told == 71

    @pytest.mark.parametrize("better", ["higher", "lower"])
    def test_a_ramp_has_steady_gains_and_a_late_step_is_late(self, better):
        for value, late in ((RAMP, False), (HIGH, True)):
            mine = value if better == "higher" else [1 - y for y in value]
            e = EmergenceAtlas(EvalResults(scores(mine, lower_is_better=better == "lower")))
            place = np.log10(scores(mine)["params"].to_numpy())
            expected = float(late_rise(10**place, value))
            assert cell(e)["late_rise"] == pytest.approx(expected, abs=1e-9)
            assert cell(e)["late"] == late
            assert cell(e)["shape"] == ("late" if late else "steady gains")

    def test_what_counts_as_late_is_a_choice(self):
        value = [0.0, 0.1, 0.2, 0.4, 0.6]
        e = EmergenceAtlas(EvalResults(scores(value, n_items=100)))
        assert 0.1 < cell(e)["late_rise"] < 0.3
        assert cell(e)["shape"] == "a little late"
        assert not cell(e)["late"]
        assert painted(e)["task_late"] == 0
        e.limit = "a little late"
        assert cell(e)["late"]
        assert cell(e)["shape"] == "a little late"
        assert (painted(e)["task_late"], painted(e)["task_metrics"]) == (1, 1)

    @pytest.mark.parametrize(
        ("value", "shape"),
        [
            ([0.3, 0.31, 0.3, 0.32], "no clear rise"),
            ([0.6, 0.2, 0.2, 0.9], "no clear rise"),
            ([0.1, 0.2, 0.9, 0.5], "no clear rise"),
            ([0.9, 0.5, 0.3, 0.1], "falls"),
            ([0.5, 0.5, 0.5, 0.5], "constant"),
            ([0.1, 0.1, 0.1, 0.9], "late"),
        ],
    )
    def test_within_the_noise_or_falling_there_is_no_late_rise(self, value, shape):
        e = EmergenceAtlas(EvalResults(scores(value, n_items=100)))
        assert cell(e)["shape"] == painted(e)["cell_shape"] == shape
        assert math.isnan(cell(e)["late_rise"]) == (shape != "late")
        assert e.heat_map.levels[int(painted(e)["map_level"][0])]["label"].startswith(shape)

    def test_where_the_noise_is_not_known_a_fall_is_still_a_fall(self):
        e = EmergenceAtlas(EvalResults(scores([0.9, 0.1, 0.8, 0.85], n_items=math.nan)))
        assert cell(e)["shape"] == "falls"

    def test_steps_below_half_an_item_count_as_half_an_item_of_breakthroughness(self):
        """0, 0, 0, 0, 1 of 100 items: the median step is 0, half an item is 0.005."""
        flat = [0.0, 0.0, 0.0, 0.0, 1.0]
        counted = EmergenceAtlas(EvalResults(scores(flat, n_items=100)))
        assert cell(counted)["breakthroughness"] == pytest.approx(200)
        unknown = EmergenceAtlas(EvalResults(scores(flat)))
        assert cell(unknown)["breakthroughness"] == math.inf

    def test_means_over_seeds_are_taken_first(self):
        table = pd.concat([scores(RAMP, seed=0), scores([2 * y for y in HIGH], seed=1)])
        e = EmergenceAtlas(EvalResults(table))
        means = (np.array(RAMP) + 2 * np.array(HIGH)) / 2
        assert cell(e)["breakthroughness"] == pytest.approx(float(breakthroughness(means)))
        expected = float(late_rise(scores(RAMP)["params"], means))
        assert cell(e)["late_rise"] == pytest.approx(expected)
        assert cell(e)["n_scales"] == 8

    def test_over_falling_loss_models_improve_to_the_right(self):
        loss = np.linspace(3, 1, 8)
        e = EmergenceAtlas(EvalResults(scores(HIGH, loss=loss)), scale="loss")
        assert cell(e)["breakthroughness"] == pytest.approx(float(breakthroughness(HIGH)))
        assert cell(e)["late_rise"] == pytest.approx(float(late_rise(1 / loss, HIGH)))

    def test_of_checkpoints_the_longest_run_counts(self):
        """Over steps a line is a training run; over sizes the last checkpoints are."""
        long = pd.concat(scores([10.0**-k], step=k + 1.0) for k in range(5))
        short = scores([0.2, 0.4], step=[1.0, 2.0], model="other", params=1e9)
        e = EmergenceAtlas(EvalResults(pd.concat([short, long])), scale="step")
        expected = breakthroughness([1, 0.1, 0.01, 0.001, 0.0001])
        assert cell(e)["breakthroughness"] == pytest.approx(float(expected))
        assert cell(e)["n_scales"] == 5
        e.scale = "params"
        assert cell(e)["n_scales"] == 2

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=12), st.booleans())
    def test_any_series(self, value, lower_is_better):
        e = EmergenceAtlas(EvalResults(scores(value, lower_is_better=lower_is_better)))
        sign = -1.0 if lower_is_better else 1.0
        expected = float(breakthroughness(sign * np.array(value)))
        assert cell(e)["breakthroughness"] == pytest.approx(expected, nan_ok=True)
        expected = float(late_rise(e.results.scores["params"], sign * np.array(value)))
        found = cell(e)["late_rise"]
        assert math.isnan(found) or found == pytest.approx(expected)
        e.close()


class TestFamilies:
    LONG = scores(HIGH, family="long")
    SHORT = scores(RAMP[:5], family="short")

    def both(self, **controls):
        return EmergenceAtlas(EvalResults(pd.concat([self.SHORT, self.LONG])), **controls)

    def test_a_cell_shows_the_family_with_the_most_points(self):
        assert cell(self.both())["family"] == "long"
        assert cell(self.both(families=["short"]))["family"] == "short"
        equal = pd.concat([self.LONG, self.LONG.assign(family="later", value=RAMP)])
        assert cell(EmergenceAtlas(EvalResults(equal)))["family"] == "long"

    def test_one_family_or_the_median(self):
        e = self.both(family="short")
        assert cell(e)["breakthroughness"] == pytest.approx(4)
        assert cell(e)["late_rise"] == pytest.approx(0)
        e.family = "median"
        long = float(breakthroughness(HIGH))
        assert cell(e)["breakthroughness"] == pytest.approx((4 + long) / 2)
        late = float(late_rise(self.LONG["params"], HIGH))
        assert cell(e)["late_rise"] == pytest.approx(late / 2)
        assert cell(e)["family"] == "median"
        assert cell(e)["n_scales"] == 5
        assert painted(e)["cell_family"] == "median of 2 families"

    @pytest.mark.parametrize(
        ("others", "shape"),
        [([HIGH, RAMP], "late"), ([RAMP[::-1], HIGH], "late"), ([RAMP[::-1]], "no clear rise"),
         ([RAMP[::-1], RAMP[::-1]], "no clear rise")],
    )  # fmt: skip
    def test_the_median_is_told_where_more_than_half_rise(self, others, shape):
        more = enumerate(others)
        tables = [self.LONG, *(self.LONG.assign(family=f"f{i}", value=one) for i, one in more)]
        e = EmergenceAtlas(EvalResults(pd.concat(tables)), family="median")
        assert cell(e)["shape"] == shape

    def test_a_family_that_was_not_tested_on_a_task_has_no_cell_there(self):
        table = pd.concat([self.LONG, self.SHORT.assign(task="u")])
        e = EmergenceAtlas(EvalResults(table), family="short", sort="given")
        assert drawn(e)["acc"].tolist()[0] == NOT_MEASURED
        assert math.isnan(cell(e)["late_rise"])
        assert pd.isna(cell(e)["family"])

    def test_a_family_may_be_called_median(self):
        table = pd.concat([self.LONG, self.SHORT.assign(family="median")])
        e = EmergenceAtlas(EvalResults(table), family="median (from the data)")
        assert cell(e)["breakthroughness"] == pytest.approx(4)

    def test_of_forty_families_twelve_are_drawn(self):
        table = scores(np.linspace(0, 1, 160), params=10.0 ** np.linspace(6, 9, 160))
        e = EmergenceAtlas(EvalResults(table.assign(family=[f"f{i % 40}" for i in range(160)])))
        assert e.curves()["curve"].unique().tolist() == [f"f{i}" for i in range(12)]
        assert painted(e)["drawn_note"] == "The first 12 of 40 families are drawn."
        e.families = ("f38", "f39")
        assert e.curves()["curve"].unique().tolist() == ["f38", "f39"]
        assert painted(e)["drawn_note"] == ""

    def test_a_thousand_families(self):
        value = np.random.default_rng(0).random(3000)
        table = scores(value, params=np.tile([1e6, 1e7, 1e8], 1000))
        families = [f"f{i // 3}" for i in range(3000)]
        e = EmergenceAtlas(EvalResults(table.assign(family=families)), family="median")
        each = breakthroughness(value.reshape(1000, 3))
        assert cell(e)["breakthroughness"] == pytest.approx(np.median(each))


class TestGaps:
    def test_levels(self):
        e = EmergenceAtlas(
            series(
                jump={"acc": HIGH, "em": [0.5] * 8},
                two={"acc": [0.1, 0.9]},
                fall={"acc": HIGH[::-1], "em": RAMP[::-1]},
                infinite={"acc": [math.inf, *RAMP[1:]], "em": [math.nan] * 8},
            ),
            sort="given",
        )
        levels: Any = drawn(e)
        assert levels.loc["jump"].tolist()[1] == FIRST_SHAPE + CONSTANT
        assert levels.loc["two"].tolist() == [TOO_FEW, NOT_MEASURED]
        assert levels.loc["infinite", "em"] == TOO_FEW
        names = [e.heat_map.levels[int(level)]["name"] for level in levels.loc["fall"]]
        assert names == ["falls", "falls"]
        assert cell(e, "infinite")["n_scales"] == 7
        assert cell(e, "fall")["breakthroughness"] == -cell(e, "jump")["breakthroughness"]
        assert math.isnan(cell(e, "two")["late_rise"])
        shares: Any = e.shares().set_index("metric")
        assert shares.loc["acc", ["late", "tasks"]].tolist() == [1, 3]
        assert shares.loc["em", ["late", "tasks"]].tolist() == [0, 2]

    def test_one_model_only(self):
        e = EmergenceAtlas(series(t=[0.5]))
        assert drawn(e).loc["t", "acc"] == TOO_FEW
        assert len(e.curves()) == 1
        assert math.isnan(e.shares()["share"][0])

    def test_no_numbers_at_all(self):
        e = EmergenceAtlas(series(t=[math.nan, math.inf]))
        assert e.curves().empty
        assert drawn(e).loc["t", "acc"] == TOO_FEW

    def test_no_scores_is_an_error(self):
        with pytest.raises(SchemaError, match=r"hold no scores, so there is no map; .*rescore"):
            EmergenceAtlas(EvalResults(scores([0.5]).iloc[:0]))
        with pytest.raises(TypeError, match=r"results is a DataFrame; .* read_results"):
            EmergenceAtlas(scores([0.5]))  # pyright: ignore[reportArgumentType]
        with pytest.raises(SchemaError, match="no model has a scale"):
            EmergenceAtlas(EvalResults(scores([0.5, 0.6], params=math.nan)))

    def test_averages_of_other_tasks_are_left_out(self):
        table = pd.concat(
            [scores(HIGH), scores(HIGH, task="average", is_group=True)], ignore_index=True
        )
        assert EmergenceAtlas(EvalResults(table)).table()["task"].tolist() == ["t"]
        assert len(EmergenceAtlas(EvalResults(table), groups=True).table()) == 2
        alone = EvalResults(scores(HIGH, is_group=True))
        assert EmergenceAtlas(alone).table()["task"].tolist() == ["t"]

    def test_names_are_kept_as_they_are(self):
        evil = "<img src=x onerror='hacked=1'>" + "long " * 60
        e = EmergenceAtlas(EvalResults(scores(HIGH, task=evil, metric=evil, family=evil)))
        assert e.heat_map.tasks == [evil]
        assert e.heat_map.metrics[0]["label"] == evil
        assert painted(e)["cell_task"] == e.task == e.metric == evil


class TestMap:
    @pytest.fixture
    def e(self):
        return EmergenceAtlas(
            series(
                Sums={"exact_match": HIGH, "loss": RAMP[::-1]},
                rhymes={"exact_match": RAMP, "loss": RAMP[::-1]},
                **{"Add sums": {"exact_match": [*HIGH[:-1], 0.5]}, "zebra": {"mine": HIGH}},
            )
        )

    def test_sorted(self, e):
        assert drawn(e).index.tolist()[-1] == "rhymes"
        e.sort = "given"
        assert drawn(e).index.tolist() == ["Sums", "rhymes", "Add sums", "zebra"]
        e.sort = "name"
        assert drawn(e).index.tolist() == ["Add sums", "rhymes", "Sums", "zebra"]
        e.sort = "exact_match"
        assert drawn(e).index.tolist() == ["Sums", "Add sums", "rhymes", "zebra"]

    def test_found(self, e):
        e.search = "SUMS"
        assert set(drawn(e).index) == {"Sums", "Add sums"}
        assert e.shares()["tasks"].tolist() == [2, 1, 0]
        e.search = "sums  add"
        assert drawn(e).index.tolist() == ["Add sums"]
        e.search = "nothing"
        assert drawn(e).empty
        assert painted(e)["map_message"] == "No task has this in its name."
        with pytest.raises(ControlError, match="search is 3; search takes a text"):
            e.search = 3

    def test_kinds(self, e):
        assert e.kinds == ("sharp", "gradual", "unknown")
        e.kinds = ["gradual"]
        assert drawn(e).columns.tolist() == ["loss"]
        assert set(drawn(e).index) == {"Sums", "rhymes"}
        e.kinds = []
        assert painted(e)["map_message"] == "No metric is shown."
        assert len(e.curves()) == 16

    def test_only_late_tasks_leave_the_shares_alone(self, e):
        before = e.shares()
        e.jumps_only = True
        assert "rhymes" not in drawn(e).index
        pd.testing.assert_frame_equal(e.shares(), before)
        e.kinds = ["gradual"]
        message = "None of these tasks rises late under the metrics shown."
        assert painted(e)["map_message"] == message

    def test_table_does_not_follow_the_filters(self, e):
        before = e.table()
        e.set_state(search="zebra", kinds=["unknown"], jumps_only=True, sort="name")
        pd.testing.assert_frame_equal(e.table(), before)

    def test_shares_are_counts_with_their_interval(self):
        e = EmergenceAtlas(datasets.gpt3())
        table = e.table()
        row: Any
        for row in e.shares().itertuples():
            mine = table[(table["metric"] == row.metric) & (table["n_scales"] >= 3)]
            assert (row.late, row.tasks) == ((mine["late_rise"] > 0.3).sum(), len(mine))
            interval = binomtest(row.late, row.tasks).proportion_ci(method="wilson")
            assert (row.lower, row.upper) == pytest.approx((interval.low, interval.high))
        outputs = painted(e)
        assert (outputs["late"], outputs["late_sharp"]) == (37, 35)

    def test_the_latest_cell_is_chosen_at_first(self, e):
        assert (e.task, e.metric) in (("Sums", "exact_match"), ("zebra", "mine"))
        assert cell(e, e.task, e.metric)["late_rise"] == e.table()["late_rise"].max()
        of_gru = EmergenceAtlas(datasets.addition(), family="GRU")
        table = of_gru.table()
        assert cell(of_gru, of_gru.task, of_gru.metric)["late_rise"] == table["late_rise"].max()
        given = EmergenceAtlas(e.results, task="rhymes")
        assert given.task == "rhymes"
        assert given.metric in ("exact_match", "loss")

    def test_a_thousand_series(self):
        rng = np.random.default_rng(0)
        value = rng.random((250, 4, 6))
        tables = [
            scores(value[task, metric], task=f"task {task}", metric=f"m{metric}")
            for task in range(250)
            for metric in range(4)
        ]
        e = EmergenceAtlas(EvalResults(pd.concat(tables, ignore_index=True)), sort="given")
        assert drawn(e).shape == (250, 4)
        expected = breakthroughness(value).ravel()
        np.testing.assert_allclose(e.table()["breakthroughness"], expected)
        assert not e.table()["tested"].any()
        assert painted(e)["cell_shape"].endswith(", noise not known")

    def test_noise_whose_size_is_known_is_seldom_late(self):
        value = np.random.default_rng(0).binomial(100, 0.4, (500, 6)) / 100
        tables = [scores(one, task=f"task {i}", n_items=100) for i, one in enumerate(value)]
        e = EmergenceAtlas(EvalResults(pd.concat(tables, ignore_index=True)))
        assert e.table()["tested"].all()
        assert 0 < e.shares()["share"].mean() < 0.03


class TestCurves:
    def test_they_are_the_scores_of_the_task(self):
        e = EmergenceAtlas(datasets.gpt3(), task="SQuADv2, 0-shot")
        frame = e.curves()
        table = e.results.select(task="SQuADv2").scores
        table = table[table["n_shot"] == 0]
        for metric in ("em", "f1"):
            mine = frame[frame["figure"] == metric].sort_values("x")
            theirs = table[table["metric"] == metric].sort_values("params")
            assert mine["y"].tolist() == theirs["value"].tolist()
            assert mine["x"].tolist() == theirs["params"].tolist()

    def test_the_chosen_metric_is_marked(self):
        e = EmergenceAtlas(datasets.gpt3(), task="SQuADv2, 0-shot", metric="f1")
        outputs = painted(e)
        marked = [slot for slot in range(2) if outputs[f"is_chosen_{slot}"]]
        assert [outputs[f"table_label_{slot}"] for slot in marked] == ["F1"]
        classes = [traits_of(e, panel)["_dom_classes"] for panel in e.panels.values()]
        assert ["ew-chosen" in one for one in classes].index(True) == marked[0]
        e.metric = "acc"
        assert not painted(e)["is_chosen_0"]
        assert painted(e)["cell_family"] == "not measured"

    def test_of_many_metrics_the_chosen_one_has_a_figure(self):
        e = EmergenceAtlas(series(t={f"m{i:02d}": RAMP for i in range(20)}), metric="m19")
        assert len(e.figures) == 12
        names = e.curves()["figure"].unique().tolist()
        assert names == [f"m{i:02d}" for i in range(11)] + ["m19"]

    def test_the_state_makes_the_same_atlas(self):
        e = EmergenceAtlas(datasets.pronunciation(), family="GRU", scale="flops", search="english")
        again = EmergenceAtlas(e.results, **e.state)
        assert again.state == e.state
        pd.testing.assert_frame_equal(again.curves(), e.curves())
        pd.testing.assert_frame_equal(again.table(), e.table())


class TestChoosing:
    def test_a_click_chooses_the_cell(self):
        e = EmergenceAtlas(series(a={"acc": HIGH}, b={"acc": RAMP, "em": RAMP}))
        browser_sets(e.heat_map, task=1, metric=1)
        assert (e.task, e.metric) == ("b", "em")
        e.task = "a"
        assert e.heat_map.task == 0
        assert e.link.sources["task"] == [e.heat_map, "task"]

    def test_the_kernel_does_not_send_the_map_back(self, wire):
        e = EmergenceAtlas(series(a={"acc": HIGH}, b={"acc": RAMP}))
        values = wire.page[e.heat_map.model_id]["values"]
        start = len(wire.messages)
        # A click sends all that changed; the map may have changed again before an answer comes.
        browser_sets(e.heat_map, task=1, values=values)
        echoed = wire.since(start, "echo_update")
        assert [set(message.state) for message in echoed] == [{"task"}]

    def test_unknown_names_are_errors_that_name_the_nearest(self):
        results = series(sums=HIGH, rhymes=RAMP)
        with pytest.raises(ControlError, match="Did you mean 'sums'"):
            EmergenceAtlas(results, task="sum")
        with pytest.raises(ControlError, match="scale is 'size'"):
            EmergenceAtlas(results, scale="size")
        with pytest.raises(TypeError, match="Did you mean 'family'"):
            EmergenceAtlas(results, famly="x")  # pyright: ignore[reportCallIssue]


class TestVerdicts:
    RESULTS = series(a={"acc": HIGH, "em": RAMP}, b={"acc": RAMP})

    def judged(self, **columns):
        table = {"task": ["a", "b"], "metric": "acc", "outcome": list(OUTCOMES)[:2]}
        return pd.DataFrame(table | columns)

    def test_colours_and_words(self):
        e = EmergenceAtlas(self.RESULTS, verdicts=self.judged(), colour="verdict", sort="given")
        levels = drawn(e)
        names = [[e.heat_map.levels[int(level)]["label"] for level in row] for row in levels.values]
        first, second = list(OUTCOMES)[:2]
        assert names == [[first, "no verdict"], [second, "not measured"]]
        assert cell(e, "a")["verdict"] == first
        assert pd.isna(cell(e, "a", "em")["verdict"])
        e.set_state(task="b", metric="acc")
        assert painted(e)["cell_meaning"] == f"{second}: {OUTCOMES[second]}"

    def test_every_outcome_has_a_look(self):
        labels = {level["label"] for level in EmergenceAtlas(self.RESULTS).heat_map.levels}
        assert set(OUTCOMES) <= labels

    def test_without_verdicts_the_colour_is_off_and_says_why(self):
        e = EmergenceAtlas(self.RESULTS)
        assert e.controls["colour"].disabled
        assert painted(e)["cell_meaning"] == "No verdicts were given."
        with pytest.raises(ControlError, match=r"No verdicts were given; .*verdicts=True"):
            EmergenceAtlas(self.RESULTS, colour="verdict")

    def test_verdicts_can_be_made(self):
        e = EmergenceAtlas(datasets.gpt3().select(task=["4D+", "LAMBADA"]), verdicts=True)
        made = e.table().dropna(subset="verdict")
        assert set(made["metric"]) == {"acc"}
        assert len(made) == 6

    def test_scores_that_nobody_reported_are_judged_but_have_no_column(self):
        e = EmergenceAtlas(read_results(FIXTURES / "lm_eval" / "filters"), verdicts=True)
        assert set(e.table()["metric"]) == {
            "exact_match (strict-match)", "exact_match (flexible-extract)",
        }  # fmt: skip
        e.close()

    def test_verdicts_on_something_else_are_errors(self):
        with pytest.raises(SchemaError, match="row 1: no task 'c'"):
            EmergenceAtlas(self.RESULTS, verdicts=self.judged(task=["a", "c"]))
        with pytest.raises(SchemaError, match="row 0: no outcome 'real'"):
            EmergenceAtlas(self.RESULTS, verdicts=self.judged(outcome="real"))
        with pytest.raises(SchemaError, match="no column 'outcome'"):
            EmergenceAtlas(self.RESULTS, verdicts=self.judged()[["task", "metric"]])
        with pytest.raises(TypeError, match="verdicts is a list"):
            EmergenceAtlas(self.RESULTS, verdicts=["a"])  # pyright: ignore[reportArgumentType]

"""`ResultsExplorer` on answers: thresholds, K of K, the texts that a click shows."""

import math

import ipywidgets
import numpy as np
import pandas as pd
import pytest
from ipywidgets.embed import dependency_state
from scipy.stats import hypergeom

from emergence_widgets import (
    EvalResults,
    ResultsExplorer,
    datasets,
    edit_similarity,
    wilson_interval,
)
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.widgets.controls import ControlError

from ..widgets.wire import browser_sets
from .tables import answers, painted, results, scores, traits_of

OUTPUTS = [
    ["a", "x y", "a b c"],
    ["a b c d", "a b", "a b c d"],
    ["a b c d", "a b c d", "a  b c d "],
]


def explorer(outputs=OUTPUTS, table=None, **controls):
    controls.setdefault("metrics", ["passing"])
    table = scores([0.0]) if table is None else table
    return ResultsExplorer(EvalResults(table, answers(outputs)), **controls)


def passing(e):
    frame = e.curves()
    return frame.loc[frame["figure"] == "passing", "y"].tolist()


@pytest.fixture(scope="module")
def pronunciation():
    e = ResultsExplorer(datasets.pronunciation(), metrics=["passing", "exact_match"])
    yield e
    e.close()


class TestThreshold:
    def test_at_one_it_is_exact_match(self, pronunciation):
        pronunciation.set_state(threshold=1.0, all_of=1)
        samples = pronunciation.results.samples
        right = (samples["target"] == samples["output"]).groupby(
            [samples["model"], samples["seed"]]
        )
        np.testing.assert_allclose(sorted(passing(pronunciation)), sorted(right.mean()), rtol=1e-12)
        frame = pronunciation.curves()
        exact = frame.loc[frame["figure"] == "exact_match", "y"]
        np.testing.assert_allclose(passing(pronunciation), exact, rtol=1e-12)

    def test_at_zero_everything_passes(self, pronunciation):
        pronunciation.set_state(threshold=0.0, all_of=1)
        assert passing(pronunciation) == [1.0] * 48

    def test_it_is_the_share_of_answers_at_least_that_good(self, pronunciation):
        samples = pronunciation.results.samples
        good = edit_similarity(samples["target"], samples["output"])
        for threshold in (0.25, 0.5, 0.8, 0.99):
            pronunciation.set_state(threshold=threshold, all_of=1)
            share = pd.Series(good >= threshold - 1e-9).groupby(
                [samples["model"].to_numpy(), samples["seed"].to_numpy()]
            )
            np.testing.assert_allclose(sorted(passing(pronunciation)), sorted(share.mean()))

    def test_a_score_just_on_the_threshold_passes_whatever_its_binary_fraction(self):
        """2 of 3, 3 of 5 … tokens right against a slider that stops at hundredths."""
        target = "a b c d e"
        outputs = [[" ".join(list("abcde")[:k] + ["x"] * (5 - k)) for k in range(6)]]
        samples = answers(outputs, target=target)
        e = ResultsExplorer(EvalResults(scores([0.0]), samples), metrics=["passing"])
        for k, threshold in enumerate((0.0, 0.2, 0.4, 0.6, 0.8, 1.0)):
            browser_sets(e.controls["threshold"], value=threshold)
            assert passing(e) == [pytest.approx((6 - k) / 6)]

    def test_whitespace_between_tokens_does_not_count(self):
        assert passing(explorer(threshold=1.0)) == pytest.approx([0, 2 / 3, 1])

    def test_a_note_says_what_passes(self):
        e = explorer(threshold=0.57, all_of=3)
        assert painted(e)["note_0"] == "edit similarity ≥ 0.57, 3 of 3"

    def test_options_pass_by_their_probability(self):
        samples = pd.DataFrame(
            {
                "model": ["m0", "m0", "m1"],
                "params": [1e6, 1e6, 1e7],
                "task": "t",
                "item": [0, 1, 0],
                "choice_logprobs": [[0.0, 0.0], [math.log(9), 0.0], [0.0, math.log(3)]],
                "right": [0, 0, 1],
            }
        )
        e = ResultsExplorer(EvalResults(scores([0.0]), samples), metrics=["passing"], threshold=0.6)
        assert passing(e) == [0.5, 1.0]
        assert painted(e)["note_0"].startswith("probability of the right option ≥ 0.60")


class TestAllOf:
    @pytest.mark.parametrize("k", [1, 2, 5, 20])
    def test_k_of_k_is_hypergeometric(self, pronunciation, k):
        """K drawn without replacement from n answers, of which some are right: all of them."""
        pronunciation.set_state(threshold=1.0, all_of=k)
        samples = pronunciation.results.samples
        right = (samples["target"] == samples["output"]).groupby(
            [samples["model"], samples["seed"]]
        )
        chances = hypergeom.pmf(k, right.size(), right.sum(), k)
        np.testing.assert_allclose(sorted(passing(pronunciation)), sorted(chances), rtol=1e-9)

    def test_of_all_small_counts(self):
        right = np.arange(13)
        e = explorer([["a b c d"] * r + ["x"] * 5 for r in right])
        for k in range(1, 21):
            browser_sets(e.controls["all_of"], value=k)
            enough = right + 5 >= k
            chances = np.asarray(hypergeom.pmf(k, right + 5, right, k))[enough]
            np.testing.assert_allclose(passing(e), chances, rtol=1e-9, atol=1e-12)

    def test_fewer_answers_than_k_show_no_point(self):
        e = explorer([["a b c d"], ["a b c d"] * 3], all_of=2)
        assert passing(e) == [1.0]
        assert e.curves()["model"].tolist() == ["m1"]

    @pytest.mark.parametrize("k", [1, 3])
    def test_intervals_are_those_of_one_answer_to_the_power_of_k(self, k):
        e = explorer([["a b c d"] * r + ["x"] * (10 - r) for r in range(11)], all_of=k)
        lower, upper = wilson_interval(np.arange(11), 10)
        frame = e.curves()
        np.testing.assert_allclose(frame["lower"], lower**k, rtol=1e-12)
        np.testing.assert_allclose(frame["upper"], upper**k, rtol=1e-12)


class TestSelection:
    def test_a_click_shows_the_answers_of_its_model(self):
        e = explorer(threshold=0.5)
        assert painted(e)["answers"] == {"heading": "", "rows": []}
        assert e.selected_model is None
        browser_sets(e.link, selection=1)
        shown = painted(e)["answers"]
        assert e.selected_model == shown["heading"] == "m1"
        assert [row["output"] for row in shown["rows"]] == OUTPUTS[1]
        assert [row["target"] for row in shown["rows"]] == ["a b c d"] * 3
        assert [row["prompt"] for row in shown["rows"]] == ["say 0", "say 1", "say 2"]
        assert [row["score"] for row in shown["rows"]] == [1.0, 0.5, 1.0]
        assert [row["passed"] for row in shown["rows"]] == [True, True, True]
        e.threshold = 0.51
        assert [row["passed"] for row in painted(e)["answers"]["rows"]] == [True, False, True]
        browser_sets(e.link, selection=-1)
        assert e.selected_model is None

    def test_the_point_is_marked_in_every_figure(self):
        e = explorer(table=scores([0.1, 0.2, 0.3]), metrics=["acc", "passing"])
        browser_sets(e.link, selection=2)
        outputs = painted(e)
        for slot in (0, 1):
            points, _ = e.link.selectable[slot * len(e.constants["families"])]
            marked = traits_of(e, points)["selected"].astype(int)
            assert outputs[f"run_{slot}_0"][marked].tolist() == [2]

    def test_as_many_answers_as_asked_for_and_the_same_ones_for_every_model(self):
        outputs = [[f"{model} {item}" for item in range(100)] for model in range(2)]
        kept = []
        for model in range(2):
            e = ResultsExplorer(
                EvalResults(scores([0.0]), answers(outputs)), metrics=["passing"], most_answers=7
            )
            e.link.selection = model
            kept.append([row["prompt"] for row in painted(e)["answers"]["rows"]])
        assert kept[0] == kept[1]
        assert len(kept[0]) == 7
        with pytest.raises(ValueError, match="most_answers is -1"):
            ResultsExplorer(EvalResults(scores([0.0]), answers(outputs)), most_answers=-1)


class TestNoAnswers:
    def test_their_controls_are_off_and_say_why(self):
        e = ResultsExplorer(results([0.1, 0.2]))
        assert e.controls["threshold"].disabled
        assert e.controls["all_of"].disabled
        assert not e.controls["task"].disabled
        assert "These results hold no answers that could pass or fail." in labels(e)
        assert e.answers.invitation == ""
        assert "passing" not in e._choices("metrics")
        with_answers = explorer()
        assert not with_answers.controls["threshold"].disabled
        assert "no answers" not in " ".join(labels(with_answers))
        assert with_answers.answers.invitation != ""

    def test_a_click_still_names_its_model(self):
        e = ResultsExplorer(results([0.1, 0.2]))
        e.link.selection = 1
        assert e.selected_model == "m1"
        assert painted(e)["answers"] == {"heading": "m1", "rows": []}

    def test_answers_alone(self):
        e = explorer(table=scores([0.0]).iloc[:0], metrics=["passing"])
        assert passing(e) == pytest.approx([0, 2 / 3, 1])


class TestItemScore:
    def test_another_score(self):
        e = explorer(item_score="prefix_match", threshold=0.5)
        assert painted(e)["note_0"].startswith("prefix match ≥ 0.50")
        assert passing(e) == pytest.approx([1 / 3, 1, 1])

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("prefix_mach", "Did you mean 'prefix_match'"),
            ("token_edit_distance", "expected one from 0 to 1. .*There is: exact_match, edit_"),
            ("loss", "item_score is 'loss'; expected one from 0 to 1"),
        ],
    )
    def test_what_no_threshold_from_0_to_1_can_use(self, name, words):
        with pytest.raises(ControlError, match=words):
            explorer(item_score=name)

    def test_what_the_answers_cannot_give(self):
        with pytest.raises(
            SchemaError, match="item_score is 'option_probability', but these answers"
        ):
            explorer(item_score="option_probability")
        with pytest.raises(SchemaError, match="hold scores only, no answers"):
            ResultsExplorer(results([0.1]), item_score="edit_similarity")

    def test_tokens_of_the_threshold(self):
        split = {"whitespace": [0.0, 0.0], "characters": [2 / 3, 1 / 3], list: [2 / 3, 1 / 3]}
        for tokens, similarity in split.items():
            samples = answers([["abx", "axx"]], target="abc")
            e = ResultsExplorer(
                EvalResults(scores([0.0]), samples), metrics=["passing"], tokens=tokens
            )
            e.link.selection = 0
            shown = [row["score"] for row in painted(e)["answers"]["rows"]]
            assert shown == pytest.approx(similarity)


HTML = "<img src=x onerror=alert(1)>"


def labels(e):
    """Texts of all labels in an explorer."""
    models = dependency_state(e).values()
    return [
        model["state"].get("value", "") for model in models if model["model_name"] == "LabelModel"
    ]


class TestNamesAreText:
    @pytest.fixture
    def tagged(self):
        samples = answers([[HTML, "x"]], target=HTML).replace({"m0": HTML, "t": HTML})
        samples["prompt"] = HTML
        table = scores([0.1], model=HTML, task=HTML, family=HTML, metric=HTML)
        return ResultsExplorer(EvalResults(table, samples.assign(family=HTML)))

    def test_no_widget_of_an_explorer_shows_html(self, tagged):
        models = dependency_state(tagged).values()
        assert len(models) > 100
        for model in models:
            assert model["model_name"] not in ("HTMLModel", "HTMLMathModel")
            assert not model["state"].get("description_allow_html")
        assert not any(isinstance(child, ipywidgets.HTML) for child in tagged.children)

    def test_names_arrive_as_they_are(self, tagged):
        assert tagged.task == HTML
        assert tagged.families == (HTML,)
        assert tagged.controls["families"].entries[0]["name"] == HTML
        assert HTML in labels(tagged)
        tagged.link.selection = 0
        shown = painted(tagged)["answers"]
        assert shown["heading"] == HTML
        assert shown["rows"][0] == {
            "prompt": HTML, "target": HTML, "output": HTML, "score": 1.0, "passed": True,
        }  # fmt: skip

    def test_long_and_missing_texts(self):
        samples = answers([["x" * 1000, None]])
        e = ResultsExplorer(EvalResults(scores([0.0]), samples), metrics=["passing"])
        e.link.selection = 0
        long, missing = (row["output"] for row in painted(e)["answers"]["rows"])
        assert long == "x" * 240 + "…"
        assert missing == ""

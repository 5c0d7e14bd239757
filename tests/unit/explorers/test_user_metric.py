"""A metric that is registered with one call works from rescoring to the atlas."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import emergence_widgets as ew
from emergence_widgets.core.verdict.verdict import OUTCOMES
from emergence_widgets.results.forecast_series import ForecastTable

SIZES = 10.0 ** np.arange(6, 11)
RIGHT = {"first_words": (0.3, 0.5, 0.6, 0.8, 0.9), "exact_match": (0, 0, 0.1, 0.4, 0.8)}
ITEMS = 50


def first_word(target, output):
    pairs = zip(target, output, strict=True)
    return [float(one.split()[0] == other.split()[0]) for one, other in pairs]


def wrong_words(target, output, extra):
    pairs = zip(target, output, extra, strict=True)
    return [
        added + sum(a != b for a, b in zip(one.split(), other.split(), strict=True))
        for one, other, added in pairs
    ]


def answers():
    """Of items in order, the first share has the first word right, a smaller one both."""
    rows = []
    for size, first, both in zip(SIZES, *RIGHT.values(), strict=True):
        for item in range(ITEMS):
            place = (item + 0.5) / ITEMS
            output = f"{'a' if place < first else 'x'} {'b' if place < both else 'y'}"
            rows.append((f"m{size:.0f}", "lm", size, "t", item, "a b", output, 0.5))
    columns = ["model", "family", "params", "task", "item", "target", "output", "extra"]
    return pd.DataFrame(rows, columns=columns)


def register():
    ew.register_metric(
        "first_word", first_word, kind="discontinuous", label="First words right",
        metric="First-word match", chance=0.2,
    )  # fmt: skip
    ew.register_metric(
        "wrong_words", wrong_words, kind="continuous", needs=("target", "output", "extra"),
        lower_is_better=True, label="Words to fix", metric="Wrong words",
    )  # fmt: skip
    table = ew.rescore(answers(), ["first_word", "wrong_words"])
    return ew.EvalResults(table, answers())


def test_rescoring():
    scores: Any = register().scores.set_index(["metric", "params"])
    np.testing.assert_allclose(scores.loc["first_word", "value"], RIGHT["first_words"])
    wrong = 2.5 - np.add(*(np.array(shares) for shares in RIGHT.values()))
    np.testing.assert_allclose(scores.loc["wrong_words", "value"], wrong)
    lower, upper = ew.wilson_interval(0.3 * ITEMS, ITEMS)
    first = scores.loc[("first_word", SIZES[0])]
    assert (first["lower"], first["upper"]) == (lower, upper)
    assert (first["min"], first["max"], first["chance"]) == (0, 1, pytest.approx(0.2))
    assert not first["lower_is_better"]
    assert scores.loc[("wrong_words", SIZES[0]), "lower_is_better"]
    assert np.isnan(scores.loc[("wrong_words", SIZES[0]), "max"])


def test_rescoring_k_of_k_and_thresholds():
    register()
    table = ew.rescore(answers(), "first_word", all_of=[2], thresholds={"wrong_words": [0.5]})
    names = ["first_word", "first_word, 2 of 2", "wrong_words<=0.5", "wrong_words<=0.5, 2 of 2"]
    assert list(dict.fromkeys(table["metric"])) == names
    passing = table[table["metric"] == "wrong_words<=0.5"]["value"]
    np.testing.assert_allclose(passing, RIGHT["exact_match"])


def test_explorer():
    e = ew.ResultsExplorer(register(), metrics=["first_word", "wrong_words"], verdicts=False)
    facts = {
        one["name"]: [one[name] for name in ("title", "label", "kind", "lower_is_better")]
        for one in e.constants["metrics"]
    }
    assert facts["first_word"] == ["First words right", "First-word match", "sharp", False]
    assert facts["wrong_words"] == ["Words to fix", "Wrong words", "gradual", True]
    assert e.constants["pair_chance"][0, 0] == pytest.approx(0.2)
    assert e.constants["pair_resolution"][0, :2].tolist() == [0.5 / ITEMS, 0]
    e.close()


def test_explorer_grades_answers_with_it():
    results = register()
    e = ew.ResultsExplorer(results, item_score="first_word", verdicts=False, threshold=1.0)
    assert e._series["task_item_score"] == ["first_word"]
    e.close()
    with pytest.raises(ValueError, match="item_score is 'wrong_words'; expected one from 0 to 1"):
        ew.ResultsExplorer(results, item_score="wrong_words", verdicts=False)


def test_verdict():
    results = register()
    evidence = results.evidence("t", "first_word")
    assert (evidence.score.counted, evidence.score.lower_is_better) == (True, False)
    assert (evidence.score.chance, evidence.score.best) == (pytest.approx(0.2), 1)
    # Our metrics of the same texts come before those of users.
    assert [one.name for one in evidence.continuous] == ["edit_similarity", "chrf", "prefix_match"]
    gentle = results.evidence("t", "wrong_words").continuous[0]
    assert (gentle.name, gentle.kind, gentle.lower_is_better) == ("wrong_words", "error", True)
    assert ew.verdict(results, "t", "first_word").outcome in OUTCOMES


def test_reported_by_other_tools():
    """Without a function: direction, chance and kind of a column of a table."""
    register()
    ew.register_metric("surprise", kind="loss", loss_kind="bits", label="Bits", aliases=("sur",))
    ew.register_metric("grade", kind="discontinuous", chance=0.25)
    table = pd.DataFrame(
        {
            "model": [f"m{size}" for size in SIZES] * 2,
            "params": [*SIZES] * 2,
            "task": "t",
            "metric": ["sur"] * 5 + ["grade"] * 5,
            "value": [5, 4, 3, 2, 1, 0.25, 0.3, 0.4, 0.6, 0.9],
            "n_items": 100,
        }
    )
    evidence = ew.EvalResults(table).evidence("t")
    assert (evidence.metric, evidence.score.chance) == ("grade", 0.25)
    (partner,) = evidence.continuous
    assert (partner.name, partner.kind, partner.lower_is_better) == ("sur", "bits", True)
    named = ForecastTable(ew.EvalResults(table)).series("t")
    assert (named.metric, named.smooth, named.loss) == ("grade", "sur", "sur in nats")
    assert named.series.loss is not None
    np.testing.assert_allclose(named.series.loss, np.log(2) * np.array([5, 4, 3, 2, 1]))
    assert named.series.chance == 0.25
    audit = ew.audit_metrics(ew.EvalResults(table), draws=50).set_index("metric")
    assert audit.loc["sur", "breakthroughness"] == 4
    read = ew.read_results(table)
    assert read.scores["lower_is_better"].tolist() == [True] * 5 + [False] * 5
    assert read.scores["max"].tolist()[5:] == [1] * 5


def test_atlas():
    e = ew.EmergenceAtlas(ew.EvalResults(register().scores))
    table = e.table().set_index("metric")
    assert (table["breakthroughness"] > 0).all()
    assert e.shares().set_index("metric")["kind"].to_dict() == {
        "first_word": "sharp", "wrong_words": "gradual",
    }  # fmt: skip
    e.close()


def test_the_direction_of_a_known_metric_needs_no_column():
    """Of a table as it is: the explorer, the atlas and the audit turn a perplexity alike."""
    table = pd.DataFrame(
        {
            "model": [f"m{size}" for size in SIZES],
            "params": SIZES,
            "task": "t",
            "metric": "ppl",
            "value": [90.0, 80.0, 60.0, 30.0, 10.0],
        }
    )
    results = ew.EvalResults(table)
    (rise,) = ew.audit_metrics(results, draws=10)["breakthroughness"]
    assert rise == pytest.approx(80 / np.sqrt((20**2 + 20**2) / 2))
    e = ew.ResultsExplorer(results, verdicts=False)
    assert e._outputs()["breakthroughness_0"] == pytest.approx(rise)
    e.close()
    e = ew.EmergenceAtlas(results)
    assert e.table()["breakthroughness"].tolist() == pytest.approx([rise])
    e.close()


def test_answers_may_hold_nothing_but_the_columns_of_ones_own_metric():
    table = answers()[["model", "params", "task", "item"]].assign(seconds=2.0)
    with pytest.raises(ValueError, match="the samples table has neither 'target' and 'output'"):
        ew.rescore(table, "loss")
    ew.register_metric(
        "speed", lambda seconds: [1 / one for one in seconds], kind="continuous",
        needs=("seconds",),
    )  # fmt: skip
    assert ew.rescore(table, "speed")["value"].tolist() == [0.5] * 5


def test_a_chance_that_depends_on_options_of_which_some_are_known():
    """Its mean over the answers whose options are known, as long as there are any."""
    ew.register_metric("mine", first_word, kind="discontinuous", chance=lambda n: 1 / n)
    table = answers()
    assert ew.rescore(table, "mine")["chance"].isna().all()
    options = pd.Series([None] * len(table), dtype=object)
    options[0], options[1] = [-1.0, -2.0], [-1.0, -2.0, -3.0, -4.0]
    chance = ew.rescore(table.assign(choice_logprobs=options), "mine")["chance"]
    assert chance[0] == (1 / 2 + 1 / 4) / 2
    assert chance[1:].isna().all()

"""Folders as lm-eval writes them: several filters, tasks of both kinds, checkpoints by tokens."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, ResultsExplorer, wilson_interval
from emergence_widgets.results.schema import SchemaError


def answers(task: str, filter: str | None, outputs: dict[str, list[str]]) -> pd.DataFrame:
    rows = [
        {"model": model, "params": float(model), "task": task, "filter": filter, "item": item,
         "target": "7", "output": output}
        for model, texts in outputs.items() for item, output in enumerate(texts)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def options(right_mass: dict[str, float]) -> pd.DataFrame:
    rows = [
        {"model": model, "params": float(model), "task": "choice", "item": 0, "right": 0,
         "choices": ["a", "b"], "choice_logprobs": np.log([mass, 1 - mass]).tolist(),
         "target": "a", "output": "a"}
        for model, mass in right_mass.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def scores(metric="exact_match", filter=None, **columns) -> pd.DataFrame:
    table = {"model": ["10", "100"], "params": [10.0, 100.0], "task": "sums", "metric": metric,
             "filter": filter, "value": [0.25, 0.75], "n_items": 4.0}  # fmt: skip
    return pd.DataFrame(table | columns)


FILTERED = pd.concat(
    [
        answers("sums", "strict-match", {"10": ["x"] * 4, "100": ["7", "7", "x", "x"]}),
        answers("sums", "flexible-extract", {"10": ["7", "x", "x", "x"], "100": ["7"] * 4}),
    ],
    ignore_index=True,
)


@pytest.mark.parametrize(
    ("filter", "shares"),
    [(None, [0, 0.5]), ("strict-match", [0, 0.5]), ("flexible-extract", [0.25, 1])],
)
def test_answers_of_one_filter_are_graded(filter, shares):
    e = ResultsExplorer(EvalResults(scores(), FILTERED), metrics=["passing"], filter=filter)
    assert e.curves()["y"].tolist() == shares
    note = e._outputs()["note_0"]
    assert note == f"edit similarity ({filter or 'strict-match'}) ≥ 1.00"
    e.close()


def test_an_unknown_filter_is_named():
    with pytest.raises(SchemaError, match="Did you mean 'strict-match'"):
        ResultsExplorer(EvalResults(scores(), FILTERED), filter="strict")


def test_each_task_is_graded_by_the_best_score_that_it_has():
    both = pd.concat(
        [FILTERED[FILTERED["filter"] == "strict-match"], options({"10": 0.4, "100": 0.9})],
        ignore_index=True,
    )
    e = ResultsExplorer(EvalResults(scores(), both), task="sums", metrics=["passing"])
    assert e.threshold == 1
    assert e.curves()["y"].tolist() == [0, 0.5]
    e.task = "choice"
    e.threshold = 0.5
    assert e.curves()["y"].tolist() == [0, 1]
    assert e._outputs()["note_0"].startswith("probability of the right option ≥ 0.50")
    e.close()


def test_a_filtered_exact_match_keeps_its_title_and_its_wilson_interval():
    table = pd.concat([scores(filter="strict"), scores(filter="loose", value=[0.5, 1.0])])
    e = ResultsExplorer(EvalResults(table.reset_index(drop=True)))
    assert e.metrics == ("exact_match (strict)", "exact_match (loose)")
    curves = e.curves()
    lower, upper = wilson_interval([1, 3], 4)
    mine = curves[curves["figure"] == "exact_match (strict)"]
    np.testing.assert_allclose(mine["lower"], lower)
    np.testing.assert_allclose(mine["upper"], upper)
    assert e._outputs()["title_0"] == "Whole answers right"
    assert e._outputs()["table_label_0"] == "Exact match (strict)"
    e.close()


def test_checkpoints_told_apart_by_tokens_are_points_of_their_own():
    table = scores(model=["10", "10"], params=[10.0, 10.0], tokens=[1e9, 2e9])
    e = ResultsExplorer(EvalResults(table), scale="tokens")
    assert e.curves()["x"].tolist() == [1e9, 2e9]
    assert e.curves()["y"].tolist() == [0.25, 0.75]
    e.close()


def test_a_scale_that_a_logarithmic_axis_cannot_hold_is_said():
    table = scores(params=[0.0, 100.0])
    e = ResultsExplorer(EvalResults(table))
    assert e.curves()["x"].tolist() == [100]
    assert e._outputs()["note_0"] == "1 with a scale at or below 0 not on this axis"
    e.log_scale = False
    assert e._outputs()["note_0"] == ""
    assert e.curves()["x"].tolist() == [0, 100]
    e.close()


def test_the_line_joins_means_or_medians_over_seeds():
    rows = [
        {"model": f"m{params:g}", "params": params, "seed": seed, "task": "t",
         "metric": "exact_match", "value": value}
        for params, values in ((10.0, [0.0, 0.1, 0.9]), (100.0, [0.2, 0.4, 0.5, 1.0]))
        for seed, value in enumerate(values)
    ]  # fmt: skip
    e = ResultsExplorer(EvalResults(pd.DataFrame(rows)))
    assert e._outputs()["line_score_0_0"].tolist() == pytest.approx([1 / 3, 0.525])
    e.line = "median"
    assert e._outputs()["line_score_0_0"].tolist() == pytest.approx([0.1, 0.45])
    e.close()


def test_the_onset_is_where_the_interval_first_lies_above_chance():
    rows = [
        {"model": f"m{loss:g}", "params": 10.0 / loss, "loss": loss, "task": "t",
         "metric": "exact_match", "value": value, "n_items": 100.0, "chance": 0.25}
        for loss, value in ((3.0, 0.2), (2.0, 0.3), (1.0, 0.6), (0.5, 0.9))
    ]  # fmt: skip
    e = ResultsExplorer(EvalResults(pd.DataFrame(rows)), scale="loss", log_scale=False)
    assert np.isnan(e._outputs()["onset_0"])
    e.onset = True
    # 30 of 100 has a lower bound of 0.219, below chance.
    assert e._outputs()["onset_0"] == 1
    notes = [traits["text"] for _, traits in e._painted(e._outputs()) if "text" in traits]
    assert ["above this loss: no better than chance"] in notes
    e.scale = "params"
    assert e._outputs()["onset_0"] == 10
    e.close()

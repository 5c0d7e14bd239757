"""Verdicts on whole evaluations, and the false discoveries among them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from emergence_widgets import EvalResults, audit_metrics, verdict
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.results.verdicts import COLUMNS, verdicts

DECADES = np.linspace(6, 12, 10)
CONTINUOUS = 0.2 + 1.6 * 10 ** (-0.12 * (DECADES - 6))
STEP = np.arange(10) < 5


def series(task, metric, value, **columns) -> pd.DataFrame:
    count = len(value)
    base = {
        "model": [f"m{i}" for i in range(count)], "params": 10.0 ** DECADES[:count], "task": task,
        "metric": metric, "value": value, "n_items": 1000,
    }  # fmt: skip
    return pd.DataFrame(base | columns)


def evaluation(tasks: int, seed: int = 0, *, broken: int = 0, noise: float = 0.05) -> pd.DataFrame:
    """Accuracy and loss of three seeds; the first tasks lose a nat in one step."""
    rng = np.random.default_rng(seed)
    frames = []
    for task in range(tasks):
        for run in range(3):
            loss = CONTINUOUS + STEP * (task < broken) + noise * rng.standard_normal(10)
            right = rng.binomial(1000, np.exp(-2 * np.maximum(loss, 0))) / 1000
            frames.append(series(f"t{task}", "acc", right, seed=run))
            frames.append(series(f"t{task}", "loss", loss, seed=run, stderr=0.02))
    return pd.concat(frames, ignore_index=True)


def test_one_row_a_task_under_each_sharp_metric():
    frames = [series("a", "acc", 1 - CONTINUOUS / 2), series("a", "em", 1 - CONTINUOUS / 2)]
    frames += [series("a", "loss", CONTINUOUS), series("b", "ppl", np.exp(CONTINUOUS))]
    told = verdicts(EvalResults(pd.concat(frames)), draws=20)
    assert told.columns.tolist() == list(COLUMNS)
    pairs = list(zip(told["task"], told["metric"], strict=True))
    assert pairs == [("a", "acc"), ("a", "em"), ("b", "ppl")]


def test_tasks_and_metrics_are_chosen_by_name():
    results = EvalResults(evaluation(3))
    told = verdicts(results, tasks="t1", metrics=["acc", "loss"], draws=20)
    assert list(zip(told["task"], told["metric"], strict=True)) == [("t1", "acc"), ("t1", "loss")]
    assert verdicts(results, tasks=["t2", "t0"], draws=20)["task"].tolist() == ["t2", "t0"]


@pytest.mark.parametrize(
    ("options", "nearest"),
    [({"tasks": "t11"}, "'t1'"), ({"metrics": "accc"}, "'acc'"), ({"scale": "parms"}, "'params'")],
)
def test_unknown_names_are_told_the_nearest(options, nearest):
    with pytest.raises(KeyError, match=f"Did you mean {nearest}"):
        verdicts(EvalResults(evaluation(2)), **options)


@pytest.mark.parametrize("rate", [0, 1, -1])
def test_a_rate_outside_0_to_1_is_refused(rate):
    with pytest.raises(ValueError, match="false_discovery_rate is"):
        verdicts(EvalResults(evaluation(1)), false_discovery_rate=rate)


def test_each_row_is_the_verdict_on_its_task():
    results = EvalResults(evaluation(3, broken=1))
    told = verdicts(results, draws=20).set_index("task")
    for task in told.index:
        alone = verdict(results, task, "acc", draws=20)
        row = told.loc[task]
        assert alone.jump is not None
        assert row["outcome"] == alone.outcome
        assert row["p_value"] == alone.p_value
        assert row["reason"] == alone.decisive.reason
        assert (row["low"], row["high"]) == (alone.jump.low, alone.jump.high)


def test_q_values_are_benjamini_and_hochbergs_over_what_was_tested():
    lone = series("lone", "acc", 1 - CONTINUOUS / 2, n_items=np.nan)
    frame = pd.concat([evaluation(12, broken=4), lone])
    told = verdicts(EvalResults(frame), draws=20)
    p_values = told["p_value"].to_numpy()
    tested = np.isfinite(p_values)
    assert tested.sum() == 12
    assert not tested[told["task"] == "lone"]
    np.testing.assert_allclose(
        told["q_value"].to_numpy()[tested], false_discovery_control(p_values[tested], method="bh")
    )
    assert told["q_value"].isna().tolist() == (~tested).tolist()


def test_a_candidate_that_many_tests_would_give_is_not_established():
    frame = evaluation(15, broken=3)
    loose = verdicts(EvalResults(frame), draws=20, false_discovery_rate=0.9)
    candidates = loose[loose["outcome"] == "candidate real transition"]
    assert set(candidates["task"]) == {"t0", "t1", "t2"}
    rate = float(candidates["q_value"].min()) / 2
    strict = verdicts(EvalResults(frame), draws=20, false_discovery_rate=rate)
    lost = strict.loc[candidates.index]
    assert (lost["outcome"] == "not established").all()
    assert (lost["decided_by"] == "false discovery").all()
    assert lost["reason"].str.contains("15 tests").all()
    kept = strict.drop(index=candidates.index)
    pd.testing.assert_frame_equal(kept, loose.drop(index=candidates.index))


def test_what_cannot_be_judged_is_undetermined_and_says_why():
    frames = [evaluation(1), series("percent", "acc", np.linspace(1, 90, 10))]
    # Models of other names: of these the other tasks would tell the size.
    nowhere = series("nowhere", "acc", 1 - CONTINUOUS / 2, params=np.nan)
    frames.append(nowhere.assign(model="x" + nowhere["model"]))
    told: Any = verdicts(EvalResults(pd.concat(frames)), draws=20).set_index("task")
    assert (told.loc[["percent", "nowhere"], "outcome"] == "undetermined").all()
    assert "divide them by 100" in told.loc["percent", "reason"]
    assert "no model has a scale" in told.loc["nowhere", "reason"]
    assert told.loc["t0", "outcome"] != "undetermined"


def test_progress_is_told_after_each():
    calls = []
    verdicts(EvalResults(evaluation(3)), draws=20, progress=lambda *call: calls.append(call))
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_the_order_of_rows_does_not_matter():
    frame = evaluation(3, broken=1)
    shuffled = frame.sample(frac=1, random_state=1)
    one, other = (
        verdicts(EvalResults(part), draws=20).sort_values("task", ignore_index=True)
        for part in (frame, shuffled)
    )
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)


def test_a_thousand_series():
    rng = np.random.default_rng(0)
    models, tasks = 4, 1000
    frame = pd.DataFrame(
        {
            "model": np.tile([f"m{i}" for i in range(models)], tasks),
            "params": np.tile(10.0 ** np.arange(6, 6 + models), tasks),
            "task": np.repeat([f"t{i}" for i in range(tasks)], models),
            "metric": "acc",
            "value": rng.binomial(50, 0.3, size=models * tasks) / 50,
            "n_items": 50,
        }
    )
    told = verdicts(EvalResults(frame), draws=20)
    assert len(told) == tasks
    assert not (told["outcome"] == "candidate real transition").any()
    # Of noise alone, at most a few in a hundred jumps are established.
    assert (told["outcome"] == "not established").mean() > 0.9


def test_nothing_to_judge_is_an_error():
    with pytest.raises(SchemaError, match="neither scores nor answers"):
        verdicts(EvalResults(evaluation(1)[:0]))


@pytest.mark.parametrize("function", [verdicts, audit_metrics])
def test_a_frame_in_place_of_results_is_refused_in_words(function):
    with pytest.raises(TypeError, match=r"a DataFrame; expected an EvalResults: read_results\("):
        function(pd.DataFrame({"model": ["a"]}))

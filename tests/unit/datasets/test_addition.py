"""The addition datasets: every row is a sum, and the stated numbers are in the rows."""

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import ResultsExplorer, datasets, wilson_interval
from emergence_widgets.core.metrics.registry import find_metric
from emergence_widgets.datasets.addition import SOLVED
from emergence_widgets.datasets.tables import read_stored
from experiments.addition import run_one
from experiments.addition_family import Addition
from experiments.addition_task import split_pairs
from experiments.training import Schedule

from ...answers import answers_of
from .addition_pages import PLAIN, REVERSED
from .page_of_facts import configuration


@pytest.fixture(scope="module")
def addition():
    return datasets.addition()


def summands(prompts):
    pairs = prompts.str.extract(r"^(\d{3})\+(\d{3})=$").astype(int)
    assert pairs.notna().all(axis=None)
    return pairs[0].to_numpy(), pairs[1].to_numpy()


@pytest.mark.parametrize("name", ["addition", "addition_training"])
def test_every_target_is_the_sum_of_its_prompt(name):
    samples = getattr(datasets, name)().samples
    first, second = summands(samples["prompt"])
    written = samples["target"].str.replace(" ", "")
    reversed_ = samples["task"] == REVERSED
    assert samples["task"].isin([PLAIN, REVERSED]).all()
    read = written.where(~reversed_, written.str[::-1]).astype(int)
    np.testing.assert_array_equal(read, first + second)
    assert samples["output"].str.fullmatch(r"\d \d \d \d").all()


def test_all_models_are_asked_the_held_out_sums(addition):
    samples = addition.samples
    held_out = split_pairs(3, 1000, 500, 0)["held_out"]
    for _, asked in samples.groupby(["model", "seed", "task"]):
        first, second = summands(asked.sort_values("item")["prompt"])
        np.testing.assert_array_equal(first, held_out.first)
        np.testing.assert_array_equal(second, held_out.second)


def test_families_sizes_and_seeds(addition):
    runs = addition.samples.drop_duplicates(["family", "model", "task", "seed"])
    sizes = runs.groupby("family")["params"].agg(["nunique", "min", "max"])
    assert sizes.loc["transformer", "nunique"] >= 8
    assert sizes.loc["transformer", "max"] > 200 * sizes.loc["transformer", "min"]
    assert sizes.loc["GRU", "nunique"] >= 6
    seeds = runs.groupby(["model", "task"])["seed"].agg(["nunique", "min", "max"])
    assert seeds["nunique"].isin([5, 20]).all()
    assert (seeds["min"] == 0).all()
    assert (seeds["max"] == seeds["nunique"] - 1).all()
    assert (runs.groupby("model")["task"].nunique() == 2).all()


def test_loss_is_that_of_the_log_probabilities(addition):
    computed = addition.select(metric="loss").scores.set_index(["model", "seed", "task"])["value"]
    stated = addition.samples.groupby(["model", "seed", "task"])["loss"].first()
    apart = (computed.loc[stated.index] - stated).abs()
    # The one log-probability below what 16 bits of milli-nats hold, of which the page tells.
    cut = ("w8-l2", 12, PLAIN)
    assert apart.drop(index=cut).max() < 6e-4
    assert apart[cut] < 0.006


def test_tables_are_small():
    folder = files("emergence_widgets.datasets")
    names = ("addition", "addition_training", "addition_chains", "addition_progress")
    assert sum(len((folder / f"{name}.parquet").read_bytes()) for name in names) < 3e6


def test_training_starts_at_chance_and_has_many_steps():
    scores = datasets.addition_training().scores
    loss = scores[scores["metric"] == "loss"].set_index(["model", "step"])["value"]
    exact = scores[scores["metric"] == "exact_match"].set_index(["model", "step"])["value"]
    assert (loss.groupby("model").size() >= 30).all()
    assert (loss.xs(0, level="step") > np.log(10)).all()
    assert (exact.xs(0, level="step") < 0.01).all()
    assert {"step", "tokens", "loss"} <= set(datasets.addition_training().scale_columns)


def test_chains_never_mend_and_start_at_the_single_step():
    scores = datasets.addition_chains().scores
    keys = ["model", "seed", "task"]
    order = scores["task"].str.rsplit(", ").str[-1]
    table = scores.assign(order=order).pivot_table(
        index=["model", "seed", "order", "k"], columns="metric", values="value"
    )
    assert sorted(table.index.unique("k")) == list(range(1, 13))
    unbroken = table["all_steps_right"].sort_index()
    mended = unbroken.groupby(["model", "seed", "order"]).diff() > 0
    assert not mended.any()
    assert (table["last_value_right"] >= table["all_steps_right"]).all()
    first = table.xs(1, level="k")
    np.testing.assert_allclose(first["step_right"], first["all_steps_right"])
    power = table["step_right"] ** table.index.get_level_values("k")
    np.testing.assert_allclose(power, table["step_right_to_the_k"])
    assert not scores.duplicated([*keys, "metric"]).any()


@pytest.fixture(scope="module")
def progress():
    return read_stored("addition_progress.parquet")


def test_outcomes_count_the_runs_that_solve_the_task(progress):
    scores = datasets.addition_outcomes().scores
    assert scores["metric"].unique().tolist() == ["solved_share"]
    assert find_metric("solved_share").counts_items
    keys = ["family", "params", "task", "step"]
    runs = progress["exact_match"].gt(0.8).groupby([progress[key] for key in keys])
    counted = runs.agg(["sum", "size"])
    scores = scores.set_index(keys).loc[counted.index]
    np.testing.assert_array_equal(scores["n_items"], counted["size"])
    np.testing.assert_allclose(scores["value"] * scores["n_items"], counted["sum"])
    bounds = wilson_interval(counted["sum"], counted["size"])
    np.testing.assert_allclose(scores[["lower", "upper"]].T.astype(float), bounds)
    assert configuration("addition")["solved"] == SOLVED


def test_outcomes_have_many_steps_and_end_with_the_answers(addition, progress):
    scores = datasets.addition_outcomes().scores
    assert (scores.groupby(["model", "task"])["step"].nunique() >= 20).all()
    last = progress[progress["step"] == progress["step"].max()]
    stated = last.set_index(["model", "seed", "task"])["exact_match"]
    samples = addition.samples
    right = samples["output"] == samples["target"]
    answered = right.groupby([samples[key] for key in stated.index.names]).mean()
    np.testing.assert_allclose(answered.loc[stated.index], stated)


@pytest.mark.parametrize(("scale", "points"), [("params", 15), ("step", 15 * 26)])
def test_outcomes_can_be_explored_over_sizes_and_steps(scale, points):
    e = ResultsExplorer(datasets.addition_outcomes(), scale=scale, log_scale=scale == "params")
    shown = e.curves()
    assert set(shown["figure"]) == {"solved_share"}
    assert len(shown) == points
    assert (shown["lower"] < shown["upper"]).all()
    e.close()


def test_training_ends_where_the_reported_run_does(addition):
    followed = answers_of(datasets.addition_training())
    last = followed[followed["step"] == 6000].set_index(["model", "item"])["output"]
    reported = addition.samples.query("task == @PLAIN and seed == 0")
    reported = reported.set_index(["model", "item"])["output"]
    assert (last == reported.loc[last.index]).all()


def test_a_shipped_run_is_trained_again(addition, progress, tmp_path):
    """Rounding differs between processors, so that single answers may; the loss stays."""
    saved = configuration("addition")
    config = replace(Addition(), schedule=Schedule(**saved["schedule"]))
    (member,) = (one for one in config.members if one.name == "gru-w8")
    (rate,) = (
        r for name, order, r in saved["learning_rates"] if (name, order) == ("gru-w8", "plain")
    )
    again = run_one(config, member, "plain", 0, rate, tmp_path, lambda _steps: None)
    run = "model == 'gru-w8' and task == @PLAIN and seed == 0"
    shipped = addition.samples.query(run)
    assert again["prompt"].tolist() == shipped["prompt"].tolist()
    assert again["target"].tolist() == shipped["target"].tolist()
    assert again["loss"].iloc[0] == pytest.approx(shipped["loss"].iloc[0], abs=0.05)
    along = pd.read_parquet(tmp_path / "gru-w8-plain-seed0.progress")
    stated = progress.query(run)
    assert along["step"].tolist() == stated["step"].tolist()
    np.testing.assert_allclose(along["loss"], stated["loss"], atol=0.05)
    np.testing.assert_allclose(along["exact_match"], stated["exact_match"], atol=0.03)

"""The addition datasets: every row is a sum, and the stated numbers are in the rows."""

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import datasets
from emergence_widgets.results.rescore import rescore
from experiments.addition import run_one
from experiments.addition_family import Addition
from experiments.addition_task import split_pairs
from experiments.training import Schedule

from ...answers import answers_of

DESCRIPTION = datasets.addition().description
PLAIN, REVERSED = "3-digit addition, plain", "3-digit addition, reversed"


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
    assert sizes.loc["transformer", "max"] > 1000 * sizes.loc["transformer", "min"]
    assert sizes.loc["GRU", "nunique"] >= 6
    seeds = runs.groupby(["model", "task"])["seed"].nunique()
    assert (seeds == 5).all()
    assert (runs.groupby("model")["task"].nunique() == 2).all()


def test_loss_is_that_of_the_log_probabilities(addition):
    computed = addition.select(metric="loss").scores.set_index(["model", "seed", "task"])["value"]
    stated = addition.samples.groupby(["model", "seed", "task"])["loss"].first()
    np.testing.assert_allclose(computed.loc[stated.index], stated, atol=6e-4)


def test_tables_are_small():
    folder = files("emergence_widgets.datasets")
    names = ("addition", "addition_training", "addition_chains")
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
def runs(addition):
    """One row a network, scored again from its answers."""
    scores = rescore(
        addition, ["exact_match", "edit_similarity", "loss"], ["family", "model", "seed", "task"]
    )
    keys = ["family", "task", "params", "model", "seed"]
    return scores.pivot_table(index=keys, columns="metric", values="value").reset_index()


def most_sums_right(runs, family, task):
    mine = runs[(runs["family"] == family) & (runs["task"] == task)]
    return mine["exact_match"].gt(0.5).groupby(mine["params"]).sum().tolist()


def test_outcomes_of_transformers_are_bimodal_as_stated(runs):
    exact = runs.loc[runs["family"] == "transformer", "exact_match"]
    assert len(runs) == 160
    assert (len(exact), (exact > 0.8).sum(), (exact < 0.2).sum()) == (100, 37, 61)
    assert "37 answer more than 80% of the sums, 61 fewer than 20%" in DESCRIPTION


def test_loss_stops_where_whole_digits_are_guessed(runs):
    mine = runs[(runs["family"] == "transformer") & (runs["task"] == REVERSED)]
    guessed = np.arange(4) * np.log(10) / 4
    distance = np.abs(mine["loss"].to_numpy()[:, None] - guessed).min(axis=1)
    assert (len(mine), (distance < 0.03).sum()) == (50, 35)
    assert "35 of the 50" in DESCRIPTION


def test_success_by_size_and_order_as_stated(runs):
    plain = most_sums_right(runs, "transformer", PLAIN)
    reversed_ = most_sums_right(runs, "transformer", REVERSED)
    for counts in (plain, reversed_):
        assert " ".join(map(str, counts)) in DESCRIPTION
    assert most_sums_right(runs, "GRU", PLAIN) == [0] * 6
    assert most_sums_right(runs, "GRU", REVERSED) == [0, 0, 0, 1, 0, 5]


@pytest.mark.parametrize(
    ("params", "percent"), [(888, [1, 7, 9, 10, 88]), (39_520, [3, 95, 96, 99, 100])]
)
def test_seeds_of_one_size_as_stated(runs, params, percent):
    mine = runs[(runs["params"] == params) & (runs["task"] == PLAIN)]
    assert sorted(np.rint(100 * mine["exact_match"]).astype(int)) == percent
    *most, last = percent
    assert f"{', '.join(map(str, most))} and {last}%" in DESCRIPTION


def test_plain_grus_rise_without_a_break(runs):
    mine = runs[(runs["family"] == "GRU") & (runs["task"] == PLAIN)]
    means = mine.groupby("params")[["exact_match", "loss"]].mean()
    assert means["exact_match"].iloc[[0, -1]].round(2).tolist() == [0.02, 0.07]
    assert means["loss"].iloc[[0, -1]].round(2).tolist() == [1.21, 0.90]
    assert (means["loss"].diff().dropna() < 0).all()


def test_edit_similarity_is_the_share_of_digits_right(addition, runs):
    samples = addition.samples
    digits = [
        np.mean([a == b for a, b in zip(target.split(), output.split(), strict=True)])
        for target, output in zip(samples["target"], samples["output"], strict=True)
    ]
    keys = ["family", "task", "params", "model", "seed"]
    share = samples.assign(digits=digits).groupby(keys)["digits"].mean()
    similar = runs.set_index(keys)["edit_similarity"]
    difference = (similar - share.loc[similar.index]).abs().max()
    assert round(difference, 4) == 0.0085


def test_best_rates_at_the_edge_as_stated():
    saved = json.loads((files("emergence_widgets.datasets") / "addition.json").read_text())
    trials = pd.DataFrame(saved["sweep_losses"]).sort_values("learning_rate")
    at_the_edge = [
        tried["validation_loss"].to_numpy().argmin() in (0, 2)
        for _, tried in trials.groupby(["model", "order"])
    ]
    assert (sum(at_the_edge), len(at_the_edge)) == (16, 32)


def test_chains_follow_the_power_law_as_stated():
    scores = datasets.addition_chains().scores
    table = scores.pivot_table(
        index=["model", "seed", "task", "k"], columns="metric", values="value"
    )
    above = table.sub(table["step_right_to_the_k"], axis=0)
    last = above.xs(12, level="k")
    assert round(above["all_steps_right"].abs().max(), 3) == 0.043
    assert round(last["all_steps_right"].abs().max(), 3) == 0.018
    assert round(last["last_value_right"].max(), 2) == 0.10


def test_training_over_time_as_stated():
    scores = datasets.addition_training().scores
    table = scores.pivot_table(index=["model", "step"], columns="metric", values="value")
    largest: Any
    middle: Any
    largest, middle, smallest = (table.xs(name) for name in ("w24-l2", "w6-l1", "w4-l1"))
    assert (table.groupby("model").size() == 45).all()
    measures = ["exact_match", "loss", "edit_similarity"]
    assert largest.loc[250, measures].round(2).tolist() == [0.05, 1.15, 0.54]
    assert largest.loc[330, measures].round(2).tolist() == [0.51, 0.37, 0.85]
    plateau = middle.loc[1200:1400]
    assert plateau["loss"].between(0.6, 0.64).all()
    assert (plateau["exact_match"] < 0.16).all()
    assert middle.loc[1500, ["loss", "exact_match"]].round(2).tolist() == [0.43, 0.44]
    assert (smallest["loss"] > 1.2).all()


def test_training_ends_where_the_reported_run_does(addition):
    followed = answers_of(datasets.addition_training())
    last = followed[followed["step"] == 1500].set_index(["model", "item"])["output"]
    reported = addition.samples.query("task == @PLAIN and seed == 0")
    reported = reported.set_index(["model", "item"])["output"]
    assert (last == reported.loc[last.index]).all()


def test_a_shipped_run_is_trained_again(addition, tmp_path):
    """Rounding differs between processors, so that single answers may; the loss stays."""
    saved = json.loads((files("emergence_widgets.datasets") / "addition.json").read_text())
    config = replace(Addition(), schedule=Schedule(**saved["schedule"]))
    (member,) = (one for one in config.members if one.name == "gru-w8")
    (rate,) = (
        r for name, order, r in saved["learning_rates"] if (name, order) == ("gru-w8", "plain")
    )
    again = run_one(config, member, "plain", 0, rate, tmp_path, lambda _steps: None)
    shipped = addition.samples.query("model == 'gru-w8' and task == @PLAIN and seed == 0")
    assert again["prompt"].tolist() == shipped["prompt"].tolist()
    assert again["target"].tolist() == shipped["target"].tolist()
    assert again["loss"].iloc[0] == pytest.approx(shipped["loss"].iloc[0], abs=0.05)

"""Addition: its sums are sums, its held-out sums are unseen, and its quick size learns."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.results.eval_results import EvalResults
from emergence_widgets.results.rescore import rescore
from experiments import addition
from experiments.addition_family import Addition, Member
from experiments.addition_task import SYMBOLS, digits_of, rows_of, split_pairs
from experiments.chains import run_chains

CHANCE = np.log(10)


def text(row):
    return "".join(SYMBOLS[token] for token in row)


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_row_reads_as_its_sum(first, second):
    plain, reversed_ = (
        text(rows_of(np.array([first]), np.array([second]), 3, order)[0])
        for order in ("plain", "reversed")
    )
    assert plain == f"{first:03}+{second:03}={first + second:04}"
    assert reversed_ == f"{first:03}+{second:03}=" + f"{first + second:04}"[::-1]


def test_an_unknown_order_is_named():
    with pytest.raises(ValueError, match="order is 'backwards'; expected one of plain, reversed"):
        rows_of(np.array([1]), np.array([2]), 1, "backwards")


def unordered(pairs):
    return set(map(tuple, np.sort(np.stack([pairs.first, pairs.second], axis=1), axis=1).tolist()))


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_held_out_sums_and_their_mirrors_are_not_trained_on(digits):
    held_out, validation = (15, 10) if digits == 1 else (1000, 500)
    split = split_pairs(digits, held_out, validation, 0)
    held, checked, trained = (
        unordered(split[part]) for part in ("held_out", "validation", "train")
    )
    assert len(held) == len(split["held_out"].first) == held_out
    assert len(checked) == len(split["validation"].first) == validation
    assert not held & checked
    assert not held & trained
    assert not checked & trained
    numbers = 10**digits
    assert len(held | checked | trained) == numbers * (numbers + 1) // 2


def test_the_split_follows_its_seed():
    first, again, other = (split_pairs(2, 50, 50, seed)["held_out"].first for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_four_digits_are_refused():
    with pytest.raises(ValueError, match="digits is 4; expected 1, 2 or 3"):
        split_pairs(4, 1, 1, 0)


def test_the_shipped_sizes():
    config = Addition()
    sizes = {
        family: [
            addition.shape_of(config, member).non_embedding_parameters
            for member in config.members
            if member.family == family
        ]
        for family in ("transformer", "GRU")
    }
    assert sizes["transformer"] == sorted(set(sizes["transformer"]))
    assert sizes["transformer"][-1] >= 1000 * sizes["transformer"][0]
    assert len(sizes["transformer"]) >= 8
    assert len(sizes["GRU"]) >= 6
    assert len(config.seeds) >= 5
    assert config.sweep.seed not in config.seeds


def test_checkpoints_are_dense_early_and_even_late():
    steps = addition.checkpoints(3000)
    assert len(steps) >= 30
    assert steps[:3] == [0, 10, 20]
    assert steps[-1] == 3000
    assert max(np.diff(steps)) <= 100
    assert all(step % addition.CHUNK == 0 for step in steps)


def test_the_rate_of_least_loss_is_chosen():
    swept = pd.DataFrame(
        {
            "model": ["a", "a", "a", "b"],
            "order": ["plain", "plain", "reversed", "plain"],
            "learning_rate": [0.1, 0.2, 0.3, 0.4],
            "validation_loss": [2.0, 1.0, 3.0, 4.0],
        }
    )
    assert addition.chosen_rates(swept) == {
        ("a", "plain"): 0.2,
        ("a", "reversed"): 0.3,
        ("b", "plain"): 0.4,
    }


def adder(mistake):
    """Stands in for a network: adds rightly, or with a mistake of a known kind."""
    calls = 0

    def greedy(_params, rows):
        nonlocal calls
        calls += 1
        total = sum(rows[:, places] @ [100, 10, 1] for places in ([0, 1, 2], [4, 5, 6]))
        if mistake == "half of the chains, one up, one down":
            total[::2] = (total[::2] + (1 if calls % 2 else -1)) % 2000
        answer = digits_of(total, 4).astype(int)
        if mistake == "top digit":
            answer[:, 0] = 1 - answer[:, 0]
        return answer

    return greedy


def adding(mistake):
    scores = run_chains(None, adder(mistake), Addition(), Member("GRU", 8), "plain", 0, 0.0)
    return scores.pivot_table(index="k", columns="metric", values="value")


def test_a_perfect_adder_keeps_every_chain():
    assert (adding("none") == 1).all(axis=None)


def test_a_wrong_top_digit_is_dropped_by_the_modulus():
    assert (adding("top digit") == 1).all(axis=None)


def test_chains_that_differ_beat_the_power_law_and_errors_can_cancel():
    table = adding("half of the chains, one up, one down")
    np.testing.assert_allclose(table["step_right"], 0.5)
    np.testing.assert_allclose(table["all_steps_right"], 0.5)
    np.testing.assert_allclose(table["step_right_to_the_k"], 0.5**table.index)
    np.testing.assert_allclose(table["last_value_right"], [0.5, 1.0] * 6)


def train_quickly(folder, workers):
    """The command's quick run."""
    command = [sys.executable, "-m", "experiments", "addition", "--quick"]
    done = subprocess.run(
        [*command, "--workers", str(workers), "--out", folder], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("addition")
    train_quickly(folder, workers=2)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick run, stopped when it has hardly begun: its tables are all there."""
    quick = Addition.quick()
    # One chunk: a network is compiled once for the sweep, the runs and what is followed.
    schedule, sweep = replace(quick.schedule, steps=10), replace(quick.sweep, steps=10)
    config = replace(quick, schedule=schedule, sweep=sweep)
    folder = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Addition, "quick", classmethod(lambda _: config))
        addition.main(quick=True, folder=folder, workers=1, device="cpu")
    return folder


@pytest.mark.long
def test_a_quick_run_learns(quick):
    samples = pd.read_parquet(quick / "addition.parquet")
    loss = samples.groupby("family")["loss"].first()
    assert (loss < 0.8 * CHANCE).all()
    followed = pd.read_parquet(quick / "addition_training.parquet")
    falling = followed.groupby("step")["loss"].first()
    assert falling.loc[0] > 0.9 * CHANCE
    assert falling.iloc[-1] < 0.8 * falling.iloc[0]


def test_its_tables_are_results(tiny):
    samples = pd.read_parquet(tiny / "addition.parquet")
    assert len(samples) == 2 * 100
    by_model = samples["token_logprobs_milli"].map(np.mean).groupby(samples["model"]).mean() / -1000
    stated = samples.groupby("model")["loss"].first()
    np.testing.assert_allclose(by_model, stated, atol=1e-3)
    results = EvalResults(rescore(samples, ["exact_match"], ["family", "model", "task"]), samples)
    assert results.families == ["transformer", "GRU"]
    for prompt, target, task in zip(
        samples["prompt"], samples["target"], samples["task"], strict=True
    ):
        assert task == "2-digit addition, reversed"
        first, second = prompt.rstrip("=").split("+")
        assert target == " ".join(f"{int(first) + int(second):03}"[::-1])


def test_its_chains_are_scores(tiny):
    scores = EvalResults(pd.read_parquet(tiny / "addition_chains.parquet")).scores
    table = scores.pivot_table(index=["model", "k"], columns="metric", values="value")
    assert table.index.get_level_values("k").max() == 4
    assert (table["all_steps_right"] <= table["last_value_right"]).all()
    first = table.xs(1, level="k")
    assert (first["all_steps_right"] == first["step_right"]).all()
    powers = table["step_right"] ** table.index.get_level_values("k")
    np.testing.assert_allclose(powers, table["step_right_to_the_k"])


def test_its_sweep_is_saved_and_chooses(tiny):
    saved = json.loads((tiny / "addition.json").read_text())
    chosen = {(model, order): rate for model, order, rate in saved["learning_rates"]}
    for model in ("w12-l1", "gru-w16"):
        tried = [trial for trial in saved["sweep_losses"] if trial["model"] == model]
        best = min(tried, key=lambda trial: trial["validation_loss"])
        assert chosen[model, "reversed"] == best["learning_rate"]
        assert best["seed"] == 100


@pytest.mark.long
def test_the_same_seed_gives_the_same_tables(quick, tmp_path):
    train_quickly(tmp_path, workers=1)
    for name in ("addition", "addition_training", "addition_chains"):
        again = pd.read_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(quick / f"{name}.parquet"), again)

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
from experiments import addition, addition_sweep
from experiments.addition import unsettled
from experiments.addition_family import Addition, Member, shape_of
from experiments.addition_sweep import chosen_rates, continued
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
            shape_of(config, member).non_embedding_parameters
            for member in config.members
            if member.family == family
        ]
        for family in ("transformer", "GRU")
    }
    assert sizes["transformer"] == sorted(set(sizes["transformer"]))
    assert sizes["transformer"][-1] >= 100 * sizes["transformer"][0]
    assert sizes["GRU"][-1] >= 100 * sizes["GRU"][0]
    assert len(sizes["transformer"]) >= 8
    assert len(sizes["GRU"]) >= 6
    assert len(config.seeds) >= 5
    assert len(config.seeds) + len(config.more_seeds) >= 20
    assert len(config.sweep.seeds) >= 3
    assert not set(config.sweep.seeds) & {*config.seeds, *config.more_seeds}


def test_checkpoints_are_dense_early_and_even_late():
    steps = addition.checkpoints(3000)
    assert len(steps) >= 30
    assert steps[:3] == [0, 10, 20]
    assert steps[-1] == 3000
    assert max(np.diff(steps)) <= 100
    assert all(step % addition.FINE == 0 for step in steps)
    every = addition.checkpoints(6000, addition.COARSE, 16)
    assert len(every) >= 20
    assert all(step % addition.COARSE == 0 for step in every)
    assert (every[0], every[-1]) == (0, 6000)


def trials(**losses):
    """Trials of one model: losses of three seeds by learning rate."""
    return pd.DataFrame(
        [
            {"model": "a", "order": "plain", "learning_rate": float(rate), "validation_loss": loss}
            for rate, tried in losses.items()
            for loss in tried
        ]
    )


def test_the_rate_of_least_median_loss_is_chosen():
    swept = pd.concat(
        [
            # The mean would choose 1, and one lucky seed 3.
            trials(**{"1": [1.1, 1.1, 1.1], "2": [1.0, 1.0, 9.0], "3": [0.1, 2.0, 2.0]}),
            trials(**{"4": [1.0, 2.0, 3.0]}).assign(model="b"),
            trials(**{"5": [np.nan] * 3, "6": [7.0] * 3}).assign(order="reversed"),
        ]
    )
    chosen = chosen_rates(swept)
    assert chosen == {("a", "plain"): 2.0, ("b", "plain"): 4.0, ("a", "reversed"): 6.0}


@pytest.mark.parametrize(
    ("best", "longer"),
    [(0.1, [0.05, 0.1, 0.2, 0.4]), (0.2, [0.1, 0.2, 0.4]), (0.4, [0.1, 0.2, 0.4, 0.8])],
)
def test_a_grid_goes_on_beyond_the_end_where_its_best_rate_lies(best, longer):
    assert continued([0.1, 0.2, 0.4], best) == longer


def test_the_sweep_goes_on_until_the_best_rate_lies_inside(monkeypatch, tmp_path):
    rates = []

    def train(runs, _folder):
        rates[:] = sorted({run.arguments[3] for run in runs})
        return pd.concat(
            trials(**{str(rate): [abs(np.log(rate / 0.001))] * 3}).assign(
                model=run.arguments[1].name, order=run.arguments[2]
            )
            for run in runs
            if (rate := run.arguments[3])
        )

    monkeypatch.setattr(addition_sweep, "run_all", train)
    config = Addition()
    member = config.members[0]
    swept = addition_sweep.sweep(config, [(member, "plain")], tmp_path)
    best = chosen_rates(swept)[member.name, "plain"]
    assert min(rates) < best < max(rates)
    assert best == pytest.approx(0.001, rel=0.5)
    first = config.learning_rates(member)
    assert len(rates) == len(first) + 4, "the grid may grow four times"


def test_more_seeds_are_trained_where_runs_disagree_and_beside_a_change():
    config = Addition()
    sizes = [member for member in config.members if member.family == "transformer"][:6]
    tasks = [(member, "plain") for member in sizes]
    chosen = unsettled(config, tasks, dict(zip(tasks, [0.0, 0.0, 1.0, 1.0, 0.8, 1.0], strict=True)))
    assert [member for member, _ in chosen] == [sizes[1], sizes[2], sizes[4]]
    assert not unsettled(config, tasks, dict.fromkeys(tasks, 0.0))


def adder(mistake):
    """Stands in for a network: adds rightly, or with a mistake of a known kind."""
    calls = 0

    def greedy(_params, rows):
        nonlocal calls
        calls += 1
        first, second = (rows[:, places] @ [100, 10, 1] for places in ([0, 1, 2], [4, 5, 6]))
        total = first + second
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


def test_its_progress_ends_where_its_answers_do(tiny):
    samples = pd.read_parquet(tiny / "addition.parquet")
    right = (samples["output"] == samples["target"]).groupby(samples["model"]).mean()
    progress = pd.read_parquet(tiny / "addition_progress.parquet")
    assert (progress.groupby("model")["step"].min() == 0).all()
    last = progress[progress["step"] == 10].set_index("model")["exact_match"]
    pd.testing.assert_series_equal(last.sort_index(), right, check_names=False)


@pytest.mark.long
def test_the_same_seed_gives_the_same_tables(quick, tmp_path):
    train_quickly(tmp_path, workers=1)
    for name in ("addition", "addition_training", "addition_chains", "addition_progress"):
        again = pd.read_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(quick / f"{name}.parquet"), again)

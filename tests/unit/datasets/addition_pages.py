"""What the pages of facts of the addition family say, computed from its tables."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from emergence_widgets import datasets, rescore, wilson_interval
from emergence_widgets.datasets.addition import SOLVED
from emergence_widgets.datasets.tables import read_stored
from experiments.addition import unsettled
from experiments.addition_family import Addition, Member, shape_of
from experiments.addition_sweep import Task, best_rate

from ...answers import answers_of
from .page_of_facts import configuration, late, with_interval

PLAIN, REVERSED = "3-digit addition, plain", "3-digit addition, reversed"
RUN = ["family", "task", "params", "model", "seed"]
SIZES = {
    family: [
        shape_of(Addition(), member).non_embedding_parameters
        for member in Addition().members
        if member.family == family
    ]
    for family in ("transformer", "GRU")
}


@cache
def runs() -> pd.DataFrame:
    """One row a network, scored again from its answers."""
    samples = answers_of(datasets.addition())
    scores = rescore(samples, ["exact_match", "edit_similarity", "loss"], RUN)
    return scores.pivot_table(index=RUN, columns="metric", values="value").reset_index()


def runs_of(family: str, task: str) -> pd.DataFrame:
    found = runs()
    return found[(found["family"] == family) & (found["task"] == task)]


def listed(values: Any, digits: int = 2) -> str:
    """As pages write it: ``0.00, 0.25 and 1.00``."""
    *most, last = (f"{value:.{digits}f}" for value in values)
    return f"{', '.join(most)} and {last}"


def by_model(name: str) -> dict[str, pd.DataFrame]:
    """Scores by step, a table a model."""
    scores = getattr(datasets, name)().scores
    table = scores.pivot_table(index=["model", "step"], columns="metric", values="value")
    return {str(model): rows.droplevel("model") for model, rows in table.groupby("model")}


def trials_of_1760(config: dict[str, Any]) -> list[str]:
    """What the choice of the learning rate at 1,760 parameters rests on."""
    trials = pd.DataFrame(config["sweep_losses"])
    for _, tried in trials.groupby(["model", "order"]):
        rates = sorted(tried["learning_rate"].unique())
        assert rates[0] < best_rate(tried) < rates[-1]
    chosen = {(model, order): rate for model, order, rate in config["learning_rates"]}
    highest = max(rate for (model, _), rate in chosen.items() if "gru" not in model)
    at = ("w8-l2", "plain")
    assert chosen[at] == highest
    assert sum(rate == highest for (model, _), rate in chosen.items() if "gru" not in model) == 1
    mine = trials[(trials["model"] == at[0]) & (trials["order"] == at[1])]
    losses = mine.groupby("learning_rate")["validation_loss"]
    low = losses.apply(lambda loss: (loss < 0.13).sum())
    assert low[low > 0].to_dict() == {0.02: 1, 0.08: 1, 0.16: 1}
    median = losses.median()
    return [
        f"the learning rate chosen there, {highest}, is the highest of any transformer",
        "1 seed of 3 came below 0.13 nats at 0.02, at 0.08 and at 0.16 alike, and the median chose "
        f"0.16 ({median[0.16]:.2f} nats) over 0.04 ({median[0.04]:.2f})",
        "a median of 3",
    ]


def seeds_statement(config: dict[str, Any]) -> str:
    """More seeds were trained where the experiment's rule says so."""
    count = runs().groupby(["model", "task"])["seed"].nunique()
    tasks = [(member, order) for member in Addition().members for order in config["orders"]]
    first = runs()[runs()["seed"].isin(config["seeds"])]
    share = first["exact_match"].gt(SOLVED).groupby([first["model"], first["task"]]).mean()
    solved: dict[Task, float] = {
        (member, order): float(share[member.name, Addition().task(order)])
        for member, order in tasks
    }
    more = {(m.name, Addition().task(order)) for m, order in unsettled(Addition(), tasks, solved)}
    assert set(count[count > 5].index) == more
    assert set(count) == {5, 20}
    return (
        f"from {len(config['seeds'])} seeds, and from "
        f"{len(config['seeds']) + len(config['more_seeds'])} in the {len(more)} of {len(tasks)} "
        f"cases where the first {len(config['seeds'])} disagreed or sizes next to each other"
    )


def late_of(family: str, task: str) -> tuple[str, str]:
    """Late rise T of the loss and of exact match, with intervals."""
    samples = answers_of(datasets.addition())
    mine = samples[(samples["family"] == family) & (samples["task"] == task)]
    mine = mine.reset_index(drop=True)
    right = (mine["output"] == mine["target"]).astype(float)
    logprobs = pd.Series(np.stack(mine["token_logprobs"].to_list()).mean(axis=1))
    return with_interval(late(mine, logprobs)), with_interval(late(mine, right))


def digits_apart() -> float:
    """The largest difference between edit similarity and the share of digits right, by run."""
    samples = answers_of(datasets.addition())
    target, output = (
        np.stack(samples[column].str.split().to_list()) for column in ("target", "output")
    )
    share = samples.assign(digits=(target == output).mean(axis=1)).groupby(RUN)["digits"].mean()
    similar = runs().set_index(RUN)["edit_similarity"]
    return float((similar - share.loc[similar.index]).abs().max())


def addition():
    results, config = datasets.addition(), configuration("addition")
    transformers = runs()[runs()["family"] == "transformer"]
    exact = transformers["exact_match"]
    plain, backwards = (runs_of("transformer", task) for task in (PLAIN, REVERSED))
    gru_plain, gru_backwards = (runs_of("GRU", task) for task in (PLAIN, REVERSED))
    at_888 = plain.loc[plain["params"] == 888, "exact_match"]
    at_1760 = plain.loc[plain["params"] == 1760, "exact_match"]
    failed = [f"{100 * value:.0f}" for value in sorted(at_888[at_888 <= SOLVED])]
    assert len(failed) == 5
    steady = backwards.groupby("params")["exact_match"].mean()
    assert (steady.iloc[5:] > 0.995).all()
    later = gru_backwards.groupby("params")["exact_match"].mean()
    best = gru_plain["exact_match"].max()
    means: Any = gru_plain.groupby("params")[["exact_match", "loss"]].mean()
    assert (means["loss"].diff().dropna() < 0).all()
    assert (means["exact_match"].diff().dropna() > 0).all()
    layers = {shape_of(Addition(), Member(**m)).non_embedding_parameters: m["layers"]
              for m in config["members"] if m["family"] == "transformer"}  # fmt: skip
    assert layers == {size: 1 if size < 1760 else 2 for size in SIZES["transformer"]}
    logprobs = np.concatenate(answers_of(results)["token_logprobs"].to_list())
    assert (logprobs <= -32.768).sum() == 1
    of_plain, of_backwards, of_grus = (
        late_of("transformer", PLAIN), late_of("transformer", REVERSED), late_of("GRU", REVERSED)
    )  # fmt: skip
    first, last = SIZES["transformer"][0], SIZES["transformer"][-1]
    return results, [
        f"{len(runs())} networks that add two {config['digits']}-digit numbers: decoder-only "
        f"transformers of {len(SIZES['transformer'])} sizes ({first} to {last:,} parameters "
        f"outside the embeddings) and GRUs of {len(SIZES['GRU'])} ({SIZES['GRU'][0]} to "
        f"{SIZES['GRU'][-1]:,})",
        seeds_statement(config),
        f"asked {config['held_out']:,} sums",
        f"{config['schedule']['steps']:,} steps of {config['schedule']['batch']} sums",
        f"median loss of {len(config['sweep']['seeds'])} seeds after "
        f"{config['sweep']['steps']:,} steps, on {config['validation']} sums",
        f"One log-probability of {len(logprobs):,} was lower than the -32.768 nats",
        f"of {len(exact)} transformers {(exact > SOLVED).sum()} get more than {SOLVED:.0%} of the "
        f"sums right, {(exact < 0.2).sum()} fewer than 20% and "
        f"{exact.between(0.2, SOLVED).sum()} something between",
        f"With 888 parameters, plain answers are learned from {(at_888 > SOLVED).sum()} of "
        f"{len(at_888)} seeds; the other five get {', '.join(failed[:-1])} and {failed[-1]}% right",
        "Late rise T (0 for steady gains, near 1 for a long wait and then a jump), with 95%",
        f"transformers {of_plain[0]} for the loss and {of_plain[1]} for exact match on plain "
        f"answers, {of_backwards[0]} and {of_backwards[1]} on reversed ones, where the mean over "
        f"seeds rises steadily: {', '.join(f'{value:.2f}' for value in steady.iloc[:5])} and then "
        f"{steady.iloc[5]:.2f}",
        f"{of_grus[0]} for the loss, {of_grus[1]} for exact match, which is {listed(later)}",
        f"no GRU gets further than {best:.2f}; by size their mean rises from "
        f"{means['exact_match'].iloc[0]:.2f} to {means['exact_match'].iloc[-1]:.2f} while the loss "
        f"falls from {means['loss'].iloc[0]:.2f} to {means['loss'].iloc[-1]:.2f} nats",
        f"With 1,760 parameters plain answers are learned less often ({(at_1760 > SOLVED).sum()} "
        f"seeds of {len(at_1760)}) than with 888",
        "networks from 1,760 on have 2 layers instead of 1",
        *trials_of_1760(config),
        f"differs from the share of digits right by {np.ceil(1e4 * digits_apart()) / 1e4:.4f}",
        f"{config['cpu_minutes']} CPU minutes.",
    ]  # fmt: skip


def addition_outcomes():
    results, config = datasets.addition_outcomes(), configuration("addition")
    scores = results.scores
    steps = sorted(scores["step"].unique())

    def shares(family: str, task: str, step: int) -> pd.DataFrame:
        mine = results.select(family=family, task=task).scores
        return mine[mine["step"] == step].set_index("params")[["value", "n_items"]].sort_index()

    def row(task: str, step: int) -> str:
        return listed(shares("transformer", task, step)["value"])

    def learned(params: int, step: int) -> float:
        found: Any = shares("GRU", REVERSED, step).loc[params]
        return found["value"] * found["n_items"]

    early, last = 1450, int(steps[-1])
    assert early in steps
    for step in (early, last):
        assert (shares("GRU", PLAIN, step)["value"] == 0).all()
        assert learned(6336, step) == 0
    seen = shares("transformer", PLAIN, early)["value"]
    assert seen.loc[:1760].max() == 0 < 0.5 < seen.loc[3792]
    assert shares("GRU", REVERSED, last)["n_items"].loc[24960] == 20
    lowest = {1: wilson_interval(5, 5)[0], 0: wilson_interval(0, 5)[1]}
    again = solved_by_step()
    fell = again.groupby(level=[0, 1, 2]).apply(lambda run: (run.astype(int).diff() < 0).any())
    for_good = again.groupby(level=[0, 1, 2]).apply(lambda run: run.any() and not run.iloc[-1])
    return results, [
        f"the {len(SIZES['transformer'])} sizes of transformer and {len(SIZES['GRU'])} of GRU of",
        f"how many of its {len(config['seeds'])} or "
        f"{len(config['seeds']) + len(config['more_seeds'])} runs get more than {SOLVED:.0%} of "
        f"the {config['held_out']:,} held-out sums right, at {len(steps)} steps from "
        f"{steps[0]:.0f} to {last:,}",
        f"The {len(runs())} runs",
        f"at step {early:,} the share is {row(PLAIN, early)}; at step {last:,} it is "
        f"{row(PLAIN, last)}.",
        "a threshold between 1,760 and 3,792 parameters",
        f"Reversed answers: {row(REVERSED, early)} at step {early:,}, then {row(REVERSED, last)}.",
        f"those with 24,960 parameters have learned {learned(24960, early):.0f} of 20 at step "
        f"{early:,}, {learned(24960, 2800):.0f} at step 2,800 and {learned(24960, 4800):.0f} at "
        "step 4,800, those with 6,336 none",
        f"step {early:,} of {last:,} is not the end of a run of {early:,}",
        f"with 0 of 5 runs the interval reaches up to {lowest[0]:.2f}, with 5 of 5 down to "
        f"{lowest[1]:.2f}, and {len(config['more_seeds'])} more seeds were trained only where the "
        f"first {len(config['seeds'])} disagreed",
        f"{fell.sum()} of the {len(fell)} runs fell below {SOLVED:.0%} again at some step, all but "
        f"{for_good.sum()} of them for a time only",
        f"chosen from {len(config['sweep']['seeds'])} seeds (see `addition` on 1,760 parameters)",
    ]


def solved_by_step() -> pd.Series:
    """Whether a run has solved its task at a step, from the table of `addition_outcomes`."""
    progress = read_stored("addition_progress.parquet")
    progress = progress.set_index(["model", "task", "seed", "step"]).sort_index()
    return progress["exact_match"] > SOLVED


def addition_training():
    results, config = datasets.addition_training(), configuration("addition")
    run = by_model("addition_training")
    smallest, middle, largest = (run[name] for name in ("w4-l1", "w6-l1", "w24-l2"))
    assert (smallest["loss"].min() > 1.18, smallest["exact_match"].max() < 0.015) == (True, True)
    early: Any = largest.loc[240]
    assert early["exact_match"] < 1 / 30
    others = runs_of("transformer", PLAIN)
    assert others[others["params"] == 522]["exact_match"].max() > SOLVED
    scored, loss, similar = ("exact_match", "loss", "edit_similarity")
    return results, [
        f"{len(run)} transformers",
        "with 252 parameters (fails), with 522 (learns a digit more, and fails) and with 14,496",
        f"first {config['over_time_items']} of the held-out sums at {len(largest)} steps from "
        f"{largest.index[0]:.0f} to {largest.index[-1]:,.0f}",
        f"seed {config['over_time_seed']}, asked",
        f"With 14,496 parameters, from step 240 to step 340 exact match goes from "
        f"{early[scored]:.2f} to {largest[scored][340]:.2f}, while the loss falls from "
        f"{early[loss]:.2f} to {largest[loss][340]:.2f} nats and edit similarity rises from "
        f"{early[similar]:.2f} to {largest[similar][340]:.2f}",
        f"{largest[scored][1000]:.2f} of the sums at step 1,000, {largest[scored][6000]:.2f} at "
        "the end",
        f"With 522 parameters the loss falls from {middle[loss][800]:.2f} to "
        f"{middle[loss][880]:.2f} nats between steps 800 and 880 and edit similarity rises from "
        f"{middle[similar][800]:.2f} to {middle[similar][880]:.2f}; both then improve slowly, to "
        f"{middle[loss][6000]:.2f} and {middle[similar][6000]:.2f}, with never more than "
        f"{middle[scored].max():.2f}",
        f"With 252 the loss stays above 1.18 nats; edit similarity creeps to "
        f"{smallest[similar][6000]:.2f}, and exact match never passes "
        f"{smallest[scored].max():.2f}",
        "other seeds of 522 parameters succeed",
        f"the largest network has {largest[scored][1600]:.2f} of the sums right at step 1,600 and "
        f"{largest[scored][1670]:.2f} at step 1,670",
    ]


def addition_chains():
    results, config = datasets.addition_chains(), configuration("addition")
    scores = results.scores
    keys = ["family", "model", "seed", "task", "k"]
    table = scores.pivot_table(index=keys, columns="metric", values="value")
    above = table.sub(table["step_right_to_the_k"], axis=0)
    links = config["links"]
    last = above.xs(links, level="k")
    assert above["last_value_right"].min() > -0.015
    return results, [
        f"The {len(last)} networks of `addition`, each keeping {config['chains']:,} running sums "
        f"modulo {10 ** config['digits']:,} for {links} steps",
        f"differs from p^k by {above['all_steps_right'].abs().max():.3f} at most, by "
        f"{last['all_steps_right'].abs().max():.3f} at most after {links} steps",
        f"by up to {last['last_value_right'].max():.2f} after {links} steps",
    ]


PAGES = [addition, addition_chains, addition_outcomes, addition_training]

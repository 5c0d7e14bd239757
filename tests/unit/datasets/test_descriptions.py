"""Every number on the page of facts of every bundled dataset is computed again from its data."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

from emergence_widgets import datasets, rescore
from emergence_widgets.core.statistics.late_rise import late_rise
from emergence_widgets.core.statistics.measures import transition_width
from experiments.autoencoder import Autoencoder
from experiments.digits import split_digits
from experiments.pronunciation import Pronunciation, shape_of, split_words
from experiments.spanish import Spanish
from experiments.words import FEWEST_WORDS

from ...answers import answers_of
from ...prose import assert_every_number_is_computed
from . import addition_pages
from .page_of_facts import (
    configuration,
    late,
    with_interval,
    word_family,
)

LATE_RISE = "rise T (0 for steady gains, near 1 for a long wait and then a jump)"


def schedule_statement(config, items):
    return f"{config['schedule']['steps']:,} steps of {config['schedule']['batch']} {items}"


def means(samples, score):
    """Mean of a score over items and runs, by size."""
    return pd.Series(np.asarray(score, float)).groupby(samples["params"].to_numpy()).mean()


def classifier():
    results, config = datasets.classifier(), configuration("classifier")
    samples, widths = answers_of(results), config["widths"]
    seeds, runs = len(config["seeds"]), samples.groupby(["model", "seed"]).ngroups
    odds = np.exp(np.stack(samples["choice_logprobs"].to_list()))
    options = odds.shape[1]
    chosen = np.eye(options)[samples["right"]]
    right = samples["output"] == samples["target"]
    losses = -np.concatenate(samples["token_logprobs"].to_list())
    brier = ((odds - chosen) ** 2).sum(1)
    loss, wrong, accuracy = (means(samples, score) for score in (losses, brier, right))
    ten = rescore(samples, ["exact_match"], ["params", "seed"], all_of=[10])
    ten = ten[ten["metric"] == "exact_match, 10 of 10"].groupby("params")["value"].mean()
    by_seed = right.groupby([samples["params"], samples["seed"]]).mean()
    one = by_seed.loc[accuracy.index[0]]
    at = widths.index(64)
    held_out = config["held_out"]
    spread = {size: (by_seed.loc[size].min(), by_seed.loc[size].max()) for size in accuracy.index}
    assert max(spread, key=lambda size: spread[size][1] - spread[size][0]) == accuracy.index[0]
    noise = 2 * np.sqrt(accuracy.iloc[-1] * (1 - accuracy.iloc[-1]) / held_out)
    after = accuracy.iloc[widths.index(32) :]
    assert after.max() - after.min() < noise < accuracy.iloc[-1] - accuracy.iloc[widths.index(8)]
    decades = {
        name: transition_width(score.index.to_numpy(float), score.to_numpy())
        for name, score in (("ten", ten), ("one", accuracy))
    }
    return results, [
        f"{runs} classifiers: one hidden GELU layer of {widths[0]} to {widths[-1]} units between "
        f"64 pixels and {options} options; {len(widths)} widths of {accuracy.index[0]:.0f} to "
        f"{accuracy.index[-1]:,.0f} parameters, {seeds} seeds each",
        f"asked for {held_out} handwritten digits",
        f"odds of all {options} options",
        schedule_statement(config, "images") + f", drawn from {1797 - held_out:,} others",
        f"learning rate, {config['learning_rate']} for all, is the middle one of 3 that",
        "one hidden unit and with 64",
        f"loss {loss.iloc[0]:.2f} and {loss.iloc[at]:.2f} nats",
        f"Brier score {wrong.iloc[0]:.2f} and {wrong.iloc[at]:.2f}",
        f"accuracy {accuracy.iloc[0]:.2f} and {accuracy.iloc[at]:.2f}",
        LATE_RISE + f" is {with_interval(late(samples, -losses))} for the loss",
        f"{with_interval(late(samples, -brier))} for the Brier score",
        f"{with_interval(late(samples, right))} for accuracy, with 95% intervals",
        f"(10 images of 10 read right) starts later: {ten.iloc[0]:.2f}, {ten.iloc[1]:.2f} and "
        f"{ten.iloc[2]:.2f} with 1, 2 and 3 units, then up to {ten.max():.2f}; its T is "
        + with_interval(late(samples, right, lambda mean: mean**10)),
        f"one hidden unit reads {accuracy.iloc[0]:.2f} of the digits, where guessing gives "
        f"{1 / options:.2f}",
        f"the middle 80% of its rise takes {decades['ten']:.2f} decades of parameters and that of "
        f"accuracy {decades['one']:.2f}, because accuracy approaches 1 slowly",
        f"({one.min():.2f} to {one.max():.2f} with one unit)",
        f"From 32 units on the {held_out} images no longer",
        f"rises again at the end, from {loss.min():.2f} to {loss.iloc[-1]:.2f} nats",
        f"{config['cpu_minutes']} CPU minutes.",
    ]


def spanish():
    results, config = datasets.spanish(), configuration("spanish")
    words, _, held_out = split_words(Spanish())
    samples = answers_of(results)
    gru, transformer = (
        word_family(samples[samples["family"] == family]) for family in ("GRU", "transformer")
    )
    first, last = gru.sizes[0], gru.sizes[-1]
    means = gru.means
    assert (means["loss"].diff().dropna() < 0).all()
    assert (means["edit_similarity"].diff().dropna() > 0).all()
    layers = {size["family"]: size["layers"] for size in config["sizes"]}
    spread = gru.by_run["exact_match"].groupby("params").agg(["min", "max"])
    of_loss, of_words = (
        float(transformer.late[score].split()[0]) for score in ("loss", "exact_match")
    )
    assert of_loss > of_words / 2
    widest: Any = (spread["max"] - spread["min"]).idxmax()
    of_gru = samples[samples["family"] == "GRU"]
    larger = word_family(of_gru[of_gru["params"] >= 432])
    return results, [
        f"{gru.runs + transformer.runs} networks that say Spanish words from their spelling: GRUs "
        f"of {layers['GRU']} layer ({len(gru.sizes)} widths, {first} to {last:,} parameters "
        f"outside the embeddings) and transformers of {layers['transformer']} layers "
        f"({len(transformer.sizes)} widths, {transformer.sizes[0]} to "
        f"{transformer.sizes[-1]:,}), {len(config['seeds'])} seeds each",
        f"the sounds of {len(held_out):,} words",
        f"{len(words.rows):,} words of {config['letters'][0]} to {config['letters'][1]} letters "
        f"and {config['phonemes'][0]} to {config['phonemes'][1]} sounds",
        "gruut-lang-es 2.0.1",
        f"fewer than {FEWEST_WORDS:,} words have are left out; "
        f"{sum(symbol.startswith('/') for symbol in words.symbols)} sounds remain",
        schedule_statement(config, "words"),
        f"the loss falls from {gru.at('loss', first)} to {gru.at('loss', last, 3)} nats",
        f"edit similarity rises from {gru.at('edit_similarity', first)} to "
        f"{gru.at('edit_similarity', last)}",
        f"right as a whole is {gru.row('exact_match')}",
        LATE_RISE + f" is {gru.late['loss']} for the loss, {gru.late['edit_similarity']} for edit "
        f"similarity, {gru.late['exact_match']} for whole words and "
        f"{gru.late['five']} for five words in a row, with 95% intervals",
        f"falls from {transformer.at('loss', 496)} to {transformer.at('loss', 1760)} nats between "
        f"496 and 1,760 parameters (T {transformer.late['loss']})",
        f"edit similarity T {transformer.late['edit_similarity']}, whole words T "
        f"{transformer.late['exact_match']}",
        f"from 432 parameters on, the GRUs' T of whole words is {larger.late['exact_match']}",
        f"with {widest:,.0f} parameters whole words are right in "
        f"{spread.loc[widest, 'min']:.2f} to {spread.loc[widest, 'max']:.2f}",
        f"{config['cpu_minutes']} CPU minutes.",
    ]


def pronunciation():
    results, config = datasets.pronunciation(), configuration("pronunciation")
    words, _, held_out = split_words(Pronunciation())
    samples = answers_of(results)
    transformer, gru = (
        word_family(samples[samples["family"] == family]) for family in ("transformer", "GRU")
    )
    layers = {
        shape_of(Pronunciation(), size).non_embedding_parameters: size.layers
        for size in Pronunciation().sizes
        if size.family == "transformer"
    }
    assert {size: min(deep, 2) for size, deep in layers.items()} == {
        size: 1 if size <= 888 else 2 for size in transformer.sizes
    }
    assert transformer.means["exact_match"].diff().idxmax() == 1760
    assert (gru.means["loss"].diff().dropna() < 0).all()
    assert (gru.means["edit_similarity"].diff().dropna() > 0).all()
    *_, last_but_one, last = transformer.sizes

    def of_loss_and_words(family):
        first, largest = family.sizes[0], family.sizes[-1]
        return [
            family.at(score, size)
            for score in ("loss", "edit_similarity")
            for size in (first, largest)
        ]

    loss = of_loss_and_words(transformer)
    of_gru = of_loss_and_words(gru)
    return results, [
        f"{transformer.runs + gru.runs} networks that say English words from their spelling: "
        f"transformers of {len(transformer.sizes)} sizes ({transformer.sizes[0]} to {last:,} "
        f"parameters outside the embeddings) and GRUs of {len(gru.sizes)} ({gru.sizes[0]} to "
        f"{gru.sizes[-1]:,}), {len(config['seeds'])} seeds each",
        f"the phonemes of {len(held_out):,} words",
        f"{len(words.rows):,} words of {config['letters'][0]} to {config['letters'][1]} letters "
        f"and {config['phonemes'][0]} to {config['phonemes'][1]} phonemes",
        schedule_statement(config, "words"),
        f"loss falls from {loss[0]} to {loss[1]} nats and edit similarity rises from {loss[2]} to "
        f"{loss[3]}, while whole words are right in {transformer.row('exact_match')}",
        LATE_RISE + ", with 95% intervals over words and seeds, is "
        f"{transformer.late['loss']} for the loss, {transformer.late['edit_similarity']} for edit "
        f"similarity, {transformer.late['exact_match']} for whole words and "
        f"{transformer.late['five']} for five words in a row",
        f"GRUs: loss from {of_gru[0]} to {of_gru[1]}, edit similarity from {of_gru[2]} to "
        f"{of_gru[3]}, whole words {gru.row('exact_match')}; T in the same order "
        f"{gru.late['loss']}, {gru.late['edit_similarity']}, {gru.late['exact_match']} and "
        f"{gru.late['five']}",
        "transformers up to 888 parameters have one layer, those from 1,760 on",
        "would stay below 1 at any size",
        f"({transformer.at('loss', last, 3)} against {transformer.at('loss', last_but_one, 3)}: it "
        f"begins to overfit) and is right slightly more often "
        f"({transformer.at('exact_match', last)} against "
        f"{transformer.at('exact_match', last_but_one)})",
        "About 80 minutes on two CPU cores",
    ]


def autoencoder():
    results, config = datasets.autoencoder(), configuration("autoencoder")
    samples, widths, held_out = answers_of(results), config["widths"], config["held_out"]
    seeds, runs = len(config["seeds"]), samples.groupby(["model", "seed"]).ngroups
    errors = samples["squared_error"]
    error = means(samples, errors)
    sizes = error.index.to_numpy(float)
    half, tenth = (means(samples, errors <= limit) for limit in (0.5, 0.1))
    assert (np.diff(error) < 0).all()
    by_seed = errors.groupby([samples["params"], samples["seed"]]).mean().groupby("params")
    spread = (by_seed.max() / by_seed.min() - 1).to_numpy()
    rates = [Autoencoder().learning_rate(width) for width in widths]
    assert len(set(rates)) == 2
    shipped: Any = load_digits()
    digits = shipped.data / 16
    split = split_digits(held_out, config["split_seed"])
    mean_image = ((split.held_out - split.train.mean(0)) ** 2).sum(1).mean()
    decades = [transition_width(sizes, score) for score in (-error, half, tenth)]
    at = widths.index
    slopes = np.diff(np.log(error)) / np.diff(np.log(sizes))
    assert slopes[at(40) :].max() < slopes[: at(40)].min(), "it bends down beyond width 40"
    return results, [
        f"{runs} autoencoders: one hidden GELU layer of {widths[0]} to {widths[-1]} units between "
        f"64 pixels and 64 pixels; {len(widths)} widths of {sizes[0]:.0f} to {sizes[-1]:,.0f} "
        f"parameters, {seeds} seeds each",
        f"asked to rebuild {held_out} handwritten digits",
        f"{len(datasets.autoencoder_images().items)} of the pictures, from seed 0",
        schedule_statement(config, "images") + f", drawn from {1797 - held_out:,} others",
        f"learning rate of {rates[0]}, and {rates[-1]} from width {widths[rates.index(rates[-1])]}",
        "(sum over 64 pixels of 0 to 1)",
        f"from {error.iloc[0]:.2f} to {error.iloc[-1]:.3f}; its late {LATE_RISE} is "
        f"{with_interval(late(samples, -errors))}, with a 95% interval",
        f"an error of 0.5 or less waits ({half.iloc[at(12)]:.2f} at width 12, "
        f"{half.iloc[at(24)]:.2f} at width 24; T {with_interval(late(samples, errors <= 0.5))})",
        f"that with 0.1 or less waits longer ({tenth.iloc[at(28)]:.2f} at width 28, "
        f"{tenth.iloc[at(40)]:.2f} at width 40; T {with_interval(late(samples, errors <= 0.1))})",
        f"The middle 80% of the rise takes {decades[0]:.2f} decades of parameters for the mean "
        f"error, {decades[1]:.2f} for the first share and {decades[2]:.2f} for the second",
        "beyond width 40",
        f"the rank of the data, {np.linalg.matrix_rank(digits - digits.mean(0))}",
        f"image alone has an error of {mean_image:.2f}",
        f"Up to width 28 the mean errors of the seeds lie within "
        f"{np.ceil(100 * spread[: at(28) + 1].max()):.0f}% of each other",
        f"at width 48 within {np.ceil(100 * spread[at(48)]):.0f}%",
        f"{config['cpu_minutes']} CPU minutes.",
    ]


def grokking():
    results, config = datasets.grokking(), configuration("grokking")
    scores = results.scores
    runs = {
        run: rows.pivot_table(index="step", columns="metric", values="value")
        for run, rows in scores.groupby(["family", "seed"])
    }
    with_decay, without, fewer = (
        [run for (name, _), run in runs.items() if name == condition["name"]]
        for condition in config["conditions"]
    )
    decay, share, less = (
        config["conditions"][0]["weight_decay"],
        config["conditions"][0]["train_share"],
        config["conditions"][2]["train_share"],
    )
    steps = config["steps"]
    by_heart = max(run.index[run["train_accuracy"] > 0.99].min() for run in runs.values())
    assert by_heart <= 100
    rule = [run.index[run["test_accuracy"] > 0.99].min() for run in with_decay]
    assert all((run["test_accuracy"].iloc[-1] > 0.999) for run in with_decay)
    starts = [run[run["test_accuracy"] > 0.05].iloc[0] for run in with_decay]
    first, moved = (
        [f"{power:.2f}" for power in (min(shares), max(shares))]
        for shares in (
            [run["fourier_share"].iloc[0] for run in with_decay],
            [start["fourier_share"] for start in starts],
        )
    )
    assert all(start["restricted_loss"] < 1 for start in starts)
    for run, start in zip(with_decay, starts, strict=True):
        assert run["weight_norm"].max() > start["weight_norm"] > run["weight_norm"].iloc[-1] + 5
    most = max(run["test_accuracy"].max() for run in without)
    of_fewer = [run["test_accuracy"].iloc[-1] for run in fewer]
    assert max(run["test_accuracy"].max() for run in fewer) == max(of_fewer)
    least = [run["restricted_loss"].min() for run in without]
    late_of = {
        metric: [late_rise(run.index, sign * run[metric]) for run in with_decay]
        for metric, sign in (("test_accuracy", 1), ("restricted_loss", -1))
    }
    slow = with_decay[0]
    (leap,) = slow.index[slow["train_loss"].diff() > 0.2]
    assert slow["restricted_loss"].diff()[leap] > 0.3
    params = scores["params"].iloc[0]
    width = config["width"]
    *others, last = (f"{step:,.0f}" for step in rule)
    return results, [
        f"{len(runs)} runs of one transformer (one layer without layer normalisation, width "
        f"{width}, {params:,.0f} parameters) that learns a + b modulo {config['modulus']}",
        f"{steps:,} steps of AdamW at {config['learning_rate']}",
        f"measured at {len(slow)} steps",
        "5 seeds under each of 3 conditions",
        f"With weight decay {decay:.0f} and {share:.0%} of the pairs",
        f"by step 100 and answer 99% of the test pairs only at step {', '.join(others)} and {last} "
        f"(seeds 0 to {len(rule) - 1})",
        f"by a factor of {max(rule) / min(rule):.1f}",
        f"Late rise T over the logarithm of steps is {min(late_of['test_accuracy']):.2f} to "
        f"{max(late_of['test_accuracy']):.2f} for their test accuracy and "
        f"{min(late_of['restricted_loss']):.2f} to {max(late_of['restricted_loss']):.2f} for their "
        "restricted loss (0 for steady gains, near 1 for a long wait and then a jump)",
        f"passes 5%, the share of embedding power at the key frequencies has already risen from "
        f"{first[0]}-{first[1]} to {moved[0]}-{moved[1]}, and restricted loss is below 1 nat",
        f"same pairs, all 5 seeds stay below {np.ceil(100 * most):.0f}% of the test pairs",
        f"With weight decay {decay:.0f} and {less:.0%} of the pairs no seed has found the rule "
        f"when training ends; the nearest is at {max(of_fewer):.0%} and rising",
        f"In seed 0 the training loss jumps up near step {leap:,.0f}",
        f"it still falls from {without[0]['restricted_loss'].iloc[0]:.1f} to between "
        f"{min(least):.1f} and {max(least):.1f}",
        "in 32 bits",
        f"{config['cpu_minutes']} CPU minutes.",
    ]


def gpt3():
    results = datasets.gpt3()
    scores = results.scores
    sizes = sorted(scores["params"].unique())
    counted = scores[scores["n_items"].notna()]
    (items,) = counted["n_items"].unique()
    others = scores[scores["n_items"].isna()]
    metrics = others.groupby("task")["metric"].unique()
    two = metrics[metrics.map(len) == 2]
    assert two.map(lambda names: tuple(sorted(names))).to_dict() == {
        "LAMBADA": ("acc", "ppl"), "MultiRC": ("acc", "f1a"), "SQuADv2": ("em", "f1"),
    }  # fmt: skip

    def by_size(task, shots):
        rows = scores[scores["task"].eq(task) & scores["n_shot"].eq(shots)]
        return rows[rows["metric"] == "acc"].sort_values("params")["value"].to_numpy()

    sums, reading = by_size("3D+", 50), by_size("LAMBADA", 0)
    assert len(sums) == len(reading) == len(sizes)
    assert (np.diff(reading) > 0).all()
    return results, [
        f"the {len(sizes)} GPT-3 models, of {sizes[0] / 1e6:.0f} million to "
        f"{sizes[-1] / 1e9:.0f} billion parameters, on {len(results.tasks)} tasks",
        f"accuracy on {counted['task'].nunique()} arithmetic tasks",
        f"and on {others['task'].nunique()} others, {len(two)} of them under 2 metrics",
        f"has {items:,.0f} items, so that {1 / items:.2%} is one item",
        # Names of tasks and scores.
        "GPT-3", "f1a", "f1)", "SQuADv2",
        f"Sums of 3 digits with 50 examples: {sums[0]:.2f} right at the smallest size, "
        f"{sums[-2]:.2f} at the last but one, {sums[-1]:.2f} at the largest",
        f"at every size, from {reading[0]:.2f} to {reading[-1]:.2f}",
    ]  # fmt: skip


def wei_abilities():
    results = datasets.wei_abilities()
    return results, [f"{len(results.tasks)} abilities"]


PAGES = [
    *addition_pages.PAGES,
    autoencoder, classifier, gpt3, grokking, pronunciation, spanish, wei_abilities,
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_every_number_on_the_page_is_computed_from_the_data(page):
    results, statements = page()
    assert_every_number_is_computed(results.description, statements)


def test_a_number_that_no_statement_holds_is_found():
    with pytest.raises(AssertionError, match=r"numbers that no statement holds: .*of 12 models"):
        assert_every_number_is_computed("3 seeds of 12 models", ["3 seeds"])
    with pytest.raises(AssertionError, match="not in the prose"):
        assert_every_number_is_computed("3 seeds of 12 models", ["4 seeds"])
    assert_every_number_is_computed("3 seeds\nof 12\nmodels", ["3 seeds of 12 models"])

"""The classifiers' data are whole."""

import json
from importlib.resources import files

import numpy as np
import pytest

from emergence_widgets import datasets, rescore

from ...answers import answers_of


@pytest.fixture(scope="module")
def by_width():
    """Means over seeds, one row a width."""
    scores = rescore(
        datasets.classifier(),
        ["exact_match", "multiple_choice_grade", "brier_score"],
        ["model", "seed", "params"],
        all_of=range(1, 11),
    )
    table = scores.groupby(["params", "metric"])["value"].mean().unstack()
    saved = json.loads((files("emergence_widgets.datasets") / "classifier.json").read_text())
    assert table.index.tolist() == [75 * width + 10 for width in saved["widths"]]
    return table.set_axis(saved["widths"])


def test_every_width_seed_and_image_is_there():
    samples = answers_of(datasets.classifier())
    assert samples.groupby(["model", "seed"]).size().eq(500).all()
    assert samples["model"].nunique() == 12
    assert samples["seed"].nunique() == 5


def test_odds_are_whole_and_agree_with_answers():
    samples = answers_of(datasets.classifier())
    logprobs = np.stack(samples["choice_logprobs"].to_list())
    assert logprobs.shape == (30000, 10)
    assert np.exp(logprobs).sum(1) == pytest.approx(1, abs=0.01)
    chosen = samples["output"].astype(int).to_numpy()
    lead = logprobs.max(1) - logprobs[np.arange(len(chosen)), chosen]
    assert lead.max() == 0
    right = samples["right"].to_numpy()
    assert (samples["target"].astype(int) == right).all()
    loss = samples.assign(found=-logprobs[np.arange(len(right)), right])
    means = loss.groupby(["model", "seed"])[["found", "loss"]].mean()
    assert means["found"].to_numpy() == pytest.approx(means["loss"].to_numpy(), abs=1e-3)


def test_subsets_fall_with_k_and_one_of_one_is_accuracy(by_width):
    subsets = by_width[[f"exact_match, {k} of {k}" for k in range(1, 11)]].to_numpy()
    assert (np.diff(subsets, axis=1) <= 0).all()
    assert subsets[:, 0] == pytest.approx(by_width["exact_match"].to_numpy())


def test_the_grade_of_rounded_odds_is_accuracy_but_for_ties(by_width):
    gap = by_width["multiple_choice_grade"] - by_width["exact_match"]
    assert gap.abs().max() < 0.001


def test_chance_is_one_of_ten():
    scores = datasets.classifier().scores.set_index("metric")["chance"]
    assert scores["exact_match"].eq(0.1).all()
    assert scores["brier_score"].eq(0.9).all()


def test_labels_are_those_of_scikit_learn():
    digits = pytest.importorskip("experiments.digits").split_digits(500, 0)
    samples = answers_of(datasets.classifier()).query("model == 'h1' and seed == 0")
    assert (digits.labels[samples["item"]] == samples["right"]).all()


def test_a_run_trained_again_gives_the_shipped_numbers(tmp_path):
    experiment = pytest.importorskip("experiments.classifier")
    again = experiment.run_one(experiment.Classifier(), 8, 0, tmp_path)
    shipped = answers_of(datasets.classifier()).query("model == 'h8' and seed == 0")
    assert again["loss"][0] == pytest.approx(shipped["loss"].iloc[0], rel=0.01)
    assert (again["output"].to_numpy() == shipped["output"].to_numpy()).mean() > 0.99

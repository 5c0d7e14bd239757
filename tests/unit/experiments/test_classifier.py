"""Classifiers: they train, they learn, and their tables hold what they should."""

import json

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults
from emergence_widgets.results.rescore import rescore

jax = pytest.importorskip("jax")
classifier = pytest.importorskip("experiments.classifier")


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classifier")
    path = classifier.main(quick=True, folder=folder, workers=1, device="cpu")
    saved = json.loads((folder / "classifier.json").read_text())
    assert saved["widths"] == list(classifier.Classifier.quick().widths)
    return pd.read_parquet(path)


def test_a_quick_run_learns(samples):
    loss = samples.groupby("params")["loss"].first().to_numpy()
    right = (samples["target"] == samples["output"]).groupby(samples["params"]).mean().to_numpy()
    assert (np.diff(loss) < 0).all()
    assert loss[-1] < 0.2 * np.log(10)
    assert right[-1] > 0.9


def test_its_table_is_a_samples_table(samples):
    assert samples["choice_logprobs_milli"].map(len).eq(10).all()
    logprobs = np.stack(samples["choice_logprobs_milli"]) / 1000
    assert np.exp(logprobs).sum(1) == pytest.approx(1, abs=0.01)
    loss = -logprobs[np.arange(len(samples)), samples["right"]]
    mean = pd.Series(loss).groupby(samples["params"]).mean()
    assert mean.to_numpy() == pytest.approx(samples.groupby("params")["loss"].first(), abs=1e-3)
    full = samples.assign(choice_logprobs=list(logprobs))
    scores = rescore(full, ["exact_match", "brier_score"], all_of=[1, 5])
    results = EvalResults(scores, full)
    assert results.metrics == [
        "exact_match", "exact_match, 1 of 1", "exact_match, 5 of 5", "brier_score",
    ]  # fmt: skip


def test_parameters_are_counted_right():
    params = classifier.initialise(jax.random.key(0), 5)
    assert sum(leaf.size for leaf in params.values()) == classifier.parameters_of(5)


def test_the_same_seed_gives_the_same_numbers(tmp_path):
    schedule = classifier.Schedule(steps=50)
    config = classifier.Classifier(held_out=100, schedule=schedule)
    first, again, other = (
        classifier.run_one(config, 6, seed, tmp_path / name)["loss"][0]
        for seed, name in ((0, "a"), (0, "b"), (1, "a"))
    )
    assert first == again
    assert first != other

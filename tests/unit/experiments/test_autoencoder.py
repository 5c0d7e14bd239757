"""Autoencoders: they train, they learn, and their tables hold what they should."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults
from emergence_widgets.results.rescore import rescore

jax = pytest.importorskip("jax")
autoencoder = pytest.importorskip("experiments.autoencoder")
digits = pytest.importorskip("experiments.digits")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("autoencoder")
    autoencoder.main(quick=True, folder=folder, workers=1, device="cpu")
    return folder


def test_a_quick_run_learns(folder):
    samples = pd.read_parquet(folder / "autoencoder.parquet")
    config = autoencoder.Autoencoder.quick()
    split = digits.split_digits(config.held_out, config.split_seed)
    untrained = ((split.held_out - split.train.mean(0)) ** 2).sum(1).mean()
    error = samples.groupby("params")["squared_error"].mean().to_numpy()
    assert len(error) == len(config.widths)
    assert (np.diff(error) < 0).all()
    assert error[0] < untrained
    assert error[-1] < 0.1 * untrained


def test_its_table_is_a_samples_table(folder):
    samples = pd.read_parquet(folder / "autoencoder.parquet")
    assert samples["squared_error"].dtype == np.float32
    scores = rescore(samples, ["squared_error"], thresholds={"squared_error": [0.5]})
    results = EvalResults(scores, samples)
    assert results.models == ["b1", "b4", "b16", "b64"]
    share = results.scores.query("metric == 'squared_error<=0.5' and model == 'b64'")["value"]
    errors = samples.loc[samples["model"] == "b64", "squared_error"]
    assert share.item() == np.mean(errors < 0.5)


def test_pictures_are_of_the_first_seed_and_show_all_digits(folder):
    pictures = pd.read_parquet(folder / "autoencoder_images.parquet")
    config = autoencoder.Autoencoder.quick()
    assert pictures.groupby("width").size().eq(config.pictured).all()
    assert pictures.groupby("width")["label"].nunique().eq(10).all()
    split = digits.split_digits(config.held_out, config.split_seed)
    row: Any
    for row in pictures.itertuples():
        original = np.frombuffer(row.original, np.uint8) / 255
        assert np.abs(original - split.held_out[row.item]).max() <= 0.5 / 255 + 1e-6
        assert row.label == split.labels[row.item]


def test_configuration_is_saved(folder):
    saved = json.loads((folder / "autoencoder.json").read_text())
    assert saved["widths"] == list(autoencoder.Autoencoder.quick().widths)
    assert saved["schedule"]["steps"] == 300


def test_parameters_are_counted_right():
    params = autoencoder.initialise(jax.random.key(0), 5, np.zeros(64, np.float32))
    assert sum(leaf.size for leaf in params.values()) == autoencoder.parameters_of(5)


def test_the_same_seed_gives_the_same_numbers(tmp_path):
    schedule = autoencoder.Schedule(steps=50)
    config = autoencoder.Autoencoder(held_out=100, schedule=schedule)
    first, again, other = (
        autoencoder.run_one(config, 3, seed, tmp_path / name)["squared_error"]
        for seed, name in ((0, "a"), (0, "b"), (1, "a"))
    )
    assert (first == again).all()
    assert (first != other).any()


def test_an_untrained_network_starts_at_the_mean_image():
    mean = np.linspace(0, 1, 64, dtype=np.float32)
    params = autoencoder.initialise(jax.random.key(0), 4, mean)
    blank = np.zeros((1, 64), np.float32)
    assert np.asarray(autoencoder.reconstruct(params, blank)) == pytest.approx(mean[None], abs=1e-6)


def test_split_keeps_every_image_once():
    split = digits.split_digits(500, 0)
    assert len(split.held_out) == len(split.labels) == 500
    assert len(split.train) == len(split.train_labels) == 1297
    assert split.train.min() == 0
    assert split.train.max() == 1
    sklearn = pytest.importorskip("sklearn.datasets")
    everything = sklearn.load_digits().data / 16
    both = np.concatenate([split.train, split.held_out])
    assert np.allclose(np.sort(both.sum(1)), np.sort(everything.sum(1)))


def test_a_held_out_number_beyond_the_data_is_refused():
    with pytest.raises(ValueError, match="held_out is 1797; expected 1 to 1796"):
        digits.split_digits(1797, 0)

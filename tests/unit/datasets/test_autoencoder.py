"""The autoencoders' data are whole."""

import json
from importlib.resources import files

import numpy as np
import pytest

from emergence_widgets import datasets, rescore

from ...answers import answers_of

THRESHOLDS = (0.1, 0.5)


@pytest.fixture(scope="module")
def by_width():
    """Means over seeds, one row a width."""
    scores = rescore(
        datasets.autoencoder(),
        ["squared_error"],
        ["model", "seed", "params"],
        thresholds={"squared_error": THRESHOLDS},
    )
    table = scores.groupby(["params", "metric"])["value"].mean().unstack()
    widths = datasets.autoencoder_images().widths
    assert len(table) == len(widths)
    return table.set_index(widths)


@pytest.fixture(scope="module")
def params():
    return datasets.autoencoder_images().params


def test_every_width_seed_and_image_is_there():
    samples = answers_of(datasets.autoencoder())
    assert samples.groupby(["model", "seed"]).size().eq(500).all()
    assert samples.groupby("model")["seed"].nunique().eq(5).all()
    assert samples["model"].nunique() == 14
    assert samples.groupby("item")["label"].nunique().eq(1).all()
    assert samples["squared_error"].gt(0).all()


def test_parameters_follow_from_widths():
    images = datasets.autoencoder_images()
    assert (images.params == 129 * images.widths + 64).all()
    saved = json.loads((files("emergence_widgets.datasets") / "autoencoder.json").read_text())
    assert images.widths.tolist() == saved["widths"]


def test_shares_by_hand(by_width):
    samples = answers_of(datasets.autoencoder())
    errors = samples.loc[samples["model"] == "b20", "squared_error"]
    assert by_width.loc[20, "squared_error<=0.5"] == pytest.approx((errors < 0.5).mean())


def test_pictures_agree_with_the_samples_and_with_themselves():
    images = datasets.autoencoder_images()
    assert images.originals.shape == (16, 8, 8)
    assert images.reconstructions.shape == (14, 16, 8, 8)
    assert set(images.labels) == set(range(10))
    for pixels in (images.originals, images.reconstructions):
        assert pixels.min() >= 0
        assert pixels.max() <= 1
    samples = answers_of(datasets.autoencoder())
    first = samples[samples["seed"] == 0].set_index(["model", "item"])
    for row, width in enumerate(images.widths):
        of_width = first.loc[f"b{width}"].loc[images.items]
        assert of_width["squared_error"].to_numpy() == pytest.approx(images.squared_error[row])
        assert (of_width["label"] == images.labels).all()
    # Clipping to what a screen can show only brings a picture nearer to the original.
    shown = ((images.reconstructions - images.originals) ** 2).sum((2, 3))
    assert (shown <= images.squared_error + 0.05).all()
    assert shown == pytest.approx(images.squared_error, abs=0.5)


def test_originals_are_the_digits_of_scikit_learn():
    digits = pytest.importorskip("experiments.digits").split_digits(500, 0)
    images = datasets.autoencoder_images()
    expected = digits.held_out[images.items].reshape(-1, 8, 8)
    assert images.originals == pytest.approx(expected, abs=0.5 / 255 + 1e-6)
    assert (digits.labels[images.items] == images.labels).all()


def test_source_and_licence_are_named():
    results = datasets.autoencoder()
    assert "Optical Recognition of Handwritten Digits" in results.source
    assert "CC BY 4.0" in results.license


def test_a_run_trained_again_gives_the_shipped_numbers(tmp_path):
    experiment = pytest.importorskip("experiments.autoencoder")
    again = experiment.run_one(experiment.Autoencoder(), 8, 0, tmp_path)["squared_error"]
    samples = answers_of(datasets.autoencoder())
    shipped = samples.query("model == 'b8' and seed == 0")["squared_error"].to_numpy()
    assert again.mean() == pytest.approx(shipped.mean(), rel=0.01)
    assert np.median(np.abs(again / shipped - 1)) < 0.02

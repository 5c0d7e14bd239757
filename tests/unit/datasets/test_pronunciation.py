"""English and Spanish: all networks are asked the same words, and a run can be trained again."""

import numpy as np
import pytest

from emergence_widgets import datasets
from emergence_widgets.results.rescore import rescore
from experiments.pronunciation import run_one
from experiments.spanish import Spanish


@pytest.mark.parametrize("language", [datasets.pronunciation, datasets.spanish])
def test_all_networks_are_asked_the_same_words(language):
    samples = language().samples
    asked = samples.sort_values("item").groupby(["family", "model", "seed"])[["prompt", "target"]]
    texts = {tuple(map(tuple, part.to_numpy().tolist())) for _, part in asked}
    assert len(texts) == 1
    assert len(next(iter(texts))) == 2000
    assert (samples["token_logprobs"].map(len) == samples["target"].str.split().map(len) + 1).all()


def test_grus_rise_smoothly_as_stated():
    results = datasets.pronunciation().select(family="GRU")
    scores = rescore(results, ["loss", "edit_similarity", "exact_match"])
    means = scores.pivot_table(index="params", columns="metric", values="value")
    runs = results.samples[["model", "seed"]].drop_duplicates()
    assert (len(means), len(runs)) == (6, 18)
    assert means.index[[0, -1]].tolist() == [252, 55_872]
    assert means["loss"].iloc[[0, -1]].round(2).tolist() == [1.79, 0.28]
    assert means["edit_similarity"].iloc[[0, -1]].round(2).tolist() == [0.31, 0.87]
    assert (means["loss"].diff().dropna() < 0).all()
    assert (means["edit_similarity"].diff().dropna() > 0).all()
    assert means["exact_match"].iloc[0] < 0.01
    assert "GRUs: loss from 1.79 to 0.28 and similarity from 0.31 to 0.87" in results.description


def test_spanish_words_and_their_sounds_are_those_of_the_lexicon():
    dictionary = Spanish().words()
    sounds = dict(zip(dictionary.spellings, dictionary.pronunciations, strict=True))
    asked = datasets.spanish().samples.drop_duplicates("item")
    assert asked["prompt"].map(sounds).equals(asked["target"])


@pytest.mark.long
def test_a_spanish_run_trained_again_gives_the_shipped_numbers(tmp_path):
    config = Spanish()
    size = next(size for size in config.sizes if config.name(size) == "gru-w4")
    again = run_one(config, size, 0, tmp_path)
    samples = datasets.spanish().samples.query("model == 'gru-w4' and seed == 0")
    shipped = samples.sort_values("item")
    assert again["loss"][0] == pytest.approx(shipped["loss"].iloc[0], rel=0.02)
    np.testing.assert_array_equal(again["prompt"], shipped["prompt"])
    assert (again["output"].to_numpy() == shipped["output"].to_numpy()).mean() > 0.8

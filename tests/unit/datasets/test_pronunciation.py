"""English and Spanish: all networks are asked the same words, and a run can be trained again."""

import numpy as np
import pytest

from emergence_widgets import datasets, rescore
from experiments.pronunciation import run_one
from experiments.spanish import Spanish

from ...answers import answers_of


@pytest.mark.parametrize("language", [datasets.pronunciation, datasets.spanish])
def test_all_networks_are_asked_the_same_words(language):
    samples = answers_of(language())
    asked = samples.sort_values("item").groupby(["family", "model", "seed"])[["prompt", "target"]]
    texts = {tuple(map(tuple, part.to_numpy().tolist())) for _, part in asked}
    assert len(texts) == 1
    assert len(next(iter(texts))) == 2000
    assert (samples["token_logprobs"].map(len) == samples["target"].str.split().map(len) + 1).all()


def test_spanish_words_and_their_sounds_are_those_of_the_lexicon():
    dictionary = Spanish().words()
    sounds = dict(zip(dictionary.spellings, dictionary.pronunciations, strict=True))
    asked = answers_of(datasets.spanish()).drop_duplicates("item")
    assert asked["prompt"].map(sounds).equals(asked["target"])


@pytest.mark.long
def test_a_spanish_run_trained_again_gives_the_shipped_numbers(tmp_path):
    config = Spanish()
    size = next(size for size in config.sizes if config.name(size) == "gru-w4")
    again = run_one(config, size, 0, tmp_path)
    samples = answers_of(datasets.spanish()).query("model == 'gru-w4' and seed == 0")
    shipped = samples.sort_values("item")
    assert again["loss"][0] == pytest.approx(shipped["loss"].iloc[0], rel=0.02)
    np.testing.assert_array_equal(again["prompt"], shipped["prompt"])
    # Where sums are rounded in another order single outputs differ, and their quality does not.
    similar, before = (
        rescore(part.reset_index(drop=True), ["edit_similarity"], ["task"])["value"].iloc[0]
        for part in (again, shipped)
    )
    assert similar == pytest.approx(before, abs=0.03)

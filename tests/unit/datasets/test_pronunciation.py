"""The pronunciation dataset: two families asked the same words, and the GRUs' stated numbers."""

from emergence_widgets import datasets
from emergence_widgets.results.rescore import rescore


def test_both_families_are_asked_the_same_words():
    samples = datasets.pronunciation().samples
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

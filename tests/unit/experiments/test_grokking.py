"""Grokking: the split has no leak, the measures are what they say, training learns and resumes."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_widgets import EvalResults

jax = pytest.importorskip("jax")
grokking = pytest.importorskip("experiments.grokking")
fourier = pytest.importorskip("experiments.fourier")
full_batch = pytest.importorskip("experiments.full_batch")
modular = pytest.importorskip("experiments.modular_addition")

ODD = st.sampled_from([3, 5, 7, 9, 11, 13, 21, 59])


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grokking")
    path = grokking.main(quick=True, folder=folder, workers=1, device="cpu")
    saved = json.loads((folder / "grokking.json").read_text())
    assert saved["modulus"] == 13
    return pd.read_parquet(path)


def test_a_quick_run_learns_its_training_pairs(scores):
    wide = scores.pivot_table(
        index=["family", "step"], columns="metric", values="value", observed=True
    )
    for family in ("weight decay 2", "no weight decay"):
        run = wide.loc[family]
        assert run["train_loss"].iloc[0] == pytest.approx(np.log(13), abs=0.3)
        assert run["train_loss"].iloc[-1] < 0.05
        assert run["train_accuracy"].iloc[-1] == 1
    final = wide.groupby("family").last()["weight_norm"]
    assert final["weight decay 2"] < final["no weight decay"]


def test_its_table_is_a_scores_table(scores):
    results = EvalResults(scores)
    config = grokking.Grokking.quick()
    assert set(results.metrics) == set(grokking.LOWER_IS_BETTER)
    assert results.families == ["weight decay 2", "no weight decay"]
    steps = config.logged_steps()
    assert len(scores) == len(steps) * len(results.metrics) * 2
    assert scores["step"].min() == 1
    assert scores["step"].max() == config.steps
    assert scores["value"].notna().all()
    shares = scores[scores["metric"].str.endswith("accuracy")]
    assert shares["chance"].eq(1 / 13).all()
    counts = shares["value"] * shares["n_items"]
    assert np.allclose(counts, counts.round(), atol=1e-3)


def test_the_full_run_logs_at_least_200_points():
    steps = grokking.Grokking().logged_steps()
    assert len(steps) >= 200
    assert (np.diff(steps) > 0).all()
    assert steps[0] == 1
    assert steps[-1] == grokking.Grokking().steps


@given(ODD, st.floats(0, 1), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_no_mirror_of_a_test_pair_is_in_training(modulus, share, seed):
    train, test = modular.split_pairs(modulus, share, seed)
    train, test = ({(int(a), int(b)) for a, b in part} for part in (train, test))
    assert len(train) + len(test) == modulus**2
    assert not train & test
    assert not train & {(b, a) for a, b in test}


def test_a_split_of_ordered_pairs_would_leak():
    """Why pairs are split unordered: at 60% about 60% of the mirrors of test pairs leak."""
    pairs = np.argwhere(np.ones((59, 59), bool))
    order = np.random.default_rng(0).permutation(len(pairs))
    cut = round(0.6 * len(pairs))
    train = {(int(a), int(b)) for a, b in pairs[order[:cut]]}
    leaked = np.mean([(b, a) in train for a, b in pairs[order[cut:]]])
    assert leaked == pytest.approx(0.6, abs=0.05)


@given(ODD, st.integers(1, 5), st.integers(0, 1000))
@settings(deadline=None)
def test_frequency_power_is_the_squared_length_without_the_mean(modulus, width, seed):
    embedding = np.random.default_rng(seed).normal(size=(modulus, width))
    power = fourier.frequency_power(embedding)
    assert len(power) == (modulus - 1) // 2
    assert power.sum() == pytest.approx(((embedding - embedding.mean(0)) ** 2).sum())


def test_frequency_power_against_projection():
    embedding = np.random.default_rng(0).normal(size=(11, 3))
    numbers = np.arange(11)
    direct = []
    for frequency in range(1, 6):
        angle = 2 * np.pi * frequency * numbers / 11
        waves = np.stack([np.cos(angle), np.sin(angle)]) * np.sqrt(2 / 11)
        direct.append(((waves @ embedding) ** 2).sum())
    assert fourier.frequency_power(embedding) == pytest.approx(direct)


def test_a_pure_cosine_has_all_its_power_at_one_frequency():
    wave = np.cos(2 * np.pi * 7 * np.arange(59) / 59)
    embedding = 3 + np.outer(wave, [1.0, -2.0, 0.5])
    assert fourier.leading_frequencies(embedding, 1) == (7,)
    assert fourier.fourier_share(embedding, [7]) == pytest.approx(1)
    assert fourier.fourier_share(embedding, [6, 8]) == pytest.approx(0, abs=1e-12)


def test_an_even_modulus_is_refused():
    with pytest.raises(ValueError, match="embedding has 10 rows"):
        fourier.frequency_power(np.zeros((10, 2)))


def _rule(modulus, frequencies):
    """Logits of the trigonometric rule: sum over k of cos(2πk(a + b - c)/p)."""
    a, b, c = np.meshgrid(*[np.arange(modulus)] * 3, indexing="ij")
    return sum(np.cos(2 * np.pi * k * (a + b - c) / modulus) for k in frequencies)


def test_the_trigonometric_rule_is_kept_whole_by_the_projection():
    logits = _rule(13, (2, 5))
    assert fourier.sum_waves(logits, (2, 5)) == pytest.approx(logits)
    assert fourier.sum_waves(logits, (1, 3)) == pytest.approx(0 * logits, abs=1e-12)


def test_projection_against_least_squares():
    modulus, keys = 7, (1, 3)
    logits = np.random.default_rng(0).normal(size=(modulus,) * 3)
    total = np.add.outer(np.arange(modulus), np.arange(modulus)).ravel()
    angles = 2 * np.pi * np.outer(total, keys) / modulus
    basis = np.hstack([np.cos(angles), np.sin(angles)])
    flat = logits.reshape(-1, modulus)
    fitted = basis @ np.linalg.lstsq(basis, flat, rcond=None)[0]
    assert fourier.sum_waves(logits, keys).reshape(-1, modulus) == pytest.approx(fitted)


def test_restricted_and_excluded_loss_of_a_rule_and_of_a_memory():
    modulus, keys = 13, (2, 5)
    train, _ = modular.split_pairs(modulus, 0.5, 0)
    grid = np.argwhere(np.ones((modulus, modulus), bool))
    uniform = np.log(modulus)
    rule = 20 * _rule(modulus, keys)
    assert fourier.restricted_loss(rule, keys, grid).mean() < 0.01
    assert fourier.excluded_loss(rule, keys, train) == pytest.approx(uniform)
    memory = np.zeros((modulus,) * 3)
    memory[train[:, 0], train[:, 1], train.sum(1) % modulus] = 20
    assert fourier.cross_entropy(memory, train).max() < 0.01
    assert fourier.excluded_loss(memory, keys, train).max() < 0.01
    # Averaged over the pairs of a sum, a memory of half of them looks like a faint rule.
    restricted = [fourier.restricted_loss(logits, keys, grid).mean() for logits in (rule, memory)]
    assert 50 * restricted[0] < restricted[1] < uniform


def test_cross_entropy_of_even_odds_is_the_logarithm_of_the_options():
    pairs = np.array([[0, 1], [2, 2]])
    assert fourier.cross_entropy(np.zeros((5, 5, 5)), pairs) == pytest.approx(np.log(5))


def test_a_pair_and_its_mirror_are_one_item_of_the_standard_error():
    pairs = np.array([[0, 1], [0, 2], [1, 2], [3, 4]])
    losses = np.array([0.1, 0.5, 0.2, 0.9])
    alone = losses.std(ddof=1) / 2
    assert grokking.standard_error(losses, pairs) == pytest.approx(alone)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    assert grokking.standard_error(np.tile(losses, 2), both) == pytest.approx(alone)


def test_weight_norm_against_a_known_length():
    assert grokking.weight_norm({"a": np.array([[3.0]]), "b": np.array([0.0, 4.0])}) == 5.0


def test_logits_against_a_transformer_written_out():
    """The tables of queries, keys and values against the plain sequence of three tokens."""
    modulus, width, heads = 5, 8, 2
    params = modular.initialise(jax.random.key(1), modulus, width, 16)
    p = {name: np.asarray(leaf, float) for name, leaf in params.items()}
    pairs = np.argwhere(np.ones((modulus, modulus), bool))
    hot = np.eye(modulus, dtype=np.float32)
    found = modular.answer_logits(params, hot[pairs[:, 0]], hot[pairs[:, 1]], heads)
    for (a, b), logits in zip(pairs, np.asarray(found), strict=True):
        x = np.stack([p["number"][a], p["number"][b], p["equals"][0]]) + p["position"]
        mixed = []
        for head in range(heads):
            part = slice(head * width // heads, (head + 1) * width // heads)
            query, key, value = (x @ p[name][:, part] for name in ("query", "key", "value"))
            weight = np.exp(query[2] @ key.T / np.sqrt(width / heads))
            mixed.append(weight @ value / weight.sum())
        y = x[2] + np.concatenate(mixed) @ p["attended"]
        y = y + np.maximum(y @ p["rise"] + p["rise_bias"], 0) @ p["fall"] + p["fall_bias"]
        assert logits == pytest.approx(y @ p["output"], abs=1e-4)


def test_the_same_seed_gives_the_same_numbers_cut_off_or_not(tmp_path):
    config = grokking.Grokking(modulus=7, width=8, heads=2, feed=16, steps=60, early_steps=20)
    condition = grokking.Condition("weight decay 2", 2.0, 0.5, (0,))
    whole = grokking.run_one(config, condition, 0, tmp_path / "whole")
    assert (
        grokking.run_one(config, condition, 0, tmp_path / "again")["value"] == whole["value"]
    ).all()
    other = grokking.run_one(config, condition, 1, tmp_path / "other")
    assert (other["value"] != whole["value"]).any()

    def cut(steps, seen=[]):  # noqa: B006
        seen.append(steps)
        if sum(seen) > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grokking.run_one(config, condition, 0, tmp_path / "cut", cut)
    assert (tmp_path / "cut" / "weight-decay-2-seed0.checkpoint").exists()
    resumed = []
    rest = grokking.run_one(config, condition, 0, tmp_path / "cut", resumed.append)
    assert sum(resumed) == config.steps
    assert len(resumed) < len(config.logged_steps())
    assert (rest["value"] == whole["value"]).all()


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path):
    config = grokking.Grokking(modulus=5, width=8, heads=2, feed=8, steps=3, early_steps=2)
    condition = grokking.Condition("weight decay 2", 2.0, 0.5, (0,))
    path = tmp_path / "run.checkpoint"
    grokking.train_snapshots(config, condition, 0, path)
    with pytest.raises(ValueError, match="written by another configuration"):
        grokking.train_snapshots(config, condition, 1, path)

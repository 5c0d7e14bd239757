"""The GRU: its parameters counted, its equations worked out again in numpy."""

from functools import partial

import jax
import numpy as np
import pytest
from scipy.special import expit

from experiments import networks
from experiments.recurrent import RecurrentShape, answer_logits, initialise
from experiments.transformer import TransformerShape


@pytest.mark.parametrize("width", [4, 8, 33])
@pytest.mark.parametrize("family", ["GRU", "transformer"])
def test_stated_parameters_are_those_outside_embedding_and_output(family, width):
    places = {"vocabulary": 12, "positions": 11, "answer": 4, "width": width}
    shape = (
        RecurrentShape(**places)
        if family == "GRU"
        else TransformerShape(**places, layers=2, heads=1)
    )
    params = jax.eval_shape(partial(networks.initialise, shape=shape), jax.random.key(0))
    counted = sum(
        leaf.size
        for name, part in params.items()
        if name not in ("token", "position", "output")
        for leaf in jax.tree.leaves(part)
    )
    assert counted == shape.non_embedding_parameters
    if family == "GRU":
        assert counted == 6 * width * width + 6 * width


def test_logits_are_those_of_the_equations():
    shape = RecurrentShape(vocabulary=7, positions=5, answer=3, width=4)
    params = initialise(jax.random.key(1), shape)
    generator = np.random.default_rng(2)
    params = {
        name: np.asarray(value) + 0.1 * generator.normal(size=value.shape)
        for name, value in params.items()
    }
    tokens = generator.integers(0, 7, (6, 5))
    z_in, r_in, n_in = np.split(params["input"], 3, axis=1)
    z_state, r_state, n_state = np.split(params["state"], 3, axis=1)
    z_bias, r_bias, n_bias = np.split(params["input_bias"], 3)
    z_back, r_back, n_back = np.split(params["state_bias"], 3)
    state, expected = np.zeros((6, 4)), []
    for place in range(5):
        x = params["token"][tokens[:, place]]
        update = expit(x @ z_in + z_bias + state @ z_state + z_back)
        reset = expit(x @ r_in + r_bias + state @ r_state + r_back)
        candidate = np.tanh(x @ n_in + n_bias + reset * (state @ n_state + n_back))
        state = update * state + (1 - update) * candidate
        expected.append(state @ params["output"])
    logits = answer_logits(params, tokens, shape)
    np.testing.assert_allclose(logits, np.stack(expected[-3:], axis=1), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("family", ["GRU", "transformer"])
def test_no_logit_looks_ahead(family):
    places = {"vocabulary": 12, "positions": 9, "answer": 3, "width": 8}
    shape = (
        RecurrentShape(**places)
        if family == "GRU"
        else TransformerShape(**places, layers=2, heads=2)
    )
    params = jax.jit(partial(networks.initialise, shape=shape))(jax.random.key(0))
    tokens = np.random.default_rng(0).integers(0, 12, (5, 9))
    changed = tokens.copy()
    changed[:, -1] = (changed[:, -1] + 1) % 12
    logits = jax.jit(partial(networks.answer_logits, shape=shape))
    before, after = (np.asarray(logits(params, rows)) for rows in (tokens, changed))
    np.testing.assert_allclose(before[:, :-1], after[:, :-1], atol=1e-6)
    assert np.abs(before[:, -1] - after[:, -1]).min(axis=-1).max() > 1e-4

"""A gated recurrent unit (GRU), the recurrent counterpart of `transformer`.

One layer, input as wide as the state; the reset gate acts after the recurrent
product, so that each step is one product with the state.

References
----------
Cho et al. 2014 (arXiv:1406.1078).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Params = dict[str, Any]


@dataclass(frozen=True)
class RecurrentShape:
    """What a GRU is made of.

    Parameters
    ----------
    vocabulary, positions
        Number of different tokens, and of tokens read.
    answer
        Number of last positions that predict a token of the answer.
    width
        Width of embedding and state.
    """

    vocabulary: int
    positions: int
    answer: int
    width: int

    @property
    def non_embedding_parameters(self) -> int:
        """Parameters outside the token embedding and the output layer: ``6 w² + 6 w``."""
        return 6 * self.width**2 + 6 * self.width


def initialise(key: jax.Array, shape: RecurrentShape) -> Params:
    """Draw fresh parameters (normal weights, zero biases, orthogonal recurrence)."""
    width = shape.width
    token, rise, state, output = jax.random.split(key, 4)
    orthogonal = jax.nn.initializers.orthogonal()
    gates = [orthogonal(part, (width, width)) for part in jax.random.split(state, 3)]
    return {
        "token": jax.random.normal(token, (shape.vocabulary, width)),
        "input": jax.random.normal(rise, (width, 3 * width)) / jnp.sqrt(width),
        "input_bias": jnp.zeros(3 * width),
        "state": jnp.concatenate(gates, axis=1),
        "state_bias": jnp.zeros(3 * width),
        "output": jax.random.normal(output, (width, shape.vocabulary)) / jnp.sqrt(width),
    }


def answer_logits(
    params: Params, tokens: np.ndarray | jax.Array, shape: RecurrentShape
) -> jax.Array:
    """Logits of the answer's tokens.

    Parameters
    ----------
    params
        From `initialise`.
    tokens
        Integers, shape ``(batch, positions)``.
    shape
        The shape that `params` were drawn for.

    Returns
    -------
    jax.Array
        Shape ``(batch, answer, vocabulary)``.
    """
    # Each token's share of the gates is looked up rather than computed at every position.
    table = params["token"] @ params["input"] + params["input_bias"]
    gates = table[tokens.T]

    def step(state: jax.Array, gate: jax.Array) -> tuple[jax.Array, jax.Array]:
        recurrent = state @ params["state"] + params["state_bias"]
        given, carried = (jnp.split(part, [2 * shape.width], axis=-1) for part in (gate, recurrent))
        keep, reset = jnp.split(jax.nn.sigmoid(given[0] + carried[0]), 2, axis=-1)
        candidate = jnp.tanh(given[1] + reset * carried[1])
        state = keep * state + (1 - keep) * candidate
        return state, state

    start = jnp.zeros((tokens.shape[0], shape.width))
    _, states = jax.lax.scan(step, start, gates)
    return states[-shape.answer :].transpose(1, 0, 2) @ params["output"]

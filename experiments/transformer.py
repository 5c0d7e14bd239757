"""A decoder-only transformer, small enough to train in many sizes on two CPU cores.

Pre-LN blocks, learned positions, ReLU feed-forward of four times the width
(ReLU because XLA's CPU code spends most of a GELU in `tanh`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

Params = dict[str, Any]


@dataclass(frozen=True)
class TransformerShape:
    """What a transformer is made of.

    Parameters
    ----------
    vocabulary, positions
        Number of different tokens, and of places a token can stand in.
    answer
        Number of last positions that predict a token of the answer; only
        these go through the last block and the output layer.
    width, layers, heads
        Model width, number of blocks, attention heads (a divisor of `width`).
    """

    vocabulary: int
    positions: int
    answer: int
    width: int
    layers: int
    heads: int

    @property
    def non_embedding_parameters(self) -> int:
        """Parameters outside the token, position and output embeddings."""
        per_block = 12 * self.width**2 + 13 * self.width
        return self.layers * per_block + 2 * self.width


def initialise(key: jax.Array, shape: TransformerShape) -> Params:
    """Draw fresh parameters (normal weights, zero biases, residual outputs scaled by depth)."""
    width = shape.width
    keys = iter(jax.random.split(key, 3 + 4 * shape.layers))

    def weight(rows: int, columns: int, scale: float = 1.0) -> jax.Array:
        return jax.random.normal(next(keys), (rows, columns)) * scale / jnp.sqrt(rows)

    def norm() -> Params:
        return {"scale": jnp.ones(width), "bias": jnp.zeros(width)}

    residual = (2 * shape.layers) ** -0.5
    return {
        "token": jax.random.normal(next(keys), (shape.vocabulary, width)) * 0.5,
        "position": jax.random.normal(next(keys), (shape.positions, width)) * 0.5,
        "output": weight(width, shape.vocabulary),
        "norm": norm(),
        "blocks": [
            {
                "norm_attention": norm(),
                "qkv": weight(width, 3 * width),
                "qkv_bias": jnp.zeros(3 * width),
                "attended": weight(width, width, residual),
                "attended_bias": jnp.zeros(width),
                "norm_feed": norm(),
                "rise": weight(width, 4 * width),
                "rise_bias": jnp.zeros(4 * width),
                "fall": weight(4 * width, width, residual),
                "fall_bias": jnp.zeros(width),
            }
            for _ in range(shape.layers)
        ],
    }


def _normalise(x: jax.Array, norm: Params) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    spread = jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return centred * spread * norm["scale"] + norm["bias"]


def _attend(x: jax.Array, block: Params, heads: int, kept: int) -> jax.Array:
    batch, positions, width = x.shape
    query_weight, memory_weight = jnp.split(block["qkv"], [width], axis=1)
    query_bias, memory_bias = jnp.split(block["qkv_bias"], [width])
    query = x[:, -kept:] @ query_weight + query_bias
    key, value = jnp.split(x @ memory_weight + memory_bias, 2, axis=-1)

    def by_head(y: jax.Array) -> jax.Array:
        return y.reshape(batch, -1, heads, width // heads).transpose(0, 2, 1, 3)

    query, key, value = by_head(query), by_head(key), by_head(value)
    affinity = query @ key.transpose(0, 1, 3, 2) * (width // heads) ** -0.5
    causal = jnp.tril(jnp.ones((positions, positions), bool))[-kept:]
    mixed = jax.nn.softmax(jnp.where(causal, affinity, -1e9), axis=-1) @ value
    mixed = mixed.transpose(0, 2, 1, 3).reshape(batch, kept, width)
    return mixed @ block["attended"] + block["attended_bias"]


def answer_logits(params: Params, tokens: jax.Array, shape: TransformerShape) -> jax.Array:
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
    x = params["token"][tokens] + params["position"]
    for number, block in enumerate(params["blocks"]):
        last = number == shape.layers - 1
        kept = shape.answer if last else shape.positions
        attended = _attend(_normalise(x, block["norm_attention"]), block, shape.heads, kept)
        x = x[:, -kept:] + attended
        risen = _normalise(x, block["norm_feed"]) @ block["rise"] + block["rise_bias"]
        x = x + jax.nn.relu(risen) @ block["fall"] + block["fall_bias"]
    return _normalise(x, params["norm"]) @ params["output"]

"""Addition modulo p as a task, and the one-layer transformer that learns it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def split_pairs(modulus: int, train_share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split all pairs so that (a, b) and (b, a) always fall on the same side.

    Parameters
    ----------
    modulus
        p; pairs of the numbers 0 … p - 1.
    train_share
        Share of the p (p + 1) / 2 unordered pairs to train on, 0 to 1.
    seed
        Of the draw.

    Returns
    -------
    train, test : numpy.ndarray
        Ordered pairs, shape ``(n, 2)``; together all p² of them.

    Examples
    --------
    >>> train, test = split_pairs(5, 0.4, seed=0)
    >>> len(train) + len(test)
    25
    >>> set(map(tuple, train)) & set(map(tuple, test[:, ::-1]))
    set()
    """
    low, high = np.triu_indices(modulus)
    kept = np.zeros((modulus, modulus), bool)
    drawn = np.random.default_rng(seed).permutation(len(low))[: round(train_share * len(low))]
    kept[low[drawn], high[drawn]] = True
    kept |= kept.T
    return np.argwhere(kept), np.argwhere(~kept)


def initialise(key: jax.Array, modulus: int, width: int, feed: int) -> dict[str, jax.Array]:
    """Draw fresh parameters: normal, of variance one over the number of inputs; zero biases.

    Parameters
    ----------
    key
        Of the draw.
    modulus, width, feed
        p, width of the model, width of the feed-forward layer.
    """
    shapes = {
        "number": (modulus, width),
        "equals": (1, width),
        "position": (3, width),
        "query": (width, width),
        "key": (width, width),
        "value": (width, width),
        "attended": (width, width),
        "rise": (width, feed),
        "fall": (feed, width),
        "output": (width, modulus),
    }
    embeddings = ("number", "equals", "position")
    params = {
        name: jax.random.normal(part, shape) * (width if name in embeddings else shape[0]) ** -0.5
        for part, (name, shape) in zip(
            jax.random.split(key, len(shapes)), shapes.items(), strict=True
        )
    }
    return params | {"rise_bias": jnp.zeros(feed), "fall_bias": jnp.zeros(width)}


def answer_logits(
    params: Any, first: np.ndarray | jax.Array, second: np.ndarray | jax.Array, heads: int
) -> jax.Array:
    """Logits of a + b, read at the last of the three tokens "a b =".

    One block without layer normalisation: attention, then a ReLU feed-forward.

    Parameters
    ----------
    params
        From `initialise`.
    first, second
        One-hot rows, shape ``(batch, p)``.
    heads
        Attention heads.

    Returns
    -------
    jax.Array
        Shape ``(batch, p)``.
    """
    width = params["query"].shape[0]
    one = jnp.ones((len(first), 1))
    last = params["equals"] + params["position"][2]
    tokens = (
        (first, params["number"], 0),
        (second, params["number"], 1),
        (one, params["equals"], 2),
    )
    query = (last @ params["query"]).reshape(heads, width // heads)
    affinity, values = [], []
    for hot, table, place in tokens:
        row = table + params["position"][place]
        key = (row @ params["key"]).reshape(-1, heads, width // heads)
        affinity.append(hot @ ((key * query).sum(-1) * (width // heads) ** -0.5))
        values.append(hot @ (row @ params["value"]))
    attention = jax.nn.softmax(jnp.stack(affinity, 1), axis=1)
    mixed = (
        attention[..., None] * jnp.stack(values, 1).reshape(len(first), 3, heads, width // heads)
    ).sum(1)
    x = last + mixed.reshape(len(first), width) @ params["attended"]
    x = x + jax.nn.relu(x @ params["rise"] + params["rise_bias"]) @ params["fall"]
    return (x + params["fall_bias"]) @ params["output"]

"""The kinds of network that the experiments train, behind one pair of functions."""

from __future__ import annotations

from typing import Any

import jax

from . import recurrent, transformer
from .recurrent import RecurrentShape
from .transformer import TransformerShape

Shape = TransformerShape | RecurrentShape


def initialise(key: jax.Array, shape: Shape) -> dict[str, Any]:
    """Draw fresh parameters of a network of this shape."""
    if isinstance(shape, RecurrentShape):
        return recurrent.initialise(key, shape)
    return transformer.initialise(key, shape)


def answer_logits(params: dict[str, Any], tokens: jax.Array, shape: Shape) -> jax.Array:
    """Logits of the answer's tokens, shape ``(batch, answer, vocabulary)``."""
    if isinstance(shape, RecurrentShape):
        return recurrent.answer_logits(params, tokens, shape)
    return transformer.answer_logits(params, tokens, shape)

"""What trained networks answer: losses of the right answer, greedy answers."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .networks import Shape, answer_logits


def token_losses(
    params: Any, rows: jax.Array, shape: Shape, symbols: int | None = None
) -> jax.Array:
    """Negative log-probability of each token of the right answer.

    Parameters
    ----------
    params
        Of a network of this shape.
    rows
        Integers, shape ``(batch, positions + 1)``: prompt and answer.
    shape
        The network's.
    symbols
        Only the first so many symbols can occur in an answer; None: all can.

    Returns
    -------
    jax.Array
        Shape ``(batch, answer)``, nats.
    """
    logits = answer_logits(params, rows[:, :-1], shape)[..., :symbols]
    hot = jax.nn.one_hot(rows[:, -shape.answer :], logits.shape[-1])
    return -(jax.nn.log_softmax(logits) * hot).sum(-1)


class Greedy:
    """Greedy answers of one network, compiled once for any number of calls of one size.

    Parameters
    ----------
    shape
        The network's.
    blank
        Symbol that stands in the answer's places before they are written.
    symbols
        Only the first so many symbols can be written; None: all can.
    """

    def __init__(self, shape: Shape, blank: int, symbols: int | None = None) -> None:
        self.shape, self.blank = shape, blank
        self._logits = jax.jit(
            lambda params, rows: answer_logits(params, rows[:, :-1], shape)[..., :symbols]
        )

    def __call__(self, params: Any, rows: np.ndarray) -> np.ndarray:
        """Answers, shape ``(batch, answer)``; what `rows` holds there is not looked at."""
        answer = self.shape.answer
        asked = np.array(rows)
        asked[:, -answer:] = self.blank
        for place in range(answer):
            logits = self._logits(params, jnp.asarray(asked))[:, place]
            asked[:, -answer + place] = np.asarray(logits.argmax(-1))
        return asked[:, -answer:]

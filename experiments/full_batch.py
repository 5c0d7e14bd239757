"""Train on all examples at every step, and keep the parameters of many steps."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

Params = dict[str, Any]


def train_full_batch(
    params: Params,
    loss: Callable[[Params], jax.Array],
    optimiser: optax.GradientTransformation,
    kept_steps: np.ndarray,
    *,
    checkpoint: Path,
    fingerprint: dict[str, Any],
    saves: int = 7,
    on_steps: Callable[[int], None] = lambda _done: None,
) -> dict[str, np.ndarray]:
    """Train, or go on from `checkpoint` where an earlier call was cut off.

    Parameters
    ----------
    params
        Initial parameters by name (ignored when a checkpoint is found).
    loss
        Of the parameters, on all examples.
    optimiser
        Of optax.
    kept_steps
        Numbers of steps after which parameters are kept, rising, from 1; the last ends
        training.
    checkpoint
        File to save to (atomically) and resume from.
    fingerprint
        JSON-able facts of the run; a checkpoint with other facts is refused.
    saves
        How often to save.
    on_steps
        Called with the number of steps just done.

    Returns
    -------
    dict of numpy.ndarray
        Parameters by name, with a first axis over `kept_steps`.

    Raises
    ------
    ValueError
        The checkpoint belongs to another configuration.
    """

    def one_step(_step: Any, carry: Any) -> Any:
        params, state = carry
        update, state = optimiser.update(jax.grad(loss)(params), state, params)
        return optax.apply_updates(params, update), state

    @jax.jit
    def many_steps(carry: Any, steps: Any) -> Any:
        return jax.lax.fori_loop(0, steps, one_step, carry)

    carry: Any = (params, optimiser.init(params))
    kept = {
        name: np.zeros((len(kept_steps), *leaf.shape), np.float32) for name, leaf in params.items()
    }
    reached, facts = 0, json.dumps(fingerprint, sort_keys=True)
    if checkpoint.exists():
        saved = pickle.loads(checkpoint.read_bytes())
        if saved["facts"] != facts:
            raise ValueError(
                f"{checkpoint} was written by another configuration ({saved['facts']}; expected "
                f"{facts}). Delete it, or give another output folder."
            )
        carry = jax.tree.unflatten(jax.tree.structure(carry), saved["leaves"])
        kept, reached = saved["kept"], saved["reached"]
        on_steps(int(kept_steps[reached - 1]))
    gaps = np.diff(kept_steps, prepend=0)
    between = -(-len(gaps) // saves)
    for index in range(reached, len(gaps)):
        carry = many_steps(carry, int(gaps[index]))
        for name, leaf in carry[0].items():
            kept[name][index] = leaf
        on_steps(int(gaps[index]))
        if (index + 1) % between == 0 or index + 1 == len(gaps):
            checkpoint.parent.mkdir(parents=True, exist_ok=True)
            partial = checkpoint.with_suffix(".partial")
            leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(carry)]
            saved = {"facts": facts, "leaves": leaves, "kept": kept, "reached": index + 1}
            partial.write_bytes(pickle.dumps(saved))
            partial.replace(checkpoint)
    return kept

"""Train one network: optimiser, schedule, checkpoints, resume.

Shared by the experiments; what is learnt (data, loss, network) is theirs.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

Loss = Callable[[Any, Any], jax.Array]
"""``(params, batch) -> mean loss``."""


@dataclass(frozen=True)
class Schedule:
    """AdamW with clipping, linear warm-up and a cosine down to `final` of the peak.

    Parameters
    ----------
    steps, warm_up
        Optimiser steps in all, and of these the ones that warm up.
    batch
        Examples a step.
    weight_decay, clip, final
        Decoupled weight decay, global gradient norm limit, last learning
        rate as a share of the peak.
    """

    steps: int
    batch: int = 256
    warm_up: int = 100
    weight_decay: float = 0.01
    clip: float = 1.0
    final: float = 0.05

    def optimiser(self, learning_rate: float | jax.Array) -> optax.GradientTransformation:
        """Build the optimiser for one peak learning rate."""
        shape = optax.warmup_cosine_decay_schedule(
            init_value=0.0,
            peak_value=1.0,
            warmup_steps=min(self.warm_up, self.steps // 2),
            decay_steps=self.steps,
            end_value=self.final,
        )
        return optax.chain(
            optax.clip_by_global_norm(self.clip),
            optax.adamw(
                lambda count: learning_rate * shape(count),
                b1=0.9,
                b2=0.98,
                weight_decay=self.weight_decay,
            ),
        )


@dataclass
class Trained:
    """A trained network.

    Attributes
    ----------
    params
        Its parameters.
    log
        Steps done, and the mean training loss of the last chunk of them.
    kept
        Parameters after each of the steps that were to be kept.
    """

    params: Any
    log: list[tuple[int, float]]
    kept: dict[int, Any]


@lru_cache(maxsize=64)
def _program(loss: Loss, schedule: Schedule) -> Callable[..., tuple[Any, jax.Array]]:
    """Several steps, compiled once for all runs that share network, loss and schedule.

    Examples, their order and the learning rate are arguments of it, not constants.
    """

    @jax.jit
    def many_steps(
        carry: Any, steps: jax.Array, examples: jax.Array, order: jax.Array, rate: jax.Array
    ) -> tuple[Any, jax.Array]:
        optimiser = schedule.optimiser(rate)

        def one_step(carry: Any, step: jax.Array) -> tuple[Any, jax.Array]:
            params, state = carry
            chosen = jax.random.randint(
                jax.random.fold_in(order, step), (schedule.batch,), 0, len(examples)
            )
            value, gradient = jax.value_and_grad(loss)(params, examples[chosen])
            update, state = optimiser.update(gradient, state, params)
            return (optax.apply_updates(params, update), state), value

        return jax.lax.scan(one_step, carry, steps)

    return many_steps


def train(
    params: Any,
    loss: Loss,
    examples: np.ndarray | jax.Array,
    schedule: Schedule,
    *,
    learning_rate: float,
    seed: int,
    checkpoint: Path,
    fingerprint: dict[str, Any],
    chunk: int = 50,
    chunks_between_saves: int = 10,
    keep: Sequence[int] = (),
    on_steps: Callable[[int], None] = lambda _done: None,
) -> Trained:
    """Train, or go on from `checkpoint` where an earlier call was cut off.

    Parameters
    ----------
    params
        Initial parameters (ignored when a checkpoint is found).
    loss
        ``(params, batch) -> mean loss``, with batch of shape ``(schedule.batch, …)``. Give
        the same function for every run of a network, and it is compiled once.
    examples
        Training examples, first axis over examples; kept on the device.
    schedule, learning_rate
        How to train; peak learning rate.
    seed
        Seed of the order of the examples. The batch of step `s` depends only
        on `seed` and `s`, so a resumed run equals an uninterrupted one.
    checkpoint
        File to save to (atomically) and resume from.
    fingerprint
        JSON-able facts of the run; a checkpoint with other facts is refused.
    chunk, chunks_between_saves
        Steps compiled into one call; calls between two saves.
    keep
        Numbers of steps after which the parameters are kept: 0, multiples of
        `chunk`, or the last step.
    on_steps
        Called with the number of steps just done.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        The checkpoint belongs to another configuration, or a step to keep
        falls within a chunk.
    """
    odd = [step for step in keep if step % chunk and step != schedule.steps]
    if odd:
        raise ValueError(f"keep holds {odd[0]}; expected multiples of chunk ({chunk})")
    carry = params, schedule.optimiser(learning_rate).init(params)
    many_steps = _program(loss, schedule)
    device_examples = jax.numpy.asarray(examples)
    order = jax.random.key(seed)
    done, log = 0, []
    kept = dict.fromkeys(keep, params)
    if checkpoint.exists():
        (carry, kept), done, log = load_checkpoint(checkpoint, (carry, kept), fingerprint)
        on_steps(done)
    chunks = 0
    while done < schedule.steps:
        steps = jax.numpy.arange(done, min(done + chunk, schedule.steps))
        carry, values = many_steps(carry, steps, device_examples, order, learning_rate)
        done += len(steps)
        log.append((done, float(values.mean())))
        if done in kept:
            kept[done] = carry[0]
        chunks += 1
        on_steps(len(steps))
        if chunks % chunks_between_saves == 0 or done == schedule.steps:
            save_checkpoint(checkpoint, (carry, kept), done, log, fingerprint)
    return Trained(carry[0], log, kept)


def save_checkpoint(path: Path, carry: Any, done: int, log: list, fingerprint: dict) -> None:
    """Write parameters and optimiser state, steps done and log, atomically."""
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(carry)]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        header = json.dumps({"fingerprint": fingerprint, "done": done, "log": log})
        pickle.dump({"header": header, "leaves": leaves}, file)
    partial.replace(path)


def load_checkpoint(path: Path, carry: Any, fingerprint: dict) -> tuple[Any, int, list]:
    """Read what `save_checkpoint` wrote, in the structure of `carry`; refuse another run's."""
    with path.open("rb") as file:
        saved = pickle.load(file)
    header = json.loads(saved["header"])
    wanted = json.loads(json.dumps(fingerprint))
    if header["fingerprint"] != wanted:
        differing = sorted(
            key
            for key in wanted.keys() | header["fingerprint"].keys()
            if wanted.get(key) != header["fingerprint"].get(key)
        )
        raise ValueError(
            f"{path} was written by another configuration (it differs in "
            f"{', '.join(differing)}). Delete it, or give another output folder."
        )
    leaves = [jax.numpy.asarray(leaf) for leaf in saved["leaves"]]
    carry = jax.tree.unflatten(jax.tree.structure(carry), leaves)
    return carry, header["done"], [tuple(entry) for entry in header["log"]]

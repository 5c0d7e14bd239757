"""The family that learns to add: its members, their training, and what they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from .addition_task import DIGITS, ORDERS, SYMBOLS, Pairs, split_pairs
from .answering import Greedy, token_losses
from .networks import Shape, initialise
from .recurrent import RecurrentShape
from .runs import Run
from .training import Schedule, Trained, train
from .transformer import TransformerShape


@dataclass(frozen=True)
class Member:
    """One network of a family.

    Parameters
    ----------
    family
        ``'transformer'`` or ``'GRU'``.
    width, layers, heads
        Its size; a GRU has one layer and no heads.
    """

    family: str
    width: int
    layers: int = 1
    heads: int = 1

    @property
    def name(self) -> str:
        """Model name, such as ``w16-l2`` or ``gru-w16``."""
        return f"gru-w{self.width}" if self.family == "GRU" else f"w{self.width}-l{self.layers}"


@dataclass(frozen=True)
class Sweep:
    """How the learning rate of each member is chosen.

    Parameters
    ----------
    factors
        Family, and what its rule for the learning rate is multiplied by at first.
    extensions
        How often the grid may be continued by a factor of two at the end where the best lies.
    steps, seeds
        Steps of a trial, and its seeds, which no reported run has.
    """

    factors: tuple[tuple[str, tuple[float, ...]], ...] = (
        ("transformer", (0.5, 1.0, 2.0)),
        ("GRU", (1.0, 2.0, 4.0)),
    )
    extensions: int = 4
    steps: int = 1500
    seeds: tuple[int, ...] = (100, 101, 102)


@dataclass(frozen=True)
class Addition:
    """Configuration of the experiment; saved beside its results.

    Parameters
    ----------
    members
        Networks, smallest first within a family.
    seeds
        Each trained at every size, in every order.
    more_seeds
        Trained, too, where these disagree, and at the sizes on either side of a change.
    solved
        A run has solved its task when it answers more than this share of the held-out sums.
    digits
        Digits of a summand; an answer has one more.
    orders
        How answers are written.
    held_out, validation
        Sums asked of every model, and sums that learning rates are chosen on.
        Neither they nor their mirrors are trained on.
    split_seed
        Seed of the choice of these sums.
    schedule, sweep
        How members are trained, and how their learning rates are chosen.
    chains, links
        Chains of additions asked of every model, and their length.
    over_time, over_time_seed, over_time_items
        Names of the members that are also evaluated during training (in the
        first of the orders), the seed, and how many of the held-out sums they are asked.
    """

    members: tuple[Member, ...] = (
        Member("transformer", 3, 1, 1),
        Member("transformer", 4, 1, 1),
        Member("transformer", 6, 1, 1),
        Member("transformer", 8, 1, 2),
        Member("transformer", 8, 2, 2),
        Member("transformer", 12, 2, 2),
        Member("transformer", 16, 2, 2),
        Member("transformer", 24, 2, 2),
        Member("transformer", 40, 2, 2),
        Member("GRU", 8),
        Member("GRU", 16),
        Member("GRU", 32),
        Member("GRU", 64),
        Member("GRU", 96),
        Member("GRU", 128),
    )
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    more_seeds: tuple[int, ...] = tuple(range(5, 20))
    solved: float = 0.8
    digits: int = 3
    orders: tuple[str, ...] = ORDERS
    held_out: int = 1000
    validation: int = 500
    split_seed: int = 0
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=6000, batch=128))
    sweep: Sweep = field(default_factory=Sweep)
    chains: int = 1000
    links: int = 12
    over_time: tuple[str, ...] = ("w4-l1", "w6-l1", "w24-l2")
    over_time_seed: int = 0
    over_time_items: int = 500

    @classmethod
    def quick(cls) -> Addition:
        """A size that trains in under a minute: two digits, two models, few steps."""
        return cls(
            members=(Member("transformer", 12, 1, 2), Member("GRU", 16)),
            seeds=(0,),
            more_seeds=(),
            digits=2,
            orders=("reversed",),
            held_out=100,
            validation=50,
            schedule=Schedule(steps=300, batch=64),
            sweep=Sweep(
                factors=(("transformer", (1.0,)), ("GRU", (1.0, 2.0))),
                extensions=0,
                steps=50,
                seeds=(100,),
            ),
            chains=100,
            links=4,
            over_time=("w12-l1",),
            over_time_items=10,
        )

    def learning_rates(self, member: Member) -> list[float]:
        """The rates that are tried first: a rule of the width, times the family's factors."""
        rule = 0.02 * (12 / max(member.width, 12)) ** 0.91
        return [rule * factor for factor in dict(self.sweep.factors)[member.family]]

    def task(self, order: str) -> str:
        """Name of the task, such as ``3-digit addition, plain``."""
        return f"{self.digits}-digit addition, {order}"

    def pairs(self, part: str) -> Pairs:
        """The sums of one part: ``train``, ``held_out`` or ``validation``."""
        split = split_pairs(self.digits, self.held_out, self.validation, self.split_seed)
        return split[part]


def shape_of(config: Addition, member: Member) -> Shape:
    """The network of one member."""
    places = {
        "vocabulary": len(SYMBOLS),
        "positions": 3 * config.digits + 2,
        "answer": config.digits + 1,
        "width": member.width,
    }
    if member.family == "GRU":
        return RecurrentShape(**places)
    return TransformerShape(**places, layers=member.layers, heads=member.heads)


@lru_cache(maxsize=64)
def _loss_of(shape: Shape) -> Callable[[Any, jax.Array], jax.Array]:
    def loss(params: Any, rows: jax.Array) -> jax.Array:
        return token_losses(params, rows.astype("int32"), shape, DIGITS).mean()

    return loss


@lru_cache(maxsize=2)
def _training_rows(config: Addition, order: str) -> jax.Array:
    return jnp.asarray(config.pairs("train").rows(config.digits, order))


def train_member(
    config: Addition,
    member: Member,
    order: str,
    seed: int,
    learning_rate: float,
    checkpoint: Path,
    schedule: Schedule,
    on_steps: Callable[[int], None],
    **how: Any,
) -> Trained:
    """Train one member with one seed, or read what an earlier call trained.

    Parameters
    ----------
    config, member, order, seed, learning_rate, schedule
        What to train.
    checkpoint
        File to save to and go on from.
    on_steps
        Called with the number of steps just done.
    how
        Handed on to `train`.
    """
    shape = shape_of(config, member)

    fingerprint = {
        "member": asdict(member),
        "order": order,
        "seed": seed,
        "learning_rate": learning_rate,
        "schedule": asdict(schedule),
        **{
            name: getattr(config, name)
            for name in ("digits", "held_out", "validation", "split_seed")
        },
    }
    return train(
        initialise(jax.random.key(seed), shape),
        _loss_of(shape),
        _training_rows(config, order),
        schedule,
        learning_rate=learning_rate,
        seed=seed + 1000,
        checkpoint=checkpoint,
        fingerprint=fingerprint,
        on_steps=on_steps,
        **how,
    )


def run_of(
    config: Addition,
    name: str,
    function: Callable[..., pd.DataFrame],
    arguments: tuple[Any, ...],
    steps: int,
) -> Run:
    """A run whose first argument is the member; its cost grows with steps and parameters."""
    size = shape_of(config, arguments[0]).non_embedding_parameters
    return Run(name, function, (config, *arguments), steps, steps * (3000.0 + size))


def facts(config: Addition, member: Member, seed: int, steps: int) -> dict[str, Any]:
    """Columns that a run's rows share: family, model, size, compute, seed."""
    shape = shape_of(config, member)
    tokens = float(config.schedule.batch * shape.positions * steps)
    return {
        "family": member.family,
        "model": member.name,
        "params": shape.non_embedding_parameters,
        "params_kind": "non_embedding",
        "flops": 6.0 * shape.non_embedding_parameters * tokens,
        "tokens": tokens,
        "step": steps,
        "seed": seed,
    }


@lru_cache(maxsize=64)
class Examination:
    """Held-out sums, asked of any number of networks of one shape; compiled once."""

    def __init__(self, config: Addition, member: Member) -> None:
        self.config, self.member = config, member
        shape = shape_of(config, member)
        self._losses = jax.jit(lambda params, rows: token_losses(params, rows, shape, DIGITS))
        self.greedy = Greedy(shape, blank=0, symbols=DIGITS)

    def ask(
        self, params: Any, order: str, seed: int, steps: int, items: int | None = None
    ) -> pd.DataFrame:
        """One row a sum (all, or the first `items`), columns of a samples table."""
        pairs = self.config.pairs("held_out")
        rows = pairs.rows(self.config.digits, order)[:items].astype(np.int32)
        losses = np.asarray(self._losses(params, rows))
        answer = losses.shape[1]
        texts = ["".join(SYMBOLS[token] for token in row) for row in rows]
        return pd.DataFrame(
            {
                **facts(self.config, self.member, seed, steps),
                "loss": float(losses.mean()),
                "task": self.config.task(order),
                "item": np.arange(len(losses)),
                "prompt": [text[:-answer] for text in texts],
                "target": [" ".join(text[-answer:]) for text in texts],
                "output": [
                    " ".join(SYMBOLS[token] for token in row) for row in self.greedy(params, rows)
                ],
                "token_logprobs": list(-losses),
            }
        )

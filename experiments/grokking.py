"""A one-layer transformer learns addition modulo 59, first by heart, then by rule.

All pairs (a, b) are split as *unordered* pairs: a random split of ordered ones would put the
mirror image (b, a) of many test pairs into training. With strong weight decay the test
accuracy jumps long after the training accuracy ("grokking": Power et al. 2022,
arXiv:2201.02177); without it, in the same number of steps, it does not.

Run it with ``python -m experiments grokking``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
import pandas as pd

from . import fourier
from .full_batch import train_full_batch
from .modular_addition import answer_logits, initialise, split_pairs
from .runs import Run, run_all, save_configuration

TASK = "addition modulo {modulus}"
LOWER_IS_BETTER = {
    "train_loss": True,
    "test_loss": True,
    "train_accuracy": False,
    "test_accuracy": False,
    "weight_norm": True,
    "fourier_share": False,
    "restricted_loss": True,
    "excluded_loss": True,
}


@dataclass(frozen=True)
class Condition:
    """One way to train.

    Parameters
    ----------
    name
        What the family is called.
    weight_decay
        Decoupled weight decay (AdamW).
    train_share
        Share of the unordered pairs that is trained on.
    seeds
        Each draws its own split and its own initial parameters.
    """

    name: str
    weight_decay: float
    train_share: float
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Grokking:
    """Configuration of the experiment; saved beside its results.

    Parameters
    ----------
    conditions
        Ways to train that are compared.
    modulus
        p, odd.
    width, heads, feed
        Model width, attention heads (a divisor of `width`), width of the feed-forward.
    steps, warm_up, learning_rate
        Full-batch steps in all; of these the ones that warm up; rate after that.
    early_points, early_steps, every
        Logged: `early_points` log-spaced steps from 1 to `early_steps`, then each
        `every` steps.
    key_frequencies
        Number of Fourier frequencies followed.
    """

    conditions: tuple[Condition, ...] = (
        Condition("weight decay 2", 2.0, 0.6, (0, 1, 2, 3, 4)),
        Condition("no weight decay", 0.0, 0.6, (0, 1, 2, 3, 4)),
        Condition("weight decay 2, fewer pairs", 2.0, 0.4, (0, 1, 2, 3, 4)),
    )
    modulus: int = 59
    width: int = 64
    heads: int = 4
    feed: int = 256
    steps: int = 6000
    warm_up: int = 10
    learning_rate: float = 3e-3
    early_points: int = 70
    early_steps: int = 200
    every: int = 25
    key_frequencies: int = 5

    @classmethod
    def quick(cls) -> Grokking:
        """A small modulus that trains in seconds: long enough to learn by heart."""
        return cls(
            conditions=(
                Condition("weight decay 2", 2.0, 0.5, (0,)),
                Condition("no weight decay", 0.0, 0.5, (0,)),
            ),
            modulus=13,
            width=32,
            feed=64,
            steps=400,
            early_points=20,
            early_steps=50,
        )

    def logged_steps(self) -> np.ndarray:
        """Steps after which everything is measured, rising, without repeats."""
        early = np.geomspace(1, self.early_steps, self.early_points).round()
        late = np.arange(self.early_steps, self.steps + 1, self.every)
        return np.unique(np.concatenate([early, late, [self.steps]])).astype(int)


def weight_norm(params: Any) -> float:
    """Euclidean length of all parameters as one vector."""
    return float(
        np.sqrt(sum((np.asarray(leaf, float) ** 2).sum() for leaf in jax.tree.leaves(params)))
    )


def train_snapshots(
    config: Grokking,
    condition: Condition,
    seed: int,
    checkpoint: Path,
    on_steps: Callable[[int], None] = lambda _done: None,
) -> dict[str, np.ndarray]:
    """Train, or go on where an earlier call was cut off, and keep every logged step's parameters.

    Returns
    -------
    dict of numpy.ndarray
        Parameters by name, with a first axis over `Grokking.logged_steps`.
    """
    pairs, _ = split_pairs(config.modulus, condition.train_share, seed)
    hot = np.eye(config.modulus, dtype=np.float32)
    first, second, right = (hot[part] for part in (*pairs.T, pairs.sum(1) % config.modulus))

    def loss(params: Any) -> jax.Array:
        logits = answer_logits(params, first, second, config.heads)
        # Not log_softmax: in 32 bits its gradient at the right option rounds to zero once the
        # training pairs are known by heart, and nothing more is learnt.
        others = jax.nn.logsumexp(logits, axis=-1, b=1 - right)
        return jax.nn.softplus(others - (logits * right).sum(-1)).mean()

    rate = optax.linear_schedule(
        config.learning_rate / config.warm_up, config.learning_rate, config.warm_up - 1
    )
    return train_full_batch(
        initialise(jax.random.key(seed), config.modulus, config.width, config.feed),
        loss,
        optax.adamw(rate, b1=0.9, b2=0.98, weight_decay=condition.weight_decay),
        config.logged_steps(),
        checkpoint=checkpoint,
        fingerprint={
            **{key: value for key, value in asdict(config).items() if key != "conditions"},
            "condition": asdict(condition) | {"seeds": seed},
        },
        on_steps=on_steps,
    )


def measure(
    config: Grokking, condition: Condition, seed: int, kept: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Every measure at every logged step.

    The key frequencies are the leading ones of the *final* number embedding: hindsight, which
    nobody had during training.

    Returns
    -------
    pandas.DataFrame
        One row a step and metric, columns ``step``, ``metric``, ``value``, ``stderr`` (of
        losses) and ``key_frequencies``.
    """
    modulus = config.modulus
    train, test = split_pairs(modulus, condition.train_share, seed)
    grid = np.argwhere(np.ones((modulus, modulus), bool))
    hot = np.eye(modulus, dtype=np.float32)
    first, second = hot[grid[:, 0]], hot[grid[:, 1]]
    all_logits = jax.jit(lambda params: answer_logits(params, first, second, config.heads))
    total = np.add.outer(np.arange(modulus), np.arange(modulus)) % modulus
    keys = fourier.leading_frequencies(kept["number"][-1], config.key_frequencies)
    rows = []
    for index, step in enumerate(config.logged_steps()):
        params = {name: leaf[index] for name, leaf in kept.items()}
        logits = np.asarray(all_logits(params), float).reshape((modulus,) * 3)
        right = logits.argmax(-1) == total
        losses = {
            "train_loss": (fourier.cross_entropy(logits, train), train),
            "test_loss": (fourier.cross_entropy(logits, test), test),
            "restricted_loss": (fourier.restricted_loss(logits, keys, grid), grid),
            "excluded_loss": (fourier.excluded_loss(logits, keys, train), train),
        }
        measured = {
            **{name: (each.mean(), standard_error(each, pairs))
               for name, (each, pairs) in losses.items()},
            "train_accuracy": (right[tuple(train.T)].mean(), np.nan),
            "test_accuracy": (right[tuple(test.T)].mean(), np.nan),
            "weight_norm": (weight_norm(params), np.nan),
            "fourier_share": (fourier.fourier_share(params["number"], keys), np.nan),
        }  # fmt: skip
        rows += [(step, name, *measured[name]) for name in LOWER_IS_BETTER]
    long = pd.DataFrame(rows, columns=["step", "metric", "value", "stderr"])
    return long.assign(key_frequencies=" ".join(map(str, keys)))


def standard_error(losses: np.ndarray, pairs: np.ndarray) -> float:
    """Standard error of a mean loss; (a, b) and (b, a), which are treated much alike, are one item.

    Parameters
    ----------
    losses, pairs
        Shapes ``(n,)`` and ``(n, 2)``.
    """
    base = pairs.max() + 1
    _, item = np.unique(pairs.min(1) * base + pairs.max(1), return_inverse=True)
    deviation = np.bincount(item, weights=losses - losses.mean())
    items = len(deviation)
    return float(np.sqrt((deviation**2).sum() * items / (items - 1)) / len(losses))


def run_one(
    config: Grokking,
    condition: Condition,
    seed: int,
    folder: Path,
    on_steps: Callable[[int], None] = lambda _done: None,
) -> pd.DataFrame:
    """Train under one condition with one seed, and measure every logged step.

    Returns
    -------
    pandas.DataFrame
        Rows of a scores table: one a logged step and metric.
    """
    checkpoint = folder / f"{run_name(condition, seed)}.checkpoint"
    kept = train_snapshots(config, condition, seed, checkpoint, on_steps)
    long = measure(config, condition, seed, kept)
    train, test = split_pairs(config.modulus, condition.train_share, seed)
    n_items = {"train": len(train), "excluded": len(train), "test": len(test)}
    n_items["restricted"] = config.modulus**2
    return pd.DataFrame(
        {
            "family": condition.name,
            "model": condition.name,
            "params": sum(leaf[0].size for leaf in kept.values()),
            "params_kind": "total",
            "step": long["step"].astype("int32"),
            "seed": seed,
            "task": TASK.format(modulus=config.modulus),
            "metric": long["metric"],
            "value": long["value"].astype("float32"),
            # As 64 bits: not all readers keep 32 where cells are missing.
            "stderr": long["stderr"],
            "n_items": long["metric"].str.split("_").str[0].map(n_items),
            "lower_is_better": long["metric"].map(LOWER_IS_BETTER),
            "chance": np.where(long["metric"].str.endswith("accuracy"), 1 / config.modulus, np.nan),
            "key_frequencies": long["key_frequencies"],
        }
    )


def run_name(condition: Condition, seed: int) -> str:
    """File stem of one run."""
    return f"{condition.name.replace(',', '').replace(' ', '-')}-seed{seed}"


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train under every condition, write the configuration and the table, return its path."""
    config = Grokking.quick() if quick else Grokking()
    runs = [
        Run(
            run_name(condition, seed),
            run_one,
            (config, condition, seed),
            config.steps,
            config.steps,
        )
        for condition in config.conditions
        for seed in condition.seeds
    ]
    scores = run_all(runs, folder, workers=workers, device=device)
    save_configuration(asdict(config), scores, folder / "grokking.json")
    path = folder / "grokking.parquet"
    partial = path.with_suffix(".partial")
    scores.to_parquet(partial, index=False, compression="zstd", compression_level=19)
    partial.replace(path)
    return path

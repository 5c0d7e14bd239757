"""Classifiers of twelve widths read handwritten digits.

One forward pass gives the odds of all ten digits, so that accuracy, Brier score and *subset
accuracy* (K images of K right: section 5 of Schaeffer, Miranda and Koyejo 2023,
arXiv:2304.15004) are scores of the same outputs.

Run it with ``python -m experiments classifier``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from .digits import PIXELS, split_digits
from .runs import Run, run_all, save_configuration
from .training import Schedule, train

TASK = "digit_recognition"
OPTIONS = 10


@dataclass(frozen=True)
class Classifier:
    """Configuration of the experiment; saved beside its results.

    Parameters
    ----------
    widths, seeds
        Units of the one hidden layer, smallest first; seeds, each trained at every width.
    held_out, split_seed
        Images kept from training, and the seed of their choice (the same for all runs).
    learning_rate
        Peak learning rate of every width: the middle one of 0.003, 0.01 and 0.03, tried with
        one seed at widths from 1 to 128. 0.03 did better up to width 3, worse from 8.
    schedule
        How every width is trained.
    """

    widths: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 8, 12, 16, 32, 64, 128)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    held_out: int = 500
    split_seed: int = 0
    learning_rate: float = 1e-2
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=1000))

    @classmethod
    def quick(cls) -> Classifier:
        """A size that trains in seconds: three widths, one seed, few steps."""
        return cls(
            widths=(1, 4, 32), seeds=(0,), held_out=200, schedule=Schedule(steps=200, warm_up=20)
        )


def parameters_of(width: int) -> int:
    """Parameters in all: weights and biases of both layers."""
    return (PIXELS + 1) * width + (width + 1) * OPTIONS


def initialise(key: jax.Array, width: int) -> dict[str, jax.Array]:
    """Draw fresh parameters: normal weights, zero biases."""
    hidden, output = jax.random.split(key)
    return {
        "hidden": jax.random.normal(hidden, (PIXELS, width)) * PIXELS**-0.5,
        "hidden_bias": jnp.zeros(width),
        "output": jax.random.normal(output, (width, OPTIONS)) * width**-0.5,
        "output_bias": jnp.zeros(OPTIONS),
    }


def log_odds(params: Any, images: np.ndarray | jax.Array) -> jax.Array:
    """Log-probability of each digit, shape ``(n, 10)``."""
    units = jax.nn.gelu(images @ params["hidden"] + params["hidden_bias"])
    return jax.nn.log_softmax(units @ params["output"] + params["output_bias"])


def run_one(
    config: Classifier,
    width: int,
    seed: int,
    folder: Path,
    on_steps: Callable[[int], None] = lambda _done: None,
) -> pd.DataFrame:
    """Train one width with one seed and let it read the held-out images.

    Parameters
    ----------
    config, width, seed
        What to train.
    folder
        Where checkpoints live.
    on_steps
        Called with the number of steps just done.

    Returns
    -------
    pandas.DataFrame
        One row a held-out image, columns of a samples table; ``choice_logprobs_milli`` holds
        thousandths of nats.
    """
    digits = split_digits(config.held_out, config.split_seed)
    examples = np.column_stack([digits.train, np.eye(OPTIONS)[digits.train_labels]])

    def loss(params: Any, rows: jax.Array) -> jax.Array:
        return -(log_odds(params, rows[:, :PIXELS]) * rows[:, PIXELS:]).sum(-1).mean()

    trained = train(
        initialise(jax.random.key(seed), width),
        loss,
        examples.astype(np.float32),
        config.schedule,
        learning_rate=config.learning_rate,
        seed=seed + 1000,
        checkpoint=folder / f"h{width}-seed{seed}.checkpoint",
        fingerprint={
            "width": width,
            "seed": seed,
            **{
                key: value
                for key, value in asdict(config).items()
                if key not in ("widths", "seeds")
            },
        },
        on_steps=on_steps,
    )
    logprobs = np.asarray(log_odds(trained.params, digits.held_out))
    right = digits.labels.astype(np.int8)
    size, steps = parameters_of(width), config.schedule.steps
    return pd.DataFrame(
        {
            "family": "classifier",
            "model": f"h{width}",
            "params": size,
            "params_kind": "total",
            "flops": 6.0 * size * config.schedule.batch * steps,
            "step": steps,
            "loss": -logprobs[np.arange(len(right)), right].mean(dtype=float),
            "seed": seed,
            "task": TASK,
            "item": np.arange(len(right)),
            "target": right.astype(str),
            "output": logprobs.argmax(-1).astype(str),
            "right": right,
            "choice_logprobs_milli": list(
                np.rint(1000 * logprobs).clip(-32768, 0).astype(np.int16)
            ),
        }
    )


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train all widths, write configuration and table, return the table's path."""
    config = Classifier.quick() if quick else Classifier()
    runs = [
        Run(
            name=f"h{width}-seed{seed}",
            function=run_one,
            arguments=(config, width, seed),
            steps=config.schedule.steps,
            cost=1.0,
        )
        for seed in config.seeds
        for width in config.widths
    ]
    samples = run_all(runs, folder, workers=workers, device=device)
    save_configuration(asdict(config), samples, folder / "classifier.json")
    path = folder / "classifier.parquet"
    partial = path.with_suffix(".partial")
    samples.to_parquet(partial, index=False, compression="zstd", compression_level=19)
    partial.replace(path)
    return path

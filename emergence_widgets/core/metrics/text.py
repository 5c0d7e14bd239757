"""Scores of texts: outputs against targets, token by token.

A missing text (None or NaN) is an empty one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from itertools import takewhile

import numpy as np

from ..arrays import Floats
from .levenshtein import edits, similarity

Tokenizer = Callable[[str], Sequence[Hashable]]
Tokens = str | Tokenizer

SPLITTERS: dict[str, Tokenizer] = {"characters": list, "whitespace": str.split}


def tokenizer(tokens: Tokens) -> Tokenizer:
    """Function that splits a text: of ``'characters'``, ``'whitespace'``, or the given one."""
    if callable(tokens):
        return tokens
    if tokens not in SPLITTERS:
        raise ValueError(
            f"tokens is {tokens!r}; expected 'characters', 'whitespace' or a function from a "
            "text to its tokens"
        )
    return SPLITTERS[tokens]


def _by_pair(
    score: Callable[[str, str], float], targets: Sequence[str], outputs: Sequence[str]
) -> Floats:
    """A score of every row, computed once for each distinct pair: real outputs repeat a lot."""
    if isinstance(targets, str) or isinstance(outputs, str):
        raise TypeError(
            "targets and outputs are sequences of texts; for one pair, wrap it in lists"
        )
    if len(targets) != len(outputs):
        raise ValueError(f"{len(targets)} targets for {len(outputs)} outputs; expected one each")
    index: dict[tuple[str, str], int] = {}
    pairs = zip(map(_text, targets), map(_text, outputs), strict=True)
    rows = np.array([index.setdefault(pair, len(index)) for pair in pairs], dtype=np.intp)
    return np.array([score(*pair) for pair in index], dtype=float)[rows]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value)


def _splitter(tokens: Tokens) -> Tokenizer:
    """`tokenizer` with tokens that are equal only when they are equal."""
    # rapidfuzz compares other tokens than texts by their hash, in which `'a'` is 97.
    split = tokenizer(tokens)
    if not callable(tokens):
        return split
    index: dict[Hashable, int] = {}
    return lambda text: [index.setdefault(token, len(index)) for token in split(text)]


def exact_match(targets: Sequence[str], outputs: Sequence[str]) -> Floats:
    """1 where the output equals the target, else 0.

    Parameters
    ----------
    targets, outputs
        One text a row; white space at both ends does not count.

    Returns
    -------
    numpy.ndarray
        One number a row.

    Raises
    ------
    ValueError
        Unequal lengths.
    TypeError
        A single text in place of a sequence.

    Examples
    --------
    >>> exact_match(["12"], [" 12 "]).tolist()
    [1.0]
    """
    return _by_pair(lambda target, output: target.strip() == output.strip(), targets, outputs)


def token_edit_distance(
    targets: Sequence[str], outputs: Sequence[str], *, tokens: Tokens = "whitespace"
) -> Floats:
    """Tokens to insert, delete or replace to turn the output into the target (Levenshtein).

    Parameters
    ----------
    targets, outputs
        One text a row.
    tokens
        How texts are split, see `tokenizer`.

    Returns
    -------
    numpy.ndarray
        One whole number a row; lower is better.

    Examples
    --------
    >>> token_edit_distance(["AE B S"], ["AE P S"]).tolist()
    [1.0]
    """
    split = _splitter(tokens)
    return _by_pair(lambda target, output: edits(split(target), split(output)), targets, outputs)


def edit_similarity(
    targets: Sequence[str], outputs: Sequence[str], *, tokens: Tokens = "whitespace"
) -> Floats:
    """Edit distance as a share: ``1 - distance / max(len(target), len(output))``.

    Parameters
    ----------
    targets, outputs, tokens
        As for `token_edit_distance`.

    Returns
    -------
    numpy.ndarray
        In [0, 1], 1 for equal texts (two empty ones included).

    Examples
    --------
    >>> edit_similarity(["AE B S T"], ["AE P S T"]).tolist()
    [0.75]
    """
    split = _splitter(tokens)
    return _by_pair(
        lambda target, output: similarity(split(target), split(output)), targets, outputs
    )


def prefix_match(
    targets: Sequence[str], outputs: Sequence[str], *, tokens: Tokens = "whitespace"
) -> Floats:
    """Share of the target's tokens before the first wrong one; no tokens match no tokens."""
    split = _splitter(tokens)

    def share(target: str, output: str) -> float:
        wanted, given = split(target), split(output)
        if len(wanted) == 0:
            return float(len(given) == 0)
        right = takewhile(lambda pair: pair[0] == pair[1], zip(wanted, given, strict=False))
        return sum(1 for _ in right) / len(wanted)

    return _by_pair(share, targets, outputs)


def numeric_error(targets: Sequence[str], outputs: Sequence[str]) -> Floats:
    """Relative error of numbers: ``|output - target| / max(|target|, 1)``."""
    # Thousands separators (`,` and `_`) are dropped; NaN where one is no finite number.

    def error(target: str, output: str) -> float:
        wanted, given = _number(target), _number(output)
        # Halves, whose difference does not overflow.
        return abs(given / 2 - wanted / 2) / (max(abs(wanted), 1.0) / 2)

    return _by_pair(error, targets, outputs)


def _number(text: str) -> float:
    try:
        value = float(text.strip().replace(",", "").replace("_", ""))
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def chrf(targets: Sequence[str], outputs: Sequence[str]) -> Floats:
    """Character n-gram F-score (Popović 2015, as in sacrebleu, Post 2018), as a share."""
    # 0 where either text is empty, as sacrebleu has it.
    try:
        import sacrebleu
    except ImportError as missing:
        raise ImportError(
            "chrF needs sacrebleu: pip install 'emergence-widgets[text]'"
        ) from missing

    settings = sacrebleu.CHRF()
    orders, weight = range(1, settings.char_order + 1), settings.beta**2

    # sacrebleu counts what a target holds anew for every output.
    @cache
    def counted(target: str) -> list[Counter[str]]:
        whole = "".join(target.split())
        return [Counter(_ngrams(whole, order)) for order in orders]

    def share(target: str, output: str) -> float:
        given = "".join(output.split())
        precisions: list[float] = []
        recalls: list[float] = []
        for order, wanted in zip(orders, counted(target), strict=True):
            ngrams = _ngrams(given, order)
            if not (ngrams and wanted):
                break
            left = dict(wanted)
            found = 0
            for ngram in ngrams:
                if left.get(ngram):
                    left[ngram] -= 1
                    found += 1
            precisions.append(found / len(ngrams))
            recalls.append(found / wanted.total())
        if not any(precisions):
            return 0.0
        precision, recall = (sum(each) / len(each) for each in (precisions, recalls))
        return (1 + weight) * precision * recall / (weight * precision + recall)

    return _by_pair(share, targets, outputs)


def _ngrams(text: str, order: int) -> list[str]:
    return [text[at : at + order] for at in range(len(text) - order + 1)]

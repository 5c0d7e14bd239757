"""Scores of probabilities: of the target's tokens, and of the options of a question.

A row that holds a log-probability that is not known (NaN) has the score NaN. Options that are
all impossible (minus infinity) are an even choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Floats, Ints

Rows = Sequence[ArrayLike | None] | NDArray[Any]


def _flatten(rows: Rows) -> tuple[Floats, Ints]:
    """Ragged rows as one array and the length of each."""
    arrays = [np.atleast_1d(np.asarray(row, dtype=float)) for row in rows]
    for number, array in enumerate(arrays):
        if array.ndim != 1:
            raise ValueError(
                f"row {number} has shape {array.shape}; expected one log-probability a token or "
                "an option"
            )
    lengths = np.array([len(row) for row in arrays], dtype=np.intp)
    return (np.concatenate(arrays) if arrays else np.zeros(0)), lengths


def _sums(values: Floats, lengths: Ints) -> Floats:
    owner = np.repeat(np.arange(len(lengths)), lengths)
    return np.bincount(owner, weights=values, minlength=len(lengths)).astype(float)


def log_likelihood(token_logprobs: Rows) -> Floats:
    """Log-probability of the whole target, in nats; NaN for a row without tokens."""
    values, lengths = _flatten(token_logprobs)
    return np.where(lengths > 0, _sums(values, lengths), np.nan)


def token_loss(token_logprobs: Rows) -> Floats:
    """Mean negative log-probability of a target's tokens, in nats; NaN for none."""
    values, lengths = _flatten(token_logprobs)
    return np.where(lengths > 0, 0.0 - _sums(values, lengths) / np.maximum(lengths, 1), np.nan)


def _option_table(choice_logprobs: Rows, right: ArrayLike) -> tuple[Floats, Ints, Ints]:
    """Options as a table padded with minus infinity, the right one, and how many there are."""
    # A row of which a log-probability is not known (NaN) is NaN throughout.
    values, lengths = _flatten(choice_logprobs)
    index = np.asarray(right)
    if index.shape != lengths.shape:
        raise ValueError(f"{len(lengths)} rows of options for {index.size} right options")
    if len(index) and not np.issubdtype(index.dtype, np.integer):
        raise TypeError(f"right holds {index.dtype}; expected the index of the right option")
    wrong = (index < 0) | (index >= lengths)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"right[{row}] is {index[row]}, but the row has {lengths[row]} options (from 0)"
        )
    width = max([1, *lengths.tolist()])
    table = np.full((len(lengths), width), -np.inf)
    real = np.arange(width) < lengths[:, None]
    table[real] = values
    table[(np.isnan(table) | np.isposinf(table)).any(axis=1)] = np.nan
    # Options that are all impossible are an even choice.
    hopeless = (table == -np.inf).all(axis=1)
    table[hopeless] = np.where(real[hopeless], 0.0, -np.inf)
    return table, index.astype(np.intp)[:, None], lengths


def _shares(table: Floats) -> Floats:
    """Probabilities renormalised over the options."""
    weight = np.exp(table - table.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)


def multiple_choice_grade(choice_logprobs: Rows, right: ArrayLike) -> Floats:
    """1 where the right option has the most mass.

    Options that tie for the most share the point, so that a model that cannot tell them
    apart scores at chance.

    Parameters
    ----------
    choice_logprobs
        One sequence of log-probabilities, one an option, a row; lengths may differ.
    right
        Index of the right option, from 0.

    Returns
    -------
    numpy.ndarray
        In [0, 1]; chance is one over the number of options.

    Raises
    ------
    ValueError
        An index that is no option, or unequal numbers of rows.
    TypeError
        `right` holds no whole numbers.

    Examples
    --------
    >>> multiple_choice_grade([[-1.0, -2.0], [-1.0, -1.0]], [0, 1]).tolist()
    [1.0, 0.5]
    """
    table, index, _ = _option_table(choice_logprobs, right)
    best = table == table.max(axis=1, keepdims=True)
    hit = np.take_along_axis(best, index, axis=1)[:, 0]
    with np.errstate(invalid="ignore"):
        return hit / best.sum(axis=1)


def option_probability(choice_logprobs: Rows, right: ArrayLike) -> Floats:
    """Probability of the right option, renormalised over the options."""
    table, index, _ = _option_table(choice_logprobs, right)
    return np.take_along_axis(_shares(table), index, axis=1)[:, 0]


def option_margin(choice_logprobs: Rows, right: ArrayLike) -> Floats:
    """Log-probability of the right option less that of the best wrong one; NaN for one option."""
    table, index, lengths = _option_table(choice_logprobs, right)
    mine = np.take_along_axis(table, index, axis=1)[:, 0]
    np.put_along_axis(table, index, -np.inf, axis=1)
    return np.where((lengths < 2) | np.isnan(mine), np.nan, mine - table.max(axis=1))


def brier_score(choice_logprobs: Rows, right: ArrayLike) -> Floats:
    """Brier score over K options: ``sum_k (q_k - 1[k = right])**2``.

    Probabilities are renormalised over the options.

    Parameters
    ----------
    choice_logprobs, right
        As for `multiple_choice_grade`.

    Returns
    -------
    numpy.ndarray
        In [0, 2], lower is better; an even guess among K options gives ``1 - 1/K``.

    References
    ----------
    Brier 1950; the sum form of Schaeffer et al. 2023 (arXiv:2304.15004).

    Examples
    --------
    >>> brier_score([[0.0, 0.0, 0.0, 0.0]], [2]).tolist()
    [0.75]
    """
    table, index, _ = _option_table(choice_logprobs, right)
    wrong = _shares(table)
    known = ~np.isnan(wrong[:, 0])
    np.put_along_axis(wrong, index, 0.0, axis=1)
    # What the right option lacks is what the wrong ones have.
    return np.where(known, (wrong**2).sum(axis=1) + wrong.sum(axis=1) ** 2, np.nan)

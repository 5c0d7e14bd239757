"""Scores of probabilities: of the target's tokens, and of the options of a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Rows = Sequence[ArrayLike]


def _flatten(rows: Rows) -> tuple[Floats, NDArray[np.intp]]:
    """Ragged rows as one array and the length of each."""
    arrays = [np.atleast_1d(np.asarray(row, dtype=float)) for row in rows]
    lengths = np.array([len(row) for row in arrays], dtype=np.intp)
    return (np.concatenate(arrays) if arrays else np.zeros(0)), lengths


def _sums(values: Floats, lengths: NDArray[np.intp]) -> Floats:
    owner = np.repeat(np.arange(len(lengths)), lengths)
    return np.bincount(owner, weights=values, minlength=len(lengths)).astype(float)


def log_likelihood(token_logprobs: Rows) -> Floats:
    """Log-probability of the whole target: the sum over its tokens, in nats.

    Parameters
    ----------
    token_logprobs
        One sequence of log-probabilities (nats) a row; lengths may differ.

    Returns
    -------
    numpy.ndarray
        One number a row, at most 0; NaN for a row without tokens.

    Examples
    --------
    >>> log_likelihood([[-1.0, -2.0]]).tolist()
    [-3.0]
    """
    values, lengths = _flatten(token_logprobs)
    return np.where(lengths > 0, _sums(values, lengths), np.nan)


def token_loss(token_logprobs: Rows) -> Floats:
    """Mean negative log-probability of a target's tokens, in nats.

    Parameters
    ----------
    token_logprobs
        As for `log_likelihood`.

    Returns
    -------
    numpy.ndarray
        One number a row, at least 0, lower is better; NaN for a row without tokens.

    Examples
    --------
    >>> token_loss([[-1.0, -2.0]]).tolist()
    [1.5]
    """
    values, lengths = _flatten(token_logprobs)
    return np.where(lengths > 0, -_sums(values, lengths) / np.maximum(lengths, 1), np.nan)


def _option_table(choice_logprobs: Rows, right: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Options as a table padded with NaN, and the column of the right one."""
    values, lengths = _flatten(choice_logprobs)
    index = np.asarray(right)
    if index.shape != lengths.shape:
        raise ValueError(f"{len(lengths)} rows of options for {index.size} right options")
    if not np.issubdtype(index.dtype, np.integer):
        raise TypeError(f"right holds {index.dtype}; expected the index of the right option")
    wrong = (index < 0) | (index >= lengths)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"right[{row}] is {index[row]}, but the row has {lengths[row]} options (from 0)"
        )
    width = max([1, *lengths.tolist()])
    table = np.full((len(lengths), width), np.nan)
    table[np.arange(width) < lengths[:, None]] = values
    return table, index.astype(np.intp)


def _shares(table: Floats) -> Floats:
    """Probabilities renormalised over the options; NaN columns are no options."""
    peak: Floats = np.asarray(np.nanmax(table, axis=1, keepdims=True), dtype=float)
    with np.errstate(invalid="ignore"):
        even: Floats = np.where(np.isneginf(peak), 1.0, np.exp(table - peak))
    weight: Floats = np.where(np.isnan(table), np.nan, even)
    return weight / np.nansum(weight, axis=1, keepdims=True)


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
        An index that is no option.

    Examples
    --------
    >>> multiple_choice_grade([[-1.0, -2.0], [-1.0, -1.0]], [0, 1]).tolist()
    [1.0, 0.5]
    """
    table, index = _option_table(choice_logprobs, right)
    if not len(table):
        return np.zeros(0)
    best = table == np.nanmax(table, axis=1, keepdims=True)
    hit = np.take_along_axis(best, index[:, None], axis=1)[:, 0]
    return hit / best.sum(axis=1)


def option_probability(choice_logprobs: Rows, right: ArrayLike) -> Floats:
    """Probability of the right option, renormalised over the options.

    Parameters
    ----------
    choice_logprobs, right
        As for `multiple_choice_grade`.

    Returns
    -------
    numpy.ndarray
        In [0, 1].

    Examples
    --------
    >>> option_probability([[0.0, 0.0]], [0]).tolist()
    [0.5]
    """
    table, index = _option_table(choice_logprobs, right)
    if not len(table):
        return np.zeros(0)
    return np.take_along_axis(_shares(table), index[:, None], axis=1)[:, 0]


def option_margin(choice_logprobs: Rows, right: ArrayLike) -> Floats:
    """Log-probability of the right option less that of the best wrong one, in nats.

    Parameters
    ----------
    choice_logprobs, right
        As for `multiple_choice_grade`.

    Returns
    -------
    numpy.ndarray
        Above 0 where the grade is 1; NaN with one option only.

    Examples
    --------
    >>> option_margin([[-1.0, -3.0, -2.0]], [0]).tolist()
    [1.0]
    """
    table, index = _option_table(choice_logprobs, right)
    if not len(table):
        return np.zeros(0)
    mine = np.take_along_axis(table, index[:, None], axis=1)[:, 0]
    wrong = np.where(np.isnan(table), -np.inf, table)
    np.put_along_axis(wrong, index[:, None], -np.inf, axis=1)
    alone = (~np.isnan(table)).sum(axis=1) < 2
    with np.errstate(invalid="ignore"):
        return np.where(alone, np.nan, mine - wrong.max(axis=1))


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
    table, index = _option_table(choice_logprobs, right)
    if not len(table):
        return np.zeros(0)
    shares = _shares(table)
    mine = np.take_along_axis(shares, index[:, None], axis=1)[:, 0]
    return np.nansum(shares**2, axis=1) - mine**2 + (1 - mine) ** 2

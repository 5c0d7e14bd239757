"""Answers drawn more than once: pass@k, and drawing until some are right."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, broadcast, refuse
from ..statistics.intervals import check_counts

CERTAIN = -40.0  # Log of a chance to fail below which the chance to pass is 1 in double precision.


def pass_at_k(successes: ArrayLike, n: ArrayLike, k: ArrayLike) -> Floats:
    """Chance that at least one of k answers is right, estimated from n drawn answers.

    ``1 - C(n - successes, k) / C(n, k)``: the unbiased estimate for one item; its mean over
    items is the pass@k of a test.

    Parameters
    ----------
    successes, n
        Right answers of one item, in [0, n], and answers drawn for it, any shape.
    k
        Answers that may be tried, at least 1.

    Returns
    -------
    numpy.ndarray
        In [0, 1]; 0 at no success, 1 where fewer than k answers are wrong, ``successes / n``
        at k = 1. NaN where k is above n: n draws hold no unbiased estimate of it.

    Raises
    ------
    ValueError
        `successes` outside [0, n], or `k` below 1.

    Notes
    -----
    The logarithm of the ratio is summed over the smaller of k and `successes`, so that
    nothing cancels where the estimate is small.

    References
    ----------
    Chen et al. 2021 (arXiv:2107.03374).

    Examples
    --------
    >>> pass_at_k([0, 1, 2, 4], 5, 2).round(6).tolist()
    [0.0, 0.4, 0.7, 1.0]
    """
    right, drawn, tried = broadcast(successes, n, k)
    check_counts("successes", right, drawn)
    refuse("k holds {}; expected at least 1", tried, tried < 1)
    result = np.full(right.shape, np.nan)
    known = (tried <= drawn) & ~np.isnan(right)
    sure = known & (drawn - right < tried)
    result[sure] = 1.0
    open_ = known & ~sure
    result[open_] = 0.0 - np.expm1(_log_all_wrong(right[open_], drawn[open_], tried[open_]))
    return result


def _log_all_wrong(right: Floats, drawn: Floats, tried: Floats) -> Floats:
    """``log C(drawn - right, tried) / C(drawn, tried)``, symmetric in `right` and `tried`."""
    terms, size = np.minimum(right, tried), np.maximum(right, tried)
    log = np.zeros(terms.shape)
    step = 0
    going = np.flatnonzero(terms > 0)
    while len(going):
        log[going] += np.log1p(-size[going] / (drawn[going] - step))
        step += 1
        going = going[(terms[going] > step) & (log[going] > CERTAIN)]
    return log


def pass_until(draws: ArrayLike, *, successes: ArrayLike = 1, unbiased: bool = False) -> Floats:
    """Success rate of a model from the answers it took until some were right.

    Drawing goes on until `successes` answers are right, so that a rate of any smallness is
    measured to the same relative precision; what it costs is draws, ``successes / rate`` on
    average.

    Parameters
    ----------
    draws
        Answers drawn, the last of them right, at least `successes`, any shape; infinite for
        a drawing that was given up.
    successes
        Right answers at which the drawing stopped, whole, at least 1.
    unbiased
        ``(successes - 1) / (draws - 1)`` in place of ``successes / draws``. It is right on
        average, and needs at least 2 successes.

    Returns
    -------
    numpy.ndarray
        Rates in [0, 1]. The default is the likeliest rate; on average it is too high, by a
        share of up to ``1 / (successes - 1)``, and without bound at one success.

    Raises
    ------
    ValueError
        `successes` below 1 (below 2 if `unbiased`), or more of them than `draws`.

    References
    ----------
    The idea: PassUntil, Hu et al. 2023 (arXiv:2310.03262). The unbiased estimate: Haldane
    1945, for inverse sampling.

    Examples
    --------
    >>> pass_until([4, 2000], successes=2).tolist()
    [0.5, 0.001]
    """
    drawn, right = broadcast(draws, successes)
    least, words = (2, " for the unbiased estimate") if unbiased else (1, "")
    refuse(f"successes holds {{}}; expected at least {least}{words}", right, right < least)
    words = "draws holds {} for {} successes; expected at least as many draws as successes"
    refuse(words, drawn, drawn < right, right)
    return (right - 1) / (drawn - 1) if unbiased else right / drawn

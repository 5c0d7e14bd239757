"""Several attempts: pass@k, answers drawn until some are right, and a bar on a smooth ability.

The ability shown in one attempt is normal with mean `mean` and standard deviation `spread`; the
attempt succeeds when it reaches the bar. The high jump as a picture of this is Boaz Barak's
(windowsontheory.org, 2023-12-22); the formulas are the standard normal's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from ..arrays import Floats, broadcast, refuse, refuse_no_share
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


def clear_probability(mean: ArrayLike, bar: ArrayLike, spread: ArrayLike) -> Floats:
    """Chance that one attempt reaches the bar: ``Phi((mean - bar) / spread)``."""
    # Without spread a step, with its limit 1/2 where the mean equals the bar.
    middle, height, s = broadcast(mean, bar, spread)
    lead = middle - height
    refuse("spread is {}; a standard deviation is at least 0", s, s < 0)
    step = (1 + np.sign(lead)) / 2
    with np.errstate(over="ignore"):
        return np.where(s == 0, step, ndtr(lead / np.where(s == 0, 1.0, s)))


def best_of(probability: ArrayLike, attempts: ArrayLike) -> Floats:
    """Chance that at least one of so many attempts succeeds: ``1 - (1 - q)**k``."""
    # A fraction `1 / k` turns the chance of k attempts back into that of one.
    q, k = broadcast(probability, attempts)
    refuse_no_share("probability is", q)
    refuse("attempts is {}; expected a number above 0", k, k <= 0)
    with np.errstate(divide="ignore"):
        several = -np.expm1(k * np.log1p(-q))
    return np.where(k == 1, q, several)


def margin_for(target: ArrayLike, attempts: ArrayLike = 1) -> Floats:
    """Lead over the bar, in spreads, at which the best of several attempts succeeds so often."""
    return ndtri(best_of(target, 1 / np.asarray(attempts, dtype=float)))

"""Tasks of several steps: how often the whole chain is right when single steps are.

Steps succeed independently, which is an approximation. A chain of k steps, each right with
probability p, is right with ``p**k``; retries of checked steps, wrong steps that are forgiven
and steps of unequal difficulty change that. Schaeffer, Miranda and Koyejo 2023
(arXiv:2304.15004), section 2, has the same product over the tokens of an answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

Floats = NDArray[np.float64]


def _check_steps(steps: ArrayLike) -> Floats:
    k = np.asarray(steps, dtype=float)
    if np.any(k < 1):
        raise ValueError(f"steps is {k[k < 1].flat[0]:g}; a chain has at least 1 step")
    return k


def _chances(p: ArrayLike, failure: ArrayLike | None) -> tuple[Floats, Floats]:
    success = np.asarray(p, dtype=float)
    if np.any((success < 0) | (success > 1)):
        raise ValueError(
            f"p is {success[(success < 0) | (success > 1)].flat[0]:g}; expected 0 to 1"
        )
    wrong = 1 - success if failure is None else np.asarray(failure, dtype=float)
    success, wrong = np.broadcast_arrays(success, wrong)
    return success, wrong


def _log(chance: Floats, other: Floats) -> Floats:
    """Logarithm of a chance whose complement may be known more exactly."""
    with np.errstate(divide="ignore"):
        return np.where(other < 0.5, np.log1p(-other), np.log(chance))


def chain_success(p: ArrayLike, steps: ArrayLike, *, failure: ArrayLike | None = None) -> Floats:
    """Chance that every step of a chain is right: ``p**steps``.

    Parameters
    ----------
    p
        Success of one step, in [0, 1], any shape.
    steps
        Number of steps, at least 1, broadcast.
    failure
        ``1 - p`` where the caller knows it more exactly (`p` near 1, many steps).

    Returns
    -------
    numpy.ndarray
        Probability.

    Raises
    ------
    ValueError
        Fewer than one step, or `p` outside [0, 1].

    Examples
    --------
    >>> round(float(chain_success(0.5, 3)), 6)
    0.125
    >>> round(float(chain_success(1.0, 1e18, failure=1e-18)), 4)
    0.3679
    """
    k = _check_steps(steps)
    success, wrong = _chances(p, failure)
    return np.where(k == 1, success, np.exp(k * _log(success, wrong)))


def success_with_retries(
    p: ArrayLike, retries: int, *, failure: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Chance that a step whose result is checked is right within so many retries.

    Parameters
    ----------
    p
        Success of one try, in [0, 1], any shape.
    retries
        Further tries after a wrong one, at least 0.
    failure
        ``1 - p`` where the caller knows it more exactly.

    Returns
    -------
    success, failure : numpy.ndarray
        ``1 - (1 - p)**(retries + 1)`` and what is left of 1, each without cancellation. The
        check itself is taken to be perfect.

    Raises
    ------
    ValueError
        Retries below 0, or `p` outside [0, 1].

    Examples
    --------
    >>> success, failure = success_with_retries(0.5, 2)
    >>> round(float(success), 6), round(float(failure), 6)
    (0.875, 0.125)
    """
    if retries < 0:
        raise ValueError(f"retries is {retries}; expected at least 0")
    success, wrong = _chances(p, failure)
    if retries == 0:
        return success, wrong
    log_wrong = (retries + 1) * _log(wrong, success)
    return -np.expm1(log_wrong), np.exp(log_wrong)


def at_most_wrong(p: ArrayLike, errors_allowed: int, *, failure: ArrayLike | None = None) -> Floats:
    """Chance that at most so many steps of a chain are wrong; steps may differ.

    Parameters
    ----------
    p
        Success of each step, in [0, 1], shape (steps, ...).
    errors_allowed
        Wrong steps that are forgiven, at least 0.
    failure
        ``1 - p`` where the caller knows it more exactly, the shape of `p`.

    Returns
    -------
    numpy.ndarray
        Probability, shape (...): the lower tail of a Poisson binomial, summed up step by step
        from terms that are all positive. Equal steps give the binomial tail, no errors the
        product of `p`.

    Raises
    ------
    ValueError
        No step, errors below 0, or `p` outside [0, 1].

    Examples
    --------
    >>> float(at_most_wrong([0.5, 0.5, 0.5], 1))
    0.5
    >>> round(float(at_most_wrong([0.9, 0.5], 0)), 6)
    0.45
    """
    if errors_allowed < 0:
        raise ValueError(f"errors_allowed is {errors_allowed}; expected at least 0")
    success, wrong = _chances(p, failure)
    if success.ndim == 0 or len(success) == 0:
        raise ValueError("p holds no step; expected one row a step")
    if errors_allowed >= len(success):
        return np.where(np.isnan(success).any(axis=0), np.nan, 1.0)
    # Row j: chance of j wrong steps so far.
    counts = np.zeros((errors_allowed + 1, *success.shape[1:]))
    counts[0] = 1.0
    for right, missed in zip(success, wrong, strict=True):
        more = counts[:-1] * missed
        counts = counts * right
        counts[1:] += more
    total = np.zeros(success.shape[1:])
    for row in counts:
        total = total + row
    return np.minimum(total, 1.0)


def step_failure_for(target: ArrayLike, steps: ArrayLike, errors_allowed: ArrayLike = 0) -> Floats:
    """Largest failure of one step with which a chain of equal steps still succeeds so often.

    Parameters
    ----------
    target
        Wanted success of the chain, in [0, 1], any shape.
    steps
        Number of steps, at least 1, broadcast.
    errors_allowed
        Wrong steps that are forgiven, at least 0, broadcast.

    Returns
    -------
    numpy.ndarray
        ``1 - target**(1 / steps)`` without errors; else the inverse of the binomial tail, a
        quantile of Beta(errors + 1, steps - errors). 1 where all steps may be wrong.

    Raises
    ------
    ValueError
        Fewer than one step, errors below 0, or a target outside [0, 1].

    Examples
    --------
    >>> round(float(step_failure_for(0.5, 10)), 4)
    0.067
    """
    y, k, m = np.broadcast_arrays(
        np.asarray(target, dtype=float), _check_steps(steps), np.asarray(errors_allowed, float)
    )
    if np.any((y < 0) | (y > 1)):
        raise ValueError(f"target is {y[(y < 0) | (y > 1)].flat[0]:g}; expected 0 to 1")
    if np.any(m < 0):
        raise ValueError(f"errors_allowed is {m[m < 0].flat[0]:g}; expected at least 0")
    with np.errstate(divide="ignore"):
        all_right = -np.expm1(np.log(y) / k)
    few_wrong = betaincinv(m + 1, np.maximum(k - m, 1), 1 - y)
    return np.where(m >= k, 1.0, np.where(m == 0, all_right, few_wrong))


def step_reliability_for(
    target: ArrayLike, steps: ArrayLike, *, retries: int = 0, errors_allowed: ArrayLike = 0
) -> Floats:
    """Success of one try that makes a chain of equal steps succeed so often.

    Parameters
    ----------
    target
        Wanted success of the chain, in [0, 1], any shape.
    steps
        Number of steps, at least 1, broadcast.
    retries
        Further tries of each checked step, at least 0.
    errors_allowed
        Wrong steps that are forgiven, at least 0, broadcast.

    Returns
    -------
    numpy.ndarray
        Reliability of one try; ``target**(1 / steps)`` without retries and errors.

    Raises
    ------
    ValueError
        As `step_failure_for`; retries below 0.

    Examples
    --------
    >>> [round(float(p), 3) for p in step_reliability_for(0.5, [1, 10, 100])]
    [0.5, 0.933, 0.993]
    """
    if retries < 0:
        raise ValueError(f"retries is {retries}; expected at least 0")
    return 1 - step_failure_for(target, steps, errors_allowed) ** (1 / (retries + 1))

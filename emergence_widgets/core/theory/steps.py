"""Tasks of several steps: how often the whole chain is right when single steps are.

Steps succeed independently, which is an approximation. A chain of k steps, each right with
probability p, is right with ``p**k``; retries of checked steps, wrong steps that are forgiven
and steps of unequal difficulty change that. Schaeffer, Miranda and Koyejo 2023
(arXiv:2304.15004), section 2, has the same product over the tokens of an answer.

The loss of a step falls with scale N as ``u = (N / c)**alpha``; its success follows by one of two
curves. `failure` is ``1 - p`` where the caller knows it more exactly.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from ..arrays import Floats, broadcast, refuse, refuse_no_share

StepCurve = Literal["loss", "logistic"]


def _check_steps(steps: ArrayLike) -> Floats:
    k = np.asarray(steps, dtype=float)
    refuse("steps is {}; a chain has at least 1 step", k, k < 1)
    return k


def _check_at_least_0(name: str, number: int) -> None:
    if number < 0:
        raise ValueError(f"{name} is {number}; expected at least 0")


def _chances(p: ArrayLike, failure: ArrayLike | None) -> tuple[Floats, Floats]:
    success = np.asarray(p, dtype=float)
    refuse_no_share("p is", success)
    success, wrong = broadcast(success, 1 - success if failure is None else failure)
    return success, wrong


def _log(chance: Floats, other: Floats) -> Floats:
    """Logarithm of a chance whose complement may be known more exactly."""
    with np.errstate(divide="ignore"):
        return np.where(other < 0.5, np.log1p(-other), np.log(chance))


def chain_success(p: ArrayLike, steps: ArrayLike, *, failure: ArrayLike | None = None) -> Floats:
    """Chance that every step of a chain is right: ``p**steps``."""
    k = _check_steps(steps)
    success, wrong = _chances(p, failure)
    return np.where(k == 1, success, np.exp(k * _log(success, wrong)))


def success_with_retries(
    p: ArrayLike, retries: int, *, failure: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Chances that a checked step is right within so many retries, and that it is not."""
    _check_at_least_0("retries", retries)
    success, wrong = _chances(p, failure)
    if retries == 0:
        return success, wrong
    log_wrong = (retries + 1) * _log(wrong, success)
    return -np.expm1(log_wrong), np.exp(log_wrong)


def at_most_wrong(p: ArrayLike, errors_allowed: int, *, failure: ArrayLike | None = None) -> Floats:
    """Chance that at most so many steps are wrong, of success `p` of shape (steps, ...)."""
    # The lower tail of a Poisson binomial, summed up step by step from terms that are all positive.
    _check_at_least_0("errors_allowed", errors_allowed)
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
    return np.minimum(sum(counts), 1.0)


def step_failure_for(target: ArrayLike, steps: ArrayLike, errors_allowed: ArrayLike = 0) -> Floats:
    """Largest failure of one step with which a chain of equal steps still succeeds so often."""
    # `1 - target**(1 / steps)` without errors; else the inverse of the binomial tail, a quantile of
    # Beta(errors + 1, steps - errors). 1 where all steps may be wrong.
    y, k, m = broadcast(target, _check_steps(steps), errors_allowed)
    refuse_no_share("target is", y)
    refuse("errors_allowed is {}; expected at least 0", m, m < 0)
    with np.errstate(divide="ignore"):
        all_right = -np.expm1(np.log(y) / k)
    few_wrong = betaincinv(m + 1, np.maximum(k - m, 1), 1 - y)
    return np.where(m >= k, 1.0, np.where(m == 0, all_right, few_wrong))


def step_reliability_for(
    target: ArrayLike, steps: ArrayLike, *, retries: int = 0, errors_allowed: ArrayLike = 0
) -> Floats:
    """Success of one try that makes a chain of equal steps succeed so often."""
    _check_at_least_0("retries", retries)
    return 1 - step_failure_for(target, steps, errors_allowed) ** (1 / (retries + 1))


def step_losses(steps: int, unevenness: float) -> Floats:
    """Relative losses of unequal steps, hardest over easiest: even in log, mean 1 (ours)."""
    _check_steps(steps)
    if not unevenness >= 1:
        raise ValueError(f"unevenness is {unevenness:g}; hardest over easiest is at least 1")
    relative = unevenness ** (np.arange(steps) / max(steps - 1, 1))
    return relative / (relative.sum() / steps)


def step_success(loss: ArrayLike, curve: StepCurve = "loss") -> tuple[Floats, Floats]:
    """Success and failure of one step of a loss, each without cancellation."""
    # `"loss"`: `exp(-loss)`, of nats (Schaeffer et al. 2023, section 2); `"logistic"`: `1 / (1 +
    # loss)`, of the odds against the step, which is logistic in log N.
    u = np.asarray(loss, dtype=float)
    if curve == "loss":
        return np.exp(-u), -np.expm1(-u)
    if curve == "logistic":
        with np.errstate(divide="ignore", over="ignore"):
            return 1 / (1 + u), 1 / (1 + 1 / u)
    raise ValueError(f"curve is {curve!r}; expected 'loss' or 'logistic'")


def step_loss_for(failure: ArrayLike, curve: StepCurve = "loss") -> Floats:
    """Loss of a step that fails so often: the inverse of `step_success`."""
    wrong = np.asarray(failure, dtype=float)
    with np.errstate(divide="ignore"):
        if curve == "loss":
            return -np.log1p(-wrong)
        if curve == "logistic":
            return np.where(wrong == 1, np.inf, wrong / np.where(wrong == 1, 1.0, 1 - wrong))
    raise ValueError(f"curve is {curve!r}; expected 'loss' or 'logistic'")


def chain_width(
    steps: ArrayLike,
    exponent: float,
    *,
    curve: StepCurve = "loss",
    retries: int = 0,
    errors_allowed: ArrayLike = 0,
    low: float = 0.1,
    high: float = 0.9,
) -> Floats:
    """Decades of scale over which a chain of equal steps goes from `low` to `high` success."""
    # `log10(u_low / u_high) / -exponent` with u the losses of a step at the two levels. With the
    # loss law and neither retries nor errors, `u = -log(level) / k`: the number of steps drops out,
    # and only the place of the rise moves. NaN where all steps may be wrong.
    if not exponent < 0:
        raise ValueError(f"exponent is {exponent:g}; a loss that falls with scale has one below 0")
    if not 0 < low < high < 1:
        raise ValueError(f"low is {low} and high is {high}; expected 0 < low < high < 1")
    _check_at_least_0("retries", retries)
    at_low, at_high = (
        step_loss_for(step_failure_for(level, steps, errors_allowed) ** (1 / (retries + 1)), curve)
        for level in (low, high)
    )
    with np.errstate(invalid="ignore"):
        return np.log10(at_low / at_high) / -exponent

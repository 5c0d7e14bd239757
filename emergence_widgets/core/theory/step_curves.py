"""How one step of a task improves with scale, and what becomes of a chain of such steps.

The loss of a step falls with scale N as ``u = (N / c)**alpha``; its success follows by one of
two curves. `emergence_widgets.core.theory.steps` has the chains.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .steps import step_failure_for

Floats = NDArray[np.float64]
StepCurve = Literal["loss", "logistic"]


def step_losses(steps: int, unevenness: float) -> Floats:
    """Relative losses of unequal steps: evenly spaced in log, with mean 1.

    Parameters
    ----------
    steps
        Number of steps, at least 1.
    unevenness
        Loss of the hardest step over that of the easiest, at least 1.

    Returns
    -------
    numpy.ndarray
        Shape (steps,), ascending. This declared spread is ours.

    Raises
    ------
    ValueError
        Fewer than one step, or an unevenness below 1.

    Examples
    --------
    >>> step_losses(2, 3.0).tolist()
    [0.5, 1.5]
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; a chain has at least 1 step")
    if not unevenness >= 1:
        raise ValueError(f"unevenness is {unevenness:g}; hardest over easiest is at least 1")
    relative = unevenness ** (np.arange(steps) / max(steps - 1, 1))
    return relative / (relative.sum() / steps)


def step_success(loss: ArrayLike, curve: StepCurve = "loss") -> tuple[Floats, Floats]:
    """Success of one step whose loss is given.

    Parameters
    ----------
    loss
        At least 0, any shape; ``(N / c)**alpha`` at scale N.
    curve
        ``"loss"``: ``exp(-loss)``, of a loss in nats (Schaeffer et al. 2023, section 2).
        ``"logistic"``: ``1 / (1 + loss)``, of the odds against the step, which is logistic in
        log N.

    Returns
    -------
    success, failure : numpy.ndarray
        Probabilities that add up to 1, each without cancellation.

    Raises
    ------
    ValueError
        An unknown curve.

    Examples
    --------
    >>> success, failure = step_success(1.0, "logistic")
    >>> float(success), float(failure)
    (0.5, 0.5)
    """
    u = np.asarray(loss, dtype=float)
    if curve == "loss":
        return np.exp(-u), -np.expm1(-u)
    if curve == "logistic":
        with np.errstate(divide="ignore", over="ignore"):
            return 1 / (1 + u), 1 / (1 + 1 / u)
    raise ValueError(f"curve is {curve!r}; expected 'loss' or 'logistic'")


def step_loss_for(failure: ArrayLike, curve: StepCurve = "loss") -> Floats:
    """Loss of a step that fails so often: the inverse of `step_success`.

    Parameters
    ----------
    failure
        In [0, 1], any shape.
    curve
        See `step_success`.

    Returns
    -------
    numpy.ndarray
        Loss; infinite where the step always fails.

    Raises
    ------
    ValueError
        An unknown curve.

    Examples
    --------
    >>> float(step_loss_for(0.5, "logistic"))
    1.0
    """
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
    """Decades of scale over which a chain of equal steps goes from `low` to `high` success.

    Parameters
    ----------
    steps
        Number of steps, at least 1, any shape.
    exponent
        alpha < 0 of the step's loss ``(N / c)**alpha``.
    curve, retries, errors_allowed
        See `step_success` and `step_reliability_for`.
    low, high
        Success of the chain, ``0 < low < high < 1``.

    Returns
    -------
    numpy.ndarray
        ``log10(u_low / u_high) / -alpha`` with u the losses of a step at the two levels. With
        the loss law and neither retries nor errors, ``u = -log(level) / k``: the number of
        steps drops out, and only the place of the rise moves. NaN where all steps may be wrong.

    Raises
    ------
    ValueError
        An exponent that is not below 0, levels out of order, and as `step_failure_for`.

    Examples
    --------
    >>> [round(float(width), 3) for width in chain_width([1, 10, 100], -1.0)]
    [1.34, 1.34, 1.34]
    >>> [round(float(width), 3) for width in chain_width([1, 10, 100], -1.0, curve="logistic")]
    [1.908, 1.388, 1.344]
    """
    if not exponent < 0:
        raise ValueError(f"exponent is {exponent:g}; a loss that falls with scale has one below 0")
    if not 0 < low < high < 1:
        raise ValueError(f"low is {low} and high is {high}; expected 0 < low < high < 1")
    if retries < 0:
        raise ValueError(f"retries is {retries}; expected at least 0")
    losses = [
        step_loss_for(step_failure_for(level, steps, errors_allowed) ** (1 / (retries + 1)), curve)
        for level in (low, high)
    ]
    with np.errstate(invalid="ignore"):
        return np.log10(losses[0] / losses[1]) / -exponent

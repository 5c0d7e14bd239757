"""Many steps: a task that needs all of them stays hard until single steps are nearly sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.theory.steps import (
    StepCurve,
    at_most_wrong,
    chain_success,
    step_failure_for,
    step_loss_for,
    step_losses,
    step_success,
    success_with_retries,
)
from .drawing import Floats

MOST_STEPS, MOST_ERRORS = 100, 10
LEVELS = (0.1, 0.5, 0.9)
"""Success of the chain where its rise begins, is half-way, and ends."""
COMPARED = (1, 10, 100)
TABLE_STEPS = (1, 2, 3, 5, 10, 20, 30, 50, 100)
HALVINGS = 60
LEAST_LOG_LOSS, MOST_LOG_LOSS = -40.0, 40.0


def multi_step(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every curve, drawing and readout of `MultiStepExplorer`.

    Parameters
    ----------
    controls
        ``steps`` (k, 1 to 100), ``retries`` (r), ``errors_allowed`` (m, 0 to 10),
        ``unevenness`` (loss of the hardest step over that of the easiest), ``exponent``
        (alpha < 0), ``critical_scale`` (c), ``logistic`` (boolean: which step curve) and
        ``part_worth`` (v, 0 to 1: what a part of the work is worth).
    constants
        See `multi_step_constants`.

    Returns
    -------
    dict
        Arrays over ``scale``: success of one try (mean, easiest, hardest step), of a step with
        retries, of the whole chain, of plain chains of `COMPARED` steps; share of steps right
        and worth of the work; the width of the rise against the number of steps; readouts.

    Notes
    -----
    A step's loss is ``(N / c)**alpha``, spread over the steps with the same mean (see
    `emergence_widgets.core.theory.steps`). A wrong step is noticed and tried again up to r
    times; the chain counts when at most m steps are wrong in the end.

    Examples
    --------
    >>> constants = multi_step_constants(np.logspace(7, 12, 5))
    >>> controls = dict(steps=10, retries=0, errors_allowed=0, unevenness=1.0, exponent=-0.3,
    ...                 critical_scale=1e8, logistic=False, part_worth=0.0)
    >>> outputs = multi_step(controls, constants)
    >>> bool(np.allclose(outputs["chain_success"], outputs["step_success"] ** 10))
    True
    """
    task = _Task(controls)
    scale = np.asarray(constants["scale"], dtype=float)
    loss = (scale / task.critical_scale) ** task.exponent
    once, _ = task.tries(loss)
    right, wrong = task.checked(loss)
    chain = at_most_wrong(right, task.errors, failure=wrong)
    share = _mean(right)
    worth = task.part_worth * share + (1 - task.part_worth) * chain
    plain, plain_wrong = step_success(loss, task.curve)
    places = np.asarray(constants["scale_place"], dtype=float)
    # No line where it would lie on another; an empty one, since bqplot cannot draw NaN alone.
    shown = len(places) if task.retries > 0 else 0
    return {
        "step_success": _mean(once),
        "step_easiest": once[0],
        "step_hardest": once[-1],
        "checked_success": share,
        "checked_x": places[:shown],
        "checked_y": share[:shown],
        "chain_success": chain,
        **{f"plain_{k}": chain_success(plain, k, failure=plain_wrong) for k in COMPARED},
        "partial_credit": share,
        "worth": worth,
        "band_x": np.concatenate([places, places[::-1]]),
        "band_y": np.concatenate([once[0], once[-1][::-1]]),
        "ends": places[[0, -1]],
        "right_end": places[-1:],
        "half_line": np.full(2, 0.5),
        "half_at": np.array([0.5]),
        **_against_steps(task, constants),
    }


def multi_step_constants(scale: Floats) -> dict[str, Any]:
    """Constants of the program `multi_step`.

    Parameters
    ----------
    scale
        Model sizes at which the curves are drawn, ascending, above 0.

    Returns
    -------
    dict
        ``scale`` and its ``scale_place`` (log10); ``chain`` (1 to 100 steps) and its
        ``chain_place``; ``failures``, shape (levels, errors + 1, steps): the failure of a step
        at which a chain of equal steps succeeds so often. An explorer adds ``width_axes``.
    """
    chain = np.arange(1.0, MOST_STEPS + 1)
    levels = np.array(LEVELS)[:, None, None]
    errors = np.arange(MOST_ERRORS + 1)[:, None]
    return {
        "scale": np.asarray(scale, dtype=float),
        "scale_place": np.log10(scale),
        "chain": chain,
        "chain_place": np.log10(chain),
        "failures": step_failure_for(levels, chain, errors),
        "width_axes": [],
    }


class _Task:
    """The controls, read once; success at any loss of the average step."""

    def __init__(self, controls: Mapping[str, Any]) -> None:
        self.steps = int(controls["steps"])
        self.retries = int(controls["retries"])
        self.errors = int(controls["errors_allowed"])
        self.exponent = float(controls["exponent"])
        self.critical_scale = float(controls["critical_scale"])
        self.curve: StepCurve = "logistic" if controls["logistic"] else "loss"
        self.part_worth = float(controls["part_worth"])
        self.uneven = float(controls["unevenness"]) > 1
        self.relative = step_losses(self.steps, float(controls["unevenness"]))

    def tries(self, loss: Floats) -> tuple[Floats, Floats]:
        """Success and failure of one try, a row a step."""
        return step_success(self.relative[:, None] * loss, self.curve)

    def checked(self, loss: Floats) -> tuple[Floats, Floats]:
        """The same after retries."""
        success, failure = self.tries(loss)
        return success_with_retries(success, self.retries, failure=failure)

    def loss_at(self, failures: Floats) -> Floats:
        """Mean loss of a step at the three levels of the chain's success."""
        if self.errors >= self.steps:
            return np.full(len(LEVELS), np.nan)
        if not self.uneven:
            return step_loss_for(failures ** (1 / (self.retries + 1)), self.curve)
        low = np.full(len(LEVELS), LEAST_LOG_LOSS)
        high = np.full(len(LEVELS), MOST_LOG_LOSS)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            success, failure = self.checked(np.exp(middle))
            above = at_most_wrong(success, self.errors, failure=failure) > LEVELS
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.exp((low + high) / 2)


def _mean(rows: Floats) -> Floats:
    total = np.zeros(rows.shape[1:])
    for row in rows:
        total = total + row
    return total / len(rows)


def _against_steps(task: _Task, constants: Mapping[str, Any]) -> dict[str, Any]:
    """What the number of steps does to the place and the width of the chain's rise."""
    failures = np.asarray(constants["failures"], dtype=float)[:, task.errors]
    tries = failures ** (1 / (task.retries + 1))
    losses = step_loss_for(tries, task.curve)
    losses = np.where(failures == 1, np.nan, losses)
    widths = np.log10(losses[0] / losses[2]) / -task.exponent
    needed = np.where(failures[1] == 1, 0.0, 1 - tries[1])
    half_scales = task.critical_scale * losses[1] ** (1 / task.exponent)
    mine = task.loss_at(failures[:, task.steps - 1])
    width = float(np.log10(mine[0] / mine[2]) / -task.exponent)
    share, once = _mean(task.checked(mine)[0]), _mean(task.tries(mine)[0])
    known = np.append(widths[np.isfinite(widths)], width if np.isfinite(width) else 0.0)
    axes = constants["width_axes"]
    top = 1.1 * float(known.max())
    axis = next((one for one in axes if one["high"] >= top), axes[-1] if axes else None)
    rows = np.array(TABLE_STEPS) - 1
    step_at = task.steps - 1
    marked = np.isfinite(width)
    return {
        "widths": widths,
        "width": width,
        "width_at": np.array([width] if marked else []),
        "steps_at": np.asarray(constants["chain_place"], dtype=float)[
            step_at : step_at + 1 if marked else step_at
        ],
        "width_ticks": np.array(axis["places"] if axis else [], dtype=float),
        "width_labels": axis["labels"] if axis else {},
        "width_top": float(axis["high"]) if axis else top,
        "needed": float(needed[step_at]),
        "needed_line": np.full(2, needed[step_at]),
        "needed_at": np.array([needed[step_at]]),
        "half_scale": float(task.critical_scale * mine[1] ** (1 / task.exponent)),
        "share_at_half": float(share[1]),
        "once_at_half": float(once[1]),
        "one_step_width": float(widths[0]),
        "hundred_steps_width": float(widths[-1]),
        "table_steps": rows + 1.0,
        "table_needed": needed[rows],
        "table_half_scale": half_scales[rows],
        "table_width": widths[rows],
    }

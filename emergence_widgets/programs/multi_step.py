"""Many steps: a task that needs all of them stays hard until single steps are nearly sure."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.theory import steps
from .program import Constants, Controls, Floats, floats

MOST_STEPS, MOST_ERRORS = 100, 10
LEVELS = (0.1, 0.5, 0.9)
"""Success of the chain where its rise begins, is half-way, and ends."""
COMPARED = (1, 10, 100)
TABLE_STEPS = (1, 2, 3, 5, 10, 20, 30, 50, 100)
HALVINGS = 60
LEAST_LOG_LOSS, MOST_LOG_LOSS = -40.0, 40.0


def multi_step(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Success of steps and chains over ``scale``, what the number of steps does, and readouts.

    A step's loss is ``(N / c)**alpha``, spread over the steps with the same mean (see
    `emergence_widgets.core.theory.steps`). A wrong step is noticed and tried again up to r
    times; the chain counts when at most m steps are wrong in the end.
    """
    task = _Task(controls)
    scale = floats(constants, "scale")
    loss = (scale / task.critical_scale) ** task.exponent
    once, _ = task.tries(loss)
    right, wrong = task.checked(loss)
    chain = steps.at_most_wrong(right, task.errors, failure=wrong)
    share = _mean(right)
    plain, plain_wrong = steps.step_success(loss, task.curve)
    return {
        "step_success": _mean(once),
        "step_easiest": once[0],
        "step_hardest": once[-1],
        "checked_success": share,
        "chain_success": chain,
        **{f"plain_{k}": steps.chain_success(plain, k, failure=plain_wrong) for k in COMPARED},
        "worth": task.part_worth * share + (1 - task.part_worth) * chain,
        **_against_steps(task, constants),
    }


def multi_step_constants(scale: Floats) -> dict[str, Any]:
    """Constants of the program.

    ``scale``, ascending; ``chain`` (1 to 100 steps); ``failures``, shape (levels, errors + 1,
    steps): the failure of a step at which a chain of equal steps succeeds so often.
    """
    chain = np.arange(1.0, MOST_STEPS + 1)
    levels = np.array(LEVELS)[:, None, None]
    errors = np.arange(MOST_ERRORS + 1)[:, None]
    return {
        "scale": np.asarray(scale, dtype=float),
        "chain": chain,
        "failures": steps.step_failure_for(levels, chain, errors),
    }


class _Task:
    """The controls, read once; success at any loss of the average step."""

    def __init__(self, controls: Controls) -> None:
        self.steps = int(controls["steps"])
        self.retries = int(controls["retries"])
        self.errors = int(controls["errors_allowed"])
        self.exponent = float(controls["exponent"])
        self.critical_scale = float(controls["critical_scale"])
        self.curve: steps.StepCurve = "logistic" if controls["logistic"] else "loss"
        self.part_worth = float(controls["part_worth"])
        self.uneven = float(controls["unevenness"]) > 1
        self.relative = steps.step_losses(self.steps, float(controls["unevenness"]))

    def tries(self, loss: Floats) -> tuple[Floats, Floats]:
        """Success and failure of one try, a row a step."""
        return steps.step_success(self.relative[:, None] * loss, self.curve)

    def checked(self, loss: Floats) -> tuple[Floats, Floats]:
        """The same after retries."""
        success, failure = self.tries(loss)
        return steps.success_with_retries(success, self.retries, failure=failure)

    def loss_at(self, failures: Floats) -> Floats:
        """Mean loss of a step at the three levels of the chain's success."""
        if self.errors >= self.steps:
            return np.full(len(LEVELS), np.nan)
        if not self.uneven:
            return steps.step_loss_for(failures ** (1 / (self.retries + 1)), self.curve)
        low = np.full(len(LEVELS), LEAST_LOG_LOSS)
        high = np.full(len(LEVELS), MOST_LOG_LOSS)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            success, failure = self.checked(np.exp(middle))
            above = steps.at_most_wrong(success, self.errors, failure=failure) > LEVELS
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.exp((low + high) / 2)


def _mean(rows: Floats) -> Floats:
    return np.asarray(sum(rows), dtype=float) / len(rows)


def _against_steps(task: _Task, constants: Constants) -> dict[str, Any]:
    """What the number of steps does to the place and the width of the chain's rise."""
    failures = floats(constants, "failures")[:, task.errors]
    tries = failures ** (1 / (task.retries + 1))
    losses = steps.step_loss_for(tries, task.curve)
    losses = np.where(failures == 1, np.nan, losses)
    widths = np.log10(losses[0] / losses[2]) / -task.exponent
    needed = np.where(failures[1] == 1, 0.0, 1 - tries[1])
    half_scales = task.critical_scale * losses[1] ** (1 / task.exponent)
    mine = task.loss_at(failures[:, task.steps - 1])
    width = float(np.log10(mine[0] / mine[2]) / -task.exponent)
    share, once = _mean(task.checked(mine)[0]), _mean(task.tries(mine)[0])
    known = np.append(widths[np.isfinite(widths)], width if np.isfinite(width) else 0.0)
    rows = np.array(TABLE_STEPS) - 1
    return {
        "widths": widths,
        "width": width,
        "widest": float(known.max()),
        "needed": float(needed[task.steps - 1]),
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

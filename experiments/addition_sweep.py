"""Learning rates of the networks that add: a grid that is continued until the best lies inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd

from .addition_family import Addition, Member, run_of, shape_of, train_member
from .addition_task import DIGITS
from .answering import token_losses
from .runs import run_all

Task = tuple[Member, str]
"""A member and the order in which it writes answers."""


def sweep_one(
    config: Addition,
    member: Member,
    order: str,
    rate: float,
    seed: int,
    folder: Path,
    on_steps: Callable[[int], None],
) -> pd.DataFrame:
    """Try one learning rate with one seed: loss on the validation sums after a short schedule."""
    checkpoint = folder / f"{trial_name(member, order, rate, seed)}.checkpoint"
    schedule = replace(config.schedule, steps=config.sweep.steps)
    trained = train_member(config, member, order, seed, rate, checkpoint, schedule, on_steps)
    checkpoint.unlink()  # The table is what is kept; a trial is never gone on with.
    rows = config.pairs("validation").rows(config.digits, order).astype(np.int32)
    losses = token_losses(trained.params, jnp.asarray(rows), shape_of(config, member), DIGITS)
    return pd.DataFrame(
        {
            "family": [member.family],
            "model": member.name,
            "order": order,
            "learning_rate": rate,
            "steps": config.sweep.steps,
            "seed": seed,
            "validation_loss": float(losses.mean()),
        }
    )


def trial_name(member: Member, order: str, rate: float, seed: int) -> str:
    """File stem of one trial."""
    return f"{member.name}-{order}-{rate:.6f}-seed{seed}"


def best_rate(tried: pd.DataFrame) -> float:
    """The rate whose median loss over the seeds is least; a loss that is no number is the worst."""
    losses = tried.assign(loss=tried["validation_loss"].fillna(np.inf))
    medians = losses.groupby("learning_rate")["loss"].median()
    return float(medians.index.to_numpy(float)[medians.argmin()])


def continued(rates: list[float], best: float) -> list[float]:
    """The grid with one more rate beyond the end at which the best lies, if it lies at one."""
    below = [min(rates) / 2] if best == min(rates) else []
    above = [2 * max(rates)] if best == max(rates) else []
    return [*below, *rates, *above]


def sweep(config: Addition, tasks: list[Task], folder: Path, **how: Any) -> pd.DataFrame:
    """Try the rates of every task until the best is inside its grid, or the grid may not grow.

    Returns
    -------
    pandas.DataFrame
        One row a trial, as `sweep_one` writes it.
    """
    grids = {task: config.learning_rates(task[0]) for task in tasks}
    tried = _try(config, grids, folder, **how)
    for _ in range(config.sweep.extensions):
        best = {
            task: best_rate(tried[(tried["model"] == task[0].name) & (tried["order"] == task[1])])
            for task in tasks
        }
        longer = {task: continued(grids[task], best[task]) for task in tasks}
        if longer == grids:
            break
        grids = longer
        tried = _try(config, grids, folder, **how)
    return tried


def _try(
    config: Addition, grids: Mapping[Task, list[float]], folder: Path, **how: Any
) -> pd.DataFrame:
    trials = [
        (member, order, rate, seed)
        for (member, order), rates in grids.items()
        for rate in rates
        for seed in config.sweep.seeds
    ]
    return run_all(
        [
            run_of(config, trial_name(*trial), sweep_one, trial, config.sweep.steps)
            for trial in trials
        ],
        folder,
        **how,
    )


def chosen_rates(swept: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The best learning rate by model and order of the answer."""
    return {
        (str(model), str(order)): best_rate(tried)
        for (model, order), tried in swept.groupby(["model", "order"], sort=False)
    }

"""Chains of additions: a running sum for which a model is fed its own answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .addition_family import Addition, Member, facts
from .addition_task import rows_of

METRICS = ("all_steps_right", "last_value_right", "step_right", "step_right_to_the_k")


def run_chains(
    params: Any,
    greedy: Callable[[Any, np.ndarray], np.ndarray],
    config: Addition,
    member: Member,
    order: str,
    seed: int,
    loss: float,
) -> pd.DataFrame:
    """Let one network keep running sums modulo ``10**digits``.

    Parameters
    ----------
    params, greedy
        The trained network's, and what answers with them: ``greedy(params, rows)`` are the
        digits that it writes, shape ``(chains, digits + 1)``.
    config, member, order, seed, loss
        What was trained, and its loss on the held-out sums.

    Returns
    -------
    pandas.DataFrame
        A scores table. Task ``chain of k additions, plain``, for k from 1 to `config.links`, with
        the share of chains that were right at each of the k steps (`all_steps_right`), whose last
        value was right (`last_value_right`: errors can cancel), the share of the single
        additions met so far that were right modulo ``10**digits`` (`step_right`, p), and p^k.
    """
    base = 10**config.digits
    generator = np.random.default_rng([config.split_seed, config.links])
    numbers = generator.integers(0, base, (config.links + 1, config.chains))
    value = truth = numbers[0]
    unbroken = np.ones(config.chains, bool)
    steps_right, rows = [], []
    shared = facts(config, member, seed, config.schedule.steps)
    for k, added in enumerate(numbers[1:], start=1):
        asked = rows_of(value, added, config.digits, order).astype(np.int32)
        written = greedy(params, asked)
        digits = written if order == "plain" else written[:, ::-1]
        answer = digits @ 10 ** np.arange(config.digits, -1, -1) % base
        steps_right.append(np.mean(answer == (value + added) % base))
        value, truth = answer, (truth + added) % base
        unbroken &= value == truth
        single = float(np.mean(steps_right))
        measured = (unbroken.mean(), np.mean(value == truth), single, single**k)
        rows += [
            {
                **shared,
                "loss": loss,
                "task": f"chain of {k} addition{'s' if k > 1 else ''}, {order}",
                "k": k,
                "metric": metric,
                "value": float(share),
                "n_items": config.chains * (k if metric.startswith("step") else 1),
            }
            for metric, share in zip(METRICS, measured, strict=True)
        ]
    return pd.DataFrame(rows)

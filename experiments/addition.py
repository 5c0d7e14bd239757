"""Transformers and GRUs of many sizes learn to add: here the loss itself breaks.

Every size learns sums of two 3-digit numbers, with the answer written plainly
or reversed, from several seeds, at a learning rate swept for it. Run it with
``python -m experiments addition``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd

from .addition_family import Addition, Examination, Member, shape_of, train_member
from .addition_task import DIGITS
from .answering import token_losses
from .chains import run_chains
from .runs import Run, run_all, save_configuration
from .tables import store
from .training import Schedule

Steps = Callable[[int], None]
CHUNK = 10


def checkpoints(steps: int) -> list[int]:
    """Steps to evaluate at: 0 and `steps`, spaced evenly and by ratio between, in tens."""
    spaced = np.concatenate([np.linspace(0, steps, 31), np.geomspace(CHUNK, steps, 21)])
    inner = np.unique(CHUNK * np.rint(spaced / CHUNK).astype(int))
    return [*inner[inner < steps].tolist(), steps]


def run_name(member: Member, order: str, seed: int) -> str:
    """File stem of one run."""
    return f"{member.name}-{order}-seed{seed}"


def sweep_one(
    config: Addition, member: Member, order: str, rate: float, folder: Path, on_steps: Steps
) -> pd.DataFrame:
    """Try one learning rate: loss on the validation sums after a short schedule."""
    sweep = config.sweep
    schedule = Schedule(**{**asdict(config.schedule), "steps": sweep.steps})
    checkpoint = folder / f"{member.name}-{order}-{rate:.5f}.checkpoint"
    trained = train_member(config, member, order, sweep.seed, rate, checkpoint, schedule, on_steps)
    rows = config.pairs("validation").rows(config.digits, order).astype(np.int32)
    losses = token_losses(trained.params, jnp.asarray(rows), shape_of(config, member), DIGITS)
    return pd.DataFrame(
        {
            "family": [member.family],
            "model": member.name,
            "order": order,
            "learning_rate": rate,
            "steps": sweep.steps,
            "seed": sweep.seed,
            "validation_loss": float(losses.mean()),
        }
    )


def run_one(
    config: Addition,
    member: Member,
    order: str,
    seed: int,
    rate: float,
    folder: Path,
    on_steps: Steps,
) -> pd.DataFrame:
    """Train one member with one seed and ask it the held-out sums; chains go to a file beside."""
    name = run_name(member, order, seed)
    checkpoint = folder / f"{name}.checkpoint"
    trained = train_member(config, member, order, seed, rate, checkpoint, config.schedule, on_steps)
    examination = Examination(config, member)
    answers = examination.ask(trained.params, order, seed, config.schedule.steps)
    loss = float(answers["loss"].iloc[0])
    chains = run_chains(trained.params, examination.greedy, config, member, order, seed, loss)
    chains.to_parquet(folder / f"{name}.chains", index=False)
    return answers


def over_time_one(
    config: Addition, member: Member, order: str, rate: float, folder: Path, on_steps: Steps
) -> pd.DataFrame:
    """Train one member and ask it the same sums at every checkpoint."""
    seed = config.over_time_seed
    trained = train_member(
        config,
        member,
        order,
        seed,
        rate,
        folder / f"{member.name}-{order}.checkpoint",
        config.schedule,
        on_steps,
        chunk=CHUNK,
        chunks_between_saves=50,
        keep=checkpoints(config.schedule.steps),
    )
    examination, items = Examination(config, member), config.over_time_items
    asked = [
        examination.ask(params, order, seed, step, items)
        for step, params in sorted(trained.kept.items())
    ]
    return pd.concat(asked, ignore_index=True)


def chosen_rates(swept: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The learning rate of least validation loss, by model and order of the answer."""
    best = swept.loc[swept.groupby(["model", "order"])["validation_loss"].idxmin()]
    keys = zip(best["model"], best["order"], strict=True)
    return dict(zip(keys, best["learning_rate"], strict=True))


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Sweep, train, chain, follow; write configuration and tables; return the samples' path."""
    config = Addition.quick() if quick else Addition()
    how: dict[str, Any] = {"workers": workers, "device": device, "compiled": folder / "compiled"}
    tasks = [(member, order) for member in config.members for order in config.orders]

    def cost(member: Member, steps: int) -> float:
        return steps * (3000.0 + shape_of(config, member).non_embedding_parameters)

    def run(name: str, function: Callable[..., pd.DataFrame], *arguments: Any, steps: int) -> Run:
        return Run(name, function, (config, *arguments), steps, cost(arguments[0], steps))

    swept = run_all(
        [
            run(f"{member.name}-{order}-{rate:.5f}", sweep_one, member, order, rate,
                steps=config.sweep.steps)
            for member, order in tasks
            for rate in config.learning_rates(member)
        ],
        folder / "sweep",
        **how,
    )  # fmt: skip
    swept.to_csv(folder / "sweep.csv", index=False)
    rates = chosen_rates(swept)
    save_configuration(
        asdict(config)
        | {"learning_rates": [[*key, rate] for key, rate in rates.items()]}
        | {"sweep_losses": swept.to_dict("records")},
        folder / "addition.json",
    )

    trained = [(member, order, seed) for seed in config.seeds for member, order in tasks]
    samples = run_all(
        [
            run(run_name(*which), run_one, *which, rates[which[0].name, which[1]],
                steps=config.schedule.steps)
            for which in trained
        ],
        folder / "final",
        **how,
    )  # fmt: skip
    path = folder / "addition.parquet"
    store(samples, path)
    chains = [pd.read_parquet(folder / "final" / f"{run_name(*which)}.chains") for which in trained]
    pd.concat(chains, ignore_index=True).to_parquet(
        folder / "addition_chains.parquet", index=False, compression="zstd"
    )

    members = {member.name: member for member in config.members}
    order = config.orders[0]
    followed = run_all(
        [
            run(f"{name}-{order}", over_time_one, members[name], order, rates[name, order],
                steps=config.schedule.steps)
            for name in config.over_time
        ],
        folder / "over_time",
        **how,
    )  # fmt: skip
    store(followed, folder / "addition_training.parquet")
    return path

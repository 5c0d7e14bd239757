"""Transformers and GRUs of many sizes learn to add: here the loss itself breaks.

Every size learns sums of two 3-digit numbers, with the answer written plainly
or reversed, from several seeds, at a learning rate swept for it. Run it with
``python -m experiments addition``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .addition_family import Addition, Examination, Member, run_of, train_member
from .addition_sweep import Task, chosen_rates, sweep
from .chains import run_chains
from .runs import run_all, save_configuration
from .tables import store

Steps = Callable[[int], None]
FINE, COARSE = 10, 50
"""Spacing of the checkpoints of a run that is followed closely, and of every run."""


def checkpoints(steps: int, spacing: int = FINE, count: int = 31) -> list[int]:
    """Steps to evaluate at: 0 and `steps`, spaced evenly and by ratio between."""
    even, ratio = np.linspace(0, steps, count), np.geomspace(spacing, steps, 2 * count // 3 + 1)
    inner = np.unique(spacing * np.rint(np.array([*even, *ratio]) / spacing).astype(int))
    return [*inner[inner < steps].tolist(), steps]


def run_name(member: Member, order: str, seed: int) -> str:
    """File stem of one run."""
    return f"{member.name}-{order}-seed{seed}"


def run_one(
    config: Addition,
    member: Member,
    order: str,
    seed: int,
    rate: float,
    folder: Path,
    on_steps: Steps,
) -> pd.DataFrame:
    """Train one member with one seed and ask it the held-out sums.

    Its chains and its progress (scores at every checkpoint) go to files beside.
    """
    name = run_name(member, order, seed)
    checkpoint, steps = folder / f"{name}.checkpoint", config.schedule.steps
    trained = train_member(
        config, member, order, seed, rate, checkpoint, config.schedule, on_steps,
        keep=checkpoints(steps, COARSE, 16),
    )  # fmt: skip
    examination = Examination(config, member)
    asked = {
        step: examination.ask(params, order, seed, step)
        for step, params in sorted(trained.kept.items())
    }
    answers = asked[steps]
    progress(asked.values()).to_parquet(folder / f"{name}.progress", index=False)
    loss = float(answers["loss"].iloc[0])
    chains = run_chains(trained.params, examination.greedy, config, member, order, seed, loss)
    chains.to_parquet(folder / f"{name}.chains", index=False)
    return answers


def progress(asked: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Loss and share of right answers of one run, a row a checkpoint."""
    rows = [
        {
            **answers.iloc[0][["family", "model", "params", "step", "seed", "task", "loss"]],
            "exact_match": float((answers["output"] == answers["target"]).mean()),
            "n_items": len(answers),
        }
        for answers in asked
    ]
    return pd.DataFrame(rows)


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
        chunk=FINE,
        chunks_between_saves=50,
        keep=checkpoints(config.schedule.steps),
    )
    examination, items = Examination(config, member), config.over_time_items
    asked = [
        examination.ask(params, order, seed, step, items)
        for step, params in sorted(trained.kept.items())
    ]
    return pd.concat(asked, ignore_index=True)


def unsettled(config: Addition, tasks: list[Task], solved: dict[Task, float]) -> list[Task]:
    """Tasks whose runs disagree, and neighbours in size (same family, same order) that differ."""
    chosen = {task for task in tasks if 0 < solved[task] < 1}
    for order in config.orders:
        for family in {member.family for member, _ in tasks}:
            line = [task for task in tasks if task[1] == order and task[0].family == family]
            for smaller, larger in pairwise(line):
                if round(solved[smaller]) != round(solved[larger]):
                    chosen |= {smaller, larger}
    return [task for task in tasks if task in chosen]


def main(*, quick: bool, folder: Path, workers: int, device: str) -> Path:
    """Sweep, train, chain, follow; write configuration and tables; return the samples' path."""
    config = Addition.quick() if quick else Addition()
    how: dict[str, Any] = {"workers": workers, "device": device, "compiled": folder / "compiled"}
    steps = config.schedule.steps
    tasks = [(member, order) for member in config.members for order in config.orders]
    swept = sweep(config, tasks, folder / "sweep", **how)
    swept.to_csv(folder / "sweep.csv", index=False)
    rates = chosen_rates(swept)

    def train(tasks: list[Task], seeds: tuple[int, ...]) -> tuple[list[str], pd.DataFrame]:
        runs = [
            run_of(
                config,
                run_name(member, order, seed),
                run_one,
                (member, order, seed, rates[member.name, order]),
                steps,
            )
            for seed in seeds
            for member, order in tasks
        ]
        return [run.name for run in runs], run_all(runs, folder / "final", **how)

    names, samples = train(tasks, config.seeds)
    minutes = swept.attrs["cpu_minutes"] + samples.attrs["cpu_minutes"]
    right = samples["output"] == samples["target"]
    runs_right = right.groupby([samples["model"], samples["task"], samples["seed"]]).mean()
    shares = (runs_right > config.solved).groupby(level=[0, 1]).mean()
    solved: dict[Task, float] = {
        (member, order): shares[member.name, config.task(order)] for member, order in tasks
    }
    if config.more_seeds and (again := unsettled(config, tasks, solved)):
        more, further = train(again, config.more_seeds)
        names, samples = names + more, pd.concat([samples, further], ignore_index=True)
        minutes += further.attrs["cpu_minutes"]
    path = folder / "addition.parquet"
    store(samples, path)
    for suffix in ("chains", "progress"):
        tables = [pd.read_parquet(folder / "final" / f"{name}.{suffix}") for name in names]
        pd.concat(tables, ignore_index=True).to_parquet(
            folder / f"addition_{suffix}.parquet", index=False, compression="zstd"
        )

    members = {member.name: member for member in config.members}
    order = config.orders[0]
    followed = run_all(
        [
            run_of(config, f"{name}-{order}", over_time_one,
                   (members[name], order, rates[name, order]), steps)
            for name in config.over_time
        ],
        folder / "over_time",
        **how,
    )  # fmt: skip
    store(followed, folder / "addition_training.parquet")
    samples.attrs["cpu_minutes"] = minutes + followed.attrs["cpu_minutes"]
    save_configuration(
        asdict(config)
        | {"learning_rates": [[*key, rate] for key, rate in rates.items()]}
        | {"sweep_losses": swept.to_dict("records")},
        samples,
        folder / "addition.json",
    )
    return path

"""Train all members of a family side by side: workers, progress bar, resume, one table.

Each run is one process on one core: at these sizes that is faster than one
process on many cores, and a run gives the same numbers however many go at once.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

SINGLE_THREAD = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Run:
    """One run of an experiment.

    Attributes
    ----------
    name
        File stem, unique within the experiment.
    function, arguments
        Called as ``function(*arguments, folder, on_steps)``; returns its table.
    steps, cost
        Steps in all, and relative cost of the run.
    """

    name: str
    function: Callable[..., pd.DataFrame]
    arguments: tuple[Any, ...]
    steps: int
    cost: float


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_all(
    runs: Sequence[Run],
    folder: Path,
    *,
    workers: int,
    device: str = "cpu",
    compiled: Path | None = None,
) -> pd.DataFrame:
    """Do the runs that have no table in `folder` yet, and return all tables as one.

    Parameters
    ----------
    runs
        What to do, in this order.
    folder
        Where checkpoints and tables of single runs are kept; a call that was
        cut off is gone on with by calling again with the same folder.
    workers
        Processes side by side.
    device
        ``'cpu'`` or ``'gpu'``; handed to JAX.
    compiled
        Where JAX keeps what it compiled, for this call and any other; by
        default in `folder`. ``JAX_COMPILATION_CACHE_DIR``, where it is set, goes first.

    Returns
    -------
    pandas.DataFrame
        The runs' tables below each other, in the order of `runs`;
        ``attrs["cpu_minutes"]`` is the processor time that they took.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {run.name: folder / f"{run.name}.parquet" for run in runs}
    waiting = [run for run in runs if not tables[run.name].exists()]
    total = sum(run.cost for run in runs)
    done = total - sum(run.cost for run in waiting)
    cache = str((compiled or folder / "compiled").resolve())
    variables = SINGLE_THREAD | {
        "JAX_PLATFORMS": "cuda" if device == "gpu" else device,
        "JAX_COMPILATION_CACHE_DIR": os.environ.get("JAX_COMPILATION_CACHE_DIR", cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.3",
    }
    context = get_context("spawn")
    with (
        _environment(variables),
        tqdm(
            total=100.0 + 1e-9,  # shares may sum to a rounding error above 100, which tqdm warns of
            initial=100 * done / total,
            bar_format="{l_bar}{bar}| {elapsed}<{remaining} {postfix}",
        ) as bar,
        context.Manager() as manager,
        ProcessPoolExecutor(max_workers=max(1, workers), mp_context=context) as pool,
    ):
        events = manager.Queue()
        share = {run.name: 100 * run.cost / total / run.steps for run in runs}

        def follow() -> None:
            while (event := events.get()) is not None:
                name, steps = event
                bar.set_postfix_str(name, refresh=False)
                bar.update(steps * share[name])

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        futures = [pool.submit(_do, run, folder, tables[run.name], events) for run in waiting]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            raise
        finally:
            events.put(None)
            follower.join()
    frames = [pd.read_parquet(tables[run.name]) for run in runs]
    seconds = sum(frame.attrs.pop("cpu_seconds") for frame in frames)
    together = pd.concat(frames, ignore_index=True)
    together.attrs["cpu_minutes"] = seconds / 60
    return together


def _do(run: Run, folder: Path, table: Path, events: Any) -> None:
    began = time.process_time()
    frame = run.function(*run.arguments, folder, lambda steps: events.put((run.name, steps)))
    frame.attrs["cpu_seconds"] = time.process_time() - began
    partial = table.with_suffix(".partial")
    frame.to_parquet(partial, index=False)
    partial.replace(table)


def save_configuration(config: dict[str, Any], results: pd.DataFrame, path: Path) -> None:
    """Write the configuration, and the processor time of `run_all`, beside the results."""
    facts = config | {"cpu_minutes": round(results.attrs["cpu_minutes"], 1)}
    path.write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")

"""A folder as lm-evaluation-harness 0.4 writes it, with invented numbers: models by tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..results.family import results_file

SIZES = (14e6, 70e6, 160e6, 410e6, 1e9, 2.8e9, 6.9e9, 12e9)
ITEMS = 400


def write_harness_folder(
    folder: Path,
    *,
    sizes: tuple[float, ...] = SIZES,
    tasks: int = 80,
    name: str = "task_{}",
    family: str = "acme/made",
    seed: int = 0,
) -> None:
    """Write the results of one family: three tasks of four exact match, the others of four options.

    Each size is one file. The larger `seed`'s answer lengths, the sharper the task.
    """
    rng = np.random.default_rng(seed)
    length = rng.integers(1, 30, tasks)
    middle = 10 ** rng.uniform(7, 9.5, tasks)
    for size in sizes:
        right = np.exp(-((size / middle) ** -0.4) / 3)
        results: dict[str, dict[str, Any]] = {}
        for task in range(tasks):
            choice = task % 4 == 0
            share = 0.25 + 0.75 * right[task] ** 4 if choice else right[task] ** length[task]
            value = float(rng.binomial(ITEMS, share) / ITEMS)
            stderr = float(np.sqrt(value * (1 - value) / ITEMS))
            metric, filter = ("acc", "none") if choice else ("exact_match", "strict-match")
            results[name.format(task)] = {
                "alias": name.format(task),
                f"{metric},{filter}": value,
                f"{metric}_stderr,{filter}": stderr,
                f"f1,{filter}": float(np.clip(rng.normal(right[task], 0.01), 0, 1)),
                f"f1_stderr,{filter}": 0.01,
            }
        model = f"{family}-{size / 1e6:.0f}m"
        directions = {"acc": True, "exact_match": True, "f1": True}
        whole = results_file(model, results, items=ITEMS, directions=directions, size=int(size))
        here = folder / model.replace("/", "__")
        here.mkdir(parents=True)
        text = json.dumps(whole, indent=2)
        (here / "results_2025-03-01T10-00-00.123456.json").write_text(text, encoding="utf-8")

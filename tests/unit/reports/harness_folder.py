"""A folder as lm-evaluation-harness 0.4 writes it, with invented numbers: models by tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

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
        _write(folder, f"{family}-{size / 1e6:.0f}m", size, results)


def _write(folder: Path, model: str, size: float, results: dict[str, dict[str, Any]]) -> None:
    here = folder / model.replace("/", "__")
    here.mkdir(parents=True)
    whole = {
        "results": results,
        "group_subtasks": {task: [] for task in results},
        "configs": {task: {"task": task, "num_fewshot": 5} for task in results},
        "versions": dict.fromkeys(results, 1.0),
        "n-shot": dict.fromkeys(results, 5),
        "higher_is_better": {
            task: {key.split(",")[0]: True for key in told if "," in key and "_stderr" not in key}
            for task, told in results.items()
        },
        "n-samples": {task: {"original": ITEMS, "effective": ITEMS} for task in results},
        "config": {
            "model": "hf",
            "model_args": f"pretrained={model},dtype=float16",
            "model_num_parameters": int(size),
            "limit": None,
        },
        "date": 1740823200.0,
        "model_name": model,
        "model_name_sanitized": model.replace("/", "__"),
    }
    text = json.dumps(whole, indent=2)
    (here / "results_2025-03-01T10-00-00.123456.json").write_text(text, encoding="utf-8")

"""A folder as lm-evaluation-harness 0.4 writes it: one invented family, checkpoints and samples.

The aggregates in the results files follow from the samples by the harness's own formulas:
means, ``exp(-mean log-probability)`` for perplexity, groups weighted by their items.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

PARAMS = {"14m": 14_067_712, "70m": 70_426_624, "160m": 162_322_944, "410m": 405_334_016}
STEPS = (1000, 8000, 64000)
GROUP = {"science": ["science_rocks", "science_stars"]}
PLAIN = ("quiz", *GROUP["science"])


def write_family(
    folder: Path,
    *,
    sizes: tuple[str, ...] = tuple(PARAMS),
    steps: tuple[int, ...] = STEPS,
    quizzes: tuple[str, ...] = PLAIN,
    docs: int = 12,
    seed: int = 0,
) -> None:
    """Write results and samples of every size and step; the largest ran where sizes are unknown."""
    rng = np.random.default_rng(seed)
    for size in sizes:
        for day, step in enumerate(steps, 1):
            skill = (np.log10(PARAMS[size]) - 6.5) / 2.5 * (np.log10(step) - 2) / 3
            logs = {name: [_choice(i, skill, rng) for i in range(docs)] for name in quizzes}
            logs["cloze"] = [_cloze(i, skill, rng) for i in range(docs)]
            answers = [_sum(i, skill, rng) for i in range(docs)]
            logs["sums"] = [doc for pair in zip(*answers, strict=True) for doc in pair]
            _write_run(folder / f"acme__tiny-{size}", size, step, day, logs, docs)


def _choice(item: int, skill: float, rng: np.random.Generator) -> dict[str, Any]:
    right = int(rng.integers(4))
    logprobs = np.round(rng.normal(-6, 1.5, 4) + 3 * skill * (np.arange(4) == right), 3)
    options = [f" option {letter}" for letter in "ABCD"]
    hit = float(np.argmax(logprobs) == right)
    return {
        "doc_id": item,
        "doc": {"question": f"Question {item}?"},
        "target": str(right),
        "arguments": {
            f"gen_args_{k}": {"arg_0": f"Question {item}?", "arg_1": option}
            for k, option in enumerate(options)
        },
        "resps": [[[str(value), "False"]] for value in logprobs],
        "filtered_resps": [[str(value), "False"] for value in logprobs],
        "filter": "none",
        "metrics": ["acc", "acc_norm"],
        "acc": hit,
        "acc_norm": hit,
    }


def _cloze(item: int, skill: float, rng: np.random.Generator) -> dict[str, Any]:
    logprob = -round(float(rng.gamma(2.0, 4.0 * (1.1 - skill))), 3)
    greedy = logprob > -2
    return {
        "doc_id": item,
        "doc": {"text": f"Story {item} ends with its last word"},
        "target": " word",
        "arguments": {
            "gen_args_0": {"arg_0": f"Story {item} ends with its last", "arg_1": " word"}
        },
        "resps": [[[str(logprob), str(greedy)]]],
        "filtered_resps": [[str(logprob), str(greedy)]],
        "filter": "none",
        "metrics": ["perplexity", "acc"],
        "perplexity": logprob,
        "acc": int(greedy),
    }


def _sum(item: int, skill: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    a, b = (int(n) for n in rng.integers(10, 100, 2))
    said = a + b if rng.random() < skill else a + b + int(rng.integers(1, 9))
    tidy = rng.random() < 0.7
    text = f"#### {said}" if tidy else f"I think {said}"
    found = {"strict-match": str(said) if tidy else "[invalid]", "flexible-extract": str(said)}
    return [
        {
            "doc_id": item,
            "doc": {"question": f"{a} + {b}?"},
            "target": f"{a} + {b} = {a + b}\n#### {a + b}",
            "arguments": {"gen_args_0": {"arg_0": f"{a} + {b}?", "arg_1": {"until": ["\n\n"]}}},
            "resps": [[text]],
            "filtered_resps": [answer],
            "filter": name,
            "metrics": ["exact_match"],
            "exact_match": float(answer == str(a + b)),
        }
        for name, answer in found.items()
    ]


def _write_run(
    folder: Path, size: str, step: int, day: int, logs: dict[str, list[dict[str, Any]]], docs: int
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"2025-03-{day:02}T10-00-00.123456"
    results = {task: _aggregate(task, log) for task, log in logs.items()}
    groups = {name: tasks for name, tasks in GROUP.items() if set(tasks) <= set(logs)}
    for name, tasks in groups.items():
        mean = float(np.mean([results[task]["acc,none"] for task in tasks]))
        results[name] = {"acc,none": mean, "acc_stderr,none": 0.05, "alias": name}
    whole = results_file(
        f"acme/tiny-{size}", {task: results[task] for task in logs}, items=docs,
        directions={"acc": True, "perplexity": False}, revision=f",revision=step{step}",
        size=None if size == "410m" else PARAMS[size], day=day,
    )  # fmt: skip
    whole["results"] = results
    whole["groups"] = {name: results[name] for name in groups}
    whole["group_subtasks"] |= groups
    whole["n-shot"] |= dict.fromkeys(groups, 5)
    (folder / f"results_{stamp}.json").write_text(json.dumps(whole, indent=2), encoding="utf-8")
    for task, log in logs.items():
        lines = "".join(json.dumps(doc) + "\n" for doc in log)
        (folder / f"samples_{task}_{stamp}.jsonl").write_text(lines, encoding="utf-8")


def results_file(
    model: str,
    results: dict[str, dict[str, Any]],
    *,
    items: int,
    directions: dict[str, bool],
    size: int | None,
    revision: str = "",
    day: int = 0,
) -> dict[str, Any]:
    """A results file of tasks without groups; `size` None is a back end that does not tell it."""
    return {
        "results": results,
        "group_subtasks": {task: [] for task in results},
        "configs": {task: {"task": task, "num_fewshot": 5} for task in results},
        "versions": dict.fromkeys(results, 1.0),
        "n-shot": dict.fromkeys(results, 5),
        "higher_is_better": dict.fromkeys(results, directions),
        "n-samples": {task: {"original": items, "effective": items} for task in results},
        "config": {
            "model": "vllm" if size is None else "hf",
            "model_args": f"pretrained={model}{revision},dtype=float16",
            **({} if size is None else {"model_num_parameters": size}),
            "limit": None,
        },
        "date": 1740823200.0 + 86400 * day,
        "model_name": model,
        "model_name_sanitized": model.replace("/", "__"),
    }


def _aggregate(task: str, log: list[dict[str, Any]]) -> dict[str, Any]:
    scores: dict[str, Any] = {"alias": task}
    for filter in dict.fromkeys(doc["filter"] for doc in log):
        mine = [doc for doc in log if doc["filter"] == filter]
        for metric in mine[0]["metrics"]:
            values = np.array([doc[metric] for doc in mine], dtype=float)
            mean, spread = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
            if metric == "perplexity":
                mean, spread = np.exp(-mean), "N/A"
            scores[f"{metric},{filter}"] = float(mean)
            scores[f"{metric}_stderr,{filter}"] = spread if spread == "N/A" else float(spread)
    return scores

"""lm-evaluation-harness: which model, at which step, a file is about."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...schema import is_object, parse_magnitude
from ..part import Part, load_json, read_text

STEP = re.compile(r"(?<![a-z])(?:global[-_]?)?step[-_]?(\d+)", re.IGNORECASE)
CHECKPOINT = re.compile(r"(?:(?:global[-_]?)?step|checkpoint|ckpt|iter)[-_]?(\d+)", re.IGNORECASE)
TOKENS = re.compile(r"tokens?[-_]?(\d+(?:\.\d+)?[mbt])", re.IGNORECASE)
SEED = re.compile(r"[-_]seed[-_]?(\d+)$", re.IGNORECASE)
SHOTS_IN_NAME = re.compile(r"(\d+)[-_]?shot", re.IGNORECASE)
STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}[-:.]\d{2}[-:.]\d{2}(?:\.\d+)?")
NAME_KEYS = ("peft", "delta", "pretrained", "model", "path", "engine")
BACKENDS = {
    "anthropic", "anthropic-chat", "anthropic-chat-completions", "anthropic-completions",
    "custom", "deepsparse", "dummy", "ggml", "gguf", "gpt2", "gpt3", "hf", "hf-auto", "hf-causal",
    "hf-causal-experimental", "hf-multimodal", "hf-seq2seq", "huggingface",
    "local-chat-completions", "local-completions", "mamba_ssm", "megatron_lm", "nemo_lm", "neox",
    "neuronx", "openai", "openai-chat-completions", "openai-completions", "openvino",
    "optimum-causal", "sglang", "sparseml", "steered", "textsynth", "transformers", "vllm",
    "vllm-vlm", "watsonx_llm",
}  # fmt: skip


def number(value: Any) -> float:
    """A JSON number as a float; anything else is NaN."""
    acceptable = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if acceptable else math.nan


def table(whole: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A table inside a results file, or inside a table of it; empty where there is none."""
    for key in keys:
        value = whole.get(key)
        whole = value if is_object(value) else {}
    return whole


def shots_of(whole: dict[str, Any], task: str) -> float:
    """Shots of a task, from wherever this version keeps them."""
    places = (
        table(whole, "n-shot").get(task),
        table(whole, "configs", task).get("num_fewshot"),
        table(whole, "config").get("num_fewshot"),
    )
    return next((number(shots) for shots in places if shots is not None), math.nan)


def parse_arguments(arguments: Any) -> dict[str, Any]:
    """``model_args``, a dictionary or ``key=value,…``; commas in brackets part nothing."""
    if is_object(arguments):
        return arguments
    if not isinstance(arguments, str):
        return {}
    pieces: list[str] = [""]
    depth = 0
    for character in arguments:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += character
    pairs = (piece.partition("=") for piece in pieces if "=" in piece)
    return {key.strip(): value.strip() for key, _, value in pairs}


def describe_run(whole: dict[str, Any], part: Part) -> dict[str, Any]:
    """Model, step, seed, size and date, from wherever this version of the harness keeps them."""
    config = table(whole, "config")
    arguments = parse_arguments(config.get("model_args"))
    name, step = _split_checkpoint(_name(whole, config, arguments, part), part)
    seed = SEED.search(name)
    if seed:
        name = name[: seed.start()]
        part.note("assumed", "seeds read from names such as model-seed1")
    revision = str(arguments.get("revision") or config.get("model_revision") or "")
    found = STEP.search(revision)
    said = STEP.search(part.file.stem)
    if found:
        step = float(found[1])
    elif not math.isnan(number(arguments.get("iteration"))):
        step = number(arguments["iteration"])
    elif math.isnan(step) and said:
        step = float(said[1])
        part.note("assumed", "steps read from file names")
    if said and float(said[1]) != step:
        message = f"the name says step {said[1]}, the configuration {step:.0f}: believed the latter"
        part.note("warning", message)
    tokens = TOKENS.search(revision)
    params = number(config.get("model_num_parameters"))
    if params <= 0:
        part.note("skipped", f"model_num_parameters is {params:.0f}: the harness did not know it")
        params = math.nan
    return {
        "model": name,
        "step": step,
        "seed": float(seed[1]) if seed else math.nan,
        "tokens": parse_magnitude(tokens[1]) if tokens else math.nan,
        "params": params,
        "params_kind": None if math.isnan(params) else "total",
        "date": number(whole.get("date")),
        "source": part.file.name,
    }


def _name(
    whole: dict[str, Any], config: dict[str, Any], arguments: dict[str, Any], part: Part
) -> str:
    for key in NAME_KEYS:
        if isinstance(arguments.get(key), str) and arguments[key]:
            return arguments[key]
    for name in (whole.get("model_name"), config.get("model")):
        if isinstance(name, str) and name and name.lower() not in BACKENDS:
            return name
    stem = part.file.stem
    step = STEP.search(stem)
    prefix = SHOTS_IN_NAME.sub("", stem[: step.start()]).strip("-_ ") if step else ""
    part.note("assumed", f"model named after its {'file' if prefix else 'folder'}")
    return prefix or folder_model(part.file)


def folder_model(file: Path) -> str:
    """The model that a folder is named after; the harness writes ``/`` as ``__``."""
    return file.resolve().parent.name.replace("__", "/")


def _split_checkpoint(name: str, part: Part) -> tuple[str, float]:
    """A local path such as ``runs/mine-70m/checkpoint-500`` names the model and the step."""
    parent, _, last = name.rstrip("/").rpartition("/")
    found = CHECKPOINT.fullmatch(last)
    if not found or not parent:
        return name, math.nan
    part.note("assumed", "steps read from the paths of checkpoints")
    return parent, float(found[1])


class Runs:
    """The runs whose results lie beside files of samples."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {}

    def beside(self, file: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Results and identity of the run that wrote a file of samples; None if unknown."""
        # A run writes one time stamp into the names of all its files.
        folder = file.resolve().parent
        if folder not in self._folders:
            self._folders[folder] = {found.stem: run for found, run in _runs_in(folder)}
        runs = self._folders[folder]
        stamp = STAMP.search(file.stem)
        for stem, run in runs.items():
            if stamp and stamp[0] in stem:
                return run
        who = {(run["model"], str(run["step"]), str(run["seed"])) for _, run in runs.values()}
        return next(reversed(runs.values())) if len(who) == 1 else None


def _runs_in(folder: Path) -> Iterator[tuple[Path, tuple[dict[str, Any], dict[str, Any]]]]:
    for file in sorted(folder.glob("*.json")):
        try:
            whole = load_json(read_text(file), file)
        except (ValueError, OSError):
            continue
        if is_object(whole) and is_object(whole.get("results")):
            yield file, (whole, describe_run(whole, Part(file)))

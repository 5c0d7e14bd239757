"""The program `atlas` gives the same numbers in Python and in the built JavaScript."""

import math

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, datasets
from emergence_widgets.core.verdict.verdict import OUTCOMES
from emergence_widgets.explorers.atlas.constants import atlas_constants
from emergence_widgets.programs.atlas import atlas

from .javascript import assert_equal_outputs, run_program

METRICS = ("exact_match", "edit_similarity", "ppl", "mine", "acc")
EDGES = (0.0, 0.5, 1.0, math.nan, math.inf, -0.25, 1e9)


def rows(rng, families: int, sizes: int, tasks: list[str], **columns) -> pd.DataFrame:
    """Gaps, ties, infinities, constants, two-model families and noise."""
    return pd.DataFrame(
        {
            "family": f"family {family}",
            "model": f"{family}-{size}",
            "params": 10.0 ** (6 + size % 5),
            "loss": rng.uniform(0.1, 3),
            "task": task,
            "metric": metric,
            "value": rng.choice(EDGES) if rng.random() < 0.3 else rng.random(),
            "n_items": rng.choice([math.nan, 100.0]),
            "chance": 0.25,
        }
        | columns
        for family in range(families)
        for size in range(2 if family == 1 else sizes)
        for task in tasks
        for metric in METRICS
        if rng.random() < 0.8
    )


def many_families() -> EvalResults:
    rng = np.random.default_rng(3)
    return EvalResults(rows(rng, 15, 5, ["Éclair", "straße 2", "ΣΑΣ b", "<b>task</b> a", "a a"]))


def checkpoints() -> EvalResults:
    rng = np.random.default_rng(4)
    steps = [rows(rng, 3, 3, ["t", "u"], step=step) for step in (0.0, 10.0, 100.0, 1000.0)]
    return EvalResults(pd.concat([*steps, rows(rng, 3, 4, ["v", "u x"])]))


def one_point() -> EvalResults:
    return EvalResults(rows(np.random.default_rng(5), 1, 1, ["t"]))


CASES = {"many": (many_families, 500), "steps": (checkpoints, 1300), "one": (one_point, 100)}
CASES |= {"gpt3": (datasets.gpt3, 200)}


def judged(constants: dict, rng) -> pd.DataFrame:
    """Random verdicts on some pairs."""
    names = [metric["name"] for metric in constants["metrics"]]
    return pd.DataFrame(
        [
            {"task": task, "metric": metric, "outcome": rng.choice(list(OUTCOMES))}
            for task in constants["tasks"]
            for metric in names
            if rng.random() < 0.5
        ],
        columns=["task", "metric", "outcome"],
    )


def draw(rng, constants: dict) -> dict:
    searches = ["", "", "a", "É", "STRASSE", "straße", "σας", " t  A", "<b>", "no such task", " "]
    families, metrics = len(constants["families"]), len(constants["metrics"])
    return {
        "task": int(rng.integers(len(constants["tasks"]))),
        "metric": int(rng.integers(metrics)),
        "scale": int(rng.integers(len(constants["scales"]))),
        "family": int(rng.integers(families + 2)),
        "limit": int(rng.integers(2)),
        "colour": int(rng.integers(2)),
        "sort": int(rng.integers(3 + metrics)),
        "families": [bool(rng.random() < 0.8) for _ in range(families)],
        "kinds": [bool(rng.random() < 0.8) for _ in constants["kinds"]],
        "search": str(rng.choice(searches)),
        **{
            name: bool(rng.random() < 0.5)
            for name in ("jumps_only", "log_scale", "log_score", "intervals")
        },
        "selection": -1,
    }


@pytest.mark.parametrize("case", CASES)
def test_same_numbers(case, some, tmp_path):
    load, sets = CASES[case]
    sets = some(sets)
    rng = np.random.default_rng(7)
    results = load()
    without = atlas_constants(results, None, groups=True)
    constants = atlas_constants(results, judged(without, rng), groups=True)
    controls = [draw(rng, constants) for _ in range(sets)]
    answers = run_program("atlas", controls, constants, tmp_path)
    assert len(answers) == sets
    for setting, javascript in zip(controls, answers, strict=True):
        assert_equal_outputs(atlas(setting, constants), javascript, setting)

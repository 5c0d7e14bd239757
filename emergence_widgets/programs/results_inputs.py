"""What the program `results` reads: the controls, and the scores that they choose."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.statistics.intervals import wilson_interval
from .program import Constants, Controls, Floats, Ints, floats, ints

SLOTS = 4
PASSING = "passing"
"""The metric made while sliding: the share of answers at least as good as the threshold."""


class Inputs:
    """The controls and constants, read once."""

    def __init__(self, controls: Controls, constants: Constants) -> None:
        self.constants = constants
        self.task = int(controls["task"])
        self.log_score = bool(controls["log_score"])
        self.log_scale = bool(controls["log_scale"])
        self.medians = int(controls["line"]) == 1
        self.onset = bool(controls["onset"])
        self.intervals = bool(controls["intervals"])
        self.shown = [bool(shown) for shown in controls["families"]]
        # Sliders stop at hundredths, whose binary fractions may lie just above a score.
        self.threshold = float(controls["threshold"]) - 1e-9
        self.all_of = int(np.floor(controls["all_of"] + 0.5))
        self.selection = int(controls["selection"])
        self.metrics: list[dict[str, Any]] = constants["metrics"]
        self.axis = constants["scales"][int(controls["scale"])]
        self.loss_axis = self.axis["name"] == "loss"
        kind = int(controls["scale"])
        self.run_family = ints(constants, "run_family")
        self.run_training = ints(constants, "run_training")
        self.run_scale = floats(constants, "run_scale")[:, kind]
        # A run that is on no curve of this scale is not drawn.
        self.run_curve = ints(constants, "run_curve")[:, kind]
        self.run_at = floats(constants, "run_at")[:, kind]
        drawn = self.run_curve >= 0
        self.run_off_scale = drawn & (self.run_scale <= 0) & self.log_scale
        self.run_usable = drawn & ~self.run_off_scale
        self.run_along_training = self.run_curve >= len(constants["families"])

    def is_shown(self, family: int) -> bool:
        """Whether a family is there and switched on."""
        return 0 <= family < len(self.shown) and self.shown[family]

    def resolution(self, metric: int) -> float:
        """Half of the smallest rate above 0 that the test can show; 0 where that is unknown."""
        if self.metrics[metric]["name"] != PASSING:
            return float(np.asarray(self.constants["pair_resolution"])[self.task, metric])
        n, _ = self._passed()
        if not np.any(n >= self.all_of):
            return 0.0
        smallest = 0.5
        for i in range(self.all_of):
            smallest = smallest * (self.all_of - i) / (float(n.max()) - i)
        return smallest

    def scores(self, metric: int) -> tuple[Ints, Floats, Floats, Floats]:
        """Runs with their score and its interval, for the chosen task and one metric, if any."""
        known = metric < len(self.metrics)
        if known and self.metrics[metric]["name"] == PASSING:
            return self._passing()
        pair = int(np.asarray(self.constants["pair"])[self.task, metric]) if known else -1
        offsets = ints(self.constants, "pair_offsets")
        rows = slice(offsets[pair], offsets[pair + 1]) if pair >= 0 else slice(0, 0)
        run, value, lower, upper = (
            floats(self.constants, f"point_{name}")[rows]
            for name in ("run", "value", "lower", "upper")
        )
        return run.astype(np.intp), value, lower, upper

    def _passed(self) -> tuple[Floats, Floats]:
        """Answers to the chosen task and, of these, the ones that pass, by run."""
        n_runs = len(self.run_family)
        first = self.task * n_runs
        offsets = ints(self.constants, "item_offsets")
        offsets = offsets[first : first + n_runs + 1]
        values = floats(self.constants, "item_value")
        counts = floats(self.constants, "item_count")
        before = np.concatenate([[0.0], np.cumsum(counts)])
        passed = np.concatenate([[0.0], np.cumsum(counts * (values >= self.threshold))])
        return (
            before[offsets[1:]] - before[offsets[:-1]],
            passed[offsets[1:]] - passed[offsets[:-1]],
        )

    def _passing(self) -> tuple[Ints, Floats, Floats, Floats]:
        """Of each run: the chance that K answers drawn without replacement all pass."""
        n, right = self._passed()
        run = np.flatnonzero(n > 0)
        n, right = n[run], right[run]
        value = np.ones(len(run))
        for i in range(self.all_of):
            value = value * np.where(n > i, np.maximum(right - i, 0) / np.maximum(n - i, 1), np.nan)
        lower, upper = wilson_interval(right, n)
        return run, value, lower**self.all_of, upper**self.all_of

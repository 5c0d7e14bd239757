"""What the program `forecast` reads: the chosen series, its runs, and its rows of forecasts."""

from __future__ import annotations

from typing import Any

import numpy as np

from .program import Constants, Controls, Floats, Ints, floats, ints

CHAINS = ("smooth", "ladder")
"""Methods that go in two steps."""


class Inputs:
    """The controls and constants, read once; `words` are texts and axes of the chosen series."""

    def __init__(self, controls: Controls, constants: Constants) -> None:
        self.constants = constants
        chosen = np.asarray(constants["set_of"])[int(controls["task"]), int(controls["family"])]
        self.known = int(chosen) >= 0
        # A family that was not asked the task shows the task's first one instead.
        self.set = int(chosen) if self.known else self._first_of(int(controls["task"]))
        self.words: dict[str, Any] = constants["sets"][self.set]
        self.methods = [bool(shown) for shown in controls["methods"]]
        self.steps = int(controls["steps"])
        runs, models = self._slice("run_offsets"), self._slice("model_offsets")
        self.run_scale = floats(constants, "run_scale")[runs]
        self.run_score = floats(constants, "run_score")[runs]
        self.run_model: Ints = floats(constants, "run_model")[runs].astype(np.intp)
        self.run_between = floats(constants, "run_between")[:, runs]
        self.model_scale = floats(constants, "model_scale")[models]
        self.model_score = floats(constants, "model_score")[models]
        self.models = len(self.model_scale)
        held_out = int(np.floor(controls["held_out"] + 0.5))
        self.held_out = min(max(held_out, 1), self.models - 1)
        self.visible = self.models - self.held_out
        self.grid = floats(constants, "grid")[self.set]
        self.chance = float(floats(constants, "chance")[self.set])

    def _first_of(self, task: int) -> int:
        sets = np.asarray(self.constants["set_of"])[task]
        return int(sets[sets >= 0][0])

    def _slice(self, offsets: str) -> slice:
        ends = ints(self.constants, offsets)
        return slice(int(ends[self.set]), int(ends[self.set + 1]))

    def row(self, method: int, held_out: int | None = None) -> int:
        """Row of a method's forecast; -1 where it refuses."""
        cut = self.held_out if held_out is None else held_out
        return int(np.asarray(self.constants["row_of"])[self.set, cut - 1, method])

    def step_row(self, chain: int) -> int:
        """Row of a chain's two steps; -1 where it refuses."""
        return int(np.asarray(self.constants["step_row_of"])[self.set, self.held_out - 1, chain])

    def reason(self, method: int) -> str:
        """Why a method refuses; empty where it does not."""
        number = np.asarray(self.constants["reason_of"])[self.set, self.held_out - 1, method]
        return str(self.constants["reasons"][int(number)])

    def of_row(self, name: str, row: int) -> Floats:
        """A row of a table of curves; NaN where there is none."""
        table = floats(self.constants, name)
        return table[row] if row >= 0 else np.full(int(table.shape[1]), np.nan)

    def by_model(self, part: str, row: int) -> Floats:
        """Shape (models,): a forecast at each model's scale."""
        return self.of_row(f"model_{part}", row)[: self.models]

    def mean_error(self, method: int, held_out: int) -> float:
        """Mean absolute error over the hidden models; NaN where the method refuses."""
        value = self.by_model("value", self.row(method, held_out))
        return mean(np.abs(value - self.model_score)[self.models - held_out :])


def mean(values: Floats) -> float:
    """Mean, added up in the order of the values, as the browser does."""
    return float(np.add.accumulate(values)[-1]) / len(values) if len(values) else float("nan")

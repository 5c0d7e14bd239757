"""Forecast: scores of hidden models, beside what several methods forecast from the visible ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.forecast import METHODS
from .program import Constants, Controls, Floats, Ints, floats, ints

__all__ = ["CHAINS", "METHODS", "forecast"]

CHAINS = ("smooth", "ladder")
"""Methods that go in two steps."""
PARTS = ("value", "lower", "upper")
OWN_WORDS = ("scale_axis", "score_axis", "held_out_axis", "error_axis", "scale_label")


class _Inputs:
    """The controls and constants, read once; `words` are texts and axes of the chosen series."""

    def __init__(self, controls: Controls, constants: Constants) -> None:
        self.constants = constants
        sets = np.asarray(constants["set_of"])[int(controls["task"])]
        chosen = sets[int(controls["family"])]
        self.known = int(chosen) >= 0
        # A family that was not asked the task shows the task's first one instead.
        self.set = int(chosen) if self.known else int(sets[sets >= 0][0])
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

    def _slice(self, offsets: str) -> slice:
        ends = ints(self.constants, offsets)
        return slice(int(ends[self.set]), int(ends[self.set + 1]))

    def row(self, method: int, held_out: int | None = None, *, name: str = "row_of") -> int:
        """Row of a method's forecast, or of what else is named; -1 where it refuses."""
        cut = self.held_out if held_out is None else held_out
        return int(np.asarray(self.constants[name])[self.set, cut - 1, method])

    def reason(self, method: int) -> str:
        """Why a method refuses; empty where it does not."""
        return str(self.constants["reasons"][self.row(method, name="reason_of")])

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
        return _mean(np.abs(value - self.model_score)[self.models - held_out :])


def _mean(values: Floats) -> float:
    """Mean, added up in the order of the values, as the browser does."""
    return float(np.add.accumulate(values)[-1]) / len(values) if len(values) else float("nan")


def forecast(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Runs and models, visible and hidden, and what every method says of them, in data units."""
    inputs = _Inputs(controls, constants)
    outputs = {**_runs(inputs), **_texts_and_axes(inputs)}
    for number, method in enumerate(METHODS):
        outputs |= _method(inputs, number, method)
    for number, chain in enumerate(CHAINS):
        outputs |= _steps(inputs, number, chain)
    return outputs | _readouts(inputs) | _table(inputs)


def _runs(inputs: _Inputs) -> dict[str, Any]:
    between = inputs.run_between[inputs.steps]
    hidden = inputs.run_model >= inputs.visible
    last, first = inputs.model_scale[[inputs.visible - 1, inputs.visible]]
    outputs: dict[str, Any] = {
        "grid": inputs.grid,
        "grid_ends": inputs.grid[[0, -1]],
        "last_visible": float(last),
        # Halfway in decades.
        "edge": float(np.sqrt(last * first)),
        "first_hidden_score": float(inputs.model_score[inputs.visible]),
        "chance_shown": inputs.chance if inputs.chance > 0 else np.nan,
    }
    for name, chosen in (("visible", ~hidden), ("hidden", hidden)):
        outputs |= {
            f"{name}_scale": inputs.run_scale[chosen],
            f"{name}_score": inputs.run_score[chosen],
            f"{name}_between": between[chosen],
        }
    return outputs


def _method(inputs: _Inputs, number: int, method: str) -> dict[str, Any]:
    """A method's curve, its values at the last visible model, and its error from every cut-off."""
    row = inputs.row(number)
    outputs: dict[str, Any] = {f"{method}_shown": inputs.methods[number]}
    for part in PARTS:
        outputs[f"{method}_{part}"] = inputs.of_row(f"curve_{part}", row)
        outputs[f"{method}_{part}_at_last"] = float(inputs.by_model(part, row)[inputs.visible - 1])
    cut_offs = np.arange(1, inputs.models)
    error = [inputs.mean_error(number, int(one)) for one in cut_offs]
    return outputs | {
        f"error_{method}_held_out": cut_offs.astype(float),
        f"error_{method}_value": np.array(error, dtype=float),
    }


def _steps(inputs: _Inputs, number: int, chain: str) -> dict[str, Any]:
    row = inputs.row(number, name="step_row_of")
    grid = floats(inputs.constants, "second_grid")[inputs.set, number]
    return {f"second_{chain}_at": grid} | {
        f"{step}_{chain}_{part}": inputs.of_row(f"{step}_{part}", row)
        for step in ("first", "second")
        for part in PARTS
    }


def _readouts(inputs: _Inputs) -> dict[str, Any]:
    outputs: dict[str, Any] = {"hidden_now": float(inputs.held_out)}
    hidden = inputs.run_model >= inputs.visible
    for number, method in enumerate(METHODS):
        row = inputs.row(number)
        lower = inputs.by_model("lower", row)[inputs.run_model[hidden]]
        upper = inputs.by_model("upper", row)[inputs.run_model[hidden]]
        score = inputs.run_score[hidden]
        judged = int(np.isfinite(lower).sum())
        inside = int(((score >= lower) & (score <= upper)).sum())
        detail = f"{inside} of {judged} runs in the interval" if judged else "no interval"
        log_score = inputs.by_model("log_score", row)[inputs.visible :]
        error = inputs.mean_error(number, inputs.held_out)
        outputs |= {
            f"points_off_{method}": 100 * error,
            f"unit_{method}": " pts off" if np.isfinite(error) else "",
            f"inside_{method}": inside / judged if judged else np.nan,
            f"log_score_{method}": _mean(log_score),
            f"detail_{method}": inputs.reason(number) or detail,
        }
    return outputs


def _table(inputs: _Inputs) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "table_model": inputs.words["names"],
        "table_state": [
            "visible" if one < inputs.visible else "hidden" for one in range(inputs.models)
        ],
        "table_scale": inputs.model_scale,
        "table_score": inputs.model_score,
    }
    shown = np.arange(inputs.models) >= inputs.visible
    for number, method in enumerate(METHODS):
        row = inputs.row(number)
        for part in ("value", "lower", "upper", "log_score"):
            columns[f"table_{method}_{part}"] = np.where(shown, inputs.by_model(part, row), np.nan)
    return columns


def _texts_and_axes(inputs: _Inputs) -> dict[str, Any]:
    words = inputs.words
    step = words["steps"][inputs.steps]
    reason = inputs.reason(METHODS.index(CHAINS[inputs.steps]))
    return {
        **{name: words[name] for name in OWN_WORDS},
        "first_axis": step["first"],
        "second_axis": step["second"],
        "scale_falls": bool(words["falls"]),
        "score_title": words["title"],
        "score_note": words["note"] if inputs.known else f"not measured; shown: {words['line']}",
        "between_logarithmic": bool(step["logarithmic"]),
        "between_falls": bool(step["falls"]),
        "first_title": step["title"],
        "first_note": reason or step["label"],
        "second_label": step["label"],
        "second_note": reason or step["pair"],
    }

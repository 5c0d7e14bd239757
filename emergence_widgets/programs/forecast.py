"""Forecast: scores of hidden models, beside what four methods forecast from the visible ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.forecast import METHODS
from .forecast_inputs import CHAINS, Inputs, mean
from .program import Constants, Controls, floats

__all__ = ["CHAINS", "METHODS", "forecast"]

PARTS = ("value", "lower", "upper")


def forecast(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Runs and models, visible and hidden, and what every method says of them, in data units."""
    inputs = Inputs(controls, constants)
    outputs = {**_runs(inputs), **_texts_and_axes(inputs)}
    for number, method in enumerate(METHODS):
        outputs |= _method(inputs, number, method)
    for number, chain in enumerate(CHAINS):
        outputs |= _steps(inputs, number, chain)
    return outputs | _readouts(inputs) | _table(inputs)


def _runs(inputs: Inputs) -> dict[str, Any]:
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


def _method(inputs: Inputs, number: int, method: str) -> dict[str, Any]:
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


def _steps(inputs: Inputs, number: int, chain: str) -> dict[str, Any]:
    row = inputs.step_row(number)
    grid = floats(inputs.constants, "second_grid")[inputs.set, number]
    return {f"second_{chain}_at": grid} | {
        f"{step}_{chain}_{part}": inputs.of_row(f"{step}_{part}", row)
        for step in ("first", "second")
        for part in PARTS
    }


def _readouts(inputs: Inputs) -> dict[str, Any]:
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
            f"log_score_{method}": mean(log_score),
            f"detail_{method}": inputs.reason(number) or detail,
        }
    return outputs


def _table(inputs: Inputs) -> dict[str, Any]:
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


def _texts_and_axes(inputs: Inputs) -> dict[str, Any]:
    words = inputs.words
    step = words["steps"][inputs.steps]
    reason = inputs.reason(METHODS.index(CHAINS[inputs.steps]))
    return {
        "scale_axis": words["scale_axis"],
        "score_axis": words["score_axis"],
        "first_axis": step["first"],
        "second_axis": step["second"],
        "held_out_axis": words["held_out_axis"],
        "error_axis": words["error_axis"],
        "scale_label": words["scale_label"],
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

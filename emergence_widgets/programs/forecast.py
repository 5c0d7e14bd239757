"""Forecast: scores of hidden models, beside what four methods foretold from the visible ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.forecast import METHODS
from .forecast_reading import CHAINS, Floats, Reading

__all__ = ["CHAINS", "METHODS", "forecast"]

PARTS = ("value", "lower", "upper")


def forecast(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Runs and models, visible and hidden, and what every method says of them, in data units."""
    reading = Reading(controls, constants)
    outputs = {**_runs(reading), **_texts_and_axes(reading)}
    for number, method in enumerate(METHODS):
        outputs |= _method(reading, number, method)
    for number, chain in enumerate(CHAINS):
        outputs |= _steps(reading, number, chain)
    return outputs | _readouts(reading) | _table(reading)


def _runs(reading: Reading) -> dict[str, Any]:
    between = reading.between(reading.steps)
    hidden = reading.run_model >= reading.visible
    last, first = reading.model_scale[[reading.visible - 1, reading.visible]]
    outputs: dict[str, Any] = {
        "grid": reading.grid,
        "grid_ends": reading.grid[[0, -1]],
        "last_visible": float(last),
        # Halfway in decades.
        "edge": float(np.sqrt(last * first)),
        "first_hidden_score": float(reading.model_score[reading.visible]),
        "chance_shown": reading.chance if reading.chance > 0 else np.nan,
    }
    for name, chosen in (("visible", ~hidden), ("hidden", hidden)):
        outputs |= {
            f"{name}_scale": reading.run_scale[chosen],
            f"{name}_score": reading.run_score[chosen],
            f"{name}_between": between[chosen],
        }
    return outputs


def _method(reading: Reading, number: int, method: str) -> dict[str, Any]:
    """A method's curve, its values at the last visible model, and its error from every cut-off."""
    row = reading.row(number)
    outputs: dict[str, Any] = {f"{method}_shown": reading.methods[number]}
    for part in PARTS:
        outputs[f"{method}_{part}"] = reading.of_row(f"curve_{part}", row)
        outputs[f"{method}_{part}_at_last"] = reading.at_model(part, row, reading.visible - 1)
    cut_offs = np.arange(1, reading.models)
    error = [reading.mean_error(number, int(one)) for one in cut_offs]
    return outputs | {
        f"error_{method}_held_out": cut_offs.astype(float),
        f"error_{method}_value": np.array(error, dtype=float),
    }


def _steps(reading: Reading, number: int, chain: str) -> dict[str, Any]:
    row = reading.step_row(number)
    return {f"second_{chain}_at": reading.second_grid(number)} | {
        f"{step}_{chain}_{part}": reading.of_row(f"{step}_{part}", row)
        for step in ("first", "second")
        for part in PARTS
    }


def _readouts(reading: Reading) -> dict[str, Any]:
    outputs: dict[str, Any] = {"hidden_now": float(reading.held_out)}
    hidden = reading.run_model >= reading.visible
    for number, method in enumerate(METHODS):
        row = reading.row(number)
        lower = reading.by_model("lower", row)[reading.run_model[hidden]]
        upper = reading.by_model("upper", row)[reading.run_model[hidden]]
        score = reading.run_score[hidden]
        judged = int(np.isfinite(lower).sum())
        inside = int(((score >= lower) & (score <= upper)).sum())
        detail = f"{inside} of {judged} runs in the interval" if judged else "no interval"
        log_score = reading.by_model("log_score", row)[reading.visible :]
        error = reading.mean_error(number, reading.held_out)
        outputs |= {
            f"points_off_{method}": 100 * error,
            f"unit_{method}": " pts off" if np.isfinite(error) else "",
            f"inside_{method}": inside / judged if judged else np.nan,
            f"log_score_{method}": _mean(log_score),
            f"detail_{method}": reading.reason(number) or detail,
        }
    return outputs


def _mean(values: Floats) -> float:
    """Sums in the order of the values, as the browser does."""
    if len(values) == 0:
        return float("nan")
    total = 0.0
    for value in values.tolist():
        total += value
    return total / len(values)


def _table(reading: Reading) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "table_model": reading.words["names"],
        "table_state": [
            "visible" if one < reading.visible else "hidden" for one in range(reading.models)
        ],
        "table_scale": reading.model_scale,
        "table_score": reading.model_score,
    }
    shown = np.arange(reading.models) >= reading.visible
    for number, method in enumerate(METHODS):
        row = reading.row(number)
        for part in ("value", "lower", "upper", "log_score"):
            columns[f"table_{method}_{part}"] = np.where(shown, reading.by_model(part, row), np.nan)
    return columns


def _texts_and_axes(reading: Reading) -> dict[str, Any]:
    words = reading.words
    step = words["steps"][reading.steps]
    reason = reading.reason(METHODS.index(CHAINS[reading.steps]))
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
        "score_note": words["note"] if reading.known else f"not measured; shown: {words['line']}",
        "between_logarithmic": bool(step["logarithmic"]),
        "between_falls": bool(step["falls"]),
        "first_title": step["title"],
        "first_note": reason or step["label"],
        "second_label": step["label"],
        "second_note": reason or step["pair"],
    }

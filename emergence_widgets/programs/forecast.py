"""Forecast: scores of hidden models, beside what four methods foretold from the visible ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.forecast import METHODS
from .drawing import Floats, place
from .forecast_reading import CHAINS, Reading

__all__ = ["CHAINS", "METHODS", "forecast"]

PARTS = ("value", "lower", "upper")


def forecast(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every point, line, band and readout of `ForecastExplorer`.

    Parameters
    ----------
    controls
        ``held_out`` (models hidden), ``task`` and ``family`` (indices), ``methods`` (one
        switch each of `METHODS`) and ``steps`` (index into `CHAINS`).
    constants
        What `emergence_widgets.explorers.forecast.constants` makes: the runs of every series, and
        the forecasts of every method from every cut-off.

    Returns
    -------
    dict
        Lines and bands by method, visible and hidden runs in three figures, the error of
        each method over all cut-offs, readouts and the table.
    """
    reading = Reading(controls, constants)
    outputs: dict[str, Any] = {**_score_figure(reading), **_axes(reading)}
    for number, chain in enumerate(CHAINS):
        shown = number == reading.steps
        outputs |= _first_step(reading, number, chain, shown)
        outputs |= _second_step(reading, number, chain, shown)
    outputs |= _step_points(reading)
    outputs |= _errors(reading)
    outputs |= _readouts(reading)
    return outputs | _table(reading)


def _score_figure(reading: Reading) -> dict[str, Any]:
    outputs: dict[str, Any] = {}
    hidden = reading.run_model >= reading.visible
    x = place(reading.run_scale, True)
    for name, chosen in (("visible", ~hidden), ("hidden", hidden)):
        outputs |= {
            f"{name}_scale": reading.run_scale[chosen],
            f"{name}_score": reading.run_score[chosen],
            f"{name}_x": x[chosen],
            f"{name}_y": reading.run_score[chosen],
        }
    grid = place(reading.grid, True)
    ahead = grid > reading.last_x if not reading.falls else grid < reading.last_x
    for number, method in enumerate(METHODS):
        row = reading.row(number)
        drawn = row >= 0 and reading.methods[number]
        value, lower, upper = (reading.of_row(f"curve_{part}", row) for part in PARTS)
        known = np.isfinite(value) & drawn
        # Nothing is said of the visible models by a value that is only carried on.
        at_last = np.full(int(drawn and method == "last_value"), reading.last_x)
        carried = np.full(len(at_last), reading.at_model("value", row, reading.visible - 1))
        outputs |= {
            f"{method}_scale": reading.grid,
            f"{method}_value": value,
            f"{method}_lower": lower,
            f"{method}_upper": upper,
            f"line_{method}_x": np.concatenate([at_last, grid[known]]),
            f"line_{method}_y": np.minimum(np.concatenate([carried, value[known]]), reading.top),
        }
        last = reading.visible - 1
        low, high = reading.at_model("lower", row, last), reading.at_model("upper", row, last)
        beyond = known & ahead & np.isfinite(lower)
        start = np.array([reading.last_x] if drawn and np.isfinite(low) else [], dtype=float)
        outputs |= _band(
            method,
            np.concatenate([start, grid[beyond]]),
            np.concatenate([np.full(len(start), low), lower[beyond]]),
            np.concatenate([np.full(len(start), high), upper[beyond]]),
            reading.top,
        )
    edge = (reading.last_x + reading.next_x) / 2
    # The note keeps out of the way of the hidden points beside it.
    high_up = bool(reading.model_score[reading.visible] > reading.top / 2)
    return outputs | {
        "edge_x": np.full(2, edge),
        "edge_y": np.array([0.0, reading.top]),
        "edge_note_x": np.array([edge]),
        "edge_note_y": np.array([(0.06 if high_up else 0.94) * reading.top]),
        "edge_note": ["hidden"],
        "chance_x": grid[[0, -1]] if reading.chance > 0 else np.zeros(0),
        "chance_y": np.full(2, reading.chance) if reading.chance > 0 else np.zeros(0),
    }


def _band(
    name: str, x: Floats, lower: Floats, upper: Floats, top: float, bottom: float = 0.0
) -> dict[str, Any]:
    """A region as a line that runs there along its top and back along its bottom."""
    high, low = np.clip(upper, bottom, top), np.clip(lower, bottom, top)
    return {
        f"band_{name}_x": np.concatenate([x, x[::-1]]),
        f"band_{name}_y": np.concatenate([high, low[::-1]]),
    }


def _first_step(reading: Reading, number: int, chain: str, shown: bool) -> dict[str, Any]:
    row = reading.step_row(number)
    value, lower, upper = (reading.of_row(f"first_{part}", row) for part in PARTS)
    drawn = shown & (row >= 0)
    axis = reading.step_axis(number)
    logarithmic = bool(axis["logarithmic"])
    low, high = float(axis["first"]["low"]), float(axis["first"]["high"])
    y, under, over = (place(part, logarithmic) for part in (value, lower, upper))
    # A score that falls below what a logarithm can hold is drawn at the axis.
    under = np.where(np.isnan(under) & np.isfinite(lower), low, under)
    known = np.isfinite(y) & drawn
    on_axis = known & (y >= low) & (y <= high)
    x = place(reading.grid, True)
    return {
        f"first_{chain}_value": value,
        f"first_{chain}_lower": lower,
        f"first_{chain}_upper": upper,
        f"line_first_{chain}_x": x[on_axis],
        f"line_first_{chain}_y": y[on_axis],
        **_band(f"first_{chain}", x[known], under[known], over[known], high, low),
    }


def _second_step(reading: Reading, number: int, chain: str, shown: bool) -> dict[str, Any]:
    row = reading.step_row(number)
    value, lower, upper = (reading.of_row(f"second_{part}", row) for part in PARTS)
    at = reading.second_grid(number)
    known = np.isfinite(value) & (shown & (row >= 0))
    x = place(at, bool(reading.step_axis(number)["logarithmic"]))
    return {
        f"second_{chain}_at": at,
        f"second_{chain}_value": value,
        f"second_{chain}_lower": lower,
        f"second_{chain}_upper": upper,
        f"line_second_{chain}_x": x[known],
        f"line_second_{chain}_y": np.minimum(value[known], reading.top),
        **_band(f"second_{chain}", x[known], lower[known], upper[known], reading.top),
    }


def _step_points(reading: Reading) -> dict[str, Any]:
    """Runs by scale and intermediate score, and by intermediate and sharp score."""
    axis = reading.step_axis(reading.steps)
    between = reading.between(reading.steps)
    middle = place(between, bool(axis["logarithmic"]))
    x = place(reading.run_scale, True)
    known = np.isfinite(middle)
    hidden = reading.run_model >= reading.visible
    outputs: dict[str, Any] = {}
    for name, chosen in (("visible", known & ~hidden), ("hidden", known & hidden)):
        outputs |= {
            f"first_{name}_x": x[chosen],
            f"first_{name}_y": middle[chosen],
            f"second_{name}_x": middle[chosen],
            f"second_{name}_y": reading.run_score[chosen],
            f"first_{name}_value": between[chosen],
        }
    reason = reading.reason(METHODS.index(CHAINS[reading.steps]))
    return outputs | {
        "first_title": axis["title"],
        "first_note": reason or axis["label"],
        "second_note": reason or axis["pair"],
    }


def _errors(reading: Reading) -> dict[str, Any]:
    """Mean absolute error over the hidden models, from every cut-off."""
    outputs: dict[str, Any] = {}
    cut_offs = np.arange(1, reading.models)
    for number, method in enumerate(METHODS):
        error = np.array([reading.mean_error(number, int(one)) for one in cut_offs], dtype=float)
        shown = np.isfinite(error) & reading.methods[number]
        outputs |= {
            f"error_{method}_held_out": cut_offs.astype(float),
            f"error_{method}_value": error,
            f"error_{method}_x": cut_offs[shown].astype(float),
            f"error_{method}_y": error[shown],
        }
    return outputs | {
        "error_mark_x": np.full(2, float(reading.held_out)),
        "error_mark_y": np.array([0.0, float(reading.words["error_axis"]["high"])]),
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


def _axes(reading: Reading) -> dict[str, Any]:
    words = reading.words
    step = reading.step_axis(reading.steps)
    outputs: dict[str, Any] = {}
    for name, ends in (
        ("scale", words["scale_axis"]),
        ("score", words["score_axis"]),
        ("first", step["first"]),
        ("second", step["second"]),
        ("held_out", words["held_out_axis"]),
        ("error", words["error_axis"]),
    ):
        outputs |= {
            f"{name}_ticks": np.asarray(ends["places"], dtype=float),
            f"{name}_labels": ends["labels"],
            f"{name}_low": float(ends["low"]),
            f"{name}_high": float(ends["high"]),
        }
    return outputs | {
        "scale_label": words["scale_label"],
        "scale_reverse": reading.falls,
        "second_label": step["label"],
        "second_reverse": bool(step["falls"]),
        "score_title": words["title"],
        "score_note": words["note"] if reading.known else f"not measured; shown: {words['line']}",
    }

"""Results: measured scores of real models, re-read through metrics, thresholds and K of K."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.measures import breakthroughness
from ..core.sampling import wilson_interval

SLOTS = 4
PASSING = "passing"
"""The metric made while sliding: the share of answers at least as good as the threshold."""

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def results(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every point, line and text of `ResultsExplorer`.

    Parameters
    ----------
    controls
        Indices ``task``, ``scale`` and ``metric_1`` … ``metric_4`` (the number of metrics or
        more: no figure); ``families``, ``log_scale``, ``log_score`` and ``intervals``
        (booleans); ``threshold`` in units of the item score; ``all_of`` (K); ``selection``
        (a run, or -1).
    constants
        Made by `emergence_widgets.widgets.series.series_constants`.

    Returns
    -------
    dict
        By figure (slot 0 to 3) and family (``<name>_<slot>_<family>``): points, intervals
        and lines as places on the axes, points in data units; by figure: texts, ticks and
        ends of its axis, breakthroughness beside its null; the selected model's answers.
    """
    reading = _Reading(controls, constants)
    outputs: dict[str, Any] = {}
    for slot in range(SLOTS):
        outputs |= _figure(reading, slot, int(controls[f"metric_{slot + 1}"]))
    return outputs | _scale_axis(reading) | _answers(reading)


class _Reading:
    """The controls and constants, read once."""

    def __init__(self, controls: Mapping[str, Any], constants: Mapping[str, Any]) -> None:
        def whole(name: str) -> Ints:
            return np.asarray(constants[name]).astype(np.intp)

        self.constants = constants
        self.task = int(controls["task"])
        self.log_score = bool(controls["log_score"])
        self.log_scale = bool(controls["log_scale"])
        self.intervals = bool(controls["intervals"])
        self.shown = [bool(shown) for shown in controls["families"]]
        # Sliders stop at hundredths, whose binary fractions may lie just above a score.
        self.threshold = float(controls["threshold"]) - 1e-9
        self.all_of = int(np.floor(controls["all_of"] + 0.5))
        self.selection = int(controls["selection"])
        self.metrics: list[dict[str, Any]] = constants["metrics"]
        self.axis = constants["scales"][int(controls["scale"])]
        self.run_family, self.run_model = whole("run_family"), whole("run_model")
        self.run_group = whole("run_group")
        scale = np.asarray(constants["run_scale"], dtype=float)[:, int(controls["scale"])]
        self.run_scale = scale
        many_steps = bool(constants["many_steps"])
        self.line_a_model = many_steps and self.axis["name"] != "params"
        usable = np.isfinite(scale) & ((scale > 0) | (not self.log_scale))
        if many_steps and not self.line_a_model:
            usable &= np.asarray(constants["run_last"]) > 0
        self.run_usable = usable

    def scores(self, metric: int) -> tuple[Ints, Floats, Floats, Floats]:
        """Runs with their score and its interval, for the chosen task and one metric."""
        if self.metrics[metric]["name"] == PASSING:
            return self._passing()
        pair = int(np.asarray(self.constants["pair"])[self.task, metric])
        offsets = np.asarray(self.constants["pair_offsets"]).astype(np.intp)
        rows = slice(offsets[pair], offsets[pair + 1]) if pair >= 0 else slice(0, 0)
        run, value, lower, upper = (
            np.asarray(self.constants[f"point_{name}"], dtype=float)[rows]
            for name in ("run", "value", "lower", "upper")
        )
        return run.astype(np.intp), value, lower, upper

    def _passing(self) -> tuple[Ints, Floats, Floats, Floats]:
        """Of each run: the chance that K answers drawn without replacement all pass."""
        n_runs = len(self.run_family)
        first = self.task * n_runs
        offsets = np.asarray(self.constants["item_offsets"]).astype(np.intp)
        offsets = offsets[first : first + n_runs + 1]
        values = np.asarray(self.constants["item_value"], dtype=float)
        counts = np.asarray(self.constants["item_count"], dtype=float)
        before = np.concatenate([[0.0], np.cumsum(counts)])
        passed = np.concatenate([[0.0], np.cumsum(counts * (values >= self.threshold))])
        n = before[offsets[1:]] - before[offsets[:-1]]
        right = passed[offsets[1:]] - passed[offsets[:-1]]
        run = np.flatnonzero(n > 0)
        n, right = n[run], right[run]
        value = np.ones(len(run))
        for i in range(self.all_of):
            value = value * np.where(n > i, np.maximum(right - i, 0) / np.maximum(n - i, 1), np.nan)
        lower, upper = wilson_interval(right, n)
        return run, value, lower**self.all_of, upper**self.all_of


def _place(values: Floats, logarithmic: bool) -> Floats:
    if not logarithmic:
        return values
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _figure(reading: _Reading, slot: int, metric: int) -> dict[str, Any]:
    shown = metric < len(reading.metrics)
    chosen = reading.metrics[metric] if shown else None
    nothing = np.zeros(0)
    run, value, lower, upper = (
        reading.scores(metric) if shown else (nothing.astype(np.intp), nothing, nothing, nothing)
    )
    usable = reading.run_usable[run] & np.isfinite(value)
    run, value, lower, upper = run[usable], value[usable], lower[usable], upper[usable]
    axes = reading.constants["axes"]
    axis_index = np.asarray(reading.constants["pair_axis"])
    axis = axes[int(axis_index[reading.task, metric])] if shown else axes[0]
    logarithmic = reading.log_score and axis["log"] is not None
    ends = axis["log" if logarithmic else "linear"]
    outputs: dict[str, Any] = {}
    lines: list[Floats] = []
    for family, visible in enumerate(reading.shown):
        mine = (reading.run_family[run] == family) & visible
        series = _series(
            reading, run[mine], value[mine], lower[mine], upper[mine], logarithmic, ends["low"]
        )
        lines.append(series.pop("line_score"))
        outputs |= {f"{name}_{slot}_{family}": part for name, part in series.items()}
    hidden = int(np.sum(value <= 0)) if logarithmic else 0
    chance = (
        float(np.asarray(reading.constants["pair_chance"])[reading.task, metric])
        if shown
        else np.nan
    )
    outputs |= {
        f"title_{slot}": chosen["title"] if chosen else "",
        f"note_{slot}": _note(reading, chosen, len(run), hidden),
        f"display_{slot}": "" if chosen else "none",
        f"score_ticks_{slot}": np.asarray(ends["places"], dtype=float),
        f"score_labels_{slot}": ends["labels"],
        f"score_low_{slot}": float(ends["low"]),
        f"score_high_{slot}": float(ends["high"]),
        f"chance_{slot}": _place(np.full(2, chance), logarithmic),
    }
    return outputs | _sharpness(reading, slot, chosen, lines)


def _series(
    reading: _Reading,
    run: Ints,
    value: Floats,
    lower: Floats,
    upper: Floats,
    logarithmic: bool,
    bottom: float,
) -> dict[str, Any]:
    scale = reading.run_scale[run]
    x, y = _place(scale, reading.log_scale), _place(value, logarithmic)
    barred = np.isfinite(lower) & np.isfinite(upper) & np.isfinite(y) & reading.intervals
    low, high = _place(lower[barred], logarithmic), _place(upper[barred], logarithmic)
    low = np.where(np.isnan(low), bottom, low)
    gap = np.full(len(low), np.nan)
    line_scale, line_score = _line(reading, run, scale, value)
    return {
        "scale": scale,
        "score": value,
        "lower": lower,
        "upper": upper,
        "run": run.astype(float),
        "x": x,
        "y": y,
        "bars_x": np.stack([x[barred], x[barred], gap], axis=-1).ravel(),
        "bars_y": np.stack([low, high, gap], axis=-1).ravel(),
        "line_x": _place(line_scale, reading.log_scale),
        "line_y": _place(line_score, logarithmic),
        "line_score": line_score,
        "selected": np.flatnonzero(run == reading.selection).astype(float),
    }


def _line(reading: _Reading, run: Ints, scale: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Means over seeds, in order of scale; NaN between the lines of several models."""
    if len(run) == 0:
        return np.zeros(0), np.zeros(0)
    groups, member = np.unique(reading.run_group[run], return_inverse=True)
    size = np.bincount(member)
    mean_scale = np.bincount(member, weights=scale) / size
    mean_value = np.bincount(member, weights=value) / size
    model = np.zeros(len(groups), dtype=np.intp)
    if reading.line_a_model:
        model[member] = reading.run_model[run]
    order = np.lexsort((mean_scale, model))
    mean_scale, mean_value, model = mean_scale[order], mean_value[order], model[order]
    breaks = np.flatnonzero(np.diff(model)) + 1
    return np.insert(mean_scale, breaks, np.nan), np.insert(mean_value, breaks, np.nan)


def _note(reading: _Reading, chosen: Mapping[str, Any] | None, points: int, hidden: int) -> str:
    if chosen is None:
        return ""
    if points == 0:
        return "not measured here"
    parts: list[str] = []
    if chosen["name"] == PASSING:
        hundredths = int(np.floor(100 * (reading.threshold + 1e-9) + 0.5))
        parts.append(f"{chosen['item_label']} ≥ {hundredths // 100}.{hundredths % 100:02d}")
        if reading.all_of > 1:
            parts.append(f"{reading.all_of} of {reading.all_of}")
    if hidden > 0:
        parts.append(f"{hidden} at or below 0 not on this axis")
    return ", ".join(parts)


def _sharpness(
    reading: _Reading, slot: int, chosen: Mapping[str, Any] | None, lines: list[Floats]
) -> dict[str, Any]:
    """Breakthroughness of the first line that has three points or more, and its null."""
    found, family = np.zeros(0), -1
    for index, line in enumerate(lines):
        ends = np.flatnonzero(np.isnan(line))
        first = line[: ends[0]] if len(ends) else line
        if len(first) >= 3:
            found, family = first, index
            break
    if chosen is None or family < 0:
        numbers = dict.fromkeys(("breakthroughness", "null_95", "ramp", "uneven_from"), np.nan)
        label = ""
    else:
        oriented = -found if chosen["lower_is_better"] else found
        if reading.axis["name"] == "loss":
            oriented = oriented[::-1]
        null = np.asarray(reading.constants["null_95"], dtype=float)
        noise = float(null[min(len(found), len(null) - 1)])
        ramp = float(len(found) - 1)
        numbers = {
            "breakthroughness": float(breakthroughness(oriented)),
            "null_95": noise,
            "ramp": ramp,
            "uneven_from": max(2 * ramp, noise),
        }
        label = f"{chosen['label']}, {reading.constants['families'][family]}"
    return {f"{name}_{slot}": number for name, number in numbers.items()} | {
        f"readout_{slot}": label
    }


def _scale_axis(reading: _Reading) -> dict[str, Any]:
    axis = reading.axis
    ends = axis["log"] if reading.log_scale and axis["log"] is not None else axis["linear"]
    return {
        "scale_ticks": np.asarray(ends["places"], dtype=float),
        "scale_labels": ends["labels"],
        "scale_low": float(ends["low"]),
        "scale_high": float(ends["high"]),
        "scale_ends": np.array([ends["low"], ends["high"]], dtype=float),
        "scale_label": axis["label"],
        "scale_reverse": axis["name"] == "loss",
    }


def _answers(reading: _Reading) -> dict[str, Any]:
    """Outputs of the selected run beside the targets, with the mark of those that pass."""
    sets = reading.constants["answers"]
    chosen = sets[reading.task] if reading.task < len(sets) else None
    if reading.selection < 0:
        return {"answers": {"heading": "", "rows": []}}
    heading = reading.constants["run_names"][reading.selection]
    mine = chosen["runs"].get(str(reading.selection)) if chosen else None
    if chosen is None or mine is None:
        return {"answers": {"heading": heading, "rows": []}}
    rows = [
        {
            "prompt": prompt,
            "target": target,
            "output": output,
            "score": score,
            "passed": score is not None and score >= reading.threshold,
        }
        for prompt, target, output, score in zip(
            chosen["prompt"], chosen["target"], mine["output"], mine["score"], strict=True
        )
    ]
    return {"answers": {"heading": heading, "rows": rows}}

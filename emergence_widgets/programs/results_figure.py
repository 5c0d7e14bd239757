"""One figure of measured scores: points, intervals, lines, chance and axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .drawing import interval_line, place, trimmed
from .results_onset import onset_mark
from .results_reading import PASSING, Floats, Ints, Reading

MOST_NAMES = 5
POINT_SIZES = ((80, 42.0), (240, 20.0))
SMALLEST_POINT = 9.0
POINT_EDGE = "var(--ew-surface)"
NAME_ROOM, HIGHEST_NAME = 0.09, 0.88


def figure(
    reading: Reading, slot: int, metric: int, families: Iterable[int]
) -> tuple[dict[str, Any], list[Floats]]:
    """One metric of the chosen task.

    Parameters
    ----------
    reading
        Controls and constants.
    slot
        The figure's number, which ends the names of its outputs.
    metric
        Index of the metric; beyond the last one: an empty figure.
    families
        The families by their place, whose number ends the names of a family's outputs; an index
        that is no family's has a place with nothing in it.

    Returns
    -------
    outputs, lines
        Of each place, the scores along its line.
    """
    shown = metric < len(reading.metrics)
    chosen = reading.metrics[metric] if shown else None
    nothing = np.zeros(0)
    run, value, lower, upper = (
        reading.scores(metric) if shown else (nothing.astype(np.intp), nothing, nothing, nothing)
    )
    usable = reading.run_usable[run] & np.isfinite(value)
    off_scale = int(np.sum(reading.run_off_scale[run] & np.isfinite(value)))
    run, value, lower, upper = run[usable], value[usable], lower[usable], upper[usable]
    axes = reading.constants["axes"]
    axis_index = np.asarray(reading.constants["pair_axis"])
    axis = axes[int(axis_index[reading.task, metric])] if shown else axes[0]
    logarithmic = reading.log_score and axis["log"] is not None
    ends = axis["log" if logarithmic else "linear"]
    outputs: dict[str, Any] = {}
    lines: list[Floats] = []
    visible_runs = run[np.isin(reading.run_family[run], np.flatnonzero(reading.shown))]
    names: list[str] = reading.constants["training_names"]
    distinct = {names[int(one)] for one in reading.run_training[visible_runs]}
    along = bool(np.any(reading.run_along_training[visible_runs]))
    named = along and 1 < len(distinct) <= MOST_NAMES
    taken: dict[str, float] = {}
    for at, family in enumerate(families):
        mine = (reading.run_family[run] == family) & reading.is_shown(family)
        series = _series(
            reading, run[mine], value[mine], lower[mine], upper[mine], logarithmic, ends["low"]
        )
        lines.append(series.pop("line_score"))
        curves = sorted({int(one) for one in reading.run_curve[run[mine]]})
        offset = len(reading.shown)
        texts = [names[one - offset] if one >= offset else "" for one in curves] if named else []
        ends_of_lines = _line_ends(series["line_x"], first=reading.axis["name"] == "loss")
        series |= _names(texts, ends_of_lines, series["line_x"], series["line_y"], ends, taken)
        series["line_x"], series["line_y"] = trimmed(series["line_x"], series["line_y"])
        outputs |= {f"{name}_{slot}_{at}": part for name, part in series.items()}
    hidden = int(np.sum(value <= 0)) if logarithmic else 0
    chance = (
        float(np.asarray(reading.constants["pair_chance"])[reading.task, metric])
        if shown
        else np.nan
    )
    outputs |= {
        f"title_{slot}": chosen["title"] if chosen else "",
        f"table_label_{slot}": chosen["label"] if chosen else "",
        f"note_{slot}": _note(reading, chosen, len(run), hidden, off_scale),
        f"panel_classes_{slot}": [
            "ew-panel",
            f"ew-figure-figure_{slot + 1}",
            *([] if chosen else ["ew-absent"]),
        ],
        f"score_ticks_{slot}": np.asarray(ends["places"], dtype=float),
        f"score_labels_{slot}": ends["labels"],
        f"point_size_{slot}": _point_size(len(visible_runs)),
        f"point_edge_{slot}": POINT_EDGE if len(visible_runs) <= POINT_SIZES[-1][0] else None,
        f"score_low_{slot}": float(ends["low"]),
        f"score_high_{slot}": float(ends["high"]),
    }
    outputs |= _chance(reading, slot, float(place(np.array(chance), logarithmic)))
    seen = np.isin(reading.run_family[run], np.flatnonzero(reading.shown))
    bounds = (reading.run_scale[run][seen], lower[seen], upper[seen])
    outputs |= onset_mark(reading, slot, chosen, chance, bounds, ends)
    return outputs, lines


def _point_size(points: int) -> float:
    return next((size for most, size in POINT_SIZES if points <= most), SMALLEST_POINT)


def _chance(reading: Reading, slot: int, place: float) -> dict[str, Any]:
    """A dashed line with its name at its end, or nothing."""
    ends = scale_ends(reading)
    known = bool(np.isfinite(place))
    end = ends["low"] if reading.axis["name"] == "loss" else ends["high"]
    return {
        f"chance_x_{slot}": np.array([ends["low"], ends["high"]] if known else [], dtype=float),
        f"chance_y_{slot}": np.full(2 if known else 0, place),
        f"chance_end_{slot}": np.full(int(known), float(end)),
        f"chance_at_{slot}": np.full(int(known), place),
        f"chance_note_{slot}": ["chance"] if known else [],
    }


def _series(
    reading: Reading,
    run: Ints,
    value: Floats,
    lower: Floats,
    upper: Floats,
    logarithmic: bool,
    bottom: float,
) -> dict[str, Any]:
    scale = reading.run_scale[run]
    x, y = place(scale, reading.log_scale), place(value, logarithmic)
    barred = np.isfinite(lower) & np.isfinite(upper) & np.isfinite(y) & reading.intervals
    low, high = place(lower[barred], logarithmic), place(upper[barred], logarithmic)
    low = np.where(np.isnan(low), bottom, low)
    line_scale, line_score = _line(reading, run, value)
    # A point without a place would be an error in the browser.
    drawn = np.isfinite(y)
    return {
        "scale": scale,
        "score": value,
        "lower": lower,
        "upper": upper,
        "run": run.astype(float),
        "drawn_run": run[drawn].astype(float),
        "x": x[drawn],
        "y": y[drawn],
        "bars_x": interval_line(x[barred], x[barred]),
        "bars_y": interval_line(low, high),
        "line_x": place(line_scale, reading.log_scale),
        "line_y": place(line_score, logarithmic),
        # A scale at or below 0 is drawn on a linear axis, and is on no curve.
        "line_score": line_score[~(line_scale <= 0)],
        "selected": np.flatnonzero(run[drawn] == reading.selection).astype(float),
    }


def _line(reading: Reading, run: Ints, value: Floats) -> tuple[Floats, Floats]:
    """Means or medians over the runs of each point; NaN between curves."""
    if len(run) == 0:
        return np.zeros(0), np.zeros(0)
    curve, at = reading.run_curve[run], reading.run_at[run]
    order = np.lexsort((at, curve))
    curve, at = curve[order], at[order]
    new = np.append(True, (np.diff(curve) != 0) | (np.diff(at) != 0))
    member = np.empty(len(run), dtype=np.intp)
    member[order] = np.cumsum(new) - 1
    size = np.bincount(member)
    middle = (
        _medians(value, member, size)
        if reading.medians
        else (np.bincount(member, weights=value) / size)
    )
    breaks = np.flatnonzero(np.diff(curve[new])) + 1
    return np.insert(at[new], breaks, np.nan), np.insert(middle, breaks, np.nan)


def _medians(value: Floats, member: Ints, size: Ints) -> Floats:
    ordered = value[np.lexsort((value, member))]
    start = np.cumsum(size) - size
    return (ordered[start + (size - 1) // 2] + ordered[start + size // 2]) / 2


def _line_ends(x: Floats, *, first: bool) -> Ints:
    """Where each line ends at the right, which is its start on an axis that falls."""
    gaps = np.flatnonzero(np.isnan(x))
    return np.insert(gaps + 1, 0, 0) if first else np.append(gaps - 1, len(x) - 1)


def _names(
    texts: list[str],
    line_ends: Ints,
    x: Floats,
    y: Floats,
    ends: Mapping[str, Any],
    taken: dict[str, float],
) -> dict[str, Any]:
    """Names of models at the ends of their lines, each once and where it has room."""
    low, high = float(ends["low"]), float(ends["high"])
    placed: list[tuple[float, float, str]] = []
    for line, text in enumerate(texts):
        at = int(line_ends[line])
        share = min((float(y[at]) - low) / (high - low), HIGHEST_NAME)
        crowded = any(abs(share - other) < NAME_ROOM for other in taken.values())
        if not text or text in taken or crowded or not np.isfinite(share):
            continue
        taken[text] = share
        placed.append((float(x[at]), low + share * (high - low), text))
    return {
        "name_x": np.array([at for at, _, _ in placed], dtype=float),
        "name_y": np.array([at for _, at, _ in placed], dtype=float),
        "name_text": [text for _, _, text in placed],
    }


def _note(
    reading: Reading, chosen: Mapping[str, Any] | None, points: int, hidden: int, off_scale: int
) -> str:
    if chosen is None:
        return ""
    if points + off_scale == 0:
        return "not measured here"
    parts: list[str] = []
    if chosen["name"] == PASSING:
        hundredths = int(np.floor(100 * (reading.threshold + 1e-9) + 0.5))
        label = reading.constants["item_labels"][reading.task]
        parts.append(f"{label} ≥ {hundredths // 100}.{hundredths % 100:02d}")
        if reading.all_of > 1:
            parts.append(f"{reading.all_of} of {reading.all_of}")
    if hidden > 0:
        parts.append(f"{hidden} at or below 0 not on this axis")
    if off_scale > 0:
        parts.append(f"{off_scale} with a scale at or below 0 not on this axis")
    return ", ".join(parts)


def scale_ends(reading: Reading) -> dict[str, Any]:
    """Ends and ticks of the scale axis."""
    axis = reading.axis
    return axis["log"] if reading.log_scale and axis["log"] is not None else axis["linear"]


def scale_axis(reading: Reading) -> dict[str, Any]:
    """The scale axis that all figures share."""
    axis, ends = reading.axis, scale_ends(reading)
    return {
        "scale_ticks": np.asarray(ends["places"], dtype=float),
        "scale_labels": ends["labels"],
        "scale_low": float(ends["low"]),
        "scale_high": float(ends["high"]),
        "scale_label": axis["label"],
        "scale_reverse": axis["name"] == "loss",
    }

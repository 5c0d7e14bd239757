"""One figure of measured scores: points, intervals, lines, chance, onset and axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..core.arrays import group_means
from ..core.statistics.measures import onset
from .encode import axis_position
from .late import Series
from .program import Floats, Ints, floats, ints
from .results_inputs import PASSING, Inputs

MOST_NAMES = 5
NAME_ROOM, HIGHEST_NAME = 0.09, 0.88
"""Shares of an axis: between two names of models, and above which none stands."""


class Line(Series):
    """What is drawn through one family's points, with the mean ends of their intervals."""

    def curves(self) -> list[Series]:
        """Its parts between gaps, without scales at or below 0, which are on no curve."""
        gaps = np.flatnonzero(np.isnan(self.score))
        parts = zip(*(np.split(one, gaps) for one in self), strict=True)
        return [_measured(Series(*part)) for part in parts]


def _measured(line: Series) -> Series:
    kept = ~np.isnan(line.score) & (line.scale > 0)
    return Series(*(one[kept] for one in line))


def figure(
    inputs: Inputs, slot: int, metric: int, families: Iterable[int]
) -> tuple[dict[str, Any], list[Line]]:
    """One metric of the chosen task (beyond the last one: nothing), and its lines.

    The figure's number ends the names of its outputs, then that of the family's place; an index
    that is no family's has a place with nothing in it.
    """
    shown = metric < len(inputs.metrics)
    chosen = inputs.metrics[metric] if shown else None
    run, value, lower, upper = inputs.scores(metric)
    usable = inputs.run_usable[run] & np.isfinite(value)
    off_scale = int(np.sum(inputs.run_off_scale[run] & np.isfinite(value)))
    run, value, lower, upper = run[usable], value[usable], lower[usable], upper[usable]
    axes = inputs.constants["axes"]
    axis = axes[ints(inputs.constants, "pair_axis")[inputs.task, metric] if shown else 0]
    logarithmic = inputs.log_score and axis["log"] is not None
    ends = axis["log" if logarithmic else "linear"]
    seen = np.isin(inputs.run_family[run], np.flatnonzero(inputs.shown))
    names = _Names(inputs, run[seen], ends, logarithmic)
    outputs: dict[str, Any] = {}
    lines: list[Line] = []
    for at, family in enumerate(families):
        mine = (inputs.run_family[run] == family) & inputs.is_shown(family)
        line = _line(inputs, run[mine], value[mine], lower[mine], upper[mine])
        barred = np.isfinite(lower[mine]) & np.isfinite(upper[mine]) & inputs.intervals
        if logarithmic:
            barred &= value[mine] > 0
        series = {
            "scale": inputs.run_scale[run[mine]],
            "score": value[mine],
            "lower": lower[mine],
            "upper": upper[mine],
            "run": run[mine].astype(float),
            "barred": barred.astype(float),
            "line_scale": line.scale,
            "line_score": line.score,
            **names.beside(run[mine], line.scale, line.score),
        }
        outputs |= {f"{name}_{slot}_{at}": part for name, part in series.items()}
        lines.append(line)
    hidden = int(np.sum(value <= 0)) if logarithmic else 0
    chances = floats(inputs.constants, "pair_chance")[inputs.task]
    chance = float(chances[metric]) if shown else np.nan
    bounds = (inputs.run_scale[run][seen], lower[seen], upper[seen])
    outputs |= {
        f"metric_shown_{slot}": shown,
        f"title_{slot}": chosen["title"] if chosen else "",
        f"table_label_{slot}": chosen["label"] if chosen else "",
        f"note_{slot}": _note(inputs, chosen, len(run), hidden, off_scale),
        f"score_axis_{slot}": ends,
        f"score_logarithmic_{slot}": logarithmic,
        f"points_{slot}": float(np.sum(seen)),
        f"chance_{slot}": chance,
        f"onset_{slot}": _onset(inputs, chosen, chance, bounds),
    }
    return outputs, lines


def _onset(
    inputs: Inputs,
    chosen: Mapping[str, Any] | None,
    chance: float,
    bounds: tuple[Floats, Floats, Floats],
) -> float:
    """The smallest scale (the greatest loss) whose interval lies on the good side of chance."""
    scale, lower, upper = bounds
    if chosen is None or not inputs.onset:
        return float("nan")
    direction = -1 if inputs.axis["name"] == "loss" else 1
    if chosen["lower_is_better"]:
        return direction * float(onset(direction * scale, -upper, -chance))
    # An unknown chance is 0 where higher is better, and tells nothing else.
    return direction * float(onset(direction * scale, lower, np.nan_to_num(chance)))


def _line(inputs: Inputs, run: Ints, value: Floats, lower: Floats, upper: Floats) -> Line:
    """Means or medians over the runs of each point; NaN between curves."""
    if len(run) == 0:
        return Line(*np.zeros((4, 0)))
    curve, at = inputs.run_curve[run], inputs.run_at[run]
    order = np.lexsort((at, curve))
    curve, at = curve[order], at[order]
    new = np.append(True, (np.diff(curve) != 0) | (np.diff(at) != 0))
    member = np.empty(len(run), dtype=np.intp)
    member[order] = np.cumsum(new) - 1
    middle = _medians(value, member) if inputs.medians else group_means(value, member)
    breaks = np.flatnonzero(np.diff(curve[new])) + 1
    ends = (group_means(end, member) for end in (lower, upper))
    return Line(*(np.insert(one, breaks, np.nan) for one in (at[new], middle, *ends)))


def _medians(value: Floats, member: Ints) -> Floats:
    ordered = value[np.lexsort((value, member))]
    size = np.bincount(member)
    start = np.cumsum(size) - size
    return (ordered[start + (size - 1) // 2] + ordered[start + size // 2]) / 2


def _line_ends(x: Floats, *, first: bool) -> Ints:
    """Where each line ends at the right, which is its start on an axis that falls."""
    gaps = np.flatnonzero(np.isnan(x))
    return np.insert(gaps + 1, 0, 0) if first else np.append(gaps - 1, len(x) - 1)


class _Names:
    """Names of models at the ends of their lines, each once in a figure and where it has room."""

    def __init__(
        self, inputs: Inputs, runs: Ints, ends: Mapping[str, Any], logarithmic: bool
    ) -> None:
        self._inputs, self._logarithmic = inputs, logarithmic
        self._low, self._high = float(ends["low"]), float(ends["high"])
        self._texts: list[str] = inputs.constants["training_names"]
        distinct = {self._texts[int(one)] for one in inputs.run_training[runs]}
        along = bool(np.any(inputs.run_along_training[runs]))
        self._named = along and 1 < len(distinct) <= MOST_NAMES
        self._taken: dict[str, float] = {}

    def beside(self, runs: Ints, scale: Floats, score: Floats) -> dict[str, Any]:
        """Of one family's lines: where names stand, and which."""
        placed: list[tuple[float, float, str]] = []
        curves = sorted({int(one) for one in self._inputs.run_curve[runs]}) if self._named else []
        offset = len(self._inputs.shown)
        line_ends = _line_ends(scale, first=self._inputs.axis["name"] == "loss")
        heights = axis_position(score, self._logarithmic)
        for curve, at in zip(curves, line_ends, strict=False):
            text = self._texts[curve - offset] if curve >= offset else ""
            share = (float(heights[at]) - self._low) / (self._high - self._low)
            share = min(share, HIGHEST_NAME)
            crowded = any(abs(share - other) < NAME_ROOM for other in self._taken.values())
            if not text or text in self._taken or crowded or not np.isfinite(share):
                continue
            self._taken[text] = share
            placed.append((float(scale[at]), float(score[at]), text))
        return {
            "name_scale": np.array([at for at, _, _ in placed], dtype=float),
            "name_score": np.array([at for _, at, _ in placed], dtype=float),
            "name_text": [text for _, _, text in placed],
        }


def _note(
    inputs: Inputs, chosen: Mapping[str, Any] | None, points: int, hidden: int, off_scale: int
) -> str:
    if chosen is None:
        return ""
    if points + off_scale == 0:
        return "not measured here"
    parts: list[str] = []
    if chosen["name"] == PASSING:
        hundredths = int(np.floor(100 * (inputs.threshold + 1e-9) + 0.5))
        label = inputs.constants["item_labels"][inputs.task]
        parts.append(f"{label} ≥ {hundredths // 100}.{hundredths % 100:02d}")
        if inputs.all_of > 1:
            parts.append(f"{inputs.all_of} of {inputs.all_of}")
    if hidden > 0:
        parts.append(f"{hidden} at or below 0 not on this axis")
    if off_scale > 0:
        parts.append(f"{off_scale} with a scale at or below 0 not on this axis")
    return ", ".join(parts)


def scale_axis(inputs: Inputs) -> dict[str, Any]:
    """The scale axis that all figures share."""
    axis = inputs.axis
    logarithmic = inputs.log_scale and axis["log"] is not None
    return {
        "scale_axis": axis["log"] if logarithmic else axis["linear"],
        "scale_label": axis["label"],
        "scale_falls": axis["name"] == "loss",
    }

"""Grokking: accuracies that jump during training, beside measures that move all along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .drawing import Floats, place

ACCURACIES = ("train_accuracy", "test_accuracy")
LOSSES = ("train_loss", "test_loss")
MEASURES = ("weight_norm", "fourier_share", "restricted_loss", "excluded_loss")
METRICS = (*ACCURACIES, *LOSSES, *MEASURES)
LEARNT = 0.99
"""Accuracy from which a set counts as learnt."""


def grokking(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every line, marker and readout of `GrokkingExplorer`.

    Parameters
    ----------
    controls
        ``run`` (index), ``step`` (where the marker stands), ``log_step`` (boolean) and
        ``measures`` (one switch each of `MEASURES`).
    constants
        ``step`` (points, ascending from 1), one array (runs, points) a metric of `METRICS`
        (NaN where it was not logged), ``chance`` (of the accuracies), the step axes ``axes``
        (``linear`` and ``log``) and the loss axis ``loss_axis``.

    Returns
    -------
    dict
        The chosen run's metrics by name and their places on the axes; the other runs' test
        accuracy as one line; the marker and the values beneath it; the first step at which
        each set counts as learnt.

    Notes
    -----
    Each measure is drawn on its own scale, from its least to its greatest value in this
    run, so that their timing can be compared, not their size.
    """
    step = np.asarray(constants["step"], dtype=float)
    run, log_step = int(controls["run"]), bool(controls["log_step"])
    metrics = {name: np.asarray(constants[name], dtype=float)[run] for name in METRICS}
    at = max(int(np.searchsorted(step, float(controls["step"]) + 0.5, side="left")) - 1, 0)
    axis = constants["axes"]["log" if log_step else "linear"]
    loss_axis = constants["loss_axis"]
    step_place = place(step, log_step)
    chance = float(np.asarray(constants["chance"]))
    outputs: dict[str, Any] = {"step": step, "step_place": step_place, **metrics}
    heights = {name: metrics[name] for name in ACCURACIES}
    heights |= {name: place(metrics[name], True) for name in LOSSES}
    heights |= {
        name: _share_of_range(metrics[name]) if shown else np.full(len(step), np.nan)
        for name, shown in zip(MEASURES, controls["measures"], strict=True)
    }
    for name, height in heights.items():
        known = np.isfinite(height)
        marked = known[at : at + 1]
        outputs |= {
            f"{name}_x": step_place[known],
            f"{name}_y": height[known],
            f"{name}_marker_x": step_place[at : at + 1][marked],
            f"{name}_marker_y": height[at : at + 1][marked],
            f"{name}_now": float(metrics[name][at]),
        }
    return outputs | {
        **_other_runs(np.asarray(constants["test_accuracy"], dtype=float), run, step_place),
        "marker_x": np.full(2, step_place[at]),
        "marker_share": np.array([0.0, 1.0]),
        "marker_loss": np.array([loss_axis["low"], loss_axis["high"]], dtype=float),
        "step_now": float(step[at]),
        "chance_x": step_place[[0, -1]],
        "chance_line": np.full(2, chance),
        "chance_end": step_place[:1],
        "chance_at": np.array([chance]),
        "chance_note": ["chance"],
        "step_ticks": np.asarray(axis["places"], dtype=float),
        "step_labels": axis["labels"],
        "step_low": float(axis["low"]),
        "step_high": float(axis["high"]),
        "train_learnt": _first(step, metrics["train_accuracy"]),
        "test_learnt": _first(step, metrics["test_accuracy"]),
    }


def _share_of_range(values: Floats) -> Floats:
    known = values[np.isfinite(values)]
    low = known.min() if len(known) else np.nan
    spread = known.max() - low if len(known) else np.nan
    return (values - low) / spread if spread > 0 else np.where(np.isfinite(values), 0.5, np.nan)


def _first(step: Floats, accuracy: Floats) -> float:
    """First step at which an accuracy counts as learnt; NaN where it never does."""
    learnt = accuracy >= LEARNT
    return float(step[np.argmax(learnt)]) if learnt.any() else float("nan")


def _other_runs(accuracy: Floats, run: int, step_place: Floats) -> dict[str, Floats]:
    """Test accuracies of the runs that are not chosen, as one line with gaps."""
    xs: list[Floats] = []
    ys: list[Floats] = []
    for other, values in enumerate(accuracy):
        known = np.isfinite(values)
        if other == run or not known.any():
            continue
        gap = np.full(1 if xs else 0, np.nan)
        xs += [gap, step_place[known]]
        ys += [gap, values[known]]
    nothing = np.zeros(0)
    return {
        "others_x": np.concatenate([nothing, *xs]),
        "others_y": np.concatenate([nothing, *ys]),
    }

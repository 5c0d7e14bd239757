"""Grokking: accuracies that jump during training, beside measures that move all along."""

from __future__ import annotations

from typing import Any

import numpy as np

from .program import Constants, Controls, Floats, first, floats

ACCURACIES = ("train_accuracy", "test_accuracy")
LOSSES = ("train_loss", "test_loss")
MEASURES = ("weight_norm", "fourier_share", "restricted_loss", "excluded_loss")
METRICS = (*ACCURACIES, *LOSSES, *MEASURES)
LEARNT = 0.99
"""Accuracy from which a set counts as learnt."""


def grokking(controls: Controls, constants: Constants) -> dict[str, Any]:
    """The chosen run's metrics, its measures as shares of their range, and what the marker shows.

    Each measure goes from its least to its greatest value in this run, so that their timing can
    be compared, not their size. The other runs' test accuracy is one line with gaps.
    """
    step = floats(constants, "step")
    run = int(controls["run"])
    metrics = {name: floats(constants, name)[run] for name in METRICS}
    shares = {
        f"{name}_share": _share_of_range(metrics[name]) if shown else np.full(len(step), np.nan)
        for name, shown in zip(MEASURES, controls["measures"], strict=True)
    }
    at = max(int(np.searchsorted(step, float(controls["step"]) + 0.5, side="left")) - 1, 0)
    return {
        "step": step,
        **metrics,
        **shares,
        **{f"{name}_now": float(values[at]) for name, values in (metrics | shares).items()},
        "step_now": float(step[at]),
        **_other_runs(floats(constants, "test_accuracy"), run, step),
        "train_learnt": first(step, metrics["train_accuracy"] >= LEARNT),
        "test_learnt": first(step, metrics["test_accuracy"] >= LEARNT),
    }


def _share_of_range(values: Floats) -> Floats:
    known = values[np.isfinite(values)]
    low = known.min() if len(known) else np.nan
    spread = known.max() - low if len(known) else np.nan
    return (values - low) / spread if spread > 0 else np.where(np.isfinite(values), 0.5, np.nan)


def _other_runs(accuracy: Floats, run: int, step: Floats) -> dict[str, Floats]:
    steps, others = list[Floats](), list[Floats]()
    for other, values in enumerate(accuracy):
        known = np.isfinite(values)
        if other == run or not known.any():
            continue
        gap = np.full(1 if steps else 0, np.nan)
        steps += [gap, step[known]]
        others += [gap, values[known]]
    nothing = np.zeros(0)
    return {
        "others_step": np.concatenate([nothing, *steps]),
        "others_accuracy": np.concatenate([nothing, *others]),
    }

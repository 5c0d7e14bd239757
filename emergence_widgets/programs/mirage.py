"""The mirage: one smooth loss, read through sharp and gentle metrics; and its converse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import binom, norm

from ..core.metrics.registry import find_metric
from ..core.statistics.intervals import NORMAL_95, items_needed, smallest_visible_rate
from ..core.statistics.measures import breakthroughness
from ..core.theory.mirage import expected_scores, loss_at, score_spread
from .late import Across, Series, late_rise_shown
from .program import Constants, Controls, Floats, first, floats, model_scales, tested
from .sharp_skills import sharp_skills

NO_SPREAD = 1e4
"""Concentrations from here on are read as infinite: all items alike."""

METRICS = (
    "token_success", "exact_match", "token_edit_distance", "edit_similarity",
    "multiple_choice_grade", "brier_score",
)  # fmt: skip
MEASURED = tuple(name for name in METRICS if name != "edit_similarity")
LOWER_IS_BETTER = tuple(name for name in MEASURED if find_metric(name).lower_is_better)
COUNTED = tuple(name for name in MEASURED if find_metric(name).counts_items)


def mirage(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Curves over ``scale`` by metric, one test of the models ``model_scale``, and readouts.

    The measured points are one test of ``n_items`` items: the metric's sampling distribution
    read at a fixed uniform, so that points glide as sliders move instead of being drawn anew.
    """
    task = _Task(controls)
    scale = floats(constants, "scale")
    models = model_scales(scale, int(controls["n_models"]), float(controls["largest_model"]))
    n_items = int(controls["n_items"])
    curves, expected = task.scores(scale), task.scores(models)
    measured = _measure(task, models, expected, n_items, constants)
    across = Across(*np.log10(scale[[0, -1]]))
    return {
        "loss": task.loss(scale),
        **curves,
        "model_scale": models,
        "model_loss": task.loss(models),
        **measured,
        "least_rate": 1 / n_items,
        "chance": 1 / task.options,
        "chance_brier": 1 - 1 / task.options,
        **breakthroughness_readouts(measured, n_items),
        **late_readouts(measured, models, across),
        "items_needed_smallest": float(items_needed(expected["exact_match"][0])),
        "items_needed_largest": float(items_needed(expected["exact_match"][-1])),
        "visible_from": first(scale, curves["exact_match"] >= smallest_visible_rate(n_items)),
        **sharp_skills(controls, scale, models, across),
    }


def mirage_constants(scale: Floats, *, seed: int = 0, most_models: int = 24) -> dict[str, Floats]:
    """Constants of the program: `scale`, ascending, and fixed draws for the tests.

    ``uniforms`` and ``normals`` (the same as normal quantiles) have a row a measured metric and
    a column a model.
    """
    uniforms = np.random.default_rng(seed).random((len(MEASURED), most_models))
    return {
        "scale": np.asarray(scale, dtype=float),
        "uniforms": uniforms,
        "normals": norm.ppf(uniforms),
    }


class _Task:
    """The controls, read once."""

    def __init__(self, controls: Controls) -> None:
        self.length, self.options = int(controls["length"]), int(controls["options"])
        concentration = float(controls["concentration"])
        concentration = np.inf if concentration >= NO_SPREAD else concentration
        self._law = [float(controls[name]) for name in ("exponent", "critical_scale", "floor")]
        self._items: dict[str, Any] = {
            "length": self.length,
            "options": self.options,
            "concentration": concentration,
        }
        self._decision: dict[str, Any] = {
            "errors_allowed": int(controls["errors_allowed"]),
            "decision_noise": float(controls["decision_noise"]),
        }

    def loss(self, scale: Floats) -> Floats:
        return loss_at(scale, *self._law)

    def scores(self, scale: Floats) -> dict[str, Floats]:
        return expected_scores(self.loss(scale), **self._items, **self._decision)

    def spread(self, scale: Floats) -> dict[str, Floats]:
        return score_spread(self.loss(scale), **self._items)


def _measure(
    task: _Task,
    models: Floats,
    expected: Mapping[str, Floats],
    n_items: int,
    constants: Constants,
) -> dict[str, Floats]:
    count, spread = len(models), task.spread(models)
    best = {"token_success": 1.0, "token_edit_distance": float(task.length), "brier_score": 1.0}
    measured: dict[str, Floats] = {}
    for row, metric in enumerate(MEASURED):
        if metric in spread:
            error = spread[metric] / np.sqrt(n_items)
            drawn = np.asarray(constants["normals"])[row, :count]
            value = np.clip(expected[metric] + drawn * error, 0, best[metric])
            measured[f"{metric}_measured"] = value
            measured[f"{metric}_lower"] = np.maximum(value - NORMAL_95 * error, 0)
            measured[f"{metric}_upper"] = np.minimum(value + NORMAL_95 * error, best[metric])
        else:
            drawn = np.asarray(constants["uniforms"])[row, :count]
            right = np.clip(binom.ppf(drawn, n_items, expected[metric]), 0, n_items)
            measured |= tested(metric, right, n_items)
    return measured


def breakthroughness_readouts(measured: Mapping[str, Floats], n_items: int) -> dict[str, float]:
    """Breakthroughness of every measured metric, from `<metric>_measured`."""
    readouts: dict[str, float] = {}
    for metric in MEASURED:
        scores = measured[f"{metric}_measured"]
        oriented = -scores if metric in LOWER_IS_BETTER else scores
        resolution = 1 / (2 * n_items) if metric in COUNTED else None
        readouts[f"breakthroughness_{metric}"] = float(
            breakthroughness(oriented, resolution=resolution)
        )
    return readouts


def late_readouts(measured: Mapping[str, Floats], models: Floats, across: Across) -> dict[str, Any]:
    """Late rise T of every measured metric, where it rises beyond its intervals, and its marks."""
    readouts: dict[str, Any] = {}
    for metric in MEASURED:
        ends = (measured[f"{metric}_{name}"] for name in ("measured", "lower", "upper"))
        drawn = Series(models, *ends)
        readouts |= late_rise_shown(metric, drawn, across, falls=metric in LOWER_IS_BETTER)
    return readouts

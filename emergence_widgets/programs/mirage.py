"""The mirage: one smooth loss, read through sharp and gentle metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from ..core.statistics.intervals import items_needed, smallest_visible_rate, wilson_interval
from ..core.statistics.measures import breakthroughness
from ..core.theory import expectations as expect
from .drawing import interval_line

NO_SPREAD = 1e4
"""Concentrations from here on are read as infinite: all items alike."""

METRICS = (
    "token_success",
    "exact_match",
    "token_edit_distance",
    "edit_similarity",
    "multiple_choice_grade",
    "brier_score",
)
MEASURED = (
    "token_success",
    "exact_match",
    "token_edit_distance",
    "multiple_choice_grade",
    "brier_score",
)
LOWER_IS_BETTER = ("token_edit_distance", "brier_score")
COUNTED = ("exact_match", "multiple_choice_grade")
NORMAL_95 = 1.959963984540054

Floats = NDArray[np.float64]


def mirage(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every curve, point and readout of `MirageExplorer`.

    Parameters
    ----------
    controls
        ``length`` (tokens of an answer), ``exponent`` (alpha < 0), ``critical_scale`` (c),
        ``floor`` (irreducible loss, nats), ``options`` (K), ``n_items`` (test items),
        ``concentration`` (of the items' success; 10,000 or more means all alike),
        ``decision_noise`` (tau), ``errors_allowed`` (wrong tokens that still pass),
        ``n_models`` and ``largest_model`` (the sizes that are tested).
    constants
        ``scale`` (ascending), ``luck`` (uniforms, one row a measured metric, one column a
        model), ``normal_luck`` (the same as normal quantiles) and ``null`` (row n: the
        quantiles 0.5 and 0.95 of its absolute value under noise of n points).

    Returns
    -------
    dict
        Arrays over ``scale`` by metric name; ``<metric>_measured``, ``_lower`` and
        ``_upper`` over the tested models ``model_scale``; readouts.

    Notes
    -----
    Loss law and expected scores: Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004),
    section 2; floor, item spread and multiple-choice closed form are ours. The measured
    points are one test of ``n_items`` items: the metric's sampling distribution read at a
    fixed uniform, so that points glide as sliders move instead of being drawn anew.

    Examples
    --------
    >>> import numpy as np
    >>> constants = mirage_constants(np.logspace(7, 12, 5))
    >>> controls = dict(length=5, exponent=-0.3, critical_scale=1e8, floor=0.0, options=4,
    ...                 n_items=200, concentration=np.inf, decision_noise=0.3,
    ...                 errors_allowed=0, n_models=8, largest_model=1e12)
    >>> outputs = mirage(controls, constants)
    >>> bool(np.allclose(outputs["exact_match"], outputs["token_success"] ** 5))
    True
    """
    task = _Task(controls)
    scale = np.asarray(constants["scale"], dtype=float)
    outputs: dict[str, Any] = {"loss": task.loss(scale), **task.scores(scale)}
    models = _model_scale(scale, int(controls["n_models"]), float(controls["largest_model"]))
    outputs["model_scale"] = models
    outputs["model_loss"] = task.loss(models)
    n_items = int(controls["n_items"])
    measured = _measure(task, models, n_items, constants)
    outputs |= measured
    outputs["visible_rate"] = 1 / n_items
    outputs["chance"] = 1 / task.options
    outputs["chance_brier"] = 1 - 1 / task.options
    outputs |= _readouts(task, models, measured, n_items, constants)
    outputs |= _drawing(task, scale, outputs, n_items)
    return outputs


def mirage_constants(scale: Floats, *, seed: int = 0, most_models: int = 24) -> dict[str, Floats]:
    """Constants of the program `mirage`.

    Parameters
    ----------
    scale
        Model sizes at which the curves are drawn, ascending, above 0.
    seed
        Seed of the luck of the simulated tests.
    most_models
        Largest number of tested models.

    Returns
    -------
    dict
        See `mirage`.
    """
    from scipy.stats import norm

    from ..core.statistics.measures import breakthroughness_null

    luck = np.random.default_rng(seed).random((len(MEASURED), most_models))
    null = np.full((most_models + 1, 2), np.nan)
    for n in range(3, most_models + 1):
        null[n] = breakthroughness_null(n, [0.5, 0.95], seed=seed)
    return {
        "scale": np.asarray(scale, dtype=float),
        "luck": luck,
        "normal_luck": norm.ppf(luck),
        "null": null,
    }


class _Task:
    """The controls, read once; scores at any scale."""

    def __init__(self, controls: Mapping[str, Any]) -> None:
        self.length = int(controls["length"])
        self.exponent = float(controls["exponent"])
        self.critical_scale = float(controls["critical_scale"])
        self.floor = float(controls["floor"])
        self.options = int(controls["options"])
        self.decision_noise = float(controls["decision_noise"])
        self.right = self.length - int(controls["errors_allowed"])
        concentration = float(controls["concentration"])
        self.concentration = np.inf if concentration >= NO_SPREAD else concentration

    def loss(self, scale: Floats) -> Floats:
        return self.floor + (scale / self.critical_scale) ** self.exponent

    def scores(self, scale: Floats) -> dict[str, Floats]:
        loss = self.loss(scale)
        p, eps = np.exp(-loss), -np.expm1(-loss)
        kappa = self.concentration
        return {
            "token_success": p,
            "exact_match": expect.expected_at_least_right(
                p, self.length, self.right, concentration=kappa, failure=eps
            ),
            "token_edit_distance": self.length * eps,
            "edit_similarity": p,
            "multiple_choice_grade": expect.expected_multiple_choice_grade(
                p,
                self.options,
                decision_noise=self.decision_noise,
                concentration=kappa,
                failure=eps,
            ),
            "brier_score": expect.expected_brier_score(
                p, self.options, concentration=kappa, failure=eps
            ),
        }

    def item_spread(self, scale: Floats) -> dict[str, Floats]:
        """Standard deviation over items of the continuous scores."""
        loss = self.loss(scale)
        p, eps = np.exp(-loss), -np.expm1(-loss)
        kappa, length, options = self.concentration, self.length, self.options
        clumping = 1.0 if np.isinf(kappa) else (kappa + length) / (kappa + 1)
        tokens = np.sqrt(length * p * eps * clumping)
        if np.isinf(kappa):
            brier = np.zeros(p.shape)
        else:
            second = expect.failure_moment(eps, 2, kappa)
            fourth = expect.failure_moment(eps, 4, kappa)
            brier = (options - 1) / options * np.sqrt(np.maximum(fourth - second**2, 0))
        return {
            "token_success": tokens / length,
            "token_edit_distance": tokens,
            "brier_score": brier,
        }


def _model_scale(scale: Floats, n_models: int, largest: float) -> Floats:
    """Sizes evenly spaced in log scale from the smallest to the largest tested model."""
    lowest, highest = np.log10(scale[0]), np.log10(scale[-1])
    top = min(max(np.log10(largest), lowest), highest)
    share = np.arange(n_models) / max(n_models - 1, 1)
    return 10 ** (lowest + (top - lowest) * share)


def _measure(
    task: _Task, models: Floats, n_items: int, constants: Mapping[str, Any]
) -> dict[str, Floats]:
    count = len(models)
    expected, spread = task.scores(models), task.item_spread(models)
    best = {"token_success": 1.0, "token_edit_distance": float(task.length), "brier_score": 1.0}
    measured: dict[str, Floats] = {}
    for row, metric in enumerate(MEASURED):
        if metric in spread:
            error = spread[metric] / np.sqrt(n_items)
            luck = np.asarray(constants["normal_luck"])[row, :count]
            value = np.clip(expected[metric] + luck * error, 0, best[metric])
            lower = np.maximum(value - NORMAL_95 * error, 0)
            upper = np.minimum(value + NORMAL_95 * error, best[metric])
        else:
            luck = np.asarray(constants["luck"])[row, :count]
            right = np.clip(binom.ppf(luck, n_items, expected[metric]), 0, n_items)
            value = right / n_items
            lower, upper = wilson_interval(right, n_items)
        measured |= {
            f"{metric}_measured": value,
            f"{metric}_lower": lower,
            f"{metric}_upper": upper,
        }
    return measured


def _drawing(
    task: _Task, scale: Floats, outputs: Mapping[str, Any], n_items: int
) -> dict[str, Any]:
    """Where things stand on the figures' axes, which are linear in log10 of the data."""
    places = np.log10(outputs["model_scale"])
    ends = np.log10(scale[[0, -1]])
    drawing: dict[str, Any] = {
        "loss_place": np.log10(outputs["loss"]),
        "model_loss_place": np.log10(outputs["model_loss"]),
        "model_place": places,
    }
    for metric in MEASURED:
        bars = interval_line(outputs[f"{metric}_lower"], outputs[f"{metric}_upper"])
        drawing |= {"bars_x": interval_line(places, places), f"{metric}_bars": bars}
    step = -(-task.length // 4)
    return drawing | {
        "ends": ends,
        "left_end": ends[:1],
        "right_end": ends[1:],
        "visible_line": np.full(2, 1 / n_items),
        "visible_at": np.array([1 / n_items]),
        "visible_note": [f"invisible with {n_items} items"],
        "chance_line": np.full(2, 1 / task.options),
        "chance_at": np.array([1 / task.options]),
        "chance_brier_line": np.full(2, 1 - 1 / task.options),
        "chance_brier_at": np.array([1 - 1 / task.options]),
        "token_edit_distance_top": float(task.length),
        "token_edit_distance_ticks": np.arange(0.0, task.length + 0.5, step),
    }


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


def _readouts(
    task: _Task,
    models: Floats,
    measured: Mapping[str, Floats],
    n_items: int,
    constants: Mapping[str, Any],
) -> dict[str, Any]:
    readouts: dict[str, Any] = breakthroughness_readouts(measured, n_items)
    readouts["null_median"], readouts["null_95"] = (
        float(quantile) for quantile in np.asarray(constants["null"])[len(models)]
    )
    readouts["ramp"] = float(len(models) - 1)
    readouts["uneven_from"] = max(2 * readouts["ramp"], readouts["null_95"])
    rates = task.scores(models)["exact_match"]
    readouts["items_needed_smallest"] = float(items_needed(rates[0]))
    readouts["items_needed_largest"] = float(items_needed(rates[-1]))
    scale = np.asarray(constants["scale"], dtype=float)
    visible = task.scores(scale)["exact_match"] >= smallest_visible_rate(n_items)
    readouts["visible_from"] = float(scale[np.argmax(visible)]) if visible.any() else np.nan
    return readouts

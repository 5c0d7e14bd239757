"""Texts, axes and grids of one series of `ForecastExplorer`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.metrics.loss import Kind, from_loss, to_loss
from ...core.metrics.registry import find_metric
from ...programs.forecast_inputs import CHAINS
from ...results.forecast_series import IN_NATS, LOSS_COLUMN, NamedSeries
from ...widgets.axes import SCALES, axis_ends, linear_ticks, log_ticks

POINTS = 49
"""Points at which a curve is drawn."""
HEADROOM = 1.15
NEARLY_ALL = 0.8
"""From here on an axis of shares might as well go to 1."""
NOTHING: dict[str, Any] = {"places": [0.0], "labels": {"0": " "}, "low": 0.0, "high": 1.0}
"""An axis of nothing; without any tick bqplot would choose its own."""


def step_grids(named: NamedSeries) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each chain that has data: intermediate scores from worst to best, and their losses."""
    grids: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    kinds: dict[str, Kind] = {"smooth": named.series.smooth_kind, "ladder": "error"}
    for chain, kind in kinds.items():
        loss = named.series.smooth_loss if chain == "smooth" else named.series.task_loss
        loss = loss[np.isfinite(loss)]
        if len(loss) == 0:
            continue
        worst, best = loss.max(), loss.min()
        if kind == "share":
            scores = np.linspace(from_loss(worst, "share"), from_loss(best, "share"), POINTS)
            losses = to_loss(scores, "share")
        else:
            losses = np.linspace(worst, best, POINTS)
            scores = from_loss(losses, kind)
        grids[chain] = (scores, losses)
    return grids


def series_words(named: NamedSeries, highest: dict[str, float]) -> dict[str, Any]:
    """Texts and axes of one task and line.

    Parameters
    ----------
    named
        The series.
    highest
        Highest ``forecast`` of a hidden model and highest mean ``error`` of a method.

    Returns
    -------
    dict
        JSON values, for the program `forecast`.
    """
    series = named.series
    title, label = _words(named.metric)
    scores = series.score
    top = 1.02 * max(HEADROOM * float(scores.max()), highest["forecast"], 0.01)
    top = 1.0 if top > NEARLY_ALL else top
    low, high = series.model_scale.min(), series.model_scale.max()
    spread = (high / low) ** 0.03
    return {
        "title": title,
        "note": f"{label}; lines foretell the hollow points",
        "line": named.line,
        "names": named.models,
        "falls": series.falls,
        "scale_label": SCALES[named.scale],
        "scale_axis": axis_ends(log_ticks(low / spread, high * spread)),
        "score_axis": axis_ends(linear_ticks(0.0, top, percent=True)),
        "held_out_axis": _whole_axis(series.models - 1),
        "error_axis": axis_ends(
            linear_ticks(0.0, max(highest["error"] * 1.08, 0.01), percent=True)
        ),
        "steps": [_step(named, chain, label) for chain in CHAINS],
    }


def _words(metric: str) -> tuple[str, str]:
    known = find_metric(metric)
    return known.label, known.metric


def _step(named: NamedSeries, chain: str, sharp: str) -> dict[str, Any]:
    """Texts and axes of the two steps of a chain; the score between them is drawn in both."""
    series = named.series
    name = named.smooth if chain == "smooth" else named.loss
    values = series.smooth if chain == "smooth" else series.loss
    kind = series.smooth_kind if chain == "smooth" else "error"
    if not name or values is None:
        return {
            "title": "First step", "label": "", "pair": "", "logarithmic": False, "falls": False,
            "first": NOTHING, "second": NOTHING,
        }  # fmt: skip
    title, label = _between_words(name)
    logarithmic = kind == "perplexity"
    known = pd.Series(values)[np.isfinite(values)]
    if known.empty:
        ends = NOTHING
    elif logarithmic:
        ends = axis_ends(log_ticks(float(known.min()) / 1.1, float(known.max()) * 1.1))
    elif kind == "share":
        ends = axis_ends(linear_ticks(0.0, 1.0))
    else:
        low, high = float(known.min()), float(known.max())
        margin = 0.05 * (high - low)
        start = 0.0 if 0 <= low < 0.6 * high else low - margin
        ends = axis_ends(linear_ticks(start, high + margin))
    return {
        "title": title,
        "label": label,
        "pair": f"{sharp}, by {label[:1].lower()}{label[1:]}",
        "logarithmic": logarithmic,
        "falls": kind in ("error", "perplexity"),
        "first": ends,
        "second": ends,
    }


def _between_words(name: str) -> tuple[str, str]:
    if name == LOSS_COLUMN:
        return "What training improves", "Loss of the model (nats)"
    if name.startswith("ln "):
        _, label = _words(name.removeprefix("ln "))
        return "How surprised the model is", f"Log of {label[:1].lower()}{label[1:]}"
    if name.endswith(IN_NATS):
        title, label = _words(name.removesuffix(IN_NATS))
        return title, label + IN_NATS
    return _words(name)


def _whole_axis(most: int) -> dict[str, Any]:
    step = max(1, -(-most // 8))
    places = [float(one) for one in range(1, most + 1, step)]
    return {
        "places": places,
        "labels": {str(int(one)): str(int(one)) for one in places},
        "low": 0.5,
        "high": most + 0.5,
    }

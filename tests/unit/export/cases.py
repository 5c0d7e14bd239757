"""Explorers of every kind, and states that they may be in."""

from collections.abc import Callable
from typing import Any

import numpy as np

from emergence_widgets import EmergenceAtlas, ForecastExplorer, ResultsExplorer, datasets
from emergence_widgets.widgets.controls import ChoiceControl, NumberControl, ToggleControl

from ...parity.settings import draw as number_or_toggle
from ..explorers.bench import EXPLORERS

WITH_DATA: dict[str, Callable[[], Any]] = {
    "forecast": lambda: ForecastExplorer(datasets.addition()),
    "results": lambda: ResultsExplorer(datasets.addition(), verdicts=False),
    "atlas": lambda: EmergenceAtlas(datasets.gpt3()),
}
EVERY: dict[str, Callable[[], Any]] = {cls.program: cls for cls in EXPLORERS} | WITH_DATA
"""All public explorers, under the names of their programs."""

Draw = Callable[[np.random.Generator, Any], dict[str, Any]]


def _one_of(draw: np.random.Generator, names: Any) -> Any:
    names = list(names)
    return names[int(draw.integers(len(names)))]


def _some_of(draw: np.random.Generator, names: Any) -> tuple[str, ...]:
    names = np.array(list(names), dtype=object)
    kept = draw.random(len(names)) < 0.6
    kept[draw.integers(len(names))] = True
    return tuple(names[kept])


def _any_state(draw: np.random.Generator, explorer: Any) -> dict[str, Any]:
    """Any values of all controls."""
    state: dict[str, Any] = {}
    for name, control in explorer._declared.items():
        if isinstance(control, (NumberControl, ToggleControl)):
            state[name] = number_or_toggle(control, draw)
        elif isinstance(control, ChoiceControl):
            state[name] = _one_of(draw, explorer._choices(name))
        else:
            state[name] = _some_of(draw, explorer._choices(name))
    return state


def _results_state(draw: np.random.Generator, explorer: Any) -> dict[str, Any]:
    metrics = _some_of(draw, explorer._choices("metrics"))[:4]
    return {
        "task": _one_of(draw, explorer._choices("task")),
        "metrics": metrics,
        "families": _some_of(draw, explorer._choices("families")),
        "line": _one_of(draw, ("mean", "median")),
        "scale": _one_of(draw, ("params", "flops")),
        "threshold": float(draw.uniform(0.3, 1.0)),
        "log_scale": bool(draw.random() < 0.7),
        "log_score": bool(draw.random() < 0.4),
        "intervals": bool(draw.random() < 0.8),
    }


def _atlas_state(draw: np.random.Generator, explorer: Any) -> dict[str, Any]:
    return {
        "task": _one_of(draw, explorer._choices("task")),
        "metric": _one_of(draw, explorer._choices("metric")),
        "scale": _one_of(draw, explorer._choices("scale")),
        "sort": _one_of(draw, explorer._choices("sort")),
        "limit": _one_of(draw, explorer._choices("limit")),
        "jumps_only": bool(draw.random() < 0.5),
        "log_scale": bool(draw.random() < 0.7),
        "log_score": bool(draw.random() < 0.4),
    }


STATES: dict[str, Draw] = dict.fromkeys(EVERY, _any_state) | {
    "mirage": lambda draw, _: {
        "length": int(draw.integers(1, 51)),
        "options": int(draw.integers(2, 21)),
        "n_items": int(draw.integers(10, 1000)),
        "n_models": int(draw.integers(3, 25)),
        "exponent": float(draw.uniform(-0.4, -0.1)),
        "critical_scale": float(10 ** draw.uniform(6, 9)),
        "floor": float(draw.uniform(0, 0.3)),
        "errors_allowed": int(draw.integers(0, 3)),
        "concentration": float(_one_of(draw, (2.0, 30.0, np.inf))),
        "decision_noise": float(draw.uniform(0.05, 1)),
        "largest_model": float(10 ** draw.uniform(9, 12)),
    },
    "high_jump": lambda draw, _: {
        "bar": float(draw.uniform(0.5, 2.5)),
        "spread": float(draw.uniform(0.01, 0.2)),
        "growth": float(draw.uniform(0.1, 0.4)),
        "training": float(10 ** draw.uniform(0, 4)),
        "attempts": int(draw.integers(1, 11)),
    },
    "resolution": lambda draw, _: {
        "length": int(draw.integers(1, 51)),
        "exponent": float(draw.uniform(-0.6, -0.2)),
        "critical_scale": float(10 ** draw.uniform(6, 9)),
        "n_items": int(draw.integers(5, 500)),
        "samples_per_item": int(10 ** draw.uniform(0, 4)),
        "repeats": int(_one_of(draw, (1, 1, 4, 12))),
        "n_models": int(draw.integers(4, 25)),
    },
    "multi_step": lambda draw, _: {
        "steps": int(draw.integers(1, 101)),
        "retries": int(draw.integers(0, 4)),
        "errors_allowed": int(draw.integers(0, 3)),
        "unevenness": float(_one_of(draw, (1.0, 1.0, 12.0))),
        "exponent": float(draw.uniform(-0.8, -0.2)),
        "critical_scale": float(10 ** draw.uniform(6, 9)),
        "logistic": bool(draw.random() < 0.5),
        "part_worth": float(draw.uniform(0, 1)),
    },
    "grokking": lambda draw, explorer: {
        "run": _one_of(draw, explorer._choices("run")),
        "step": int(10 ** draw.uniform(0, 3.7)),
        "measures": _some_of(draw, explorer._choices("measures")),
        "log_step": bool(draw.random() < 0.5),
    },
    "reconstruction": lambda draw, _: {
        "threshold": float(draw.uniform(0.1, 5.0)),
        "log_error": bool(draw.random() < 0.5),
    },
    "forecast": lambda draw, explorer: {
        "task": _one_of(draw, explorer._choices("task")),
        "family": _one_of(draw, explorer._choices("family")),
        "held_out": int(draw.integers(1, 6)),
        "methods": _some_of(draw, explorer._choices("methods")),
        "steps": _one_of(draw, explorer._choices("steps")),
    },
    "results": _results_state,
    "atlas": _atlas_state,
}
"""Values of controls that change what is drawn, from a generator and an explorer."""

"""Resolution: what a test of n items can see of a rate that falls without end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import binom

from ..core.statistics.intervals import items_needed, smallest_visible_rate, wilson_interval
from ..core.theory.pass_at_k import expected_pass_at_k
from .drawing import Floats, interval_line

FAN = 0.04
"""Most of the axis that the repeated tests of one model are spread over."""
ROOM = 0.03
"""Share of the axis that is free on each side."""
CLOSE = 0.2
"""Floors nearer than this on the log(-log) axis have one label."""
FAR = 1e6
HIGHEST_NOTE = 0.88
"""On the linear axis: above it a text would leave the figure."""

# Places on the three axes: where no success stands, and the ends.
LOG_NONE, LOG_LOW, LOG_HIGH = -10.0, -10.4, 0.3
STRAIGHT_NONE, STRAIGHT_LOW, STRAIGHT_MOST, STRAIGHT_HIGH = 1.4, 1.28, 4.4, 4.5
ABOVE_ZERO = 1000.0
"""Moves the log(-log) axis so that no place is near 0, where rounding would show."""


def resolution(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every curve, point and readout of `ResolutionExplorer`.

    Parameters
    ----------
    controls
        ``length`` (L, tokens), ``exponent`` (alpha < 0), ``critical_scale`` (c), ``n_items``
        (n), ``samples_per_item`` (m), ``repeats`` (test sets), ``n_models``.
    constants
        ``scale`` (ascending) and ``luck`` (uniforms, one row a test set, one column a model).

    Returns
    -------
    dict
        Exact match and pass@m over ``scale``; the repeated tests of one answer an item, row
        by row, over ``test_scale``; one test of m answers an item over ``model_scale``;
        places of all on the axes; readouts.

    Notes
    -----
    Exact match of the mirage model, ``exp(-L (N/c)**alpha)`` (Schaeffer, Miranda and Koyejo
    2023, arXiv:2304.15004, section 2), so that ``log(-log)`` of it is a straight line of slope
    alpha over log N; Hu et al. 2023 (arXiv:2310.03262) read emergence on that axis. Items are
    alike and draws independent. Counts are binomial quantiles at fixed uniforms, so that points
    glide; the test of m answers has the luck of the first test set.

    Examples
    --------
    >>> import numpy as np
    >>> constants = resolution_constants(np.logspace(7, 12, 6))
    >>> controls = dict(length=10, exponent=-0.3, critical_scale=1e8, n_items=100,
    ...                 samples_per_item=1000, repeats=3, n_models=6)
    >>> outputs = resolution(controls, constants)
    >>> bool(np.allclose(np.diff(np.log(outputs["minus_log"])), -0.3 * np.log(10)))
    True
    """
    scale = np.asarray(constants["scale"], dtype=float)
    length, critical = int(controls["length"]), float(controls["critical_scale"])
    exponent, n_models = float(controls["exponent"]), int(controls["n_models"])
    items, draws = int(controls["n_items"]), int(controls["samples_per_item"])
    ends = np.log10(scale[[0, -1]])
    places = ends[0] + (ends[1] - ends[0]) * (np.arange(n_models) / max(n_models - 1, 1))
    models = 10**places
    nats = _nats(scale, length, critical, exponent)
    rate = np.exp(-_nats(models, length, critical, exponent))
    solved = expected_pass_at_k(rate, draws)
    repeats = int(controls["repeats"])
    luck = np.asarray(constants["luck"], dtype=float)[:repeats, :n_models]
    right = _counts(luck, items, rate)
    tests = _tested("exact_match", right.ravel(), items)
    drawn = _tested("drawn", _counts(luck[0], items * draws, rate), items * draws)
    passed = _tested("pass_at_k", _counts(luck[0], items, solved), items)
    exact_match = np.exp(-nats)
    outputs: dict[str, Any] = {
        "exact_match": exact_match,
        "pass_at_k": expected_pass_at_k(exact_match, draws),
        "minus_log": nats,
        "model_scale": models,
        "model_rate": rate,
        "test_scale": np.tile(models, repeats),
        **tests,
        **drawn,
        **passed,
        "first_measured": right[0] / items,
    }
    outputs |= _figures(outputs, nats, places, ends, repeats)
    outputs |= _floors(items, draws, ends)
    seen = (right > 0).sum(axis=1)
    few, most = int(seen.min()), int(seen.max())
    outputs["seen"] = f"{few}" if few == most else f"{few}–{most}"
    outputs["seen_drawn"] = float((drawn["drawn_measured"] > 0).sum())
    outputs["n_models"] = float(n_models)
    for name, visible in (
        ("", float(smallest_visible_rate(items))),
        ("_drawn", float(smallest_visible_rate(items * draws))),
    ):
        size = critical * (-np.log(visible) / length) ** (1 / exponent)
        outputs[f"visible_rate{name}"] = visible
        outputs[f"visible_from{name}"] = (
            float("nan") if size > scale[-1] else float(max(size, scale[0]))
        )
    outputs["answers_needed"] = float(items_needed(rate[0]))
    outputs["smallest_rate"] = float(rate[0])
    outputs["smallest_solved"], outputs["largest_solved"] = float(solved[0]), float(solved[-1])
    return outputs


def resolution_constants(
    scale: Floats, *, seed: int = 0, most_repeats: int = 12, most_models: int = 24
) -> dict[str, Floats]:
    """Constants of the program `resolution`.

    Parameters
    ----------
    scale
        Model sizes at which the curves are drawn, ascending, above 0.
    seed
        Seed of the luck of the simulated tests.
    most_repeats, most_models
        Largest numbers of test sets and of tested models.

    Returns
    -------
    dict
        See `resolution`.
    """
    luck = np.random.default_rng(seed).random((most_repeats, most_models))
    return {"scale": np.asarray(scale, dtype=float), "luck": luck}


def _nats(scale: Floats, length: int, critical: float, exponent: float) -> Floats:
    """Loss of a whole answer; -log of its chance to be right."""
    with np.errstate(over="ignore", under="ignore"):
        return length * (scale / critical) ** exponent


def _counts(luck: Floats, n: int, rate: Floats) -> Floats:
    return np.clip(binom.ppf(luck, n, rate), 0, n)


def _tested(name: str, right: Floats, n: int) -> dict[str, Floats]:
    lower, upper = wilson_interval(right, n)
    return {f"{name}_measured": right / n, f"{name}_lower": lower, f"{name}_upper": upper}


def log_place(rate: Floats) -> Floats:
    """Place on the logarithmic axis; no success stands on a row below all rates."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log10(rate), LOG_NONE)


def straight_place(rate: Floats) -> Floats:
    """Place on the axis of -log10(-log rate); what lies beyond stands at its ends."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log10(ABOVE_ZERO / np.abs(np.log(rate))), STRAIGHT_NONE, STRAIGHT_MOST)


def _figures(
    outputs: Mapping[str, Any], nats: Floats, places: Floats, ends: Floats, repeats: int
) -> dict[str, Any]:
    """Where lines, points and bars stand."""
    width = ends[1] - ends[0]
    fan = min(FAN * width, 0.4 * width / max(len(places) - 1, 1))
    shift = fan * (np.arange(repeats) / max(repeats - 1, 1) - 0.5) if repeats > 1 else np.zeros(1)
    test_places = (places[None, :] + shift[:, None]).ravel()
    with np.errstate(divide="ignore"):
        figures: dict[str, Any] = {
            "log_line": np.maximum(-nats / np.log(10), -FAR),
            "straight_line": np.clip(np.log10(ABOVE_ZERO / nats), -FAR, FAR),
            "test_place": test_places,
            "test_bars_x": interval_line(test_places, test_places),
            "test_bars": interval_line(outputs["exact_match_lower"], outputs["exact_match_upper"]),
            "model_place": places,
        }
    for name, metric, x in (
        ("test", "exact_match", test_places),
        ("drawn", "drawn", places),
    ):
        rate = outputs[f"{metric}_measured"]
        lower, upper = outputs[f"{metric}_lower"], outputs[f"{metric}_upper"]
        seen = rate > 0
        figures |= {
            f"{name}_seen_x": x[seen],
            f"{name}_unseen_x": x[~seen],
            f"{name}_seen_bars_x": interval_line(x[seen], x[seen]),
        }
        for axis, place in (("log", log_place), ("straight", straight_place)):
            figures |= {
                f"{name}_seen_{axis}": place(rate[seen]),
                f"{name}_unseen_{axis}": place(rate[~seen]),
                f"{name}_seen_{axis}_bars": interval_line(place(lower[seen]), place(upper[seen])),
            }
    return figures


def _floors(items: int, draws: int, ends: Floats) -> dict[str, Any]:
    """The floors of both tests, the smallest visible rate, and their labels."""
    answers = items * draws
    floor, floor_drawn = np.array([1 / items]), np.array([1 / answers])
    edges = ends + np.array([-ROOM, ROOM]) * (ends[1] - ends[0])
    visible = smallest_visible_rate(np.array([items], dtype=float))
    apart = float(straight_place(floor)[0] - straight_place(floor_drawn)[0]) >= CLOSE
    floors: dict[str, Any] = {
        "floor": 1 / items,
        "floor_drawn": 1 / answers,
        "answers": float(answers),
        "items": float(items),
        "draws": float(draws),
        "edges": edges,
        "right_edge": edges[1:],
        "floor_line": np.full(2, 1 / items),
        "floor_note": [f"invisible with {items} {'item' if items == 1 else 'items'}"],
        "floor_drawn_note": [f"invisible with {items} × {draws} answers" if apart else ""],
        "visible_line": np.full(2, visible[0]),
        "visible_at": np.minimum(visible, HIGHEST_NOTE),
        "visible_note": ["missed by 1 test in 20"],
        "visible_log_line": np.full(2, log_place(visible)[0]),
    }
    for axis, place in (("log", log_place), ("straight", straight_place)):
        for name, level in (("floor", floor), ("floor_drawn", floor_drawn)):
            floors |= {
                f"{name}_{axis}_line": np.full(2, place(level)[0]),
                f"{name}_{axis}_at": place(level),
            }
    return floors

"""The high jump: ability grows smoothly, success at a bar comes all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.theory.thresholds import best_of, clear_probability, margin_for
from .drawing import Floats

MOST_ATTEMPTS = 10
NORMAL_90 = 1.6448536269514722
"""Nine in ten jumps lie within so many spreads of their mean."""
GRAVITY = 9.81
RUN = 3.0
"""Speed along the ground of the drawn flight, in m/s."""
FLOPS_AN_HOUR = 1e20
"""The same numbers in other words: training compute for an hour of training."""
NO_LEAD = 1e-9
"""Leads below a nanometre are none: decimal steps of a slider do not add up exactly."""
COLOURS = {"cleared": "var(--ew-cause)", "missed": "var(--ew-sharp)"}
# Limbs about the hips, in metres, of an athlete who arches back first over the bar.
BODY_X, BODY_Y = (-0.5, -0.4, 0.0, 0.3, 0.52), (-0.62, -0.16, 0.0, -0.02, -0.14)
ARM_X, ARM_Y = (0.4, 0.42, 0.72), (-0.06, -0.4, -0.5)
HEAD = (0.68, -0.26)


def high_jump(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every curve, drawing and readout of `HighJumpExplorer`.

    Parameters
    ----------
    controls
        ``bar`` (h, metres), ``spread`` (s, metres), ``start`` (mean height after one hour,
        metres), ``growth`` (metres per tenfold training), ``attempts`` (k, 1 to 10) and
        ``training`` (hours, where the marker stands).
    constants
        See `high_jump_constants`.

    Returns
    -------
    dict
        Arrays over training: mean height, the band of nine in ten jumps, chance of one attempt
        and of the best of k; the same under the marker; the drawn flight; the spread of
        heights at the marker and its part above the bar; readouts.

    Notes
    -----
    ``m = start + growth * log10(hours)``; one jump clears the bar with ``Phi((m - h) / s)``.
    The picture is Boaz Barak's (windowsontheory.org, 2023-12-22); growth, heights and the flight
    are ours.

    Examples
    --------
    >>> controls = dict(bar=1.8, spread=0.05, start=0.9, growth=0.3, attempts=1, training=1000)
    >>> outputs = high_jump(controls, high_jump_constants())
    >>> round(outputs["height_now"], 6), round(outputs["chance_now"], 6)
    (1.8, 0.5)
    """
    bar, spread = float(controls["bar"]), float(controls["spread"])
    start, growth = float(controls["start"]), float(controls["growth"])
    attempts = int(controls["attempts"])
    training = np.asarray(constants["training"], dtype=float)
    places = np.asarray(constants["log_training"], dtype=float)
    mean = start + growth * places
    lead = np.where(np.abs(mean - bar) < NO_LEAD, 0.0, mean - bar)
    once = clear_probability(lead, 0.0, spread)
    chance = best_of(once, attempts)
    reach = NORMAL_90 * spread
    lower, upper = np.maximum(mean - reach, 0.0), mean + reach
    # The marker stands at the nearest drawn hour, so that it lies on the curves exactly.
    edges = np.asarray(constants["training_edges"], dtype=float)
    at = int(np.searchsorted(edges, float(controls["training"]), side="right"))
    height = float(mean[at])
    every = slice(None, None, int(np.asarray(constants["table_stride"])))
    return {
        "mean_height": mean,
        "height_lower": lower,
        "height_upper": upper,
        "one_attempt": once,
        "chance": chance,
        "band_x": np.concatenate([places, places[::-1]]),
        "band_y": np.concatenate([upper, lower[::-1]]),
        "ends": places[[0, -1]],
        "bar_line": np.full(2, bar),
        "bar_end": places[:1],
        "bar_at": np.array([bar]),
        "marker_x": np.full(2, places[at]),
        "marker_height": np.array([0.0, float(np.asarray(constants["top"]))]),
        "marker_share": np.array([0.0, 1.0]),
        "marker_at": places[at : at + 1],
        "marker_mean": mean[at : at + 1],
        "marker_chance": chance[at : at + 1],
        "training_now": float(training[at]),
        "flops_now": float(training[at] * FLOPS_AN_HOUR),
        "height_now": height,
        "bar_now": bar,
        "once_now": float(once[at]),
        "chance_now": float(chance[at]),
        "table_training": training[every],
        "table_flops": training[every] * FLOPS_AN_HOUR,
        "table_mean": mean[every],
        "table_lower": lower[every],
        "table_upper": upper[every],
        "table_once": once[every],
        "table_chance": chance[every],
        **_jump(height, reach, bar, bool(lead[at] >= 0), constants),
        **_spread_of_heights(height, spread, float(lead[at]), constants),
        **_readouts(spread, start, growth, bar, attempts, constants),
    }


def high_jump_constants() -> dict[str, Any]:
    """Constants of the program `high_jump`.

    Returns
    -------
    dict
        ``training`` (hours, 1 to 10,000), ``log_training`` and the ``training_edges`` half-way
        between; ``flops`` (the same in FLOPs);
        ``margins`` (row k - 1: leads over the bar, in spreads, at which the best of k clears it
        in 10%, 50% and 90% of cases); ``sweep`` (-1 to 1 along a flight); ``spreads`` (-4 to 4);
        ``top`` (of the height axes, metres); ``table_stride``.
    """
    places = np.linspace(0.0, 4.0, 401)
    attempts = np.arange(1, MOST_ATTEMPTS + 1)[:, None]
    training = 10**places
    return {
        "training": training,
        "log_training": places,
        "training_edges": 10 ** ((places[:-1] + places[1:]) / 2),
        "flops": training * FLOPS_AN_HOUR,
        "margins": margin_for(np.array([0.1, 0.5, 0.9]), attempts),
        "sweep": np.linspace(-1.0, 1.0, 41),
        "spreads": np.linspace(-4.0, 4.0, 161),
        "top": np.array(3.2),
        "table_stride": np.array(25.0),
    }


def _flight(height: float, sweep: Floats) -> tuple[Floats, Floats]:
    """A parabola that peaks over the bar at `height`."""
    half = RUN * np.sqrt(2 * max(height, 0.0) / GRAVITY)
    return half * sweep, max(height, 0.0) * (1 - sweep * sweep)


def _jump(
    height: float, reach: float, bar: float, cleared: bool, constants: Mapping[str, Any]
) -> dict[str, Any]:
    sweep = np.asarray(constants["sweep"], dtype=float)
    flight_x, flight_y = _flight(height, sweep)
    high_x, high_y = _flight(height + reach, sweep)
    low_x, low_y = _flight(height - reach, sweep)
    return {
        "flight_x": flight_x,
        "flight_y": flight_y,
        "flights_x": np.concatenate([high_x, low_x[::-1]]),
        "flights_y": np.concatenate([high_y, low_y[::-1]]),
        "body_x": np.array([*BODY_X, np.nan, *ARM_X]),
        "body_y": height + np.array([*BODY_Y, np.nan, *ARM_Y]),
        "head_x": np.array([HEAD[0]]),
        "head_y": np.array([height + HEAD[1]]),
        "posts_y": np.array([0.0, bar + 0.08, np.nan, 0.0, bar + 0.08]),
        "jump_colours": [COLOURS["cleared" if cleared else "missed"]],
        "jump_note": ["the mean jump clears" if cleared else "the mean jump is too low"],
    }


def _spread_of_heights(
    height: float, spread: float, lead: float, constants: Mapping[str, Any]
) -> dict[str, Floats]:
    """The normal density, its mode drawn as 1, and its part above the bar."""
    spreads = np.asarray(constants["spreads"], dtype=float)
    edge = 4.0 if lead < 0 else -4.0
    if spread > 0:
        edge = min(max(-lead / spread, -4.0), 4.0)
    above = np.maximum(spreads, edge)
    return {
        "density": np.exp(-spreads * spreads / 2),
        "density_x": height + spread * spreads,
        "above": np.concatenate([np.zeros(1), np.exp(-above * above / 2), np.zeros(1)]),
        "above_x": height + spread * np.concatenate([above[:1], above, above[-1:]]),
    }


def _readouts(
    spread: float,
    start: float,
    growth: float,
    bar: float,
    attempts: int,
    constants: Mapping[str, Any],
) -> dict[str, float]:
    tenth, half, most = (
        float(margin) for margin in np.asarray(constants["margins"], dtype=float)[attempts - 1]
    )
    lead = bar + half * spread - start
    if growth > 0:
        width, decades = (most - tenth) * spread / growth, lead / growth
    else:
        width, decades = np.inf, np.inf if lead > 0 else -np.inf
    # Past 300 decades a number has no name, and soon none in floating point.
    hours = 10.0**decades if abs(decades) <= 300 else (np.inf if decades > 0 else 0.0)
    return {
        "width": float(width),
        "half_training": float(hours),
        "half_flops": float(hours * FLOPS_AN_HOUR),
    }

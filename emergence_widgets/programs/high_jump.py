"""The high jump: ability grows smoothly, success at a bar comes all at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.theory.attempts import best_of, clear_probability, margin_for
from .program import Constants, Controls, Floats, floats

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


def high_jump(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Heights and chances over ``training``, the same at the marker, the flights, and readouts.

    The mean height grows as ``start + growth * log10(hours)``, and one jump clears the bar with
    ``Phi((mean - bar) / spread)``. The picture is Boaz Barak's (windowsontheory.org, 2023-12-22);
    growth, heights and the flight are ours.
    """
    bar, spread, start, growth = _heights(controls)
    attempts = int(controls["attempts"])
    training = floats(constants, "training")
    mean = start + growth * floats(constants, "log_training")
    lead = np.where(np.abs(mean - bar) < NO_LEAD, 0.0, mean - bar)
    once = clear_probability(lead, 0.0, spread)
    chance = best_of(once, attempts)
    reach = NORMAL_90 * spread
    lower, upper = np.maximum(mean - reach, 0.0), mean + reach
    # The marker stands at the nearest drawn hour, so that it lies on the curves exactly.
    edges = floats(constants, "training_edges")
    at = int(np.searchsorted(edges, float(controls["training"]), side="right"))
    height = float(mean[at])
    table = {"training": training, "mean": mean, "lower": lower, "upper": upper}
    table |= {"once": once, "chance": chance}
    every = slice(None, None, int(np.asarray(constants["table_stride"])))
    return {
        "mean_height": mean,
        "height_lower": lower,
        "height_upper": upper,
        "one_attempt": once,
        "chance": chance,
        "training_now": float(training[at]),
        "flops_now": float(training[at] * FLOPS_AN_HOUR),
        "height_now": height,
        "once_now": float(once[at]),
        "chance_now": float(chance[at]),
        "cleared": bool(lead[at] >= 0),
        "table_flops": training[every] * FLOPS_AN_HOUR,
        **{f"table_{name}": values[every] for name, values in table.items()},
        **_flights(height, reach, floats(constants, "sweep")),
        **_spread_of_heights(height, spread, float(lead[at]), constants),
        **_readouts(controls, floats(constants, "margins")[attempts - 1]),
    }


def high_jump_constants() -> dict[str, Any]:
    """Constants of the program.

    ``training`` (hours, 1 to 10,000), ``log_training`` and the ``training_edges`` half-way
    between; ``flops`` (the same in FLOPs); ``margins`` (row k - 1: leads over the bar, in spreads,
    at which the best of k clears it in 10%, 50% and 90% of cases); ``sweep`` (-1 to 1 along a
    flight); ``spreads`` (-4 to 4); ``table_stride``.
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
        "table_stride": np.array(25.0),
    }


def _flights(height: float, reach: float, sweep: Floats) -> dict[str, Floats]:
    """Parabolas over the bar, in metres: of the mean jump, and around nine in ten."""
    flights: dict[str, Floats] = {}
    for name, top in (("", height), ("highest_", height + reach), ("lowest_", height - reach)):
        peak = max(top, 0.0)
        flights[f"{name}flight_x"] = RUN * np.sqrt(2 * peak / GRAVITY) * sweep
        flights[f"{name}flight_y"] = peak * (1 - sweep * sweep)
    return flights


def _spread_of_heights(
    height: float, spread: float, lead: float, constants: Constants
) -> dict[str, Floats]:
    """The normal density, its mode drawn as 1, and its part above the bar."""
    spreads = floats(constants, "spreads")
    edge = 4.0 if lead < 0 else -4.0
    if spread > 0:
        edge = min(max(-lead / spread, -4.0), 4.0)
    above = np.maximum(spreads, edge)
    return {
        "density": np.exp(-spreads * spreads / 2),
        "density_x": height + spread * spreads,
        "above": np.exp(-above * above / 2),
        "above_x": height + spread * above,
    }


def _heights(controls: Controls) -> tuple[float, ...]:
    return tuple(float(controls[name]) for name in ("bar", "spread", "start", "growth"))


def _readouts(controls: Controls, margins: Floats) -> dict[str, float]:
    bar, spread, start, growth = _heights(controls)
    tenth, half, most = margins.tolist()
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

"""The stretched axes of `ResolutionExplorer`: where rates stand, and their ticks."""

from __future__ import annotations

import numpy as np

from ..programs.encode import Encoding, clip, log, loglog
from ..widgets.axes import Ticks

# Places on both axes: where no success stands, and the ends.
LOG_NONE, LOG_LOW, LOG_HIGH = -10.0, -10.4, 0.3
STRAIGHT_NONE, STRAIGHT_LOW, STRAIGHT_MOST, STRAIGHT_HIGH = -1.6, -1.72, 1.4, 1.5


def log_place(rate: Encoding) -> Encoding:
    """In decades; no success stands on a row below all rates."""
    return clip(log(rate, otherwise=LOG_NONE), low=LOG_NONE)


def straight_place(rate: Encoding) -> Encoding:
    """On the axis of -log10(-log rate); what lies beyond stands at its ends."""
    return clip(loglog(rate), STRAIGHT_NONE, STRAIGHT_MOST)


def log_axis() -> Ticks:
    """Ticks of rates in decades, above a row for no success."""
    texts = ("none", "10⁻⁹", "10⁻⁶", "10⁻³", "1")
    return Ticks((LOG_NONE, -9.0, -6.0, -3.0, 0.0), texts, LOG_LOW, LOG_HIGH)


def straight_axis() -> Ticks:
    """Ticks of rates on log(-log), between rows for no success and for nearly all."""
    rates = np.array([1e-9, 1e-4, 0.01, 0.1, 0.5, 0.9])
    texts = ("none", "10⁻⁹", "10⁻⁴", "10⁻²", "0.1", "0.5", "0.9", ">0.95")
    places = (STRAIGHT_NONE, *(-np.log10(-np.log(rates))).tolist(), STRAIGHT_MOST)
    return Ticks(places, texts, STRAIGHT_LOW, STRAIGHT_HIGH)

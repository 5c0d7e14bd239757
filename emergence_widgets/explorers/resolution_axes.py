"""The stretched axes of `ResolutionExplorer`."""

from __future__ import annotations

import numpy as np

from ..programs.resolution import (
    LOG_HIGH,
    LOG_LOW,
    LOG_NONE,
    STRAIGHT_HIGH,
    STRAIGHT_LOW,
    STRAIGHT_MOST,
    STRAIGHT_NONE,
    log_place,
    straight_place,
)
from ..widgets.axes import Ticks


def log_axis() -> Ticks:
    """Ticks of rates in decades, above a row for no success."""
    rates = np.array([1e-9, 1e-6, 1e-3, 1.0])
    texts = ("none", "10⁻⁹", "10⁻⁶", "10⁻³", "1")
    return Ticks((LOG_NONE, *log_place(rates).tolist()), texts, LOG_LOW, LOG_HIGH)


def straight_axis() -> Ticks:
    """Ticks of rates on log(-log), between rows for no success and for nearly all."""
    rates = np.array([1e-9, 1e-4, 0.01, 0.1, 0.5, 0.9])
    texts = ("none", "10⁻⁹", "10⁻⁴", "10⁻²", "0.1", "0.5", "0.9", ">0.95")
    places = (STRAIGHT_NONE, *straight_place(rates).tolist(), STRAIGHT_MOST)
    return Ticks(places, texts, STRAIGHT_LOW, STRAIGHT_HIGH)

"""Numbers as people say them, for the sentences of the rungs."""

from __future__ import annotations

from math import isfinite

UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
LARGEST_IN_UNITS = 1e15


def size(scale: float) -> str:
    """A scale in thousands, millions, billions or trillions.

    Examples
    --------
    >>> size(1760.0), size(1.3e9), size(2.25e20), size(59.0)
    ('1.76k', '1.3B', '2.25e+20', '59')
    """
    if isfinite(scale) and scale < LARGEST_IN_UNITS:
        for unit, letter in UNITS:
            if scale >= unit:
                return f"{scale / unit:.3g}{letter}"
    return f"{scale:.3g}"


def chance(p_value: float) -> str:
    """A p-value with its sign of comparison.

    Examples
    --------
    >>> chance(0.018), chance(3e-66), chance(1.0)
    ('p = 0.018', 'p < 0.001', 'p = 1')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"

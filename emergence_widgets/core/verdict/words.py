"""How the verdict writes scales and p-values."""

from __future__ import annotations

from math import isfinite

from .evidence import Evidence

UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
LARGEST_IN_UNITS = 1e15
SCALE_WORDS = {"params": "parameters", "flops": "FLOPs", "tokens": "tokens"}


def format_scale(scale: float) -> str:
    """A scale in thousands, millions, billions or trillions: 1.3B."""
    if isfinite(scale) and scale < LARGEST_IN_UNITS:
        for unit, letter in UNITS:
            if scale >= unit:
                return f"{scale / unit:.3g}{letter}"
    return f"{scale:.3g}"


def format_p_value(p_value: float) -> str:
    """A p-value with its sign of comparison."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def where_on_scale(evidence: Evidence, at: float) -> str:
    """A place on the scale: ``1.3k parameters``, ``a loss of 0.5``."""
    if evidence.scale_name == "loss":
        return f"a loss of {format_scale(at)}"
    if evidence.scale_name == "step":
        return f"step {format_scale(at)}"
    return f"{format_scale(at)} {SCALE_WORDS.get(evidence.scale_name, evidence.scale_name)}"

"""Controls of the mirage model that several explorers share: the same range, words and symbol."""

from __future__ import annotations

from typing import Any

from ..widgets.controls import NumberControl


def _number(default: float, declared: dict[str, Any], changed: dict[str, Any]) -> NumberControl:
    return NumberControl(default, **(declared | changed))


def exponent(default: float, **words: Any) -> NumberControl:
    """How fast the loss falls with size."""
    declared = {"minimum": -1.0, "maximum": -0.05, "step": 0.01, "label": "Exponent", "symbol": "α"}
    return _number(default, declared, words)


def critical_scale(default: float, **words: Any) -> NumberControl:
    """Size at which the reducible loss is one."""
    declared = {
        "minimum": 1e5,
        "maximum": 1e12,
        "step": 0.05,
        "logarithmic": True,
        "format": "scale",
        "label": "Critical scale",
        "symbol": "c",
        "unit": "parameters",
    }
    return _number(default, declared, words)


def length(default: int, **words: Any) -> NumberControl:
    """Tokens of an answer."""
    declared = {
        "minimum": 1,
        "maximum": 50,
        "step": 1,
        "whole": True,
        "label": "Answer length",
        "symbol": "L",
        "unit": "tokens",
        "help": "Tokens that must all be right for an exact match.",
    }
    return _number(default, declared, words)


def n_items(default: int, **words: Any) -> NumberControl:
    """Items of a test."""
    declared = {
        "minimum": 1,
        "maximum": 100_000,
        "step": 0.05,
        "whole": True,
        "logarithmic": True,
        "format": "count",
        "label": "Test items",
        "symbol": "n",
        "unit": "items",
    }
    return _number(default, declared, words)


def n_models(default: int, **words: Any) -> NumberControl:
    """Model sizes that are tested."""
    declared = {
        "minimum": 3,
        "maximum": 24,
        "step": 1,
        "whole": True,
        "label": "Models tested",
        "help": "Number of model sizes tested, evenly spaced on the axis.",
    }
    return _number(default, declared, words)

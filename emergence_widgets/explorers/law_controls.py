"""Controls of the mirage model that several explorers share: the same range, words and symbol."""

from __future__ import annotations

from ..widgets.controls import NumberControl


def exponent(default: float, *, group: str, help: str) -> NumberControl[float]:
    """How fast the loss falls with size."""
    return NumberControl(
        default,
        minimum=-1.0,
        maximum=-0.05,
        step=0.01,
        label="Exponent",
        symbol="α",
        group=group,
        help=help,
    )


def critical_scale(default: float, *, group: str, help: str) -> NumberControl[float]:
    """Size at which the reducible loss is one."""
    return NumberControl(
        default,
        minimum=1e5,
        maximum=1e12,
        step=0.05,
        logarithmic=True,
        format="scale",
        label="Critical scale",
        symbol="c",
        unit="parameters",
        group=group,
        help=help,
    )


def length(default: int, *, group: str) -> NumberControl[int]:
    """Tokens of an answer."""
    return NumberControl(
        default,
        minimum=1,
        maximum=50,
        step=1,
        whole=True,
        label="Answer length",
        symbol="L",
        unit="tokens",
        group=group,
        help="Tokens that must all be right for an exact match.",
    )


def n_items(default: int, *, group: str, help: str) -> NumberControl[int]:
    """Items of a test."""
    return NumberControl(
        default,
        minimum=1,
        maximum=100_000,
        step=0.05,
        whole=True,
        logarithmic=True,
        format="count",
        label="Test items",
        symbol="n",
        unit="items",
        group=group,
        help=help,
    )


def n_models(default: int, *, group: str) -> NumberControl[int]:
    """Model sizes that are tested."""
    return NumberControl(
        default,
        minimum=3,
        maximum=24,
        step=1,
        whole=True,
        label="Models tested",
        group=group,
        help="Number of model sizes tested, evenly spaced on the axis.",
    )

"""Controls of the mirage model that several explorers share: the same range, words and symbol."""

from __future__ import annotations

from functools import partial

from ..widgets.controls import NumberControl

# How fast the loss falls with size.
exponent = partial(
    NumberControl[float], minimum=-1.0, maximum=-0.05, step=0.01, label="Exponent", symbol="α"
)
# Size at which the reducible loss is one.
critical_scale = partial(
    NumberControl[float],
    minimum=1e5,
    maximum=1e12,
    step=0.05,
    logarithmic=True,
    format="scale",
    label="Critical scale",
    symbol="c",
    unit="parameters",
)
# Tokens of an answer.
length = partial(
    NumberControl[int],
    minimum=1,
    maximum=50,
    step=1,
    whole=True,
    label="Answer length",
    symbol="L",
    unit="tokens",
    help="Tokens that must all be right for an exact match.",
)
# Items of a test.
n_items = partial(
    NumberControl[int],
    minimum=1,
    maximum=100_000,
    step=0.05,
    whole=True,
    logarithmic=True,
    format="count",
    label="Test items",
    symbol="n",
    unit="items",
)
# Model sizes that are tested.
n_models = partial(
    NumberControl[int],
    minimum=3,
    maximum=24,
    step=1,
    whole=True,
    label="Models tested",
    help="Number of model sizes tested, evenly spaced on the axis.",
)

"""Controls of the mirage model that several explorers share: the same range, words and symbol."""

from __future__ import annotations

from functools import partial

from ..widgets.controls import NumberControl

exponent = partial(NumberControl[float], minimum=-1.0, maximum=-0.05, label="Exponent", symbol="α")
critical_scale = partial(
    NumberControl[float], minimum=1e5, maximum=1e12, logarithmic=True,
    label="Critical scale", symbol="c", unit="parameters",
)  # fmt: skip
length = partial(
    NumberControl[int], minimum=1, maximum=50, whole=True,
    label="Answer length", symbol="L", unit="tokens",
    help="Tokens that must all be right for an exact match.",
)  # fmt: skip
n_items = partial(
    NumberControl[int], minimum=1, maximum=100_000, whole=True, logarithmic=True,
    label="Test items", symbol="n", unit="items",
)  # fmt: skip
n_models = partial(
    NumberControl[int], minimum=3, maximum=24, whole=True, label="Models tested",
    help="Number of model sizes tested, evenly spaced on the axis.",
)  # fmt: skip

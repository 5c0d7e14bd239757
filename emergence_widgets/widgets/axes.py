"""Axis ticks at places that people read easily.

Explorers draw on linear bqplot scales and put ``log10`` of the data on them where the axis
is logarithmic: a browser can then change an axis without the kernel, and bqplot's own
logarithmic ticks, which overlap, are never used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from .formats import DIGITS, format_scale, shortest

SAME = 1e-9
"""Ends that differ by less than this share of their size are one value."""
TINY = 1e-290
SLACK = Decimal("1e-9")
"""Share of a step by which a tick may lie outside, for ends such as 0.1 + 0.2."""


@dataclass(frozen=True)
class Ticks:
    """Places of ticks on a linear scale, and their texts.

    Attributes
    ----------
    places
        Ascending positions.
    texts
        One text a place.
    low, high
        Ends of the axis.
    """

    places: tuple[float, ...]
    texts: tuple[str, ...]
    low: float
    high: float

    @property
    def labels(self) -> dict[str, str]:
        """For ``bqplot.Axis.tick_labels``, whose keys are numbers as JavaScript writes them."""
        return dict(zip(map(shortest, self.places), self.texts, strict=True))


def log_ticks(low: float, high: float, *, most: int = 5) -> Ticks:
    """Ticks of a logarithmic axis from `low` to `high`, both above 0.

    Parameters
    ----------
    low, high
        Ends of the axis in data units.
    most
        Largest number of ticks wanted.

    Returns
    -------
    Ticks
        Places are ``log10`` of the data.

    Examples
    --------
    >>> log_ticks(1e6, 1e12, most=4).texts
    ('1M', '100M', '10B', '1T')
    """
    if not 0 < low <= high < math.inf:
        raise ValueError(f"a logarithmic axis cannot go from {low:g} to {high:g}")
    start, end = math.log10(low), math.log10(high)
    if end == start:
        start, end = start - 0.5, end + 0.5
    decades = range(math.ceil(start - 1e-9), math.floor(end + 1e-9) + 1)
    if len(decades) > 2:
        stride = math.ceil((len(decades) - 1) / max(most - 1, 1))
        values = [10.0**power for power in decades[::stride]]
    else:
        powers = range(math.floor(start), math.floor(end) + 1)
        fine = [m * 10.0**power for power in powers for m in (1, 2, 5)]
        values = [v for v in fine if start - 1e-9 <= math.log10(v) <= end + 1e-9]
        if len(values) < 2:
            return _between(start, end, most)
        values = values[:: math.ceil(len(values) / most)]
    places = tuple(math.log10(value) for value in values)
    return Ticks(places, tuple(format_scale(value) for value in values), start, end)


def _between(start: float, end: float, most: int) -> Ticks:
    linear = linear_ticks(10**start, 10**end, most=most)
    places = tuple(math.log10(value) for value in linear.places if value > 0)
    return Ticks(places, linear.texts[-len(places) :], start, end)


def linear_ticks(low: float, high: float, *, most: int = 5, percent: bool = False) -> Ticks:
    """Ticks of a linear axis at multiples of 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    low, high
        Ends of the axis.
    most
        Largest number of ticks wanted.
    percent
        Whether a proportion is written in percent.

    Returns
    -------
    Ticks

    Examples
    --------
    >>> linear_ticks(0, 1, percent=True).texts
    ('0%', '25%', '50%', '75%', '100%')
    """
    if not math.isfinite(high - low) or high < low:
        raise ValueError(f"an axis cannot go from {low:g} to {high:g}")
    size = max(abs(low), abs(high))
    if high - low <= max(SAME * size, TINY):
        margin = size / 10 if size > TINY / SAME else 1.0
        low, high = low - margin, high + margin
    exponent = math.floor(math.log10((high - low) / max(most - 1, 1)))
    for factor in ("1", "2", "2.5", "5", "10", "20"):
        step = Decimal(factor).scaleb(exponent)
        first = math.ceil(Decimal(low) / step - SLACK)
        last = math.floor(Decimal(high) / step + SLACK)
        if last - first < most:
            break
    values = [k * step for k in range(first, last + 1)]
    return Ticks(tuple(map(float, values)), _texts(values, percent), low, high)


def _texts(values: list[Decimal], percent: bool) -> tuple[str, ...]:
    """With as many digits as it takes to tell each place exactly."""
    shown = [100 * value for value in values] if percent else values
    digits = max((len(value.normalize().as_tuple().digits) for value in shown), default=0)
    unit = "%" if percent else ""
    return tuple(format_scale(float(at), digits=max(DIGITS, digits + 1)) + unit for at in shown)

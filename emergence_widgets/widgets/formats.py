"""Numbers as people say them; twin of ``js/src/formats.ts``."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
FORMATS = ("scale", "count", "number", "concentration", "percent")


def _shortest(value: float) -> str:
    """Shortest text that reads back as `value`, as JavaScript's ``String`` writes it."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    if -7 < int(exponent) < 21:
        return f"{value:.{len(mantissa.lstrip('-').replace('.', '')) - 1 - int(exponent)}f}"
    return f"{mantissa}e{int(exponent):+d}"


def _rounded(value: float, digits: int) -> float:
    """Significant digits with halves away from zero, as JavaScript's ``toPrecision`` does."""
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value)))


def _short(value: float) -> str:
    return _shortest(_rounded(value, 3))


def _power_of_ten(value: float) -> str:
    exponent = math.floor(math.log10(value))
    mantissa = _rounded(value / 10.0**exponent, 2)
    if mantissa >= 10:
        mantissa /= 10
        exponent += 1
    digits = "".join(SUPERSCRIPTS[int(digit)] for digit in str(abs(exponent)))
    power = f"10{'⁻' if exponent < 0 else ''}{digits}"
    return power if mantissa == 1 else f"{_shortest(mantissa)}×{power}"


def format_scale(value: float) -> str:
    """A scale as people say it.

    Parameters
    ----------
    value
        Parameters, FLOPs, tokens or any count.

    Returns
    -------
    str
        At most three significant digits.

    Examples
    --------
    >>> format_scale(1.3e9), format_scale(1e7), format_scale(2e22)
    ('1.3B', '10M', '2×10²²')
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    if value == 0:
        return "0"
    if value < 0:
        return f"−{format_scale(-value)}"
    if value >= 9.995e14 or value < 1e-3:
        return _power_of_ten(value)
    for size, unit in UNITS:
        if value >= 0.9995 * size:
            return f"{_short(value / size)}{unit}"
    return _short(value)


def format_value(format: str, value: float) -> str:
    """Text of a control or readout.

    Parameters
    ----------
    format
        One of `FORMATS`.
    value
        The number.

    Returns
    -------
    str
        What the browser shows as well.

    Raises
    ------
    ValueError
        An unknown format.

    Examples
    --------
    >>> format_value("percent", 0.256)
    '25.6%'
    """
    if math.isnan(value):
        return "–"
    if format == "scale":
        return format_scale(value)
    if format == "count":
        return format_scale(math.floor(value + 0.5) if math.isfinite(value) else value)
    if format == "concentration":
        return "∞" if value >= 1e4 else format_value("number", value)
    if format == "percent":
        return f"{_short(100 * value)}%" if math.isfinite(value) else "–"
    if format == "number":
        if not math.isfinite(value):
            return "∞" if value > 0 else "−∞"
        size = abs(value)
        plain = size == 0 or 1e-3 <= size < 1e6
        return ("−" if value < 0 else "") + (_short(size) if plain else _power_of_ten(size))
    raise ValueError(f"format is {format!r}; expected one of {', '.join(FORMATS)}")

"""Numbers as people say them; twin of ``js/src/formats.ts``."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
DIGITS = 3
# Powers of ten below this one lose digits, and then vanish.
LEAST_EXPONENT = -300
FORMATS = ("scale", "count", "number", "hundredths", "concentration", "percent")


def shortest(value: float) -> str:
    """Shortest text that reads back as `value`, as JavaScript's ``String`` writes it."""
    if value == 0:
        return "0"
    _, numerals, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits, minus = "".join(map(str, numerals)), "-" if value < 0 else ""
    point = len(digits) + int(exponent)
    if len(digits) <= point <= 21:
        return minus + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{minus}{digits[0]}{rest}e{point - 1:+d}"


def _rounded(value: float, digits: int) -> float:
    """Significant digits with halves away from zero, as JavaScript's ``toPrecision`` does."""
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value)))


def _short(value: float, digits: int = DIGITS) -> str:
    return shortest(_rounded(value, digits))


def _power_of_ten(value: float, digits: int = DIGITS) -> str:
    exponent = math.floor(math.log10(value))
    if exponent < LEAST_EXPONENT:
        mantissa = value * 10.0**-LEAST_EXPONENT / 10.0 ** (exponent - LEAST_EXPONENT)
    else:
        mantissa = value / 10.0**exponent
    mantissa = _rounded(mantissa, digits - 1)
    if mantissa >= 10:
        mantissa /= 10
        exponent += 1
    raised = "".join(SUPERSCRIPTS[int(digit)] for digit in str(abs(exponent)))
    power = f"10{'⁻' if exponent < 0 else ''}{raised}"
    return power if mantissa == 1 else f"{shortest(mantissa)}×{power}"


def format_scale(value: float, *, digits: int = DIGITS) -> str:
    """A count or scale as people say it, with 2 to 15 digits; one fewer before a power of ten."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    if value == 0:
        return "0"
    if value < 0:
        return f"−{format_scale(-value, digits=digits)}"
    if value >= 9.995e14 or value < 1e-3:
        return _power_of_ten(value, digits)
    for size, unit in UNITS:
        if value >= 0.9995 * size:
            return f"{_short(value / size, digits)}{unit}"
    return _short(value, digits)


def format_value(format: str, value: float) -> str:
    """Text of a control or readout, as the browser shows it, too; `format` is one of `FORMATS`."""
    if math.isnan(value):
        return "–"
    if format == "scale":
        return format_scale(value)
    if format == "count":
        return format_scale(math.floor(value + 0.5) if math.isfinite(value) else value)
    if format == "concentration":
        return "∞" if value >= 1e4 else format_value("number", value)
    if format == "hundredths":
        if abs(value) >= 1e6:
            return format_value("number", value)
        return f"{math.floor(100 * value + 0.5) / 100:.2f}"
    if format == "percent":
        return f"{_short(100 * value)}%" if math.isfinite(100 * value) else "–"
    if format == "number":
        if not math.isfinite(value):
            return "∞" if value > 0 else "−∞"
        size = abs(value)
        plain = size == 0 or 1e-3 <= size < 1e6
        return ("−" if value < 0 else "") + (_short(size) if plain else _power_of_ten(size))
    raise ValueError(f"format is {format!r}; expected one of {', '.join(FORMATS)}")

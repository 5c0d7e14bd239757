"""Numbers as people say them."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emergence_widgets.widgets.formats import FORMATS, format_scale, format_value, shortest

UNITS = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
RAISED = {raised: str(digit) for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {"⁻": "-"}
properties = settings(deadline=None, derandomize=True)


def read(text):
    """The number that a text says."""
    text, sign = (text[1:], -1) if text[0] == "−" else (text, 1)
    if text == "∞":
        return sign * math.inf
    if text[-1] in RAISED:
        mantissa, _, power = text.rpartition("10" if "×" not in text else "×10")
        exponent = int("".join(RAISED[mark] for mark in power))
        return sign * float(f"{mantissa or 1}e{exponent}")
    return sign * float(text.rstrip("kMBT")) * UNITS.get(text[-1], 1)


class TestScale:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (1e7, "10M"),
            (1e9, "1B"),
            (1.3e9, "1.3B"),
            (1.75e11, "175B"),
            (1.25e8, "125M"),
            (70_000, "70k"),
            (1e12, "1T"),
            (2.5e12, "2.5T"),
            (1e22, "10²²"),
            (2e22, "2×10²²"),
            (3.14e23, "3.1×10²³"),
            (1e15, "10¹⁵"),
            (252, "252"),
            (447_552, "448k"),
            (0, "0"),
            (-0.0, "0"),
            (1, "1"),
            (0.25, "0.25"),
            (0.001, "0.001"),
            (1e-4, "10⁻⁴"),
            (2.5e-14, "2.5×10⁻¹⁴"),
            (-3e6, "−3M"),
            (math.inf, "∞"),
            (math.nan, "–"),
            (999.4, "999"),
            (999.6, "1k"),
            (999_600, "1M"),
            (9.996e14, "10¹⁵"),
            (5e-324, "4.9×10⁻³²⁴"),
        ],
    )
    def test_sizes_as_people_say_them(self, value, text):
        assert format_scale(value) == text

    @given(value=st.floats(-1e308, 1e308))
    @example(9.9999999999999999e22)
    @example(0.00099999999)
    @example(1e-310)
    @properties
    def test_the_text_says_the_value_to_its_digits(self, value):
        text = format_scale(value)
        assert text.strip() == text != ""
        assert read(text) == pytest.approx(value, rel=0.0501, abs=0)
        if 1e-3 <= abs(value) < 9.99e14:
            assert read(text) == pytest.approx(value, rel=0.00501, abs=0)
            assert len(text) <= 7

    @given(value=st.floats(1e-300, 1e300), digits=st.integers(3, 15))
    @properties
    def test_more_digits_say_more(self, value, digits):
        text = format_scale(value, digits=digits)
        assert read(text) == pytest.approx(value, rel=5.1 * 10.0 ** (1 - digits), abs=0)

    @given(value=st.floats(1e-300, 1e300))
    @properties
    def test_a_sign_is_all_that_tells_two_opposites_apart(self, value):
        assert format_scale(-value) == "−" + format_scale(value)


class TestValue:
    @pytest.mark.parametrize(
        ("format", "value", "text"),
        [
            ("scale", 1e8, "100M"),
            ("count", 199.526, "200"),
            ("count", 2.5, "3"),
            ("count", 3067, "3.07k"),
            ("count", math.inf, "∞"),
            ("number", 0.12345, "0.123"),
            ("number", -2.5, "−2.5"),
            ("number", 123456.7, "123000"),
            ("number", 1.5e7, "1.5×10⁷"),
            ("number", 1e-5, "10⁻⁵"),
            ("number", 0.0, "0"),
            ("number", math.inf, "∞"),
            ("number", -math.inf, "−∞"),
            ("concentration", 9999.0, "10000"),
            ("concentration", 1e4, "∞"),
            ("concentration", math.inf, "∞"),
            ("concentration", 0.5, "0.5"),
            ("hundredths", 0.6149, "0.61"),
            ("hundredths", 0.125, "0.13"),
            ("hundredths", 1e-17, "0.00"),
            ("hundredths", 0.6, "0.60"),
            ("hundredths", math.nan, "–"),
            ("hundredths", math.inf, "∞"),
            ("percent", 0.256, "25.6%"),
            ("percent", 1.0, "100%"),
            ("percent", 0.0, "0%"),
            ("percent", 5e-4, "0.05%"),
            ("percent", math.inf, "–"),
        ],
    )
    def test_texts(self, format, value, text):
        assert format_value(format, value) == text

    @given(format=st.sampled_from(FORMATS), value=st.floats())
    @properties
    def test_there_is_always_a_text(self, format, value):
        text = format_value(format, value)
        assert text.strip() == text != ""
        assert not any(word in text for word in ("nan", "inf", "Infinity"))

    @pytest.mark.parametrize("format", FORMATS)
    def test_no_number_is_a_dash(self, format):
        assert format_value(format, math.nan) == "–"

    def test_an_unknown_format_says_which_there_are(self):
        with pytest.raises(ValueError, match="format is 'precent'; expected one of scale, count"):
            format_value("precent", 0.5)


class TestShortest:
    @pytest.mark.parametrize(
        ("value", "text"),
        # What String(value) gives in a browser.
        [
            (0.0, "0"),
            (-0.0, "0"),
            (6.0, "6"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (123456789012345680000.0, "123456789012345680000"),
            (1.5e300, "1.5e+300"),
            (0.000001, "0.000001"),
            (1e-7, "1e-7"),
            (1.25e-9, "1.25e-9"),
            (5e-324, "5e-324"),
        ],
    )
    def test_as_a_browser_writes_it(self, value, text):
        assert shortest(value) == text

    @given(value=st.floats(allow_nan=False, allow_infinity=False))
    @properties
    def test_it_reads_back_as_the_same_number(self, value):
        assert float(shortest(value)) == value

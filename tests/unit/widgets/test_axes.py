"""Ticks stand where people look for them, and say where they stand."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from emergence_widgets.widgets.axes import SAME, linear_ticks, log_ticks

from .test_formats import read

properties = settings(deadline=None, derandomize=True)
SIZES = st.floats(-1e100, 1e100, allow_subnormal=False)
MOST = st.integers(2, 12)


def well_formed(ticks, most):
    places, span = np.array(ticks.places), ticks.high - ticks.low
    assert 1 <= len(places) <= most + 1
    assert (np.diff(places) > 0).all()
    assert places.min() >= ticks.low - 1e-8 * span
    assert places.max() <= ticks.high + 1e-8 * span
    assert len(ticks.texts) == len(places) == len(set(ticks.texts))
    assert all(text.strip() for text in ticks.texts)


class TestLinear:
    @given(ends=st.tuples(SIZES, SIZES).map(sorted), most=MOST)
    @example([100_000.0, 100_500.0], 5)
    @example([0.0, 1e-13], 5)
    @example([0.0, 3e23], 5)
    @example([-1e-5, 1e-5], 5)
    @example([1000.0, 1000.001], 5)
    @example([0.1 + 0.2, 0.9], 5)
    @properties
    def test_they_lie_inside_ascend_and_differ(self, ends, most):
        ticks = linear_ticks(*ends, most=most)
        well_formed(ticks, most)
        assert ticks.low <= ends[0]
        assert ends[1] <= ticks.high

    @given(ends=st.tuples(SIZES, SIZES).map(sorted), most=MOST)
    @properties
    def test_a_label_says_where_its_tick_is(self, ends, most):
        ticks = linear_ticks(*ends, most=most)
        step = ticks.places[-1] - ticks.places[0]
        for place, text in zip(ticks.places, ticks.texts, strict=True):
            assert read(text) == pytest.approx(place, rel=1e-12, abs=1e-9 * step)

    @given(ends=st.tuples(SIZES, SIZES).map(sorted), most=st.integers(3, 12))
    @properties
    def test_steps_are_even_and_round(self, ends, most):
        low, high = ends
        assume(high - low > SAME * max(-low, high) * 1e3)
        places = np.array(linear_ticks(low, high, most=most).places)
        assume(len(places) > 1)
        step = (places[-1] - places[0]) / (len(places) - 1)
        np.testing.assert_allclose(np.diff(places), step, rtol=1e-5)
        mantissa = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
        assert min(abs(mantissa - round_one) for round_one in (1, 2, 2.5, 5)) < 1e-5
        # As many as there is room for: the next finer step has at most 2.5 times as many.
        assert len(places) >= most / 2.5 - 1

    @given(value=SIZES)
    @example(0.0)
    @properties
    def test_one_value_gets_an_axis_around_it(self, value):
        ticks = linear_ticks(value, value)
        assert ticks.low < value < ticks.high
        well_formed(ticks, 5)

    def test_percent(self):
        assert linear_ticks(0, 1, percent=True).texts == ("0%", "25%", "50%", "75%", "100%")
        assert linear_ticks(0.07, 0.075, percent=True, most=3).texts == ("7%", "7.2%", "7.4%")

    def test_places_people_know(self):
        assert linear_ticks(0, 1).places == (0, 0.25, 0.5, 0.75, 1)
        assert linear_ticks(12, 13).texts == ("12", "12.25", "12.5", "12.75", "13")
        assert linear_ticks(-3, 0.1).texts == ("−3", "−2", "−1", "0")
        assert linear_ticks(100_000, 100_500).texts == ("100k", "100.2k", "100.4k")

    @pytest.mark.parametrize(
        "ends", [(1, 0), (math.nan, 1), (0, math.inf), (-math.inf, 0), (-1.7e308, 1.7e308)], ids=str
    )
    def test_ends_that_are_none(self, ends):
        with pytest.raises(ValueError, match="an axis cannot go from"):
            linear_ticks(*ends)


class TestLogarithmic:
    @given(
        ends=st.tuples(st.floats(-290, 290), st.floats(-290, 290)).map(sorted),
        most=MOST,
    )
    @example([0.0, 0.0], 5)
    @example([0.0, 1e-4], 5)
    @example([math.log10(3), math.log10(4)], 5)
    @example([2.4, 5.7], 5)
    @properties
    def test_they_lie_inside_ascend_and_differ(self, ends, most):
        low, high = 10.0 ** ends[0], 10.0 ** ends[1]
        ticks = log_ticks(low, high, most=most)
        well_formed(ticks, most)
        assert ticks.low <= math.log10(low)
        assert math.log10(high) <= ticks.high
        for place, text in zip(ticks.places, ticks.texts, strict=True):
            assert math.log10(read(text)) == pytest.approx(place, abs=1e-9)

    def test_sizes_as_people_say_them(self):
        assert log_ticks(1e6, 1e12, most=4).texts == ("1M", "100M", "10B", "1T")
        assert log_ticks(1e18, 1e24).texts == ("10¹⁸", "10²⁰", "10²²", "10²⁴")
        assert log_ticks(1, 100).texts == ("1", "10", "100")
        assert log_ticks(8, 13).texts == ("8", "10", "12")

    def test_several_in_less_than_two_decades(self):
        for low, high in ((1.0, 9.0), (3.0, 4.0), (8.0, 13.0), (1.001, 1.002), (9.5e9, 1.05e10)):
            assert len(log_ticks(low, high).places) >= 2

    @pytest.mark.parametrize(
        "ends", [(0, 1), (-1, 1), (2, 1), (1, math.inf), (math.nan, 1), (1, math.nan)], ids=str
    )
    def test_ends_that_are_none(self, ends):
        with pytest.raises(ValueError, match="a logarithmic axis cannot go from"):
            log_ticks(*ends)


class TestLabels:
    """bqplot looks a label up under its tick's place, written as a browser writes a number."""

    @pytest.mark.parametrize(
        ("ends", "labels"),
        [
            ((0, 3e23), {"0": "0", "1e+23": "10²³", "2e+23": "2×10²³", "3e+23": "3×10²³"}),
            (
                (0, 2e-7),
                {
                    "0": "0",
                    "5e-8": "5×10⁻⁸",
                    "1e-7": "10⁻⁷",
                    "1.5e-7": "1.5×10⁻⁷",
                    "2e-7": "2×10⁻⁷",
                },
            ),
            ((0, 1), {"0": "0", "0.25": "0.25", "0.5": "0.5", "0.75": "0.75", "1": "1"}),
            ((-1, 0), {"-1": "−1", "-0.75": "−0.75", "-0.5": "−0.5", "-0.25": "−0.25", "0": "0"}),
        ],
        ids=str,
    )
    def test_keys(self, ends, labels):
        assert linear_ticks(*ends).labels == labels

    @given(ends=st.tuples(SIZES, SIZES).map(sorted))
    @properties
    def test_a_key_a_place(self, ends):
        ticks = linear_ticks(*ends)
        assert tuple(map(float, ticks.labels)) == ticks.places
        assert tuple(ticks.labels.values()) == ticks.texts

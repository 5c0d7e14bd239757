"""Laws: known values, limits, the published formula, and the ends of the range of floats."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw
from emergence_widgets.core.theory.mirage import expected_at_least_right

scales = st.floats(-15, 15).map(lambda decades: 10.0**decades)
exponents = st.floats(0, 2)
breaks = st.lists(
    st.tuples(scales, st.floats(-1, 1), st.floats(0.1, 3)), min_size=0, max_size=3
).map(tuple)
EXTREMES = np.array([0.0, 5e-324, 1e-300, 1.0, 1e300, 1.7e308])
LAWS = (
    PowerLaw(floor=1.0, scale_factor=2.0, exponent=0.5),
    ExactMatchLaw(length=5, critical_scale=1e8, exponent=-0.3),
    LogisticLaw(floor=0.25, ceiling=0.9, midpoint=9.0, slope=3.0),
    BrokenPowerLaw(floor=0.1, scale_factor=2.0, exponent=0.1, breaks=((1e3, 0.5, 0.2),)),
)


def broken_power_law_as_written(law, x):
    """Caballero et al. 2022 (arXiv:2210.14891), Eq. 1."""
    y = law.scale_factor * x**-law.exponent
    for d, c, f in law.breaks:
        y = y * (1 + (x / d) ** (1 / f)) ** (-c * f)
    return law.floor + y


@given(x=scales, floor=st.floats(0, 5), factor=st.floats(0, 1e3), exponent=exponents)
def test_power_law(x, floor, factor, exponent):
    law = PowerLaw(floor, factor, exponent)
    assert law(x) == pytest.approx(floor + factor / x**exponent)
    assert law(1.0) == pytest.approx(floor + factor)
    # In logs, what lies above the floor is a line.
    bare = PowerLaw(0.0, 1.0, exponent)
    assert np.log(bare(10 * x)) - np.log(bare(x)) == pytest.approx(-exponent * np.log(10))


@given(n=scales, d=scales, alpha=exponents, beta=exponents)
def test_loss_law_is_a_power_law_in_each_variable(n, d, alpha, beta):
    law = LossLaw(floor=1.5, a=3.0, alpha=alpha, b=7.0, beta=beta)
    in_tokens = PowerLaw(1.5 + 3.0 * n**-alpha, 7.0, beta)
    assert law(n, d) == pytest.approx(float(in_tokens(d)))
    no_data_term = LossLaw(floor=1.5, a=3.0, alpha=alpha, b=0.0, beta=beta)
    assert no_data_term(n, d) == pytest.approx(float(PowerLaw(1.5, 3.0, alpha)(n)))


def test_loss_law_of_a_published_fit():
    # Hoffmann et al. 2022 (arXiv:2203.15556), Eq. 10, at Chinchilla's 70B and 1.4T.
    law = LossLaw(floor=1.69, a=406.4, alpha=0.34, b=410.7, beta=0.28)
    assert law(70e9, 1.4e12) == pytest.approx(1.69 + 0.083 + 0.163, abs=2e-3)
    assert law(np.ones((3, 1)), np.ones(4)).shape == (3, 4)
    assert law(np.inf, np.inf) == 1.69


@given(length=st.integers(1, 50), critical=scales, exponent=st.floats(-1, -0.05), x=scales)
def test_exact_match_law_is_the_mirage_model(length, critical, exponent, x):
    law = ExactMatchLaw(length, critical, exponent)
    loss = (x / critical) ** exponent
    expected = expected_at_least_right(np.exp(-loss), length, length)
    assert law(x) == pytest.approx(float(expected), rel=1e-9, abs=1e-300)
    # One nat a token at the critical scale.
    assert law(critical) == pytest.approx(np.exp(-length))


@given(
    floor=st.floats(0, 0.5),
    rise=st.floats(0.01, 0.5),
    midpoint=st.floats(-5, 15),
    slope=st.floats(0.1, 20),
    decades=st.floats(0, 10),
)
def test_logistic_law(floor, rise, midpoint, slope, decades):
    law = LogisticLaw(floor, floor + rise, midpoint, slope)
    assert law(10**midpoint) == pytest.approx(floor + rise / 2)
    below, above = law(10 ** (midpoint - decades)), law(10 ** (midpoint + decades))
    # Symmetric about its midpoint, and ten to ninety per cent within 2 ln 9 / slope decades.
    assert below + above == pytest.approx(2 * floor + rise)
    tenth = law(10 ** (midpoint - np.log(9) / slope))
    assert tenth == pytest.approx(floor + rise / 10)
    assert floor <= below <= above <= floor + rise + 1e-15


def test_logistic_law_at_its_ends():
    law = LogisticLaw(floor=0.25, ceiling=0.9, midpoint=9.0, slope=300.0)
    np.testing.assert_allclose(law([0.0, 1e-300, 1e300, np.inf]), [0.25, 0.25, 0.9, 0.9])
    falling = LogisticLaw(floor=0.25, ceiling=0.9, midpoint=9.0, slope=-300.0)
    np.testing.assert_allclose(falling([0.0, 1e300]), [0.9, 0.25])
    flat = LogisticLaw(floor=0.0, ceiling=1.0, midpoint=9.0, slope=0.0)
    np.testing.assert_allclose(flat([0.0, 1.0, np.inf]), 0.5)


@given(x=scales, floor=st.floats(-1, 1), factor=st.floats(0, 10), exponent=exponents, breaks=breaks)
def test_broken_power_law_is_the_published_formula(x, floor, factor, exponent, breaks):
    law = BrokenPowerLaw(floor, factor, exponent, breaks)
    with np.errstate(over="ignore"):
        expected = broken_power_law_as_written(law, np.float64(x))
    assert law(x) == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_broken_power_law_without_breaks_is_a_power_law():
    x = np.logspace(-3, 9, 7)
    broken = BrokenPowerLaw(floor=0.5, scale_factor=2.0, exponent=0.3)
    np.testing.assert_allclose(broken(x), PowerLaw(0.5, 2.0, 0.3)(x))


def test_broken_power_law_where_the_formula_overflows():
    # (x / d)**(1 / f) leaves the range of floats a third of a decade past this break.
    law = BrokenPowerLaw(floor=0.0, scale_factor=3.0, exponent=0.2, breaks=((1e6, 0.5, 1e-3),))
    with np.errstate(over="ignore"):
        assert broken_power_law_as_written(law, np.float64(1e9)) == 0
    # Far from a sharp break the law is one power on either side.
    assert law(1e3) == pytest.approx(3 * 1e3**-0.2)
    assert law(1e9) == pytest.approx(3 * 1e9**-0.2 * 1e3**-0.5)
    assert law(1e6) == pytest.approx(3 * 1e6**-0.2 * 2 ** (-0.5e-3))


@pytest.mark.parametrize("width", [1e-310, 1e-12, 1e-3, 1e3, 1e300])
def test_broken_power_law_with_any_width(width):
    law = BrokenPowerLaw(floor=0.0, scale_factor=1.0, exponent=0.0, breaks=((1e3, 1.0, width),))
    found = law(EXTREMES)
    assert np.all((found >= 0) & (found <= 1))
    assert np.all(np.diff(found) <= 0)
    if width < 1e-2:
        np.testing.assert_allclose(law([1e1, 1e5, 1e300]), [1, 1e-2, 1e-297])


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_laws_at_the_ends_of_the_range_of_floats(law):
    found = law(EXTREMES)
    assert not np.isnan(found).any()
    steps = np.diff(found[1:])
    assert np.all(steps >= 0) or np.all(steps <= 0)
    assert np.isnan(law(np.nan))
    assert law(EXTREMES.reshape(2, 3)).shape == (2, 3)
    assert law([]).shape == (0,)


def test_a_factor_zero_leaves_the_floor():
    np.testing.assert_array_equal(PowerLaw(1.5, 0.0, 5.0)(EXTREMES), 1.5)
    np.testing.assert_array_equal(LossLaw(1.5, 0.0, 5.0, 0.0, 5.0)(EXTREMES, 0.0), 1.5)
    np.testing.assert_array_equal(BrokenPowerLaw(1.5, 0.0, 5.0)(EXTREMES), 1.5)


def test_critical_scales_at_the_ends():
    assert ExactMatchLaw(5, 1e-300, -0.3)(1e300) == 1
    assert ExactMatchLaw(5, 1e300, -0.3)(1e-300) == 0
    assert ExactMatchLaw(1e308, 1.0, -3.0)(1e-5) == 0


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_negative_scales_are_errors(law):
    with pytest.raises(ValueError, match=rf"{type(law).__name__}: x holds -2; a scale is above 0"):
        law([1.0, 0.0, -2.0])


def test_negative_scales_of_the_loss_law():
    law = LossLaw(floor=1.0, a=1.0, alpha=0.5, b=1.0, beta=0.5)
    with pytest.raises(ValueError, match="LossLaw: n holds -1; a scale is above 0"):
        law(-1.0, 1.0)
    with pytest.raises(ValueError, match="LossLaw: d holds -1; a scale is above 0"):
        law(1.0, [2.0, -1.0])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: PowerLaw(0, -1, 1), "PowerLaw: scale_factor is -1; expected >= 0"),
        (lambda: PowerLaw(0, 1, -1), "PowerLaw: exponent is -1; expected >= 0"),
        (lambda: PowerLaw(0, np.nan, 1), "PowerLaw: scale_factor is nan; expected >= 0"),
        (lambda: LossLaw(0, -1, 1, 1, 1), "LossLaw: a is -1; expected >= 0"),
        (lambda: LossLaw(0, 1, -1, 1, 1), "LossLaw: alpha is -1; expected >= 0"),
        (lambda: LossLaw(0, 1, 1, -1, 1), "LossLaw: b is -1; expected >= 0"),
        (lambda: LossLaw(0, 1, 1, 1, -1), "LossLaw: beta is -1; expected >= 0"),
        (lambda: ExactMatchLaw(0, 1, -1), "ExactMatchLaw: length is 0; expected > 0"),
        (lambda: ExactMatchLaw(1, 0, -1), "ExactMatchLaw: critical_scale is 0; expected > 0"),
        (lambda: ExactMatchLaw(1, 1, 0), "ExactMatchLaw: exponent is 0; expected < 0"),
        (
            lambda: BrokenPowerLaw(0, 1, 0, ((1, 1, 1), (0, 1, 1))),
            "BrokenPowerLaw: break 2 is at 0; expected > 0",
        ),
        (
            lambda: BrokenPowerLaw(0, 1, 0, ((1, 1, 0),)),
            "BrokenPowerLaw: break 1 has width 0; expected > 0",
        ),
    ],
)
def test_bad_parameters_are_errors(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_laws_are_values():
    assert PowerLaw(1, 2, 3) == PowerLaw(1, 2, 3)
    laws: list[Any] = [*LAWS, LossLaw(floor=1.0, a=1.0, alpha=0.5, b=1.0, beta=0.5)]
    for law in laws:
        assert len({law, dataclasses.replace(law)}) == 1
        with pytest.raises(dataclasses.FrozenInstanceError):
            law.exponent = 2.0

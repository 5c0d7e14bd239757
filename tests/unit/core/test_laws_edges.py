"""Points that are few, constant, missing, doubled or wrong: a fit, or words that help."""

import numpy as np
import pytest

from emergence_widgets import BrokenPowerLaw, ExactMatchLaw, Fit, LogisticLaw, LossLaw, PowerLaw
from emergence_widgets.core.laws.solver.points import FitError

X = np.logspace(6, 11, 12)
LAW = PowerLaw(1.7, 400.0, 0.34)
Y = LAW(X) + 0.01 * np.random.default_rng(0).standard_normal(12)
SHARES = np.random.default_rng(1).binomial(100, LogisticLaw(0, 1, 8.5, 3)(X)) / 100


def test_a_point_with_nan_is_left_out():
    y, x = Y.copy(), X.copy()
    y[3], x[8] = np.nan, np.nan
    keep = np.isfinite(x + y)
    fit, without = PowerLaw.fit(x, y), PowerLaw.fit(X[keep], Y[keep])
    assert fit.n == 10
    assert fit.params == without.params
    assert fit.aicc == without.aicc


def test_order_does_not_matter():
    order = np.random.default_rng(2).permutation(12)
    assert PowerLaw.fit(X[order], Y[order]).params == pytest.approx(PowerLaw.fit(X, Y).params)


def test_seeds_share_a_scale():
    """Every point twice: the same curve, and errors smaller by the points' degrees of freedom."""
    once, twice = PowerLaw.fit(X, Y), PowerLaw.fit(np.repeat(X, 2), np.repeat(Y, 2))
    assert twice.params == pytest.approx(once.params, rel=1e-6)
    ratio = np.sqrt((12 - 3) / (24 - 3))
    assert twice.stderr["exponent"] == pytest.approx(ratio * once.stderr["exponent"], rel=1e-4)


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (lambda: PowerLaw.fit([], []), "3 free parameters and the series 0 points"),
        (lambda: PowerLaw.fit([1e9], [1.0]), "the series 1 point; give at least 6"),
        (lambda: PowerLaw.fit(X[:5], Y[:5]), "PowerLaw has 3 free .* 5 points; .* at least 6"),
        (lambda: BrokenPowerLaw.fit(X[:8], Y[:8]), "1 break has 6 free .* 8 points; .* at least 9"),
        (lambda: LogisticLaw.fit(np.repeat(X[:3], 5), np.arange(15.0)), "3 distinct scales"),
        (lambda: PowerLaw.fit(X, np.full(12, 0.2)), "every value is 0.2: a constant series"),
        (lambda: LogisticLaw.fit(X, np.zeros(12), n_items=50), "every value is 0: a constant"),
        (lambda: PowerLaw.fit(X, np.r_[np.inf, Y[1:]]), r"y\[0\] is infinite"),
        (lambda: PowerLaw.fit(np.r_[0, X[1:]], Y), r"x\[0\] is 0; a scale is above 0"),
        (lambda: PowerLaw.fit(np.r_[X[1:], np.inf], Y), r"x\[11\] is inf"),
        (lambda: LossLaw.fit(X, -X, Y), r"LossLaw: d\[0\] is -1e\+06"),
        (lambda: PowerLaw.fit(X[:11], Y), r"x has shape \(11,\) and y \(12,\)"),
        (lambda: PowerLaw.fit(X, [Y, Y]), "expected one series .*compare_laws takes many"),
        (
            lambda: LogisticLaw.fit(X, SHARES + 0.5, n_items=9),
            r"y\[\d+\] is 1.* shares in \[0, 1\]",
        ),
        (lambda: LogisticLaw.fit(X, SHARES, n_items=0), r"n_items\[0\] is 0; expected above 0"),
        (lambda: LogisticLaw.fit(X, SHARES, n_items=[5, 6]), r"n_items has shape \(2,\)"),
        (lambda: PowerLaw.fit(X, Y, sigma=np.nan), r"sigma\[0\] is nan"),
        (lambda: LogisticLaw.fit(X, SHARES, n_items=9, sigma=1), "both n_items and sigma"),
        (lambda: PowerLaw.fit(X, Y - 2, loss="huber"), "y goes down to .*above 0"),
        (lambda: PowerLaw.fit(X, Y, loss="huber", sigma=1), "takes neither"),
        (
            lambda: PowerLaw.fit(X, Y, loss="hubris"),  # pyright: ignore[reportArgumentType]
            "expected 'likelihood' or 'huber'",
        ),
        (lambda: PowerLaw.fit(X, Y, starts=0), "starts is 0"),
        (lambda: PowerLaw.fit(X, Y, bounds={"slope": (0, 1)}), "expected one of floor, exponent"),
        (lambda: PowerLaw.fit(X, Y, bounds={"scale_factor": (0, 1)}), "names 'scale_factor'"),
        (lambda: PowerLaw.fit(X, Y, bounds={"exponent": (1, 0)}), "expected low <= high"),
        (lambda: BrokenPowerLaw.fit(X, Y, bounds={"location_1": (-1, 1)}), "expected above 0"),
        (
            lambda: BrokenPowerLaw.fit(X, Y, breaks=3),  # pyright: ignore[reportArgumentType]
            "expected 0, 1 or 2",
        ),
        (lambda: ExactMatchLaw.fit(X, SHARES, length=0), "length is 0"),
        (lambda: ExactMatchLaw.fit(X, Y * 10), "ExactMatchLaw lies between 0 and 1"),
        (lambda: LogisticLaw.fit(X, SHARES, floor=0.1, chance=0.2), "give one of them"),
    ],
)
def test_refusals_say_what_to_do(fit, words):
    with pytest.raises(ValueError, match=words):
        fit()


def test_refusals_are_of_one_class():
    with pytest.raises(FitError):
        PowerLaw.fit(X[:4], Y[:4])


def test_the_least_number_of_points_has_a_finite_criterion():
    """AICc of k parameters and a variance needs n > k + 2."""
    fit = PowerLaw.fit(X[:6], LAW(X[:6]) + 0.01 * np.cos(np.arange(6)))
    assert np.isfinite(fit.aicc)
    fit = BrokenPowerLaw.fit(X[:9], LAW(X[:9]) + 0.01 * np.cos(np.arange(9)))
    assert np.isfinite(fit.aicc)


@pytest.mark.parametrize("options", [{}, {"chance": 0, "ceiling": 1}])
def test_a_step_is_as_sharp_as_its_bound(options):
    """No finite slope is the best: the bound is named and has no error."""
    fit = LogisticLaw.fit(X, np.where(X > 1e8, 1.0, 0.0), n_items=100, **options)
    assert "slope" in fit.at_bound
    assert np.isnan(fit.stderr["slope"])
    assert 10 ** fit.params["midpoint"] == pytest.approx(1e8, rel=1)
    assert fit.log_likelihood == pytest.approx(0, abs=1e-3)
    assert fit.converged


def test_a_rising_series_holds_a_power_law_at_its_bound():
    fit = PowerLaw.fit(X, SHARES)
    assert fit.params["scale_factor"] == 0
    assert fit.law(X) == pytest.approx(np.full(12, SHARES.mean()))
    assert "scale_factor" in fit.at_bound


@pytest.mark.parametrize(
    "law",
    [PowerLaw, ExactMatchLaw, LogisticLaw, BrokenPowerLaw],
)
@pytest.mark.parametrize("items", [None, 10, 1e9])
@pytest.mark.parametrize(
    "y",
    [
        SHARES,
        SHARES[::-1],
        np.r_[np.zeros(11), 1.0],
        np.r_[1.0, np.zeros(11)],
        np.tile([0.0, 1.0], 6),
        np.r_[np.full(11, 0.5), 0.5 + 1e-12],
        np.linspace(0, 1, 12) ** 8,
    ],
    ids=["rise", "fall", "last", "first", "saw", "rounding", "late"],
)
def test_any_shares_give_a_finite_fit(law, items, y):
    fit = law.fit(X, y, n_items=items)
    assert isinstance(fit, Fit)
    assert np.all(np.isfinite(list(fit.params.values())))
    assert np.isfinite(fit.aicc)
    value, lower, upper = fit.predict(np.logspace(5, 12, 5))
    assert np.all(lower <= value + 1e-9)
    assert np.all(value <= upper + 1e-9)


@pytest.mark.parametrize(
    ("law", "options"),
    [
        (LogisticLaw(0.1, 0.8, 8.5, 4.0), {}),
        (BrokenPowerLaw(0.3, 3.0, 0.02, ((10**8.5, 0.6, 0.3),)), {"breaks": 1}),
    ],
)
def test_many_points_are_all_used(law, options):
    """The valley is chosen by some of the points: the errors shrink with all of them."""
    x = np.logspace(6, 11, 50_000)
    y = law(x) + 0.05 * np.random.default_rng(0).standard_normal(len(x))
    few, many = (type(law).fit(x[::step], y[::step], **options) for step in (50, 1))
    assert many.n == 50_000
    assert many.converged
    assert np.sum((many.law(x) - y) ** 2) <= np.sum((law(x) - y) ** 2)
    assert np.sqrt(np.mean((many.law(x) - law(x)) ** 2)) < 0.05 * np.sqrt(15 / len(x))
    for name in ("floor", list(many.stderr)[-1]):
        assert few.stderr[name] / many.stderr[name] == pytest.approx(np.sqrt(50), rel=0.25)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_units_of_y_do_not_matter(unit):
    fit, other = PowerLaw.fit(X, Y), PowerLaw.fit(X, Y * unit)
    assert other.params["exponent"] == pytest.approx(fit.params["exponent"], rel=1e-5)
    assert other.stderr["floor"] == pytest.approx(fit.stderr["floor"] * unit, rel=1e-4)


def test_repr_shows_what_was_fitted():
    text = repr(LogisticLaw.fit(X, SHARES, n_items=100, chance=0))
    assert "LogisticLaw fitted to 12 points, noise: binomial" in text
    assert "floor    0 (given)" in text
    assert "AICc" in text
    assert "AICc" not in repr(PowerLaw.fit(X, Y, loss="huber"))

"""Fits: known parameters come back, and scipy finds the same least value and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit, minimize
from scipy.stats import binom, norm

from emergence_widgets import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw

X = np.logspace(6, 11, 14)
DENSE = np.logspace(6, 11, 40)


def shares(law, x, items, seed):
    return np.random.default_rng(seed).binomial(items, law(x)) / items


def noisy(law, x, sigma, seed):
    return law(x) + sigma * np.random.default_rng(seed).standard_normal(len(x))


@given(
    floor=st.floats(0.1, 5),
    height=st.floats(0.3, 30),
    exponent=st.floats(0.05, 1),
    unit=st.sampled_from([1.0, 1e6, 1e-6]),
)
def test_power_law_comes_back(floor, height, exponent, unit):
    """Also in other units of the scale: only the factor changes."""
    x = X * unit
    law = PowerLaw(floor, height * x[0] ** exponent, exponent)
    fit = PowerLaw.fit(x, law(x))
    assert fit.params["exponent"] == pytest.approx(exponent, rel=1e-5)
    assert fit.params["floor"] == pytest.approx(floor, rel=1e-5, abs=1e-5)
    assert fit.law(X * unit * 10) == pytest.approx(law(X * unit * 10), rel=1e-6)
    assert fit.converged
    assert fit.k == 3


@given(
    critical=st.floats(6, 10).map(lambda decades: 10**decades),
    exponent=st.floats(-1, -0.1),
    length=st.integers(1, 20),
)
def test_exact_match_law_comes_back(critical, exponent, length):
    law = ExactMatchLaw(length, critical, exponent)
    x = np.logspace(6, 13, 20)
    fit = ExactMatchLaw.fit(x, law(x), length=length)
    assert np.log10(fit.params["critical_scale"]) == pytest.approx(np.log10(critical), abs=1e-4)
    assert fit.params["exponent"] == pytest.approx(exponent, rel=1e-4)
    assert fit.k == 2


@given(
    floor=st.floats(0, 0.5),
    rise=st.floats(0.1, 0.5),
    midpoint=st.floats(7.5, 9.5),
    slope=st.floats(2, 12),
    sign=st.sampled_from([1, -1]),
)
def test_logistic_law_comes_back(floor, rise, midpoint, slope, sign):
    law = LogisticLaw(floor, floor + rise, midpoint, sign * slope)
    fit = LogisticLaw.fit(DENSE, law(DENSE))
    expected = {"floor": floor, "ceiling": floor + rise, "midpoint": midpoint}
    assert fit.params == pytest.approx({**expected, "slope": sign * slope}, rel=1e-4, abs=1e-5)


@given(
    location=st.floats(7.5, 9.5).map(lambda decades: 10**decades),
    change=st.floats(0.2, 0.8),
    width=st.floats(0.1, 0.6),
    exponent=st.floats(0, 0.2),
)
def test_a_break_comes_back(location, change, width, exponent):
    law = BrokenPowerLaw(0.3, 3.0 * 1e6**exponent, exponent, ((location, change, width),))
    fit = BrokenPowerLaw.fit(DENSE, law(DENSE), breaks=1)
    assert fit.law(DENSE) == pytest.approx(law(DENSE), abs=1e-5)
    assert np.log10(fit.params["location_1"]) == pytest.approx(np.log10(location), abs=0.01)
    assert fit.params["change_1"] == pytest.approx(change, rel=0.02)


def test_two_breaks_come_back_from_left_to_right():
    law = BrokenPowerLaw(0.2, 5.0, 0.02, ((10**7.5, 0.5, 0.2), (10**9.5, -0.4, 0.3)))
    fit = BrokenPowerLaw.fit(DENSE, law(DENSE), breaks=2)
    assert fit.law(DENSE) == pytest.approx(law(DENSE), abs=1e-4)
    assert fit.params["location_1"] < fit.params["location_2"]
    assert np.log10(fit.params["location_1"]) == pytest.approx(7.5, abs=0.05)


def test_rising_power_law_has_a_negative_factor():
    law = BrokenPowerLaw(0.9, -5.0, 0.15)
    fit = BrokenPowerLaw.fit(X, law(X), breaks=0)
    assert fit.params == pytest.approx(
        {"floor": 0.9, "scale_factor": -5.0, "exponent": 0.15}, rel=1e-5
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("law", "names"),
    [
        (PowerLaw(1.7, 400.0, 0.34), ("floor", "scale_factor", "exponent")),
        (LogisticLaw(0.1, 0.8, 8.5, 4.0), ("floor", "ceiling", "midpoint", "slope")),
    ],
)
def test_scipy_finds_the_same_parameters_and_errors(law, names, seed):
    """curve_fit started at the truth, in the law's own parameters."""
    y = noisy(law, X, 0.01, seed)
    fit = type(law).fit(X, y)
    start = [getattr(law, name) for name in names]
    theirs, covariance = curve_fit(lambda x, *p: type(law)(*p)(x), X, y, p0=start)
    assert [fit.params[name] for name in names] == pytest.approx(theirs, rel=1e-4)
    errors = np.sqrt(np.diag(covariance))
    assert [fit.stderr[name] for name in names] == pytest.approx(errors, rel=1e-3)
    assert fit.sigma == pytest.approx(
        np.sqrt(np.sum((law_of(theirs, law)(X) - y) ** 2) / (fit.n - fit.k))
    )


def law_of(values, law):
    return type(law)(*values)


@pytest.mark.parametrize("seed", range(3))
def test_scipy_finds_the_same_fit_where_errors_are_known(seed):
    law, sigma = PowerLaw(1.7, 400.0, 0.34), np.linspace(0.005, 0.05, len(X))
    y = noisy(law, X, sigma, seed)
    fit = PowerLaw.fit(X, y, sigma=sigma)
    theirs, covariance = curve_fit(
        lambda x, *p: PowerLaw(*p)(x), X, y, [1.7, 400, 0.34], sigma, absolute_sigma=True
    )
    assert list(fit.params.values()) == pytest.approx(theirs, rel=1e-4)
    assert list(fit.stderr.values()) == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-3)
    assert fit.log_likelihood == pytest.approx(np.sum(norm.logpdf(y, fit.law(X), sigma)))
    assert fit.aic == pytest.approx(2 * 3 - 2 * fit.log_likelihood)


@pytest.mark.parametrize("seed", range(4))
def test_scipy_finds_no_better_binomial_likelihood(seed):
    truth = LogisticLaw(0.25, 0.9, 8.5, 4.0)
    y = shares(truth, X, 200, seed)
    fit = LogisticLaw.fit(X, y, n_items=200, chance=0.25)
    right = np.rint(y * 200)

    def minus_log_likelihood(p):
        with np.errstate(over="ignore"):
            chance = np.clip(LogisticLaw(0.25, *p)(X), 1e-9, 1 - 1e-9)
        return -np.sum(binom.logpmf(right, 200, chance))

    theirs = minimize(minus_log_likelihood, [0.9, 8.5, 4.0], method="Nelder-Mead",
                      options={"xatol": 1e-9, "fatol": 1e-10, "maxiter": 5000})  # fmt: skip
    assert fit.log_likelihood == pytest.approx(-theirs.fun, abs=1e-6)
    ours = [fit.params[name] for name in ("ceiling", "midpoint", "slope")]
    assert ours == pytest.approx(theirs.x, rel=1e-4)
    assert fit.stderr["floor"] == 0
    assert fit.k == 3


def test_criteria_by_their_definitions():
    y = noisy(PowerLaw(1.7, 400.0, 0.34), X, 0.01, 0)
    fit = PowerLaw.fit(X, y)
    residual = y - fit.law(X)
    likely = np.sum(norm.logpdf(residual, scale=np.sqrt(np.mean(residual**2))))
    n, k = len(X), 3 + 1  # the variance is estimated as well
    assert fit.log_likelihood == pytest.approx(likely)
    assert fit.aic == pytest.approx(2 * k - 2 * likely)
    assert fit.aicc == pytest.approx(2 * k - 2 * likely + 2 * k * (k + 1) / (n - k - 1))
    assert fit.bic == pytest.approx(k * np.log(n) - 2 * likely)


def test_huber_is_not_moved_by_an_outlier():
    law = PowerLaw(1.7, 400.0, 0.34)
    y = noisy(law, DENSE, 0.002, 1)
    y[7] *= 3
    robust, squares = (PowerLaw.fit(DENSE, y, loss=loss) for loss in ("huber", "likelihood"))
    assert robust.params["exponent"] == pytest.approx(0.34, abs=0.01)
    assert abs(squares.params["exponent"] - 0.34) > 0.05
    assert np.isnan(robust.aicc)


def test_huber_reaches_what_scipy_reaches():
    """The objective of Hoffmann et al. 2022, by their method: L-BFGS-B in logs, many starts."""
    truth = LossLaw(1.7, 400.0, 0.34, 400.0, 0.28)
    n, d = (each.ravel() for each in np.meshgrid(np.logspace(7, 10, 6), np.logspace(9, 12, 6)))
    y = truth(n, d) * np.exp(0.01 * np.random.default_rng(3).standard_normal(n.size))
    fit = LossLaw.fit(n, d, y)

    def huber(residual):
        size = np.abs(residual)
        return np.sum(np.where(size < 1e-3, size**2 / 2, 1e-3 * (size - 0.5e-3)))

    def objective(p):
        a, alpha, b, beta, floor = p
        parts = (a - alpha * np.log(n), b - beta * np.log(d), np.full(n.size, floor))
        return 1e4 * huber(np.logaddexp.reduce(parts) - np.log(y))

    starts = [
        (np.log(400) + s, 0.34 + t, np.log(400) - s, 0.28 - t, 0.5)
        for s in (-1, 0, 1)
        for t in (-0.05, 0, 0.05)
    ]
    theirs = min(minimize(objective, start, method="L-BFGS-B").fun for start in starts)
    ours = 1e4 * huber(np.log(fit.law(n, d)) - np.log(y))
    assert ours <= theirs * (1 + 1e-6)


def test_bounds_narrow_a_fit():
    y = noisy(PowerLaw(1.7, 400.0, 0.34), X, 0.01, 0)
    fit = PowerLaw.fit(X, y, bounds={"exponent": (0.4, 1)})
    assert fit.params["exponent"] == pytest.approx(0.4)
    assert fit.at_bound == ("exponent",)
    assert np.isnan(fit.stderr["exponent"])
    assert "at its bound" in repr(fit)
    held = BrokenPowerLaw.fit(DENSE, LogisticLaw(0, 1, 8.5, 3)(DENSE),
                              bounds={"location_1": (1e10, 1e11)})  # fmt: skip
    assert 1e10 * (1 - 1e-9) <= held.params["location_1"] <= 1e11 * (1 + 1e-9)
    logistic = LogisticLaw.fit(X, LogisticLaw(0, 1, 8.5, 3)(X), bounds={"midpoint": (9, 10)})
    assert logistic.params["midpoint"] == pytest.approx(9)


def test_the_same_seed_gives_the_same_fit():
    y = noisy(LogisticLaw(0.1, 0.8, 8.5, 4.0), X, 0.05, 4)
    first, again = (BrokenPowerLaw.fit(X, y, seed=3) for _ in range(2))
    assert first.params == again.params
    assert first.predict(1e12, method="bootstrap", seed=1, draws=50) == again.predict(
        1e12, method="bootstrap", seed=1, draws=50
    )

"""Standard errors and intervals hold the truth as often as they say."""

import numpy as np
import pytest

from emergence_widgets import (
    BrokenPowerLaw,
    ExactMatchLaw,
    LogisticLaw,
    LossLaw,
    PowerLaw,
    compare_laws,
)

X = np.logspace(6, 11, 16)
FARTHER = 10**11.5
SERIES = 400
# 400 draws of a coverage of 95%: four standard errors are 4.4 points.
LEAST, MOST = 0.906, 0.994


def fits_of(law, y, **options):
    return list(compare_laws(X, y, laws=[type(law)], **options)["fit"])


def share_within(fits, law, name):
    errors = np.array([fit.stderr[name] for fit in fits])
    off = np.array([fit.params[name] for fit in fits]) - getattr(law, name)
    return np.mean(np.abs(off) < 2.16 * errors)  # Student's t with 12 or 13 degrees


@pytest.mark.parametrize(
    ("law", "names"),
    [
        (PowerLaw(1.7, 400.0, 0.34), ("floor", "exponent")),
        (LogisticLaw(0.1, 0.8, 8.5, 3.0), ("floor", "ceiling", "midpoint", "slope")),
        (ExactMatchLaw(5, 1e9, -0.3), ("exponent",)),
    ],
)
def test_coverage_of_standard_errors_and_intervals(law, names):
    noise = 0.01 * np.random.default_rng(7).standard_normal((SERIES, len(X)))
    fits = fits_of(law, law(X) + noise, length=5)
    for name in names:
        assert LEAST < share_within(fits, law, name) < MOST
    truth = float(law(FARTHER))
    new = truth + 0.01 * np.random.default_rng(8).standard_normal(SERIES)
    held = [(p.lower < truth) & (truth < p.upper) for p in (f.predict(FARTHER) for f in fits)]
    assert LEAST < np.mean(held) < MOST
    bands = [f.predict(FARTHER, kind="prediction") for f in fits]
    held = [(p.lower < value) & (value < p.upper) for p, value in zip(bands, new, strict=True)]
    assert LEAST < np.mean(held) < MOST


def test_coverage_of_shares():
    law = LogisticLaw(0.25, 0.9, 8.5, 3.0)
    y = np.random.default_rng(5).binomial(300, law(X), (SERIES, len(X))) / 300
    fits = fits_of(law, y, n_items=300)
    for name in ("floor", "ceiling", "midpoint"):
        assert LEAST < share_within(fits, law, name) < MOST
    truth = float(law(FARTHER))
    new = np.random.default_rng(6).binomial(300, truth, SERIES) / 300
    confident = [f.predict(FARTHER) for f in fits]
    assert LEAST < np.mean([(p.lower < truth) & (truth < p.upper) for p in confident]) < MOST
    bands = [f.predict(FARTHER, kind="prediction") for f in fits]
    held = [(p.lower <= v) & (v <= p.upper) for p, v in zip(bands, new, strict=True)]
    assert LEAST < np.mean(held) < MOST


def test_coverage_of_robust_errors():
    law = LossLaw(1.7, 400.0, 0.34, 400.0, 0.28)
    n, d = (each.ravel() for each in np.meshgrid(np.logspace(7, 10, 10), np.logspace(9, 12, 10)))
    rng, within = np.random.default_rng(2), []
    for _ in range(60):
        fit = LossLaw.fit(n, d, law(n, d) * np.exp(0.01 * rng.standard_normal(n.size)), starts=2)
        within += [abs(fit.params[k] - getattr(law, k)) < 1.96 * fit.stderr[k] for k in fit.params]
    # Only 60 series, with 5 parameters that move together.
    assert 0.85 < np.mean(within) < 0.995


@pytest.mark.parametrize("kind", ["confidence", "prediction"])
@pytest.mark.parametrize(
    ("law", "options"),
    [
        (PowerLaw(1.7, 400.0, 0.34), {}),
        (PowerLaw(1.7, 400.0, 0.34), {"sigma": 0.01}),
        (LogisticLaw(0.25, 0.9, 8.5, 3.0), {"n_items": 2000}),
    ],
)
def test_bootstrap_and_delta_agree_where_a_law_is_nearly_linear(law, options, kind):
    rng = np.random.default_rng(3)
    items = options.get("n_items")
    y = rng.binomial(items, law(X)) / items if items else law(X) + 0.01 * rng.standard_normal(16)
    fit = type(law).fit(X, y, **options)
    at = np.array([1e7, 1e9, 1e11])
    delta = fit.predict(at, kind=kind)
    drawn = fit.predict(at, kind=kind, method="bootstrap", draws=2000)
    assert drawn.value == pytest.approx(delta.value)
    # Student's t is wider than the bootstrap's quantiles by a tenth.
    ratio = (drawn.upper - drawn.lower) / (delta.upper - delta.lower)
    assert np.all((ratio > 0.8) & (ratio < 1.1))


def test_intervals_nest_and_scale_with_coverage():
    law = PowerLaw(1.7, 400.0, 0.34)
    fit = PowerLaw.fit(X, law(X) + 0.01 * np.random.default_rng(3).standard_normal(16))
    wide, narrow = (fit.predict([1e9, 1e12], interval=c) for c in (0.99, 0.5))
    assert np.all((wide.lower < narrow.lower) & (narrow.upper < wide.upper))
    band = fit.predict([1e9, 1e12], kind="prediction")
    inner = fit.predict([1e9, 1e12])
    assert np.all((band.lower < inner.lower) & (inner.upper < band.upper))
    bare = fit.predict([[1e9], [1e12]], interval=None)
    assert bare.value.shape == (2, 1)
    assert np.all(np.isnan(bare.lower))


def test_intervals_of_shares_stay_shares():
    law = LogisticLaw(0, 1, 8.5, 6.0)
    y = np.random.default_rng(1).binomial(20, law(X)) / 20
    for kind in ("confidence", "prediction"):
        for method in ("delta", "bootstrap"):
            found = BrokenPowerLaw.fit(X, y, n_items=20, breaks=0).predict(
                np.logspace(3, 15, 9), kind=kind, method=method, draws=50
            )
            assert all(np.all((each >= 0) & (each <= 1)) for each in found)


def test_more_items_narrow_a_prediction():
    law = LogisticLaw(0.1, 0.9, 8.5, 3.0)
    fit = LogisticLaw.fit(X, np.random.default_rng(1).binomial(50, law(X)) / 50, n_items=50)
    few, many = (fit.predict(1e9, kind="prediction", noise=n) for n in (10, 10_000))
    assert many.upper - many.lower < few.upper - few.lower
    with pytest.raises(ValueError, match="kind is 'certain'"):
        fit.predict(1e9, kind="certain")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="interval is 95"):
        fit.predict(1e9, interval=95)
    with pytest.raises(ValueError, match="holds -1"):
        fit.predict(-1)
    with pytest.raises(ValueError, match="takes x alone"):
        fit.predict(1e9, 1e9)

"""compare_laws: the law that made the points is found, many series are as each alone."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import curve_fit

from emergence_widgets import (
    BrokenPowerLaw,
    ExactMatchLaw,
    Fit,
    LogisticLaw,
    LossLaw,
    PowerLaw,
    compare_laws,
)

X = np.logspace(6, 11, 16)
MADE = {
    "PowerLaw": PowerLaw(1.7, 400.0, 0.34),
    "ExactMatchLaw": ExactMatchLaw(5, 1e9, -0.3),
    "LogisticLaw": LogisticLaw(0.25, 0.9, 8.5, 4.0),
    "BrokenPowerLaw, 0 breaks": BrokenPowerLaw(0.9, -5.0, 0.15),
    "BrokenPowerLaw, 1 break": BrokenPowerLaw(0.3, 3.0, 0.02, ((10**8.5, 0.6, 0.1),)),
}
NUMBERS = ["log_likelihood", "aic", "aicc", "delta_aicc", "weight", "bic"]


def noisy(law, sigma=0.005, seed=0):
    return law(X) + sigma * np.random.default_rng(seed).standard_normal(len(X))


@pytest.mark.parametrize("name", MADE)
def test_the_law_that_made_the_points_is_first(name):
    table = compare_laws(X, noisy(MADE[name]), length=5)
    assert table["law"][0] == name
    assert table["delta_aicc"][0] == 0


def test_the_table_is_ranked_and_its_weights_are_akaikes():
    table = compare_laws(X, noisy(MADE["LogisticLaw"]))
    ranked = table[table["refused"] == ""]
    assert ranked["aicc"].is_monotonic_increasing
    assert ranked["weight"].sum() == pytest.approx(1)
    expected = np.exp(-ranked["delta_aicc"] / 2)
    assert list(ranked["weight"]) == pytest.approx(list(expected / expected.sum()))
    assert list(ranked["delta_aicc"]) == pytest.approx(list(ranked["aicc"] - ranked["aicc"].min()))
    assert all(isinstance(fit, Fit) for fit in ranked["fit"])


def test_a_row_is_the_laws_own_fit():
    y = noisy(MADE["LogisticLaw"])
    table = compare_laws(X, y, chance=0.25).set_index("law")
    alone = LogisticLaw.fit(X, y, chance=0.25)
    assert table.loc["LogisticLaw", "params"] == alone.params
    assert table.loc["LogisticLaw", "aicc"] == alone.aicc
    assert table.loc["LogisticLaw", "k"] == 3


@pytest.mark.parametrize("shares", [False, True])
def test_many_series_are_as_each_alone(shares):
    rng = np.random.default_rng(4)
    y = np.array([noisy(law, 0.02, seed) for seed, law in enumerate(MADE.values())])
    items = None
    if shares:
        items = rng.integers(20, 500, y.shape)
        y = rng.binomial(items, np.clip(y, 0, 1)) / items
    y[1, 3] = y[2, 0] = y[2, 9] = np.nan
    together = compare_laws(X, y, n_items=items, starts=2)
    for series, row in enumerate(y):
        alone = compare_laws(X, row, n_items=None if items is None else items[series], starts=2)
        mine = together[together["series"] == series].reset_index(drop=True)
        assert list(mine["law"]) == list(alone["law"])
        assert mine[NUMBERS].to_numpy() == pytest.approx(
            alone[NUMBERS].to_numpy(), rel=1e-6, abs=1e-6, nan_ok=True
        )
        assert list(mine["n"]) == list(alone["n"])


def test_every_series_may_have_scales_of_its_own():
    y = np.array([noisy(MADE["PowerLaw"]), noisy(MADE["LogisticLaw"])])
    x = np.array([X, X * 10])
    together = compare_laws(x, y, breaks=(0, 1))
    for series in (0, 1):
        mine = together[together["series"] == series].set_index("law")["aicc"]
        alone = compare_laws(x[series], y[series], breaks=(0, 1)).set_index("law")["aicc"]
        assert mine.to_dict() == pytest.approx(alone.to_dict(), rel=1e-6, nan_ok=True)


def test_a_refusal_is_a_row_with_its_reason():
    table: Any = compare_laws(X[:8], noisy(MADE["LogisticLaw"])[:8]).set_index("law")
    row = table.loc["BrokenPowerLaw, 1 break"]
    assert "6 free parameters and the series 8 points" in row["refused"]
    assert row[NUMBERS].isna().all()
    assert not row["converged"]
    assert row["fit"] is None
    assert table.loc["LogisticLaw", "refused"] == ""


def test_a_series_that_no_law_fits_is_refused_and_others_are_not():
    y = np.array([np.zeros(16), noisy(MADE["LogisticLaw"]), np.r_[1.0, np.full(15, np.nan)]])
    table = compare_laws(X, y, breaks=(0,))
    by_series = table.groupby("series")["refused"].apply(lambda reasons: (reasons != "").all())
    assert by_series.to_dict() == {0: True, 1: False, 2: True}
    assert table[table["series"] == 0]["refused"].str.contains("constant").all()
    assert table[table["series"] == 2]["refused"].str.contains("1 point;").all()


def test_one_curve_does_not_count_twice():
    falling: Any = compare_laws(X, noisy(MADE["PowerLaw"])).set_index("law")
    assert "same curve as PowerLaw" in falling.loc["BrokenPowerLaw, 0 breaks", "refused"]
    assert falling["weight"].sum() == pytest.approx(1)
    rising = compare_laws(X, noisy(MADE["BrokenPowerLaw, 0 breaks"])).set_index("law")
    assert rising.loc["BrokenPowerLaw, 0 breaks", "refused"] == ""


def test_another_break_fits_no_worse():
    y = np.array([noisy(law, 0.02, seed) for seed, law in enumerate(MADE.values())])
    table = compare_laws(X, y, laws=[BrokenPowerLaw], starts=2)
    likelihood = table.pivot_table("log_likelihood", "series", "law")
    assert np.all(np.diff(likelihood[sorted(likelihood.columns)].to_numpy(), axis=1) >= -1e-6)


def test_no_fit_is_worse_than_a_loop_of_curve_fit():
    """Laws of one valley, against curve_fit started at the truth."""
    law = LogisticLaw(0.1, 0.8, 8.5, 4.0)
    y = np.array([noisy(law, 0.03, seed) for seed in range(40)])
    fits = compare_laws(X, y, laws=[LogisticLaw])["fit"]
    for row, fit in zip(y, fits, strict=True):
        theirs, _ = curve_fit(lambda x, *p: LogisticLaw(*p)(x), X, row, [0.1, 0.8, 8.5, 4.0])
        least = np.sum((LogisticLaw(*theirs)(X) - row) ** 2)
        assert np.sum((fit.law(X) - row) ** 2) <= least * (1 + 1e-6)


def test_what_cannot_be_compared_is_an_error():
    with pytest.raises(ValueError, match=r"laws holds .*LossLaw.*expected some of PowerLaw"):
        compare_laws(X, X, laws=[LossLaw])
    with pytest.raises(ValueError, match=r"y has shape \(1, 1, 16\)"):
        compare_laws(X, [[X]])
    with pytest.raises(ValueError, match=r"x\[0\] is -1"):
        compare_laws(np.r_[-1, X[1:]], X)


def test_no_series_is_an_empty_table():
    assert isinstance(compare_laws(X, np.empty((0, 16))), pd.DataFrame)
    assert len(compare_laws(X, np.empty((0, 16)))) == 0

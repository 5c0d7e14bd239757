"""Published fits come back from points of the published forms, and from published tables."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import binom

from emergence_widgets import LogisticLaw, LossLaw, PowerLaw, datasets


def test_chinchilla_by_its_own_objective():
    """Hoffmann et al. 2022 (arXiv:2203.15556), Eq. 10: E = 1.69, A = 406.4, B = 410.7.

    The parameters are published; the points are computed from them over the paper's range of
    sizes (44 million to 16 billion) and of tokens (5 to 500 billion).
    """
    n, d = np.meshgrid(np.logspace(np.log10(44e6), np.log10(16e9), 15), np.logspace(9.7, 11.7, 12))
    published = LossLaw(floor=1.69, a=406.4, alpha=0.34, b=410.7, beta=0.28)
    fit = LossLaw.fit(n.ravel(), d.ravel(), published(n, d).ravel())
    expected = {"floor": 1.69, "a": 406.4, "alpha": 0.34, "b": 410.7, "beta": 0.28}
    assert fit.params == pytest.approx(expected, rel=1e-5)
    assert fit.noise == "huber"


def test_chinchilla_with_noise_comes_back_within_its_errors():
    n, d = np.meshgrid(np.logspace(np.log10(44e6), np.log10(16e9), 15), np.logspace(9.7, 11.7, 12))
    published = LossLaw(floor=1.69, a=406.4, alpha=0.34, b=410.7, beta=0.28)
    wobble = np.exp(0.005 * np.random.default_rng(0).standard_normal(n.size))
    fit = LossLaw.fit(n.ravel(), d.ravel(), published(n, d).ravel() * wobble)
    for name, value in {"floor": 1.69, "alpha": 0.34, "beta": 0.28}.items():
        assert abs(fit.params[name] - value) < 3 * fit.stderr[name] < 0.3 * value


@pytest.mark.parametrize(
    ("factor", "exponent", "x"),
    [
        # Kaplan et al. 2020 (arXiv:2001.08361), Eq. 1.1: L = (8.8e13 / N)**0.076.
        (8.8e13**0.076, 0.076, np.logspace(5.9, 9.2, 20)),
        # The same, Eq. 1.2: L = (5.4e13 / D)**0.095.
        (5.4e13**0.095, 0.095, np.logspace(7.3, 10.4, 15)),
        # Brown et al. 2020 (arXiv:2005.14165), Figure 3.1: L = 2.57 C**-0.048, C in PF-days.
        (2.57, 0.048, np.logspace(-6, 4, 12)),
    ],
)
@pytest.mark.parametrize("loss", ["likelihood", "huber"])
def test_power_laws_without_a_floor(factor, exponent, x, loss):
    """Published constants; the points are computed from them."""
    fit = PowerLaw.fit(x, factor * x**-exponent, floor=0, loss=loss)
    assert fit.params["exponent"] == pytest.approx(exponent, rel=1e-6)
    assert fit.params["scale_factor"] == pytest.approx(factor, rel=1e-5)
    assert fit.k == 2


@pytest.mark.parametrize("task", ["2D+", "2D-", "3D+", "3D-", "2Dx"])
def test_accuracies_of_gpt3(task):
    """Brown et al. 2020, Table H.1, few shots: published accuracies of eight models.

    The binomial likelihood of a logistic law is computed here by scipy as well.
    """
    scores = datasets.gpt3().scores
    rows = scores[(scores["task"] == task) & (scores["n_shot"] == 50)]
    x, y = rows["params"].to_numpy(), rows["value"].to_numpy()
    assert len(x) == 8
    fit = LogisticLaw.fit(x, y, n_items=2000, chance=0)
    right = np.rint(2000 * y)

    def minus_log_likelihood(p):
        with np.errstate(over="ignore"):
            share = np.clip(LogisticLaw(0, *p)(x), 1e-12, 1 - 1e-12)
        return -np.sum(binom.logpmf(right, 2000, share))

    starts = [(c, m, s) for c in (0.5, 0.95) for m in (9.5, 10.5) for s in (3.0, 6.0)]
    options: Any = {"xatol": 1e-9, "fatol": 1e-10, "maxiter": 8000, "maxfev": 8000}
    bounds = [(0, 1), (8, 14), (-50, 50)]
    theirs = min(
        minimize(minus_log_likelihood, s, method="Nelder-Mead", options=options, bounds=bounds).fun
        for s in starts
    )
    assert -fit.log_likelihood <= theirs + 1e-6
    assert -fit.log_likelihood == pytest.approx(theirs, rel=1e-6)

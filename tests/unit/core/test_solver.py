"""The solver for curves of any formula: no law, no basis, one start a series."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import curve_fit

from emergence_widgets.core.laws.solver.covariance import covariance
from emergence_widgets.core.laws.solver.levenberg_marquardt import Curves, solve
from emergence_widgets.core.laws.solver.likelihoods import Binomial, Squares

T = np.linspace(0, 4, 25)


@dataclass(frozen=True)
class Decay(Curves):
    """``exp(a - b t)`` at times (series, n)."""

    t: np.ndarray

    def mean(self, theta):
        return np.exp(theta[:, :1] - theta[:, 1:] * self.t)

    def mean_and_jacobian(self, theta):
        mean = self.mean(theta)
        return mean, np.stack([mean, -self.t * mean], axis=-1)

    def take(self, rows):
        return Decay(self.t[rows])


def solved(objective, series, lower=-30.0, upper=30.0):
    curves = Decay(np.broadcast_to(T, (series, len(T))))
    box = (np.full((series, 2), edge) for edge in (lower, upper))
    solution = solve(curves, objective, np.zeros((series, 2)), *box, steps=100)
    assert solution.converged.all()
    return curves, solution


def test_weighted_least_squares_and_their_errors_are_scipys():
    rng = np.random.default_rng(0)
    truth, sigma = rng.uniform(0.2, 1.5, (30, 2)), rng.uniform(0.01, 0.1, (30, len(T)))
    curves = Decay(np.broadcast_to(T, sigma.shape))
    y = curves.mean(truth) + sigma * rng.standard_normal(sigma.shape)
    curves, solution = solved(Squares(y, sigma**-2.0), 30)
    _, jacobian = curves.mean_and_jacobian(solution.theta)
    inverse, undetermined = covariance(jacobian, sigma**-2.0)
    assert not undetermined.any()
    for row in range(30):
        theirs, errors = curve_fit(
            lambda t, a, b: np.exp(a - b * t), T, y[row], (0, 0), sigma[row], absolute_sigma=True
        )
        assert solution.theta[row] == pytest.approx(theirs, rel=1e-5)
        assert inverse[row] == pytest.approx(errors, rel=1e-4)


def test_binomial_deviance_of_a_share_is_least_where_the_weighted_mean_is():
    """With b held at 0 the curve is one share, and its likelihood is largest at the mean."""
    rng = np.random.default_rng(1)
    items = rng.integers(10, 200, (5, len(T))).astype(float)
    y = rng.binomial(items.astype(int), 0.3) / items
    curves, solution = solved(Binomial(y, items), 5, np.array([-30.0, 0.0]), np.array([0.0, 0.0]))
    share = np.sum(y * items, axis=1) / np.sum(items, axis=1)
    assert np.exp(solution.theta[:, 0]) == pytest.approx(share, rel=1e-6)
    information = items / (share * (1 - share))[:, None]
    held = np.tile([False, True], (5, 1))
    inverse, _ = covariance(curves.mean_and_jacobian(solution.theta)[1], information, held)
    assert inverse[:, 0, 0] == pytest.approx((1 - share) / share / items.sum(axis=1), rel=1e-5)
    assert np.all(inverse[:, 1] == 0)


def test_a_direction_without_information_is_undetermined():
    jacobian = np.ones((1, 5, 2))
    assert covariance(jacobian, np.ones((1, 5)))[1].all()

"""The solver: slopes are those of finite differences, and curves of any formula are fitted."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.optimize import curve_fit

from emergence_widgets import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw
from emergence_widgets.core.laws.solver.covariance import covariance
from emergence_widgets.core.laws.solver.levenberg_marquardt import Curves, solve
from emergence_widgets.core.laws.solver.likelihoods import Binomial, HuberOfLogs, Squares

U = np.linspace(0, 11, 9)[None, None, :]
REFERENCE = np.log(1e6)
# A law, what is given of it, and parameters of the solver about which it is not flat.
CASES = [
    (PowerLaw, {}, [1.7, 4.0, 0.3]),
    (PowerLaw, {"floor": 1.0}, [4.0, 0.3]),
    (LossLaw, {}, [1.7, 3.0, 2.0, 0.3, 0.2]),
    (ExactMatchLaw, {"length": 5}, [3.0, -0.4]),
    (LogisticLaw, {}, [0.2, 0.9, 2.5, 3.0]),
    (LogisticLaw, {"floor": 0.25, "ceiling": 1.0}, [2.5, -3.0]),
    (BrokenPowerLaw, {"breaks": 0}, [0.5, -2.0, 0.2]),
    (BrokenPowerLaw, {"breaks": 1}, [0.5, 2.0, 0.1, 5.0, 0.6, -0.5]),
    (BrokenPowerLaw, {"breaks": 2}, [0.5, 2.0, 0.1, 4.0, 0.6, -0.5, 8.0, -0.3, 0.2]),
]
shifts = st.lists(st.floats(-0.1, 0.1), min_size=9, max_size=9)


def differences(function, at, step=1e-6):
    """Central differences along the last axis of the result."""
    columns = []
    for i in range(len(at)):
        move = np.zeros(len(at))
        move[i] = step * max(1.0, abs(at[i]))
        columns.append((function(at + move) - function(at - move)) / (2 * move[i]))
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(("law", "given_of_it", "theta"), CASES, ids=str)
@given(shift=shifts)
def test_jacobian(law, given_of_it, theta, shift):
    family = law._family(**given_of_it)
    curves = family.at(np.concatenate([U, U[..., ::-1] / 2])[: len(family.variables)])
    at = np.array(theta) + np.array(shift[: len(theta)])
    mean, jacobian = curves.mean_and_jacobian(at[None])
    assert mean == pytest.approx(curves.mean(at[None]))
    expected = differences(lambda p: curves.mean(p[None])[0], at)
    assert jacobian[0] == pytest.approx(expected, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(("law", "given_of_it", "theta"), CASES, ids=str)
def test_the_law_is_the_curve_and_its_parameters_have_the_stated_slopes(law, given_of_it, theta):
    family = law._family(**given_of_it)
    whole = family.whole(np.array([theta]))
    reference = np.full((len(family.variables), 1), REFERENCE)
    values, slopes = family.law_terms(whole, reference)
    u = np.concatenate([U, U[..., ::-1] / 2])[: len(family.variables)]
    scales = np.exp(u[:, 0] + REFERENCE)
    mean = family.at(u).mean(np.array([theta]))[0]
    assert family.law(*values[0])(*scales) == pytest.approx(mean)
    expected = differences(lambda p: family.law_terms(p[None], reference)[0][0], whole[0])
    assert slopes[0] == pytest.approx(expected, rel=1e-5, abs=1e-7)


MEAN = np.array([[0.1, 0.35, 0.6, 0.95]])
Y = np.array([[0.0, 0.5, 0.6001, 1.0]])


@pytest.mark.parametrize(
    "objective",
    [
        Squares(Y, np.array([[1.0, 2.0, 3.0, 4.0]])),
        Binomial(Y, np.array([[10.0, 20.0, 30.0, 40.0]])),
        HuberOfLogs(Y + 0.01, 1e-3),
        HuberOfLogs(Y + 0.01, 10.0),
    ],
    ids=["squares", "binomial", "huber, far", "huber, near"],
)
def test_score_is_the_downhill_slope(objective):
    score, curving, damping = objective.slopes(MEAN)
    expected = differences(lambda mean: objective.value(mean[None])[0], MEAN[0], 1e-7)
    assert score[0] == pytest.approx(-expected, rel=1e-5)
    assert np.all(curving >= 0)
    assert np.all(damping >= curving)


T = np.linspace(0, 4, 25)


@dataclass(frozen=True)
class Decay(Curves):
    """``exp(a - b t)`` at times (series, n): no law, no basis."""

    t: np.ndarray

    def mean(self, theta):
        return np.exp(theta[:, :1] - theta[:, 1:] * self.t)

    def mean_and_jacobian(self, theta):
        mean = self.mean(theta)
        return mean, np.stack([mean, -self.t * mean], axis=-1)

    def take(self, rows):
        return Decay(self.t[rows])


def solved(objective, series, lower: ArrayLike = -30.0, upper: ArrayLike = 30.0):
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

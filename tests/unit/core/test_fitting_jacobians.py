"""The slopes that fits and errors use are those of finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw
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

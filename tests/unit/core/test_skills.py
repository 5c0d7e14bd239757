"""Sharp skills against scipy's zeta function, their limits, and tasks drawn one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import zeta

from emergence_widgets.core.theory.skills import (
    hardest_skill,
    skills_learnt,
    skills_loss,
    tasks_solved,
    zipf_tail,
)

exponents = st.floats(0.05, 1.0)


@given(a=exponents, n=st.integers(0, 10**9))
def test_the_tail_is_hurwitz_zeta(a, n):
    np.testing.assert_allclose(zipf_tail(n, a), zeta(1 + a, n + 1), rtol=1e-12)


def test_every_skill_takes_its_frequency_off_at_once():
    n = np.arange(50.0)
    np.testing.assert_allclose(-np.diff(zipf_tail(n, 0.4)), np.arange(1, 50.0) ** -1.4, rtol=1e-11)


@pytest.mark.parametrize("a", [0.05, 0.3, 1.0])
def test_many_skills_make_a_power_law(a):
    n = np.array([1e6, 1e9, 1e15, 1e290])
    np.testing.assert_allclose(zipf_tail(n, a) * n**a * a, 1, rtol=2e-6)
    assert zipf_tail(np.inf, a) == 0
    np.testing.assert_allclose(skills_loss(n, a, cost=3, floor=0.5), 0.5 + 3 * zipf_tail(n, a))


def test_shapes_stay():
    assert zipf_tail(np.zeros((2, 3)), 1.0).shape == (2, 3)
    assert zipf_tail(0, 1.0) == pytest.approx(np.pi**2 / 6, rel=1e-13)


@pytest.mark.parametrize("a", [0, -0.3, np.nan])
def test_frequencies_that_do_not_sum_are_refused(a):
    with pytest.raises(ValueError, match=r"exponent is .*; the frequencies sum only for one above"):
        zipf_tail(1, a)


def test_rounding_costs_no_skill():
    assert skills_learnt([0.1, 0.3, 0.29, 1e308], 0.1).tolist()[:3] == [1, 3, 2]
    assert skills_learnt(1e300, 1e-300) == np.inf


@given(a=exponents, needed=st.integers(1, 50))
def test_the_middling_task_is_solved_with_its_hardest_skill(a, needed):
    rank = hardest_skill(a, needed)
    solved = tasks_solved([rank, rank - 1], a, needed)
    assert solved[0] >= 0.5 - 1e-9
    assert rank == 1 or solved[1] <= 0.5 + 1e-9


def test_tasks_drawn_one_by_one():
    """Zipf draws of numpy: the share of tasks whose hardest skill is among the first n."""
    hardest = np.random.default_rng(0).zipf(1.5, (100_000, 3)).max(axis=1)
    n = np.array([1, 10, 100, 1000])
    share = (hardest[:, None] <= n).mean(axis=0)
    np.testing.assert_allclose(tasks_solved(n, 0.5, 3), share, atol=0.007)
    assert hardest_skill(0.5, 3) == pytest.approx(np.median(hardest), rel=0.05)

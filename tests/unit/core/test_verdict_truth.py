"""The verdict on simulated evaluations of known truth; the full study is a benchmark."""

import numpy as np
import pytest

from emergence_widgets.core.verdict.verdict import verdict
from tests.benchmarks.verdict_calibration import FOUND, STATED, outcomes_of
from tests.benchmarks.worlds import World, evaluate


@pytest.mark.parametrize(
    "world",
    [
        World("loss known"),
        World("similarity known", known="similarity"),
        World("choices", metric="multiple choice", known="brier"),
        World("nothing known", known=""),
    ],
    ids=lambda world: world.name,
)
# The calibration found none in 400 of each. At a true rate of 5% one or more come in 40% of runs
# of ten, in 87% of runs of forty.
@pytest.mark.parametrize(("count", "most"), [(10, 0), pytest.param(40, 0, marks=pytest.mark.long)])
def test_smooth_worlds_are_hardly_ever_called_a_transition(world, count, most):
    assert outcomes_of(world, count, seed=1)[FOUND] <= most


# The calibration found 91%: fewer than 15 of 20, or than 32 of 40, then come in 1% of runs.
@pytest.mark.parametrize(
    ("count", "least"), [(20, 15), pytest.param(40, 32, marks=pytest.mark.long)]
)
def test_breaks_of_one_nat_are_found(count, least):
    assert outcomes_of(World(STATED, drop=1.0), count, seed=1)[FOUND] >= least


def test_without_a_second_seed_or_family_nothing_is_a_candidate():
    counts = outcomes_of(World("one seed", drop=1.0, seeds=1), 20, seed=1)
    assert counts[FOUND] == 0
    assert counts["undetermined"] > 10


def test_a_world_is_the_same_for_the_same_seed():
    world = World("again")
    one, other = (evaluate(world, np.random.default_rng(3)) for _ in range(2))
    assert repr(verdict(one)) == repr(verdict(other))

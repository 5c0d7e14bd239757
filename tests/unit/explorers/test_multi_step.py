"""`MultiStepExplorer` against the binomial, and the limits of its controls."""

import numpy as np
import pytest
from scipy import stats

from emergence_widgets import MultiStepExplorer, transition_width
from emergence_widgets.core.theory.steps import chain_width, step_reliability_for
from emergence_widgets.widgets.controls import ControlError


def curve(e, name: str):
    curves = e.curves()
    return curves[curves["curve"] == name].reset_index(drop=True)


def readout(e, name: str) -> float:
    return float(e._outputs()[name])


@pytest.fixture
def explorer():
    made = []

    def make(**controls):
        made.append(MultiStepExplorer(**controls))
        return made[-1]

    yield make
    for e in made:
        e.close()


@pytest.mark.parametrize("logistic", [False, True])
def test_one_step_follows_its_curve(explorer, logistic):
    e = explorer(logistic=logistic, exponent=-0.4, critical_scale=1e7)
    step = curve(e, "step_success")
    loss = (step["x"] / 1e7) ** -0.4
    expected = 1 / (1 + loss) if logistic else np.exp(-loss)
    np.testing.assert_allclose(step["y"], expected, rtol=1e-12)


def test_a_chain_of_one_step_is_the_step(explorer):
    e = explorer(steps=1)
    for name in ("chain_success", "partial_credit", "worth", "plain_1"):
        np.testing.assert_array_equal(curve(e, name)["y"], curve(e, "step_success")["y"])


@pytest.mark.parametrize(("k", "r", "m"), [(10, 0, 0), (30, 2, 0), (30, 0, 3), (100, 1, 10)])
def test_a_chain_is_the_binomial_tail(explorer, k, r, m):
    e = explorer(steps=k, retries=r, errors_allowed=m)
    p = curve(e, "step_success")["y"].to_numpy()
    wrong = (1 - p) ** (r + 1)
    expected = stats.binom.cdf(m, k, wrong)
    np.testing.assert_allclose(curve(e, "chain_success")["y"], expected, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(curve(e, "partial_credit")["y"], 1 - wrong, rtol=1e-9, atol=1e-12)


def test_errors_for_all_steps_make_success_certain(explorer):
    e = explorer(steps=5, errors_allowed=5)
    assert set(curve(e, "chain_success")["y"]) == {1}
    assert readout(e, "needed") == 0
    assert np.isnan(readout(e, "width"))
    assert np.isnan(readout(e, "half_scale"))
    assert len(e.figures["width"].marks[-1].x) == 0


def test_many_retries_help_most_where_steps_fail(explorer):
    few, many = (curve(explorer(retries=r), "chain_success")["y"] for r in (0, 20))
    assert np.all(many >= few)
    assert (many - few).max() > 0.9


def test_reliability_that_half_of_the_chains_need(explorer):
    assert readout(explorer(steps=10), "needed") == pytest.approx(0.933, abs=5e-4)
    assert readout(explorer(steps=100), "needed") == pytest.approx(0.993, abs=5e-4)
    helped = explorer(steps=40, retries=2, errors_allowed=3)
    expected = step_reliability_for(0.5, 40, retries=2, errors_allowed=3)
    assert readout(helped, "needed") == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(
    "controls",
    [
        {},
        {"steps": 100, "logistic": True},
        {"steps": 30, "retries": 2, "errors_allowed": 4},
        {"steps": 30, "retries": 2, "errors_allowed": 4, "unevenness": 30.0},
        {"steps": 8, "logistic": True, "unevenness": 100.0, "errors_allowed": 3},
    ],
)
def test_readouts_are_those_of_the_chain(explorer, controls):
    e = explorer(scale=np.logspace(-8, 28, 20_001), **controls)
    chain, share = curve(e, "chain_success"), curve(e, "partial_credit")
    width = transition_width(chain["x"], chain["y"])
    assert readout(e, "width") == pytest.approx(width, abs=2e-3)
    half = np.interp(0.5, chain["y"], np.log10(chain["x"]))
    assert np.log10(readout(e, "half_scale")) == pytest.approx(half, abs=1e-3)
    at_half = np.interp(half, np.log10(share["x"]), share["y"])
    assert readout(e, "share_at_half") == pytest.approx(at_half, abs=1e-3)


def test_the_width_against_steps_is_the_closed_form(explorer):
    for logistic in (False, True):
        e = explorer(logistic=logistic, exponent=-0.25, retries=1, errors_allowed=2)
        drawn = curve(e, "transition_width")
        expected = chain_width(
            drawn["x"],
            -0.25,
            curve="logistic" if logistic else "loss",
            retries=1,
            errors_allowed=2,
        )
        np.testing.assert_allclose(drawn["y"], expected, rtol=1e-10)


def test_the_number_of_steps_moves_the_rise_and_does_not_shorten_it(explorer):
    one, hundred = explorer(steps=1), explorer(steps=100)
    assert readout(one, "width") == pytest.approx(readout(hundred, "width"), rel=1e-9)
    assert readout(hundred, "half_scale") == pytest.approx(1e4 * readout(one, "half_scale"))
    logistic = explorer(steps=100, logistic=True)
    assert readout(logistic, "width") < 0.75 * readout(logistic, "one_step_width")


def test_unequal_steps_leave_a_plain_chain_alone_and_spread_the_single_steps(explorer):
    even, uneven = explorer(steps=20), explorer(steps=20, unevenness=50.0)
    for name in ("chain_success",):
        np.testing.assert_allclose(curve(uneven, name)["y"], curve(even, name)["y"], rtol=1e-9)
    step = curve(uneven, "step_success")
    assert np.all(step["lower"] <= step["y"])
    assert np.all(step["y"] <= step["upper"])
    assert (step["upper"] - step["lower"]).max() > 0.5
    assert (curve(even, "step_success")["upper"] - curve(even, "step_success")["lower"]).max() == 0


def test_worth_goes_from_the_finished_task_to_the_share_of_steps(explorer):
    e = explorer(steps=20, part_worth=0.0)
    np.testing.assert_array_equal(curve(e, "worth")["y"], curve(e, "chain_success")["y"])
    e.part_worth = 1.0
    np.testing.assert_array_equal(curve(e, "worth")["y"], curve(e, "partial_credit")["y"])
    e.part_worth = 0.25
    mixed = 0.25 * curve(e, "partial_credit")["y"] + 0.75 * curve(e, "chain_success")["y"]
    np.testing.assert_allclose(curve(e, "worth")["y"], mixed, rtol=1e-12)


@pytest.mark.parametrize("exponent", [-1.0, -0.3, -0.05])
@pytest.mark.parametrize("logistic", [False, True])
def test_the_axis_holds_every_width(explorer, exponent, logistic):
    e = explorer(exponent=exponent, logistic=logistic, errors_allowed=1)
    panel = e.panels["width"]
    assert np.nanmax(e._outputs()["widths"]) <= panel.scales["y"].max
    assert len(panel.y_axis.tick_values) >= 2


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({"steps": 0}, "steps is 0; steps takes a whole number from 1 to 100"),
        ({"retries": -1}, "retries is -1"),
        ({"errors_allowed": 1.5}, "errors_allowed is 1.5"),
        ({"unevenness": 0.5}, "unevenness is 0.5"),
        ({"exponent": 0.3}, "exponent is 0.3"),
    ],
)
def test_bad_controls_are_named(controls, message):
    with pytest.raises(ControlError, match=message):
        MultiStepExplorer(**controls)


def test_bad_scales_are_named():
    with pytest.raises(ValueError, match=r"scale\[1\] is 0"):
        MultiStepExplorer(scale=[-0.0 + 1, 0])

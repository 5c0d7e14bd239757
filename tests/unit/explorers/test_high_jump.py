"""`HighJumpExplorer` against the normal distribution and the limits of its controls."""

import numpy as np
import pytest
from scipy import stats

from emergence_widgets import HighJumpExplorer, transition_width
from emergence_widgets.widgets.controls import ControlError


def curve(e, name: str):
    curves = e.curves()
    return curves[curves["curve"] == name]


def readout(e, name: str) -> float:
    return float(e._outputs()[name])


@pytest.fixture
def explorer():
    made = []

    def make(**controls):
        made.append(HighJumpExplorer(**controls))
        return made[-1]

    yield make
    for e in made:
        e.close()


def test_the_mean_grows_with_the_logarithm_of_training(explorer):
    height = curve(explorer(start=0.8, growth=0.25, spread=0.1), "mean_height")
    np.testing.assert_allclose(height["y"], 0.8 + 0.25 * np.log10(height["x"]), rtol=1e-12)
    for bound, share in (("lower", 0.05), ("upper", 0.95)):
        np.testing.assert_allclose(
            height[bound], stats.norm.ppf(share, height["y"], 0.1), rtol=1e-12
        )


def test_the_chance_is_the_share_of_jumps_above_the_bar(explorer):
    e = explorer(bar=1.7, spread=0.12, attempts=3)
    mean, once = curve(e, "mean_height"), curve(e, "one_attempt")
    np.testing.assert_allclose(once["y"], stats.norm.sf(1.7, mean["y"], 0.12), rtol=1e-9)
    best = curve(e, "chance")
    np.testing.assert_allclose(best["y"], 1 - (1 - once["y"]) ** 3, rtol=1e-7, atol=1e-15)


def test_without_spread_success_is_a_step_at_the_bar(explorer):
    e = explorer(bar=1.8, spread=0.0, start=0.9, growth=0.3)
    chance = curve(e, "chance")
    assert set(chance.loc[chance["x"] < 999, "y"]) == {0}
    assert set(chance.loc[chance["x"] > 1001, "y"]) == {1}
    assert readout(e, "width") == 0
    assert readout(e, "half_training") == pytest.approx(1000)


@pytest.mark.parametrize("attempts", [1, 2, 10])
def test_readouts_are_those_of_the_curve(explorer, attempts):
    e = explorer(bar=1.6, spread=0.06, start=0.9, growth=0.3, attempts=attempts)
    chance = curve(e, "chance")
    width = transition_width(chance["x"], chance["y"])
    assert readout(e, "width") == pytest.approx(width, abs=2e-3)
    half = 10 ** np.interp(0.5, chance["y"], np.log10(chance["x"]))
    assert readout(e, "half_training") == pytest.approx(half, rel=1e-3)


def test_width_of_one_attempt_is_the_closed_form(explorer):
    e = explorer(spread=0.1, growth=0.2)
    assert readout(e, "width") == pytest.approx(2 * stats.norm.ppf(0.9) * 0.1 / 0.2, rel=1e-12)


@pytest.mark.parametrize(("training", "shown"), [(1, 1), (100, 100), (101, 100), (1e4, 1e4)])
def test_the_marker_stands_at_the_nearest_drawn_hour(explorer, training, shown):
    e = explorer(training=training)
    assert readout(e, "training_now") == pytest.approx(shown)
    height = curve(e, "mean_height").set_index("x")["y"]
    assert readout(e, "height_now") == height[readout(e, "training_now")]


def said_of_the_jump(e):
    """Note of the first figure, and its colour."""
    note = e.figures["jump"].marks[-1]
    read = e.snapshot().read
    return read(note, "text"), read(note, "colors")


def test_the_drawn_jump_peaks_at_the_mean_height_and_says_whether_it_clears(explorer):
    e = explorer(bar=1.8, start=0.9, growth=0.3, training=100)
    flight = curve(e, "flight")
    assert flight["y"].max() == pytest.approx(1.5)
    assert flight["y"].iloc[[0, -1]].tolist() == [0, 0]
    assert said_of_the_jump(e) == (["the mean jump is too low"], ["var(--ew-sharp)"])
    for training in (1000, 5000):
        e.training = training
        assert said_of_the_jump(e) == (["the mean jump clears"], ["var(--ew-cause)"])
    assert curve(e, "flight")["y"].max() > 1.8


def test_both_rows_hold_the_same_numbers(explorer):
    e = explorer(attempts=4)
    for athlete, model in (
        ("mean_height", "ability"),
        ("one_attempt", "pass_at_1"),
        ("chance", "pass_at_k"),
    ):
        mine, theirs = curve(e, athlete), curve(e, model)
        np.testing.assert_array_equal(mine["y"], theirs["y"])
        ratio = theirs["x"].to_numpy() / mine["x"].to_numpy()
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)


def test_the_good_answers_are_the_part_above_what_is_needed(explorer):
    e = explorer(bar=1.7, spread=0.2, training=1000)
    outputs = e._outputs()
    part = np.trapezoid(outputs["above"], outputs["above_x"])
    whole = np.trapezoid(outputs["density"], outputs["density_x"])
    assert part / whole == pytest.approx(outputs["once_now"], abs=1e-3)


@pytest.mark.parametrize(
    ("controls", "chance", "half"),
    [
        # A bar below every jump, one above every jump, and an athlete who learns nothing.
        ({"bar": 0.3, "start": 1.2, "spread": 0.05}, 1, lambda half: half < 1),
        ({"bar": 2.8, "start": 0.5, "spread": 0.05}, 0, lambda half: half > 1e4),
        ({"bar": 1.0, "start": 0.5, "growth": 0.0}, 0, np.isinf),
        ({"bar": 0.5, "start": 1.2, "growth": 0.0}, 1, lambda half: half == 0),
    ],
)
def test_bars_out_of_reach_give_honest_pictures(explorer, controls, chance, half):
    e = explorer(**controls)
    drawn = curve(e, "chance")["y"]
    np.testing.assert_allclose(drawn, chance, atol=1e-6)
    assert half(readout(e, "half_training"))


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({"attempts": 0}, "attempts is 0; attempts takes a whole number from 1 to 10"),
        ({"spread": -0.1}, "spread is -0.1"),
        ({"bar": 9}, "bar is 9; bar takes a number from 0.3 to 2.8 metres"),
        ({"training": 0}, "training is 0"),
    ],
)
def test_bad_controls_are_named(controls, message):
    with pytest.raises(ControlError, match=message):
        HighJumpExplorer(**controls)

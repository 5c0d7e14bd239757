"""`ResolutionExplorer` against the binomial distribution and the law it draws."""

import itertools
from typing import Any

import bqplot
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from emergence_widgets import ResolutionExplorer, items_needed, wilson_interval
from emergence_widgets.explorers.resolution import LOG_NONE, STRAIGHT_NONE
from emergence_widgets.programs.resolution import resolution, resolution_constants
from emergence_widgets.widgets.controls import ControlError

CONTROLS: dict[str, Any] = {"length": 5, "exponent": -0.3, "critical_scale": 1e8, "n_items": 50,
            "samples_per_item": 40, "repeats": 3, "n_models": 7}  # fmt: skip
SCALE = np.logspace(7, 12, 6)


def outputs(scale=SCALE, **changes):
    return resolution(CONTROLS | changes, resolution_constants(scale))


def curve(explorer, name: str) -> pd.DataFrame:
    curves = explorer.curves()
    return curves[curves["curve"] == name].reset_index(drop=True)


def drawn_points(explorer, figure: str) -> list[np.ndarray]:
    """Heights of the repeated tests with and without a success."""
    marks = explorer.figures[figure].marks
    return [mark.y for mark in marks if isinstance(mark, bqplot.Scatter)][:2]


def test_lines_are_the_law():
    shown = outputs()
    rate = np.exp(-5 * (SCALE / 1e8) ** -0.3)
    np.testing.assert_allclose(shown["exact_match"], rate, rtol=1e-12)
    np.testing.assert_allclose(shown["pass_at_k"], 1 - (1 - rate) ** 40, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(shown["minus_log"], -np.log(rate), rtol=1e-12)


def test_log_minus_log_is_a_straight_line_of_slope_alpha():
    e = ResolutionExplorer(exponent=-0.37, length=17, critical_scale=3e9)
    line = curve(e, "minus_log_exact_match")
    slopes = np.diff(np.log(line["y"])) / np.diff(np.log(line["x"]))
    np.testing.assert_allclose(slopes, -0.37, rtol=1e-9)
    drawn = np.diff(e.panels["straight"].figure.marks[4].y) / np.diff(np.log10(line["x"]))
    np.testing.assert_allclose(drawn, 0.37, rtol=1e-9)
    e.close()


def test_test_sets_have_the_mean_and_the_variance_of_the_binomial():
    sets, models = 4000, 7
    constants = resolution_constants(SCALE, most_repeats=sets, most_models=models)
    shown = resolution(CONTROLS | {"repeats": sets}, constants)
    shares = shown["exact_match_measured"].reshape(sets, models)
    rate = shown["model_rate"]
    variance = rate * (1 - rate) / 50
    error = np.sqrt(variance / sets)
    assert (np.abs(shares.mean(axis=0) - rate) <= 4 * error).all()
    # Variance of a sample variance: (fourth central moment - variance^2) / sets.
    fourth = stats.binom(50, rate).stats(moments="k") * variance**2 + 3 * variance**2
    spread = np.sqrt((fourth - variance**2) / sets)
    assert (np.abs(shares.var(axis=0) - variance) <= 5 * spread + 1e-12).all()
    silent = (shares == 0).mean(axis=0)
    chance = (1 - rate) ** 50
    assert (np.abs(silent - chance) <= 4 * np.sqrt(chance * (1 - chance) / sets) + 1e-12).all()


@pytest.mark.parametrize("draws", [1, 40, 10_000])
def test_more_items_and_more_draws_give_the_expectation(draws):
    shown = outputs(n_items=100_000, samples_per_item=draws)
    for name, n, wanted in (
        ("exact_match", 100_000, np.tile(shown["model_rate"], 3)),
        ("drawn", 100_000 * draws, shown["model_rate"]),
        ("pass_at_k", 100_000, 1 - (1 - shown["model_rate"]) ** draws),
    ):
        error = np.sqrt(wanted * (1 - wanted) / n)
        assert (np.abs(shown[f"{name}_measured"] - wanted) <= 4.5 * error + 1 / n).all()


def test_one_draw_an_item_is_the_first_test_set():
    shown = outputs(samples_per_item=1)
    for name in ("drawn", "pass_at_k"):
        for part in ("measured", "lower", "upper"):
            first = shown[f"exact_match_{part}"][:7]
            np.testing.assert_array_equal(shown[f"{name}_{part}"], first)
    np.testing.assert_array_equal(shown["first_measured"], shown["exact_match_measured"][:7])


def test_solved_items_agree_with_the_right_answers_among_them():
    """No more items are solved than answers are right, and none without a right answer."""
    for seed, draws in itertools.product(range(20), (2, 40, 1000)):
        constants = resolution_constants(SCALE, seed=seed)
        shown = resolution(CONTROLS | {"samples_per_item": draws}, constants)
        right = np.rint(shown["drawn_measured"] * 50 * draws)
        solved = np.rint(shown["pass_at_k_measured"] * 50)
        assert (solved <= right).all()
        assert (right <= draws * solved).all()


def test_intervals_are_wilsons():
    shown = outputs()
    for name, n in (("exact_match", 50), ("drawn", 2000), ("pass_at_k", 50)):
        right = np.rint(shown[f"{name}_measured"] * n)
        lower, upper = wilson_interval(right, n)
        np.testing.assert_allclose(shown[f"{name}_lower"], lower, atol=1e-15)
        np.testing.assert_allclose(shown[f"{name}_upper"], upper, atol=1e-15)


def test_points_glide():
    """The draws are fixed: an easier task never lowers a point, and reset brings all back."""
    e = ResolutionExplorer(length=30)
    start, last = e.curves(), None
    for length in (30, 20, 10, 5, 1):
        e.length = length
        shares = curve(e, "exact_match_measured")["y"].to_numpy()
        assert last is None or (shares >= last).all()
        last = shares
    assert last.max() > 0.9
    e.length = 30
    pd.testing.assert_frame_equal(e.curves(), start)
    e.close()


def test_points_without_a_success_stand_at_the_edge_and_are_counted():
    rare: dict[str, Any] = CONTROLS | {"n_items": 10, "samples_per_item": 100, "length": 20}
    e = ResolutionExplorer(scale=SCALE, seed=0, **rare)
    shown = e._outputs()
    measured = shown["exact_match_measured"]
    zeros = int((measured == 0).sum())
    assert 0 < zeros < len(measured)
    filled, hollow = drawn_points(e, "logarithmic")
    assert hollow.tolist() == [LOG_NONE] * zeros
    np.testing.assert_allclose(10**filled, measured[measured > 0])
    filled, hollow = drawn_points(e, "straight")
    assert hollow.tolist() == [STRAIGHT_NONE] * zeros
    assert len(filled) + len(hollow) == len(measured)
    e.close()
    seen = (measured.reshape(3, 7) > 0).sum(axis=1)
    assert shown["seen"] in (f"{seen.min()}–{seen.max()}", f"{seen.min()}")
    assert shown["seen_drawn"] == (shown["drawn_measured"] > 0).sum() > seen.max()


def test_readouts():
    shown = outputs(n_items=20, samples_per_item=1000)
    assert (shown["floor"], shown["floor_drawn"]) == (0.05, 1 / 20_000)
    assert shown["answers"] == 20_000
    # One rate is missed by 20 items in one test of twenty.
    assert (1 - shown["visible_rate"]) ** 20 == pytest.approx(0.05)
    assert shown["answers_needed"] == items_needed(np.exp(-5 * 0.1**-0.3))
    for name in ("", "_drawn"):
        size = shown[f"visible_from{name}"]
        rate = np.exp(-5 * (size / 1e8) ** -0.3)
        assert rate == pytest.approx(shown[f"visible_rate{name}"])
    assert shown["visible_from_drawn"] < 0.1 * shown["visible_from"]


def test_first_visible_size_keeps_to_the_axis():
    assert np.isnan(outputs(n_items=1, length=50)["visible_from"])
    assert outputs(length=1, critical_scale=1e5)["visible_from"] == SCALE[0]


@pytest.mark.parametrize("length", [1, 50])
@pytest.mark.parametrize(
    ("exponent", "critical_scale"), [(-1.0, 1e5), (-1.0, 1e12), (-0.05, 1e5), (-0.05, 1e12)]
)
@pytest.mark.parametrize(("n_items", "draws"), [(1, 1), (1, 10_000), (100_000, 10_000)])
@pytest.mark.parametrize("scale", [SCALE, [1e-300, 1.0, 1e300], [7.0, 7.0000001]])
def test_extremes_have_places(length, exponent, critical_scale, n_items, draws, scale):
    e = ResolutionExplorer(
        scale=scale,
        length=length,
        exponent=exponent,
        critical_scale=critical_scale,
        n_items=n_items,
        samples_per_item=draws,
        repeats=12,
        n_models=24,
    )
    shown = e._outputs()
    e.close()
    for name, value in shown.items():
        if isinstance(value, np.ndarray) and name != "minus_log":
            assert np.isfinite(value).all(), name
    for widget, traits in e._painted(shown):
        for trait in {"x", "y"} & set(traits):
            value = traits[trait]
            if isinstance(widget, bqplot.Lines) and len(value) not in (2, len(scale)):
                value = value[np.arange(len(value)) % 3 != 2]
            assert np.isfinite(value).all(), trait
    for part in ("measured", "lower", "upper"):
        for metric in ("exact_match", "drawn", "pass_at_k"):
            assert ((shown[f"{metric}_{part}"] >= 0) & (shown[f"{metric}_{part}"] <= 1)).all()


def test_bad_input_is_named():
    with pytest.raises(ControlError, match=r"n_items is 0; test items takes .* from 1 to 100000"):
        ResolutionExplorer(n_items=0)
    with pytest.raises(ControlError, match=r"samples_per_item is 0; .* from 1 to 10000 answers"):
        ResolutionExplorer(samples_per_item=0)
    with pytest.raises(ControlError, match=r"length is 0; .* from 1 to 50 tokens"):
        ResolutionExplorer(length=0)
    with pytest.raises(ControlError, match=r"repeats is 13; .* from 1 to 12"):
        ResolutionExplorer(repeats=13)
    with pytest.raises(TypeError, match="Did you mean 'samples_per_item'"):
        ResolutionExplorer(sample_per_item=3)  # pyright: ignore[reportCallIssue]
    with pytest.raises(ValueError, match=r"scale\[0\] is 0"):
        ResolutionExplorer(scale=[0, 1])

"""Legal and yet doubtful scores."""

import numpy as np
import pandas as pd

from emergence_widgets import read_results

from .reading import ONE_MODEL, assert_notes, table


def test_a_constant_series_is_said() -> None:
    assert_notes(
        read_results(table([0.0, 0.0, 0.0])),
        ("warning", 1, "same score at every scale: sums (acc)"),
    )


def test_two_constant_points_are_no_series() -> None:
    assert_notes(read_results(table([0.0, 0.0])))


def test_filters_are_series_of_their_own() -> None:
    frame = pd.concat([table([0.0] * 3, filter="strict"), table(filter="flexible")])
    assert_notes(read_results(frame), ("warning", 1, "same score"))


def test_curves_need_not_rise() -> None:
    assert_notes(read_results(table([0.9, 0.1, 0.8])))


def test_missing_and_infinite_scores_are_kept_and_said() -> None:
    results = read_results(table([0.1, np.nan, np.inf], metric=["mine"] * 3))
    np.testing.assert_array_equal(results.scores["value"], [0.1, np.nan, np.inf])
    assert_notes(results, ("warning", 1, "not a number: mine"), ("warning", 1, "infinite: mine"))


def test_scores_outside_their_bounds() -> None:
    results = read_results(table([-0.1, 0.5, 0.6]))
    assert_notes(results, ("warning", 1, "below the least that their metric can be: acc"))


def test_one_model_with_several_checkpoints_has_a_curve() -> None:
    frame = table(model=["m"] * 3, params=[1e7] * 3)
    assert_notes(read_results(frame.assign(step=[1, 2, 3])))
    # Equal rows but for their values: only the last is kept.
    assert_notes(read_results(frame), ("repaired", 2, "kept the later"), ONE_MODEL)

"""Legal and yet doubtful scores."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import read_results

from .reading import ONE_MODEL, assert_notes, table

ONE = table(model=["m"] * 3, params=[1e7] * 3)
CASES = {
    "a constant": (table([0.0] * 3), [("warning", 1, "same score at every scale: sums (acc)")]),
    "two points are no series": (table([0.0, 0.0]), []),
    "filters are series of their own": (
        pd.concat([table([0.0] * 3, filter="strict"), table(filter="flexible")]),
        [("warning", 1, "same score")],
    ),
    "curves need not rise": (table([0.9, 0.1, 0.8]), []),
    "missing and infinite": (
        table([0.1, np.nan, np.inf], metric=["mine"] * 3),
        [("warning", 1, "not a number: mine"), ("warning", 1, "infinite: mine")],
    ),
    "outside the bounds": (
        table([-0.1, 0.5, 0.6]),
        [("warning", 1, "below the least that their metric can be: acc")],
    ),
    "one model of several checkpoints": (ONE.assign(step=[1, 2, 3]), []),
    # Equal rows but for their values: only the last is kept.
    "one model": (ONE, [("repaired", 2, "kept the later"), ONE_MODEL]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str) -> None:
    frame, notes = CASES[name]
    results = read_results(frame)
    assert_notes(results, *notes)
    if name != "one model":
        np.testing.assert_array_equal(results.scores["value"], frame["value"])

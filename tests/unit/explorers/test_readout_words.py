"""The words of late rise T change at its two limits, and are the same in every explorer."""

import numpy as np
import pytest

from emergence_widgets import (
    MirageExplorer,
    ReconstructionExplorer,
    ResultsExplorer,
    datasets,
)
from emergence_widgets.core.statistics.late_rise import LATE, LEAST_LATE
from emergence_widgets.widgets.readouts import filled


def results() -> ResultsExplorer:
    return ResultsExplorer(datasets.pronunciation())


EXPLORERS = {
    "mirage": (MirageExplorer, "exact_match"),
    "reconstruction": (ReconstructionExplorer, "error"),
    "results": (results, "0"),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_words_change_at_the_limits_and_say_where_nothing_rises(name):
    make, what = EXPLORERS[name]
    e = make()
    output = f"late_{what}"
    (cell,) = (one for one in e.readouts.cells if (one["verdict"] or {}).get("output") == output)
    assert (LEAST_LATE, LATE) == (0.1, 0.3)
    for late, value, words in (
        (0.0, "T = 0.00", "steady gains"),
        (0.099, "T = 0.10", "steady gains"),
        (0.101, "T = 0.10", "a little late"),
        (0.299, "T = 0.30", "a little late"),
        (0.301, "T = 0.30", "late"),
        (1.0, "T = 1.00", "late"),
        (np.nan, "T = –", "no clear rise"),
    ):
        shown = {**e.readouts.values, output: late, f"breakthroughness_{what}": 12.3}
        _, text, detail = next(filled([cell], shown))
        assert (text, detail) == (value, f"{words} · B = 12.3")
    e.close()

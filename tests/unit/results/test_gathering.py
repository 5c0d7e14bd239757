"""Evidence gathered from tables that tell less than ours."""

import pandas as pd
import pytest

from emergence_widgets import EvalResults
from emergence_widgets.results.gathering import gather


@pytest.mark.parametrize(
    ("metric", "lower_is_better"), [("ppl", True), ("acc", False), ("loss", True), ("mine", False)]
)
def test_directions_that_no_column_tells(metric, lower_is_better):
    rows = [("t", metric, f"m{i}", 10.0**i, 0.1 * i) for i in range(4)]
    table = pd.DataFrame(rows, columns=["task", "metric", "model", "params", "value"])
    assert gather(EvalResults(table), "t", metric).score.lower_is_better == lower_is_better

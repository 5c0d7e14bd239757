"""Answers of results that have some."""

import pandas as pd

from emergence_widgets import EvalResults


def answers_of(results: EvalResults) -> pd.DataFrame:
    assert results.samples is not None
    return results.samples

"""Series measured together are measured as they are alone, whatever their gaps and the blocks."""

import numpy as np
import pytest

from emergence_widgets.core.statistics import rise_over_step
from emergence_widgets.core.statistics.measures import breakthroughness, linearity


@pytest.mark.parametrize("block", [1, 30, 1 << 18])
@pytest.mark.parametrize("measure", [breakthroughness, linearity])
def test_series_alone_and_together(measure, block, monkeypatch):
    monkeypatch.setattr(rise_over_step, "BLOCK", block)
    rng = np.random.default_rng(0)
    y = rng.normal(size=(40, 3, 9))
    y[rng.random(y.shape) < 0.2] = np.nan
    y[5, 1, 4], y[6], y[7, 0, 1:] = np.inf, np.nan, np.nan
    together = measure(y, resolution=0.1)
    alone = [[measure(one[~np.isnan(one)], resolution=0.1) for one in rows] for rows in y]
    np.testing.assert_array_equal(together, alone)
    assert np.isnan(together).sum() == 1 + 3 + 1
    np.testing.assert_array_equal(measure(np.moveaxis(y, -1, 0), axis=0, resolution=0.1), together)

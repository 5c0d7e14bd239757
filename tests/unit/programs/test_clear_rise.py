"""A clear rise: beyond the noise, and with no fall at its beginning or end."""

import numpy as np
import pytest

from emergence_widgets.core.statistics.clear_rise import clear_rise
from emergence_widgets.core.statistics.intervals import wilson_interval


def rises(right, n=200) -> bool:
    counts = np.asarray(right, dtype=float)
    return bool(clear_rise(counts / n, *wilson_interval(counts, n)))


@pytest.mark.parametrize(
    ("right", "clear"),
    [
        ([0, 10, 60, 100], True),
        ([0, 0, 0, 100], True),
        ([50, 50, 50, 50], False),
        ([100, 50, 20, 10], False),
        # It falls first, or at the end.
        ([60, 20, 20, 120], False),
        ([0, 40, 120, 80], False),
        # A dip on the way up is neither.
        ([0, 100, 40, 150], True),
        # A fall within the noise is none.
        ([60, 55, 58, 120], True),
        ([0, 60, 122, 120], True),
    ],
)
def test_a_rise_that_falls_at_neither_end_is_clear(right, clear):
    assert rises(right) == clear


@pytest.mark.parametrize(("low", "clear"), [(182_000, True), (178_000, False)])
def test_a_fall_counts_from_a_tenth_of_the_rise(low, clear):
    assert rises([200_000, low, 400_000], n=1_000_000) == clear
    assert rises([600_000, 1_000_000 - low, 800_000], n=1_000_000) == clear


def test_unknown_intervals_withhold_nothing():
    unknown = np.full(3, np.nan)
    assert clear_rise(np.array([0.5, 0.1, 0.9]), unknown, unknown)
    assert not clear_rise(np.array([0.9, 0.1, 0.8]), unknown, unknown)


def test_many_series_at_once_as_each_alone():
    counts = np.random.default_rng(0).integers(0, 50, (40, 6)).astype(float)
    lower, upper = wilson_interval(counts, 50)
    alone = [clear_rise(*one) for one in zip(counts / 50, lower, upper, strict=True)]
    assert clear_rise(counts / 50, lower, upper).tolist() == alone
    assert 0 < sum(alone) < 40

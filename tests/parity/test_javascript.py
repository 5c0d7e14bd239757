"""What counts as equal numbers in both languages."""

import numpy as np
import pytest

from .javascript import assert_equal_outputs

ROUNDED = {"height": np.array([0.5, 0.0])}, {"height": np.array([0.5, 1.1e-16])}


def test_an_output_that_passes_through_zero_needs_an_absolute_difference():
    with pytest.raises(AssertionError, match=r"height at a setting; .* absolute=0\b"):
        assert_equal_outputs(*ROUNDED, "a setting")
    assert_equal_outputs(*ROUNDED, "a setting", absolute=1e-15)


def test_a_difference_beyond_the_absolute_one_is_told_with_it():
    with pytest.raises(AssertionError, match="absolute=1e-17"):
        assert_equal_outputs(*ROUNDED, "a setting", absolute=1e-17)
    with pytest.raises(AssertionError, match="absolute=1e-15"):
        assert_equal_outputs({"n": 1.0}, {"n": 1.0 + 3e-12}, "a setting", absolute=1e-15)

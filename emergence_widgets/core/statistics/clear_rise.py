"""Whether scores rise beyond their intervals, without a fall at the beginning or the end."""

from __future__ import annotations

import numpy as np

from ..arrays import Flags, Floats
from .late_rise import LEAST_FALL


def beyond_noise(scores: Floats, lower: Floats, upper: Floats) -> Flags:
    """Whether the last score lies above the first, higher is better, by more than the noise.

    Along the last axis; by the interval of their difference (Newcombe 1998, method 10: from the
    intervals of the two). Unknown intervals (NaN) withhold nothing that is above.
    """
    rise = scores[..., -1] - scores[..., 0]
    noise = np.hypot(scores[..., -1] - lower[..., -1], upper[..., 0] - scores[..., 0])
    return (rise > 0) & ~(rise <= noise)


def clear_rise(scores: Floats, lower: Floats, upper: Floats) -> Flags:
    """Whether scores rise beyond the noise, and none is below the first or above the last.

    By more than the noise, as in `beyond_noise`, and by more than a tenth of the rise: a curve
    that falls at its beginning or end is not one that waits.
    """
    first, last = scores[..., :1], scores[..., -1:]
    least = LEAST_FALL * (last - first)
    below, above = first - scores, scores - last
    noise_below = np.hypot(first - lower[..., :1], upper - scores)
    noise_above = np.hypot(scores - lower, upper[..., -1:] - last)
    falls = (below > noise_below) & (below > least) | (above > noise_above) & (above > least)
    return beyond_noise(scores, lower, upper) & ~falls.any(axis=-1)

"""What a test can see above its floor, where guessing may have a floor of its own."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ..statistics.intervals import items_needed, smallest_visible_rate

SEEN = 0.95
"""Chance with which a rise is to be seen."""
_ERRORS = float(ndtri(0.975) + ndtri(SEEN))


def smallest_visible(n_items: float, chance: float) -> float:
    """Least rise above the floor that a test shows in 95 of 100 tries.

    Without guessing that is one success at all; above a chance c the rise must leave the noise of
    the guesses behind, ``(1.96 + 1.64) * sqrt(c (1 - c) / n)``: a 95% Wilson interval then lies
    above c.

    Parameters
    ----------
    n_items
        Items of the test, at least 1.
    chance
        Score of guessing, in [0, 1).

    Examples
    --------
    >>> round(smallest_visible(200, 0.0), 4), round(smallest_visible(200, 0.25), 4)
    (0.0149, 0.1104)
    """
    one = float(smallest_visible_rate(n_items)) * (1 - chance)
    return max(one, _ERRORS * float(np.sqrt(chance * (1 - chance) / n_items)))


def items_to_see(rise: float, chance: float) -> float:
    """Fewest items that show a rise above the floor; infinite for none. See `smallest_visible`.

    Examples
    --------
    >>> items_to_see(0.5**5, 0.0), items_to_see(0.1, 0.25)
    (95.0, 244.0)
    """
    if rise <= 0:
        return float("inf")
    one = float(items_needed(min(rise / (1 - chance), 1.0)))
    with np.errstate(over="ignore"):
        # Not a power of Python's floats, which fails where numpy's is infinite.
        above = np.square(np.divide(_ERRORS, rise)) if chance > 0 else np.float64(0.0)
    return max(one, float(np.ceil(above * chance * (1 - chance))))

"""Arrays of numbers, and the refusal of wrong ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]


def broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    """Values as arrays of floats of one shape."""
    return tuple(np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in values)))


def group_means(values: Floats, member: Ints) -> Floats:
    """Means over the values of each group, by its number."""
    return np.bincount(member, values) / np.bincount(member)


def refuse(words: str, values: Floats, wrong: Flags, *beside: Floats) -> None:
    """Refuse an array with wrong values; the error's words have the first in place of ``{}``."""
    # Of `beside`, arrays of the same shape, they have the values at the same place.
    if np.any(wrong):
        raise ValueError(words.format(*(f"{each[wrong][0]:g}" for each in (values, *beside))))


def refuse_no_share(what: str, values: Floats) -> None:
    """Refuse values outside [0, 1]; `what` comes before the first in the error's words."""
    refuse(f"{what} {{}}; expected 0 to 1", values, (values < 0) | (values > 1))

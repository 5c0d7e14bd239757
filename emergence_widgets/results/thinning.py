"""Curves of many checkpoints, thinned: a rise is judged over decades, not from step to step."""

from __future__ import annotations

import numpy as np

MOST = 40
KEPT = 20


def thinned(scale: np.ndarray) -> np.ndarray:
    """Of more than 40 scales the 20 nearest to an even spacing in decades.

    Parameters
    ----------
    scale
        Shape (runs,), above 0.

    Returns
    -------
    numpy.ndarray
        Shape (runs,), boolean: the runs to keep; all of them where there are few scales.

    Examples
    --------
    >>> int(thinned(np.arange(1.0, 6.0)).sum()), int(thinned(np.arange(1.0, 1001.0)).sum())
    (5, 20)
    """
    levels = np.unique(scale)
    if len(levels) <= MOST:
        return np.ones(len(scale), dtype=bool)
    decades = np.log10(levels)
    even = np.linspace(decades[0], decades[-1], KEPT)
    chosen: list[int] = []
    for target in even:
        # Each scale once: the early ones of a training run lie far apart in decades.
        free = np.setdiff1d(np.arange(len(levels)), chosen)
        chosen.append(int(free[np.argmin(np.abs(decades[free] - target))]))
    return np.isin(scale, levels[chosen])

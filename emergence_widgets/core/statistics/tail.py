"""How likely noise is to give as much as was measured, from replicates of noise alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

LARGEST = 0.1
"""Share of the replicates of which the tail is taken."""
FEWEST = 5


def tail_probability(value: float, by_noise: ArrayLike) -> float:
    """Share of replicates at least as large as a value, the value counted as one of them.

    Where none is, the share says no more than 1 / (replicates + 1). Then the tail is carried on as
    an exponential one through the largest replicates, which falls more slowly than that of a
    normal distribution (Knijnenburg et al. 2009, doi:10.1093/bioinformatics/btp211, with the
    shape 0 of the generalised Pareto distribution).

    Examples
    --------
    >>> import numpy as np
    >>> noise = np.random.default_rng(0).standard_normal(500)
    >>> tail_probability(0.0, noise) > 0.4, tail_probability(6.0, noise) < 1e-5
    (True, True)
    """
    replicates = np.sort(np.nan_to_num(np.asarray(by_noise, dtype=float)))
    count = len(replicates)
    as_large = count - int(np.searchsorted(replicates, value, side="left"))
    share = (1 + as_large) / (count + 1)
    largest = max(FEWEST, round(LARGEST * count))
    if as_large or count <= largest:
        return share
    start = float(replicates[-largest - 1])
    excess = float(replicates[-largest:].mean()) - start
    if excess <= 0:
        return share
    carried_on = largest / count * float(np.exp(-(value - start) / excess))
    return min(share, carried_on)

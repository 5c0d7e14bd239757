"""Items that differ: the per-token success of an item is Beta-distributed over the items.

Its mean is `p` and its concentration ``a + b`` is ``kappa``; infinite concentration means
that all items are alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def check_concentration(concentration: ArrayLike) -> Floats:
    """Concentration as an array of floats.

    Parameters
    ----------
    concentration
        Any shape.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        A concentration that is not above 0.

    Examples
    --------
    >>> float(check_concentration(2))
    2.0
    """
    kappa = np.asarray(concentration, dtype=float)
    if not np.all(kappa > 0):
        raise ValueError(f"concentration is {concentration}; it must be above 0 (inf: no spread)")
    return kappa


def failure_moment(failure: ArrayLike, power: int, concentration: ArrayLike = np.inf) -> Floats:
    """Mean of ``(1 - p_item)**power`` over items.

    Parameters
    ----------
    failure
        Mean of ``1 - p_item``, in [0, 1], any shape.
    power
        A whole number, at least 1.
    concentration
        Beta concentration of the items' `p`, above 0.

    Returns
    -------
    numpy.ndarray
        The moment; ``failure**power`` at infinite concentration.

    Raises
    ------
    ValueError
        `concentration` not above 0.

    Examples
    --------
    >>> float(failure_moment(0.5, 2, 1.0))
    0.375
    """
    eps, kappa = np.broadcast_arrays(
        np.asarray(failure, dtype=float), check_concentration(concentration)
    )
    finite = np.where(np.isinf(kappa), 1.0, kappa)
    spread = np.ones(eps.shape)
    for i in range(power):
        spread = spread * ((finite * eps + i) / (finite + i))
    return np.where(np.isinf(kappa), eps**power, spread)

"""Quantiles that are always one of the values, so that infinite ones need no average."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""A place above a whole number by this share of it is that number."""


def order_statistics(values: Floats, levels: Sequence[float]) -> Floats:
    """Smallest values that at least these shares of all do not exceed.

    Parameters
    ----------
    values
        Shape (..., n), n at least 1; NaN does not count.
    levels
        Shares, in [0, 1].

    Returns
    -------
    numpy.ndarray
        Shape (levels, ...): ``numpy.nanquantile`` with ``method="inverted_cdf"``; NaN where all
        are.

    Examples
    --------
    >>> order_statistics(np.array([3.0, np.inf, np.nan, 1.0]), [0.5, 0.95])
    array([ 3., inf])
    """
    ordered = np.sort(values, axis=-1)  # NaN comes last.
    known = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    places = np.ceil(np.asarray(levels) * known * (1 - ROUNDING)).astype(np.intp) - 1
    chosen = np.take_along_axis(ordered, np.maximum(places, 0), axis=-1)
    return np.moveaxis(chosen, -1, 0)

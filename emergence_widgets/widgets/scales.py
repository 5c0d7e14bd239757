"""The scale on which an explorer of theory draws its curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def checked_scale(scale: ArrayLike) -> np.ndarray:
    """Sizes as an array, when they are fit for a logarithmic axis.

    Parameters
    ----------
    scale
        At least two sizes, ascending, above 0.

    Returns
    -------
    numpy.ndarray
        One axis of floats.

    Raises
    ------
    ValueError
        Anything else; the message names the first place that is wrong.

    Examples
    --------
    >>> checked_scale([1_000_000, 1e9]).tolist()
    [1000000.0, 1000000000.0]
    """
    try:
        sizes = np.asarray(scale, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"scale is {scale!r}; expected numbers such as [1e6, 1e9]") from error
    if sizes.ndim != 1 or len(sizes) < 2:
        raise ValueError(f"scale has shape {sizes.shape}; expected one axis of at least two sizes")
    bad = ~np.isfinite(sizes) | (sizes <= 0)
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(
            f"scale[{at}] is {sizes[at]:g}; sizes on a logarithmic axis must be above 0"
        )
    if np.any(np.diff(sizes) <= 0):
        at = int(np.argmax(np.diff(sizes) <= 0))
        raise ValueError(
            f"scale falls or rests from scale[{at}] = {sizes[at]:g} to {sizes[at + 1]:g}; "
            "give the sizes in ascending order, each once (numpy.unique does both)"
        )
    return sizes

"""Reconstruction: how many images an autoencoder rebuilds well enough, for any "enough"."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.arrays import group_means
from ..core.statistics.intervals import wilson_interval
from ..core.statistics.measures import breakthroughness
from .late import Across, Series, late_rise_shown
from .program import Constants, Controls, Floats, first, floats, ints


def reconstruction(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Share of images rebuilt and squared error, by run and mean by width, for one threshold c.

    Reconstruction_c and its smooth partner: Schaeffer, Miranda and Koyejo 2023
    (arXiv:2304.15004), section 5, Eq. 2.
    """
    threshold, selection = float(controls["threshold"]), int(controls["selection"])
    width = floats(constants, "width")
    run_width = ints(constants, "run_width")
    error = floats(constants, "error")
    below = (error < threshold).sum(axis=1).astype(float)
    n = float(error.shape[1])
    share = below / n
    lower, upper = wilson_interval(below, n)
    share_line = group_means(share, run_width)
    ends = (group_means(end, run_width) for end in (lower, upper))
    # A single width, which rises nowhere, has an axis too.
    across = Across(np.log10(width[0]) - 1e-9, np.log10(width[-1]) + 1e-9)
    unknown = np.full((2, len(width)), np.nan)
    mean_error = floats(constants, "mean_error")
    error_line = group_means(mean_error, run_width)
    passed = floats(constants, "image_error") < threshold
    selected = int(run_width[selection]) if selection >= 0 else -1
    return {
        "run_scale": width[run_width],
        "run_number": np.arange(len(share), dtype=float),
        "mean_error": mean_error,
        "share": share,
        "share_lower": lower,
        "share_upper": upper,
        "share_line": share_line,
        "error_line": error_line,
        "pictures": {"passed": passed.tolist(), "selected": selected},
        **_readouts(width, share_line, error_line, n),
        **late_rise_shown("share", Series(width, share_line, *ends), across),
        **late_rise_shown("error", Series(width, error_line, *unknown), across, falls=True),
    }


def _readouts(width: Floats, share: Floats, error: Floats, n: float) -> dict[str, Any]:
    return {
        "breakthroughness_share": float(breakthroughness(share, resolution=0.5 / n)),
        "breakthroughness_error": float(breakthroughness(-error)),
        "half_width": first(width, share >= 0.5),
        "smallest_share": float(share[0]),
        "largest_share": float(share[-1]),
    }

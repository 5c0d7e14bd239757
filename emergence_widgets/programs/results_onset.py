"""Where a score first lies above chance: a marker on the scale axis of `results`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .drawing import Floats, place
from .results_reading import Reading


def onset_mark(
    reading: Reading,
    slot: int,
    chosen: Mapping[str, Any] | None,
    chance: float,
    bounds: tuple[Floats, Floats, Floats],
    ends: Mapping[str, Any],
) -> dict[str, Any]:
    """The smallest scale (the greatest loss) whose interval lies on the good side of chance.

    Parameters
    ----------
    reading
        The controls, read.
    slot, chosen
        Number and metric of the figure.
    chance
        Score of guessing; NaN stands for 0 where higher is better, and tells nothing else.
    bounds
        Scale, lower and upper bound of every point shown.
    ends
        Score axis.

    Returns
    -------
    dict
        An upright line with a note at its top, or nothing.
    """
    scale, lower, upper = bounds
    falls = reading.axis["name"] == "loss"
    if chosen is None or not reading.onset:
        seen = scale[:0]
    elif chosen["lower_is_better"]:
        seen = scale[upper < chance]
    else:
        seen = scale[lower > (0.0 if np.isnan(chance) else chance)]
    known = len(seen) > 0
    at = float(place(seen.max() if falls else seen.min(), reading.log_scale)) if known else np.nan
    low, high = float(ends["low"]), float(ends["high"])
    words = "above this loss: no better than chance" if falls else "better than chance from here"
    return {
        f"onset_x_{slot}": np.full(2 if known else 0, at),
        f"onset_y_{slot}": np.array([low, high] if known else [], dtype=float),
        f"onset_end_{slot}": np.full(int(known), at),
        f"onset_top_{slot}": np.full(int(known), low + 0.88 * (high - low)),
        f"onset_note_{slot}": [words] if known else [],
    }

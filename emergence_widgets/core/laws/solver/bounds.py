"""Bounds of a fit: those of the law, and those given by name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .curves import Curve, Extent
from .points import FitError

Floats = NDArray[np.float64]

DECADE = np.log(10)


def box_of(
    curve: Curve, extent: Extent, given: Mapping[str, tuple[float, float]]
) -> tuple[Floats, Floats]:
    """Lower and upper bounds of the solver's parameters, (series, parameters).

    Raises
    ------
    FitError
        A name that the law has not or that cannot be bounded, or ends out of order.
    """
    lower, upper = (edge.copy() for edge in curve.bounds(extent))
    names = (*curve.coefficients, *curve.shapes)
    offset = len(names) - len(curve.parameters)
    boundable = [
        name for name in curve.parameters if name not in ("scale_factor", "a", "b", *curve.fixed)
    ]
    for name, (low, high) in given.items():
        if name not in boundable:
            raise FitError(
                f"{curve.name}: bounds names {name!r}; expected one of {', '.join(boundable)}"
            )
        if not low <= high:
            raise FitError(
                f"{curve.name}: bounds of {name} are ({low}, {high}); expected low <= high"
            )
        at = curve.parameters.index(name) + offset
        solver_name, reference = names[at], extent.reference[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.array([low, high], dtype=float)
            if solver_name.startswith("log_"):
                ends = np.log(ends)
        if np.any(np.isnan(ends)):
            raise FitError(f"{curve.name}: bounds of {name} are ({low}, {high}); expected above 0")
        if solver_name.startswith(("log_critical", "log_location")):
            shift = reference
        else:
            shift = reference / DECADE if solver_name == "midpoint" else np.zeros_like(reference)
        # The law's own bounds keep it defined, so that given ones only narrow them.
        low_end, high_end = (np.clip(end - shift, lower[:, at], upper[:, at]) for end in ends)
        lower[:, at], upper[:, at] = low_end, high_end
    return lower, upper

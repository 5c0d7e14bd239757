"""Reconstruction: how many images an autoencoder rebuilds well enough, for any "enough"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.statistics.intervals import wilson_interval
from ..core.statistics.measures import breakthroughness
from .drawing import Floats, interval_line, place


def reconstruction(controls: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every point, line and mark of `ReconstructionExplorer`.

    Parameters
    ----------
    controls
        ``threshold`` (c, squared error below which an image counts as rebuilt),
        ``log_error`` (boolean) and ``selection`` (a run, or -1).
    constants
        ``width`` (ascending), ``run_width`` (index into it), ``error`` (runs, images; each
        row ascending), ``mean_error`` (runs), ``spread`` (widths, 2: the errors that 5% and
        95% of the images stay below), ``image_error`` (widths, pictures), ``null_95`` and
        the error axes ``axes`` (``linear`` and ``log``).

    Returns
    -------
    dict
        Share of images rebuilt by run, with Wilson intervals, and its mean by width; mean
        squared error by run and width; places of all on the axes; which of the pictures pass;
        readouts.

    Notes
    -----
    Reconstruction_c and its smooth partner: Schaeffer, Miranda and Koyejo 2023
    (arXiv:2304.15004), section 5, Eq. 2.

    Examples
    --------
    >>> import numpy as np
    >>> axis = {"low": 0.0, "high": 2.0, "places": [0.0, 2.0], "labels": {}}
    >>> constants = dict(width=np.array([1.0, 2.0]), run_width=np.array([0.0, 1.0]),
    ...                  error=np.array([[1.0, 2.0], [0.1, 1.0]]), mean_error=np.array([1.5, 0.55]),
    ...                  spread=np.array([[1.0, 2.0], [0.1, 1.0]]), null_95=np.nan,
    ...                  image_error=np.array([[2.0], [0.1]]), axes={"linear": axis, "log": axis})
    >>> reconstruction(dict(threshold=0.5, log_error=False, selection=-1), constants)["share"]
    array([0. , 0.5])
    """
    threshold, log_error = float(controls["threshold"]), bool(controls["log_error"])
    width = np.asarray(constants["width"], dtype=float)
    run_width = np.asarray(constants["run_width"]).astype(np.intp)
    error = np.asarray(constants["error"], dtype=float)
    below = (error < threshold).sum(axis=1).astype(float)
    n = float(error.shape[1])
    share = below / n
    lower, upper = wilson_interval(below, np.full(len(below), n))
    share_line = _mean_by_width(share, run_width, len(width))
    mean_error = np.asarray(constants["mean_error"], dtype=float)
    error_line = _mean_by_width(mean_error, run_width, len(width))
    spread = np.asarray(constants["spread"], dtype=float)
    axis = constants["axes"]["log" if log_error else "linear"]
    width_place, run_place = np.log10(width), np.log10(width[run_width])
    band = place(np.concatenate([spread[:, 1], spread[::-1, 0]]), log_error)
    threshold_place = float(place(threshold, log_error))
    return {
        "run_scale": width[run_width],
        "share": share,
        "share_lower": lower,
        "share_upper": upper,
        "share_line": share_line,
        "mean_error": mean_error,
        "error_line": error_line,
        "run_place": run_place,
        "width_place": width_place,
        "bars_x": interval_line(run_place, run_place),
        "share_bars": interval_line(lower, upper),
        "error_place": place(mean_error, log_error),
        "error_line_place": place(error_line, log_error),
        "band_x": np.concatenate([width_place, width_place[::-1]]),
        "band_y": np.where(np.isnan(band), axis["low"], band),
        "threshold_x": width_place[[0, -1]],
        "threshold_line": np.full(2, threshold_place),
        "threshold_end": width_place[-1:],
        "threshold_at": np.array([threshold_place]),
        "threshold_note": ["good enough"],
        "error_ticks": np.asarray(axis["places"], dtype=float),
        "error_labels": axis["labels"],
        "error_low": float(axis["low"]),
        "error_high": float(axis["high"]),
        "run_number": np.arange(len(share), dtype=float),
        "selected": np.flatnonzero(np.arange(len(share)) == controls["selection"]).astype(float),
        "pictures": _pictures(constants, threshold, int(controls["selection"]), run_width),
        **_readouts(constants, width, share_line, error_line, n),
    }


def _mean_by_width(values: Floats, run_width: Any, widths: int) -> Floats:
    runs = np.bincount(run_width, minlength=widths)
    return np.bincount(run_width, weights=values, minlength=widths) / runs


def _pictures(
    constants: Mapping[str, Any], threshold: float, selection: int, run_width: Any
) -> dict[str, Any]:
    passed = np.asarray(constants["image_error"], dtype=float) < threshold
    return {
        "passed": passed.tolist(),
        "selected": int(run_width[selection]) if selection >= 0 else -1,
    }


def _readouts(
    constants: Mapping[str, Any], width: Floats, share: Floats, error: Floats, n: float
) -> dict[str, Any]:
    noise, ramp = float(constants["null_95"]), float(len(width) - 1)
    half = share >= 0.5
    return {
        "breakthroughness_share": float(breakthroughness(share, resolution=0.5 / n)),
        "breakthroughness_error": float(breakthroughness(-error)),
        "null_95": noise,
        "ramp": ramp,
        "uneven_from": max(2 * ramp, noise),
        "half_width": float(width[np.argmax(half)]) if half.any() else float("nan"),
        "smallest_share": float(share[0]),
        "largest_share": float(share[-1]),
    }

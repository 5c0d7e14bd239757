"""The points of a fit, checked; and why some are too few to fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .curves import Curve, Extent

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


class FitError(ValueError):
    """A law cannot be fitted to these points; the message says why and what would help."""


@dataclass(frozen=True)
class Points:
    """Scales (variables, series or 1, n) and values (series, n), with what is known of noise.

    `items` are the items behind a share, `sigma` known standard errors; (series, n) or None.
    """

    scales: Floats
    y: Floats
    items: Floats | None
    sigma: Floats | None

    def complete(self) -> Iterator[tuple[Rows, Points]]:
        """Series with as many points together, points with a nan left out."""
        whole = ~np.isnan(self.y) & ~np.isnan(self.scales).any(axis=0)
        counts = whole.sum(axis=1)
        for count in np.unique(counts):
            rows = np.flatnonzero(counts == count)
            # A stable sort brings the whole points to the front in their order.
            columns = np.argsort(~whole[rows], axis=1, kind="stable")[:, :count]
            every = np.broadcast_to(self.scales, (len(self.scales), *self.y.shape))[:, rows]
            scales = np.take_along_axis(every, columns[None], axis=2)
            if np.all(scales == scales[:, :1]):
                scales = scales[:, :1]
            items, sigma = (
                None if each is None else np.take_along_axis(each[rows], columns, axis=1)
                for each in (self.items, self.sigma)
            )
            y = np.take_along_axis(self.y[rows], columns, axis=1)
            yield rows, Points(scales, y, items, sigma)

    def extent(self) -> Extent:
        """What complete points span."""
        logs = np.sort(np.log(self.scales), axis=-1)
        steps = np.diff(logs, axis=-1)
        with np.errstate(invalid="ignore"):
            steps = np.where(steps > 0, steps, np.nan)
        gap = np.nanmedian(steps, axis=-1)
        low, high = self.y.min(axis=1), self.y.max(axis=1)
        return Extent(
            logs[..., 0], logs[..., -1] - logs[..., 0], gap, low, high, self.items is not None
        )

    def log_scales(self) -> Floats:
        """Of complete points, from the smallest on."""
        logs = np.log(self.scales)
        return logs - logs.min(axis=-1, keepdims=True)

    def thinned(self, most: int) -> Points:
        """At most so many points of each series, evenly along its first scale."""
        order = np.argsort(self.scales[0], axis=1, kind="stable")
        places = np.arange(most) * (self.y.shape[1] - 1) // (most - 1)
        scales = np.take_along_axis(self.scales, order[None, :, places], axis=2)
        own = np.broadcast_to(order[:, places], (len(self.y), most))
        items, sigma = (
            None if each is None else np.take_along_axis(each, own, axis=1)
            for each in (self.items, self.sigma)
        )
        return Points(scales, np.take_along_axis(self.y, own, axis=1), items, sigma)

    def take(self, rows: Rows) -> Points:
        """Some of the series."""
        scales = self.scales if self.scales.shape[1] == 1 else self.scales[:, rows]
        items = None if self.items is None else self.items[rows]
        sigma = None if self.sigma is None else self.sigma[rows]
        return Points(scales, self.y[rows], items, sigma)


def _first(wrong: NDArray[np.bool_]) -> str:
    at = [int(i) for i in np.argwhere(wrong)[0]]
    return f"{at[0]}" if len(at) == 1 else f"{tuple(at)}"


def read_points(
    law: str,
    scales: Mapping[str, ArrayLike],
    y: ArrayLike,
    n_items: ArrayLike | None,
    sigma: ArrayLike | None,
) -> Points:
    """Check the points of one series (n,) or of many (series, n).

    Raises
    ------
    FitError
        Shapes that differ, a scale that is not above 0, an infinite value, a share outside
        [0, 1] where `n_items` is given, or items or standard errors that are not above 0.
    """
    values = np.asarray(y, dtype=float)
    if values.ndim not in (1, 2):
        raise FitError(f"{law}: y has shape {values.shape}; expected (n,) or (series, n)")
    if np.any(np.isinf(values)):
        raise FitError(
            f"{law}: y[{_first(np.isinf(values))}] is infinite; a fit needs finite values: "
            "put nan in its place to leave it out"
        )
    read = {name: np.asarray(each, dtype=float) for name, each in scales.items()}
    for name, each in read.items():
        if each.shape not in (values.shape, values.shape[-1:]):
            raise FitError(
                f"{law}: {name} has shape {each.shape} and y {values.shape}; expected as many "
                f"scales as values, {values.shape[-1:]}"
            )
        wrong = (each <= 0) | np.isinf(each)
        if np.any(wrong):
            raise FitError(
                f"{law}: {name}[{_first(wrong)}] is {each[wrong][0]:g}; a scale is above 0 and "
                "finite"
            )
    items = _noise(law, "n_items", n_items, values)
    errors = _noise(law, "sigma", sigma, values)
    if items is not None and errors is not None:
        raise FitError(f"{law}: both n_items and sigma are given; give the one that the noise has")
    outside = (values < 0) | (values > 1)
    if items is not None and np.any(outside):
        raise FitError(
            f"{law}: y[{_first(outside)}] is {values[outside][0]:g}; with n_items, y holds "
            "shares in [0, 1]"
        )
    rows = np.atleast_2d(values)
    stacked = np.stack(
        [np.atleast_2d(np.broadcast_to(each, values.shape)) for each in read.values()]
    )
    if values.ndim == 2 and all(each.ndim == 1 for each in read.values()):
        stacked = stacked[:, :1]
    return Points(stacked, rows, items, errors)


def _noise(law: str, name: str, given: ArrayLike | None, y: Floats) -> Floats | None:
    if given is None:
        return None
    read = np.asarray(given, dtype=float)
    try:
        each = np.broadcast_to(read, y.shape)
    except ValueError:
        raise FitError(
            f"{law}: {name} has shape {read.shape}; expected one number or {y.shape}"
        ) from None
    wrong = ~(each > 0) & ~np.isnan(y) | np.isinf(each)
    if np.any(wrong):
        raise FitError(
            f"{law}: {name}[{_first(wrong)}] is {each[wrong][0]:g}; expected above 0 and finite"
        )
    return np.atleast_2d(each)


def refusals(curve: Curve, points: Points, parameters: int) -> list[str]:
    """Why each of some complete series cannot be fitted, in words; empty where it can."""
    series, n = points.y.shape
    needed = parameters + 3
    what = f"{curve.name} has {parameters} free parameter{'' if parameters == 1 else 's'}"
    if n < 2:
        return [
            f"{what} and the series {n} point{'' if n == 1 else 's'}; give at least {needed}"
        ] * series
    distinct = [np.unique(each, axis=1).shape[1] for each in np.swapaxes(points.scales, 0, 1)]
    constant = np.ptp(points.y, axis=1) == 0
    # Noise may carry a share out of [0, 1], but not this far.
    outside = np.abs(np.median(points.y, axis=1) - 0.5) > 1
    reasons = [""] * series
    for row in range(series):
        different = distinct[row if len(distinct) > 1 else 0]
        if constant[row]:
            reasons[row] = (
                f"every value is {points.y[row, 0]:g}: a constant series holds no trend for "
                f"{curve.name} to follow"
            )
        elif curve.proportion and outside[row]:
            reasons[row] = (
                f"{curve.name} lies between 0 and 1, and y goes from {points.y[row].min():g} to "
                f"{points.y[row].max():g}: give it shares"
            )
        elif n < needed:
            reasons[row] = (
                f"{what} and the series {n} points; AICc needs fewer parameters than points less "
                f"2: give at least {needed} points, fix a parameter, or fit a law with fewer"
            )
        elif different < max(parameters, 2):
            reasons[row] = (
                f"{what} and the series {different} distinct scale{'' if different == 1 else 's'}; "
                f"repeats of a scale do not help: give at least {max(parameters, 2)}"
            )
    return reasons

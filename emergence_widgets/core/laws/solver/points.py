"""The points of a fit and how they are fitted, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .likelihoods import Binomial, Floats, HuberOfLogs, Objective, Rows, Squares

Noise = Literal["normal", "known normal", "binomial", "huber"]
Bounds = Mapping[str, tuple[float, float]]

HUBER_DELTA = 1e-3
"""Of Hoffmann et al. 2022 (arXiv:2203.15556), section 3.3."""


class FitError(ValueError):
    """A law cannot be fitted to these points; the message says why and what would help."""


@dataclass(frozen=True)
class Extent:
    """What the points of each series span; arrays of shape (series or 1,)."""

    # These three have a leading axis over the variables of the law.
    reference: Floats  # log of the smallest scale
    span: Floats  # range of the logs
    gap: Floats  # median distance of neighbours
    lowest: Floats
    highest: Floats
    shares: bool

    def take(self, rows: slice) -> Extent:
        """Of some of the series."""
        own = slice(None) if self.span.shape[1] == 1 else rows
        return replace(
            self,
            reference=self.reference[:, own],
            span=self.span[:, own],
            gap=self.gap[:, own],
            lowest=self.lowest[rows],
            highest=self.highest[rows],
        )


@dataclass(frozen=True)
class Points:
    """Scales (variables, series or 1, n) and values (series, n), with what is known of noise."""

    scales: Floats
    y: Floats
    items: Floats | None  # behind a share, (series, n)
    sigma: Floats | None  # known standard errors, (series, n)

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
    """Check the points of one series (n,) or of many (series, n)."""
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


@dataclass(frozen=True)
class Settings:
    """How a fit is made: noise, bounds by name, number of starts, seed."""

    noise: Noise
    bounds: Bounds
    starts: int
    seed: int

    def objective(self, points: Points) -> Objective:
        """What the fit of complete points makes least."""
        if self.noise == "huber":
            return HuberOfLogs(points.y, HUBER_DELTA)
        if points.items is not None:
            return Binomial(points.y, points.items)
        weight = np.ones_like(points.y) if points.sigma is None else points.sigma**-2.0
        return Squares(points.y, weight)


def read_settings(
    law: str, points: Points, loss: str, bounds: Bounds | None, starts: int, seed: int
) -> Settings:
    """Check how a fit is to be made."""
    if loss not in ("likelihood", "huber"):
        raise FitError(f"{law}: loss is {loss!r}; expected 'likelihood' or 'huber'")
    if starts < 1:
        raise FitError(f"{law}: starts is {starts}; expected at least 1")
    noise: Noise = "normal"
    if loss == "huber":
        if points.items is not None or points.sigma is not None:
            raise FitError(
                f"{law}: loss='huber' takes neither n_items nor sigma; "
                "give loss='likelihood' with them"
            )
        if np.any(points.y <= 0):
            raise FitError(
                f"{law}: y goes down to {np.nanmin(points.y):g}; loss='huber' is of logs and "
                "needs y above 0"
            )
        noise = "huber"
    elif points.items is not None:
        noise = "binomial"
    elif points.sigma is not None:
        noise = "known normal"
    return Settings(noise, dict(bounds or {}), starts, seed)

"""The points of a fit and how they are fitted, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Flags, Floats, Ints
from .likelihoods import Binomial, HuberOfLogs, Objective, Squares

Noise = Literal["normal", "known normal", "binomial", "huber"]
Bounds = Mapping[str, tuple[float, float]]

HUBER_DELTA = 1e-3  # Of Hoffmann et al. 2022 (arXiv:2203.15556), section 3.3.


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


@dataclass(frozen=True)
class Points:
    """Scales (variables, series or 1, n), values (series, n), and what is known of their noise."""

    scales: Floats
    y: Floats
    known: Floats  # (series, n): items behind a share, known standard errors, or else ones
    noise: Noise

    def complete(self) -> Iterator[tuple[Ints, Points]]:
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
            y, known = (
                np.take_along_axis(each[rows], columns, axis=1) for each in (self.y, self.known)
            )
            yield rows, Points(scales, y, known, self.noise)

    def extent(self) -> Extent:
        """What complete points span."""
        logs = np.sort(np.log(self.scales), axis=-1)
        steps = np.diff(logs, axis=-1)
        gap = np.nanmedian(np.where(steps > 0, steps, np.nan), axis=-1)
        span, shares = logs[..., -1] - logs[..., 0], self.noise == "binomial"
        return Extent(logs[..., 0], span, gap, self.y.min(axis=1), self.y.max(axis=1), shares)

    def log_scales(self) -> Floats:
        """Of complete points, from the smallest on."""
        logs = np.log(self.scales)
        return logs - logs.min(axis=-1, keepdims=True)

    def objective(self) -> Objective:
        """What the fit of complete points makes least."""
        if self.noise == "huber":
            return HuberOfLogs(self.y, HUBER_DELTA)
        if self.noise == "binomial":
            return Binomial(self.y, self.known)
        return Squares(self.y, self.known**-2.0)

    def thinned(self, most: int) -> Points:
        """At most so many points of each series, evenly along its first scale."""
        order = np.argsort(self.scales[0], axis=1, kind="stable")
        places = np.arange(most) * (self.y.shape[1] - 1) // (most - 1)
        scales = np.take_along_axis(self.scales, order[None, :, places], axis=2)
        own = np.broadcast_to(order[:, places], (len(self.y), most))
        y, known = (np.take_along_axis(each, own, axis=1) for each in (self.y, self.known))
        return Points(scales, y, known, self.noise)

    def take(self, rows: Ints) -> Points:
        """Some of the series."""
        scales = self.scales if self.scales.shape[1] == 1 else self.scales[:, rows]
        return Points(scales, self.y[rows], self.known[rows], self.noise)


@dataclass(frozen=True)
class Settings:
    """How a fit is made: bounds by name, number of starts, seed."""

    bounds: Bounds
    starts: int
    seed: int


def _first(wrong: Flags) -> str:
    at = [int(i) for i in np.argwhere(wrong)[0]]
    return f"{at[0]}" if len(at) == 1 else f"{tuple(at)}"


def _refuse(name: str, values: Floats, wrong: Flags, words: str) -> None:
    if np.any(wrong):
        raise FitError(f"{name}[{_first(wrong)}] is {values[wrong][0]:g}; {words}")


def read_points(
    law: str,
    scales: Mapping[str, ArrayLike],
    y: ArrayLike,
    n_items: ArrayLike | None,
    sigma: ArrayLike | None,
    loss: str = "likelihood",
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
        _refuse(f"{law}: {name}", each, wrong, "a scale is above 0 and finite")
    known, noise = _noise(law, n_items, sigma, values)
    if noise == "binomial":
        outside = (values < 0) | (values > 1)
        _refuse(f"{law}: y", values, outside, "with n_items, y holds shares in [0, 1]")
    if loss not in ("likelihood", "huber"):
        raise FitError(f"{law}: loss is {loss!r}; expected 'likelihood' or 'huber'")
    if loss == "huber" and noise != "normal":
        raise FitError(
            f"{law}: loss='huber' takes neither n_items nor sigma; give loss='likelihood' with them"
        )
    if loss == "huber" and np.any(values <= 0):
        raise FitError(
            f"{law}: y goes down to {np.nanmin(values):g}; loss='huber' is of logs and "
            "needs y above 0"
        )
    every = [np.atleast_2d(each) for each in np.broadcast_arrays(*read.values())]
    y, known = np.atleast_2d(values), np.atleast_2d(known)
    return Points(np.stack(every), y, known, "huber" if loss == "huber" else noise)


def _noise(
    law: str, n_items: ArrayLike | None, sigma: ArrayLike | None, y: Floats
) -> tuple[Floats, Noise]:
    """Items or standard errors of every point, whichever are given, and the noise they say."""
    if n_items is not None and sigma is not None:
        raise FitError(f"{law}: both n_items and sigma are given; give the one that the noise has")
    if n_items is None and sigma is None:
        return np.ones_like(y), "normal"
    name = "sigma" if n_items is None else "n_items"
    read = np.asarray(sigma if n_items is None else n_items, dtype=float)
    try:
        each = np.broadcast_to(read, y.shape)
    except ValueError:
        raise FitError(
            f"{law}: {name} has shape {read.shape}; expected one number or {y.shape}"
        ) from None
    wrong = ~(each > 0) & ~np.isnan(y) | np.isinf(each)
    _refuse(f"{law}: {name}", each, wrong, "expected above 0 and finite")
    return each, "known normal" if n_items is None else "binomial"

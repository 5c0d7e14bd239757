"""What a fit makes least: squares, the binomial deviance, or a robust loss of the logs.

Every objective gives its value, and by the curve's values its score (the downhill slope), its
curvature, and the positive weight that damps a step. Arrays have shape (series, n).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from ...arrays import Floats, Ints

SURE = 1e-12  # A predicted share is held this far from 0 and 1.
SMALLEST = 1e-140  # A curve whose log is taken is held above this; its square is still a float.


@dataclass(frozen=True)
class Objective(ABC):
    """An objective of many series; `unit` is the value below which its slope is small enough."""

    unit: ClassVar[float] = float(np.finfo(float).tiny)
    y: Floats

    @abstractmethod
    def value(self, mean: Floats) -> Floats:
        """What is made least, (series,)."""

    @abstractmethod
    def slopes(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        """Downhill slope, curvature and damping by the curve's values, (series, n)."""

    def weights(self) -> Floats:
        """Weights of least squares nearby, for starts; (series, n)."""
        return self.slopes(self.y)[1]

    @abstractmethod
    def negligible(self) -> Floats:
        """Values below this are rounding, (series,)."""

    def take(self, rows: Ints) -> Self:
        """Some of the series."""
        values: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(self, **{name: v[rows] for name, v in values.items() if np.ndim(v)})


@dataclass(frozen=True)
class Squares(Objective):
    """Half the sum of ``weight * (y - mean)**2``."""

    weight: Floats

    def value(self, mean: Floats) -> Floats:
        """What is made least, (series,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return 0.5 * np.sum(self.weight * (self.y - mean) ** 2, axis=-1)

    def slopes(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        """Downhill slope, curvature and damping by the curve's values, (series, n)."""
        return self.weight * (self.y - mean), self.weight, self.weight

    def negligible(self) -> Floats:
        """Values below this are rounding."""
        size = np.max(np.abs(self.y), axis=-1) * np.finfo(float).eps
        return 0.5 * size**2 * np.sum(self.weight, axis=-1)


@dataclass(frozen=True)
class Binomial(Objective):
    """Half the deviance of shares `y` of `items` items; the curve is held within [0, 1]."""

    unit: ClassVar[float] = 1.0
    items: Floats

    def value(self, mean: Floats) -> Floats:
        """What is made least, (series,)."""
        share = np.clip(mean, SURE, 1 - SURE)
        at_best = xlogy(self.y, self.y) + xlog1py(1 - self.y, -self.y)
        here = xlogy(self.y, share) + xlog1py(1 - self.y, -share)
        return np.sum(self.items * (at_best - here), axis=-1)

    def slopes(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        """Downhill slope, curvature and damping by the curve's values, (series, n)."""
        share = np.clip(mean, SURE, 1 - SURE)
        weight = self.items / (share * (1 - share))
        # A curve that has left [0, 1] where every item is right, or wrong, has no reason to move.
        settled = ((mean <= SURE) & (self.y <= SURE)) | ((mean >= 1 - SURE) & (self.y >= 1 - SURE))
        weight = np.where(settled, 0.0, weight)
        return weight * (self.y - share), weight, weight

    def weights(self) -> Floats:
        """Weights of least squares nearby, for starts; (series, n)."""
        return self.slopes((self.y * self.items + 1) / (self.items + 2))[1]

    def negligible(self) -> Floats:
        """Values below this are rounding, (series,)."""
        return np.sum(self.items, axis=-1) * np.finfo(float).eps

    def constant(self) -> Floats:
        """What the log-likelihood of a curve through every point is."""
        right = self.y * self.items
        wrong = self.items - right
        ways = gammaln(self.items + 1) - gammaln(right + 1) - gammaln(wrong + 1)
        return np.sum(ways + xlogy(right, self.y) + xlog1py(wrong, -self.y), axis=-1)


@dataclass(frozen=True)
class HuberOfLogs(Objective):
    """Sum of Huber losses of ``log y - log mean``, quadratic within `delta`."""

    delta: float

    def residuals(self, mean: Floats) -> Floats:
        """Logs of the values over the curve."""
        return np.log(self.y) - np.log(np.maximum(mean, SMALLEST))

    def value(self, mean: Floats) -> Floats:
        """What is made least, (series,)."""
        size = np.abs(self.residuals(mean))
        near = np.minimum(size, self.delta)
        return np.sum(near * (size - near / 2), axis=-1)

    def slopes(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        """Downhill slope, curvature and damping by the curve's values, (series, n)."""
        above = np.maximum(mean, SMALLEST)
        residual = self.residuals(mean)
        size = np.abs(residual)
        near = (size <= self.delta).astype(float)
        damping = self.delta / np.maximum(size, self.delta)
        return damping * residual / above, near / above**2, damping / above**2

    def negligible(self) -> Floats:
        """Values below this are rounding, (series,)."""
        return np.full(len(self.y), 0.5 * self.y.shape[-1] * np.finfo(float).eps ** 2)

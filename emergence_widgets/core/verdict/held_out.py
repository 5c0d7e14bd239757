"""What the smaller models say of a larger one: a power law with a floor, carried on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from ..arrays import Floats
from .breaks import Curve

FLATTEST, STEEPEST = 0.02, 1.5
CELLS = 48
ZOOMS = 8


def extrapolate(
    decades: Floats, loss: Floats, stderr: Floats, target: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Lower, middle and upper forecast by all power laws with a floor that fit well enough."""
    # The laws are `E + A * x**-a` with E and A at least 0 and a in [0.02, 1.5]; the middle is the
    # best fit's, and the range is of the curve itself (profile likelihood), without the noise of a
    # new measurement. Where the laws fit worse than the standard errors say, these are taken to be
    # that much larger.
    weight = 1 / np.maximum(stderr, 1e-9) ** 2
    freedom = max(len(decades) - 3, 1)
    low, high = 0.0, max(float(loss.max()), 0.0)
    flattest, steepest = FLATTEST, STEEPEST
    best, middle, likely = np.inf, high, np.array([high])
    # A grid coarser than the range would make the forecast surer than it is: zoom in on it.
    for _ in range(ZOOMS):
        ends = np.linspace(low, high, CELLS)
        exponents = np.geomspace(flattest, steepest, CELLS)
        deviance = _deviance(
            ends, exponents, decades - decades[0], loss, weight, target - decades[0]
        )
        at, _ = np.unravel_index(np.argmin(deviance), deviance.shape)
        if deviance.min() <= best:
            best, middle = float(deviance.min()), float(ends[at])
        limit = float(chi2.ppf(confidence, 1)) * max(1.0, best / freedom)
        inside = deviance - best <= limit
        likely = np.append(ends[inside.any(axis=1)], middle)
        step = ends[1] - ends[0]
        low, high = max(float(likely.min() - step), 0.0), float(likely.max() + step)
        near = exponents[inside.any(axis=0)] if inside.any() else exponents
        ratio = exponents[1] / exponents[0]
        flattest = max(float(near[0]) / ratio, FLATTEST)
        steepest = min(float(near[-1]) * ratio, STEEPEST)
    return float(likely.min()), middle, float(likely.max())


def _deviance(
    ends: Floats, exponents: Floats, decades: Floats, loss: Floats, weight: Floats, target: float
) -> Floats:
    """Misfit of the best law through each forecast with each exponent."""
    # Given both, A is a quadratic's minimum between 0 and where E is 0.
    power, ahead = 10 ** (-exponents[:, np.newaxis] * decades), 10 ** (-exponents * target)
    rest = loss - ends[:, np.newaxis]
    shape = power - ahead[:, np.newaxis]
    cross = np.einsum("fl,al,l->fa", rest, shape, weight)
    square = np.einsum("al,al,l->a", shape, shape, weight)
    factor = np.clip(cross / square, 0.0, ends[:, np.newaxis] / ahead)
    left = rest[:, np.newaxis, :] - factor[..., np.newaxis] * shape
    return np.einsum("fal,fal,l->fa", left, left, weight)


def forecast(curve: Curve, below: NDArray[np.intp], target: float) -> tuple[float, float, float]:
    """Lower, middle and upper forecast of a curve's loss, in nats, from some of its levels.

    The logarithm of an error may lie below 0, where no power law goes: there the law is the
    error's own.
    """
    decades, loss = curve.levels.decades[below], curve.loss[below]
    errors = np.sqrt(np.diag(curve.covariance))[below]
    if curve.kind != "error":
        return extrapolate(decades, loss, errors, target)
    unit = loss.max()
    value = np.exp(loss - unit)
    ahead = extrapolate(decades, value, value * errors, target)
    low, middle, high = np.log(np.maximum(ahead, np.finfo(float).tiny)) + unit
    return float(low), float(middle), float(high)

"""What the smaller models say of a larger one: a power law with a floor, carried on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from .breaks import Curve
from .evidence import Floats

EXPONENTS = np.geomspace(0.02, 1.5, 40)


def extrapolate(
    decades: Floats, loss: Floats, stderr: Floats, target: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Forecast of a loss by all power laws with a floor that fit the smaller models well enough.

    Parameters
    ----------
    decades, loss, stderr
        Shape (levels,): log10 of the scale, loss in nats and its standard error.
    target
        log10 of the scale to forecast.
    confidence
        Coverage of the range of the curve itself (profile likelihood), without the noise of a
        new measurement.

    Returns
    -------
    lower, middle, upper : float
        Nats; the middle is the best fit's.

    Notes
    -----
    ``E + A * x**-a`` with E and A at least 0, on a grid of exponents a. Where the laws fit worse
    than the standard errors say, these are taken to be that much larger.
    """
    power = 10 ** (-EXPONENTS[:, np.newaxis] * (decades - decades[0]))
    ahead = 10 ** (-EXPONENTS * (target - decades[0]))
    weight = 1 / np.maximum(stderr, 1e-9) ** 2
    # Along the floor E, from none to the lowest loss; A follows by least squares.
    floors = np.linspace(0.0, max(float(loss.min()), 0.0), 60)
    rest = loss - floors[:, np.newaxis]
    factor = np.einsum("fl,al,l->fa", rest, power, weight) / np.einsum(
        "al,al,l->a", power, power, weight
    )
    factor = np.maximum(factor, 0.0)
    misfit = rest[:, np.newaxis, :] - factor[..., np.newaxis] * power
    deviance = (misfit**2 * weight).sum(axis=-1)
    best = np.unravel_index(np.argmin(deviance), deviance.shape)
    freedom = max(len(decades) - 3, 1)
    inflation = max(1.0, float(deviance[best]) / freedom)
    limit = float(chi2.ppf(confidence, 1)) * inflation
    forecasts = floors[:, np.newaxis] + factor * ahead
    likely = forecasts[deviance - deviance[best] <= limit]
    return float(likely.min()), float(forecasts[best]), float(likely.max())


def forecast(curve: Curve, below: NDArray[np.intp], target: float) -> tuple[float, float, float]:
    """Forecast of a curve's loss from some of its levels.

    The logarithm of an error may lie below 0, where no power law goes: there the law is the
    error's own.

    Parameters
    ----------
    curve
        A continuous score as a loss.
    below
        The levels that are known.
    target
        log10 of the scale to forecast.

    Returns
    -------
    lower, middle, upper : float
        Nats.
    """
    decades, loss = curve.levels.decades[below], curve.loss[below]
    errors = np.sqrt(np.diag(curve.covariance))[below]
    if curve.kind != "error":
        return extrapolate(decades, loss, errors, target)
    unit = loss.max()
    value = np.exp(loss - unit)
    told = extrapolate(decades, value, value * errors, target)
    low, middle, high = np.log(np.maximum(told, np.finfo(float).tiny)) + unit
    return float(low), float(middle), float(high)

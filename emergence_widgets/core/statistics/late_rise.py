"""How late a score rises: its largest lag behind steady gains, as a share of its whole rise."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from ..arrays import Floats
from .intervals import check_confidence
from .run_bootstrap import redrawn_runs, runs_that_exist
from .tail import tail_probability

FEWEST_LEVELS = 3
ROUNDING = 1e-12
AT_ONCE = 4096  # Series of which all numbers stay in the processor's cache.
SIGNIFICANT = 0.05
LEAST_FALL = 0.1
"""A fall at the beginning or the end, as a share of the rise, above which T is not told."""
LEAST_LATE = 0.1
"""Small errors make a tiny T significant; below this it is not called late."""
LATE = 0.3
"""A rise that lags by more is called late, by more than `LEAST_LATE` a little late."""


class LateRise(NamedTuple):
    """Late rise T, its interval, and how likely noise alone is to show as much.

    Attributes
    ----------
    value, lower, upper
        T and the ends of its interval; NaN where nothing rises.
    rise
        How far the score rises from the first scale to the last (its non-decreasing fit).
    p_rise
        Probability of as large a rise under a constant curve with the same noise.
    p_late
        Probability of as large a T under steady or shrinking gains with the same noise.
    at
        The scale at which the score lags most.
    level
        Level of both tests.
    """

    value: float
    lower: float
    upper: float
    rise: float
    p_rise: float
    p_late: float
    at: float
    level: float = SIGNIFICANT

    @property
    def rises(self) -> bool:
        """Whether the rise is beyond the noise."""
        return self.p_rise < self.level

    @property
    def late(self) -> bool:
        """Whether it rises, later than steady gains would, and by an amount worth the word."""
        return self.rises and self.p_late < self.level and self.lower > LEAST_LATE


def late_rise(scale: ArrayLike, scores: ArrayLike, *, axis: int = -1) -> Floats:
    """Late rise T: the largest lag behind steady gains, as a share of the whole rise.

    Let z be the non-decreasing least-squares fit of the scores over log10 of the scale, R its
    rise from the first level to the last, and M the least concave curve that lies nowhere below
    z: gains that are steady or shrink. Then ``T = max(M - z) / R``. A straight ramp, a curve that
    saturates and a power law (oriented) have T = 0; a step after a flat stretch has the share of
    the range that the stretch takes. T tells the shape over the scales that were tested, and
    depends on where they begin.

    Parameters
    ----------
    scale
        Shape (n,), above 0, any order; scores of equal scales are averaged.
    scores
        Any shape with n along `axis`; higher is better. NaN: not measured.
    axis
        Axis of `scores` along which the scale runs.

    Returns
    -------
    numpy.ndarray
        From 0 to below 1, the shape of `scores` without `axis`; NaN where nothing rises or
        fewer than three levels were measured.

    Raises
    ------
    ValueError
        A scale that is not above 0 and finite, or whose length is not that of `axis`.

    Notes
    -----
    Our own measure, not a published one. Unlike breakthroughness it is unchanged by the number
    of models on one curve (nearly), by a flat tail, and by any affine map of scores or log scale.

    Examples
    --------
    >>> import numpy as np
    >>> sizes = np.array([1e6, 1e7, 1e8, 1e9, 1e10])
    >>> late_rise(sizes, [[0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 0.0, 0.0, 1.0, 1.0]]).round(3).tolist()
    [0.0, 0.667]
    """
    levels, means = level_means(scale, scores, axis=axis)
    place = np.log10(levels)
    flat = means.reshape(-1, len(levels))
    late = np.full(len(flat), np.nan)
    measured = np.isfinite(flat)
    # Telling patterns apart costs more than all the rest where there is but one.
    patterns = measured[:1] if measured.all() else np.unique(measured, axis=0)
    for pattern in patterns:
        rows = (measured == pattern).all(axis=1)
        if pattern.sum() >= FEWEST_LEVELS:
            late[rows], _ = late_and_rise(place[pattern], flat[rows][:, pattern])
    return late.reshape(means.shape[:-1])


def late_rise_interval(
    scale: ArrayLike,
    item_scores: ArrayLike,
    *,
    of_run: Callable[[Floats], Floats] | None = None,
    draws: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> LateRise:
    """Late rise T with a bootstrap interval over items and over the runs of each scale.

    Parameters
    ----------
    scale
        Shape (n,), above 0.
    item_scores
        Shape (n, runs, items), higher is better; every model was asked the same items. A run
        that is NaN throughout does not exist, so that scales may have unlike numbers of runs.
    of_run
        From the mean of a run's items to its score, such as a power; by default the mean itself.
    draws, seed
        Number of replicates, and the seed of their choice.
    confidence
        Coverage of the interval, in (0, 1).

    Returns
    -------
    LateRise
        See `late_rise_of_replicates`. The interval is the pivot interval (twice the value less
        the quantiles of the replicates), cut to [0, 1]; on a straight line it covers too seldom,
        and `p_late` says more.

    Raises
    ------
    ValueError
        Scores of another shape, a run that was asked some of the items only, or a scale without
        runs.

    Examples
    --------
    >>> import numpy as np
    >>> right = np.arange(100) < np.array([0, 0, 50, 100])[:, None, None]
    >>> round(late_rise_interval([1, 10, 100, 1000], right.astype(float)).value, 3)
    0.333
    """
    check_confidence(confidence)
    scores, exists = runs_that_exist(item_scores)
    alone = np.where(exists, scores.mean(axis=2), np.nan)
    again = redrawn_runs(scores, exists, draws=draws, seed=seed)
    if of_run is not None:
        alone, again = of_run(alone), of_run(again)
    means, replicates = np.nanmean(alone, axis=-1), np.nanmean(again, axis=-1)
    return late_rise_of_replicates(scale, means, replicates, confidence=confidence)


def late_rise_of_replicates(
    scale: ArrayLike, scores: ArrayLike, replicates: ArrayLike, *, confidence: float = 0.95
) -> LateRise:
    """Late rise T of measured scores, judged by scores drawn again with the same noise.

    Parameters
    ----------
    scale
        Shape (n,), above 0.
    scores
        Shape (n,), higher is better.
    replicates
        Shape (draws, n): the scores as other tests and other runs might have given them.
    confidence
        Coverage of the interval, in (0, 1).

    Returns
    -------
    LateRise
        Probabilities count the measured scores as one of the draws; far beyond all draws the tail
        of these is carried on.

    Examples
    --------
    >>> import numpy as np
    >>> noise = 0.05 * np.random.default_rng(0).standard_normal((500, 5))
    >>> scores = np.array([0.0, 0.0, 0.0, 0.5, 1.0])
    >>> found = late_rise_of_replicates([1, 10, 100, 1e3, 1e4], scores, scores + noise)
    >>> round(found.value, 2), found.late
    (0.5, True)
    """
    check_confidence(confidence)
    levels, means = level_means(scale, scores)
    _, drawn = level_means(scale, replicates)
    kept = np.isfinite(means)
    place, means, drawn = np.log10(levels[kept]), means[kept], drawn[:, kept]
    if len(means) < FEWEST_LEVELS:
        return LateRise(*[np.nan] * 7)
    value, rise = (float(one) for one in late_and_rise(place, means))
    noise = drawn - means
    _, constant = late_and_rise(place, noise)
    p_rise = tail_probability(rise, constant)
    if np.isnan(value):
        return LateRise(value, value, value, rise, p_rise, value, value)
    steady, _ = late_and_rise(place, noise + steady_fit(place, means))
    again, _ = late_and_rise(place, drawn)
    tails = np.quantile(np.nan_to_num(again), [(1 + confidence) / 2, (1 - confidence) / 2])
    lower, upper = np.clip(2 * value - tails, 0.0, 1.0)
    p_late = tail_probability(value, steady)
    fit = non_decreasing(means)
    at = float(levels[kept][np.argmax(steady_gains(place, fit) - fit)])
    return LateRise(value, float(lower), float(upper), rise, p_rise, p_late, at)


class Lag(NamedTuple):
    """Late rise T of one series, and the curves between which it is read off."""

    late: float
    scale: Floats  # distinct, ascending
    fit: Floats  # the non-decreasing fit of the scores
    steady: Floats  # steady gains: the least concave curve above the fit


def lag(scale: ArrayLike, scores: ArrayLike) -> Lag:
    """Late rise T of a series of shape (n,) with its curves, which are empty where T is NaN."""
    levels, means = level_means(scale, scores)
    kept = np.isfinite(means)
    levels, means = levels[kept], means[kept]
    place = np.log10(levels)
    late = np.nan
    if len(levels) >= FEWEST_LEVELS:
        late = float(late_and_rise(place, means)[0])
    if np.isnan(late):
        return Lag(np.nan, *np.zeros((3, 0)))
    fit = non_decreasing(means)
    return Lag(late, levels, fit, steady_gains(place, fit))


def steady_fit(place: Floats, values: Floats, weights: Floats | None = None) -> Floats:
    """Least-squares concave, non-decreasing fit along the last axis: steady or shrinking gains."""
    # A constant and ramps that end at a level span these curves, with ramps that only rise.
    weight = np.ones(len(place)) if weights is None else weights
    ramps = np.minimum(place[:, None], place[None, 1:]) - place[0]
    share, root = weight / weight.sum(), np.sqrt(weight)[:, None]
    centred = (ramps - share @ ramps) * root
    length = np.linalg.norm(centred, axis=0)
    fits = np.empty_like(values)
    for at in np.ndindex(values.shape[:-1]):
        mean = share @ values[at]
        heights, _ = nnls(centred / length, (values[at] - mean) * root[:, 0])
        curve = ramps @ (heights / length)
        fits[at] = mean + curve - share @ curve
    return fits


def level_means(scale: ArrayLike, scores: ArrayLike, *, axis: int = -1) -> tuple[Floats, Floats]:
    """Distinct scales, ascending, and the mean score at each along the last axis; NaN left out."""
    sizes = np.asarray(scale, dtype=float)
    values = np.moveaxis(np.asarray(scores, dtype=float), axis, -1)
    if sizes.ndim != 1 or values.shape[-1] != len(sizes):
        raise ValueError(
            f"scale has the shape {sizes.shape}; expected ({values.shape[-1]},), one number for "
            f"each score along axis {axis}"
        )
    wrong = sizes[~(np.isfinite(sizes) & (sizes > 0))]
    if len(wrong):
        raise ValueError(f"scale holds {wrong[0]:g}; expected numbers above 0")
    levels, level = np.unique(sizes, return_inverse=True)
    known = np.isfinite(values)
    at = (level[:, None] == np.arange(len(levels))).astype(float)
    with np.errstate(invalid="ignore"):
        return levels, np.where(known, values, 0.0) @ at / (known.astype(float) @ at)


def non_decreasing(values: Floats, weights: Floats | None = None) -> Floats:
    """Least-squares non-decreasing fit along the last axis (isotonic regression)."""
    n = values.shape[-1]
    weight = np.ones(n) if weights is None else weights
    if values.size > n * n and weight.ndim == 1:
        return _of_many(values.reshape(-1, n), weight).reshape(values.shape)
    # Robertson, Wright and Dykstra 1988, theorem 1.4.4: max over starts of min over ends of means.
    weight = np.broadcast_to(weight, values.shape)
    total = np.zeros((*values.shape[:-1], n + 1))
    mass = np.zeros_like(total)
    np.cumsum(weight * values, axis=-1, out=total[..., 1:])
    np.cumsum(weight, axis=-1, out=mass[..., 1:])
    fit = np.full(values.shape, -np.inf)
    for start in range(n):
        ends = slice(start + 1, n + 1)
        means = (total[..., ends] - total[..., start, None]) / (
            mass[..., ends] - mass[..., start, None]
        )
        least = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]
        np.maximum(fit[..., start:], least, out=fit[..., start:])
    return fit


def _of_many(values: Floats, weight: Floats) -> Floats:
    """The same of many short series, (series, n), with one weight a level: each step is of all."""
    fit = np.empty_like(values)
    mass = np.concatenate([[0.0], np.cumsum(weight)])
    for begin in range(0, len(values), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        total = np.zeros((len(mass), len(values[part])))
        for level, of_level in enumerate(values[part].T):
            np.multiply(of_level, weight[level], out=total[level + 1])
            total[level + 1] += total[level]
        fits = np.full((len(weight), total.shape[1]), -np.inf)
        for start in range(len(weight)):
            least = np.full(total.shape[1], np.inf)
            for end in range(len(weight), start, -1):
                mean = (total[end] - total[start]) / (mass[end] - mass[start])
                np.minimum(least, mean, out=least)
                np.maximum(fits[end - 1], least, out=fits[end - 1])
        fit[part] = fits.T
    return fit


def steady_gains(place: Floats, fit: Floats) -> Floats:
    """Least concave majorant of points along the last axis: the curve that no lag is under."""
    # Its slopes are the non-increasing fit of the points' slopes, weighted by the gaps (Robertson,
    # Wright and Dykstra 1988, theorem 1.2.1).
    gaps = np.diff(place)
    slopes = -non_decreasing(-np.diff(fit, axis=-1) / gaps, gaps)
    rises = np.concatenate(
        [np.zeros_like(fit[..., :1]), np.cumsum(slopes * gaps, axis=-1)], axis=-1
    )
    return np.maximum(fit[..., :1] + rises, fit)


def late_and_rise(place: Floats, values: Floats) -> tuple[Floats, Floats]:
    """T and the rise of series along the last axis, over their log10 scales; NaN without a rise."""
    fit = non_decreasing(values)
    rise = fit[..., -1] - fit[..., 0]
    # What is left of a constant series after rounding is no rise.
    least = ROUNDING * np.maximum(np.abs(fit[..., -1]), np.abs(fit[..., 0]))
    with np.errstate(invalid="ignore", divide="ignore"):
        late = (steady_gains(place, fit) - fit).max(axis=-1) / rise
    late = np.where(late < ROUNDING, 0.0, np.minimum(late, 1.0))
    return np.where(rise > least, late, np.nan), rise

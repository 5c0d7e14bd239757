"""How much of a score's rise a smooth loss explains: X, with an interval."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from .intervals import check_confidence
from .late_rise import non_decreasing, steady_fit
from .run_bootstrap import redrawn_runs, runs_that_exist

ENOUGH = 0.8
"""Explained in at least this share, the rise is the metric's; below it, the loss's."""
HALF = 0.5
WORTH_SPEAKING_OF, TWICE = 0.02, 2.0
"""The link of two parameters misfits where a monotone curve through the runs leaves less than
half as much, and what it leaves is more than this share of the rise."""
ROUNDS = 60
LEAST_SLOPE = 1e-3
LEAST_LOSS = 1e-6
"""Losses of fewer nats count as this, for their logarithm."""


class ExplainedByLoss(NamedTuple):
    """Explained by the loss X, its interval, and the score that a smooth loss predicts.

    Attributes
    ----------
    value, lower, upper
        X and the ends of its interval; NaN where the score does not rise.
    predicted
        Shape (n,): the score that a smooth loss predicts at each scale.
    start, end
        Indices of the scales between which half of the rise lies.
    """

    value: float
    lower: float
    upper: float
    predicted: Floats
    start: int
    end: int

    @property
    def cause(self) -> Literal["metric", "loss", "untested", "unclear"]:
        """What made the rise, as far as the interval tells.

        ``untested`` where the rise ends at the last scale: a loss that breaks there and one
        that falls on beyond look alike.
        """
        if self.lower > ENOUGH:
            return "metric"
        if np.isnan(self.lower):
            return "unclear"
        if self.end == len(self.predicted) - 1:
            return "untested"
        return "loss" if self.upper < ENOUGH else "unclear"


def explained_by_loss(
    scale: ArrayLike,
    loss: ArrayLike,
    scores: ArrayLike,
    *,
    chance: float = 0.0,
    best: float = 1.0,
    draws: int = 300,
    seed: int = 0,
    confidence: float = 0.95,
) -> ExplainedByLoss:
    """Explained by the loss X: the share of a score's rise that a smooth loss predicts.

    Let l be the least-squares convex, non-increasing fit of the mean loss over log10 of the
    scale (no break allowed), and g a monotone link from loss to score, fitted on all runs. Over
    the narrowest stretch of scale, a to b, that holds half of the rise of the score y,
    ``X = (g(l(b)) - g(l(a))) / (y(b) - y(a))``. X near 1: the loss is smooth there and the metric
    made the rise. X well below 1: the loss itself breaks.

    Parameters
    ----------
    scale
        Shape (n,), above 0, ascending.
    loss
        Shape (n, runs, items), or (n, runs), or (n,); nats, lower is better. A run that is NaN
        throughout does not exist. Items may be weighted, such as by their tokens, so that their
        mean is the loss.
    scores
        The same shape, higher is better: the same answers under the score that rises.
    chance, best
        Ends of the score: of guessing, and of answers that are all right.
    draws, seed
        Replicates over items and runs, and the seed of their choice.
    confidence
        Coverage of the interval, in (0, 1).

    Returns
    -------
    ExplainedByLoss
        With a pivot interval (twice the value less the quantiles of the replicates) over what
        is known of items and runs; NaN ends where there is one number a scale.

    Raises
    ------
    ValueError
        Losses and scores of other shapes, runs with some of the items only, a scale without
        runs, or scales that do not ascend.

    Notes
    -----
    Our own measure, not a published one. The link is ``exp(-exp(a + b log loss))`` of the way
    from chance to best, or a non-increasing curve through the runs where that misfits. The loss
    is teacher-forced: where small models fail the format of the answer it is smooth while their
    outputs jump, and X is near 1 with no metric to blame. A loss that breaks below the stretch is
    not seen either: late rise T of the loss tells of it.

    Examples
    --------
    >>> import numpy as np
    >>> scale = 10.0 ** np.arange(3, 11)
    >>> loss = np.repeat(2 * (scale / 1e3) ** -0.3, 50).reshape(8, 1, 50)
    >>> found = explained_by_loss(scale, loss, np.exp(-10 * loss))
    >>> round(found.value, 1), found.cause
    (1.0, 'metric')
    """
    check_confidence(confidence)
    losses, exists = runs_that_exist(_as_items(loss), "loss")
    rising_scores, scored = runs_that_exist(_as_items(scores), "scores")
    if losses.shape != rising_scores.shape or not np.array_equal(exists, scored):
        raise ValueError(
            f"loss has the shape {np.shape(loss)} and scores {np.shape(scores)}; expected the same "
            "runs and items in both"
        )
    sizes = np.asarray(scale, dtype=float)
    if sizes.shape != losses.shape[:1] or not (np.diff(sizes, prepend=0.0) > 0).all():
        raise ValueError(
            f"scale is {sizes.tolist()}; expected {len(losses)} ascending numbers above 0"
        )
    place = np.log10(sizes)
    both = np.stack([losses, (rising_scores - chance) / (best - chance)])
    measured = np.where(exists, both.mean(axis=-1), np.nan)[:, np.newaxis]
    rising = non_decreasing(np.nanmean(measured[1, 0], axis=-1))
    rise = float(rising[-1] - rising[0])
    if not rise > 1e-12:
        nothing = np.full(len(sizes), np.nan)
        return ExplainedByLoss(np.nan, np.nan, np.nan, nothing, 0, len(sizes) - 1)
    start, end = steepest_stretch(place, rising)
    smooth, rough = (_predicted(place, *measured, curve=curve) for curve in (False, True))
    curve = smooth[1][0] > max(TWICE * rough[1][0], WORTH_SPEAKING_OF * rise)

    def explained(predicted: Floats, runs: Floats) -> Floats:
        means = np.nanmean(runs, axis=-1)
        return (predicted[:, end] - predicted[:, start]) / (means[:, end] - means[:, start])

    predicted = (rough if curve else smooth)[0]
    value = float(explained(predicted, measured[1])[0])
    if losses.shape[1:] == (1, 1):
        whole = chance + (best - chance) * predicted[0]
        return ExplainedByLoss(value, np.nan, np.nan, whole, start, end)
    drawn = redrawn_runs(both, exists, draws=draws, seed=seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = explained(_predicted(place, *drawn, curve=curve)[0], drawn[1])
    # Replicates in which the score does not rise between the two scales say nothing.
    told = again[np.isfinite(again)]
    lower = upper = float("nan")
    if len(told):
        tails = np.quantile(told, [(1 + confidence) / 2, (1 - confidence) / 2])
        lower, upper = (float(end) for end in 2 * value - tails)
    return ExplainedByLoss(value, lower, upper, chance + (best - chance) * predicted[0], start, end)


def _as_items(values: ArrayLike) -> Floats:
    """Scores of one item where none are given, of one run where there are no runs either."""
    array = np.asarray(values, dtype=float)
    return array.reshape(*array.shape, *[1] * (3 - array.ndim)) if array.ndim in (1, 2) else array


def steepest_stretch(place: Floats, rising: Floats) -> tuple[int, int]:
    """The narrowest stretch that holds half of the rise of a non-decreasing curve; then tallest."""
    height = rising - rising[:, np.newaxis]
    width = place - place[:, np.newaxis]
    enough = height >= HALF * (rising[-1] - rising[0]) * (1 - 1e-9)
    width = np.where(enough & (width > 0), width, np.inf)
    narrowest = width <= width.min() * (1 + 1e-9)
    tallest = np.where(narrowest, height, -np.inf)
    # Of equal ones the first, whatever the rounding.
    first = np.argmax(tallest >= tallest.max() - 1e-9 * (rising[-1] - rising[0]))
    start, end = np.unravel_index(first, height.shape)
    return int(start), int(end)


def _predicted(
    place: Floats, losses: Floats, scores: Floats, *, curve: bool
) -> tuple[Floats, Floats]:
    """What a smooth loss predicts, (k, n), and the link's root mean squared error, (k,).

    Losses and scores of runs, (k, n, runs), NaN where there is no run.
    """
    runs = np.isfinite(losses[0])
    smooth = -steady_fit(place, -np.nanmean(losses, axis=-1), runs.sum(axis=1).astype(float))
    wanted = np.log(np.maximum(smooth, LEAST_LOSS))
    log_loss = np.log(np.maximum(losses[:, runs], LEAST_LOSS))
    link = _curve_through if curve else _log_log
    return link(log_loss, scores[:, runs], wanted)


def _log_log(log_loss: Floats, share: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Least squares of ``exp(-exp(a + b x))``, b above 0, in each row, by damped Newton steps."""
    # Starts from a straight line through the doubly logarithmic shares.
    height = np.log(-np.log(np.clip(share, 0.01, 0.99)))
    middle = log_loss.mean(axis=1, keepdims=True)
    x = log_loss - middle
    b: Floats = np.maximum((x * height).sum(axis=1) / np.maximum((x * x).sum(axis=1), 1e-12), 0.05)
    a: Floats = height.mean(axis=1)

    def fit(a: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
        odds = np.exp(np.clip(a[:, np.newaxis] + b[:, np.newaxis] * x, -40, 40))
        value = np.exp(-odds)
        left = share - value
        return -odds * value, left, (left**2).sum(axis=1)

    slope, left, cost = fit(a, b)
    damping = np.full(len(a), 1e-3)
    for _ in range(ROUNDS):
        weight = slope**2
        one, cross, two = weight.sum(axis=1), (weight * x).sum(axis=1), (weight * x**2).sum(axis=1)
        one, two = (part * (1 + damping) + 1e-12 for part in (one, two))
        down, along = (slope * left).sum(axis=1), (slope * left * x).sum(axis=1)
        size = one * two - cross**2
        tried_a: Floats = a + (two * down - cross * along) / size
        tried_b: Floats = np.maximum(b + (one * along - cross * down) / size, LEAST_SLOPE)
        tried = fit(tried_a, tried_b)
        better = tried[2] <= cost
        gained = (cost - tried[2])[better]
        a, b = np.where(better, tried_a, a), np.where(better, tried_b, b)
        rows = better[:, np.newaxis]
        slope, left = np.where(rows, tried[0], slope), np.where(rows, tried[1], left)
        cost = np.where(better, tried[2], cost)
        damping = np.where(better, damping / 3, damping * 4)
        if better.all() and (gained <= 1e-12 * cost + 1e-18).all():
            break
    odds = np.exp(np.clip(a[:, np.newaxis] + b[:, np.newaxis] * (wanted - middle), -40, 40))
    return np.exp(-odds), np.sqrt(cost / x.shape[1])


def _curve_through(log_loss: Floats, share: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Least-squares non-increasing curve of each row, straight between the runs."""
    order = np.argsort(log_loss, axis=1, kind="stable")
    x, y = (np.take_along_axis(part, order, axis=1) for part in (log_loss, share))
    fit = -non_decreasing(-y)
    found = np.empty_like(wanted)
    for row in range(len(wanted)):
        found[row] = np.interp(wanted[row], x[row], fit[row])
    return found, np.sqrt(((fit - y) ** 2).mean(axis=1))

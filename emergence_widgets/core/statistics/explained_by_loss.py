"""How much of a score's rise a smooth loss explains, and how much a break of the loss adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, Ints
from .intervals import check_confidence
from .late_rise import LEAST_FALL, non_decreasing, steady_fit
from .run_bootstrap import redrawn_runs, runs_that_exist
from .tail import tail_probability

ENOUGH = 0.8
"""Explained in at least this share, and without a break, the rise is the metric's."""
MOST_UNSEEN, HARDLY_ANY = 0.2, 0.1
"""A break that could add more than the first of the rise is not excluded; where it adds less than
the second, X need not be certain."""
SIGNIFICANT, LEAST_BREAK = 0.05, 0.05
"""A break of the loss is told where its p-value is below the one, and where it adds more than
the other of the whole rise."""
HALF = 0.5
WORTH_SPEAKING_OF, TWICE = 0.02, 2.0
"""The link of two parameters misfits where a monotone curve through the runs leaves less than
half as much, and what it leaves is more than this share of the rise."""
ROUNDS = 60
LEAST_SLOPE = 1e-3
LEAST_LOSS = 1e-6
"""Losses of fewer nats count as this, for their logarithm."""
Link = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]
"""From log losses and scores of runs, and log losses, (k, …), to scores there and the misfit."""


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
    broken, broken_lower, broken_upper
        How much a break of the loss adds, as a share of the whole rise, and the ends of its
        interval.
    p_broken
        Probability of as much under a smooth loss with the same noise; NaN without replicates.
    broken_start, broken_end
        Indices of the scales between which it adds most.
    dip
        How far the loss rises above its first value, or its last above the least, as a share of
        its range.
    p_dip
        Probability of as much under a smooth loss with the same noise; NaN without replicates.
    level
        Level of the tests.
    """

    value: float
    lower: float
    upper: float
    predicted: Floats
    start: int
    end: int
    broken: float = float("nan")
    broken_lower: float = float("nan")
    broken_upper: float = float("nan")
    p_broken: float = float("nan")
    broken_start: int = 0
    broken_end: int = 0
    dip: float = 0.0
    p_dip: float = float("nan")
    level: float = SIGNIFICANT

    @property
    def worsens(self) -> bool:
        """Whether the loss is worse than at the start, or than before the end: no smooth course."""
        return self.dip > LEAST_FALL and self.p_dip < self.level

    @property
    def breaks(self) -> bool:
        """Whether the loss breaks beyond its noise, and by an amount worth the word."""
        return self.p_broken < self.level and self.broken_lower > LEAST_BREAK

    @property
    def cause(self) -> Literal["metric", "loss", "untested", "unclear"]:
        """What made the rise, as far as the data tell.

        ``untested`` where the rise or the break ends at the last scale: a loss that breaks there
        and one that falls on beyond look alike.
        """
        last = int(np.flatnonzero(np.isfinite(self.predicted))[-1:].sum())
        if self.breaks and self.worsens:
            return "unclear"
        if self.breaks:
            return "untested" if self.broken_end == last else "loss"
        certain = self.lower > ENOUGH and self.broken_upper < MOST_UNSEEN
        smooth = self.value > ENOUGH and self.upper >= 1 and self.broken_upper < HARDLY_ANY
        if certain or smooth:
            return "metric"
        if np.isnan(self.lower):
            return "unclear"
        return "untested" if self.end == last else "unclear"


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

    Beside X: how much of the whole rise a break of the loss adds. Let l be the least-squares
    convex, non-increasing fit of the mean loss over log10 of the scale (no break allowed), and g a
    monotone link from loss to score, fitted on all runs. Over the narrowest stretch of scale, a to
    b, that holds half of the rise of the score y, ``X = (g(l(b)) - g(l(a))) / (y(b) - y(a))``. X
    near 1: the loss is smooth there and the metric made the rise.

    X looks at half of the rise; a break may lie elsewhere. So the score that the loss itself
    gives, g(loss), is held against the one that a smooth loss gives, g(l): the most by which the
    first gains on the second from one scale to a later one, as a share of the whole rise, is what
    a break of the loss adds.

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
        is known of items and runs; NaN ends where there is one number a scale. The p-value of a
        break is from smooth losses with the same noise, with the measured one among them.

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
    outputs jump, and X is near 1 with no metric to blame.

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
    both = np.stack([losses, (rising_scores - chance) / (best - chance)])
    measured = np.where(exists, both.mean(axis=-1), np.nan)
    drawn = None
    if losses.shape[1:] != (1, 1):
        drawn = redrawn_runs(both, exists, draws=draws, seed=seed)
    found = explained_by_runs(np.log10(sizes), measured, drawn, confidence=confidence)
    return found._replace(predicted=chance + (best - chance) * found.predicted)


def explained_by_runs(
    place: Floats, measured: Floats, drawn: Floats | None, *, confidence: float = 0.95
) -> ExplainedByLoss:
    """X and the break of runs' losses and scores (0 to 1), and of the same drawn again.

    Shapes (2, scales, runs) and (2, draws, scales, runs); NaN where there is no run. `place` is
    log10 of the scale.
    """
    runs = measured[:, np.newaxis]
    weights = np.isfinite(measured[0]).sum(axis=1)
    rising = non_decreasing(np.nanmean(measured[1], axis=-1))
    rise = float(rising[-1] - rising[0])
    if not rise > 1e-12:
        nothing = np.full(len(place), np.nan)
        return ExplainedByLoss(np.nan, np.nan, np.nan, nothing, 0, len(place) - 1)
    start, end = steepest_stretch(place, rising)
    losses = np.nanmean(runs[0], axis=-1)
    smooth = _smooth(place, losses, weights)
    by_law, through = (_told(link, runs, smooth) for link in (_log_log, _curve_through))
    curve = by_law[1][0] > max(TWICE * through[1][0], WORTH_SPEAKING_OF * rise)
    link = _curve_through if curve else _log_log
    predicted = (through if curve else by_law)[0]

    def explained(predicted: Floats, scores: Floats) -> Floats:
        means = np.nanmean(scores, axis=-1)
        return (predicted[:, end] - predicted[:, start]) / (means[:, end] - means[:, start])

    def gains_of_a_break(losses: Floats, smooth: Floats) -> Floats:
        wanted = np.concatenate([losses, smooth], axis=-1).reshape(1, -1)
        told = _told(link, runs, wanted)[0].reshape(len(losses), -1)
        return (told[:, : len(place)] - told[:, len(place) :]) / rise

    value = float(explained(predicted, runs[1])[0])
    gains = gains_of_a_break(losses, smooth)[0]
    span = max(float(np.ptp(losses)), LEAST_LOSS)
    dip = float(_worse(losses)[0]) / span
    to = int(np.argmax(gains - np.minimum.accumulate(gains)))
    since = int(np.argmin(gains[: to + 1]))
    broken = float(gains[to] - gains[since])
    found = ExplainedByLoss(
        value, np.nan, np.nan, predicted[0], start, end, broken,
        broken_start=since, broken_end=to, dip=dip,
    )  # fmt: skip
    if drawn is None:
        return found
    losses_drawn = np.nanmean(drawn[0], axis=-1)
    smooth_drawn = _smooth(place, losses_drawn, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = explained(_told(link, drawn, smooth_drawn)[0], drawn[1])
    unbroken = smooth + losses_drawn - losses
    by_noise = _most_gained(gains_of_a_break(unbroken, _smooth(place, unbroken, weights)))
    of_draws = _most_gained(gains_of_a_break(losses_drawn, smooth_drawn))
    dips = _worse(unbroken) / span
    # Replicates in which the score does not rise between the two scales say nothing.
    lower, upper = _pivot_interval(value, again[np.isfinite(again)], confidence)
    broken_lower, broken_upper = _pivot_interval(broken, of_draws, confidence)
    return found._replace(
        lower=lower, upper=upper, broken_lower=broken_lower, broken_upper=broken_upper,
        p_broken=tail_probability(broken, by_noise), p_dip=tail_probability(dip, dips),
    )  # fmt: skip


def _pivot_interval(value: float, drawn: Floats, confidence: float) -> tuple[float, float]:
    if not len(drawn):
        return float("nan"), float("nan")
    tails = np.quantile(drawn, [(1 + confidence) / 2, (1 - confidence) / 2])
    return float(2 * value - tails[0]), float(2 * value - tails[1])


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


def _smooth(place: Floats, losses: Floats, runs: Ints) -> Floats:
    """Convex, non-increasing fits of mean losses, (k, n), weighted by the runs of each scale."""
    return -steady_fit(place, -losses, runs.astype(float))


def _told(link: Link, runs: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Scores at losses (k, m), by the link of runs (2, k, n, runs), and the link's misfit, (k,)."""
    exist = np.isfinite(runs[0, 0])
    return link(_log(runs[0][:, exist]), runs[1][:, exist], _log(wanted))


def _worse(losses: Floats) -> Floats:
    return np.maximum(losses.max(axis=-1) - losses[:, 0], losses[:, -1] - losses.min(axis=-1))


def _most_gained(gains: Floats) -> Floats:
    return (gains - np.minimum.accumulate(gains, axis=-1)).max(axis=-1)


def _log(loss: Floats) -> Floats:
    return np.log(np.maximum(loss, LEAST_LOSS))


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

"""What a test of n items can show: intervals, resolution, resampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, ndtri, stdtrit

from ..arrays import Floats, Ints, broadcast, refuse, refuse_no_share

NORMAL_95 = 1.959963984540054
"""Nineteen in twenty draws of a normal distribution lie within so many standard deviations."""
ROUNDING = 1e-12  # A count of items above a whole number by this share of it is that number.
MOST_WEIGHTS = 4_000_000  # Resampling weights held in memory at once.


def check_confidence(confidence: float) -> None:
    """Refuse a coverage that is none."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it lies between 0 and 1, such as 0.95")


def check_counts(name: str, count: Floats, n: Floats) -> None:
    """Refuse counts outside [0, n]; the error names the first."""
    refuse(f"{name} is {{}} of {{}}; expected 0 to n", count, (count < 0) | (count > n), n)


def wilson_interval(
    successes: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson's score interval of a proportion.

    Parameters
    ----------
    successes
        Number of successes, in [0, n], any shape; need not be whole.
    n
        Number of items, broadcast against `successes`.
    confidence
        Coverage, in (0, 1).

    Returns
    -------
    lower, upper : numpy.ndarray
        In [0, 1]; exactly 0 at no success and 1 at no failure. (0, 1) where n is 0.

    Raises
    ------
    ValueError
        `successes` outside [0, n], or `confidence` outside (0, 1).

    References
    ----------
    Wilson 1927; agrees with ``scipy.stats.binomtest(...).proportion_ci(method="wilson")``.

    Examples
    --------
    >>> lower, upper = wilson_interval(0, 10)
    >>> float(lower), round(float(upper), 4)
    (0.0, 0.2775)
    """
    check_confidence(confidence)
    k, total = broadcast(successes, n)
    check_counts("successes", k, total)
    z = ndtri(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / total
        centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    lower = np.where(k == 0, 0.0, np.maximum(centre - half, 0.0))
    upper = np.where(k == total, 1.0, np.minimum(centre + half, 1.0))
    return lower, upper


def mean_interval(
    mean: ArrayLike, stderr: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Student's t interval of means of n items with their standard errors; NaN below 2 items."""
    check_confidence(confidence)
    centre, spread, items = broadcast(mean, stderr, n)
    freedom = np.where(items >= 2, items - 1, np.nan)
    half = np.asarray(stdtrit(freedom, 0.5 + confidence / 2), dtype=float) * spread
    return centre - half, centre + half


def items_needed(rate: ArrayLike, *, confidence: float = 0.95) -> Floats:
    """Fewest items that show at least one success with the given chance.

    ``ceil(ln(1 - confidence) / ln(1 - rate))``.

    Parameters
    ----------
    rate
        Chance of success on one item, in [0, 1], any shape.
    confidence
        Chance of seeing a success, in (0, 1).

    Returns
    -------
    numpy.ndarray
        Whole numbers as floats; infinite at rate 0, 1 at rate 1.

    Raises
    ------
    ValueError
        `rate` outside [0, 1], or `confidence` outside (0, 1).

    References
    ----------
    Follows from the resolution argument of Schaeffer et al. 2023 (arXiv:2304.15004), App. A.

    Examples
    --------
    >>> items_needed([0.5**3, 0.5**5, 0.5**10]).astype(int).tolist()
    [23, 95, 3067]
    """
    check_confidence(confidence)
    rate = np.asarray(rate, dtype=float)
    refuse_no_share("rate holds", rate)
    with np.errstate(divide="ignore", over="ignore"):
        items = np.ceil(np.log1p(-confidence) / np.log1p(-rate) * (1 - ROUNDING))
    return np.where(rate == 0, np.inf, np.maximum(items, 1.0))


def smallest_visible_rate(n_items: ArrayLike, *, confidence: float = 0.95) -> Floats:
    """Smallest success rate that n items show with this chance: inverse of `items_needed`."""
    check_confidence(confidence)
    n = np.asarray(n_items, dtype=float)
    refuse("n_items holds {}; a test has at least 1 item", n, n < 1)
    return -np.expm1(np.log1p(-confidence) / n)


def all_right_probability(right: ArrayLike, n: ArrayLike, k: ArrayLike) -> Floats:
    """Chance that k items drawn without replacement are all right: ``C(right, k) / C(n, k)``."""
    # The unbiased estimate of "K of K right" (Schaeffer et al. 2023, section 5) from n items; NaN
    # where there are fewer than k.
    right, n, k = broadcast(right, n, k)
    check_counts("right", right, n)
    refuse("k holds {}; expected at least 1", k, k < 1)
    possible = (right >= k) & (n >= k)
    r, m, d = (np.where(possible, part, 1.0) for part in (right, n, k))
    log = gammaln(r + 1) - gammaln(r - d + 1) - gammaln(m + 1) + gammaln(m - d + 1)
    undefined = ~(n >= k) | np.isnan(right)
    return np.where(undefined, np.nan, np.where(possible, np.minimum(np.exp(log), 1.0), 0.0))


def bootstrap_scores(item_scores: ArrayLike, *, draws: int = 1000, seed: int = 0) -> Floats:
    """Means over items resampled with replacement, shape (draws, ...), of scores (..., items)."""
    # All leading axes (models, metrics) see the same items, so that differences keep their pairing.
    scores = np.asarray(item_scores, dtype=float)
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise ValueError("item_scores has no items to resample")
    if draws < 1:
        raise ValueError(f"draws is {draws}; expected at least 1")
    items: int = scores.shape[-1]
    rng = np.random.default_rng(seed)
    flat = scores.reshape(-1, items)
    replicates = np.empty((draws, len(flat)))
    batch = max(MOST_WEIGHTS // items, 1)
    for start in range(0, draws, batch):
        stop = min(start + batch, draws)
        # How often each item is drawn, as many draws as items: faster than the same multinomial.
        many: int = stop - start
        drawn: Ints = rng.integers(items, size=(many, items))
        cells = drawn + items * np.arange(many)[:, np.newaxis]
        times = np.bincount(cells.ravel(), minlength=many * items).reshape(many, items)
        replicates[start:stop] = times / items @ flat.T
    return replicates.reshape(draws, *scores.shape[:-1])

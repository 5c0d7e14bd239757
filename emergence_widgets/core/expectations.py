"""Expected scores under the mirage model: what a metric shows when per-token success is given.

The model (Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 2): each of the
`length` tokens of an answer is right with probability `p`, independently. Items may differ:
the `p` of an item is then Beta-distributed with mean `p` and concentration ``a + b``
(our extension; infinite concentration is the paper's model).

All functions broadcast their arguments and take any leading axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import comb

Floats = NDArray[np.float64]

QUADRATURE_PANELS = 48


def token_success(loss: ArrayLike) -> Floats:
    """Per-token success ``exp(-loss)`` (Schaeffer et al. 2023, section 2).

    Parameters
    ----------
    loss
        Per-token cross-entropy in nats, at least 0, any shape.

    Returns
    -------
    numpy.ndarray
        Probability, the shape of `loss`.

    Examples
    --------
    >>> float(token_success(0.0))
    1.0
    """
    return np.exp(-np.asarray(loss, dtype=float))


def expected_at_least_right(
    p: ArrayLike,
    length: int,
    right: int,
    *,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Chance that at least `right` of `length` tokens are right.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    length
        Tokens in an answer, at least 1.
    right
        Tokens that must be right; 0 or less is certain.
    concentration
        Beta concentration of the items' `p`, above 0; infinite means all items alike.
    failure
        ``1 - p`` where the caller knows it more exactly (`p` near 1).

    Returns
    -------
    numpy.ndarray
        Probability. A binomial tail, or a beta-binomial tail for finite concentration.

    Raises
    ------
    ValueError
        `length` below 1, or `concentration` not above 0.

    Examples
    --------
    >>> float(expected_at_least_right(0.5, 3, 2))
    0.5
    >>> float(expected_at_least_right(0.5, 3, 3, concentration=1.0))
    0.3125
    """
    if length < 1:
        raise ValueError(f"length is {length}; an answer has at least 1 token")
    kappa = np.asarray(concentration, dtype=float)
    if not np.all(kappa > 0):
        raise ValueError(f"concentration is {concentration}; it must be above 0 (inf: no spread)")
    p = np.asarray(p, dtype=float)
    eps = 1 - p if failure is None else np.asarray(failure, dtype=float)
    p, eps, kappa = np.broadcast_arrays(p, eps, kappa)
    if right <= 0:
        return np.where(np.isnan(p), np.nan, 1.0)
    alike = np.isinf(kappa)
    finite = np.where(alike, 1.0, kappa)
    total = np.zeros(p.shape)
    for wrong in range(length - right + 1):
        spread = np.full(p.shape, comb(length, wrong))
        for i in range(length - wrong):
            spread = spread * ((finite * p + i) / (finite + i))
        for j in range(wrong):
            spread = spread * ((finite * eps + j) / (finite + length - wrong + j))
        same = comb(length, wrong) * p ** (length - wrong) * eps**wrong
        total = total + np.where(alike, same, spread)
    return np.minimum(total, 1.0)


def expected_exact_match(p: ArrayLike, length: int, *, concentration: ArrayLike = np.inf) -> Floats:
    """Chance that all `length` tokens are right: ``p**length`` when all items are alike.

    With Beta-distributed items of mean `p` and concentration ``k``, ``a = k p``:
    ``prod_{i<length} (a + i) / (k + i)``.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    length
        Tokens in an answer, at least 1.
    concentration
        Beta concentration of the items' `p`, above 0; infinite means all items alike.

    Returns
    -------
    numpy.ndarray
        Expected exact match (Schaeffer et al. 2023, section 2, for infinite concentration).

    Examples
    --------
    >>> float(expected_exact_match(0.5, 3))
    0.125
    """
    return expected_at_least_right(p, length, length, concentration=concentration)


def expected_token_edit_distance(p: ArrayLike, length: int) -> Floats:
    """Tokens to fix: ``length * (1 - p)``, whatever the spread of the items.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    length
        Tokens in an answer.

    Returns
    -------
    numpy.ndarray
        Expected token edit distance, in tokens (Schaeffer et al. 2023, section 2).

    Examples
    --------
    >>> float(expected_token_edit_distance(0.75, 8))
    2.0
    """
    return length * (1 - np.asarray(p, dtype=float))


def expected_edit_similarity(p: ArrayLike) -> Floats:
    """Normalised edit similarity ``1 - distance / length``: `p` itself.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.

    Returns
    -------
    numpy.ndarray
        A copy of `p` as float.

    Examples
    --------
    >>> float(expected_edit_similarity(0.75))
    0.75
    """
    return np.array(p, dtype=float)


def expected_brier_score(
    p: ArrayLike,
    options: int,
    *,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Brier score of a question with `options` answers (our closed form).

    The right option's mass is ``q = p + (1 - p)/K`` and the wrong ones share the rest,
    so the score is ``K/(K-1) (1-q)**2``: ``1 - 1/K`` at p = 0, 0 at p = 1.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    options
        Number of options K, at least 2.
    concentration
        Beta concentration of the items' `p`, above 0; infinite means all items alike.
    failure
        ``1 - p`` where the caller knows it more exactly.

    Returns
    -------
    numpy.ndarray
        Expected sum over options of squared differences from the truth; lower is better.

    Examples
    --------
    >>> float(expected_brier_score(0.0, 4))
    0.75
    """
    eps = 1 - np.asarray(p, dtype=float) if failure is None else np.asarray(failure, dtype=float)
    return (options - 1) / options * failure_moment(eps, 2, concentration)


def failure_moment(failure: ArrayLike, power: int, concentration: ArrayLike = np.inf) -> Floats:
    """Mean of ``(1 - p_item)**power`` over items.

    Parameters
    ----------
    failure
        Mean of ``1 - p_item``, any shape.
    power
        A whole number, at least 1.
    concentration
        Beta concentration of the items' `p`, above 0.

    Returns
    -------
    numpy.ndarray
        The moment; ``failure**power`` at infinite concentration.

    Examples
    --------
    >>> float(failure_moment(0.5, 2, 1.0))
    0.375
    """
    eps, kappa = np.broadcast_arrays(
        np.asarray(failure, dtype=float), np.asarray(concentration, dtype=float)
    )
    finite = np.where(np.isinf(kappa), 1.0, kappa)
    spread = np.ones(eps.shape)
    for i in range(power):
        spread = spread * ((finite * eps + i) / (finite + i))
    return np.where(np.isinf(kappa), eps**power, spread)


def expected_multiple_choice_grade(
    p: ArrayLike,
    options: int,
    *,
    decision_noise: ArrayLike = 1.0,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Chance that the right one of `options` answers gets the most mass (our closed form).

    An item is decided by the largest of the options' log-masses plus Gumbel noise of scale
    ``tau = decision_noise``: ``r**(1/tau) / (r**(1/tau) + K - 1)`` with
    ``r = (K - 1) q / (1 - q)`` and ``q = p + (1 - p)/K``. It is ``1/K`` at p = 0, `q` at
    tau = 1, and a step as tau goes to 0. Finite concentration is integrated over the items'
    Beta distribution in the logit of `p`.

    Parameters
    ----------
    p
        Mean per-token success, in [0, 1], any shape.
    options
        Number of options K, at least 2.
    decision_noise
        Gumbel scale tau, in (0, 1].
    concentration
        Beta concentration of the items' `p`, above 0; infinite means all items alike.
    failure
        ``1 - p`` where the caller knows it more exactly.

    Returns
    -------
    numpy.ndarray
        Expected grade.

    Examples
    --------
    >>> float(expected_multiple_choice_grade(0.0, 4))
    0.25
    >>> float(expected_multiple_choice_grade(0.5, 2, decision_noise=1.0))
    0.75
    """
    p = np.asarray(p, dtype=float)
    eps = 1 - p if failure is None else np.asarray(failure, dtype=float)
    p, eps, tau, kappa = np.broadcast_arrays(
        p, eps, np.asarray(decision_noise, dtype=float), np.asarray(concentration, dtype=float)
    )
    with np.errstate(divide="ignore"):
        alike = _grade_from_odds(p / eps, options, tau)
    # At tau = 1 the grade is linear in p, so the spread of items leaves its mean unchanged.
    spread = np.isfinite(kappa) & (tau < 1) & (p > 0) & (eps > 0)
    if not np.any(spread):
        return alike
    grade = np.array(alike)
    grade[spread] = _grade_over_items(p[spread], eps[spread], options, tau[spread], kappa[spread])
    return grade


def _grade_from_odds(odds: Floats, options: int, tau: Floats) -> Floats:
    return 1 / (1 + (options - 1) * np.exp(-np.log1p(options * odds) / tau))


def _softplus(x: Floats) -> Floats:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _grade_over_items(p: Floats, eps: Floats, options: int, tau: Floats, kappa: Floats) -> Floats:
    """Mean grade over Beta items.

    The grade is split into the straight line from ``1/K`` at p = 0 to 1 at p = 1, whose
    mean is exact, and a rest that vanishes at both ends. Dividing the rest by ``p (1 - p)``
    raises both Beta parameters by one, which leaves no long tail in ``s = logit(p)``, so
    that the trapezoidal rule at ``s = mode + width * sinh(t)`` converges fast. Weights are
    normalised by their own sum.
    """
    a, b = kappa * p + 1, kappa * eps + 1
    mode = np.log(a) - np.log(b)
    width = np.sqrt(1 / a + 1 / b)
    reach = np.arcsinh(40 / np.minimum(np.minimum(a, b) * width, 1.0))
    peak = a * _softplus(-mode) + b * _softplus(mode)
    weights, total = np.zeros(p.shape), np.zeros(p.shape)
    for node in range(QUADRATURE_PANELS + 1):
        t = reach * (2 * node / QUADRATURE_PANELS - 1)
        s = mode + width * np.sinh(t)
        above, below = _softplus(s), _softplus(-s)
        weight = np.exp(peak - a * below - b * above) * np.cosh(t)
        grade = 1 / (1 + (options - 1) * np.exp(-_softplus(s + np.log(options)) / tau))
        line = np.exp(-below) + np.exp(-above) / options
        weights = weights + weight
        total = total + weight * (grade - line) * np.exp(above + below)
    mean = p + eps / options + p * eps * kappa / (kappa + 1) * total / weights
    return np.clip(mean, 1 / options, 1.0)

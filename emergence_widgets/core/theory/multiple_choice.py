"""Expected scores of multiple choice when per-token success is given (our closed forms).

Of K options the right one has the mass ``q = p + (1 - p)/K``, a guess where nothing is known; the
wrong ones share the rest. The `p` of an item may be Beta-distributed, with concentration ``a + b``.
All functions broadcast their arguments and take any leading axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, broadcast

QUADRATURE_PANELS = 72
MOST_AT_ONCE = 2**16  # Numbers that a step of the quadrature works on, which bounds its memory.


def check_concentration(concentration: ArrayLike) -> Floats:
    """Concentration as an array; a `ValueError` where one is not above 0."""
    kappa = np.asarray(concentration, dtype=float)
    if not np.all(kappa > 0):
        raise ValueError(f"concentration is {concentration}; it must be above 0 (inf: no spread)")
    return kappa


def failure_moment(failure: ArrayLike, power: int, concentration: ArrayLike = np.inf) -> Floats:
    """Mean of ``(1 - p_item)**power`` over items, of which `failure` is the first moment."""
    eps, kappa = broadcast(failure, check_concentration(concentration))
    finite = np.where(np.isinf(kappa), 1.0, kappa)
    spread = np.ones(eps.shape)
    for i in range(power):
        spread = spread * ((finite * eps + i) / (finite + i))
    return np.where(np.isinf(kappa), eps**power, spread)


def _check_options(options: int) -> None:
    if options < 2:
        raise ValueError(f"options is {options}; a choice has at least 2 options")


def expected_brier_score(
    p: ArrayLike,
    options: int,
    *,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Brier score, ``K/(K-1) (1-q)**2``: ``1 - 1/K`` at p = 0, 0 at p = 1."""
    # `failure` is `1 - p` where the caller knows it more exactly.
    _check_options(options)
    eps = 1 - np.asarray(p, dtype=float) if failure is None else np.asarray(failure, dtype=float)
    return (options - 1) / options * failure_moment(eps, 2, concentration)


def expected_multiple_choice_grade(
    p: ArrayLike,
    options: int,
    *,
    decision_noise: ArrayLike = 1.0,
    concentration: ArrayLike = np.inf,
    failure: ArrayLike | None = None,
) -> Floats:
    """Chance that the right one of `options` answers gets the most mass."""
    # An item is decided by the largest of the options' log-masses plus Gumbel noise of scale `tau =
    # decision_noise`: `r**(1/tau) / (r**(1/tau) + K - 1)` with `r = (K - 1) q / (1 - q)`. It is
    # `1/K` at p = 0, `q` at tau = 1, and a step as tau goes to 0. Finite concentration is
    # integrated over the items' Beta distribution in the logit of `p`, within 2e-6 for K up to 20
    # and tau from 0.05 (within 1e-9 for K up to 4). `failure` is `1 - p` where the caller knows it
    # more exactly.
    _check_options(options)
    tau = np.asarray(decision_noise, dtype=float)
    if not np.all((tau > 0) & (tau <= 1)):
        raise ValueError(f"decision_noise is {decision_noise}; expected above 0 and at most 1")
    p, kappa = np.asarray(p, dtype=float), check_concentration(concentration)
    p, eps, tau, kappa = broadcast(p, 1 - p if failure is None else failure, tau, kappa)
    with np.errstate(divide="ignore", over="ignore"):
        alike = 1 / (1 + (options - 1) * np.exp(-np.log1p(options * (p / eps)) / tau))
    # At tau = 1 the grade is linear in p, so the spread of items leaves its mean unchanged.
    spread = np.isfinite(kappa) & (tau < 1) & (p > 0) & (eps > 0)
    if not np.any(spread):
        return alike
    grade = np.array(alike)
    grade[spread] = _grade_over_items(p[spread], eps[spread], options, tau[spread], kappa[spread])
    return grade


def _softplus(x: Floats) -> Floats:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _grade_over_items(p: Floats, eps: Floats, options: int, tau: Floats, kappa: Floats) -> Floats:
    """Mean grade over Beta items; all arrays have shape (n,)."""
    # The grade is split into the straight line from `1/K` at p = 0 to 1 at p = 1, whose mean is
    # exact, and a rest that vanishes at both ends. Dividing the rest by `p (1 - p)` raises both
    # Beta parameters by one, which leaves no long tail in `s = logit(p)`, so that the trapezoidal
    # rule at `s = mode + width * sinh(t)` converges fast. Weights are normalised by their own sum.
    a, b = kappa * p + 1, kappa * eps + 1
    mode = np.log(a) - np.log(b)
    width = np.sqrt(1 / a + 1 / b)
    # Beyond this reach weights are below exp(-20); fewer would leave the panels too wide.
    reach = np.arcsinh(20 / np.minimum(np.minimum(a, b) * width, 1.0))
    peak = a * _softplus(-mode) + b * _softplus(mode)
    weights, total = np.zeros(p.shape), np.zeros(p.shape)
    nodes = np.arange(QUADRATURE_PANELS + 1)[:, None]
    many = max(1, MOST_AT_ONCE // len(p))
    for first in range(0, len(nodes), many):
        stretch = np.exp(reach * (2 * nodes[first : first + many] / QUADRATURE_PANELS - 1))
        s = mode + width * (stretch - 1 / stretch) / 2
        near = np.exp(-np.abs(s))
        bend = np.log1p(near)
        log_failure, log_success = np.maximum(s, 0) + bend, np.maximum(-s, 0) + bend
        weight = np.exp(peak - a * log_success - b * log_failure) * (stretch + 1 / stretch)
        success = np.where(s < 0, near, 1.0) / (1 + near)
        failure = np.where(s < 0, 1.0, near) / (1 + near)
        lift = np.where(s < 0, np.log1p(options * near), s + np.log(options + near))
        grade = 1 / (1 + (options - 1) * np.exp(-lift / tau))
        line = success + failure / options
        weights += np.sum(weight, axis=0)
        total += np.sum(weight * (grade - line) / (success * failure), axis=0)
    mean = p + eps / options + p * eps * kappa / (kappa + 1) * total / weights
    return np.clip(mean, 1 / options, 1.0)

"""Sharp skills that sum to a smooth loss: the converse of the mirage.

Michaud, Liu, Girit and Tegmark 2023, "The quantization model of neural scaling"
(arXiv:2303.13506): skills ("quanta") are learnt one by one, each all at once, the most frequent
first, and skill k is needed in proportion to ``k ** -(1 + a)``. Tasks of several skills are after
Arora and Goyal 2023 (arXiv:2307.15936); the closed forms for them are ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats

SUMMED = 10
"""Terms that are added one by one, before Euler and Maclaurin's formula takes the rest."""
CORRECTIONS = (1 / 12, -1 / 720, 1 / 30_240, -1 / 1_209_600)
"""Bernoulli number 2j over (2j)!, for j = 1, 2, 3, 4."""
ROUNDING = 1e-9
"""A model is given a skill that only the rounding of its size would cost it."""


def zipf_tail(skills: ArrayLike, exponent: float) -> Floats:
    """Sum over k > `skills` of ``k ** -(1 + exponent)``: how often unlearnt skills are needed.

    Parameters
    ----------
    skills
        Number of skills that are learnt, from 0, of any shape; may be infinite.
    exponent
        a, above 0.

    Returns
    -------
    numpy.ndarray
        The Hurwitz zeta function at ``1 + exponent`` and ``skills + 1``.

    Raises
    ------
    ValueError
        An exponent up to 0, for which the sum is infinite.

    Notes
    -----
    Ten terms, then the formula of Euler and Maclaurin with four corrections: relative errors below
    1e-12 for exponents up to 1. For many skills the sum is ``skills ** -a / a``: a power law.

    Examples
    --------
    >>> round(float(zipf_tail(0, 1.0)), 6)  # 1 + 1/4 + 1/9 + ... = pi ** 2 / 6
    1.644934
    >>> round(float(zipf_tail(1e6, 0.5) * 1e6**0.5 * 0.5), 6)
    1.0
    """
    if not exponent > 0:
        raise ValueError(f"exponent is {exponent}; the frequencies sum only for one above 0")
    power, first = 1 + exponent, np.asarray(skills, dtype=float) + 1
    total = np.zeros(first.shape)
    for k in range(SUMMED):
        total = total + (first + k) ** -power
    rest = first + SUMMED
    total = total + rest**-exponent / exponent + rest**-power / 2
    rising = power
    for j, correction in enumerate(CORRECTIONS):
        total = total + correction * rising * rest ** -(power + 2 * j + 1)
        rising *= (power + 2 * j + 1) * (power + 2 * j + 2)
    return total


def skills_learnt(scale: ArrayLike, skill_size: float) -> Floats:
    """Whole skills that models of these sizes have learnt, where each takes `skill_size`."""
    with np.errstate(over="ignore"):
        return np.floor(np.asarray(scale, dtype=float) / skill_size * (1 + ROUNDING))


def skills_loss(
    skills: ArrayLike, exponent: float, *, cost: float = 1.0, floor: float = 0.0
) -> Floats:
    """Loss of models that have learnt the first `skills` skills.

    Parameters
    ----------
    skills
        Number of skills that are learnt, of any shape.
    exponent
        a: skill k is needed in proportion to ``k ** -(1 + a)``.
    cost
        Nats lost for skill 1 while it is not learnt; for skill k its ``k ** -(1 + a)``-fold.
    floor
        Loss that no skill removes.

    Returns
    -------
    numpy.ndarray
        ``floor + cost * zipf_tail(skills, exponent)``: for many skills a power law.

    Examples
    --------
    >>> skills_loss([0, 1], 1.0).round(4).tolist()
    [1.6449, 0.6449]
    """
    return floor + cost * zipf_tail(skills, exponent)


def tasks_solved(skills: ArrayLike, exponent: float, needed: int) -> Floats:
    """Share of tasks solved by a model that has learnt the first `skills` skills.

    Parameters
    ----------
    skills
        Number of skills that are learnt, of any shape.
    exponent
        a: skill k is needed in proportion to ``k ** -(1 + a)``.
    needed
        Skills that every task needs, drawn independently, as often as they are needed.

    Returns
    -------
    numpy.ndarray
        ``(share of the needs that are skills learnt) ** needed``. A single task is solved or not;
        this is the average over many.

    Examples
    --------
    >>> tasks_solved([0, 1, 1e12], 1.0, 2).round(4).tolist()  # (6 / pi ** 2) ** 2 at one skill
    [0.0, 0.3696, 1.0]
    """
    share = 1 - zipf_tail(skills, exponent) / zipf_tail(0, exponent)
    return np.maximum(share, 0) ** needed


def hardest_skill(exponent: float, needed: int) -> float:
    """Rank of the hardest skill of a middling task: half of all tasks need none beyond it.

    Parameters
    ----------
    exponent
        a: skill k is needed in proportion to ``k ** -(1 + a)``.
    needed
        Skills that a task needs.

    Returns
    -------
    float
        The smallest n at which `tasks_solved` is at least one half. The task is solved by every
        model that has learnt n skills, and by none that has learnt fewer.

    Examples
    --------
    >>> hardest_skill(1.0, 1), hardest_skill(1.0, 3)
    (1.0, 3.0)
    """
    most = -np.expm1(-np.log(2) / needed) * float(zipf_tail(0, exponent))
    # The sum over k > n lies between the integrals from n + 1 and from n.
    rank = float(np.ceil((exponent * most) ** (-1 / exponent)))
    below = max(rank - 1, 1.0)
    return below if float(zipf_tail(below, exponent)) <= most else rank

"""The mirage model of Schaeffer, Miranda and Koyejo 2023, section 2, written out."""

import math

import numpy as np
from scipy import stats

LINES = (
    "loss",
    "token_success",
    "exact_match",
    "token_edit_distance",
    "edit_similarity",
    "multiple_choice_grade",
    "brier_score",
)
MEASURED = (
    "token_success",
    "exact_match",
    "token_edit_distance",
    "multiple_choice_grade",
    "brier_score",
)


def expected(scale, state):
    """Every line at the sizes `scale`, for items that are all alike or Beta-distributed."""
    length, k, tau = state["length"], state["options"], state["decision_noise"]
    kappa, needed = state["concentration"], max(length - state["errors_allowed"], 0)
    loss = state["floor"] + (scale / state["critical_scale"]) ** state["exponent"]
    p = np.exp(-loss)

    def grade(p):
        q = p + (1 - p) / k
        with np.errstate(divide="ignore", over="ignore"):
            return 1 / (1 + (k - 1) * ((1 - q) / ((k - 1) * q)) ** (1 / tau))

    if math.isinf(kappa):
        q = p + (1 - p) / k
        match = stats.binom.sf(needed - 1, length, p)
        brier, choice = k / (k - 1) * (1 - q) ** 2, grade(p)
    else:
        a, b = kappa * p, kappa * (1 - p)
        match = sum(stats.betabinom.pmf(right, length, a, b) for right in range(needed, length + 1))
        brier = (k - 1) / k * b * (b + 1) / (kappa * (kappa + 1))
        choice = np.array([beta_mean(grade, *shape) for shape in zip(a, b, strict=True)])
    return {
        "loss": loss,
        "token_success": p,
        "exact_match": match,
        "token_edit_distance": length * (1 - p),
        "edit_similarity": p,
        "multiple_choice_grade": choice,
        "brier_score": brier,
    }


def beta_mean(function, a, b):
    """Mean over a Beta distribution: the quantile function at the middles of equal shares."""
    return function(stats.beta.ppf((np.arange(20_000) + 0.5) / 20_000, a, b)).mean()


def by_curve(e):
    return dict(list(e.curves().groupby("curve", sort=False)))

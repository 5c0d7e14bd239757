"""Resolution: what a test of n items can see of a rate that falls without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import binom

from ..core.statistics.intervals import items_needed, smallest_visible_rate
from ..core.theory.attempts import best_of
from ..core.theory.mirage import loss_at
from .program import Constants, Controls, Floats, floats, model_scales, tested


def resolution(controls: Controls, constants: Constants) -> dict[str, Any]:
    """Exact match and pass@m over ``scale``, tests of both over the models, and readouts.

    Exact match of the mirage model, ``exp(-L (N/c)**alpha)``: Schaeffer, Miranda and Koyejo 2023
    (arXiv:2304.15004), section 2, so that ``log(-log)`` of it is a straight line of slope alpha
    over log N; Hu et al. 2023 (arXiv:2310.03262) read emergence on that axis. Items are alike and
    draws independent. Counts are binomial quantiles at fixed uniforms, so that points glide; the
    test of m answers an item has the uniforms of the first of the repeated tests, which stand row
    by row.
    """
    scale = floats(constants, "scale")
    length, critical = int(controls["length"]), float(controls["critical_scale"])
    exponent, n_models = float(controls["exponent"]), int(controls["n_models"])
    items, draws = int(controls["n_items"]), int(controls["samples_per_item"])
    models = model_scales(scale, n_models)
    # An answer's loss, of which the chance to be right is exp(-loss).
    with np.errstate(over="ignore", under="ignore"):
        nats = length * loss_at(scale, exponent, critical)
        rate = np.exp(-length * loss_at(models, exponent, critical))
    solved = best_of(rate, draws)
    repeats = int(controls["repeats"])
    uniforms = floats(constants, "uniforms")[:repeats, :n_models]
    right = _counts(uniforms, items, rate)
    drawn = tested("drawn", _counts(uniforms[0], items * draws, rate), items * draws)
    exact_match = np.exp(-nats)

    def size_at(rate: float) -> float:
        return critical * (-np.log(rate) / length) ** (1 / exponent)

    seen = (right > 0).sum(axis=1)
    few, most = int(seen.min()), int(seen.max())
    return {
        "exact_match": exact_match,
        "pass_at_k": best_of(exact_match, draws),
        "minus_log": nats,
        "model_scale": models,
        "model_rate": rate,
        "test_scale": np.tile(models, repeats),
        **tested("exact_match", right.ravel(), items),
        **drawn,
        **tested("pass_at_k", _counts(uniforms[0], items, solved), items),
        "first_measured": right[0] / items,
        "floor": 1 / items,
        "floor_drawn": 1 / (items * draws),
        "answers": float(items * draws),
        "seen": f"{few}" if few == most else f"{few}–{most}",
        "seen_drawn": float((drawn["drawn_measured"] > 0).sum()),
        **_visible("", items, size_at, scale),
        **_visible("_drawn", items * draws, size_at, scale),
        "answers_needed": float(items_needed(rate[0])),
        "smallest_rate": float(rate[0]),
        "smallest_solved": float(solved[0]),
        "largest_solved": float(solved[-1]),
    }


def resolution_constants(
    scale: Floats, *, seed: int = 0, most_repeats: int = 12, most_models: int = 24
) -> dict[str, Floats]:
    """Constants of the program: `scale`, ascending, and ``uniforms``, a row a test set."""
    uniforms = np.random.default_rng(seed).random((most_repeats, most_models))
    return {"scale": np.asarray(scale, dtype=float), "uniforms": uniforms}


def _counts(uniforms: Floats, n: int, rate: Floats) -> Floats:
    return np.clip(binom.ppf(uniforms, n, rate), 0, n)


def _visible(
    name: str, n: int, size_at: Callable[[float], float], scale: Floats
) -> dict[str, float]:
    """Smallest rate that n answers show with 95% chance, and the size that has it."""
    rate = float(smallest_visible_rate(n))
    size = size_at(rate)
    within = float(max(size, scale[0])) if size <= scale[-1] else float("nan")
    return {f"visible_rate{name}": rate, f"visible_from{name}": within}

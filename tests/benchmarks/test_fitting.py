"""Many fits at once, against a loop of ``scipy.optimize.curve_fit``."""

from __future__ import annotations

import time
import warnings

import numpy as np
from scipy.optimize import curve_fit
from scipy.special import expit

from emergence_widgets import (
    BrokenPowerLaw,
    ExactMatchLaw,
    LogisticLaw,
    PowerLaw,
    compare_laws,
)
from emergence_widgets.core.laws.solver.points import Settings, read_points
from emergence_widgets.core.laws.solver.starts import best_of, starts_of

SERIES, X = 500, np.logspace(6, 11, 12)
EVERY = 24
"""The loop takes hours: it runs over every 24th series, and its time is scaled."""
U, DECADES = np.log(X / X[0]), np.log10(X / X[0])


def broken(u, floor, height, exponent, *breaks):
    log_power = -exponent * u
    for location, change, log_width in zip(breaks[::3], breaks[1::3], breaks[2::3], strict=True):
        width = np.exp(log_width)
        log_power = log_power - change * width * np.logaddexp(0, (u - location) / width)
    return floor + height * np.exp(np.clip(log_power, -300, 300))


# Each law as one would write it for curve_fit, in the parameters that our solver has.
CONTENDERS = [
    (PowerLaw._family(), lambda u, e, a, b: e + a * np.exp(-b * u)),
    (ExactMatchLaw._family(), lambda u, c, a: np.exp(-np.exp(np.minimum(a * (u - c), 700)))),
    (LogisticLaw._family(), lambda u, a, b, m, s: a + (b - a) * expit(s * (u / np.log(10) - m))),
    *((BrokenPowerLaw._family(breaks), broken) for breaks in (0, 1, 2)),
]


def series() -> np.ndarray:
    """Scores and losses of five kinds with noise of 0.5% to 5% of their range, (series, n)."""
    rng = np.random.default_rng(0)
    kinds = [
        lambda: PowerLaw(rng.uniform(1, 3), 10 ** rng.uniform(1, 3), rng.uniform(0.1, 0.5))(X),
        lambda: LogisticLaw(0, 1, rng.uniform(7, 11), rng.uniform(1, 8))(X),
        lambda: ExactMatchLaw(5, 10 ** rng.uniform(7, 10), -rng.uniform(0.1, 0.6))(X),
        lambda: BrokenPowerLaw(
            rng.uniform(0, 1),
            20,
            0.1,
            ((10 ** rng.uniform(7, 10), rng.uniform(0.1, 0.8), rng.uniform(0.1, 1)),),
        )(X),
        lambda: 0.25 + 0.5 * rng.random() * DECADES / 5,
    ]
    rows = []
    for i in range(SERIES):
        row = kinds[i % len(kinds)]()
        rows.append(row + rng.uniform(0.005, 0.05) * np.ptp(row) * rng.standard_normal(len(X)))
    return np.array(rows)


def squares_of_loop(function, y, starts, lower, upper) -> tuple[np.ndarray, int]:
    """Least half squares of every series over its starts; and how many starts failed."""
    least, failed = np.full(len(y), np.inf), 0
    for row in range(len(y)):
        for start in starts[row]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    bounds = (lower[row], upper[row])
                    p, _ = curve_fit(function, U, y[row], np.clip(start, *bounds), bounds=bounds)
            except RuntimeError:  # no convergence within curve_fit's own number of steps
                failed += 1
                continue
            least[row] = min(least[row], 0.5 * np.sum((function(U, *p) - y[row]) ** 2))
    return least, failed


def test_compare_laws_against_a_loop_of_curve_fit(measured):
    y = series()
    start = time.perf_counter()
    compare_laws(X, y)
    ours = time.perf_counter() - start
    sample, theirs, worse = y[::EVERY], 0.0, {}
    for family, function in CONTENDERS:
        points = read_points(family.name, {"x": X}, sample, None, None)
        settings = Settings({}, 8, 0)
        asked = [not reason for reason in family.refusals(points)]
        points = points.take(np.flatnonzero(asked))
        lower, upper = (e[:, family.free] for e in family.box(points.extent(), {}))
        starts = starts_of(family, points, settings)
        _, value, _ = best_of(family, points, settings)
        start = time.perf_counter()
        least, failed = squares_of_loop(function, points.y, starts, lower, upper)
        seconds = time.perf_counter() - start
        theirs += seconds * EVERY
        above, below = value > least * (1 + 1e-6), value < least * (1 - 1e-6)
        worse[family.name] = int(np.sum(above))
        measured(
            f"{family.name}: best of {starts.shape[1]} starts, against `curve_fit`'s of the same",
            f"worse on {np.sum(above)} of {len(value)} series, better on {np.sum(below)}; "
            f"`curve_fit` failed from {failed} of {starts.shape[0] * starts.shape[1]} starts",
            "worse on none",
        )
    measured(
        f"`compare_laws` on {SERIES} series of {len(X)} points, 6 laws",
        f"{ours:.1f} s; a loop of `curve_fit` over the same starts, bounds and laws "
        f"{theirs:.0f} s (every {EVERY}th series, scaled): {theirs / ours:.0f} times",
        "10 times",
    )
    assert theirs > 10 * ours
    # A law with breaks has many valleys, and here few points: another path may end in a lower one.
    assert all(worse[family.name] == 0 for family, _ in CONTENDERS[:4])

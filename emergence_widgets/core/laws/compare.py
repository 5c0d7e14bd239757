"""Which law describes a series best: several laws fitted and ranked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .fit import Fit, fit_all
from .names import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, PowerLaw
from .solver.broken import BrokenCurve
from .solver.curves import Curve
from .solver.points import FitError, read_points
from .solver.powers import PowerCurve
from .solver.saturating import ExactMatchCurve, LogisticCurve
from .solver.settings import settings_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

LAWS = (PowerLaw, ExactMatchLaw, LogisticLaw, BrokenPowerLaw)
SAME = 1e-6
"""Curves that differ by less than this share of their range at every point are one curve."""


def compare_laws(
    x: ArrayLike,
    y: ArrayLike,
    *,
    laws: Sequence[type] = LAWS,
    n_items: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    floor: float | None = None,
    chance: float | None = None,
    ceiling: float | None = None,
    length: float = 1.0,
    breaks: Sequence[int] = (0, 1, 2),
    starts: int = 8,
    seed: int = 0,
) -> pd.DataFrame:
    """Fit several laws to one series or many, and rank them.

    Parameters
    ----------
    x
        Scales (above 0), (n,), or (series, n) where every series has its own.
    y
        Values, (n,) or (series, n). A nan leaves the point out. Many series are fitted at once.
    laws
        Which laws, of one variable.
    n_items
        Items behind each share y, one number or as `y`: the likelihood is binomial. By default
        the noise is normal.
    sigma
        Known standard errors of y, one number or as `y`. By default they are estimated.
    floor
        Floor of PowerLaw and BrokenPowerLaw where it is known; else free.
    chance, ceiling
        Limits of LogisticLaw where they are known; else free.
    length
        Tokens of an answer, for ExactMatchLaw.
    breaks
        Numbers of breaks of BrokenPowerLaw, each a law of its own.
    starts, seed
        Number of starts of each fit, and the seed of their draws.

    Returns
    -------
    pandas.DataFrame
        One row a law, the lowest AICc first, with columns ``law, params, stderr, n, k,
        log_likelihood, aic, aicc, delta_aicc, weight, bic, converged, at_bound, refused, fit``;
        for many series a column ``series`` before them, by whose values the rows are grouped.
        `weight` is Akaike's. A law that cannot be fitted comes last, `refused` says why in words,
        and its numbers are nan; else `refused` is empty. A broken power law without a break that
        is the same curve as the power law is refused as well, so that no curve counts twice.

    Raises
    ------
    FitError
        Points that no law can be fitted to, such as a scale that is not above 0.

    References
    ----------
    AICc and weights: Burnham and Anderson 2002, sections 2.4 and 2.9. Only laws of one series
    and one likelihood can be compared.

    Examples
    --------
    >>> from emergence_widgets import LogisticLaw
    >>> x = np.logspace(6, 12, 13)
    >>> wobble = 0.01 * np.random.default_rng(1).standard_normal(13)
    >>> table = compare_laws(x, LogisticLaw(0.25, 0.9, 9.0, 4.0)(x) + wobble)
    >>> table.law[0], int(table.k[0])
    ('LogisticLaw', 4)
    """
    import pandas as pd

    candidates = list(_candidates(laws, floor, chance, ceiling, length, breaks))
    points = read_points("compare_laws", {"x": x}, y, n_items, sigma)
    columns: list[list[Fit[Any] | str]] = []
    for curve in candidates:
        settings = settings_of(curve, points, "likelihood", None, starts, seed)
        columns.append(fit_all(curve, points, settings))
    tables = [
        _ranked(candidates, [column[series] for column in columns])
        for series in range(len(points.y))
    ]
    if np.ndim(y) == 1:
        return pd.DataFrame(tables[0])
    rows = [{"series": series, **row} for series, table in enumerate(tables) for row in table]
    return pd.DataFrame(rows)


def _candidates(
    laws: Sequence[type],
    floor: float | None,
    chance: float | None,
    ceiling: float | None,
    length: float,
    breaks: Sequence[int],
) -> Iterator[Curve]:
    for law in laws:
        if law is PowerLaw:
            yield PowerCurve(floor)
        elif law is ExactMatchLaw:
            yield ExactMatchCurve(length)
        elif law is LogisticLaw:
            yield LogisticCurve(chance, ceiling)
        elif law is BrokenPowerLaw:
            yield from (BrokenCurve(number, floor) for number in breaks)
        else:
            names = ", ".join(each.__name__ for each in LAWS)
            raise FitError(f"compare_laws: laws holds {law!r}; expected some of {names}")


def _ranked(curves: list[Curve], fits: list[Fit[Any] | str]) -> list[dict[str, Any]]:
    """Rows of one series, the best first and the refused last."""
    fits = _each_once(curves, fits)
    best = min((fit.aicc for fit in fits if isinstance(fit, Fit)), default=np.nan)
    total = sum(np.exp((best - fit.aicc) / 2) for fit in fits if isinstance(fit, Fit))
    rows = [_row(curve, fit, best, total) for curve, fit in zip(curves, fits, strict=True)]
    return sorted(rows, key=lambda row: np.inf if row["refused"] else row["aicc"])


def _row(curve: Curve, fit: Fit[Any] | str, best: float, total: float) -> dict[str, Any]:
    if isinstance(fit, str):
        missing = dict.fromkeys(
            ("log_likelihood", "aic", "aicc", "delta_aicc", "weight", "bic"), np.nan
        )
        free = len(curve.coefficients) + len(curve.shapes) - len(curve.fixed)
        row: dict[str, Any] = {"law": curve.name, "params": {}, "stderr": {}, "n": 0, "k": free}
        return row | missing | {"converged": False, "at_bound": (), "refused": fit, "fit": None}
    return {
        "law": curve.name,
        "params": fit.params,
        "stderr": fit.stderr,
        "n": fit.n,
        "k": fit.k,
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "aicc": fit.aicc,
        "delta_aicc": fit.aicc - best,
        "weight": float(np.exp((best - fit.aicc) / 2) / total),
        "bic": fit.bic,
        "converged": fit.converged,
        "at_bound": fit.at_bound,
        "refused": "",
        "fit": fit,
    }


def _each_once(curves: list[Curve], fits: list[Fit[Any] | str]) -> list[Fit[Any] | str]:
    """Refuse a broken power law without a break where it is the power law over again."""
    power = next((f for f in fits if isinstance(f, Fit) and isinstance(f.law, PowerLaw)), None)
    if power is None:
        return fits
    x = power.fitted.points.scales[0, 0]
    once = list(fits)
    for at, (curve, fit) in enumerate(zip(curves, fits, strict=True)):
        if isinstance(curve, BrokenCurve) and curve.breaks == 0 and isinstance(fit, Fit):
            one, other = (each.predict(x, interval=None).value for each in (power, fit))
            if np.all(np.abs(one - other) <= SAME * np.ptp(power.fitted.points.y)):
                once[at] = "the same curve as PowerLaw, which is ranked"
    return once

"""Which law describes a series best: several laws fitted and ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from .broken import BrokenPowerLaw
from .fit import Fit, ScalingLaw, fit_all
from .power import PowerLaw
from .sigmoids import ExactMatchLaw, LogisticLaw
from .solver.points import FitError, Settings, read_points
from .solver.problem import Family

if TYPE_CHECKING:
    import pandas as pd

LAWS = (PowerLaw, ExactMatchLaw, LogisticLaw, BrokenPowerLaw)
COLUMNS = (
    "law", "params", "stderr", "n", "k", "log_likelihood", "aic", "aicc", "delta_aicc", "weight",
    "bic", "converged", "at_bound", "refused", "fit",
)  # fmt: skip
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
    n_items, sigma, starts, seed
        As in each law's `fit`; the first two one number or as `y`.
    floor
        Floor of PowerLaw and BrokenPowerLaw where it is known; else free.
    chance, ceiling
        Limits of LogisticLaw where they are known; else free.
    length
        Tokens of an answer, for ExactMatchLaw.
    breaks
        Numbers of breaks of BrokenPowerLaw, each a law of its own.

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

    families: list[Family] = []
    given: dict[type[ScalingLaw], list[dict[str, Any]]] = {
        PowerLaw: [{"floor": floor}],
        ExactMatchLaw: [{"length": length}],
        LogisticLaw: [{"floor": chance, "ceiling": ceiling}],
        BrokenPowerLaw: [{"breaks": number, "floor": floor} for number in breaks],
    }
    for law in laws:
        if law not in LAWS:
            names = ", ".join(each.__name__ for each in LAWS)
            raise FitError(f"compare_laws: laws holds {law!r}; expected some of {names}")
        families += [law._family(**one) for one in given[law]]  # pyright: ignore[reportPrivateUsage]
    points = read_points("compare_laws", {"x": x}, y, n_items, sigma)
    settings = Settings({}, starts, seed)
    columns = [fit_all(family, points, settings) for family in families]
    tables = [
        _ranked(families, [column[series] for column in columns]) for series in range(len(points.y))
    ]
    if np.ndim(y) == 1:
        return pd.DataFrame(tables[0])
    rows = [{"series": series, **row} for series, table in enumerate(tables) for row in table]
    return pd.DataFrame(rows)


def _ranked(families: list[Family], fits: list[Fit[Any] | str]) -> list[dict[str, Any]]:
    """Rows of one series, the best first and the refused last."""
    fits = _each_once(fits)
    best = min((fit.aicc for fit in fits if isinstance(fit, Fit)), default=np.nan)
    total = sum(np.exp((best - fit.aicc) / 2) for fit in fits if isinstance(fit, Fit))
    rows = [_row(family, fit, best, total) for family, fit in zip(families, fits, strict=True)]
    return sorted(rows, key=lambda row: np.inf if row["refused"] else row["aicc"])


def _row(family: Family, fit: Fit[Any] | str, best: float, total: float) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan)
    if isinstance(fit, str):
        row |= {"params": {}, "stderr": {}, "n": 0, "k": int(np.sum(family.free))}
        row |= {"converged": False, "at_bound": (), "refused": fit, "fit": None}
    else:
        row |= {name: getattr(fit, name) for name in COLUMNS if hasattr(fit, name)}
        row |= {"delta_aicc": fit.aicc - best, "refused": "", "fit": fit}
        row["weight"] = float(np.exp((best - fit.aicc) / 2) / total)
    return row | {"law": family.name}


def _each_once(fits: list[Fit[Any] | str]) -> list[Fit[Any] | str]:
    """Refuse a broken power law without a break where it is the power law over again."""
    power = next((f for f in fits if isinstance(f, Fit) and isinstance(f.law, PowerLaw)), None)
    if power is None:
        return fits
    x = power.fitted.points.scales[0, 0]
    once = list(fits)
    for at, fit in enumerate(fits):
        if isinstance(fit, Fit) and isinstance(fit.law, BrokenPowerLaw) and not fit.law.breaks:
            one, other = (each.predict(x, interval=None).value for each in (power, fit))
            if np.all(np.abs(one - other) <= SAME * np.ptp(power.fitted.points.y)):
                once[at] = "the same curve as PowerLaw, which is ranked"
    return once

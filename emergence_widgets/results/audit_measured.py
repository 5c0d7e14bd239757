"""What each curve of an evaluation shows of progress, measured with its noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.statistics.noise import CountNoise, ItemNoise, NormalNoise, ScoreNoise
from ..core.statistics.null import null_level
from ..core.statistics.progress import TOLD_APART, Progress, progress
from .audit_curves import CURVE, Curves

CONFIDENCE = 0.95
MEASURES = (
    "steps", "ups", "residual", "spearman", "largest_step", "linear", "value", "resolved",
    "resolved_falls", "signal_to_noise", "stability",
)  # fmt: skip
AT_ENDS = ("at_zero", "at_chance", "at_best")


def measured_curves(curves: Curves, *, draws: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Measure all curves.

    Parameters
    ----------
    curves
        Points and items.
    draws, seed
        Number of replicates, and their seed.

    Returns
    -------
    table, replicates
        A row a curve; and of shape (2, curves, draws), its replicated rank correlation with scale
        and breakthroughness.
    """
    points = curves.points
    key = points.groupby(CURVE, sort=False).ngroup().to_numpy()
    finite = np.isfinite(points["value"].to_numpy())
    heads = points.groupby(key)[CURVE].first().reset_index(drop=True)
    count = len(heads)
    table = heads.assign(
        points=np.bincount(key[finite], minlength=count),
        not_finite=np.bincount(key[~finite], minlength=count),
        n_items=_common(points["n_items"], key),
        chance=_common(points["chance"], key),
        worst=_common(points["worst"], key),
        **dict.fromkeys((*MEASURES, *AT_ENDS, "null"), np.nan),
    )
    replicates = np.full((2, count, draws), np.nan)
    groups = _groups(points, key, finite)
    for number, (kind, rows) in enumerate(groups):
        places = key[rows[:, 0]]
        part = points.iloc[rows.ravel()]
        noise = _noise(kind, part, rows.shape, curves)
        mean = part["value"].to_numpy(dtype=float).reshape(rows.shape)
        # Items of one task are drawn alike; other noise is drawn anew.
        apart = seed if kind == "items" else _apart(seed, number)
        shown = progress(mean, noise, draws=draws, seed=apart)
        for name in MEASURES:
            table.loc[places, name] = getattr(shown, name)
        for name, share in _ends(part, shown).items():
            table.loc[places, name] = share
        replicates[0, places] = shown.spearman_draws
        replicates[1, places] = shown.value_draws
    table["null"] = null_level(table["points"].to_numpy(), CONFIDENCE)
    return table, replicates


def _common(column: pd.Series, key: np.ndarray) -> np.ndarray:
    """The one value that all points of a curve have, else NaN."""
    least, most = (getattr(column.groupby(key), name)() for name in ("min", "max"))
    return least.where(least == most).to_numpy(dtype=float)


def _groups(
    points: pd.DataFrame, key: np.ndarray, finite: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Kind of noise and rows, shape (curves, points), of curves that are measured together."""
    stderr = points["stderr"].to_numpy(dtype=float)
    counted = points["counted"].to_numpy(dtype=bool)
    choices = [points["item_row"].to_numpy() >= 0, counted, np.isfinite(stderr)]
    kind = np.select(choices, [0, 1, 2], 3)
    curves: dict[tuple[int, int, str], list[np.ndarray]] = {}
    rows = np.flatnonzero(finite)
    starts = np.flatnonzero(np.r_[True, np.diff(key[rows]) != 0])
    tasks = points["task"].to_numpy()
    for mine in np.split(rows, starts[1:]):
        if len(mine) < 2:
            continue
        noise = int(kind[mine].max())
        if noise == 2:  # Some are counted: all have a standard error, or none can be told.
            noise = 2 if np.isfinite(stderr[mine]).all() else 3
        together = (noise, len(mine), tasks[mine[0]] if noise == 0 else "")
        curves.setdefault(together, []).append(mine)
    names = ("items", "counts", "errors", "unknown")
    return [(names[noise], np.stack(mine)) for (noise, _, _), mine in curves.items()]


def _noise(
    kind: str, part: pd.DataFrame, shape: tuple[int, ...], curves: Curves
) -> ScoreNoise | None:
    mean, stderr, n_items = (
        part[name].to_numpy(dtype=float).reshape(shape) for name in ("value", "stderr", "n_items")
    )
    if kind == "counts":
        return CountNoise(mean, n_items)
    if kind == "errors":
        return NormalNoise(mean, stderr)
    if kind == "unknown":
        return None
    heads = part.iloc[:: shape[1]]
    rows = part["item_row"].to_numpy().reshape(shape)
    pairs = zip(heads["task"], heads["metric"], rows, strict=True)
    return ItemNoise(np.stack([curves.items[task, metric][row] for task, metric, row in pairs]))


def _apart(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _ends(part: pd.DataFrame, shown: Progress) -> dict[str, np.ndarray]:
    """Points at the worst score, not told from chance, and at the best score."""
    value, chance, worst, best = (
        part[name].to_numpy(dtype=float).reshape(shown.point_stderr.shape)
        for name in ("value", "chance", "worst", "best")
    )
    reach = TOLD_APART * np.nan_to_num(shown.point_stderr)
    at_zero, at_best = value == worst, value == best
    at_chance = (value <= chance + reach) & ~at_zero & ~at_best
    ends = zip(AT_ENDS, (at_zero, at_chance, at_best), strict=True)
    return {name: there.sum(axis=1).astype(float) for name, there in ends}

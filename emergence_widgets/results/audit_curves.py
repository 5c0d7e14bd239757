"""What each curve of an evaluation shows of progress, and several curves as one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.metrics.text import Tokens
from ..core.statistics.bootstrap import order_statistics
from ..core.statistics.noise import CountNoise, ItemNoise, NormalNoise, ScoreNoise
from ..core.statistics.null import null_level
from ..core.statistics.progress import TOLD_APART, Progress, progress
from .curves import Curves, means
from .evidence import MetricValues, item_tables, metric_values

CURVE = ["task", "metric", "family"]
POINT = ("value", "stderr", "n_items", "chance", "worst", "best", "counted", "item_row")
ENDS = (0.025, 0.975)
CONFIDENCE = 0.95
MEASURES = (
    "steps", "ups", "residual", "spearman", "largest_step", "linear", "value", "resolved",
    "resolved_falls", "signal_to_noise", "stability",
)  # fmt: skip
AT_ENDS = ("at_zero", "at_chance", "at_best")


@dataclass(frozen=True, eq=False)
class AuditPoints:
    """Points of curves, one a row, each curve from its weakest scale to its strongest.

    `table` has ``task, metric, family, value, stderr, n_items, chance, worst, best, counted``,
    turned so that higher is better; ``item_row`` is a point's row in `items`: by task and metric,
    shape (points, items), scores of the same items, turned likewise.
    """

    table: pd.DataFrame
    items: dict[tuple[str, str], np.ndarray]


def audit_points(curves: Curves, scales: dict[str, str], tokens: Tokens) -> AuditPoints:
    """The points of all curves on each task's scale; a task at several scales has no values."""
    found: list[dict[str, Any]] = []
    items: dict[tuple[str, str], np.ndarray] = {}
    for task in curves.tasks:
        if not scales[task]:
            continue
        tables = item_tables(curves, task, tokens)
        for metric in dict.fromkeys([*curves.metrics_of[task], *tables]):
            values = metric_values(curves, task, metric, tables, check=False)
            of_items: list[np.ndarray] = []
            for family, part, shown in _of_curves(curves, task, scales[task], values, metric):
                row = -1
                if shown is not None:
                    row = sum(map(len, of_items)) + np.arange(len(shown))
                    of_items.append(shown)
                if task in curves.several_scales:
                    part["value"] = np.full_like(part["value"], np.nan)
                named = {"task": task, "metric": metric, "family": family, "item_row": row}
                found.append(part | named)
            if of_items:
                items[task, metric] = np.concatenate(of_items)
    columns = {name: _column(found, name) for name in (*CURVE, *POINT)}
    return AuditPoints(pd.DataFrame(columns), items)


def _column(found: list[dict[str, Any]], name: str) -> np.ndarray:
    """One column of the points of all curves."""
    kind = object if name in CURVE else None
    parts = [np.full(len(one["value"]), one[name], dtype=kind) for one in found]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _of_curves(
    curves: Curves, task: str, scale: str, values: MetricValues, metric: str
) -> Iterator[tuple[str, dict[str, Any], np.ndarray | None]]:
    """Of each curve its name, its points and, where they come of answers, their items."""
    runs, curve, at = curves.on_scale(task, scale)
    reported = curves.reported_runs(task, metric)
    for one in np.unique(curve[curve >= 0]).tolist():
        rows = np.flatnonzero(curve == one)
        found = values.better(rows)
        there = np.isfinite(found.value[rows])
        # A score that is not finite is a point that is left out, and said so.
        rows = rows[there | np.isin(runs[rows], reported)] if found.items is None else rows[there]
        if len(rows) == 0:
            continue
        order = -at[rows] if scale == "loss" else at[rows]
        levels, member = np.unique(order, return_inverse=True)
        size, sign = len(levels), -1.0 if found.lower_is_better else 1.0
        value, n_items = found.value[rows], found.n_items[rows]
        fewest = np.full(size, np.inf)
        np.fmin.at(fewest, member, n_items)
        shown = None
        if found.items is not None:
            shown = sign * _item_means(found.items[rows], member, size)
            fewest = np.isfinite(shown).sum(axis=1).astype(float)
            mean = np.nansum(shown, axis=1) / fewest
        else:
            mean = sign * means(value, member, size)
        shares = (n_items > 0) & ~((value < 0) | (value > 1))
        counted = found.counted and not found.lower_is_better and bool(shares.all())
        # Seeds answer the same items, so that their mean is no surer than each of them.
        stderr = np.sqrt(means(found.stderr[rows] ** 2, member, size))
        points = {
            "value": mean,
            "stderr": np.full(size, np.nan) if shown is not None else stderr,
            "n_items": np.where(np.isfinite(fewest), fewest, np.nan),
            "chance": sign * found.chance,
            "worst": sign * values.worst + 0.0,
            "best": sign * found.best + 0.0,
            "counted": counted,
        }
        yield curves.names[one], points, shown


def _item_means(items: np.ndarray, member: np.ndarray, size: int) -> np.ndarray:
    """Means over the runs of each point, item by item."""
    if size == len(items):
        return items[np.argsort(member)]
    known = np.isfinite(items)
    total, count = np.zeros((2, size, items.shape[1]))
    np.add.at(total, member, np.where(known, items, 0.0))
    np.add.at(count, member, known)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / count, np.nan)


def measured_curves(
    found: AuditPoints, *, draws: int, seed: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """A row a curve; and (2, curves, draws) replicates of rank correlation, breakthroughness."""
    points = found.table
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
        noise = _noise(kind, part, rows.shape, found)
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
    kind: str, part: pd.DataFrame, shape: tuple[int, ...], found: AuditPoints
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
    return ItemNoise(np.stack([found.items[task, metric][row] for task, metric, row in pairs]))


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


def pooled(table: pd.DataFrame, replicates: np.ndarray, by: list[str]) -> pd.DataFrame:
    """A row for each of `by`: sums of steps, means weighted by steps, medians of ratios."""
    code = table.groupby(by, sort=False).ngroup().to_numpy()
    heads = table[by].groupby(code).first()
    members = np.split(np.argsort(code, kind="stable"), np.cumsum(np.bincount(code))[:-1])
    columns = {name: table[name].to_numpy() for name in table.columns}
    rows = [
        _row({name: column[mine] for name, column in columns.items()}, replicates[:, mine])
        for mine in members
    ]
    return pd.concat([heads, pd.DataFrame(rows)], axis=1)


def _row(curves: dict[str, np.ndarray], replicates: np.ndarray) -> dict[str, float]:
    judged = curves["points"] >= 2
    noisy = judged & np.isfinite(curves["resolved"])
    steps, points = (np.where(judged, curves[name], 0.0) for name in ("steps", "points"))
    uneven = judged & np.isfinite(curves["residual"])
    residual = _mean(curves["residual"] ** 2, points, uneven)
    with_noise = bool(noisy.any() and (noisy == judged).all())
    lower, upper, least, most = np.full(4, np.nan)
    if with_noise:
        weight = steps[judged] / steps[judged].sum()
        lower, upper = order_statistics(weight @ np.nan_to_num(replicates[0, judged]), ENDS)
        least, most = order_statistics(_middle(replicates[1, judged]), ENDS)
    null = curves["null"][:, np.newaxis]
    above = (np.abs(replicates[1]) > null).mean(axis=-1)
    with np.errstate(invalid="ignore"):
        over_null = np.abs(curves["value"]) / curves["null"]
    return {
        "families": len(set(curves["family"][judged])),
        "curves": int(judged.sum()),
        "most_points": int(curves["points"].max()),
        "points": int(points.sum()),
        "steps": float(steps.sum()),
        "not_finite": int(curves["not_finite"].sum()),
        "n_items": _only(curves["n_items"]),
        "chance": _only(curves["chance"]),
        "worst": _only(curves["worst"]),
        **{name: _total(curves[name], judged) for name in AT_ENDS},
        "ups": _total(curves["ups"], judged),
        "told_apart": _total(curves["resolved"], noisy),
        "noisy_steps": _total(curves["steps"], noisy),
        "resolved_falls": _total(curves["resolved_falls"], noisy),
        "largest_step": _only(curves["largest_step"]),
        "isotonic_residual": float(np.sqrt(residual)),
        "spearman": _with_constants(curves["spearman"], steps, judged),
        "spearman_lower": lower,
        "spearman_upper": upper,
        "signal_to_noise": float(_middle(curves["signal_to_noise"][noisy])),
        "linear": _with_constants(curves["linear"], steps, judged),
        "stability": _mean(curves["stability"], steps, noisy),
        "breakthroughness": float(_middle(curves["value"][judged])),
        "breakthroughness_lower": least,
        "breakthroughness_upper": most,
        "over_null": float(_middle(over_null[judged])),
        "above_null": _mean(above, steps, noisy),
    }


def _total(values: np.ndarray, chosen: np.ndarray) -> float:
    return float(values[chosen].sum()) if chosen.any() else float("nan")


def _mean(values: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> float:
    total = weight[chosen].sum()
    return float(values[chosen] @ weight[chosen] / total) if total > 0 else float("nan")


def _with_constants(values: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> float:
    """A mean in which constants, beside other curves, count as 0: they show nothing."""
    if np.isnan(values[chosen]).all():
        return float("nan")
    return _mean(np.nan_to_num(values), weight, chosen)


def _middle(values: np.ndarray) -> np.ndarray:
    """Median over the first axis, without NaN; one of the values."""
    if len(values) == 0:
        return np.full(values.shape[1:], np.nan)
    return order_statistics(np.moveaxis(values, 0, -1), (0.5,))[0]


def _only(values: np.ndarray) -> float:
    return float(values[0]) if len(np.unique(values)) == 1 else float("nan")

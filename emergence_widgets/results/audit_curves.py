"""From an `EvalResults` to the curves that are audited: points by scale, and their noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.metrics.registry import find_metric
from ..core.metrics.text import Tokens
from .answer_items import AnswerItems, answer_items
from .eval_results import EvalResults
from .labels import key_of, labelled
from .schema import SCALES, SchemaError, nearest

FEWEST_SCALES = 3
CURVE = ["task", "metric", "family"]
TRAINING = ["family", "model", "seed"]
INTERVAL_WIDTH = 2 * 1.959963984540054


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of tasks under metrics by families.

    Attributes
    ----------
    points
        One row a point, ordered along each curve from the weakest scale to the strongest:
        ``task, metric, family, scale, value, stderr, n_items, chance, worst, best, counted``,
        turned so that higher is better; ``item_row`` is its row in the items of its task and
        metric.
    items
        By task and metric, shape (points, items): scores of the same items, turned likewise.
    scales
        By task: the scale column that orders it, or ``""``.
    """

    points: pd.DataFrame
    items: dict[tuple[str, str], np.ndarray]
    scales: dict[str, str]


def curves_of(
    results: EvalResults,
    *,
    task: str | Iterable[str] | None = None,
    scale: str | None = None,
    family: str | Iterable[str] | None = None,
    tokens: Tokens = "whitespace",
) -> Curves:
    """Gather curves; models and seeds at one scale of a family count as their mean.

    Parameters
    ----------
    results, task, scale, family, tokens
        As for `emergence_widgets.audit_metrics`.

    Raises
    ------
    KeyError
        A task, scale or family that is not there.
    SchemaError
        Neither scores nor answers, or no model with a scale.
    """
    if not results:
        raise SchemaError("these results hold neither scores nor answers to audit")
    if scale is not None and scale not in results.scale_columns:
        raise KeyError(f"no scale {scale!r}. {nearest(scale, results.scale_columns)}")
    scores, samples = labelled(results)
    frames = [scores] if samples is None else [scores, samples]
    tasks = _chosen("task", task, [name for frame in frames for name in frame["task"]])
    families = _chosen("family", family, [name for frame in frames for name in frame["family"]])
    frames = [
        frame[frame["task"].isin(tasks) & frame["family"].isin(families)].reset_index(drop=True)
        for frame in frames
    ]
    scales = _scales(frames, tasks, scale)
    frames = _placed(frames, scales)
    answered = [] if len(frames) == 1 else answer_items(frames[1], tokens)
    known = {(one.task, one.score.name) for one in answered}
    points = pd.concat([_reported(frames[0], known), *map(_of_answers, answered)])
    codes = {f"{name}_code": pd.factorize(points[name])[0] for name in CURVE}
    points = points.assign(**codes).sort_values([*codes, "order"], kind="stable")
    items = {
        (one.task, one.score.name): -one.items if one.score.lower_is_better else one.items
        for one in answered
    }
    return Curves(points.reset_index(drop=True), items, scales)


def _chosen(what: str, wanted: str | Iterable[str] | None, names: list[str]) -> list[str]:
    """Those that are there; a task also by the name it has without its subtasks and shots."""
    present = list(dict.fromkeys(names))
    if wanted is None:
        return present
    chosen: list[str] = []
    for name in [wanted] if isinstance(wanted, str) else wanted:
        parts = (f"{name} / ", f"{name}, ")
        mine = [name] if name in present else [one for one in present if one.startswith(parts)]
        if not mine:
            raise KeyError(f"no {what} {name!r}. {nearest(name, present)}")
        chosen += mine
    return chosen


def _scales(frames: list[pd.DataFrame], tasks: list[str], scale: str | None) -> dict[str, str]:
    """By task the scale that is asked for, else the first of which a family has three."""
    if scale is not None:
        return dict.fromkeys(tasks, scale)
    columns = ["task", "family", *SCALES]
    there = pd.concat([frame.reindex(columns=columns).astype(object) for frame in frames])
    for name in SCALES:
        there[name] = pd.to_numeric(there[name], errors="coerce").astype(float)
    several = there.groupby(["task", "family"])[list(SCALES)].nunique()
    most = several.groupby(level="task").max().reindex(tasks)
    enough = most >= FEWEST_SCALES
    best = enough.idxmax(axis=1).where(enough.any(axis=1), most.idxmax(axis=1))
    if not (most > 0).to_numpy().any():
        raise SchemaError(
            f"no model has a scale; expected a number in one of {', '.join(SCALES)}. "
            "read_results(…, models={'name': 1.3e9}) tells the sizes"
        )
    names = best.where(most.max(axis=1) > 0, "")
    return dict(zip(tasks, names.astype(str).tolist(), strict=True))


def _placed(frames: list[pd.DataFrame], scales: dict[str, str]) -> list[pd.DataFrame]:
    """Rows with their scale; over training a curve is a model, else only the last step counts."""
    runs = pd.concat([frame[["task", *TRAINING, "checkpoint"]].astype(object) for frame in frames])
    checkpoint = pd.to_numeric(runs["checkpoint"], errors="coerce").astype(float)
    training = key_of(runs, TRAINING)
    trained = checkpoint.groupby([runs["task"].to_numpy(), training.to_numpy()])
    several = (trained.transform("nunique") > 1).to_numpy()
    last = (checkpoint.isna() | (checkpoint == trained.transform("max"))).to_numpy()
    placed: list[pd.DataFrame] = []
    start = 0
    for frame in frames:
        here = slice(start, start + len(frame))
        start += len(frame)
        column = frame["task"].map(scales).to_numpy(dtype=object)
        place = np.full(len(frame), np.nan)
        for name in SCALES:
            if name in frame:
                mine = column == name
                place[mine] = pd.to_numeric(frame[name], errors="coerce").to_numpy(float)[mine]
        over_training = np.isin(column.astype(str), ("step", "tokens")) & several[here]
        frame = frame.assign(
            scale=place,
            order=np.where(column == "loss", -place, place),
            family=frame["family"].astype(str).mask(over_training, frame["model"].astype(str)),
        )
        placed.append(frame[np.isfinite(place) & (over_training | last[here])])
    return placed


def _reported(scores: pd.DataFrame, known: set[tuple[str, str]]) -> pd.DataFrame:
    """Points of the metrics that were reported, and not computed from answers."""
    pairs = pd.MultiIndex.from_frame(scores[["task", "metric"]])
    scores = scores[~pairs.isin(list(known))] if known else scores
    number = {
        name: pd.to_numeric(scores[name], errors="coerce").to_numpy(float, na_value=np.nan)
        if name in scores
        else np.full(len(scores), np.nan)
        for name in ("value", "stderr", "n_items", "lower", "upper", "chance", "min", "max")
    }
    names = scores["reported"].astype(str)
    known_of = {name: find_metric(name) for name in names.unique()}
    lower = names.map({name: one.lower_is_better for name, one in known_of.items()}).astype(bool)
    if "lower_is_better" in scores:
        told = scores["lower_is_better"].astype("boolean")
        lower = told.fillna(lower).astype(bool)
    lower = lower.to_numpy()
    counts = {name: one.counts_items for name, one in known_of.items()}
    share = names.map(counts).to_numpy(dtype=bool)
    value, n_items = number["value"], number["n_items"]
    counted = share & ~lower & (n_items > 0) & (value >= 0) & (value <= 1)
    spread = (number["upper"] - number["lower"]) / INTERVAL_WIDTH
    stderr = np.where(np.isnan(number["stderr"]), spread, number["stderr"])
    sign = np.where(lower, -1.0, 1.0)
    with np.errstate(over="ignore"):
        table = scores[[*CURVE, "scale", "order"]].assign(
            value=sign * value,
            # Seeds answer the same items, so that their mean is no surer than each of them.
            stderr=stderr**2,
            n_items=n_items,
            chance=sign * number["chance"],
            worst=_else(np.where(lower, -number["max"], number["min"]), counted, 0.0),
            best=_else(np.where(lower, 0.0 - number["min"], number["max"]), counted, 1.0),
            counted=counted,
        )
    points = table.groupby([*CURVE, "scale"], sort=False, as_index=False).agg(
        dict.fromkeys(("order", "value", "stderr", "chance"), "mean")
        | dict.fromkeys(("n_items", "worst", "best", "counted"), "min")
    )
    return points.assign(stderr=np.sqrt(points["stderr"]), item_row=-1)


def _else(bound: np.ndarray, counted: np.ndarray, of_a_share: float) -> np.ndarray:
    return np.where(np.isnan(bound) & counted, of_a_share, bound)


def _of_answers(one: AnswerItems) -> pd.DataFrame:
    known = ~np.isnan(one.items)
    n = known.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, one.items, 0.0).sum(axis=1) / n
    score, sign = one.score, -1.0 if one.score.lower_is_better else 1.0
    ends = sorted((sign * score.minimum + 0.0, sign * score.maximum + 0.0))
    worst, best = (end if np.isfinite(end) else np.nan for end in ends)
    return one.points.assign(
        task=one.task,
        metric=score.name,
        value=sign * mean,
        stderr=np.nan,
        n_items=n.astype(float),
        chance=sign * one.chance,
        worst=worst,
        best=best,
        counted=not score.continuous,
        item_row=np.arange(len(n)),
    )

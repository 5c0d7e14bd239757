"""What a forecast is made from: the scores of the models of one family, in order of scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Floats, Ints, group_means, refuse
from ..metrics.loss import RANGES, to_loss

SmoothKind = Literal["share", "error", "perplexity", "reward"]

SMOOTH_KINDS: tuple[SmoothKind, ...] = ("share", "error", "perplexity", "reward")
SMOOTH_RANGES = {kind: RANGES[kind] for kind in SMOOTH_KINDS}


@dataclass(frozen=True, eq=False, init=False)
class ForecastSeries:
    """A sharp score over scale, and what else is known of the same models."""

    scale: Floats  # (runs,): size, compute, data or steps, above 0; the loss where `falls`
    score: Floats  # (runs,): the sharp score, from 0 to 1; a run with NaN is left out
    n_items: Floats  # (runs,): given as one number or one a run; NaN: not known
    smooth: Floats | None  # a smooth score of the same outputs, and how it becomes a loss
    smooth_kind: SmoothKind
    loss: Floats | None  # on the task, in nats
    chance: float  # score of guessing, from 0 to below 1
    # (runs,): what model a run is of, so that its seeds count as one; by default its scale.
    size: NDArray[np.generic]
    falls: bool  # whether `scale` is itself the loss, so that the best has the smallest
    items: Floats | None  # (runs, items): each answer, from 0 to 1; NaN where it was not asked
    model: Ints = field(init=False)  # (runs,): number of each run's model, 0 for the smallest
    model_scale: Floats = field(init=False)  # (models,): mean scale of each, the smallest first

    def __init__(
        self,
        scale: ArrayLike,
        score: ArrayLike,
        n_items: ArrayLike = np.nan,
        smooth: ArrayLike | None = None,
        smooth_kind: SmoothKind = "share",
        loss: ArrayLike | None = None,
        chance: float = 0.0,
        size: ArrayLike | None = None,
        falls: bool = False,
        items: ArrayLike | None = None,
    ) -> None:
        given = {"score": score, "smooth": smooth, "loss": loss}
        columns = _columns(np.asarray(scale, float), n_items, given)
        shape = columns["scale"].shape
        if size is not None and np.shape(size) != shape:
            raise ValueError(f"size has shape {np.shape(size)}; expected one label a run, {shape}")
        if not 0 <= chance < 1:
            raise ValueError(f"chance is {chance}; expected 0 to below 1")
        if smooth_kind not in SMOOTH_KINDS:
            raise ValueError(
                f"smooth_kind is {smooth_kind!r}; expected one of {', '.join(SMOOTH_KINDS)}"
            )
        label = np.asarray(columns["scale"] if size is None else size)
        answers = None if items is None else np.asarray(items, float)
        if answers is not None and (answers.ndim != 2 or answers.shape[:1] != shape):
            raise ValueError(
                f"items has shape {answers.shape}; expected (runs, items), {shape[0]} runs"
            )
        known = np.isfinite(columns["score"]) & np.isfinite(columns["scale"])
        if not known.any():
            raise ValueError("no run has both a scale and a score; there is nothing to forecast")
        columns = {name: column[known] for name, column in columns.items()}
        refuse(
            "scale holds {}; laws of scale need numbers above 0: leave that run out",
            columns["scale"],
            columns["scale"] <= 0,
        )
        refuse(
            "score holds {}; a forecast needs a share from 0 to 1, such as exact match (divide "
            "percentages by 100)",
            columns["score"],
            (columns["score"] < 0) | (columns["score"] > 1),
        )
        _, member = np.unique(label[known], return_inverse=True)
        mean = group_means(columns["scale"], member)
        rank = np.argsort(-mean if falls else mean, kind="stable")
        model = np.argsort(rank)[member]
        order = np.argsort(model, kind="stable")
        by_run = columns | {"size": label[known], "model": model}
        facts: dict[str, object] = {
            "smooth": None,
            "smooth_kind": smooth_kind,
            "loss": None,
            "chance": chance,
        }
        facts["items"] = None if answers is None else answers[known][order]
        facts |= {name: column[order] for name, column in by_run.items()}
        for name, value in {**facts, "falls": falls, "model_scale": mean[rank]}.items():
            object.__setattr__(self, name, value)

    @property
    def models(self) -> int:
        """Number of models."""
        return len(self.model_scale)

    @property
    def growth(self) -> Floats:
        """Shape (runs,): scale that grows as models get better: the loss turned over."""
        return 1 / self.scale if self.falls else self.scale

    @property
    def model_growth(self) -> Floats:
        """Shape (models,): the same of the models."""
        return 1 / self.model_scale if self.falls else self.model_scale

    @property
    def smooth_loss(self) -> Floats:
        """Shape (runs,): the smooth score as a loss; NaN where there is none."""
        if self.smooth is None:
            return np.full(len(self.scale), np.nan)
        loss = to_loss(self.smooth, self.smooth_kind)
        least = np.where(np.isfinite(self.n_items), 0.5 / np.maximum(self.n_items, 1), np.nan)
        # A perfect score is read as half an item short of it, so that its logarithm exists; one
        # better than that is no score of this kind.
        return np.where(loss > 0, loss, np.where(loss == 0, least, np.nan))

    @property
    def task_loss(self) -> Floats:
        """Shape (runs,): the loss; NaN where it is not known, infinite or below 0."""
        if self.loss is None:
            return np.full(len(self.scale), np.nan)
        return np.where(np.isfinite(self.loss) & (self.loss > 0), self.loss, np.nan)

    def mean(self, values: Floats) -> Floats:
        """Shape (models,): mean over the runs of each model."""
        return group_means(values, self.model)


def _columns(
    scale: Floats, n_items: ArrayLike, given: Mapping[str, ArrayLike | None]
) -> dict[str, Floats]:
    """Every column that is known, one number a run in each."""
    if scale.ndim != 1:
        raise ValueError(f"scale has shape {scale.shape}; expected one number a run")
    known = {name: np.asarray(one, float) for name, one in given.items() if one is not None}
    items = np.asarray(n_items, float)
    columns = {"scale": scale, **known}
    columns["n_items"] = np.full(len(scale), items) if items.ndim == 0 else items
    for name, column in columns.items():
        if column.shape != scale.shape:
            raise ValueError(
                f"{name} has shape {column.shape}, scale {scale.shape}; expected one number a "
                "run in each"
            )
    return columns

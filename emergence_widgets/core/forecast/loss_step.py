"""The first step of a forecast: a loss over scale, as a power law above a floor not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints, group_means
from . import draws as drawing
from .draws import NEGLIGIBLE, TINY, Draws, ForecastRefusal, drawn_laws, zoomed

STILL = 1e-9  # A loss that falls by a smaller share over the visible models does not fall.
FLOORS = 41  # of which laws are fitted
HIGHEST_FLOOR = 0.98  # as a share of the smallest mean loss of a visible model
ROUNDS = 30  # of least squares


@dataclass(frozen=True)
class LossCurve:
    """Power laws of the loss, each above another floor, with what each weighs."""

    floor: Floats  # (laws,)
    weight: Floats  # (laws,): with sum 1
    estimate: Floats  # (laws, 2): ln A at the scale `centre`, and the exponent
    covariance: Floats  # (laws, 2, 2)
    scatter: Floats  # (laws,): standard deviation of a run's ln loss about the law
    centre: float  # geometric mean of the scales, where both are least correlated
    freedom: int  # models less parameters

    @property
    def words(self) -> str:
        """Whether a floor is likelier than none."""
        return "power law" + (" with a floor" if self.weight[self.floor > 0].sum() > 0.5 else "")

    def __call__(self, scale: Floats) -> Floats:
        """Shape (points,): loss in nats, the geometric mean of the laws by their weight."""
        x = np.log(scale / self.centre)
        law = self.floor[:, None] + np.exp(self.estimate[:, :1] - self.estimate[:, 1:] * x)
        return np.exp(self.weight @ np.log(np.maximum(law, np.finfo(float).tiny)))

    def sample(self, scale: Floats, draws: Draws) -> Floats:
        """Shape (draws, points): losses of a new run at each scale."""
        law, parameters, normal = drawn_laws(
            draws, self.weight, self.estimate, self.covariance, self.freedom
        )
        start, exponent = parameters.T
        tiny = np.finfo(float).tiny
        with np.errstate(over="ignore"):
            power = np.exp(start[:, None] - exponent[:, None] * np.log(scale / self.centre))
            loss = np.maximum(self.floor[law][:, None] + power, tiny)
            return loss * np.exp((self.scatter[law] * normal)[:, None])


def fit_loss(scale: Floats, loss: Floats, model: Ints) -> LossCurve:
    """Fit power laws to ln loss above every floor, and weigh the floors by their likelihood."""
    # Few models cannot tell a floor, and leaving it out makes a forecast surer than it may be.
    # Before looking, none is as likely as some, and each from 0 to the smallest loss seen as
    # likely as another. The seeds of a model (arrays have shape (runs,)) count as one observation.
    model, models = drawing.numbered(model, 2, "a power law")
    x = np.log(scale)
    if np.ptp(x) <= TINY:
        raise ForecastRefusal("all visible models have one scale")
    if -np.polyfit(x, np.log(loss), 1)[0] * np.ptp(x) <= STILL:
        raise ForecastRefusal("it does not improve with scale among the visible models")
    points = _Points(x - x.mean(), np.log(loss), 1 / np.bincount(model)[model], models)
    highest = HIGHEST_FLOOR * float(
        (loss if models == len(loss) else group_means(loss, model)).min()
    )
    grid, share = zoomed(
        0.0, highest, FLOORS, lambda floor: points.likelihood(points.fit(floor)[1])
    )
    floor = np.append(0.0, grid)
    estimate, misfit = points.fit(floor)
    weight = points.likelihood(misfit)
    weight[1:] *= share / len(grid)
    keep = weight > NEGLIGIBLE * weight.max()
    floor, estimate, misfit, weight = floor[keep], estimate[keep], misfit[keep], weight[keep]
    variance = np.maximum(misfit, TINY**2) / (models - 2)
    _, jacobian = points.law(floor, estimate)
    information: Floats = np.einsum("fri,frj,r->fij", jacobian, jacobian, points.share)
    inverse = np.asarray(np.linalg.inv(information), dtype=float)
    return LossCurve(
        floor=floor,
        weight=weight / weight.sum(),
        estimate=estimate,
        covariance=variance[:, None, None] * inverse,
        scatter=np.sqrt(variance),
        centre=float(np.exp(x.mean())),
        freedom=models - 2,
    )


@dataclass(frozen=True)
class _Points:
    """Runs: ln scale about its mean, ln loss, and the share of its model that each counts for."""

    x: Floats
    log: Floats
    share: Floats
    models: int

    def law(self, floor: Floats, estimate: Floats) -> tuple[Floats, Floats]:
        """Shape (laws, runs) and (laws, runs, 2): ln loss, and its slopes by the estimate."""
        power: Floats = np.exp(np.clip(estimate[:, :1] - estimate[:, 1:] * self.x, -300, 300))
        loss = floor[:, None] + power
        slope = power / loss
        return np.log(loss), np.stack([slope, -slope * self.x], axis=-1)

    def fit(self, floor: Floats) -> tuple[Floats, Floats]:
        """Least squares above each floor: estimates (laws, 2) and weighted sums of squares."""
        above = np.exp(self.log) - floor[:, None]
        start = np.log(np.maximum(above, 0.01 * np.exp(self.log)))
        design = np.stack([np.ones_like(self.x), -self.x], axis=-1)
        root = np.sqrt(self.share)
        found = np.linalg.lstsq(design * root[:, None], start.T * root[:, None], rcond=None)[0]
        estimate = np.asarray(found.T, dtype=float)
        damping = np.full(len(floor), 1e-3)
        misfit, jacobian, left = self._misfit(floor, estimate)
        for _ in range(ROUNDS):
            normal: Floats = np.einsum("fri,frj,r->fij", jacobian, jacobian, self.share)
            diagonal = np.einsum("fii->fi", normal)
            diagonal *= 1 + damping[:, None]
            gradient: Floats = np.einsum("fri,fr,r->fi", jacobian, left, self.share)
            solved = np.linalg.solve(normal + 1e-14 * np.eye(2), gradient[..., None])
            step = np.asarray(solved, dtype=float)[..., 0]
            trial = estimate + step
            new, slopes, rest = self._misfit(floor, trial)
            better = new < misfit
            estimate = np.where(better[:, None], trial, estimate)
            jacobian = np.where(better[:, None, None], slopes, jacobian)
            left = np.where(better[:, None], rest, left)
            still = (misfit - new)[better] <= 1e-12 * misfit[better]
            misfit = np.where(better, new, misfit)
            damping = np.clip(np.where(better, damping / 10, damping * 10), 1e-12, 1e6)
            if better.any() and still.all():
                break
        return estimate, misfit

    def _misfit(self, floor: Floats, estimate: Floats) -> tuple[Floats, Floats, Floats]:
        law, jacobian = self.law(floor, estimate)
        left = self.log - law
        return (self.share * left**2).sum(axis=1), jacobian, left

    def likelihood(self, misfit: Floats) -> Floats:
        """Likelihood of each floor over that of the best, the errors' size integrated out."""
        least = np.maximum(misfit, TINY**2 * self.models)
        return (least / least.min()) ** (-(self.models - 2) / 2)

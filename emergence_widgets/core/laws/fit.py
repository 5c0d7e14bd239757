"""Fit scaling laws to points: one series, or many at once by the same path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .names import BrokenPowerLaw, ExactMatchLaw, LogisticLaw, LossLaw, PowerLaw
from .solver.curves import Curve
from .solver.multistart import best_of, model_of
from .solver.points import FitError, Points, read_points, refusals
from .solver.predict import Kind, Method, Prediction, predict
from .solver.settings import Bounds, Noise, Settings, objective_of, settings_of
from .solver.standard_errors import Spread, spread

Floats = NDArray[np.float64]
L = TypeVar("L", PowerLaw, LossLaw, ExactMatchLaw, LogisticLaw, BrokenPowerLaw)


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a prediction needs of a fit: the solver's parameters and their covariance."""

    curve: Curve
    theta: Floats
    covariance: Floats
    points: Points
    settings: Settings


@dataclass(frozen=True, eq=False)
class Fit(Generic[L]):
    """A law fitted to one series.

    Attributes
    ----------
    law
        The fitted law; call it to evaluate it.
    params, stderr
        Parameters of the law and their standard errors by the delta method. The error is 0 for
        a parameter that was given, and nan for one at a bound or that the points do not
        determine.
    n
        Number of points.
    k
        Number of free parameters of the law.
    log_likelihood
        Of the points. With robust losses, which are no likelihood, it and the criteria are nan.
    aic, aicc, bic
        Akaike's criterion, the same corrected for few points, and the Bayesian criterion. Where
        the variance of the noise is estimated, it counts as one more parameter.
    sigma
        Standard deviation of the noise, estimated with n - k degrees of freedom; of the logs for a
        robust loss; nan where the noise is known or binomial.
    noise
        ``"normal"``, ``"known normal"``, ``"binomial"`` or ``"huber"``.
    converged
        Whether the slope of the objective vanishes at the fit.
    at_bound
        Names of parameters that lie at a bound.
    fitted
        What `predict` needs: the solver's parameters, their covariance, and the points.

    References
    ----------
    AICc: Hurvich and Tsai 1989; Burnham and Anderson 2002, section 7.
    """

    law: L
    params: dict[str, float]
    stderr: dict[str, float]
    n: int
    k: int
    log_likelihood: float
    aic: float
    aicc: float
    bic: float
    sigma: float
    noise: Noise
    converged: bool
    at_bound: tuple[str, ...]
    fitted: Fitted = field(repr=False)

    def predict(
        self,
        x: ArrayLike,
        d: ArrayLike | None = None,
        *,
        interval: float | None = 0.95,
        kind: Kind = "confidence",
        method: Method = "delta",
        noise: float | None = None,
        draws: int = 500,
        seed: int = 0,
    ) -> Prediction:
        """Predict at new scales.

        Parameters
        ----------
        x
            Scales (above 0), any shape; for LossLaw the parameters n.
        d
            Training tokens, for LossLaw alone; broadcast against `x`.
        interval
            Coverage of the interval, in (0, 1), or None for none.
        kind
            ``"confidence"``: of the curve. ``"prediction"``: of a new point about it.
        method
            ``"delta"``: the curve linearised in its parameters, with Student's t where the noise
            is estimated; parameters at a bound are taken as known. ``"bootstrap"``: quantiles
            over refits to series drawn from the fitted curve and its noise (for a robust loss,
            from its residuals).
        noise
            Of the new points of a prediction interval: number of items for shares, standard
            error where it was known. By default that of the fitted points.
        draws, seed
            Of the bootstrap.

        Returns
        -------
        Prediction
            `value`, `lower`, `upper`, each of the shape of `x`. Values and intervals of shares
            lie within [0, 1].

        Raises
        ------
        FitError
            A scale that is not above 0, or an option out of its range.

        Examples
        --------
        >>> from emergence_widgets import PowerLaw
        >>> x = np.logspace(0, 5, 11)
        >>> wobble = 1e-3 * np.resize([1, -1], 11)
        >>> fit = PowerLaw.fit(x, 1 + 2 * x**-0.5 + wobble)
        >>> value, lower, upper = fit.predict(1e6)
        >>> round(float(value), 2), bool(lower < 1.002 < upper)
        (1.0, True)
        """
        return predict(self, x, d, interval, kind, method, noise, draws, seed)

    def __repr__(self) -> str:
        rows = [f"{self.fitted.curve.name} fitted to {self.n} points, noise: {self.noise}"]
        width = max(map(len, self.params))
        for name, value in self.params.items():
            error = self.stderr[name]
            after = f" ± {error:.2g}" if error > 0 else ""
            if error == 0:
                after = " (given)"
            elif name in self.at_bound:
                after = " (at its bound)"
            elif np.isnan(error):
                after = " (not determined by the points)"
            rows.append(f"  {name:<{width}} {value:.5g}{after}")
        if self.noise != "huber":
            rows.append(
                f"  log-likelihood {self.log_likelihood:.4g}, AICc {self.aicc:.4g}, "
                f"BIC {self.bic:.4g}"
            )
        if not self.converged:
            rows.append("  not converged: the fit may not be the best of this law")
        return "\n".join(rows)


def fit_one(
    curve: Curve,
    scales: Mapping[str, ArrayLike],
    y: ArrayLike,
    *,
    n_items: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    loss: str = "likelihood",
    bounds: Bounds | None = None,
    starts: int = 8,
    seed: int = 0,
) -> Fit[Any]:
    """Fit a curve to one series; the public face is ``Law.fit``."""
    if np.ndim(y) != 1:
        raise FitError(
            f"{curve.name}: y has shape {np.shape(y)}; expected one series (n,): "
            "compare_laws takes many"
        )
    points = read_points(curve.name, scales, y, n_items, sigma)
    settings = settings_of(curve, points, loss, bounds, starts, seed)
    fit = fit_all(curve, points, settings)[0]
    if isinstance(fit, str):
        raise FitError(fit)
    return fit


def fit_all(curve: Curve, points: Points, settings: Settings) -> list[Fit[Any] | str]:
    """Fit every series; a series that is refused has the reason in its place."""
    results: list[Fit[Any] | str] = [""] * len(points.y)
    parameters = int(np.sum(model_of(curve).free))
    for rows, group in points.complete():
        reasons = refusals(curve, group, parameters)
        for row, reason in zip(rows, reasons, strict=True):
            results[row] = reason
        chosen = np.flatnonzero([not reason for reason in reasons])
        if len(chosen):
            for row, fit in zip(
                rows[chosen], _fit_complete(curve, group.take(chosen), settings), strict=True
            ):
                results[row] = fit
    return results


def _fit_complete(curve: Curve, points: Points, settings: Settings) -> list[Fit[Any]]:
    model = model_of(curve)
    theta, value, converged = best_of(model, points, settings)
    found = spread(model, points, theta, value, objective_of(points, settings.noise), settings)
    return [
        _fit_of(curve, points, settings, found, row, bool(converged[row]))
        for row in range(len(theta))
    ]


def _fit_of(
    curve: Curve, points: Points, settings: Settings, found: Spread, row: int, converged: bool
) -> Fit[Any]:
    n, k = points.y.shape[1], int(np.sum(model_of(curve).free))
    counted = k + (settings.noise == "normal")
    likelihood = float(found.log_likelihood[row])
    aic = 2 * counted - 2 * likelihood
    held = zip(curve.parameters, found.held[row], strict=True)
    return Fit(
        law=cast("Any", curve.law(found.values[row])),
        params=dict(zip(curve.parameters, found.values[row].tolist(), strict=True)),
        stderr=dict(zip(curve.parameters, found.stderr[row].tolist(), strict=True)),
        n=n,
        k=k,
        log_likelihood=likelihood,
        aic=aic,
        aicc=aic + 2 * counted * (counted + 1) / (n - counted - 1),
        bic=counted * float(np.log(n)) - 2 * likelihood,
        sigma=float(found.sigma[row]),
        noise=settings.noise,
        converged=converged,
        at_bound=tuple(name for name, at_edge in held if at_edge),
        fitted=Fitted(
            curve,
            found.theta[row],
            found.covariance[row],
            points.take(np.array([row])),
            settings,
        ),
    )

"""Fit scaling laws to points: one series, or many at once by the same path."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, refuse
from .solver.covariance import solutions
from .solver.points import Bounds, FitError, Noise, Points, Settings, read_points
from .solver.predict import Fitted, Kind, Method, Prediction, predict
from .solver.problem import Family
from .solver.starts import best_of

L = TypeVar("L")


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
        return predict(self.fitted, x, d, interval, kind, method, noise, draws, seed)

    def __repr__(self) -> str:
        rows = [f"{self.fitted.family.name} fitted to {self.n} points, noise: {self.noise}"]
        width = max(map(len, self.params))
        for name, value in self.params.items():
            error = self.stderr[name]
            after = " (given)" if error == 0 else f" ± {error:.2g}"
            if np.isnan(error):
                held = name in self.at_bound
                after = " (at its bound)" if held else " (not determined by the points)"
            rows.append(f"  {name:<{width}} {value:.5g}{after}")
        if self.noise != "huber":
            rows.append(
                f"  log-likelihood {self.log_likelihood:.4g}, AICc {self.aicc:.4g}, "
                f"BIC {self.bic:.4g}"
            )
        if not self.converged:
            rows.append("  not converged: the fit may not be the best of this law")
        return "\n".join(rows)


class ScalingLaw(ABC):
    """A law of a value over scales, which knows how it is fitted."""

    @classmethod
    @abstractmethod
    def fit(cls, *points: Any, **options: Any) -> Fit[Any]:
        """Fit to the points of one series.

        The keywords before `n_items` are each law's own: its signature has those that it takes.

        Parameters
        ----------
        x, y
            Scales (above 0) and values, (n,). A nan in either leaves the point out; a scale may
            come more than once. LossLaw takes `n`, `d` and `y`: parameters, training tokens and
            losses.
        floor
            Limit that values fall to (PowerLaw, LossLaw, BrokenPowerLaw) or rise from
            (LogisticLaw), where it is known; else free. PowerLaw and LossLaw: nothing is below
            the floor, values fall with the scale, and the floor is not below 0 if no y is.
        ceiling
            LogisticLaw: upper limit where it is known. A free limit lies within [0, 1] for
            shares and within three ranges of y for others; the slope may have either sign.
        chance
            LogisticLaw: another name of `floor`.
        length
            ExactMatchLaw: tokens of an answer, above 0. It is given, because points cannot tell
            it apart from the critical scale.
        breaks
            BrokenPowerLaw: number of breaks, 0 to 2, within the range of the scales. Each has 3
            parameters: `location`, `change` of slope and `width`, with the number of the break,
            such as ``location_1``.
        n_items
            Items behind each share y: the likelihood is binomial, and the law is held within
            [0, 1]. One number or one a point. By default the noise is normal.
        sigma
            Known standard errors of y, one number or one a point. By default one standard
            deviation is estimated.
        loss
            PowerLaw and LossLaw: ``"likelihood"`` (PowerLaw's default), or ``"huber"``
            (LossLaw's, as Hoffmann et al. 2022, section 3.3): Huber's loss of the logs,
            quadratic within 1e-3, which a few outliers do not move.
        bounds
            ``{parameter: (low, high)}``, which narrow the law's own bounds.
        starts, seed
            Number of starts, and the seed of their draws.

        Returns
        -------
        Fit

        Raises
        ------
        FitError
            Points that are not fit to use, or too few for the parameters.

        Examples
        --------
        >>> from emergence_widgets import PowerLaw
        >>> x = np.logspace(6, 11, 12)
        >>> fit = PowerLaw.fit(x, PowerLaw(1.7, 400.0, 0.34)(x))
        >>> round(fit.params["floor"], 6), round(fit.params["exponent"], 6)
        (1.7, 0.34)
        """

    @classmethod
    @abstractmethod
    def _family(cls, *args: Any, **given: Any) -> Family:
        """The law as the solver needs it, with some parameters given."""

    @classmethod
    def _fit(
        cls,
        family: Family,
        scales: tuple[ArrayLike, ...],
        y: ArrayLike,
        n_items: ArrayLike | None,
        sigma: ArrayLike | None,
        bounds: Bounds | None,
        starts: int,
        seed: int,
        loss: str = "likelihood",
    ) -> Fit[Any]:
        if np.ndim(y) != 1:
            raise FitError(
                f"{family.name}: y has shape {np.shape(y)}; expected one series (n,): "
                "compare_laws takes many"
            )
        by_name = dict(zip(family.variables, scales, strict=True))
        points = read_points(family.name, by_name, y, n_items, sigma, loss)
        fit = fit_all(family, points, Settings(bounds or {}, starts, seed))[0]
        if isinstance(fit, str):
            raise FitError(fit)
        return fit

    def _need(self, condition: bool, message: str) -> None:
        """Refuse a parameter out of its range."""
        if not condition:
            raise ValueError(f"{type(self).__name__}: {message}")

    def _scales(self, x: ArrayLike, name: str = "x") -> Floats:
        """Scales as floats; one below 0 is a ValueError that names it."""
        scales = np.asarray(x, dtype=float)
        words = f"{type(self).__name__}: {name} holds {{}}; a scale is above 0"
        refuse(words, scales, scales < 0)
        return scales


def power_of(x: Floats, exponent: float) -> Floats:
    """``x**exponent``, infinite where it overflows."""
    with np.errstate(divide="ignore", over="ignore"):
        return x**exponent


def times(factor: float, power: Floats) -> Floats:
    """A factor 0 leaves nothing, not even of an infinite power."""
    with np.errstate(over="ignore"):
        return factor * power if factor else np.where(np.isnan(power), np.nan, 0.0)


def fit_all(family: Family, points: Points, settings: Settings) -> list[Fit[Any] | str]:
    """Fit every series; a series that is refused has the reason in its place."""
    if settings.starts < 1:
        raise FitError(f"{family.name}: starts is {settings.starts}; expected at least 1")
    results: list[Fit[Any] | str] = [""] * len(points.y)
    for rows, group in points.complete():
        reasons = family.refusals(group)
        for row, reason in zip(rows, reasons, strict=True):
            results[row] = reason
        chosen = np.flatnonzero([not reason for reason in reasons])
        if len(chosen):
            fits = _fit_complete(family, group.take(chosen), settings)
            for row, fit in zip(rows[chosen], fits, strict=True):
                results[row] = fit
    return results


def _fit_complete(family: Family, points: Points, settings: Settings) -> list[Fit[Any]]:
    """Fit series that have as many points each, and none missing."""
    theta, value, converged = best_of(family, points, settings)
    found = solutions(family, points, settings, theta, value)
    n, k = points.y.shape[1], int(np.sum(family.free))
    counted = k + (points.noise == "normal")
    fits: list[Fit[Any]] = []
    for row in range(len(theta)):
        likelihood, sigma = float(found.log_likelihood[row]), float(found.sigma[row])
        values, held = found.values[row].tolist(), found.at_bound[row]
        aic = 2 * counted - 2 * likelihood
        own = points.take(np.array([row]))
        fits.append(
            Fit(
                law=family.law(*values),
                params=dict(zip(family.names, values, strict=True)),
                stderr=dict(zip(family.names, found.stderr[row].tolist(), strict=True)),
                n=n,
                k=k,
                log_likelihood=likelihood,
                aic=aic,
                aicc=aic + 2 * counted * (counted + 1) / (n - counted - 1),
                bic=counted * float(np.log(n)) - 2 * likelihood,
                sigma=sigma,
                noise=points.noise,
                converged=bool(converged[row]),
                at_bound=tuple(name for name, edge in zip(family.names, held, strict=True) if edge),
                fitted=Fitted(family, theta[row], found.covariance[row], own, settings, sigma),
            )
        )
    return fits

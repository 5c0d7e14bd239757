"""What the fits behind a forecast say of themselves: estimates, errors and weights."""

import numpy as np
import pytest

from emergence_widgets import PowerLaw
from emergence_widgets.core.forecast.loss_step import fit_loss
from emergence_widgets.core.forecast.score_step import fit_score, score_law

from .test_forecast import LOSS, SCALE


class TestFits:
    """What a fit says of its own errors, from finite differences and numpy's least squares."""

    LOGITS = np.array([-3.0, -1.8, -1.1, 0.2, 0.9, 2.1, 2.8, 3.1])
    X = np.arange(8.0)

    def numerical(self, curve, law, items):
        """Inverse of the Fisher information of one of its laws, from differences."""
        t = (self.X - curve.centre[0]) / curve.spread[0]

        def rate(parameters):
            one = curve.top[[law], None], curve.exact[[law], None], curve.floor
            return score_law(t, parameters[None], *one)[0]

        steps, estimate = 1e-6 * np.eye(2), curve.estimate[law]
        slopes = [(rate(estimate + one) - rate(estimate - one)) / 2e-6 for one in steps]
        jacobian, p = np.stack(slopes, axis=1), rate(estimate)
        assert abs(jacobian.T @ (items * (self.score - p) / (p * (1 - p)))).max() < 1e-3, (
            "a maximum"
        )
        return np.linalg.inv(jacobian.T @ (jacobian * (items / (p * (1 - p)))[:, None])), p

    @pytest.mark.parametrize("chance", [0.0, 0.25])
    def test_laws_of_a_score_are_those_of_greatest_likelihood(self, chance):
        """Their estimates, errors and weights, from the binomial likelihood alone."""
        self.score = chance + (0.9 - chance) / (1 + np.exp(-self.LOGITS))
        items = np.full(8, 400.0)
        found = fit_score(self.X, self.score, items, np.arange(8), chance)
        assert found.exact.sum() == (0 if chance else 1)
        log, phis = [], []
        for law in range(len(found.weight)):
            covariance, p = self.numerical(found, law, items)
            p = np.clip(p, 1e-12, 1 - 1e-12)
            misfit = 4 * items * (np.arcsin(np.sqrt(self.score)) - np.arcsin(np.sqrt(p))) ** 2
            phis.append(max(misfit.sum() / 6, 1.0))
            assert found.dispersion[law] == pytest.approx(phis[-1], rel=1e-6)
            expected = phis[-1] * covariance
            np.testing.assert_allclose(found.covariance[law], expected, rtol=1e-4, atol=1e-9)
            log.append((items * (self.score * np.log(p) + (1 - self.score) * np.log1p(-p))).sum())
        assert found.freedom == 6
        likelihood = (1 + 2 * (max(log) - np.array(log)) / (6 * min(phis))) ** -3
        prior = found.weight / likelihood
        below = (found.top < 1) & ~found.exact
        np.testing.assert_allclose(prior[below], prior[below][0], rtol=1e-6)
        if not chance:
            # Before looking the links are as likely, and no ceiling as likely as some.
            assert prior[below].sum() <= 0.5 * prior[found.exact].item() * (1 + 1e-6)

    @pytest.mark.parametrize("chance", [0.0, 0.25])
    def test_a_score_below_a_ceiling_is_found_again(self, chance):
        score = chance + (0.8 - chance) / (1 + np.exp(-1.5 * (self.X - 3)))
        found = fit_score(self.X, score, np.full(8, 1e11), np.arange(8), chance)
        assert found.words == "logistic law below a ceiling"
        np.testing.assert_allclose(found(self.X), score, atol=1e-6)

    def test_a_loss_without_a_floor_is_fitted_by_least_squares_of_its_logarithm(self):
        x = 10.0 ** np.arange(5.0)
        log = np.array([1.0, 0.7, 0.45, 0.1, -0.2])
        curve = fit_loss(x, np.exp(log), np.arange(5))
        line, covariance = np.polyfit(np.log(x), log, 1, cov="unscaled")
        left = log - np.polyval(line, np.log(x))
        variance = (left**2).sum() / 3
        assert curve.floor[0] == 0
        assert -curve.estimate[0, 1] == pytest.approx(line[0])
        assert curve.scatter[0] == pytest.approx(np.sqrt(variance))
        # About the mean of ln x the height varies as a mean does, and apart from the slope.
        expected = np.diag([variance / 5, variance * covariance[0, 0]])
        np.testing.assert_allclose(curve.covariance[0], expected, rtol=1e-6, atol=1e-12)
        assert curve.freedom == 3

    def test_floors_of_a_loss_weigh_by_their_likelihood(self):
        x = np.asarray(10.0 ** np.arange(7.0), dtype=float)
        loss = PowerLaw(floor=0.1, scale_factor=3.0, exponent=0.2)(x)
        loss = loss * np.exp(0.03 * (-1.0) ** np.arange(7))
        found = fit_loss(x, loss, np.arange(7))
        misfit = []
        for floor, (start, exponent) in zip(found.floor, found.estimate, strict=True):
            law = floor + np.exp(start) * (x / found.centre) ** -exponent
            misfit.append(np.sum((np.log(loss) - np.log(law)) ** 2))
        np.testing.assert_allclose(found.scatter, np.sqrt(np.array(misfit) / 5), rtol=1e-6)
        prior = found.weight * np.array(misfit) ** 2.5
        np.testing.assert_allclose(prior[1:], prior[1], rtol=1e-6)
        # All floors together are as likely as none before looking; those left out are not.
        assert 0.5 < prior[1:].sum() / prior[0] <= 1
        assert found.weight.sum() == pytest.approx(1)

    def test_a_floor_is_found_again(self):
        scale = np.asarray(SCALE, dtype=float)
        found = fit_loss(scale[:5], LOSS[:5], np.arange(5))
        assert found.words == "power law with a floor"
        np.testing.assert_allclose(found(scale), LOSS, rtol=1e-4)

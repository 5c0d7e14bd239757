"""Forecasts of hidden models: exact worlds, coverage, what is refused, and what must not leak."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from emergence_widgets import ExactMatchLaw, LogisticLaw, PowerLaw
from emergence_widgets.core.forecast import METHODS, ForecastSeries, forecast, judge
from emergence_widgets.core.forecast.draws import Draws, with_item_noise
from emergence_widgets.core.forecast.loss_step import LossCurve
from emergence_widgets.core.forecast.score_step import ScoreCurve
from tests.benchmarks.forecast_calibration import WORLDS, judged

# Shrinking a failure would take minutes of fits.
PHASES = (Phase.explicit, Phase.generate)
SCALE = 10.0 ** np.arange(5, 12)
TEN = np.logspace(5, 11, 10)
LOSS = PowerLaw(floor=0.2, scale_factor=40.0, exponent=0.3)(SCALE)


def sigmoid_of(loss):
    return 0.8 / (1 + np.exp(4 * (loss - 0.7)))


def family(rng, *, seeds=3, n=1000, scale=SCALE, seed_scatter=0.0):
    """A world in which the two-step ladder holds, with runs that scatter."""
    x = np.repeat(scale, seeds)
    loss = PowerLaw(floor=0.2, scale_factor=40.0, exponent=0.3)(x)
    loss = loss * np.exp(seed_scatter * rng.standard_normal(len(x)))
    right = rng.binomial(n, sigmoid_of(loss))
    return ForecastSeries(x, right / n, n_items=n, loss=loss)


class TestExactWorlds:
    """Where a method's laws hold without noise, it predicts exactly."""

    @pytest.mark.parametrize("held_out", [1, 2])
    def test_exact_match_law(self, held_out):
        law = ExactMatchLaw(length=5, critical_scale=1e7, exponent=-0.25)
        series = ForecastSeries(SCALE, law(SCALE), n_items=1e9)
        found = forecast(series, held_out)["sharp"]
        assert found.law == "exact-match law"
        np.testing.assert_allclose(found.score.value, law(SCALE), rtol=1e-4)

    @pytest.mark.parametrize("chance", [0.0, 0.25])
    def test_logistic_law_above_chance(self, chance):
        law = LogisticLaw(floor=chance, ceiling=1.0, midpoint=8.0, slope=1.5)
        series = ForecastSeries(SCALE, law(SCALE), n_items=1e9, chance=chance)
        found = forecast(series, 2)["sharp"]
        assert found.law == "logistic law"
        np.testing.assert_allclose(found.score.value, law(SCALE), rtol=1e-4)

    @pytest.mark.parametrize("chance", [0.0, 0.25])
    def test_direct_law_of_log_accuracy(self, chance):
        score = chance + (1 - chance) * np.exp(-8 * (SCALE / 1e5) ** -0.2)
        series = ForecastSeries(SCALE, score, n_items=1e9, chance=chance)
        found = forecast(series, 2)["direct"]
        assert found.law == "power law of -ln score"
        np.testing.assert_allclose(found.score.value, score, rtol=1e-5)

    @pytest.mark.parametrize("chance", [0.0, 0.25])
    def test_ladder_with_an_exponential_link(self, chance):
        score = chance + (1 - chance) * np.exp(-2 * LOSS)
        series = ForecastSeries(SCALE, score, n_items=1e9, loss=LOSS, chance=chance)
        found = forecast(series, 1)["ladder"]
        assert found.law == "power law with a floor, then exponential law"
        np.testing.assert_allclose(found.score.value, score, rtol=1e-3)

    def test_ladder(self):
        series = ForecastSeries(SCALE, sigmoid_of(LOSS), n_items=1e9, loss=LOSS)
        found = forecast(series, 1)["ladder"]
        assert found.law == "power law with a floor, then logistic law below a ceiling"
        np.testing.assert_allclose(found.score.value, sigmoid_of(LOSS), rtol=1e-3)
        assert found.first is not None
        np.testing.assert_allclose(found.first.value, LOSS, rtol=1e-3)

    @pytest.mark.parametrize("kind", ["share", "error", "perplexity", "reward"])
    def test_smooth_score_of_every_kind_mapped_back(self, kind):
        """Exact match p**5 of per-token success p = exp(-loss): the mirage's own world."""
        smooth = {
            "share": np.exp(-LOSS),
            "error": LOSS,
            "perplexity": np.exp(LOSS),
            "reward": -LOSS,
        }[kind]
        series = ForecastSeries(
            SCALE, np.exp(-5 * LOSS), n_items=1e9, smooth=smooth, smooth_kind=kind
        )
        found = forecast(series, 1)["smooth"]
        assert found.law == "power law with a floor, then exact-match law"
        np.testing.assert_allclose(found.score.value, np.exp(-5 * LOSS), rtol=1e-3)

    def test_number_of_items_may_be_unknown(self):
        law = LogisticLaw(floor=0.0, ceiling=1.0, midpoint=8.0, slope=1.5)
        found = forecast(ForecastSeries(SCALE, law(SCALE)), 2)["sharp"]
        np.testing.assert_allclose(found.score.value, law(SCALE), rtol=1e-3)
        assert np.isnan(found.log_score).all()


class TestIntervals:
    @pytest.mark.parametrize(("method", "seed_scatter"), [("sharp", 0.0), ("ladder", 0.1)])
    def test_cover_new_runs_where_the_laws_hold(self, method, seed_scatter):
        """Nominal 95%; 100 worlds with 2 hidden models of 10, each of 3 runs."""
        inside = []
        for world in range(100):
            rng = np.random.default_rng([world, 7])
            if method == "sharp":
                law = ExactMatchLaw(length=5, critical_scale=1e7, exponent=-0.2)
                x = np.repeat(TEN, 3)
                right = rng.binomial(200, law(x))
                series = ForecastSeries(x, right / 200, n_items=200)
            else:
                series = family(rng, seed_scatter=seed_scatter, scale=TEN)
            found = forecast(series, 2, methods=[method], draws=400)[method]
            inside.append(judge(series, 2, found)["inside"].mean())
        assert 0.9 <= np.mean(inside) <= 1.0

    @pytest.mark.parametrize("floor", [0.0, 0.15])
    @pytest.mark.parametrize("link", ["sigmoid", "exponential"])
    def test_of_the_ladder_cover_with_and_without_a_floor(self, floor, link):
        """A quick look at the hard worlds of ``make calibrate``: one exact run a size, 6 fitted."""
        (world,) = (w for w in WORLDS if (w.floor, w.link, w.scatter) == (floor, link, 0.005))
        inside, width, _ = judged(world, 6, worlds=30, draws=100)
        assert inside >= 0.85
        assert width < 0.25, "and say something"

    def test_widen_with_the_number_hidden(self):
        law = ExactMatchLaw(length=5, critical_scale=1e7, exponent=-0.2)
        scale = 10.0 ** np.arange(4, 13)
        right = np.random.default_rng(3).binomial(200, law(scale))
        series = ForecastSeries(scale, right / 200, n_items=200)
        wide = []
        for held_out in (1, 4):
            score = forecast(series, held_out)["sharp"].score
            wide.append(score.upper[-1] - score.lower[-1])
        assert wide[1] > wide[0]

    def test_seeds_that_scatter_widen_them(self):
        calm = family(np.random.default_rng(1), seed_scatter=0.0)
        wild = family(np.random.default_rng(1), seed_scatter=0.3)
        widths = [
            np.ptp([f.score.lower[-1], f.score.upper[-1]])
            for f in (forecast(one, 2)["ladder"] for one in (calm, wild))
        ]
        assert widths[1] > 1.2 * widths[0]

    def test_copies_of_a_run_tell_nothing_new(self):
        """Ten identical seeds of each model are no more than one."""
        rng = np.random.default_rng(5)
        y = rng.binomial(300, ExactMatchLaw(length=3, critical_scale=1e7, exponent=-0.2)(SCALE))
        once = ForecastSeries(SCALE, y / 300, n_items=300)
        often = ForecastSeries(np.repeat(SCALE, 10), np.repeat(y / 300, 10), n_items=300)
        for part in ("value", "lower", "upper"):
            np.testing.assert_allclose(
                getattr(forecast(often, 2)["sharp"].score, part),
                getattr(forecast(once, 2)["sharp"].score, part),
                rtol=1e-5,
            )


def score_curve(
    *, error=0.0, dispersion=1.0, n_items=100.0, weight=(1.0,), top=(1.0,), exact=(False,)
):
    one = np.ones(len(weight))
    return ScoreCurve(
        weight=np.array(weight), exact=np.array(exact), top=np.array(top),
        estimate=np.zeros((len(one), 2)),
        covariance=np.stack([np.diag([error**2, 0])] * len(one)),
        dispersion=dispersion * one, floor=0.0, centre=np.zeros(2), spread=np.ones(2),
        freedom=3, n_items=n_items,
    )  # fmt: skip


class TestScatter:
    """What a new run adds to a law: of three degrees of freedom, in the tails of Student's t."""

    DRAWS = 20_000
    HALF = t.ppf(0.975, 3)

    def half_width(self, drawn):
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        return (high - low)[0] / 2

    def loss_curve(self, error, scatter, weight=(1.0,), floor=(0.0,)):
        one = np.ones(len(weight))
        return LossCurve(
            floor=np.array(floor), weight=np.array(weight),
            estimate=np.outer(one, [0.0, 0.3]),
            covariance=np.stack([np.diag([error**2, 0])] * len(one)),
            scatter=scatter * one, centre=1e6, freedom=3,
        )  # fmt: skip

    @pytest.mark.parametrize(("error", "scatter"), [(0.0, 0.01), (0.01, 0.0)])
    def test_of_a_loss(self, error, scatter):
        drawn = np.log(
            self.loss_curve(error, scatter).sample(np.array([1e6]), Draws(self.DRAWS, 0))
        )
        assert self.half_width(drawn) == pytest.approx(0.01 * self.HALF, rel=0.05)

    def test_of_a_loss_whose_floor_is_not_known(self):
        curve = self.loss_curve(0.0, 0.0, weight=(0.25, 0.75), floor=(0.0, 1.0))
        drawn = curve.sample(np.array([1e6, 1e12]), Draws(self.DRAWS, 0))
        assert np.mean(drawn[:, 0] == 1) == pytest.approx(0.25, abs=0.01)
        assert set(np.unique(drawn[:, 0])) == {1.0, 2.0}
        expected = np.exp(0.25 * np.log(1.0) + 0.75 * np.log(2.0))
        assert curve(np.array([1e6]))[0] == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("error", "dispersion", "n_items", "half_width"),
        [
            # The variance beyond the items' own: (dispersion - 1) / (4 n) of the arcsine.
            (0.0, 5.0, 10_000.0, 0.01), (0.0, 1.0, 10_000.0, 0.0), (0.0, 0.0004, np.nan, 0.01),
            # The slope of the logistic at its middle is 1/4, the arcsine's there 1.
            (0.04, 1.0, 10_000.0, 0.01),
        ],
    )  # fmt: skip
    def test_of_a_score(self, error, dispersion, n_items, half_width):
        curve = score_curve(error=error, dispersion=dispersion, n_items=n_items)
        drawn = np.arcsin(np.sqrt(curve.sample(np.array([0.0]), Draws(self.DRAWS, 0))))
        assert self.half_width(drawn) == pytest.approx(half_width * self.HALF, rel=0.05, abs=1e-9)

    def test_of_a_score_whose_link_and_ceiling_are_not_known(self):
        """Logistic laws to 1 and to 0.6, and the exponential one, at u = 0."""
        curve = score_curve(weight=(0.5, 0.3, 0.2), top=(1.0, 0.6, 1.0), exact=(False, False, True))
        rates = [0.5, 0.3, np.exp(-1)]
        assert curve(np.array([0.0]))[0] == pytest.approx(np.dot([0.5, 0.3, 0.2], rates))
        drawn = curve.sample(np.array([0.0]), Draws(self.DRAWS, 0))[:, 0]
        for rate, weight in zip(rates, (0.5, 0.3, 0.2), strict=True):
            assert np.mean(np.isclose(drawn, rate)) == pytest.approx(weight, abs=0.01)

    def test_of_the_items(self):
        rates = np.full((self.DRAWS, 1), 0.5)
        drawn = np.arcsin(np.sqrt(with_item_noise(rates, 100.0, Draws(self.DRAWS, 0))))
        assert self.half_width(drawn) == pytest.approx(1.96 / np.sqrt(4 * 100), rel=0.03)
        assert with_item_noise(rates, np.nan, Draws(self.DRAWS, 0)) is rates


class TestLogScore:
    def test_of_a_certain_forecast_is_binomial(self):
        """A flat series: the last value is 0.5 without doubt."""
        series = ForecastSeries([1e6, 1e7, 1e8, 1e9], [0.5] * 4, n_items=100)
        found = forecast(series, 1)["last_value"]
        assert found.log_score[3] == pytest.approx(binom.logpmf(50, 100, 0.5), rel=1e-9)
        assert np.isnan(found.log_score[:3]).all()

    def test_no_answer_costs_an_infinite_score(self):
        series = ForecastSeries([1e6, 1e7, 1e8, 1e9], [0, 0, 0, 0.5], n_items=100)
        found = forecast(series, 1)["last_value"]
        # Held half an item from 0: p = 0.5 / 101.
        assert found.log_score[3] == pytest.approx(binom.logpmf(50, 100, 0.5 / 101), rel=1e-9)

    def test_nearer_forecast_scores_better(self):
        law = LogisticLaw(floor=0.0, ceiling=1.0, midpoint=8.0, slope=1.5)
        found = forecast(ForecastSeries(SCALE, law(SCALE), n_items=1000), 2)
        assert (found["sharp"].log_score[-2:] > found["last_value"].log_score[-2:]).all()


class TestLastValue:
    def test_is_the_mean_of_the_largest_visible_model(self):
        series = ForecastSeries([1e6, 1e7, 1e8, 1e8, 1e9], [0.1, 0.2, 0.3, 0.5, 0.9], n_items=50)
        found = forecast(series, 1)["last_value"].score
        assert found.value[-2:].tolist() == [0.4, 0.4]
        assert np.isnan(found.value[:2]).all(), "nothing is said of models before the last"

    def test_interval_grows_with_the_square_root_of_the_decades(self):
        """Steps of 0.01 a decade, many items: half widths as t * 0.01 * sqrt(decades)."""
        scale = 10.0 ** np.arange(30)
        score = 0.5 + 0.01 * (np.arange(30) % 2)
        series = ForecastSeries(scale, score, n_items=1e12)
        found = forecast(series, 9, draws=4000)["last_value"].score
        half = (found.upper - found.lower)[-9:] / 2
        assert half[3] / half[0] == pytest.approx(2.0, rel=1e-4)
        assert half[0] == pytest.approx(0.01 * 2.086, rel=0.08), "Student's t, 20 steps"

    def test_few_steps_have_the_tails_of_students_t(self):
        """Four visible models a decade apart, steps of 0.01: t with 3 degrees of freedom."""
        score = 0.5 + 0.01 * (np.arange(5) % 2)
        series = ForecastSeries(10.0 ** np.arange(5), score, n_items=1e12)
        found = forecast(series, 1, draws=20_000)["last_value"].score
        assert (found.upper - found.lower)[-1] / 2 == pytest.approx(
            0.01 * t.ppf(0.975, 3), rel=0.05
        )

    def test_seeds_scatter_about_it(self):
        """No steps, and seeds 0.1 apart at each of four models: a variance of 0.005."""
        series = ForecastSeries(
            np.repeat(10.0 ** np.arange(5), 2), np.tile([0.45, 0.55], 5), n_items=1e12
        )
        found = forecast(series, 1, draws=20_000)["last_value"].score
        assert (found.upper - found.lower)[-1] / 2 == pytest.approx(1.96 * np.sqrt(0.005), rel=0.03)

    def test_two_models_have_no_interval(self):
        series = ForecastSeries([1e6, 1e7, 1e8], [0.1, 0.2, 0.3], n_items=50)
        found = forecast(series, 1)["last_value"]
        assert found.score.value[-1] == 0.2
        assert np.isnan(found.score.lower).all()
        assert not found.refusal


class TestProperties:
    @settings(deadline=None, max_examples=15, derandomize=True, phases=PHASES)
    @given(seed=st.integers(0, 10**6), held_out=st.integers(1, 3))
    def test_nothing_leaks_from_the_hidden_models(self, seed, held_out):
        rng = np.random.default_rng(seed)
        true = family(rng, seeds=2)
        assert true.loss is not None
        smooth = np.exp(-true.loss)
        hidden = true.model >= true.models - held_out
        columns: dict[str, Any] = {"score": true.score, "loss": true.loss, "smooth": smooth}
        changed: dict[str, Any] = {
            name: np.where(hidden, rng.random(14), one) for name, one in columns.items()
        }
        a, b = (
            forecast(ForecastSeries(true.scale, n_items=1000, **one), held_out, draws=100)
            for one in (columns, changed)
        )
        for method in METHODS:
            for part in ("value", "lower", "upper"):
                np.testing.assert_array_equal(
                    getattr(a[method].score, part), getattr(b[method].score, part)
                )

    @settings(deadline=None, max_examples=6, derandomize=True, phases=PHASES)
    @given(seed=st.integers(0, 10**6), unit=st.floats(1e-6, 1e6))
    def test_the_unit_of_scale_and_the_order_of_runs_do_not_matter(self, seed, unit):
        rng = np.random.default_rng(seed)
        one = family(rng, seeds=2)
        assert one.loss is not None
        order = rng.permutation(14)
        other = ForecastSeries(
            unit * one.scale[order], one.score[order], n_items=1000, loss=one.loss[order]
        )
        for method in ("sharp", "ladder", "last_value"):
            a, b = (forecast(s, 2, draws=100)[method].score for s in (one, other))
            for part in ("value", "lower", "upper"):
                np.testing.assert_allclose(getattr(a, part), getattr(b, part), rtol=1e-4, atol=1e-6)

    def test_the_same_seed_gives_the_same_interval(self):
        series = family(np.random.default_rng(0))
        a, b, c = (forecast(series, 2, seed=seed)["ladder"].score for seed in (0, 0, 1))
        np.testing.assert_array_equal(a.lower, b.lower)
        assert (a.lower != c.lower).any()
        np.testing.assert_array_equal(a.value, c.value)

"""`MirageExplorer` against the formulas of its model: lines, readouts and simulated tests."""

import math

import numpy as np
import pytest
from scipy import stats

from emergence_widgets import (
    MirageExplorer,
    breakthroughness,
    items_needed,
    late_rise,
    wilson_interval,
)
from emergence_widgets.core.statistics.clear_rise import beyond_noise, clear_rise
from emergence_widgets.programs import PROGRAMS
from emergence_widgets.widgets.readouts import filled

LINES = (
    "loss",
    "token_success",
    "exact_match",
    "token_edit_distance",
    "edit_similarity",
    "multiple_choice_grade",
    "brier_score",
)
MEASURED = (
    "token_success",
    "exact_match",
    "token_edit_distance",
    "multiple_choice_grade",
    "brier_score",
)
CONVERSE = (
    "skills_loss", "skills_loss_models", "one_skill", "three_skills", "many_skills",
    "many_skills_models", "tasks_average",
)  # fmt: skip
SETTINGS = [
    {},
    {"length": 5},
    {"length": 1},
    {"length": 50, "exponent": -1.0, "critical_scale": 1e5},
    {"length": 7, "floor": 0.4, "options": 2, "decision_noise": 1.0},
    {"length": 20, "options": 20, "decision_noise": 0.05, "exponent": -0.05},
    {"length": 6, "errors_allowed": 2},
    {"length": 6, "errors_allowed": 2, "concentration": 3.0},
    {"length": 10, "concentration": 0.5},
    {"length": 10, "concentration": 9000.0},
]


def expected(scale, state):
    """Every line at the sizes `scale`: Schaeffer, Miranda and Koyejo 2023, section 2, written out.

    Items are all alike or Beta-distributed.
    """
    length, k, tau = state["length"], state["options"], state["decision_noise"]
    kappa, needed = state["concentration"], max(length - state["errors_allowed"], 0)
    loss = state["floor"] + (scale / state["critical_scale"]) ** state["exponent"]
    p = np.exp(-loss)

    def grade(p):
        q = p + (1 - p) / k
        with np.errstate(divide="ignore", over="ignore"):
            return 1 / (1 + (k - 1) * ((1 - q) / ((k - 1) * q)) ** (1 / tau))

    if math.isinf(kappa):
        q = p + (1 - p) / k
        match = stats.binom.sf(needed - 1, length, p)
        brier, choice = k / (k - 1) * (1 - q) ** 2, grade(p)
    else:
        a, b = kappa * p, kappa * (1 - p)
        match = sum(stats.betabinom.pmf(right, length, a, b) for right in range(needed, length + 1))
        brier = (k - 1) / k * b * (b + 1) / (kappa * (kappa + 1))
        choice = np.array([beta_mean(grade, *shape) for shape in zip(a, b, strict=True)])
    return {
        "loss": loss,
        "token_success": p,
        "exact_match": match,
        "token_edit_distance": length * (1 - p),
        "edit_similarity": p,
        "multiple_choice_grade": choice,
        "brier_score": brier,
    }


def beta_mean(function, a, b):
    """Mean over a Beta distribution: the quantile function at the middles of equal shares."""
    return function(stats.beta.ppf((np.arange(20_000) + 0.5) / 20_000, a, b)).mean()


def by_curve(e):
    return dict(list(e.curves().groupby("curve", sort=False)))


class TestLines:
    @pytest.mark.parametrize("controls", SETTINGS, ids=str)
    def test_lines_equal_the_formulas(self, controls):
        scale = np.logspace(5, 12, 15)
        e = MirageExplorer(scale=scale, **controls)
        curves, formulas = by_curve(e), expected(scale, e.state)
        for name in LINES:
            np.testing.assert_array_equal(curves[name]["x"], scale)
            spread = name == "multiple_choice_grade" and math.isfinite(e.concentration)
            np.testing.assert_allclose(
                curves[name]["y"],
                formulas[name],
                rtol=2e-3 if spread else 1e-8,
                atol=1e-4 if spread else 1e-15,
                err_msg=name,
            )

    def test_the_paper_s_example(self):
        """Five tokens: a loss of ln 2 a token gives p = 1/2, p^5 = 1/32 and 2.5 tokens to fix."""
        scale = np.array([1e8 * math.log(2) ** (1 / -0.3), 1e30])
        row = MirageExplorer(length=5, scale=scale).curves().query("x < 1e20")
        y = row[row["curve"].isin(LINES)].set_index("curve")["y"]
        assert y["loss"] == pytest.approx(math.log(2))
        assert y["token_success"] == pytest.approx(1 / 2)
        assert y["exact_match"] == pytest.approx(1 / 32)
        assert y["token_edit_distance"] == pytest.approx(2.5)
        # K = 4: q = 1/2 + 1/8; a uniform guess would score 3/4.
        assert y["brier_score"] == pytest.approx(4 / 3 * (3 / 8) ** 2)

    def test_hopeless_models_score_chance(self):
        scale = np.array([1e-200, 1e-199])
        e = MirageExplorer(scale=scale, options=5, exponent=-1.0)
        y = {name: part["y"].iloc[0] for name, part in by_curve(e).items()}
        assert y["token_success"] == y["exact_match"] == 0
        assert y["token_edit_distance"] == e.length
        assert y["multiple_choice_grade"] == pytest.approx(1 / 5)
        assert y["brier_score"] == pytest.approx(1 - 1 / 5)

    def test_at_noise_one_an_option_is_chosen_by_its_odds(self):
        y = by_curve(MirageExplorer(decision_noise=1.0, options=4))
        p = y["token_success"]["y"].to_numpy()
        np.testing.assert_allclose(y["multiple_choice_grade"]["y"], p + (1 - p) / 4, rtol=1e-12)

    def test_one_token_is_right_as_often_as_the_whole_answer(self):
        y = by_curve(MirageExplorer(length=1))
        np.testing.assert_allclose(y["exact_match"]["y"], y["token_success"]["y"], rtol=1e-15)
        np.testing.assert_allclose(
            y["token_edit_distance"]["y"], 1 - y["token_success"]["y"], atol=1e-15
        )

    @pytest.mark.parametrize(("length", "errors"), [(1, 1), (3, 3), (3, 10), (10, 10)])
    def test_as_many_errors_as_tokens_pass_every_answer(self, length, errors):
        e = MirageExplorer(length=length, errors_allowed=errors)
        curves = by_curve(e)
        assert (curves["exact_match"]["y"] == 1).all()
        assert (curves["exact_match_measured"]["y"] == 1).all()
        assert e.readouts.values["items_needed_smallest"] == 1
        assert e.readouts.values["visible_from"] == 1e5


class TestTable:
    def test_tidy_columns_and_the_ids_of_the_design(self):
        frame = MirageExplorer().curves()
        assert frame.columns.tolist() == ["figure", "curve", "x", "y", "lower", "upper"]
        assert frame["curve"].unique().tolist() == [
            *LINES,
            "loss_measured",
            *(f"{name}_measured" for name in MEASURED),
            *CONVERSE,
        ]
        assert frame.dtypes[["x", "y", "lower", "upper"]].astype(str).eq("float64").all()
        assert frame["y"].notna().all()
        assert frame["x"].notna().all()

    def test_figures_are_those_on_screen(self):
        e = MirageExplorer()
        assert set(e.curves()["figure"]) == set(e.figures)
        by_figure = e.curves().groupby("curve")["figure"].unique().map(list)
        assert by_figure["edit_similarity"] == ["token_edit_distance"]
        assert by_figure["brier_score_measured"] == ["brier_score"]

    def test_only_measured_points_have_intervals(self):
        frame = MirageExplorer().curves()
        barred = frame["curve"].isin([f"{name}_measured" for name in MEASURED])
        assert frame.loc[~barred, ["lower", "upper"]].isna().all(axis=None)
        points = frame[barred]
        assert (points["lower"] <= points["y"] + 1e-12).all()
        assert (points["y"] <= points["upper"] + 1e-12).all()

    def test_models_lie_evenly_on_the_axis_up_to_the_largest(self):
        e = MirageExplorer(n_models=5, largest_model=1e9)
        x = by_curve(e)["exact_match_measured"]["x"]
        np.testing.assert_allclose(x, 10.0 ** np.arange(5, 10), rtol=1e-12)


class TestScale:
    def test_a_scale_of_one_s_own(self):
        e = MirageExplorer(scale=[1e6, 3e7, 2e9], largest_model=1e12, n_models=3)
        curves = by_curve(e)
        assert curves["loss"]["x"].tolist() == [1e6, 3e7, 2e9]
        np.testing.assert_allclose(
            curves["loss_measured"]["x"], [1e6, math.sqrt(1e6 * 2e9), 2e9], rtol=1e-12
        )

    @pytest.mark.parametrize(
        ("scale", "words"),
        [
            ([1e6], r"scale has shape \(1,\); expected one axis of at least two sizes"),
            (5.0, r"scale has shape \(\)"),
            ([[1, 2], [3, 4]], r"scale has shape \(2, 2\)"),
            ([], r"scale has shape \(0,\)"),
            ([0, 1e6], r"scale\[0\] is 0; .* must be above 0"),
            ([-1, 1e6], r"scale\[0\] is -1"),
            ([1e6, math.nan], r"scale\[1\] is nan"),
            ([1e6, math.inf], r"scale\[1\] is inf"),
            (
                [1e6, 1e9, 1e8],
                r"falls or rests from scale\[1\] = 1e\+09 to 1e\+08; give .* ascending",
            ),
            ([1e6, 1e6], r"falls or rests from scale\[0\]"),
            (["1M", "1B"], r"scale is \['1M', '1B'\]; expected numbers such as"),
            ([1 + 0j, 2], r"scale is .*; expected numbers"),
        ],
        ids=str,
    )
    def test_bad_scales_are_errors_that_say_where(self, scale, words):
        with pytest.raises(ValueError, match=words):
            MirageExplorer(scale=scale)

    def test_extreme_sizes(self):
        for scale in ([1e-300, 1.0, 1e300], [7.0, 7.0000001]):
            e = MirageExplorer(scale=scale)
            with np.errstate(all="ignore"):
                y = by_curve(e)["edit_similarity"]["y"]
            assert y.between(0, 1).all()


class TestReadouts:
    @pytest.mark.parametrize(
        "controls", [{}, {"n_items": 1}, {"n_models": 3, "length": 40}], ids=str
    )
    def test_they_equal_the_core_functions(self, controls):
        e = MirageExplorer(**controls)
        shown, curves = e.readouts.values, by_curve(e)
        for metric in MEASURED:
            y = curves[f"{metric}_measured"]["y"].to_numpy()
            up = -y if metric in ("token_edit_distance", "brier_score") else y
            floor = 0.5 / e.n_items if metric in ("exact_match", "multiple_choice_grade") else None
            np.testing.assert_equal(
                shown[f"breakthroughness_{metric}"], float(breakthroughness(up, resolution=floor))
            )
            points = curves[f"{metric}_measured"]
            ends = [points[end].to_numpy() for end in ("lower", "upper")]
            low, high = ends if up is y else (-ends[1], -ends[0])
            rises = clear_rise(up, low, high)
            late = float(late_rise(points["x"], up)) if rises else np.nan
            np.testing.assert_allclose(shown[f"late_{metric}"], late, rtol=0, atol=1e-12)
        assert shown["chance"] == 1 / e.options
        assert shown["chance_brier"] == 1 - 1 / e.options
        models = curves["exact_match_measured"]["x"].to_numpy()
        rates = expected(models[[0, -1]], e.state)["exact_match"]
        assert shown["items_needed_smallest"] == float(items_needed(rates[0]))
        assert shown["items_needed_largest"] == float(items_needed(rates[1]))

    def test_first_visible_size(self):
        """Of n items one is right with 95% chance when 1 - (1 - rate)^n is at least 0.95."""
        e = MirageExplorer(n_items=100)
        line = by_curve(e)["exact_match"]
        chance = 1 - (1 - line["y"]) ** 100
        assert e.readouts.values["visible_from"] == line["x"][chance >= 0.95].iloc[0]

    def test_a_longer_answer_waits_longer_and_its_edit_distance_does_not(self):
        short, default, long = (
            MirageExplorer(length=length).readouts.values for length in (1, 10, 40)
        )
        for shown, least, most in ((short, 0.1, 0.3), (default, 0.5, 0.7), (long, 0.7, 0.9)):
            assert least < shown["late_exact_match"] < most
            assert 0.1 < shown["late_token_edit_distance"] < 0.3

    def test_a_test_that_sees_nothing_has_no_late_rise(self):
        """No exact match among the small models, and none that is sure among the largest."""
        e = MirageExplorer(length=20, n_items=20, largest_model=3e8)
        assert np.isnan(e.readouts.values["late_exact_match"])
        label, value, detail = next(filled(e.readouts.cells, e.readouts.values))
        assert (label, value) == ("Exact match", "T = –")
        assert detail.startswith("no clear rise")

    def test_chance_alone_does_not_rise(self):
        """Of options that are guessed, the grade of small models differs by the test alone."""
        for seed in range(5):
            e = MirageExplorer(n_items=20, largest_model=1e6, critical_scale=1e10, seed=seed)
            assert np.isnan(e.readouts.values["late_multiple_choice_grade"])


class TestMeasuredPoints:
    def test_another_seed_is_another_test_and_the_same_seed_the_same(self):
        first, same, other = (MirageExplorer(seed=seed).curves() for seed in (0, 0, 1))
        points = first["curve"].str.endswith("_measured") & (first["figure"] != "loss")
        assert first.equals(same)
        assert first[~points].equals(other[~points])
        assert (first.loc[points, "y"] != other.loc[points, "y"]).mean() > 0.5

    @pytest.mark.parametrize("concentration", [math.inf, 2.0], ids=str)
    def test_their_mean_over_seeds_is_the_expectation(self, concentration):
        """Means of 200 tests of 300 items lie within five standard errors of the lines."""
        e = MirageExplorer(
            scale=np.logspace(7, 12, 9),
            length=3,
            n_items=300,
            n_models=8,
            concentration=concentration,
        )
        rng, draws = np.random.default_rng(5), []
        for _ in range(200):
            uniforms = rng.random(e.constants["uniforms"].shape)
            constants = e.constants | {"uniforms": uniforms, "normals": stats.norm.ppf(uniforms)}
            draws.append(PROGRAMS["mirage"](e.state, constants))
        formulas = expected(draws[0]["model_scale"], e.state)
        for metric in MEASURED:
            points = np.stack([draw[f"{metric}_measured"] for draw in draws])
            error = points.std(axis=0, ddof=1) / math.sqrt(len(points))
            spread = 1e-4 * (metric == "multiple_choice_grade")
            assert (
                np.abs(points.mean(axis=0) - formulas[metric]) <= 5 * error + 1e-12 + spread
            ).all(), metric

    def test_whole_answers_are_binomial_counts(self):
        e = MirageExplorer(n_items=50, length=2, n_models=24)
        point = by_curve(e)["exact_match_measured"]
        right = point["y"] * 50
        np.testing.assert_allclose(right, right.round(), atol=1e-9)
        lower, upper = wilson_interval(right.round(), 50)
        np.testing.assert_allclose(point["lower"], lower, rtol=1e-12)
        np.testing.assert_allclose(point["upper"], upper, rtol=1e-12)
        rate = expected(point["x"].to_numpy(), e.state)["exact_match"]
        np.testing.assert_array_less(
            np.abs(right - 50 * rate), 4 * np.sqrt(50 * rate * (1 - rate)) + 1
        )

    def test_one_item_is_right_or_wrong(self):
        curves = by_curve(MirageExplorer(n_items=1))
        for metric in ("exact_match", "multiple_choice_grade"):
            assert set(curves[f"{metric}_measured"]["y"]) <= {0.0, 1.0}
        # Wilson with one item: 0 of 1 is [0, 0.79], 1 of 1 is [0.21, 1].
        wrong = curves["exact_match_measured"].query("y == 0")
        assert len(wrong) > 0
        np.testing.assert_allclose(wrong["upper"], 0.7934, atol=1e-4)

    def test_scores_of_points_stay_within_their_bounds(self):
        curves = by_curve(MirageExplorer(n_items=1, length=3, concentration=0.5))
        for metric in MEASURED:
            most = 3 if metric == "token_edit_distance" else 1
            assert curves[f"{metric}_measured"][["y", "lower", "upper"]].to_numpy().min() >= 0
            assert curves[f"{metric}_measured"][["y", "lower", "upper"]].to_numpy().max() <= most


def test_five_of_twenty_after_none_is_a_rise_and_four_is_not():
    """Newcombe 1998, method 10: the lower end for 5/20 less 0/20 is .038, and -.0005 for 4."""
    for right, rises in ((5, True), (4, False)):
        share = np.array([0, 0, 0, right]) / 20
        lower, upper = wilson_interval(20 * share, np.full(4, 20.0))
        assert beyond_noise(share, lower, upper) == rises


class TestSharpSkills:
    def test_a_task_is_solved_exactly_where_its_hardest_skill_is_learnt(self):
        """Half of the needs of Zipf's law with a = 1 are skill 1 (6 / pi^2 = .61 of them)."""
        e = MirageExplorer(scale=np.arange(1, 41) * 1e6, exponent=-1.0, n_models=3)
        task = by_curve(e)["one_skill"]
        assert task["y"].tolist() == [0, 0, 1, 1]
        assert task["x"].tolist() == [1e6, 1e6, 1e6, 4e7]
        # .61 ** 3 = .22, (.61 * 1.25) ** 3 = .44 and (.61 * 1.361) ** 3 = .57
        assert by_curve(e)["three_skills"]["x"].tolist() == [1e6, 3e6, 3e6, 4e7]

    @pytest.mark.parametrize("exponent", [-0.3, -1.0])
    def test_many_skills_give_the_loss_of_the_first_figure(self, exponent):
        y = by_curve(MirageExplorer(exponent=exponent, floor=0.1))
        many = (y["loss"]["x"] > 1e9).to_numpy()
        np.testing.assert_allclose(y["skills_loss"]["y"][many], y["loss"]["y"][many], rtol=1e-4)

    def test_the_loss_gains_steadily_and_the_task_comes_late(self):
        shown = MirageExplorer().readouts.values
        assert shown["late_skills_loss"] < 0.01
        # The last size that fails is the 6th of 12, the first that solves it the 7th.
        assert shown["late_many_skills"] == pytest.approx(5 / 6)

    def test_half_of_all_tasks_are_solved_at_the_step(self):
        y = by_curve(MirageExplorer(skills_needed=20))
        step = y["many_skills"]["x"].iloc[1]
        average = y["tasks_average"]
        assert np.interp(np.log(step), np.log(average["x"]), average["y"]) == pytest.approx(
            0.5, abs=0.01
        )

    def test_a_task_beyond_every_size_is_never_solved(self):
        y = by_curve(MirageExplorer(skills_needed=50, exponent=-0.05))
        assert y["many_skills"]["y"].max() == y["many_skills_models"]["y"].max() == 0

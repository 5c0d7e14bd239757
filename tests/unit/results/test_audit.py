"""The audit of metrics: simulated evaluations of known truth, real ones, and edges."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, audit_metrics, datasets, read_results, rescore
from emergence_widgets.results.audit import COLUMNS, GRADES, TESTS
from emergence_widgets.results.schema import SchemaError

from .family import write_family

NUMBERS = [*COLUMNS[COLUMNS.index("families") :]]


def table(values, metric="acc", task="t", family="a", **columns):
    rows = {
        "model": [f"{family}{i}" for i in range(len(values))],
        "params": [10.0 ** (6 + i / 2) for i in range(len(values))],
        "value": values,
    }
    return pd.DataFrame(rows).assign(metric=metric, task=task, family=family, **columns)


def audit(*tables, draws=200, **options):
    results = EvalResults(pd.concat(tables, ignore_index=True))
    return audit_metrics(results, draws=draws, **options)


def only(*tables, **options):
    found = audit(*tables, **options)
    assert len(found) == 1
    return found.iloc[0]


def answers(length=12, sizes=9, items=300, seed=0):
    """Answers of models whose tokens are each right with a chance that rises steadily."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("abcdefgh"))
    target = rng.integers(0, 8, (items, length))
    rows = []
    for size, right in enumerate(np.linspace(0.1, 0.97, sizes)):
        wrong = rng.random((items, length)) >= right
        output = np.where(wrong, (target + 1) % 8, target)
        for item in range(items):
            texts = (" ".join(letters[tokens[item]]) for tokens in (target, output))
            rows.append((f"m{size}", 10.0 ** (6 + size / 2), "t", item, *texts))
    names = ["model", "params", "task", "item", "target", "output"]
    return pd.DataFrame(rows, columns=names)


def of_answers(samples, draws=200, **options):
    none = pd.DataFrame({name: [] for name in ("model", "task", "metric", "value", "params")})
    return audit_metrics(EvalResults(none, samples), draws=draws, **options)


@pytest.fixture(scope="module")
def of_tokens():
    return of_answers(answers()).set_index("metric")


def test_the_harsh_score_hides_what_the_gentle_one_shows(of_tokens):
    gentle, harsh = of_tokens.loc["edit_similarity"], of_tokens.loc["exact_match"]
    assert gentle["grade"] == "shows progress"
    assert harsh["grade"] == "hides progress"
    assert gentle["rank"] < harsh["rank"]
    assert gentle["linear"] > 0.95 > harsh["linear"]
    assert harsh["breakthroughness"] > 3 * gentle["breakthroughness"]
    assert "sizes score exactly 0 of 300 items." in harsh["reasons"]
    assert "8 of 8 steps go up." in gentle["reasons"]
    assert {"prefix_match", "token_edit_distance"} < set(of_tokens.index)


def test_a_lower_is_better_score_is_turned(of_tokens):
    distance, similarity = of_tokens.loc["token_edit_distance"], of_tokens.loc["edit_similarity"]
    assert similarity["linear"] == pytest.approx(distance["linear"], rel=1e-9)
    # Pairing: the same items are drawn for every metric.
    assert similarity["stability"] == pytest.approx(distance["stability"], rel=1e-9)
    assert similarity["breakthroughness_lower"] == pytest.approx(
        distance["breakthroughness_lower"], rel=1e-9
    )


def test_scores_are_those_that_rescore_gives(of_tokens):
    scores = rescore(answers(), ["exact_match", "edit_similarity"])
    reported = audit_metrics(EvalResults(scores), draws=200).set_index("metric")
    for metric in ("exact_match", "edit_similarity"):
        for name in ("share_up", "linear", "spearman", "isotonic_residual"):
            assert reported.loc[metric, name] == pytest.approx(of_tokens.loc[metric, name])


def test_pairing_over_items_resolves_more_than_standard_errors():
    """Items of unequal difficulty, which every size finds equally much easier."""
    ease = np.random.default_rng(1).uniform(-40, -20, 200)
    rows = [
        (f"m{size}", 10.0**size, "t", item, [float(ease[item] + size)])
        for size in range(6)
        for item in range(200)
    ]
    samples = pd.DataFrame(rows, columns=["model", "params", "task", "item", "token_logprobs"])
    paired: Any = of_answers(samples).set_index("metric").loc["loss"]
    scores = rescore(samples, "loss")
    apart = audit_metrics(EvalResults(scores), draws=200).iloc[0]
    assert paired["share_resolved"] == 1
    assert apart["share_resolved"] < 1


def test_answers_go_before_what_was_reported_and_the_rest_is_kept():
    samples = answers(sizes=4, items=40)
    scores = pd.concat([table([0, 0, 0, 0.0], "exact_match"), table([1, 2, 3, 4.0], "mine")])
    found = audit_metrics(EvalResults(scores.drop(columns="family"), samples), draws=50)
    assert found["metric"].is_unique
    cells: Any = found.set_index("metric")
    assert cells.loc["exact_match", "linear"] > 0
    assert cells.loc["mine", "linear"] == pytest.approx(1)


def test_gpt3_by_its_published_numbers():
    found = audit_metrics(datasets.gpt3(), draws=300)
    assert set(found["grade"]) <= set(GRADES)
    cells: Any = found.set_index(["task", "metric"])
    three = cells.loc[("3D+, 1-shot", "acc")]
    assert three["grade"] == "hides progress"
    assert "1 of 8 sizes scores exactly 0 of 2,000 items." in three["reasons"]
    assert three["breakthroughness"] > 50
    # 4D-, one shot: two of eight cells could not be read.
    assert cells.loc[("4D-, 1-shot", "acc"), "points"] == 6
    whole = found[found["task"] == "all tasks"]
    assert sorted(whole["metric"]) == ["acc", "em", "f1", "f1a", "ppl"]
    accuracy: Any = whole.set_index("metric").loc["acc"]
    tasks = found[(found["metric"] == "acc") & (found["task"] != "all tasks")]
    assert accuracy["points"] == tasks["points"].sum()
    ups = tasks["share_up"] * (tasks["points"] - 1)
    assert accuracy["share_up"] == pytest.approx(ups.sum() / (tasks["points"] - 1).sum())
    assert accuracy["reasons"].startswith(f"Of {len(tasks)} tasks: ")
    assert (
        f"hides progress on {(tasks['grade'] == 'hides progress').sum()}." in (accuracy["reasons"])
    )


def test_reconstructions():
    found: Any = audit_metrics(datasets.autoencoder(), draws=200).set_index("metric")
    assert found.loc["squared_error", ["grade", "rank"]].tolist() == ["shows progress", 1]
    assert found.loc["squared_error<=0.1", "grade"] == "hides progress"
    assert (
        "7 of 14 sizes score exactly 0 of 500 items." in found.loc["squared_error<=0.1", "reasons"]
    )


def test_families_that_take_texts():
    pronunciation = audit_metrics(datasets.pronunciation(), draws=50)
    first = pronunciation[pronunciation["task"] == "english_pronunciation"].set_index("metric")
    assert {"exact_match", "edit_similarity", "loss", "log_likelihood"} <= set(first.index)
    assert (first["families"] == 2).all()
    assert (first["share_up"] > 0.9).all()
    addition = audit_metrics(
        datasets.addition(), task="3-digit addition, reversed", family="transformer", draws=50
    )
    assert addition["task"].unique().tolist() == ["3-digit addition, reversed"]
    assert (addition["families"] == 1).all()
    # Sizes that fail to learn make the curve fall, whatever the metric: not the metric's doing.
    assert not addition["monotone"].any()


def test_lm_eval_folders(tmp_path):
    write_family(tmp_path, docs=60)
    found = audit_metrics(read_results(tmp_path), draws=100)
    quiz = found[found["task"] == "quiz"].set_index("metric")
    assert {"multiple_choice_grade", "option_probability", "brier_score"} <= set(quiz.index)
    # Four sizes, each at its last checkpoint.
    assert (quiz["points"] == 4).all()
    assert quiz.loc["option_probability", "spearman"] == 1
    assert quiz["stable"].notna().all()
    over_training = audit_metrics(read_results(tmp_path), task="quiz", scale="step", draws=20)
    assert (over_training["points"] == 12).all()
    assert (over_training["families"] == 4).all()


def test_a_constant():
    row = only(table([0.0] * 5, n_items=200))
    assert row["grade"] == "hides progress"
    assert "All 5 sizes score the same." in row["reasons"]
    assert "No metric of this task shows progress, so there may be none." in row["reasons"]
    assert row["share_up"] == row["share_resolved"] == row["stability"] == 0
    assert np.isnan(row[["linear", "spearman", "breakthroughness"]].astype(float)).all()
    assert row["share_stuck"] == 1
    beside = audit(table([0.0] * 5, n_items=200), table([5, 4, 3, 2, 1.0], "ppl"))
    assert "No metric" not in beside.set_index("metric").loc["acc", "reasons"]


@pytest.mark.parametrize("noise", [{}, {"n_items": 100}, {"stderr": 0.01}])
def test_two_models_are_not_judged(noise):
    row = only(table([0.2, 0.6], **noise))
    assert row["grade"] == "not judged"
    assert row[list(TESTS)].isna().all()
    assert "No curve has 3 sizes; with fewer there is nothing to judge." in row["reasons"]
    assert only(table([0.2], **noise))["grade"] == "not judged"


def test_infinite_perplexity_is_left_out_and_said():
    whole = only(table([90, 40.0, 20, 9, 5], "ppl"))
    row = only(table([np.inf, 90, 40.0, 20, 9, 5], "ppl"))
    assert "1 of 6 sizes has no finite score and is left out." in row["reasons"]
    assert row["points"] == 5
    assert row["linear"] == whole["linear"] > 0
    assert only(table([np.inf] * 4, "ppl"))["grade"] == "not judged"


def test_perplexities_may_be_huge():
    row = only(table([1e308, 1e200, 1e9, 30.0, 3.0], "ppl"))
    assert row["grade"] == "mixed"
    assert row["linear"] == pytest.approx(0.5)


def test_non_monotone_curves():
    down = only(table([0.9, 0.7, 0.5, 0.3, 0.1], n_items=1000))
    assert down["grade"] == "mixed"
    assert not down["monotone"]
    assert down["resolved"]
    assert down["linear"] == pytest.approx(-1)
    assert "4 fall by more than the noise" in down["reasons"]
    assert "It falls with scale." in down["reasons"]
    valley = only(table([0.5, 0.3, 0.1, 0.4, 0.9], n_items=1000))
    assert not valley["monotone"]
    assert valley["isotonic_residual"] > 0.1
    assert "2 of 4 steps go up; 2 fall by more than the noise." in valley["reasons"]


def test_a_ramp_shows_and_a_late_jump_hides():
    ramp = only(table(np.linspace(0.1, 0.9, 8), n_items=1000))
    assert ramp["grade"] == "shows progress"
    assert ramp[list(TESTS)].all()
    assert ramp["spearman"] == ramp["spearman_upper"] == 1
    late = only(table([0, 0, 0, 0, 0, 0, 0.002, 0.8], n_items=1000))
    assert late["grade"] == "hides progress"
    assert "6 of 8 sizes score exactly 0 of 1,000 items." in late["reasons"]
    assert "one step makes 100% of it" in late["reasons"]
    assert late["over_null"] > 10


def test_noise_that_is_not_known():
    row = only(table(np.linspace(0.1, 0.9, 8)))
    assert row["grade"] == "shows progress"
    assert row[["resolved", "stable"]].isna().all()
    assert row[["share_resolved", "stability", "spearman_lower", "above_null"]].isna().all()
    assert "The noise is not known" in row["reasons"]
    percent = only(table([10, 20.0, 60, 90], n_items=100))
    assert percent[["resolved", "stable"]].isna().all()


def test_bounds_stand_for_standard_errors():
    values = np.linspace(0.1, 0.9, 6)
    half = 1.959963984540054 * 0.07
    told = only(table(values, "mine", stderr=0.07))
    bounds = only(table(values, "mine", lower=values - half, upper=values + half))
    assert told["signal_to_noise"] == pytest.approx(bounds["signal_to_noise"])
    assert told["signal_to_noise"] == pytest.approx(0.8 / (0.07 * np.sqrt(2)), rel=0.15)


def test_chance():
    row = only(table([0.26, 0.24, 0.25, 0.5, 0.9], n_items=500, chance=0.25))
    assert "3 of 5 sizes cannot be told from chance (0.25)." in row["reasons"]
    assert row["share_stuck"] == 0.6


def test_the_worst_score_is_not_always_zero():
    worst = only(table([2.0, 2.0, 1.5, 1.0, 0.0], "brier_score", min=0, max=2))
    assert "2 of 5 sizes score as badly as can be." in worst["reasons"]
    assert "1 of 5 sizes has the best possible score." in worst["reasons"]
    assert worst["share_stuck"] == 0.6


def test_seeds_and_models_at_one_scale_are_one_point():
    parts = [table([0.1, 0.5, 0.7], n_items=100), table([0.3, 0.7, 0.9], n_items=100)]
    row = only(*[part.assign(seed=seed) for seed, part in enumerate(parts)])
    assert row["points"] == 3
    assert row["linear"] == pytest.approx(only(table([0.2, 0.6, 0.8], n_items=100))["linear"])


def test_only_the_last_checkpoint_counts_unless_the_scale_is_training():
    parts = [table(np.array([0.1, 0.2, 0.9]) * share, step=share * 100) for share in (0.5, 0.7, 1)]
    row = only(*parts)
    assert row["points"] == 3
    assert row["linear"] == only(table([0.1, 0.2, 0.9]))["linear"]
    over_training = only(*parts, scale="step")
    assert over_training["families"] == 3
    assert over_training["points"] == 9
    short = table([0.1, 0.2]).assign(model="one", step=[1, 2]).drop(columns="params")
    assert "No curve has 3 checkpoints" in only(short)["reasons"]


def test_a_loss_orders_from_high_to_low():
    rising = table([0.1, 0.3, 0.6, 0.9]).assign(loss=[3.0, 2.5, 2.0, 1.0])
    assert only(rising, scale="loss")["spearman"] == 1
    assert only(rising.drop(columns="params"))["spearman"] == 1


def test_families_are_put_together_by_steps():
    steady, jump = np.linspace(0, 1, 5), [0, 0, 1.0]
    row = only(table(steady), table(jump, family="b"))
    assert row["families"] == 2
    assert row["share_up"] == pytest.approx(5 / 6)
    assert row["linear"] == pytest.approx((4 * 1 + 2 * np.sqrt(0.5)) / 6)
    both = audit(table(steady), table(jump, family="b"), family="b").iloc[0]
    assert both["linear"] == pytest.approx(np.sqrt(0.5))


def test_a_constant_counts_as_nothing_beside_other_tasks():
    found = audit(table(np.linspace(0, 1, 5)), table([0.4] * 5, task="u"))
    assert found.loc[0, "task"] == "all tasks"
    assert found.loc[0, "linear"] == pytest.approx(0.5)
    assert found.loc[0, "share_up"] == pytest.approx(0.5)


def test_averages_of_other_tasks_do_not_count_twice():
    parts = [table(np.linspace(0, 1, 5), task=name) for name in ("a", "b")]
    group = table([0.0, 0, 0, 0, 1], task="both").assign(is_group=True)
    with_group = audit(*[part.assign(is_group=False) for part in parts], group)
    assert with_group["task"].tolist() == ["all tasks", "a", "b", "both"]
    assert with_group.loc[0, "linear"] == pytest.approx(1)
    assert with_group.loc[0, "reasons"].startswith("Of 2 tasks: shows progress on 2.")


def test_a_thousand_series():
    rng = np.random.default_rng(0)
    parts = [
        table(np.sort(rng.random(10)), metric, task=f"t{task}", n_items=200)
        for task in range(250)
        for metric in ("acc", "em", "f1", "ppl")
    ]
    found = audit(*parts, draws=100)
    assert len(found) == 1004
    assert found.loc[found["task"] == "t7", "rank"].tolist() == [1, 2, 3, 4]
    assert (found["points"][4:] == 10).all()
    # Sorted scores rise, and as perplexities fall.
    assert (found.loc[found["metric"] == "ppl", "spearman"] == -1).all()
    assert (found.loc[found["metric"] == "acc", "spearman"] == 1).all()
    alone = audit(*parts[28:32], draws=100)
    again = found[found["task"] == "t7"].reset_index(drop=True)
    exact = ["metric", "share_up", "linear", "spearman", "isotonic_residual", "breakthroughness"]
    pd.testing.assert_frame_equal(
        alone.sort_values("metric")[exact].reset_index(drop=True),
        again.sort_values("metric")[exact].reset_index(drop=True),
    )


def test_other_noise_is_drawn_anew_for_each_series():
    values = np.linspace(0.2, 0.6, 6)
    parts = [table(values, task=f"t{i}", n_items=40) for i in range(3)]
    found = audit(*parts)
    assert found["breakthroughness_lower"].nunique() > 2


def test_seeds_repeat():
    part = table(np.linspace(0.2, 0.6, 6), n_items=40)
    same, again, other = (audit(part, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(same, again)
    assert same["stability"].iloc[0] != other["stability"].iloc[0]


def test_columns_and_order():
    found = audit(table([0.0, 0, 0, 1], n_items=9), table([0.1, 0.2, 0.3, 0.4], "mine"))
    assert tuple(found.columns) == COLUMNS
    assert found["metric"].tolist() == ["mine", "acc"]
    assert found["rank"].tolist() == [1, 2]
    assert all(str(found[name].dtype) == "boolean" for name in TESTS)
    assert all(found[name].dtype.kind in "if" for name in NUMBERS)


def test_tasks_by_their_names_without_shots():
    found = audit_metrics(datasets.gpt3(), task="LAMBADA", draws=20)
    assert set(found["task"]) == {"all tasks", *(f"LAMBADA, {n}-shot" for n in (0, 1, 15))}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"task": "x"}, KeyError, "no task 'x'.*There is: t"),
        ({"family": "b"}, KeyError, "no family 'b'.*There is: a"),
        ({"scale": "flop"}, KeyError, "no scale 'flop'.*There is: params"),
        ({"draws": 0}, ValueError, "draws is 0; expected at least 1"),
    ],
)
def test_errors(options, error, message):
    with pytest.raises(error, match=message):
        audit(table([0.1, 0.2, 0.3]), **options)


def test_nothing_to_audit():
    with pytest.raises(SchemaError, match="neither scores nor answers"):
        audit(table([]))
    with pytest.raises(SchemaError, match="no model has a scale"):
        audit(table([0.1, 0.2]).assign(params=np.nan))

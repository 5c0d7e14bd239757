"""One table of curves: its rules, and that all who read it see the same."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emergence_widgets import EmergenceAtlas, EvalResults, audit_metrics, breakthroughness
from emergence_widgets.core.statistics.measures import null_level
from emergence_widgets.explorers.results.constants import series_constants
from emergence_widgets.programs.results import results as program
from emergence_widgets.results.audit_curves import audit_curves
from emergence_widgets.results.curves import Curves
from emergence_widgets.results.evidence import EvidenceBuilder
from emergence_widgets.results.forecast_series import ForecastTable
from emergence_widgets.results.schema import SCALES, SchemaError

Points = dict[str, list[tuple[float, float]]]


def table(rows: list[dict]) -> EvalResults:
    base = {"task": "t", "metric": "acc", "family": "f"}
    return EvalResults(pd.DataFrame([base | row for row in rows]))


def trained(**columns) -> EvalResults:
    """Four models of four checkpoints; compute is size times step."""
    return table(
        [
            {"model": f"m{size}", "params": 10.0**size, "step": 10.0**step,
             "flops": 10.0 ** (size + step), "value": (size + step) / 20} | columns
            for size in range(6, 10) for step in range(1, 5)
        ]
    )  # fmt: skip


def means(at: np.ndarray, value: np.ndarray) -> list[tuple[float, float]]:
    known = np.isfinite(value)
    return [(scale, float(value[known & (at == scale)].mean())) for scale in np.unique(at[known])]


def by_verdict(results: EvalResults, metric: str, scale: str) -> Points:
    builder = EvidenceBuilder(results, scale=scale)
    found: Points = {}
    for name in builder.curves.names:
        try:
            one = builder.evidence("t", metric, family=name)
        except (KeyError, SchemaError):
            continue
        sign = -1 if one.score.lower_is_better else 1
        found[name] = means(one.scale, sign * one.score.value)
    return {name: points for name, points in found.items() if points}


def by_audit(results: EvalResults, metric: str, scale: str) -> Points:
    curves = Curves(results)
    found = audit_curves(curves, dict.fromkeys(curves.tasks, scale), "whitespace")
    mine = [one for one in found if (one.task, one.metric) == ("t", metric)]
    return {one.family: one.value.tolist() for one in mine if len(one.value)}


def by_forecast(results: EvalResults, metric: str, scale: str) -> Points:
    forecasts = ForecastTable(results, metric=metric, smooth=None, loss=None, scale=scale)
    found: Points = {}
    for task, line in forecasts.pairs("t"):
        try:
            series = forecasts.series(task, line).series
        except SchemaError:
            continue
        sign = -1 if forecasts._falls(metric) else 1
        found[line] = means(series.scale, sign * series.score)
    return found


def outputs_of(results: EvalResults, metric: str, scale: str) -> tuple[dict, dict]:
    constants = series_constants(
        results, item_score=None, tokens="whitespace", most_answers=0, seed=0
    )
    names = [one["name"] for one in constants["metrics"]]
    controls = {
        "task": 0, "scale": [axis["name"] for axis in constants["scales"]].index(scale), "line": 0,
        "metric_1": names.index(metric), "metric_2": 99, "metric_3": 99, "metric_4": 99,
        "families": [True] * len(constants["families"]), "log_scale": False, "log_score": False,
        "intervals": False, "onset": False, "threshold": 1.0, "all_of": 1, "selection": -1,
    }  # fmt: skip
    return constants, program(controls, constants)


def by_explorer(results: EvalResults, metric: str, scale: str) -> list[list[tuple[float, float]]]:
    """Points of all lines; what lies at or below 0 is on no curve."""
    constants, drawn = outputs_of(results, metric, scale)
    falls = next(one for one in constants["metrics"] if one["name"] == metric)["lower_is_better"]
    found = []
    for family in range(len(constants["families"])):
        x, y = drawn[f"line_scale_0_{family}"], drawn[f"line_score_0_{family}"]
        for part in np.split(np.arange(len(x)), np.flatnonzero(np.isnan(x))):
            pairs = [(x[at], -y[at] if falls else y[at]) for at in part if x[at] > 0]
            found += [pairs] if pairs else []
    return found


def everywhere(results: EvalResults, metric: str, scale: str) -> Points:
    """The curves by the verdict, after all others were found to have the same."""
    curves = by_verdict(results, metric, scale)
    ordered = {
        name: [value for _, value in (points[::-1] if scale == "loss" else points)]
        for name, points in curves.items()
    }
    audited = by_audit(results, metric, scale)
    assert set(audited) == set(ordered)
    for name, values in ordered.items():
        assert audited[name] == pytest.approx(values)
    drawn = by_explorer(results, metric, scale)
    flat = sorted(point for points in curves.values() for point in points)
    assert sorted(len(points) for points in drawn) == sorted(map(len, curves.values()))
    np.testing.assert_allclose(sorted(point for points in drawn for point in points), flat)
    predicted = by_forecast(results, metric, scale)
    assert set(predicted) <= set(curves)
    for name, points in predicted.items():
        np.testing.assert_allclose(points, curves[name])
    shares = all(0 <= abs(value) <= 1 for _, value in flat)
    assert set(predicted) == set(curves) or not shares
    return curves


@pytest.mark.parametrize("scale", ["flops", "step"])
def test_sixteen_checkpoints_of_four_models_are_four_curves_everywhere(scale):
    curves = everywhere(trained(), "acc", scale)
    assert {name: len(points) for name, points in curves.items()} == dict.fromkeys(
        ["m6", "m7", "m8", "m9"], 4
    )


def test_over_size_the_last_checkpoint_of_each_model_is_a_point_everywhere():
    curves = everywhere(trained(), "acc", "params")
    assert curves == {"f": [(10.0**size, (size + 4) / 20) for size in range(6, 10)]}


def test_a_loss_that_is_one_number_a_model_makes_no_curve_of_a_run():
    results = trained()
    losses = EvalResults(results.scores.assign(loss=results.scores["params"].rank(method="dense")))
    assert len(everywhere(losses, "acc", "loss")["f"]) == 4


def test_the_last_checkpoint_is_the_last_on_the_task():
    both = trained().scores
    early = both[both["step"] < 100].assign(task="u")
    curves = Curves(EvalResults(pd.concat([both, early])))
    kind = SCALES.index("params")
    for task, last in (("t", 10_000), ("u", 10)):
        runs = curves.runs_of[task]
        kept = runs[curves.run_curve[runs, kind] >= 0]
        assert curves.run_checkpoint[kept].tolist() == [last] * 4


def test_a_run_without_checkpoints_stays_on_the_curve_of_its_family():
    whole = [
        {"model": f"w{size}", "params": 10.0**size, "flops": 10.0 ** (size + 9), "value": 0.5}
        for size in range(6, 9)
    ]
    mixed = trained().scores.query("model == 'm6'")
    curves = everywhere(EvalResults(pd.concat([mixed, table(whole).scores])), "acc", "flops")
    assert {name: len(points) for name, points in curves.items()} == {"f": 3, "m6": 4}


@pytest.mark.parametrize("metric", ["perplexity", "ppl", "loss", "bits_per_byte", "brier_score"])
def test_directions_that_no_column_tells_are_the_same_everywhere(metric):
    falling = [900.0, 300.0, 200.0, 150.0, 20.0, 18.0]
    rows = [
        {"model": f"m{at}", "params": 10.0 ** (6 + at), "metric": metric, "value": value}
        for at, value in enumerate(falling)
    ]
    results = table(rows)
    expected = pytest.approx(float(breakthroughness(-np.array(falling))))
    assert expected.expected > 0
    assert outputs_of(results, metric, "params")[1]["breakthroughness_0"] == expected
    assert audit_metrics(results, draws=20)["breakthroughness"].item() == expected
    assert EmergenceAtlas(results).table()["breakthroughness"].item() == expected
    assert EvidenceBuilder(results).evidence("t", metric).score.lower_is_better


def test_a_name_that_points_both_ways_is_two_metrics():
    rows = [
        {"model": f"m{at}", "params": 10.0 ** (6 + at), "metric": "mine", "value": at / 10.0,
         "task": task, "lower_is_better": task == "u"}
        for at in range(4) for task in ("t", "u")
    ]  # fmt: skip
    curves = Curves(table(rows))
    assert dict(zip(curves.metrics, curves.falls.tolist(), strict=True)) == {
        "mine": False,
        "mine (lower is better)": True,
    }


def test_models_and_seeds_at_one_scale_are_one_point_everywhere():
    rows = [
        {"model": model, "params": 10.0 ** (6 + at), "seed": seed, "value": at / 10 + shift}
        for at in range(4)
        for model, seed, shift in ((f"a{at}", 0, 0.0), (f"a{at}", 1, 0.1), (f"b{at}", 0, 0.2))
    ]
    curves = everywhere(table(rows), "acc", "params")
    assert curves["f"] == [(10.0 ** (6 + at), pytest.approx(at / 10 + 0.1)) for at in range(4)]


def test_seeds_whose_loss_differs_are_one_point_at_its_mean_everywhere():
    rows = [
        {"model": f"m{at}", "loss": 4.0 - at + seed / 10, "seed": seed, "value": at / 10}
        for at in range(3)
        for seed in (0, 1)
    ]
    curves = everywhere(table(rows), "acc", "loss")
    assert [at for at, _ in curves["f"]] == pytest.approx([2.05, 3.05, 4.05])


def test_a_scale_that_is_measured_task_by_task_is_each_tasks_own():
    rows = [
        {"model": f"m{at}", "loss": 4.0 - at + shift, "value": at / 10, "task": task}
        for task, shift in (("t", 0.0), ("u", 0.5))
        for at in range(3)
    ]
    curves = Curves(table(rows))
    for task, shift in (("t", 0.0), ("u", 0.5)):
        assert curves.on_scale(task, "loss")[2].tolist() == [4 + shift, 3 + shift, 2 + shift]


def test_a_size_that_one_task_tells_is_known_on_all():
    rows = [
        {"model": f"m{at}", "params": size, "value": at / 10, "task": task}
        for task, sizes in (("t", [math.nan] * 3), ("u", [1e6, 1e7, 1e8]))
        for at, size in enumerate(sizes)
    ]
    assert len(everywhere(table(rows), "acc", "params")["f"]) == 3


def test_scores_that_are_there_twice_are_averaged_everywhere():
    once = [
        {"model": f"m{at}", "params": 10.0 ** (6 + at), "value": at / 10 + shift}
        for at in range(4)
        for shift in (0.0, 0.2)
    ]
    curves = everywhere(table(once), "acc", "params")
    assert [value for _, value in curves["f"]] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    reasons = audit_metrics(table(once), draws=20)["reasons"].item()
    assert "4 scores of runs that have one already are averaged in." in reasons


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf])
def test_a_scale_that_is_no_number_above_0_is_on_no_curve(scale):
    rows = [
        {"model": f"m{at}", "params": size, "value": at / 10}
        for at, size in enumerate([scale, 1e6, 1e7, 1e8, 1e9])
    ]
    assert len(everywhere(table(rows), "acc", "params")["f"]) == 4
    left_out = "1 runs without a params above 0 are left out"
    assert EvidenceBuilder(table(rows)).evidence("t", "acc").notes == (left_out,)
    assert left_out in audit_metrics(table(rows), draws=20)["reasons"].item()


def test_where_no_scale_lies_above_0_there_is_nothing_to_audit():
    rows = [{"model": f"m{at}", "params": 0.0, "value": at / 10} for at in range(3)]
    with pytest.raises(SchemaError, match="no model has a params above 0"):
        audit_metrics(table(rows), scale="params")


def test_percent_with_its_maximum_is_a_share_everywhere():
    shares = [
        {"model": f"m{at}", "params": 10.0 ** (6 + at), "value": at / 10, "n_items": 100}
        for at in (0, 0, 0, 0, 5)
    ]
    shares = [row | {"model": f"m{at}", "params": 10.0**at} for at, row in enumerate(shares)]
    percent = [row | {"value": 100 * row["value"], "max": 100.0} for row in shares]
    for draw in (
        lambda results: outputs_of(results, "acc", "params")[1]["breakthroughness_0"],
        lambda results: audit_metrics(results, draws=20)["breakthroughness"].item(),
        lambda results: EmergenceAtlas(results).table()["breakthroughness"].item(),
    ):
        assert draw(table(percent)) == pytest.approx(draw(table(shares))) == pytest.approx(100)
    np.testing.assert_allclose(
        ForecastTable(table(percent)).series("t").series.score, [0, 0, 0, 0, 0.5]
    )
    constants, _ = outputs_of(table(percent), "acc", "params")
    plain, _ = outputs_of(table(shares), "acc", "params")
    np.testing.assert_allclose(constants["point_upper"], 100 * plain["point_upper"])


def test_one_null_everywhere():
    rows = [{"model": f"m{at}", "params": 10.0**at, "value": at**3.0} for at in range(8)]
    level = float(null_level(8, 0.95))
    audited = audit_metrics(table(rows), draws=20).iloc[0]
    assert audited["over_null"] == pytest.approx(audited["breakthroughness"] / level)


def test_one_name_at_several_sizes_is_refused_wherever_it_is_judged():
    rows = [{"model": "GPT", "params": 10.0 ** (6 + at), "value": at / 10} for at in range(4)]
    words = r"model 'GPT' has several params \(1e\+06 and 1e\+09\)"
    with pytest.raises(SchemaError, match=words):
        EvidenceBuilder(table(rows)).evidence("t", "acc")
    with pytest.raises(SchemaError, match=words):
        ForecastTable(table(rows)).series("t")
    audited = audit_metrics(table(rows), draws=20).iloc[0]
    assert audited["grade"] == "not judged"
    assert "has several params" in audited["reasons"]


def test_the_usual_scale_is_the_first_on_which_a_curve_has_three_points():
    one = trained().scores.query("model == 'm6'")
    assert Curves(EvalResults(one)).usual_scale() == "flops"
    assert Curves(trained()).usual_scale() == "params"
    assert Curves(EvalResults(one.drop(columns="flops"))).usual_scale() == "step"


SIZES = st.sampled_from([1e6, 1e7, 1e8, 1e9])
STEPS = st.sampled_from([math.nan, 0.0, 10.0, 100.0, 1000.0])
VALUES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0, math.nan, math.inf])


@st.composite
def tables(draw: st.DrawFn) -> EvalResults:
    """Families, models, seeds and checkpoints in any mixture; losses by run or by model."""
    falls = draw(st.sampled_from([None, True, False]))
    measured = draw(st.booleans())
    rows = []
    for _ in range(draw(st.integers(1, 24))):
        size, step = draw(SIZES), draw(STEPS)
        family, seed = draw(st.sampled_from("ab")), draw(st.sampled_from([0, 1, None]))
        loss = 10 - math.log10(size) + (0.1 * (seed or 0) - 1e-4 * step) * measured
        rows.append(
            {"family": family, "model": f"m{size:g}", "params": size, "step": step, "seed": seed,
             "flops": size * step, "loss": 10 - math.log10(size) if math.isnan(loss) else loss,
             "metric": draw(st.sampled_from(["acc", "mine", "ppl"])), "value": draw(VALUES)}
        )  # fmt: skip
        if falls is not None:
            rows[-1]["lower_is_better"] = falls
    return table(rows)


@settings(max_examples=25, deadline=None)
@given(tables(), st.sampled_from(["params", "flops", "step", "loss"]))
def test_all_who_read_the_curves_see_the_same(results, scale):
    assume(scale in Curves(results).scales)
    for metric in results.metrics:
        everywhere(results, metric, scale)

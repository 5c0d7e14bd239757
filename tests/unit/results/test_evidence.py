"""Evidence gathered from tables: which runs, which scores, which items."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, verdict
from emergence_widgets.results.evidence import thinned
from emergence_widgets.results.schema import SchemaError

SIZES = 10.0 ** np.arange(6, 12)
ACC = np.array([0.1, 0.12, 0.2, 0.5, 0.7, 0.8])


def table(value: Sequence[float] | np.ndarray = ACC, metric="acc", **columns) -> pd.DataFrame:
    count = len(value)
    base = {
        "model": [f"m{i}" for i in range(count)], "params": SIZES[:count], "task": "t",
        "metric": metric, "value": value,
    }  # fmt: skip
    return pd.DataFrame(base | columns)


def answered(outputs: dict[str, dict[int, str]], params=None) -> pd.DataFrame:
    """Answers by model and item; the target is always ``a b``."""
    rows = [
        (model, SIZES[i] if params is None else params[i], "t", item, "a b", output)
        for i, (model, items) in enumerate(outputs.items())
        for item, output in items.items()
    ]
    return pd.DataFrame(rows, columns=["model", "params", "task", "item", "target", "output"])


def only_answers(samples: pd.DataFrame) -> EvalResults:
    return EvalResults(table()[:0], samples)


def evidence(*frames: pd.DataFrame, task=None, metric=None, **options):
    return EvalResults(pd.concat(frames, ignore_index=True)).evidence(task, metric, **options)


@pytest.mark.parametrize(
    ("metric", "lower_is_better"), [("ppl", True), ("acc", False), ("loss", True), ("mine", False)]
)
def test_directions_that_no_column_tells(metric, lower_is_better):
    assert evidence(table(metric=metric)).score.lower_is_better == lower_is_better


def test_a_column_tells_the_direction():
    assert evidence(table(metric="mine", lower_is_better=True)).score.lower_is_better


def test_items_are_paired_by_name_whatever_their_order():
    one = answered({"m0": {1: "a b", 2: "x", 3: "a b"}, "m1": {3: "x", 1: "a b", 2: "a b"}})
    score = only_answers(one).evidence("t", "exact_match").score
    assert score.items is not None
    assert score.items.tolist() == [[1, 0, 1], [1, 1, 0]]
    assert score.n_items.tolist() == [3, 3]
    shuffled = one.sample(frac=1, random_state=0)
    other = only_answers(shuffled).evidence("t", "exact_match")
    assert other.score.items is not None
    by_size = np.argsort(other.scale)
    columns = [sorted(column) for column in other.score.items[by_size].T.tolist()]
    assert sorted(columns) == sorted(sorted(column) for column in score.items.T.tolist())


def test_only_items_that_all_answered_are_paired_and_all_count():
    samples = answered({"m0": {1: "a b", 2: "x", 3: "a b"}, "m1": {2: "a b", 3: "x", 4: "a b"}})
    score = only_answers(samples).evidence("t", "exact_match").score
    assert score.items is not None
    assert score.items.tolist() == [[0, 1], [1, 0]]
    assert score.value.tolist() == pytest.approx([2 / 3, 2 / 3])


def test_too_few_common_items_are_no_pairing():
    samples = answered({"m0": {1: "a b", 2: "x", 3: "x"}, "m1": {3: "x", 4: "x", 5: "a b"}})
    score = only_answers(samples).evidence("t", "exact_match").score
    assert score.items is None
    assert score.n_items.tolist() == [3, 3]


def test_repeated_attempts_at_an_item_are_averaged():
    once = answered({"m0": {1: "a b", 2: "a b"}, "m1": {1: "x", 2: "x"}})
    again = answered({"m0": {1: "x", 2: "a b"}, "m1": {1: "x", 2: "x"}})
    both = pd.concat([once.assign(epoch=0), again.assign(epoch=1)])
    score = only_answers(both).evidence("t", "exact_match").score
    assert score.items is not None
    assert score.items.tolist() == [[0.5, 1], [0, 0]]
    assert score.n_items.tolist() == [2, 2]


def options(*masses: float, model: str, params: float) -> pd.DataFrame:
    cells = [np.log([p, *[(1 - p) / 3] * 3]).tolist() for p in masses]
    return pd.DataFrame(
        {"model": model, "params": params, "task": "t", "item": range(len(masses)),
         "choice_logprobs": cells, "right": 0}
    )  # fmt: skip


def test_answers_tell_the_score_of_guessing_among_their_options():
    samples = pd.concat(
        [options(0.3, 0.2, model="m0", params=1e6), options(0.9, 0.8, model="m1", params=1e7)]
    )
    found = only_answers(samples).evidence("t", "multiple_choice_grade")
    assert found.score.chance == 0.25
    partners = {one.name: one for one in found.continuous}
    assert partners["option_probability"].chance == 0.25
    assert partners["brier_score"].chance == 0.75


def test_answers_of_few_runs_do_not_hide_the_scores_of_all():
    samples = answered({"m0": {1: "x", 2: "x"}, "m1": {1: "x", 2: "a b"}})
    reported = table(metric="exact_match", n_items=100)
    found = EvalResults(reported, samples).evidence("t", "exact_match")
    assert found.score.value.tolist() == ACC.tolist()
    assert found.score.items is None
    assert (found.score.n_items == 100).all()
    whole = EvalResults(reported[:2], samples).evidence("t", "exact_match")
    assert whole.score.items is not None
    assert whole.score.value.tolist() == [0, 0.5]


def test_filters_are_metrics_of_their_own_with_partners_of_the_same_filter():
    frames = [
        table(ACC * factor, metric, filter=name)
        for name, factor in (("strict", 1.0), ("flexible", 0.5))
        for metric in ("exact_match", "f1")
    ]
    for name, factor in (("strict", 1.0), ("flexible", 0.5)):
        found = evidence(*frames, metric=f"exact_match ({name})")
        assert found.score.counted
        assert found.score.value.tolist() == (ACC * factor).tolist()
        assert [one.name for one in found.continuous] == [f"f1 ({name})"]
        assert found.continuous[0].value.tolist() == (ACC * factor).tolist()


def test_a_score_that_passed_no_filter_keeps_its_name_beside_those_that_did():
    frames = [table(ACC * f, filter=name) for name, f in (("a", 1.0), ("b", 0.5), (None, 0.1))]
    assert evidence(*frames, metric="acc").score.value.tolist() == (ACC * 0.1).tolist()
    assert evidence(*frames, metric="acc (b)").score.value.tolist() == (ACC * 0.5).tolist()


def test_an_option_that_there_is_not_is_told_the_nearest():
    words = "evidence takes no 'scales'. Did you mean 'scale'? It takes family, scale, tokens"
    with pytest.raises(TypeError, match=re.escape(words)):
        verdict(EvalResults(table()), "t", "acc", scales="params")


def test_shots_and_subtasks_are_tasks_of_their_own():
    shots = [table(n_shot=0), table(ACC / 2, n_shot=5)]
    assert evidence(*shots, task="t, 5-shot").score.value.tolist() == (ACC / 2).tolist()
    parts = [table(subtask="easy"), table(ACC / 2, subtask="hard")]
    assert evidence(*parts, task="t / hard").score.value.tolist() == (ACC / 2).tolist()
    with pytest.raises(SchemaError, match="name a task"):
        evidence(*parts)


TRAINING = [table(ACC * share, step=step) for step, share in ((1, 0.1), (10, 0.5), (100, 1.0))]


@pytest.mark.parametrize("order", [1, -1])
def test_over_size_only_the_last_checkpoint_counts(order):
    found = evidence(*TRAINING[::order])
    assert found.scale_name == "params"
    assert found.family == "models"
    assert sorted(found.score.value) == ACC.tolist()
    assert len(found.scale) == 6
    assert found.others == ()
    assert "12 earlier checkpoints" in found.notes[0]


def test_over_steps_each_model_is_a_curve():
    found = evidence(*TRAINING, scale="step", family="m5")
    assert found.scale.tolist() == [1, 10, 100]
    assert found.score.value == pytest.approx(ACC[5] * np.array([0.1, 0.5, 1.0]))
    # Other sizes of the family are no second family.
    assert found.others == ()
    assert found.notes == ()


def test_over_steps_other_seeds_of_a_model_may_replicate_it():
    frames = [frame.assign(seed=seed) for seed in (0, 1) for frame in TRAINING]
    found = evidence(*frames, scale="step", family="m5, seed 0")
    assert [one.family for one in found.others] == ["m5, seed 1"]


def test_columns_of_its_own_tell_how_runs_were_made():
    layers = np.repeat([1, 2], [3, 3])
    found = evidence(table(layers=layers, note="same", source=[f"s{i}" for i in range(6)]))
    assert {name: values.tolist() for name, values in found.recipe.items()} == {
        "layers": [1, 1, 1, 2, 2, 2]
    }
    several = pd.concat([table(layers=layers), table(layers=layers + 1)])
    assert evidence(several).recipe == {}


def test_one_loss_and_no_distance_beside_a_similarity_are_partners():
    names = ["loss", "bits_per_byte", "edit_similarity", "token_edit_distance", "f1"]
    found = evidence(table(), *[table(metric=name) for name in names], metric="acc")
    assert {one.name for one in found.continuous} == {"loss", "edit_similarity", "f1"}


def test_models_of_one_name_in_two_families_are_two_curves_over_steps():
    frames = [frame.assign(family=name) for name in ("plain", "deduped") for frame in TRAINING]
    found = evidence(*frames, scale="step", family="m5, deduped")
    assert found.scale.tolist() == [1, 10, 100]
    assert "m5, plain" in [one.family for one in found.others]


def test_the_family_of_the_most_sizes_is_judged_and_those_of_three_are_others():
    frames = [table(ACC[:n], family=name) for name, n in (("a", 2), ("b", 6), ("c", 3))]
    found = evidence(*frames)
    assert found.family == "b"
    assert [one.family for one in found.others] == ["c"]
    assert evidence(*frames, family="a").family == "a"
    with pytest.raises(KeyError, match="'a'"):
        evidence(*frames, family="aa")


def test_sizes_that_were_not_measured_do_not_make_a_family_large():
    many = table([*ACC[:2], *[np.nan] * 4], family="many")
    assert evidence(many, table(ACC[:3], family="few")).family == "few"


def test_the_sharpest_metric_and_the_first_scale_of_three_sizes_are_taken():
    frames = [table(metric="f1", step=7), table(metric="acc", step=7), table(metric="mine", step=7)]
    found = evidence(*frames)
    assert (found.metric, found.scale_name) == ("acc", "params")
    flops = table(params=np.nan, flops=SIZES * 1e12)
    assert evidence(flops).scale_name == "flops"


def test_seeds_keep_their_numbers_from_size_to_size():
    frames = [table(ACC + 0.01 * seed, seed=seed) for seed in (7, 3)]
    found = evidence(*frames)
    assert sorted(set(found.seed)) == [0, 1]
    for seed in (0, 1):
        mine = found.score.value[found.seed == seed] - ACC
        assert np.ptp(mine) == pytest.approx(0)
        assert mine[0] == pytest.approx((0.03, 0.07)[seed])


def test_models_of_one_size_without_a_seed_are_told_apart_in_any_order():
    plain, other = table(), table(ACC + 0.05).assign(model=lambda frame: frame["model"] + "-again")
    for frames in ([plain, other], [other, plain], [plain[::-1], other]):
        found = evidence(*frames)
        assert sorted(set(found.seed)) == [0, 1]
        second = found.score.value[found.seed == 1][np.argsort(found.scale[found.seed == 1])]
        assert second == pytest.approx(ACC + 0.05)


def test_a_seed_that_is_missing_is_no_other_seed():
    frames = [table(seed=0), table(ACC + 0.1, seed=np.nan), table(ACC + 0.2, seed=1)]
    frames.append(table(ACC + 0.05, seed=np.nan).assign(model=lambda frame: frame["model"] + "b"))
    found = evidence(*frames)
    assert len(set(zip(found.scale, found.seed, strict=True))) == 24


def test_a_score_that_is_there_twice_is_averaged_and_said_so():
    for frames in ([table(), table(ACC / 2)], [table(ACC / 2), table()]):
        found = evidence(*frames)
        assert found.score.value == pytest.approx(0.75 * ACC)
        assert "6 scores" in found.notes[0]
    same = evidence(table(n_items=10), table(n_items=10))
    assert same.score.value == pytest.approx(ACC)
    assert same.score.n_items.tolist() == [10] * 6


def test_runs_without_a_scale_above_zero_are_left_out_and_said_so():
    found = evidence(table(params=[0, np.nan, *SIZES[2:]]))
    assert found.scale.tolist() == SIZES[2:].tolist()
    assert found.notes == ("2 runs without a params above 0 are left out",)


def test_one_name_for_all_sizes_is_refused():
    with pytest.raises(SchemaError, match=r"model 'GPT' has several params \(1e\+06 and 1e\+11\)"):
        evidence(table(model="GPT"))


def test_shares_in_percent_need_their_maximum():
    with pytest.raises(SchemaError, match=r"model 'm0' has 10; .*percent"):
        evidence(table(100 * ACC))
    told = evidence(table(100 * ACC, stderr=2.0, max=100.0, chance=25.0)).score
    assert told.value == pytest.approx(ACC)
    assert told.stderr == pytest.approx(np.full(6, 0.02))
    assert (told.chance, told.best) == (0.25, 1.0)


@pytest.mark.parametrize("n_items", [0, -5, np.nan])
def test_a_test_without_items_has_no_known_number_of_them(n_items):
    assert np.isnan(evidence(table(n_items=n_items)).score.n_items).all()


def test_infinite_scores_were_not_measured():
    found = evidence(table([np.inf, *np.arange(6.0, 1, -1)], "ppl"))
    assert np.isnan(found.score.value).tolist() == [True] + [False] * 5


def test_errors_come_from_intervals_where_no_column_holds_them():
    half = 0.02 * 1.959963984540054
    found = evidence(table(lower=ACC - half, upper=ACC + half))
    assert found.score.stderr == pytest.approx(np.full(6, 0.02))


def test_a_brier_score_without_that_of_a_guess_is_no_partner():
    frames = [table(), table(1 - ACC, "brier_score")]
    assert evidence(*frames, metric="acc").continuous == ()
    frames[1]["chance"] = 0.75
    assert [one.name for one in evidence(*frames, metric="acc").continuous] == ["brier_score"]


@pytest.mark.parametrize(
    ("options", "nearest"),
    [({"task": "tt"}, "'t'"), ({"metric": "ac"}, "'acc'"), ({"scale": "parms"}, "'params'")],
)
def test_unknown_names_are_told_the_nearest(options, nearest):
    with pytest.raises(KeyError, match=f"Did you mean {nearest}"):
        evidence(table(), **({"task": "t", "metric": "acc"} | options))


def test_nothing_to_judge_is_an_error():
    with pytest.raises(SchemaError, match="neither scores nor answers"):
        evidence(table()[:0])
    with pytest.raises(SchemaError, match="no model has a scale"):
        evidence(table(params=np.nan))
    with pytest.raises(SchemaError, match="no model has a step above 0"):
        evidence(table(step=[0.0] * 6), scale="step")


def test_over_steps_each_seed_is_a_curve_because_seeds_may_jump_at_different_times():
    frames = [
        table(ACC * share, step=step, seed=seed)
        for seed in (0, 1)
        for step, share in ((1, 0.1), (10, 0.5), (100, 1.0))
    ]
    found = evidence(*frames, scale="step", family="m5, seed 1")
    assert found.seed.tolist() == [0.0, 0.0, 0.0]
    assert "m5, seed 0" in [other.family for other in found.others]


def test_many_checkpoints_are_thinned_to_an_even_spacing_and_it_is_said():
    frames = [table(ACC * step / 300, step=step) for step in range(1, 301)]
    found = evidence(*frames, scale="step", family="m5")
    assert len(np.unique(found.scale)) == 20
    assert {1.0, 300.0} <= set(found.scale)
    assert any("of 300 values of step 20" in note for note in found.notes)


@pytest.mark.parametrize(("scales", "kept"), [(5, 5), (40, 40), (41, 20), (1000, 20)])
def test_of_more_than_forty_scales_twenty_are_kept(scales, kept):
    assert thinned(np.arange(1.0, scales + 1)).sum() == kept

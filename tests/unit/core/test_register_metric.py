"""A metric of the user's own: what is known of it by default, and what is refused."""

import math

import pytest

from emergence_widgets.core.metrics.known import KNOWN
from emergence_widgets.core.metrics.registry import (
    SCORES,
    find_metric,
    is_registered,
    ranked,
    register_metric,
)

ANSWERS = {"target": ["a b", "c d"], "output": ["a x", "c d"]}


def right(target, output):
    return [float(one == other) for one, other in zip(target, output, strict=True)]


def facts(metric):
    return (
        metric.lower_is_better, metric.minimum, metric.maximum, metric.loss_kind,
        metric.counts_items, metric.continuous,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ({"kind": "discontinuous"}, (False, 0, 1, None, True, False)),
        ({"kind": "discontinuous", "maximum": 100}, (False, 0, 100, None, False, False)),
        ({"kind": "continuous"}, (False, 0, 1, "share", False, True)),
        (
            {"kind": "continuous", "lower_is_better": True},
            (True, 0, math.inf, "error", False, True),
        ),
        ({"kind": "continuous", "minimum": -5}, (False, -5, 1, None, False, True)),
        ({"kind": "loss"}, (True, 0, math.inf, "nats", False, True)),
        ({"kind": "loss", "loss_kind": "bits"}, (True, 0, math.inf, "bits", False, True)),
        (
            {"kind": "loss", "lower_is_better": False},
            (False, -math.inf, 0, "reward", False, True),
        ),
        ({"kind": "unknown"}, (False, -math.inf, math.inf, None, False, False)),
    ],
)
def test_what_is_known_by_default(told, known):
    mine = register_metric("mine", **told)
    assert facts(mine) == known
    assert find_metric("mine") is mine
    assert (mine.label, mine.metric) == ("Mine", "mine")


def test_names_and_aliases():
    assert not is_registered("mine")
    register_metric(
        "mine", kind="loss", label="How far off", metric="My loss", aliases=("my_loss",)
    )
    alias = find_metric("my_loss")
    assert (alias.name, alias.label, alias.metric) == (
        "my_loss",
        "How far off",
        "My loss (my_loss)",
    )
    assert alias.lower_is_better
    assert is_registered("my_loss")
    assert "my_loss" not in SCORES


def test_a_function_makes_it_a_score():
    mine = register_metric("mine", right, kind="discontinuous", chance=0.25)
    assert SCORES["mine"] is mine
    assert mine(ANSWERS).tolist() == [0, 1]
    assert mine.chance_of() == mine.chance_of(7) == 0.25
    with pytest.raises(TypeError, match="'ppl' is reported by other tools"):
        find_metric("ppl")(ANSWERS)


def test_other_columns_and_tokens():
    def fast(seconds, tokens="whitespace"):
        return [float(one < 2) + (tokens == "characters") for one in seconds]

    mine = register_metric("mine", fast, kind="continuous", needs=("seconds",), maximum=2)
    assert mine({"seconds": [1, 3]}).tolist() == [1, 0]
    assert mine({"seconds": [1, 3]}, tokens="characters").tolist() == [2, 1]


def test_the_chance_of_options():
    mine = register_metric("mine", kind="discontinuous", chance=lambda n: 1 / n)
    assert mine.chance_of(4) == 0.25
    assert math.isnan(mine.chance_of())


def test_own_metrics_are_picked_after_ours_in_their_order():
    for name in ("zeta", "alpha"):
        register_metric(name, kind="discontinuous")
    names = ["alpha", "loss", "zeta", "acc", "exact_match", "strange"]
    assert ranked(names, "discontinuous") == ["exact_match", "acc", "zeta", "alpha"]
    register_metric("gentle", kind="continuous")
    found = ranked(["gentle", "ppl", "edit_similarity"], "loss", "continuous")
    assert found == ["ppl", "edit_similarity", "gentle"]


def test_registered_anew_only_if_asked_for():
    register_metric("mine", right, kind="discontinuous")
    with pytest.raises(ValueError, match="'mine' is taken by a metric that you registered"):
        register_metric("mine", kind="loss")
    register_metric("mine", kind="loss", replace=True)
    assert find_metric("mine").lower_is_better
    assert "mine" not in SCORES


@pytest.mark.parametrize(
    ("name", "told", "words"),
    [
        ("exact_match", {}, "the name 'exact_match' is taken by a metric of ours"),
        ("ppl", {"replace": True}, "'ppl' is taken by a metric of ours"),
        ("mine", {"aliases": ("acc",)}, "'acc' is taken by a metric of ours"),
        ("", {}, "the name of a metric is ''; expected a text"),
        (3, {}, "the name of a metric is 3; expected a text"),
        ("mine>=0.5", {}, "holds '>=', which stands for a metric that is made of another"),
        ("mine, 5 of 5", {}, "holds ', '"),
        ("mine", {"kind": "sharp"}, "kind is 'sharp'; expected one of discontinuous, continuous"),
        ("mine", {"loss_kind": "bans"}, "loss_kind is 'bans'; expected one of share, error"),
        ("mine", {"minimum": 1, "maximum": 0}, "minimum is 1 and maximum 0; expected minimum <"),
        ("mine", {"minimum": 2}, "minimum is 2 and maximum 1"),
        ("mine", {"minimum": math.nan}, "minimum is nan"),
        ("mine", {"chance": 1.5}, "chance is 1.5; expected a score from 0 to 1"),
        ("mine", {"chance": lambda n: n}, "chance is 2 for 2 options; expected a score"),
        ("mine", {"score": right, "needs": ()}, "needs is empty"),
    ],
)
def test_refused_in_words(name, told, words):
    with pytest.raises(ValueError, match=words):
        register_metric(name, **{"kind": "continuous"} | told)
    assert not is_registered("mine")


def of_targets(target):
    return [0.0 for _ in target]


def limited(target, output, *, limit):
    return [float(len(one) < limit) for one in target + output]


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ("exact", "score is a str; expected a function from the columns target, output"),
        (of_targets, r"score takes \(target\), but is called with the columns target, output"),
        (limited, "missing a required argument: 'limit'"),
    ],
)
def test_functions_that_do_not_take_the_columns(score, words):
    with pytest.raises(TypeError, match=words):
        register_metric("mine", score, kind="discontinuous")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (1.0, r"an array of shape \(\) for 2 answers; expected one number"),
        ([1.0], r"an array of shape \(1,\) for 2 answers"),
        ([0.5, 7.0], "'mine' gave 7, but its bounds are 0 and 1"),
    ],
)
def test_results_that_are_no_scores(values, words):
    mine = register_metric("mine", lambda *_: values, kind="continuous")
    with pytest.raises(ValueError, match=words):
        mine(ANSWERS)


@pytest.mark.parametrize(
    ("name", "kind", "counts"),
    [
        ("exact_match", "discontinuous", True),
        ("ppl", "loss", False),
        ("edit_similarity", "continuous", False),
        ("f1a", "unknown", False),
        ("my_score", "unknown", False),
        ("val_accuracy", "discontinuous", True),
        ("edit_similarity>=0.8", "discontinuous", True),
        ("squared_error<=0.5", "discontinuous", True),
        ("exact_match, 5 of 5", "discontinuous", False),
        ("squared_error<=0.5, 3 of 3", "discontinuous", False),
        ("my_score>=0.5", "unknown", False),
    ],
)
def test_kinds_of_names(name, kind, counts):
    known = find_metric(name)
    assert (known.kind, known.counts_items) == (kind, counts)
    assert name.startswith("ppl") == known.lower_is_better


def test_words_of_names():
    words = {name: (find_metric(name).label, find_metric(name).metric) for name in ("acc", "my_f2")}
    assert words == {"acc": ("Answers right", "Accuracy (acc)"), "my_f2": ("My f2", "my_f2")}


def test_bits_are_no_nats():
    assert find_metric("bits_per_byte").loss_kind == "bits"
    assert find_metric("nll").loss_kind == "nats"


SHARE, LOSS = (False, 0, 1), (True, 0, math.inf)
FACTS = {
    "exact_match em acc accuracy pass@1 pass_at_1 mc1 acc_norm test_accuracy multiple_choice_grade "
    "solved_share":
        ("discontinuous", None, SHARE),
    "edit_similarity prefix_match chrf option_probability token_success f1":
        ("continuous", "share", SHARE),
    "mc2": ("continuous", None, SHARE),
    "token_edit_distance": ("continuous", None, LOSS),
    "numeric_error squared_error": ("continuous", "error", LOSS),
    "option_margin": ("continuous", None, (False, -math.inf, math.inf)),
    "brier_score": ("continuous", "brier", (True, 0, 2)),
    "loss test_loss nll": ("loss", "nats", LOSS),
    "bits_per_byte": ("loss", "bits", LOSS),
    "log_likelihood": ("loss", "reward", (False, -math.inf, 0)),
    "ppl perplexity word_perplexity byte_perplexity": ("loss", "perplexity", (True, 1, math.inf)),
    "f1a acc_bytes acc_mutual_info contains f1_macro likelihood_diff_acc mcc_norm win_rate":
        ("unknown", None, SHARE),
    "mcc": ("unknown", None, (False, -1, 1)),
}  # fmt: skip


def test_what_is_known_of_ours():
    told = {name: facts for names, facts in FACTS.items() for name in names.split()}
    found = {
        one.name: (one.kind, one.loss_kind, (one.lower_is_better, one.minimum, one.maximum))
        for one in KNOWN
    }
    assert found == told
    assert all(one.counts_items == (one.kind == "discontinuous") for one in KNOWN)


def test_which_are_picked_unasked():
    mixed = ["mc2", "squared_error", "strange", "ppl", "brier_score", "edit_similarity", "loss"]
    assert ranked(mixed, "continuous", "loss") == [
        "brier_score", "edit_similarity", "squared_error", "loss", "ppl",
    ]  # fmt: skip
    assert ranked(mixed, "loss") == ["loss", "ppl"]
    assert ranked(["mcc", "f1a"], "unknown") == ["f1a"]
    sharp = ["acc_norm", "acc", "em", "multiple_choice_grade", "test_accuracy", "exact_match"]
    assert ranked(sharp) == [
        "exact_match", "em", "multiple_choice_grade", "acc", "acc_norm", "test_accuracy",
    ]  # fmt: skip


def test_an_alias_is_reported_by_other_tools():
    register_metric("mine", right, kind="discontinuous", aliases=("my_score",))
    assert find_metric("my_score").needs == ()
    with pytest.raises(TypeError, match="'my_score' is reported by other tools"):
        find_metric("my_score")(ANSWERS)

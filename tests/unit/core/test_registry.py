"""What the registry says of each score is what the score does."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.metrics import options, text
from emergence_widgets.core.metrics.registry import SCORES, Metric

LENGTH = 4
GENTLE_TEXTS = ("token_edit_distance", "edit_similarity", "prefix_match", "chrf")
logprobs = st.floats(-50, 0) | st.just(-np.inf)


def needing(*columns):
    return [name for name, score in SCORES.items() if score.needs == columns]


def without(*names):
    """Scores of texts and of options, but these."""
    listed = [*needing("target", "output"), *needing("choice_logprobs", "right")]
    return [name for name in listed if name not in names]


def options_of(p, options):
    """Log-probabilities of the mirage model: the right option (0) has p + (1 - p)/K."""
    mass = np.full(options, (1 - p) / options)
    mass[0] += p
    with np.errstate(divide="ignore"):
        return np.log(mass)


def expected_text_score(score, p):
    """Mean over all ways of getting LENGTH tokens right, each with chance p."""
    target = [f"t{i}" for i in range(LENGTH)]
    ways = list(product([True, False], repeat=LENGTH))
    outputs = [
        " ".join(token if right else "wrong" for token, right in zip(target, way, strict=True))
        for way in ways
    ]
    found = score({"target": [" ".join(target)] * len(ways), "output": outputs})
    weights = [p ** sum(way) * (1 - p) ** (LENGTH - sum(way)) for way in ways]
    return float(np.dot(weights, found))


def expectation(name, p, options=4):
    score = SCORES[name]
    if score.needs == ("target", "output"):
        return expected_text_score(score, p)
    return float(score({"choice_logprobs": [options_of(p, options)], "right": [0]})[0])


def test_keys_are_names_and_labels_tell_scores_apart():
    assert set(SCORES) == {
        "exact_match", "token_edit_distance", "edit_similarity", "prefix_match", "numeric_error",
        "chrf", "loss", "log_likelihood", "multiple_choice_grade", "option_probability",
        "option_margin", "brier_score", "squared_error",
    }  # fmt: skip
    for name, score in SCORES.items():
        assert score.name == name
        assert score.label
        assert score.metric
    assert len({score.label for score in SCORES.values()}) == len(SCORES)
    assert len({score.metric for score in SCORES.values()}) == len(SCORES)


def test_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        SCORES["mine"] = SCORES["chrf"]  # pyright: ignore[reportIndexIssue]
    with pytest.raises(dataclasses.FrozenInstanceError):
        SCORES["chrf"].minimum = -1.0  # pyright: ignore[reportAttributeAccessIssue]


def test_docstring_describes_the_attributes():
    assert Metric.__doc__ is not None
    attributes = Metric.__doc__.split("Attributes")[1]
    for field in dataclasses.fields(Metric):
        if field.name != "compute":
            assert field.name in attributes


def test_item_functions_are_those_of_the_registry():
    functions = vars(text) | vars(options)
    for name in SCORES.keys() & functions.keys():
        assert functions[name].__name__ == name
        assert functions[name].__doc__
    texts = {"target": ["a b c"], "output": ["a x c"]}
    for name in needing("target", "output"):
        assert SCORES[name](texts)[0] == pytest.approx(
            functions[name](["a b c"], ["a x c"])[0], nan_ok=True
        )
    choice = {"choice_logprobs": [[-1.0, -2.0]], "right": [1]}
    for name in needing("choice_logprobs", "right"):
        assert SCORES[name](choice) == functions[name]([[-1.0, -2.0]], [1])
    tokens = {"token_logprobs": [[-1.0, -2.0]]}
    assert SCORES["loss"](tokens).tolist() == options.token_loss([[-1.0, -2.0]]).tolist() == [1.5]
    assert SCORES["log_likelihood"](tokens).tolist() == [-3.0]
    assert SCORES["squared_error"]({"squared_error": [0.25, 4]}).tolist() == [0.25, 4]


@pytest.mark.parametrize("name", SCORES)
def test_reads_the_columns_that_it_names(name):
    row = {
        "target": ["7"], "output": ["8"], "choice_logprobs": [[-1.0, -2.0]], "right": [0],
        "token_logprobs": [[-1.0]], "squared_error": [0.1],
    }  # fmt: skip
    score = SCORES[name]
    needed = {column: row[column] for column in score.needs}
    assert np.isfinite(score(needed)).all()
    for column in score.needs:
        with pytest.raises(KeyError, match=column):
            score({other: value for other, value in needed.items() if other != column})


@given(targets=st.lists(st.text("ab 12.", max_size=8)), data=st.data())
def test_bounds_of_texts(targets, data):
    outputs = [data.draw(st.text("ab 12.", max_size=8)) for _ in targets]
    for name in needing("target", "output"):
        score = SCORES[name]
        found = score({"target": targets, "output": outputs})
        known = found[~np.isnan(found)]
        assert np.all((known >= score.minimum) & (known <= score.maximum))
        assert np.isnan(found).any() <= (name == "numeric_error")


@given(rows=st.lists(st.lists(logprobs, min_size=2, max_size=6), min_size=1), data=st.data())
def test_bounds_of_probabilities(rows, data):
    right = [data.draw(st.integers(0, len(row) - 1)) for row in rows]
    columns = {"choice_logprobs": rows, "right": right, "token_logprobs": rows}
    for name in needing("choice_logprobs", "right") + needing("token_logprobs"):
        score = SCORES[name]
        found = score(columns)
        assert np.all((found >= score.minimum) & (found <= score.maximum))


@pytest.mark.parametrize("name", SCORES)
def test_bounds_are_reached(name):
    score = SCORES[name]
    extremes = {
        "target": ["7", "7"], "output": ["7", "a"], "choice_logprobs": [[0.0, -np.inf]] * 2,
        "right": [0, 1], "token_logprobs": [[0.0], [-np.inf]], "squared_error": [0.0, np.inf],
    }  # fmt: skip
    best, worst = score({column: extremes[column] for column in score.needs})
    if score.lower_is_better:
        assert best == score.minimum
        assert name in ("numeric_error", "token_edit_distance") or worst == score.maximum
    else:
        assert best == pytest.approx(score.maximum)
        assert worst == score.minimum


@pytest.mark.parametrize("name", needing("choice_logprobs", "right"))
@pytest.mark.parametrize("options", [2, 3, 4, 10])
def test_chance_is_the_score_of_an_even_guess(name, options):
    score = SCORES[name]
    assert score.chance is not None
    for right in range(options):
        even = {"choice_logprobs": [[-1.5] * options], "right": [right]}
        assert score(even)[0] == pytest.approx(score.chance(options))


def test_only_choices_have_a_chance_level():
    with_chance = [name for name, score in SCORES.items() if score.chance is not None]
    assert with_chance == needing("choice_logprobs", "right")


@pytest.mark.parametrize("name", without())
def test_better_answers_score_better(name):
    if name == "numeric_error":
        better, worse = SCORES[name]({"target": ["10", "10"], "output": ["11", "13"]})
    elif name in ("exact_match", "multiple_choice_grade"):
        better, worse = expectation(name, 1.0), expectation(name, 0.0)
    else:
        better, worse = expectation(name, 0.7), expectation(name, 0.4)
    assert (better < worse) == SCORES[name].lower_is_better
    assert better != worse


def test_likelier_targets_score_better():
    columns = {"token_logprobs": [[-0.1, -0.2], [-1.0, -0.2]]}
    for name in needing("token_logprobs"):
        better, worse = SCORES[name](columns)
        assert (better < worse) == SCORES[name].lower_is_better


@pytest.mark.parametrize("name", without("numeric_error"))
def test_linear_scores_have_an_expectation_linear_in_token_success(name):
    p = np.array([0.0, 0.3, 0.5, 0.7, 0.9])
    found = np.array([expectation(name, value) for value in p])
    straight = np.interp(p, p[[0, -1]], found[[0, -1]])
    assert np.allclose(found, straight, rtol=1e-9) == SCORES[name].linear


@pytest.mark.parametrize("name", needing("choice_logprobs", "right"))
def test_continuous_scores_of_options_do_not_jump(name):
    ahead, behind = SCORES[name](
        {"choice_logprobs": [[-1.0, -1.0 - 1e-9], [-1.0 - 1e-9, -1.0]], "right": [0, 0]}
    )
    assert (abs(ahead - behind) < 1e-6) == SCORES[name].continuous


@pytest.mark.parametrize("name", ["exact_match", *GENTLE_TEXTS])
def test_continuous_scores_of_texts_barely_mind_one_last_token(name):
    target = [f"t{i}" for i in range(500)]
    answers = [target, [*target[:-1], "wrong"], ["wrong"] * 500]
    columns = {"target": [" ".join(target)] * 3, "output": [" ".join(words) for words in answers]}
    right, nearly, hopeless = SCORES[name](columns)
    assert (abs(right - nearly) < 0.02 * abs(right - hopeless)) == SCORES[name].continuous


def test_tokens_reach_the_scores_that_split():
    columns = {"target": ["ab c"], "output": ["ax c"]}
    assert SCORES["token_edit_distance"](columns, tokens="characters").tolist() == [1]
    assert SCORES["edit_similarity"](columns, tokens="characters").tolist() == [0.75]
    assert SCORES["edit_similarity"](columns).tolist() == [0.5]
    assert SCORES["prefix_match"](columns, tokens="characters").tolist() == [0.25]
    with pytest.raises(ValueError, match="tokens is 'words'"):
        SCORES["prefix_match"](columns, tokens="words")

"""Scores of texts against plain references, and the axioms of a distance."""

import sys
from typing import Any

import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.metrics.text import (
    Tokens,
    chrf,
    edit_similarity,
    exact_match,
    numeric_error,
    prefix_match,
    token_edit_distance,
    tokenizer,
)

# Few letters, so that texts share parts; one outside the Basic Multilingual Plane.
words = st.text("ab é\U0001d54f", max_size=12)
anything = st.text(max_size=20)
TOKENS = ("whitespace", "characters", lambda text: [ord(c) % 3 for c in text])
SCORES = (exact_match, token_edit_distance, edit_similarity, prefix_match, numeric_error, chrf)


def levenshtein(source, target):
    """The textbook table, row by row."""
    above = list(range(len(target) + 1))
    for i, token in enumerate(source, start=1):
        row = [i]
        for j, other in enumerate(target, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (token != other)))
        above = row
    return above[-1]


def distance(a, b, tokens: Tokens = "characters"):
    return float(token_edit_distance([a], [b], tokens=tokens)[0])


@given(a=words, b=words, tokens=st.sampled_from(TOKENS))
def test_edit_distance_is_the_textbooks(a, b, tokens):
    split = tokenizer(tokens)
    expected = levenshtein(split(a), split(b))
    assert distance(a, b, tokens) == expected
    longest = max(len(split(a)), len(split(b)))
    share = 1 - expected / longest if longest else 1
    assert edit_similarity([a], [b], tokens=tokens)[0] == pytest.approx(share)


def test_known_distances():
    assert distance("kitten", "sitting") == 3
    assert distance("HH AH L OW", "HH EH L OW", "whitespace") == 1
    assert distance("a b", "b a", "whitespace") == 2
    assert distance("", "a b c", "whitespace") == 3


@given(a=words, b=words, c=words, tokens=st.sampled_from(TOKENS[:2]))
def test_edit_distance_is_a_metric(a, b, c, tokens):
    assert distance(a, a, tokens) == 0
    assert distance(a, b, tokens) == distance(b, a, tokens)
    assert distance(a, c, tokens) <= distance(a, b, tokens) + distance(b, c, tokens)
    split = tokenizer(tokens)
    assert (distance(a, b, tokens) == 0) == (split(a) == split(b))


@given(a=anything, b=anything, tokens=st.sampled_from(TOKENS))
def test_bounds(a, b, tokens):
    split = tokenizer(tokens)
    lengths = len(split(a)), len(split(b))
    assert abs(lengths[0] - lengths[1]) <= distance(a, b, tokens) <= max(lengths)
    for score in (edit_similarity, prefix_match):
        assert 0 <= score([a], [b], tokens=tokens)[0] <= 1
        assert score([a], [a], tokens=tokens)[0] == 1
    assert exact_match([a], [b])[0] == float(a.strip() == b.strip())


@given(a=words, b=words, tokens=st.sampled_from(TOKENS))
def test_prefix_match_counts_tokens_until_the_first_error(a, b, tokens):
    wanted, given = tokenizer(tokens)(a), tokenizer(tokens)(b)
    right = 0
    while right < min(len(wanted), len(given)) and wanted[right] == given[right]:
        right += 1
    share = right / len(wanted) if len(wanted) else float(len(given) == 0)
    assert prefix_match([a], [b], tokens=tokens)[0] == pytest.approx(share)


def test_white_space_around_an_answer_does_not_count():
    assert exact_match([" 12\n", "a b"], ["12", "a  b"]).tolist() == [1, 0]
    # Between words any white space is one gap.
    assert token_edit_distance(["a b"], ["  a\t\n b "]).tolist() == [0]


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan"), ""])
def test_missing_text_is_an_empty_one(missing):
    targets, outputs = ["a b", missing], [missing, missing]
    assert exact_match(targets, outputs).tolist() == [0, 1]
    assert token_edit_distance(targets, outputs).tolist() == [2, 0]
    assert edit_similarity(targets, outputs).tolist() == [0, 1]
    assert prefix_match(targets, outputs).tolist() == [0, 1]
    assert np.isnan(numeric_error(targets, outputs)).all()


def test_numbers_are_read_as_texts():
    twelve: list[Any] = [12, "12"]
    nan: Any = float("nan")
    assert exact_match(twelve, twelve[::-1]).tolist() == [1, 1]
    assert exact_match(["nan"], [nan]).tolist() == [0]


def test_empty_target_and_wordy_answer():
    assert token_edit_distance([""], ["a b"]).tolist() == [2]
    assert edit_similarity([""], ["a b"]).tolist() == [0]
    assert prefix_match([""], ["a b"]).tolist() == [0]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [([97], ["a"]), ([None], ["None"]), ([-1], [-2]), ([0], [2**61 - 1]), ([(1, 2)], [(2, 1)])],
)
def test_tokens_that_differ_are_told_apart(mine, theirs):
    def split(text):
        return mine if text == "mine" else theirs

    assert distance("mine", "theirs", split) == 1
    assert distance("mine", "mine", split) == 0
    assert edit_similarity(["mine"], ["theirs"], tokens=split).tolist() == [0]
    assert prefix_match(["mine"], ["theirs"], tokens=split).tolist() == [0]


def test_characters_are_code_points():
    assert distance("\U0001d54f", "") == 1
    # An e with an accent, composed and not.
    assert distance("\u00e9", "e\u0301") == 2


@given(rows=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["a", "b c", ""]))))
def test_rows_do_not_depend_on_each_other(rows):
    targets, outputs = [row[0] for row in rows], [row[1] for row in rows]
    for score in SCORES:
        alone = [score([target], [output])[0] for target, output in rows]
        found = score(targets, outputs)
        assert found.dtype == float
        assert found.shape == (len(rows),)
        np.testing.assert_array_equal(found, alone)


def test_many_repeated_rows():
    targets = ["AE B S T R", "K AE T"] * 50_000
    outputs = ["AE P S T", "K AE T"] * 50_000
    for score, pair in (
        (exact_match, [0, 1]),
        (token_edit_distance, [2, 0]),
        (edit_similarity, [0.6, 1]),
        (prefix_match, [0.2, 1]),
    ):
        np.testing.assert_allclose(score(targets, outputs), pair * 50_000)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(target=finite, output=finite)
def test_numeric_error_is_relative_above_one(target, output):
    error = numeric_error([repr(target)], [repr(output)])[0]
    size = max(abs(target), 1.0)
    assert error == pytest.approx(abs(output / size - target / size), rel=1e-9, abs=1e-15)
    assert numeric_error([repr(target)], [repr(target)])[0] == 0


def test_numbers_as_people_write_them():
    targets = ["1,000", "1_000", " 5 ", "-2", "1e3", "0"]
    outputs = ["1000", "900", "5.0", "2", "1000", "0.5"]
    np.testing.assert_allclose(numeric_error(targets, outputs), [0, 0.1, 0, 2, 0, 0.5])


@pytest.mark.parametrize("word", ["seven", "", "inf", "-infinity", "nan", "1e999", "1.2.3"])
def test_what_is_no_finite_number_has_no_error(word):
    assert np.isnan(numeric_error(["7", word], [word, "7"])).all()


@given(pairs=st.lists(st.tuples(words, words), max_size=5))
def test_chrf_is_sacrebleus(pairs):
    targets, outputs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    metric = sacrebleu.CHRF()
    expected = [metric.sentence_score(b, [a]).score / 100 for a, b in pairs]
    found = chrf(targets, outputs)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.all((found >= 0) & (found <= 1))


def test_chrf_of_equal_and_empty_texts():
    texts = ["the cat sat", "é", "ab"]
    np.testing.assert_allclose(chrf(texts, texts), 1)
    assert chrf(["a", "", ""], ["", "a", ""]).tolist() == [0, 0, 0]


def test_chrf_without_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(ImportError, match=r"pip install 'emergence-widgets\[text\]'"):
        chrf(["a"], ["a"])


@pytest.mark.parametrize("score", SCORES)
def test_errors_of_the_rows(score):
    with pytest.raises(ValueError, match="2 targets for 1 outputs; expected one each"):
        score(["a", "b"], ["a"])
    with pytest.raises(TypeError, match="for one pair, wrap it in lists"):
        score("a b", ["a b"])
    with pytest.raises(TypeError, match="sequences of texts"):
        score(["a b"], "a b")


@pytest.mark.parametrize("score", [token_edit_distance, edit_similarity, prefix_match])
def test_unknown_tokenizer(score):
    with pytest.raises(ValueError, match=r"tokens is 'words'; expected 'characters', 'whitespace'"):
        score(["a"], ["a"], tokens="words")


def test_tokenizers():
    assert tokenizer("characters")("ab c") == ["a", "b", " ", "c"]
    assert tokenizer("whitespace")(" ab\tc ") == ["ab", "c"]
    assert tokenizer(str.upper) is str.upper

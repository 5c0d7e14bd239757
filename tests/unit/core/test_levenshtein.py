"""The edit distance used where rapidfuzz cannot be installed, against rapidfuzz."""

import sys
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from emergence_widgets.core.metrics import levenshtein
from emergence_widgets.core.metrics.levenshtein import bit_parallel_edits, edits, similarity

words = st.text("ab é\U0001d54f", max_size=70)
tokens = st.lists(st.integers(0, 3), max_size=70)
pairs = st.tuples(words, words) | st.tuples(tokens, tokens)


@given(pair=pairs)
def test_equals_rapidfuzz(pair):
    assert bit_parallel_edits(*pair) == Levenshtein.distance(*pair)


@pytest.mark.parametrize("sizes", [(63, 65), (64, 64), (128, 1), (1000, 900), (0, 5), (5, 0)])
def test_equals_rapidfuzz_past_a_machine_word(sizes):
    draw = Random(sum(sizes))
    one, other = ([draw.randrange(5) for _ in range(size)] for size in sizes)
    assert bit_parallel_edits(one, other) == Levenshtein.distance(one, other)


@given(pair=pairs)
def test_without_rapidfuzz_the_scores_are_the_same(pair):
    with_it = edits(*pair), similarity(*pair)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levenshtein, "Levenshtein", None)
        assert (edits(*pair), similarity(*pair)) == with_it
    assert with_it[1] == Levenshtein.normalized_similarity(*pair)


def test_the_package_is_imported_without_rapidfuzz(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    monkeypatch.delitem(sys.modules, levenshtein.__name__)
    from importlib import import_module

    alone = import_module(levenshtein.__name__)
    assert alone.Levenshtein is None
    assert alone.edits("kitten", "sitting") == 3

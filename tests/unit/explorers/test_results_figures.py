"""The metrics of a `ResultsExplorer` and its figures' dropdowns are one thing."""

import pandas as pd
import pytest

from emergence_widgets import EvalResults, ResultsExplorer, datasets
from emergence_widgets.widgets.controls import ControlError

from ...answers import answers_of

COLUMNS = ["figure", "curve", "x", "y", "lower", "upper", "model"]


@pytest.fixture(scope="module")
def few_words():
    """The pronunciation family asked one word in fifty: as many metrics, less to read."""
    whole = datasets.pronunciation()
    return EvalResults(whole.scores, answers_of(whole).iloc[::50])


def chosen(e):
    return [dropdown.options[dropdown.index] for dropdown in dropdowns(e)]


def dropdowns(e):
    return [e.link.sources[f"metric_{slot}"][0] for slot in (1, 2, 3, 4)]


def test_metrics_set_from_python_reach_every_figure(few_words):
    e, seen = ResultsExplorer(few_words), []
    e.observe(lambda change: seen.append(change["new"]), "metrics")
    e.metrics = ["token_edit_distance", "exact_match"]
    assert e.metrics == ("token_edit_distance", "exact_match")
    assert chosen(e) == ["Token edit distance", "Exact match", "no figure", "no figure"]
    e.metrics = ("loss", "passing", "exact_match", "prefix_match")
    assert chosen(e)[1:] == ["Share passing", "Exact match", "Prefix match"]
    assert seen == [e.metrics[:0] or ("token_edit_distance", "exact_match"), e.metrics]
    assert list(dict.fromkeys(e.curves()["figure"])) == list(e.metrics)


def test_a_dropdown_moves_the_trait(few_words):
    e = ResultsExplorer(few_words, metrics=["loss", "exact_match"])
    first, second, third, _ = dropdowns(e)
    first.index = first.options.index("Edit similarity")
    assert e.metrics == ("edit_similarity", "exact_match")
    third.index = third.options.index("Per-token loss (nats)")
    assert e.metrics == ("edit_similarity", "exact_match", "loss")
    second.index = second.options.index("no figure")
    assert e.metrics == ("edit_similarity", "loss")


def test_an_empty_figure_between_two(few_words):
    e = ResultsExplorer(few_words, metrics=["loss", "passing", "exact_match"])
    kept = e.curves().query("figure != 'passing'").reset_index(drop=True)
    second = dropdowns(e)[1]
    second.index = len(second.options) - 1
    pd.testing.assert_frame_equal(e.curves(), kept)
    again = ResultsExplorer(e.results, **e.state)
    pd.testing.assert_frame_equal(again.curves(), kept)
    e.metrics = ["exact_match", "loss"]
    assert chosen(e)[:2] == ["Exact match", "Per-token loss (nats)"]


def test_no_figure_at_all(few_words):
    e = ResultsExplorer(few_words)
    for dropdown in dropdowns(e):
        dropdown.index = len(dropdown.options) - 1
    assert e.curves().empty
    assert e.curves().columns.tolist() == COLUMNS
    assert len(e.metrics) == 1


def test_unknown_metrics_name_the_nearest(few_words):
    with pytest.raises(ControlError, match=r"Did you mean 'exact_match'.*There is: loss, edit"):
        ResultsExplorer(few_words, metrics=["exact_mach"])
    with pytest.raises(TypeError, match="Did you mean 'metrics'"):
        ResultsExplorer(few_words, metric="loss")  # pyright: ignore[reportCallIssue]


def test_by_default_figures_have_something_to_show(few_words):
    """Long words have scores but no answers of their own, so no share that passes."""
    assert ResultsExplorer(few_words).metrics == (
        "loss",
        "passing",
        "edit_similarity",
        "exact_match",
    )
    e = ResultsExplorer(few_words, task=few_words.tasks[1])
    assert "passing" not in e.metrics
    assert set(e.curves()["figure"]) == set(e.metrics)
    assert ResultsExplorer(datasets.gpt3(), task="LAMBADA, 0-shot").metrics == ("ppl", "acc")

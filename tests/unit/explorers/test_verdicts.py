"""The verdicts in `ResultsExplorer`."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, ResultsExplorer, datasets, verdict
from emergence_widgets.core.verdict.rung import QUESTIONS
from emergence_widgets.core.verdict.verdict import OUTCOMES

HOSTILE = "<img src=x onerror=alert(1)>"


def evaluation(tasks: int = 1, name: str = "t") -> EvalResults:
    """Accuracy and loss of six sizes on some tasks."""
    size = np.logspace(6, 11, 6)
    loss = 0.2 + 2 * (size / 1e6) ** -0.2
    rows = [
        {
            "model": f"m{x:g}", "params": x, "task": f"{name}{task}", "metric": metric,
            "value": value, "n_items": 500, "stderr": 0.01,
        }
        for task in range(tasks)
        for x, nats in zip(size, loss, strict=True)
        for metric, value in (("loss", nats), ("acc", np.exp(-3 * nats)))
    ]  # fmt: skip
    return EvalResults(pd.DataFrame(rows))


@pytest.fixture
def explorer():
    made = []

    def make(*arguments, **options) -> ResultsExplorer:
        made.append(ResultsExplorer(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_panel_shows_what_verdict_says(explorer):
    results = evaluation()
    (shown,) = explorer(results).verdicts.content
    judged = verdict(results, "t0", "acc")
    assert shown["outcome"] == judged.outcome
    assert [rung["reason"] for rung in shown["rungs"]] == [r.reason for r in judged.rungs]


def test_metrics_that_are_shown_have_their_ladder_else_all_of_the_task(explorer):
    twice = evaluation()
    also = twice.scores[twice.scores["metric"] == "acc"].assign(metric="em")
    e = explorer(twice + EvalResults(also), metrics=("loss", "em"))
    assert [shown["metric"] for shown in e.verdicts.content] == ["Exact match (em)"]
    e = explorer(twice + EvalResults(also), metrics=("loss",))
    assert len(e.verdicts.content) == 2


def test_the_panel_follows_the_task(explorer):
    e = explorer(datasets.pronunciation())
    tasks = list(e._series["tasks"])
    by_task = e.constants["verdicts"]
    assert len(by_task) == len(tasks) == 2
    for ladders in by_task:
        for ladder in ladders.values():
            assert ladder["outcome"] in OUTCOMES
            assert len(ladder["rungs"]) == len(QUESTIONS)


def test_many_are_judged_only_when_asked(explorer):
    many = evaluation(tasks=81)
    unasked = explorer(many)
    assert unasked.verdicts.content == []
    assert "81" in unasked.verdicts.note
    assert "verdicts=True" in unasked.verdicts.note
    assert len(explorer(many, verdicts=True).verdicts.content) == 1


def test_none_are_judged_where_they_are_not_wanted(explorer):
    e = explorer(evaluation(), verdicts=False)
    assert e.verdicts.content == []
    assert e.verdicts.note == ""


def test_names_reach_the_browser_as_they_are_and_are_escaped_in_html(explorer):
    e = explorer(evaluation(name=HOSTILE))
    assert len(e.verdicts.content) == 1
    html = verdict(evaluation(name=HOSTILE), f"{HOSTILE}0", "acc")._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html

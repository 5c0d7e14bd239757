"""The atlas's cell, the strip of `ResultsExplorer` and the verdict tell one late rise T."""

import math
from typing import Any

import pytest

from emergence_widgets import EmergenceAtlas, ResultsExplorer, datasets, verdict

from .tables import painted

CASES = [
    (datasets.gpt3, "GPT-3", "3D+, 50-shot", "acc", "params"),
    (datasets.gpt3, "GPT-3", "LAMBADA, 0-shot", "acc", "flops"),
    (datasets.gpt3, "GPT-3", "1DC, 0-shot", "acc", "params"),
    (datasets.pronunciation, "transformer", "english_pronunciation", "exact_match", "params"),
    (datasets.addition, "transformer", "3-digit addition, plain", "exact_match", "params"),
    (datasets.addition, "GRU", "3-digit addition, reversed", "exact_match", "params"),
    (datasets.autoencoder, "autoencoder", None, None, "params"),
]


@pytest.mark.parametrize(("load", "family", "task", "metric", "scale"), CASES)
def test_one_family_at_one_scale_has_one_late_rise(load, family, task, metric, scale):
    results = load()
    e = EmergenceAtlas(results, family=family, scale=scale)
    if task:
        e.set_state(task=task, metric=metric)
    table = e.table()
    mine: Any = table[(table["task"] == e.task) & (table["metric"] == e.metric)].iloc[0]
    strip = ResultsExplorer(
        results, task=e.task, metrics=[e.metric], families=[family], scale=scale, verdicts=False
    )
    shown = painted(strip)
    assert painted(e)["cell_late"] == pytest.approx(mine["late_rise"], nan_ok=True)
    assert shown["late_0"] == pytest.approx(mine["late_rise"], abs=1e-9, nan_ok=True)
    assert shown["breakthroughness_0"] == pytest.approx(mine["breakthroughness"])
    told = verdict(results, e.task, e.metric, family=family, scale=scale).late_rise
    if told is not None and not math.isnan(mine["late_rise"]):
        assert told.value == pytest.approx(mine["late_rise"], abs=1e-6)
    for one in (e, strip):
        one.close()


def test_every_cell_of_a_table_is_the_strip_of_its_curve():
    results = datasets.gpt3()
    e, strip = EmergenceAtlas(results), ResultsExplorer(results, verdicts=False)
    row: Any
    for row in e.table().itertuples():
        strip.set_state(task=row.task, metrics=[row.metric])
        shown = painted(strip)["late_0"]
        assert shown == pytest.approx(row.late_rise, abs=1e-9, nan_ok=True)
        assert (shown > 0.3) == row.late
    e.close()
    strip.close()

"""Clusters of difficulty: found where they are planted, and what they are good for."""

import numpy as np
import pytest

from emergence_widgets.core.forecast import ForecastSeries, forecast, judge
from emergence_widgets.core.forecast.clusters import difficulty_clusters, pass_rates

SCALE = 10.0 ** np.arange(5, 13)


def planted(seed: int) -> ForecastSeries:
    """A quarter of the items is easy, half is learnt late, and a quarter never; three seeds."""
    rng = np.random.default_rng(seed)
    x = np.repeat(SCALE, 3)

    def rise(middle, slope):
        return 1 / (1 + np.exp(-slope * (np.log10(x) - middle)))

    rates = np.stack([rise(5.5, 3.0), rise(9.5, 2.0), np.zeros(len(x))], axis=1)
    items = rng.random((len(x), 400)) < np.repeat(rates, [100, 200, 100], axis=1)
    return ForecastSeries(x, items.mean(axis=1), n_items=400, items=items)


def test_items_that_the_same_models_answer_are_together():
    series = planted(0)
    assert series.items is not None
    cluster = difficulty_clusters(pass_rates(series.items, series.model))
    never, easy = cluster[300:], cluster[:100]
    assert (never == 0).all(), "the hardest first"
    assert (easy == cluster.max()).all()
    assert not np.isin(cluster[100:300], [0, cluster.max()]).any()
    again = difficulty_clusters(pass_rates(series.items, series.model))
    np.testing.assert_array_equal(cluster, again)


def test_pass_rates_are_means_over_runs_and_unasked_items_belong_nowhere():
    items = np.array([[1.0, np.nan, 0.0], [0.0, 1.0, np.nan], [1.0, 1.0, np.nan]])
    rates = pass_rates(items, np.array([0, 0, 1]))
    np.testing.assert_array_equal(rates, [[0.5, 1, 0], [1, 1, np.nan]])
    many = np.tile(rates, 60)
    assert (difficulty_clusters(many)[2::3] == -1).all()


def test_they_beat_the_direct_law_where_difficulty_is_mixed():
    errors, inside = [], []
    for seed in range(12):
        series = planted(seed)
        found = forecast(series, 2, methods=["direct", "clusters"], draws=200)
        judged = {name: judge(series, 2, one) for name, one in found.items()}
        errors.append([judged[name]["error"].mean() for name in ("direct", "clusters")])
        inside.append(judged["clusters"]["inside"].mean())
    direct, clusters = np.mean(errors, axis=0)
    assert clusters < direct / 2
    assert clusters < 0.05
    assert np.mean(inside) >= 0.85


def test_nothing_leaks_from_the_hidden_models():
    one = planted(1)
    assert one.items is not None
    hidden = (one.model >= 6)[:, None]
    changed = np.where(hidden, 1 - one.items, one.items)
    other = ForecastSeries(one.scale, one.score, n_items=400, items=changed)
    a, b = (forecast(s, 2, methods=["clusters"], draws=50)["clusters"].score for s in (one, other))
    for part in ("value", "lower", "upper"):
        np.testing.assert_array_equal(getattr(a, part), getattr(b, part))


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (None, "no answers by item"),
        (np.ones((24, 40)), "clusters of difficulty need 60 items that every visible model was"),
        (np.zeros((24, 90)), "no cluster of items shows a trend"),
    ],
)
def test_where_they_cannot_be_used(items, words):
    series = planted(0)
    series = ForecastSeries(series.scale, series.score, n_items=400, items=items)
    assert forecast(series, 2, methods=["clusters"])["clusters"].refusal.startswith(words)


def test_items_of_another_shape_are_named():
    with pytest.raises(ValueError, match=r"items has shape \(3, 4\); expected \(runs, items\), 2"):
        ForecastSeries([1e6, 1e7], [0.1, 0.2], items=np.zeros((3, 4)))

"""What else changes where a score jumps, and seeds that draw their lot."""

import numpy as np
import pytest

from emergence_widgets import EvalResults, verdict
from emergence_widgets.core.verdict.jump import find_jump
from emergence_widgets.core.verdict.recipe import changed_with_the_jump, learnt_by_heart
from emergence_widgets.core.verdict.runs import outcomes_of

from .test_verdict import transition
from .verdict_worlds import DECADES, evidence, gentle, losses, shares

STEP = np.arange(10) >= 5


def changed(values) -> list[tuple[str, str, str]]:
    runs = evidence(
        shares(np.where(STEP, 0.9, 0.1)), recipe={"layers": np.array(values, dtype=object)}
    )
    jump = find_jump(runs)
    assert jump is not None
    return [(one.column, one.below, one.above) for one in changed_with_the_jump(runs, jump)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1] * 5 + [2] * 5, [("layers", "1", "2")]),
        ([1] * 5 + [2, 2, 3, 3, 4], [("layers", "1", "2, 3, 4")]),
        ([1, 1, 2, 2, 3] + [4] * 5, [("layers", "1, 2, 3", "4")]),
        # It changes all along, elsewhere, back again, or is not known.
        (list(range(10)), []),
        ([1] * 4 + [2] * 6, []),
        ([1] * 5 + [2, 2, 1, 2, 2], []),
        ([1] * 5 + [None] * 5, []),
        ([1] * 10, []),
    ],
)
def test_a_column_that_changes_with_the_jump_is_named(values, told):
    assert changed(values) == told


def test_a_table_with_a_column_of_its_own_is_confounded():
    runs = transition()
    rows = EvalResults(_table(runs, tuned=lambda size: "chat" if size > 5e8 else "base"))
    found = verdict(rows, "t", "exact_match", draws=50)
    assert found.outcome == "confounded"
    assert "tuned (base below, chat above)" in found.decisive.reason
    plain = verdict(EvalResults(_table(runs)), "t", "exact_match", draws=50)
    assert plain.outcome == "candidate real transition"


def _table(runs, **columns):
    import pandas as pd

    parts = [
        pd.DataFrame(
            {
                "model": [f"m{size:g}" for size in runs.scale], "params": runs.scale,
                "seed": runs.seed, "task": "t", "metric": one.name, "value": one.value,
                "stderr": one.stderr, "n_items": one.n_items,
            }
        )
        for one in (runs.score, *runs.continuous)
    ]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(**{name: rows["params"].map(of) for name, of in columns.items()})


def with_items(leaked: float, seed: int = 0):
    """Item losses of ten sizes; the largest two know a share of the items by heart."""
    rng = np.random.default_rng(seed)
    items = gentle(DECADES)[:, np.newaxis] * rng.gamma(4, 1 / 4, 500)
    items = items * np.exp(0.2 * rng.standard_normal(items.shape))
    known = rng.random(500) < leaked
    items[8:, known] *= 0.002
    right = (rng.random(items.shape) < np.exp(-8 * items)).astype(float)
    loss = losses(items.mean(axis=1), items=items, stderr=0.02)
    return evidence(shares(right.mean(axis=1), 500, items=right), loss), int(known.sum())


@pytest.mark.parametrize("leaked", [0.05, 0.1, 0.3])
def test_items_learnt_by_heart_are_counted(leaked):
    runs, known = with_items(leaked)
    jump = find_jump(runs)
    assert jump is not None
    found = learnt_by_heart(runs, jump)
    assert found is not None
    assert found.items == pytest.approx(known, abs=3)
    assert found.since >= 10 ** DECADES[8]


def test_items_that_all_improve_are_not_learnt_by_heart():
    for seed in range(10):
        runs, _ = with_items(0.0, seed)
        jump = find_jump(runs)
        assert jump is not None
        assert learnt_by_heart(runs, jump) is None


def outcomes(by_level):
    values = np.array(by_level, dtype=float)
    return outcomes_of(
        evidence(
            shares(values.T.ravel()), decades=np.arange(6.0, 6 + len(values)), seeds=values.shape[1]
        )
    )


@pytest.mark.parametrize(
    ("middle", "lottery"),
    [
        ([0.1, 0.1, 0.1, 0.9, 0.9], True),
        ([0.1, 0.1, 0.1, 0.1, 0.9], False),  # one run of five may be an accident
        ([0.1, 0.3, 0.5, 0.7, 0.9], False),  # spread, with no gap
        ([0.5, 0.5, 0.5, 0.5, 0.5], False),
    ],
)
def test_runs_of_one_size_that_part_are_a_lottery(middle, lottery):
    found = outcomes([[0.0] * 5, middle, [1.0] * 5])
    assert found is not None
    assert found.lottery == lottery


def test_two_split_levels_with_one_run_each_are_a_lottery():
    found = outcomes([[0.0] * 3, [0.0, 0.0, 0.9], [0.1, 1.0, 1.0], [1.0] * 3])
    assert found is not None
    assert found.lottery
    assert found.split == ((1e7, 1, 3), (1e8, 2, 3))


def test_the_gap_is_a_share_of_the_whole_rise():
    found = outcomes([[0.2] * 3, [0.2, 0.2, 0.4], [0.6] * 3])
    assert found is not None
    assert found.gap == pytest.approx(0.5)


def test_two_seeds_tell_nothing_of_a_lottery():
    assert outcomes([[0.0] * 2, [0.0, 1.0], [1.0] * 2]) is None

"""Runs side by side: one table, in order, and a second call goes on where the first stopped."""

import pandas as pd
import pytest

from experiments.addition_family import Addition, Member, Sweep
from experiments.addition_sweep import sweep_one
from experiments.runs import Run, run_all

CONFIG = Addition(
    digits=1, held_out=15, validation=10, sweep=Sweep(steps=10), members=(Member("GRU", 4),)
)
RATES = (0.03, 0.01)


def runs(rates=RATES):
    return [
        Run(f"rate-{rate}", sweep_one, (CONFIG, CONFIG.members[0], "plain", rate, 100), 10, 1.0)
        for rate in rates
    ]


def test_tables_come_in_order_and_are_kept(tmp_path):
    table = run_all(runs(), tmp_path, workers=2)
    assert table["learning_rate"].tolist() == list(RATES)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.parquet")}
    assert len(before) == 2
    (tmp_path / "rate-0.01.parquet").unlink()
    again = run_all(runs(), tmp_path, workers=1)
    pd.testing.assert_frame_equal(again, table)
    first = tmp_path / "rate-0.03.parquet"
    assert first.stat().st_mtime_ns == before[first], "a run that has its table is not done again"
    assert not list(tmp_path.glob("*.partial"))


def test_a_run_that_fails_stops_the_family(tmp_path):
    odd = Run("odd", sweep_one, (CONFIG, CONFIG.members[0], "sideways", 0.01, 100), 10, 1.0)
    with pytest.raises(ValueError, match="order is 'sideways'"):
        run_all([odd], tmp_path, workers=1)
    assert not (tmp_path / "odd.parquet").exists()

"""What notebooks say of addition in numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from emergence_widgets import datasets, wilson_interval


def by_seed(scores: pd.DataFrame, task: str, family: str, metric: str) -> pd.DataFrame:
    """Scores of one family on one task: a row a size, a column a seed."""
    asked = {"task": f"3-digit addition, {task}", "family": family, "metric": metric}
    mine = scores[(scores[list(asked)] == pd.Series(asked)).all(axis=1)]
    return mine.pivot_table(index="params", columns="seed", values="value")


def runs_that_add(scores: pd.DataFrame, task: str, family: str = "transformer") -> pd.Series:
    """How many seeds of each size get more than 80% of the sums right at the end."""
    return (by_seed(scores, task, family, "exact_match") > 0.8).sum(axis=1)


def seeds_disagree(scores: pd.DataFrame) -> list[str]:
    """What notebooks 04 and 10 both say of addition."""
    backwards = runs_that_add(scores, "reversed")
    trained = by_seed(scores, "reversed", "transformer", "exact_match").notna().sum(axis=1)
    disagree = backwards[(backwards > 0) & (backwards < trained)]
    assert (disagree.index[0], disagree.index[-1]) == (252, 1760)
    assert (trained[disagree.index] == 20).all()
    assert (backwards / trained).diff().dropna().ge(0).all()
    *most, last = disagree
    return ["from 252 to 1,760 parameters", f"{', '.join(map(str, most))} and {last} of 20"]


def one_candidate(scores: pd.DataFrame) -> list[str]:
    """What notebook 10 says of GRUs that add backwards."""
    add = runs_that_add(scores, "reversed", "GRU")
    asked = by_seed(scores, "reversed", "GRU", "exact_match").notna().sum(axis=1)
    assert (add[6336], asked[6336]) == (0, 20)
    assert (add[24_960], asked[24_960]) == (20, 20)
    assert len(add) == 6
    return [
        "no seed of 20 adds at 6,336 parameters, all 20 add at 24,960",
        "one task, one optimiser, six sizes",
    ]


def architectures_and_seeds(cells: dict[str, Any]) -> list[str]:
    scores = cells["addition"].scores
    plain = by_seed(scores, "plain", "transformer", "exact_match")
    sizes = [522, 888, 1760, 3792]
    medians, means = (
        [f"{value:.2f}" for value in middle[sizes]]
        for middle in (plain.median(axis=1), plain.mean(axis=1))
    )
    solved = plain > 0.8
    add = solved.sum(axis=1)
    assert (plain.loc[sizes].notna().sum(axis=1) == 20).all()
    assert sorted(solved.idxmax().unique()) == sizes
    intervals = [wilson_interval(add[size], 20) for size in (1760, 888)]
    assert intervals[0][1] < intervals[1][0]
    few = solved.iloc[:, :5].sum(axis=1)
    intervals = [wilson_interval(few[size], 5) for size in (1760, 888)]
    assert intervals[0][1] > intervals[1][0]
    odds = cells["odds"][cells["odds"]["task"] == "3-digit addition, plain"]
    early = odds[odds["family"] == "1,600 steps"].set_index("params")["value"]
    assert (early.loc[:1760] == 0).all()
    grus = runs_that_add(scores, "reversed", "GRU")
    asked = by_seed(scores, "reversed", "GRU", "exact_match").notna().sum(axis=1)
    assert (grus[grus.index >= 24_960] == asked[asked.index >= 24_960]).all()
    assert grus[grus.index < 24_960].sum() == runs_that_add(scores, "plain", "GRU").sum() == 0
    loss = datasets.addition_training().select(metric="loss").scores
    along: Any = loss.pivot_table(index="step", columns="model", values="value")
    steps = datasets.addition_outcomes().scores["step"].nunique()
    return [
        "two 3-digit numbers",
        f"{', '.join(medians[:-1])} and {medians[-1]} at 522, 888, 1,760 and 3,792 parameters",
        f"Then to means: {', '.join(means[:-1])} and {means[-1]},",
        f"At 888 parameters {add[888]} seeds of 20 have learned to add, at 1,760 parameters "
        f"{add[1760]} of 20",
        "a threshold at 522, at 888, at 1,760 or at 3,792 parameters",
        f"more than 80% of the sums right, by size and at {steps} steps",
        "After 1,600 steps no run with 1,760 parameters or fewer had learned to add, and "
        f"{20 * early[3792]:.0f} of 20 with 3,792 had",
        f"After 6,000 steps {add[888]} of 20 with 888 parameters have",
        "At 1,760 parameters, where the networks get a second layer, fewer runs succeed than at "
        "888",
        "reversed ones from 24,960 parameters on",
        *seeds_disagree(scores),
        f"the smallest to {along['w4-l1'].min():.2f} nats, the middle one to "
        f"{along['w6-l1'].min():.2f}, and the largest leaps from {along['w24-l2'][240]:.2f} to "
        f"{along['w24-l2'][340]:.2f} between two",
    ]

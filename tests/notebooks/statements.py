"""What each notebook says in numbers, made from the variables that its own cells left behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from nbformat import NotebookNode

from emergence_widgets import datasets, items_needed, late_rise, rescore
from emergence_widgets.core.theory.skills import zipf_tail
from emergence_widgets.core.theory.steps import step_reliability_for

from ..unit.datasets.page_of_facts import configuration, word_family
from .addition import (
    architectures_and_seeds,
    by_seed,
    one_candidate,
    runs_that_add,
    seeds_disagree,
)

CALIBRATION = Path(__file__).parents[1] / "benchmarks" / "verdict_calibration.md"
FORECASTS = CALIBRATION.with_name("forecast_calibration.md")


def prose_of(notebook: NotebookNode) -> str:
    """Its text without what is no statement: link targets, years and numbers of references."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for reference in (
        r"\]\([^)]*\)",
        r"arXiv:\d+\.\d+",
        r"\b(?:19|20)\d\d\b",
        r"(?m)^#* ?\d\. ",
        r"section [\d.]*\d|Table H\.1|[Nn]otebook \d\d|[Qq]uestions? \d(?: and \d)?",
        r"GPT-3|Llama 3",
    ):
        text = re.sub(reference, "", text)
    return text


def runs_of(results: Any) -> int:
    return results.samples.groupby(["model", "seed"]).ngroups


def percent(values: pd.Series) -> pd.Series:
    return (100 * values).round().astype(int)


def welcome(_: dict[str, Any]) -> list[str]:
    return [
        f"{runs_of(datasets.spanish().select(family='GRU'))} small networks",
        "from 1 (the whole word right) to 0.5 (half of it)",
    ]


def mirage(cells: dict[str, Any]) -> list[str]:
    assert items_needed(0.5) == np.ceil(np.log(0.05) / np.log(0.5))
    assert late_rise(cells["sizes"], cells["ramp"]) == pytest.approx(0)
    late = float(late_rise(cells["sizes"], cells["wait"]))
    loss, tasks = cells["loss"], cells["numbers"].loc["many_skills_models"]
    task, gains = float(late_rise(tasks["x"], tasks["y"])), float(late_rise(loss["x"], -loss["y"]))
    # Within a hundredth of the power law from two dozen skills on.
    assert zipf_tail(24, 0.3) * 24**0.3 * 0.3 == pytest.approx(1, abs=0.01)
    return [
        "$L (1 - p)$",
        "until about $1/n$",
        "with 95% chance",
        "shrinking gains have 0,",
        f"then jumps has {late:.2f}",
        "$k^{-(1+a)}$",
        r"$\sum_{k>n} k^{-(1+a)}$",
        "$n^{-a}/a$ within 1%",
        f"T = {task:.2f}",
        f"T = {gains:.2f}",
        f"Here a = {-cells['sharp_skills'].exponent}",
    ]


def real_outputs(cells: dict[str, Any]) -> list[str]:
    words, gpt3 = cells["words"], datasets.gpt3().scores
    (items,) = gpt3.loc[gpt3["task"] == "4D+", "n_items"].unique()
    asked = words.samples["item"].nunique()
    gru, transformer = (
        word_family(words.samples[words.samples["family"] == family])
        for family in ("GRU", "transformer")
    )
    assert len(gru.sizes) == 14
    whole, five = gru.means["exact_match"], gru.means["five"]
    (half,) = rescore(
        words.select(family="GRU"), ["edit_similarity"], ["params"],
        thresholds={"edit_similarity": [0.5]},
    ).query("metric != 'edit_similarity' and params == 432")["value"]  # fmt: skip
    assert half > 5 * whole[432]
    return [
        f"{asked:,} words nobody trained on",
        "at 0.5: half of the sounds are enough",
        f"At 1 the whole word counts: {whole[432]:.0%} at 432 parameters, {whole[1260]:.0%} at "
        f"1,260, {whole[5580]:.0%} at 5,580",
        f"at 5: five words of five, {five[2052]:.0%} at 2,052 parameters and "
        f"{five[gru.sizes[-1]]:.0%} at the largest size",
        f"from {transformer.at('loss', 496, 1)} to {transformer.at('loss', 1760)} nats between 496 "
        "and 1,760 parameters",
        f"has {items:,.0f} items, so {1 / items:.2%} is one item",
    ]


def vision(_: dict[str, Any]) -> list[str]:
    autoencoder, classifier = configuration("autoencoder"), configuration("classifier")
    assert (len(autoencoder["widths"]), len(autoencoder["seeds"])) == (14, 5)
    return [
        f"of {autoencoder['widths'][0]} to {autoencoder['widths'][-1]} hidden units",
        "Lower c to 0.1",
        f"Classifiers of {classifier['widths'][0]} to {classifier['widths'][-1]} hidden units",
    ]


def high_jump(_: dict[str, Any]) -> list[str]:
    ten, hundred = step_reliability_for(0.5, np.array([10, 100]))
    return ["22 December", "at 0 it is a step", f"{ten:.0%} of the single", f"takes {hundred:.1%}"]


def small_tests(_: dict[str, Any]) -> list[str]:
    return [
        "n + 1 possible results",
        "zero is 1/n",
        "each of 20 items once",
        f"20 items a thousand times each, and follow the line down to one in {20 * 1000:,}",
        "**Draws each m** to 1",
        "until 200 are right",
        "3 of 10 draws",
        f"on 2,000 items a task: {1 / 2000:.2%} is one item",
    ]


def forecasting(cells: dict[str, Any]) -> list[str]:
    by_seed = cells["by_seed"].round(1)
    words, long = (by_seed.loc[task] for task in by_seed.index.unique("task"))
    assert len(by_seed) == 6
    behind = by_seed[["sharp", "direct", "last_value"]].min(axis=1)
    assert (by_seed[["ladder", "smooth"]].max(axis=1) < behind).sum() == 5
    ends = {name: by_seed[name].agg(["min", "max"]).round().astype(int) for name in by_seed}
    ladder, last = cells["ladder"], -1
    first, second = ladder.first, ladder.second
    points = cells["points"].loc[:5]
    assert (points["ladder"] < 4).all()
    assert (points["smooth"] < 2).tolist() == [True, True, True, False, False]
    assert points.loc[4, "smooth"] > 10
    assert points["direct"].between(18, 22).all()
    score_off = np.abs(ladder.score.value - cells["score"])[-4:]
    assert score_off.max() < 0.05
    held_out = cells["rows"].groupby(["task", "method"])
    error, inside = percent(held_out["error"].mean()), percent(held_out["inside"].mean())
    plain, backwards = (
        error[f"3-digit addition, {order}"].agg(["min", "max"]) for order in ("plain", "reversed")
    )
    on_plain, on_reversed = (error[f"3-digit addition, {one}"] for one in ("plain", "reversed"))
    wide = held_out["width"].mean().drop("english_pronunciation")
    assert (inside.drop("english_pronunciation") == 100).all()
    own = inside["english_pronunciation"]
    assert (own.drop("direct") == 100).all()
    by_task, low, high = cells["by_task"], cells["low"], cells["high"]
    mean = by_task.mean()
    gained = by_task.columns.get_loc(("error", "gained"))
    both = cells["both"]
    errors = cells["errors"]
    assert len(errors) == 9
    assert errors.idxmin(axis=1).isin(["ladder", "smooth"]).sum() == 7
    of_task = errors["ladder"].groupby("task").max()
    direct = errors["direct"].round().astype(int)
    calibration = FORECASTS.read_text(encoding="utf-8")
    held = [int(share) for share in re.findall(r"(\d+)%, ", calibration)]
    assert len(held) == 48
    return [
        f"intervals hold {np.mean(held):.0f}% of the new runs",
        "regions 95% intervals for",
        "runs its 95% intervals held",
        "can describe, its 95% intervals hold",
        f"{words['ladder'].min()} to {words['ladder'].max()} points by seed on all words and "
        f"{long['ladder'].min()} to {long['ladder'].max()} on long ones",
        f"comes to {ends['sharp']['min']} to {ends['sharp']['max']}, its logarithm to "
        f"{ends['direct']['min']} to {ends['direct']['max']}, and the last value to "
        f"{ends['last_value']['min']} to {ends['last_value']['max']}",
        f"predicted to be {first.value[last]:.2f} nats (95% interval {first.lower[last]:.2f} to "
        f"{first.upper[last]:.2f}) and is {cells['loss'][last]:.2f}",
        f"give {second.value[last]:.0%} ({100 * second.lower[last]:.0f} to "
        f"{100 * second.upper[last]:.0f}) where the models have {cells['score'][last]:.0%}",
        "end at 0% or at 100%",
        "end at 0 and at 1",
        f"{wide.min():.2f} to {wide.max():.2f} of it on average",
        f"by {plain['min']} to {plain['max']} points on plain answers and by {backwards['min']} to "
        f"{backwards['max']} on reversed ones, the ladder's by {on_plain['ladder']} and "
        f"{on_reversed['ladder']}",
        "end at 0 or at 1",
        f"{own['direct']}% of the hidden runs lie in its 95% intervals",
        f"off by {100 * mean['error', 'sharp']:.1f} points on average, the last value by "
        f"{100 * mean['error', 'last_value']:.1f}; it gains {100 * mean['error', 'gained']:.0f} "
        f"points (95% interval {100 * low[gained]:.0f} to {100 * high[gained]:.0f}; tasks",
        "most of them near 0, knows",
        f"Its own 95% intervals hold {mean['inside', 'sharp']:.0%} of the models",
        f"In {(~both).sum()} of {len(both)} cases it refuses",
        f"within {of_task.drop('LAMBADA, 15-shot').max():.1f} points for zero",
        f"within {of_task['LAMBADA, 15-shot']:.1f} for",
        f"is off by {direct.min()} to {direct.max()}",
        *who_forecast_what(cells["who"], cells["means"], cells["count"]),
        f"inside 95 times in 100, {100 * mean['inside', 'sharp']:.0f} were",
    ]


def who_forecast_what(who: pd.DataFrame, means: Any, count: Any) -> list[str]:
    gpt3 = means.loc["GPT-3"]
    assert (means.loc["spanish"].drop("last_value")["error"] < 0.02).all()
    assert (means.loc["addition"].drop("last_value")["error"] < 0.02).all()
    wide = means.loc["addition"].drop("last_value")["width"].round(2)
    assert (wide.min(), wide.max()) == (0.66, 1.0)
    assert means["error"].idxmax() == ("autoencoder", "smooth")
    made = who[who["made"]]
    inside = percent(made.groupby("method")["inside"].mean())
    assert inside["ladder"] == inside["smooth"]
    families = made.pivot_table(
        index=["data", "task", "family"], columns="method", values="error"
    ).dropna()
    off = (100 * families.mean()).map("{:.1f}".format)
    made_by, asked = count.loc["GPT-3", "sharp"]
    return [
        f"{asked} tasks the law of the score itself made {made_by} forecasts; its intervals held "
        f"{gpt3.loc['sharp', 'inside']:.0%} of the models, those of the direct law "
        f"{gpt3.loc['direct', 'inside']:.0%}: it is narrower "
        f"({100 * gpt3.loc['direct', 'width']:.0f} points against "
        f"{100 * gpt3.loc['sharp', 'width']:.0f}) and farther off "
        f"({100 * gpt3.loc['direct', 'error']:.1f} points against "
        f"{100 * gpt3.loc['sharp', 'error']:.1f})",
        f"is off by {100 * gpt3.loc['smooth', 'error']:.0f}.",
        f"off by {100 * means.loc[('autoencoder', 'smooth'), 'error']:.0f} points",
        f"Over the {len(families)} families where all speak, the smooth score ({off['smooth']}), "
        f"the ladder ({off['ladder']}) and the last value ({off['last_value']}) are ahead of the "
        f"law of the score ({off['sharp']}) and of the direct law ({off['direct']})",
        f"{inside['ladder']}% for the ladder and the smooth score, {inside['sharp']}% for the "
        f"score itself, {inside['direct']}% for the direct law and {inside['last_value']}% for the "
        "last value",
    ]


def atlas(cells: dict[str, Any]) -> list[str]:
    table = cells["table"]
    late = table.groupby(["metric", "truth"])["late"].mean()
    assert 0.65 < late["exact_match", "smooth"] < 0.75
    others = late.drop("exact_match").xs("smooth", level="truth")
    assert others.max() < 0.01
    assert late["exact_match", "true break"] > 0.9
    assert 0.5 < late["edit_similarity", "true break"] < 0.7
    assert late["loss", "true break"] == 0
    lambada = cells["published"].table().set_index("task")["late_rise"].filter(like="LAMBADA")
    assert lambada.max() < 0.12
    own = cells["own"].table()
    assert not own.loc[own["family"] == "transformer", "late"].any()
    cells["own"].family = "GRU"
    gru = cells["own"].table().pivot_table(index="task", columns="metric", values="late_rise")
    cells["own"].family = "most_scales"
    assert (gru["exact_match"] > gru["edit_similarity"]).all()
    assert set(gru.index[gru["exact_match"] > 0.3]) == {
        "english_pronunciation, 8 phonemes or more", "3-digit addition, reversed",
    }  # fmt: skip
    assert cells["length"].min() == 1
    return [
        "0 is no lag, near 1 a long wait",
        "beyond its 95% intervals",
        "over 92% of the apparent",
        f"An answer of {cells['length'].min()} to {cells['length'].max()} tokens",
        f"on {cells['ITEMS']} items",
    ]


def grokking(_: dict[str, Any]) -> list[str]:
    accuracy = datasets.grokking().select(family="weight decay 2", metric="test_accuracy").scores
    grokked = accuracy[accuracy["value"] > 0.99].groupby("seed")["step"].min()
    assert len(grokked) == 5
    assert grokked[grokked.index[0]] > 2000
    return [
        "addition modulo 59",
        f"need {grokked.min():,.0f} to {grokked.max():,.0f} steps",
    ]


def lecture(cells: dict[str, Any]) -> list[str]:
    return [f"with {cells['careful'].n_items} items and with {cells['hasty'].n_items}."]


def is_it_real(cells: dict[str, Any]) -> list[str]:
    scores = cells["sums"].scores
    loss: Any = by_seed(scores, "plain", "transformer", "loss").mean(axis=1)
    add = runs_that_add(scores, "plain")
    return [
        *calibrated(),
        "(0 for steady gains, near 1 for a long wait and then a jump)",
        f"at 888 parameters {add[888]} seeds of 20 add, at 1,760 parameters {add[1760]}, at 3,792 "
        f"parameters {add[3792]}. The mean loss is {loss[888]:.2f}, {loss[1760]:.2f} and "
        f"{loss[3792]:.2f} nats",
        *seeds_disagree(scores),
        *one_candidate(scores),
        f"over three tokens, three seeds, {1000:,} items",
        "too low for 2,000 items to see",
        "with 50 items at a rate of 0.1",
        "beyond the 95% line",
        "on its way from 0 to 1",
    ]


def calibrated() -> list[str]:
    """The table of notebook 10, from that of ``make calibrate``."""
    text = CALIBRATION.read_text(encoding="utf-8")
    each = int(re.findall(r"(\d+) simulated evaluations of each kind", text)[0])
    smooth, *others = text.split("## ")[1:5]
    rows = {
        cells[0]: cells[1]
        for cells in (
            [cell.strip() for cell in line.strip("|").split("|")]
            for part in (smooth, *others)
            for line in part.splitlines()
            if re.match(r"\| .*% \[", line)
        )
    }
    of_smooth = [row for row in rows if f"| {row} |" in smooth]
    shares = {row: re.findall(r"[\d.]+", rows[row]) for row in rows}
    false = sum(round(float(shares[row][0]) * each / 100) for row in of_smooth)
    most = max((shares[row][2] for row in of_smooth), key=float)

    def found(row: str) -> str:
        share, low, high = shares[row]
        return f"{share}% [{low}, {high}] |"

    return [
        f"{each} of each kind, 10 sizes, 1,000 items, 3 seeds; 95% intervals",
        f"{len(of_smooth)} kinds of evaluation | {false} of {each * len(of_smooth):,}; in each "
        f"kind at most {most}%",
        f"breaks by 2 nats | {found('2 nats')}",
        f"by 1 nat | {found('break of 1 nat')}",
        f"by 1 nat, only edit similarity known | {found('1 nat, only edit similarity known')}",
        f"by 1 nat, standard errors only | {found('1 nat, standard errors only')}",
        f"by half a nat | {found('0.5 nats')}",
        f"by a quarter | {found('0.25 nats')}",
        f"by 1 nat, 6 sizes | {found('1 nat, 6 sizes')}",
        f"by 1 nat, anywhere on the scale | {found('1 nat, anywhere on the scale')}",
        f"over 2 to 4 decades | {found('loss itself a sigmoid of 2 to 4 decades')}",
        "from one size on, 0.3 nats, and no column says so | "
        + found("a better recipe from one size on: 0.3 nats less"),
        f"before the largest size | undetermined | {found('1 nat lost before the largest size')}",
        "by 1 nat, one seed | undetermined | " + found("1 nat, one seed"),
        f"does not, 5 seeds | lottery | {found('each run learns the task or does not, 5 seeds')}",
        f"fail the format of the answer | undetermined | {found('small models fail the format')}",
    ]


STATEMENTS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "00_welcome": welcome,
    "01_is_it_a_mirage": mirage,
    "02_real_outputs": real_outputs,
    "03_your_own_results": lambda _: [],
    "04_architectures_and_seeds": architectures_and_seeds,
    "05_vision": vision,
    "06_grokking": grokking,
    "07_high_jump_and_many_steps": high_jump,
    "08_what_a_small_test_set_hides": small_tests,
    "09_lecture": lecture,
    "10_is_this_jump_real": is_it_real,
    "11_forecasting": forecasting,
    "12_atlas": atlas,
}

"""How often the verdict is right, on thousands of simulated evaluations whose truth is known.

``python -m tests.benchmarks.verdict_calibration`` prints the tables and writes them to
``verdict_calibration.md`` beside this file (``--worlds 50`` for a quick look).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from emergence_widgets.core.statistics.intervals import wilson_interval
from emergence_widgets.core.statistics.measures import breakthroughness, breakthroughness_null
from emergence_widgets.core.verdict.verdict import OUTCOMES, verdict

from .worlds import World, evaluate

TABLE = Path(__file__).with_suffix(".md")
FOUND = "candidate real transition"
MOST_FALSE, LEAST_FOUND = 0.05, 0.80

SMOOTH = (
    World("power law, exact match"),
    World("power law, only edit similarity known", known="similarity"),
    World("sum of two power laws", law="two powers"),
    World("answers of 5 to 20 tokens", lengths=(5, 10, 20)),
    World("the likeliest answers, no samples", greedy=True, lengths=(1, 5, 10)),
    World("standard errors only", told="errors"),
    World("100 items", items=100),
    World("items of 50 passages", passages=50),
    World("very unequal items", spread=1.2),
    World("4 sizes", sizes=4),
    World("5 sizes", sizes=5),
    World("15 sizes", sizes=15),
    World("one seed", seeds=1),
    World("five seeds", seeds=5),
    World("noisy seeds (up to 15%)", noise=0.15),
    World("multiple choice, probability known", metric="multiple choice", known="probability"),
    World("multiple choice, Brier score known", metric="multiple choice", known="brier"),
    World("no continuous score known", known=""),
    World("no continuous score, standard errors only", known="", told="errors"),
    World("the score jumps where the loss crosses a threshold", twist="threshold"),
    World("small models fail the format, only the loss known", twist="format"),
)
BROKEN = (
    World("break of 1 nat", drop=1.0),
    World("1 nat, only edit similarity known", drop=1.0, known="similarity"),
    World(
        "1 nat, multiple choice, Brier score known",
        drop=1.0,
        metric="multiple choice",
        known="brier",
    ),
    World("2 nats", drop=2.0),
    World("0.5 nats", drop=0.5),
    World("0.25 nats", drop=0.25, seen=0.03),
    World("0.25 nats, 20 tokens", drop=0.25, lengths=(20,), seen=0.03),
    World("1 nat, the likeliest answers", drop=1.0, greedy=True),
    World("1 nat, standard errors only", drop=1.0, told="errors"),
    World("1 nat, 100 items", drop=1.0, items=100),
    World("1 nat, items of 50 passages", drop=1.0, passages=50),
    World("1 nat, 6 sizes", drop=1.0, sizes=6),
    World("1 nat, 15 sizes", drop=1.0, sizes=15),
    World("1 nat, five seeds", drop=1.0, seeds=5),
    World("1 nat, very unequal items", drop=1.0, spread=1.2),
    World("1 nat, noisy seeds (up to 15%)", drop=1.0, noise=0.15),
    World("1 nat, anywhere on the scale", drop=1.0, edges=0.0),
    World("1 nat, whether or not the metric shows it", drop=1.0, seen=-1.0),
)
HONEST = {
    World("1 nat, one seed", drop=1.0, seeds=1): ("undetermined",),
    World("1 nat lost before the largest size", twist="last"): ("undetermined",),
    World("small models fail the format", twist="format", known="both"): ("undetermined",),
    World("each run learns the task or does not, 5 seeds", twist="lottery", seeds=5): ("lottery",),
    World("models from one size on are tuned, and the table says so", twist="tuned"): (
        "confounded", "metric artefact", "no jump", "smooth suffices",
    ),
    World("the largest two models saw some of the items", twist="leak"): (
        "confounded", "undetermined", "no jump", "smooth suffices",
    ),
    World("checkpoints of one run, whose learning rate falls", twist="cosine", seeds=1): (
        "undetermined", "no jump", "metric artefact", "smooth suffices",
    ),
}  # fmt: skip
"""Worlds of which the truth cannot be reached, and the outcomes that are honest of them."""

LIMITS = (
    World("loss itself a sigmoid of 2 to 4 decades", law="sigmoid"),
    World("a better recipe from one size on: 0.3 nats less", drop=0.3, seen=-1.0, abrupt=True),
    World("some models are tuned, and nothing says which", twist="mixture"),
    World("the smallest models do better than the next", twist="u"),
)
STATED = BROKEN[0].name


def outcomes_of(world: World, worlds: int, seed: int) -> Counter[str]:
    """How often each outcome came."""
    key = abs(int.from_bytes(world.name.encode()[:7], "big"))
    counts: Counter[str] = Counter()
    for number in range(worlds):
        rng = np.random.default_rng([seed, key, len(world.name), number])
        with np.errstate(all="ignore"):
            counts[verdict(evaluate(world, rng), draws=200, seed=number).outcome] += 1
    return counts


def _job(job: tuple[World, int, int]) -> Counter[str]:
    return outcomes_of(*job)


def null_coverage(draws: int, seed: int) -> list[tuple[str, int, float]]:
    """Share of pure noise whose breakthroughness exceeds the null's 95% quantile."""
    rows = []
    for n in (4, 6, 8, 12, 20, 50):
        limit = breakthroughness_null(n, 0.95, seed=seed)
        rng = np.random.default_rng([seed, n])
        noises = {
            "Gaussian": rng.standard_normal((draws, n)),
            "binomial, 1,000 items at 0.3": rng.binomial(1000, 0.3, (draws, n)) / 1000,
            "binomial, 50 items at 0.1": rng.binomial(50, 0.1, (draws, n)) / 50,
        }
        for name, noise in noises.items():
            resolution = None if name == "Gaussian" else 1 / (2 * (1000 if "1,000" in name else 50))
            size = np.abs(breakthroughness(noise, resolution=resolution))
            rows.append((name, n, float((size > limit).mean())))
    return rows


def _share(count: int, total: int) -> str:
    low, high = wilson_interval(count, total)
    return f"{count / total:.1%} [{float(low):.1%}, {float(high):.1%}]"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def _block(
    title: str,
    worlds: Iterable[World],
    counts: dict[str, Counter[str]],
    what: str,
    right: tuple[str, ...] | None = None,
) -> list[str]:
    """A table of how often each outcome came, after the share of those that are `right`."""
    names = [name for name in OUTCOMES if name != FOUND or right is not None]
    rows = []
    for world in worlds:
        mine = counts[world.name]
        total = sum(mine.values())
        wanted = (FOUND,) if right is None else HONEST[world]
        rows.append(
            [world.name, _share(sum(mine[name] for name in wanted), total)]
            + [f"{mine[name] / total:.0%}" if mine[name] else "" for name in names]
        )
    return [f"## {title}", "", *_table(["World", what, *names], rows), ""]


def main(arguments: list[str] | None = None) -> int:
    """Simulate, judge, print and write the tables; 1 when a number to reach was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=400, help="evaluations of each kind")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    everything = (*SMOOTH, *BROKEN, *HONEST, *LIMITS)
    jobs = [(world, chosen.worlds, chosen.seed) for world in everything]
    counts: dict[str, Counter[str]] = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for world, result in zip(everything, pool.map(_job, jobs), strict=True):
            counts[world.name] = result
            print(f"{len(counts)} of {len(jobs)}: {world.name}", file=sys.stderr, flush=True)
    smooth = sum((counts[world.name] for world in SMOOTH), Counter[str]())
    false = smooth[FOUND] / sum(smooth.values())
    worst = max(counts[world.name][FOUND] / chosen.worlds for world in SMOOTH)
    found = counts[STATED][FOUND] / chosen.worlds
    coverage = null_coverage(20_000, chosen.seed + 1)
    gaussian = [share for name, _, share in coverage if name == "Gaussian"]
    reached = worst <= MOST_FALSE and found >= LEAST_FOUND and max(gaussian) <= 0.055
    lines = [
        "# Calibration of the verdict",
        "",
        f"{chosen.worlds:,} simulated evaluations of each kind, seed {chosen.seed}; the thresholds",
        "of the ladder were chosen on other ones (seed 1). Unless a row says otherwise: 10 sizes",
        "over 6 decades, 1,000 items of unequal difficulty, 3 seeds, per-token loss known, exact",
        "match over 1 to 5 tokens sampled at temperature 1. A break falls within half a decade, in",
        "the middle half of the scale, and moves the metric by at least a tenth.",
        "",
        f"Smooth worlds called a candidate: {false:.2%} in all, {worst:.2%} in the worst row (to",
        f"reach: at most {MOST_FALSE:.0%}). Breaks of one nat found: {found:.1%} (to reach: at",
        f"least {LEAST_FOUND:.0%}).",
        "",
        *_block("Smooth loss: there is no transition", SMOOTH, counts, "called a candidate"),
        *_block("The loss breaks", BROKEN, counts, "found"),
        "Beside each of the following worlds stands how often the verdict was one of the honest",
        "answers: " + "; ".join(f"{one.name}: {', '.join(HONEST[one])}" for one in HONEST) + ".",
        "",
        *_block("The truth cannot be reached", HONEST, counts, "honest", right=("honest",)),
        *_block("Limits: neither smooth nor broken", LIMITS, counts, "called a candidate"),
        "A transition and a change of recipe look alike: where all models from one size on were",
        "trained better and no column says so, the loss breaks there, and the ladder cannot know",
        "why.",
        "",
        "## Breakthroughness of noise beyond its null's 95% quantile",
        "",
        "5% is right; less is cautious.",
        "",
        *_table(
            ["Noise", "Points", "beyond"],
            [[name, str(n), f"{share:.1%}"] for name, n, share in coverage],
        ),
        "",
    ]
    text = "\n".join(lines)
    print(text)
    if arguments is None and chosen.worlds >= 400:
        TABLE.write_text(text, encoding="utf-8")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())

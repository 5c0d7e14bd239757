"""How often the two-step ladder's 95% intervals hold new runs, in worlds whose truth is known.

``python -m tests.benchmarks.forecast_calibration`` prints the table and writes it to
``forecast_calibration.md`` beside this file (``--worlds 50`` for a quick look).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emergence_widgets.core.forecast import ForecastSeries, forecast, judge

TABLE = Path(__file__).with_suffix(".md")
HIDDEN = 2
ITEMS = 1000
FITTED = (5, 6, 7, 8)
FIRST, LAST = 2.0, 0.3  # nats at the smallest and at the largest size


@dataclass(frozen=True)
class World:
    """A loss with or without a floor, and a score that it makes."""

    floor: float
    link: str
    seeds: int
    scatter: float  # of a run's loss, as a share of it

    @property
    def name(self) -> str:
        """What it is, in words."""
        floor = f"floor of {self.floor:g} nats" if self.floor else "no floor"
        runs = "one run a size" if self.seeds == 1 else f"{self.seeds} runs a size"
        return f"{floor}, {self.link}, {runs}, {self.scatter:.1%} scatter"

    def series(self, fitted: int, rng: np.random.Generator) -> ForecastSeries:
        """Sizes half a decade apart, of which the two largest are to be hidden."""
        size = 10.0 ** (6 + 0.5 * np.arange(fitted + HIDDEN))
        exponent = np.log((FIRST - self.floor) / (LAST - self.floor)) / np.log(size[-1] / size[0])
        size = np.repeat(size, self.seeds)
        loss = self.floor + (FIRST - self.floor) * (size / size[0]) ** -exponent
        loss *= np.exp(self.scatter * rng.standard_normal(len(size)))
        score = 0.9 / (1 + np.exp(4 * (loss - 0.7)))
        if self.link == "exponential":
            score = np.exp(-3 * loss)
        right = rng.binomial(ITEMS, score)
        return ForecastSeries(size, right / ITEMS, n_items=ITEMS, loss=loss)


WORLDS = tuple(
    World(floor, link, seeds, scatter)
    for seeds, scatter in ((3, 0.03), (1, 0.03), (1, 0.005))
    for floor in (0.15, 0.0)
    for link in ("sigmoid", "exponential")
)


def judged(
    world: World, fitted: int, worlds: int, method: str = "ladder", draws: int = 200
) -> tuple[float, float, float]:
    """Share of hidden runs within their intervals, mean width, and mean error."""
    found: list[list[float]] = []
    for number in range(worlds):
        series = world.series(fitted, np.random.default_rng([number, fitted, WORLDS.index(world)]))
        one = forecast(series, HIDDEN, methods=[method], draws=draws, seed=number)[method]
        columns = judge(series, HIDDEN, one)
        width = columns["upper"] - columns["lower"]
        found.append([float(np.mean(c)) for c in (columns["inside"], width, columns["error"])])
    inside, width, error = np.nanmean(found, axis=0).tolist()
    return inside, width, error


def table(worlds: int) -> str:
    """The page, as Markdown."""
    lines = [
        "# Coverage of the two-step ladder",
        "",
        "By `make calibrate`. Share of the runs of two hidden sizes within the 95% interval for "
        "one new run, mean width of the intervals and mean error (both in percentage points of the "
        f"score). {worlds} worlds a cell; sizes half a decade apart, loss from {FIRST:g} to "
        f"{LAST:g} nats, {ITEMS:,} items; sigmoid: 0.9 / (1 + exp(4 (L - 0.7))), exponential: "
        "exp(-3 L). Where a size has several runs, they count as one observation, and the "
        "intervals are on the safe side.",
        "",
        "| World | " + " | ".join(f"{fitted} sizes fitted" for fitted in FITTED) + " |",
        "| --- |" + " --- |" * len(FITTED),
    ]
    for world in WORLDS:
        cells = [
            f"{inside:.0%}, {100 * width:.0f} wide, {100 * error:.1f} off"
            for inside, width, error in (judged(world, fitted, worlds) for fitted in FITTED)
        ]
        lines.append(f"| {world.name} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100)
    worlds: int = parser.parse_args().worlds
    TABLE.write_text(table(worlds), encoding="utf-8")


if __name__ == "__main__":
    main()

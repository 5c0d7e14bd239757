"""From an EvalResults to the constants of the program `forecast`: all fits, from every cut-off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core.forecast import METHODS, Forecast, forecast
from ...core.metrics.loss import Kind, from_loss, to_loss
from ...core.metrics.registry import find_metric
from ...programs.forecast import CHAINS, PARTS
from ...results.forecast_series import IN_NATS, LOSS_COLUMN, ForecastTable, NamedSeries
from ...results.schema import SchemaError
from ...widgets.axes import SCALES, Ticks, axis_ends, linear_ticks, log_ticks

USUAL = 16  # tasks and families that are prepared unasked
POINTS = 49  # at which a curve is drawn
HEADROOM = 1.15
NEARLY_ALL = 0.8  # from here on an axis of shares might as well go to 1
# An axis of nothing; without any tick bqplot would choose its own.
NOTHING: dict[str, Any] = {"places": [0.0], "labels": {"0": " "}, "low": 0.0, "high": 1.0}


def chosen_pairs(
    table: ForecastTable, tasks: Iterable[str] | str | None, task: object
) -> list[tuple[str, str]]:
    """Tasks and lines to prepare, in the order of the data; `task` is always among them.

    Where none are asked for: the first ones, those with more than a sharp score before the others.
    """
    if tasks is not None:
        return table.pairs(tasks)
    pairs = table.pairs()
    if len(pairs) <= USUAL:
        return pairs
    wanted = [pair for pair in pairs if pair[0] == task]
    wanted += [pair for pair in pairs if table.has_more(*pair)][: USUAL // 2]
    wanted += pairs
    kept = list(dict.fromkeys(wanted))[:USUAL]
    return [pair for pair in pairs if pair in kept]


def forecast_sets(
    table: ForecastTable, pairs: Sequence[tuple[str, str]], *, draws: int, seed: int,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> dict[str, Any]:  # fmt: skip
    """Runs, forecasts and texts of every task and line; `progress` hears how many are done.

    Tables of curves have a row a forecast; ``row_of``, shape (series, cut-offs, methods), says
    which, -1 where a method refuses.
    """
    kept: list[NamedSeries] = []
    problem = "there is no task"
    for task, line in pairs:
        try:
            named = table.series(task, line)
        except SchemaError as error:
            problem = str(error)
            continue
        if named.series.models >= 2:
            kept.append(named)
        else:
            problem = f"{task}, {line}: one model alone; a forecast needs two"
    if not kept:
        raise SchemaError(f"nothing can be forecast. {problem}")
    tasks = list(dict.fromkeys(named.task for named in kept))
    lines = list(dict.fromkeys(named.line for named in kept))
    set_of = np.full((len(tasks), len(lines)), -1.0)
    rows, sets = _Rows(kept), list[dict[str, Any]]()
    cut_offs, done = sum(named.series.models - 1 for named in kept), 0
    for number, named in enumerate(kept):
        set_of[tasks.index(named.task), lines.index(named.line)] = number
        highest = {"error": 0.0, "forecast": 0.0}
        steps_at = rows.start(number, named)
        for held_out in range(1, named.series.models):
            rows.add(number, named, held_out, steps_at, highest, draws=draws, seed=seed)
            done += 1
            progress(done, cut_offs)
        sets.append(_series_words(named, highest))
    words = {"tasks": tasks, "families": lines, "set_of": set_of, "sets": sets}
    return words | _runs(kept) | rows.constants()


def _runs(kept: Sequence[NamedSeries]) -> dict[str, np.ndarray]:
    """Columns of all runs, and of all models, one series after the other."""

    def joined(parts: list[Any]) -> np.ndarray:
        return np.concatenate([np.asarray(part, dtype=float) for part in parts])

    def offsets(sizes: list[int]) -> np.ndarray:
        return np.cumsum([0, *sizes]).astype(float)

    all_series = [named.series for named in kept]
    between = [
        np.full(len(named.series.scale), np.nan) if values is None else values
        for chain in CHAINS
        for named in kept
        for values in (_between(named, chain)[1],)
    ]
    return {
        "run_offsets": offsets([len(one.scale) for one in all_series]),
        "run_scale": joined([one.scale for one in all_series]),
        "run_score": joined([one.score for one in all_series]),
        "run_model": joined([one.model for one in all_series]),
        "run_between": joined(between).reshape(len(CHAINS), -1),
        "model_offsets": offsets([one.models for one in all_series]),
        "model_scale": joined([one.model_scale for one in all_series]),
        "model_score": joined([one.mean(one.score) for one in all_series]),
        "chance": np.array([one.chance for one in all_series]),
    }


class _Rows:
    """Forecasts as rows of tables, and which row is which."""

    def __init__(self, kept: Sequence[NamedSeries]) -> None:
        most = max(named.series.models for named in kept)
        cuts = (len(kept), most - 1)
        self.row_of = np.full((*cuts, len(METHODS)), -1.0)
        self.step_row_of = np.full((*cuts, len(CHAINS)), -1.0)
        self.reason_of = np.zeros((*cuts, len(METHODS)))
        self._reasons = {"": 0}
        self._most = most
        self._grid = np.full((len(kept), POINTS), np.nan)
        self._second_grid = np.full((len(kept), len(CHAINS), POINTS), np.nan)
        self._curves: dict[str, list[np.ndarray]] = {}

    def start(self, number: int, named: NamedSeries) -> dict[str, np.ndarray]:
        """Make the grids of a series; gives the losses of each chain's second step."""
        ends = np.log10(named.series.model_scale[[0, -1]])
        self._grid[number] = np.logspace(ends[0], ends[1], POINTS)
        between = _step_grids(named)
        for chain, (scores, _) in between.items():
            self._second_grid[number, CHAINS.index(chain)] = scores
        return {chain: losses for chain, (_, losses) in between.items()}

    def add(
        self, number: int, named: NamedSeries, held_out: int, steps_at: dict[str, np.ndarray],
        highest: dict[str, float], *, draws: int, seed: int,
    ) -> None:  # fmt: skip
        """Forecast a series from one cut-off, and raise what is `highest`."""
        series = named.series
        at = np.concatenate([self._grid[number], series.model_scale])
        found = forecast(series, held_out, at=at, steps_at=steps_at, draws=draws, seed=seed)
        for method, one in enumerate(found.values()):
            place = (number, held_out - 1, method)
            if one.refusal:
                reasons = self._reasons
                self.reason_of[place] = reasons.setdefault(one.refusal, len(reasons))
                continue
            self.row_of[place] = self._add_score(one)
            hidden = one.score.value[POINTS + series.models - held_out :]
            seen = series.mean(series.score)[series.models - held_out :]
            error = float(np.abs(hidden - seen).mean())
            highest["error"] = max(highest["error"], error)
            highest["forecast"] = max(highest["forecast"], float(hidden.max()))
            if one.method in CHAINS:
                step, (*_, kind) = CHAINS.index(one.method), _between(named, one.method)
                self.step_row_of[number, held_out - 1, step] = self._add_steps(one, kind)

    def _add(self, name: str, values: np.ndarray) -> int:
        table = self._curves.setdefault(name, [])
        table.append(values)
        return len(table) - 1

    def _add_score(self, one: Forecast) -> int:
        padding = np.full(self._most + POINTS - len(one.score.x), np.nan)
        for part in PARTS:
            values = getattr(one.score, part)
            self._add(f"curve_{part}", values[:POINTS])
            self._add(f"model_{part}", np.concatenate([values[POINTS:], padding]))
        return self._add("model_log_score", np.concatenate([one.log_score, padding]))

    def _add_steps(self, one: Forecast, kind: Any) -> int:
        first, second = one.first, one.second
        assert first is not None
        assert second is not None
        values = {part: from_loss(getattr(first, part)[:POINTS], kind) for part in PARTS}
        # A share falls as its loss rises: the ends of the interval change places.
        ends = np.sort([values["lower"], values["upper"]], axis=0)
        values["lower"], values["upper"] = ends
        for part in PARTS:
            self._add(f"first_{part}", values[part])
            self._add(f"second_{part}", getattr(second, part))
        return len(self._curves["second_value"]) - 1

    def constants(self) -> dict[str, Any]:
        """Everything that was added, as the program reads it."""
        widths = {"curve": POINTS, "model": self._most, "first": POINTS, "second": POINTS}
        names = [f"{table}_{part}" for table in widths for part in PARTS] + ["model_log_score"]
        return {
            "grid": self._grid,
            "second_grid": self._second_grid,
            "row_of": self.row_of,
            "step_row_of": self.step_row_of,
            "reason_of": self.reason_of,
            "reasons": list(self._reasons),
        } | {
            name: np.reshape(self._curves.get(name, []), (-1, widths[name.partition("_")[0]]))
            for name in names
        }


def _between(named: NamedSeries, chain: str) -> tuple[str | None, Any, Kind]:
    """Of the score between a chain's steps its name, its values by run, and what loss it is."""
    if chain == "smooth":
        return named.smooth, named.series.smooth, named.series.smooth_kind
    return named.loss, named.series.loss, "error"


def _step_grids(named: NamedSeries) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each chain that has data: intermediate scores from worst to best, and their losses."""
    grids: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for chain in CHAINS:
        kind = _between(named, chain)[2]
        loss = named.series.smooth_loss if chain == "smooth" else named.series.task_loss
        loss: np.ndarray = loss[np.isfinite(loss)]
        if len(loss) == 0:
            continue
        worst, best = loss.max(), loss.min()
        if kind == "share":
            scores = np.linspace(from_loss(worst, "share"), from_loss(best, "share"), POINTS)
            losses = to_loss(scores, "share")
        else:
            losses: np.ndarray = np.linspace(float(worst), float(best), POINTS)
            scores = from_loss(losses, kind)
        grids[chain] = (scores, losses)
    return grids


def _series_words(named: NamedSeries, highest: dict[str, float]) -> dict[str, Any]:
    """Texts and axes of one task and line.

    `highest` are the highest ``forecast`` of a hidden model and mean ``error`` of a method.
    """
    series = named.series
    title, label = _words(named.metric)
    scores = series.score
    top = 1.02 * max(HEADROOM * float(scores.max()), highest["forecast"], 0.01)
    top = 1.0 if top > NEARLY_ALL else top
    low, high = series.model_scale.min(), series.model_scale.max()
    spread, worst = (high / low) ** 0.03, max(highest["error"] * 1.08, 0.01)
    return {
        "title": title,
        "note": f"{label}; lines forecast the hollow points",
        "line": named.line,
        "names": named.models,
        "falls": series.falls,
        "scale_label": SCALES[named.scale],
        "scale_axis": axis_ends(log_ticks(low / spread, high * spread)),
        "score_axis": axis_ends(linear_ticks(0.0, top, percent=True)),
        "held_out_axis": _whole_axis(series.models - 1),
        "error_axis": axis_ends(linear_ticks(0.0, worst, percent=True)),
        "steps": [_step(named, chain, label) for chain in CHAINS],
    }


def _step(named: NamedSeries, chain: str, sharp: str) -> dict[str, Any]:
    """Texts and axes of the two steps of a chain; the score between them is drawn in both."""
    name, values, kind = _between(named, chain)
    if not name or values is None:
        return {
            "title": "First step", "label": "", "pair": "", "logarithmic": False, "falls": False,
            "first": NOTHING, "second": NOTHING,
        }  # fmt: skip
    title, label = _words(name)
    logarithmic = kind == "perplexity"
    known = pd.Series(values)[np.isfinite(values)]
    if known.empty:
        ends = NOTHING
    elif logarithmic:
        ends = axis_ends(log_ticks(float(known.min()) / 1.1, float(known.max()) * 1.1))
    elif kind == "share":
        ends = axis_ends(linear_ticks(0.0, 1.0))
    else:
        low, high = float(known.min()), float(known.max())
        margin = 0.05 * (high - low)
        start = 0.0 if 0 <= low < 0.6 * high else low - margin
        ends = axis_ends(linear_ticks(start, high + margin))
    return {
        "title": title,
        "label": label,
        "pair": f"{sharp}, by {label[:1].lower()}{label[1:]}",
        "logarithmic": logarithmic,
        "falls": kind in ("error", "perplexity"),
        "first": ends,
        "second": ends,
    }


def _words(name: str) -> tuple[str, str]:
    """Title and proper name of a score, or of a loss made of one."""
    if name == LOSS_COLUMN:
        return "What training improves", "Loss of the model (nats)"
    if name.startswith("ln "):
        _, label = _words(name.removeprefix("ln "))
        return "How surprised the model is", f"Log of {label[:1].lower()}{label[1:]}"
    if name.endswith(IN_NATS):
        title, label = _words(name.removesuffix(IN_NATS))
        return title, label + IN_NATS
    known = find_metric(name)
    return known.label, known.metric


def _whole_axis(most: int) -> dict[str, Any]:
    places = range(1, most + 1, max(1, -(-most // 8)))
    return axis_ends(Ticks(tuple(map(float, places)), tuple(map(str, places)), 0.5, most + 0.5))

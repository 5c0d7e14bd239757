"""A figure as a file holds it: marks in the file's own units, and ticks that give their meaning."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

PLAIN = re.compile(r"(−?)(\d+(?:\.\d+)?)(k|M|B|T|%)?")
POWER = re.compile(r"(−?)(?:(\d+(?:\.\d+)?)×)?10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
UNITS = {"": 1.0, "%": 0.01, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
WORDS = {"least": 0.0, "most": 1.0}
STRETCHES = {
    "linear": lambda values: values,
    "log": np.log10,
    "log(-log)": lambda values: -np.log10(-np.log(values)),
}
STEP = 0.4
"""Units of a file between places at which two paths are compared."""


class Mark(NamedTuple):
    """Places of one mark, shape (n, 2), where NaN lifts the pen; not solid: dashed or hollow."""

    colour: str
    places: np.ndarray
    solid: bool = True


@dataclass
class Frame:
    """One figure.

    Attributes
    ----------
    box
        Left, right, and the two ends of the vertical axis.
    ticks
        By axis, ``(place, text)``.
    rounding
        How far a number in the file may lie from the one that was meant.
    """

    box: tuple[float, float, float, float]
    rounding: float
    ticks: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: {"x": [], "y": []})
    lines: list[Mark] = field(default_factory=list)
    bands: list[Mark] = field(default_factory=list)
    points: list[Mark] = field(default_factory=list)

    def inside(self, places: np.ndarray, slack: float = 0.0) -> np.ndarray:
        left, right, low, high = self.box
        x, y = places[:, 0], places[:, 1]
        low, high = min(low, high), max(low, high)
        return (
            (x >= left - slack)
            & (x <= right + slack)
            & (y >= low - slack)
            & (y <= high + slack)
        )  # fmt: skip

    def row(self, axis: str, text: str) -> float:
        """Place of the tick with this text."""
        return next(place for place, words in self.ticks[axis] if words == text)


def number(text: str) -> float:
    """What a reader reads beside a tick; NaN for other words."""
    if plain := PLAIN.fullmatch(text):
        sign, digits, unit = plain.groups()
        return (-1 if sign else 1) * float(digits) * UNITS[unit or ""]
    if power := POWER.fullmatch(text):
        sign, digits, exponent = power.groups()
        return (-1 if sign else 1) * float(f"{digits or 1}e{exponent.translate(RAISED)}")
    return WORDS.get(text, np.nan)


class Axis:
    """The straight line through an axis's ticks: from numbers to places in the file.

    Parameters
    ----------
    frame
        A figure.
    name
        ``'x'`` or ``'y'``.
    stretch
        Key of `STRETCHES`; None: that of linear and log which the ticks agree with.
    """

    def __init__(self, frame: Frame, name: str, stretch: str | None) -> None:
        numbered = [(place, number(text)) for place, text in frame.ticks[name]]
        at, values = np.array([one for one in numbered if np.isfinite(one[1])]).T
        assert len(at) >= 2, f"two numbers on the {name} axis: {frame.ticks[name]}"
        kinds = [stretch] if stretch else [kind for kind in ("linear", "log") if at.size > 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            lines = [(*self._line(STRETCHES[kind](values), at), kind) for kind in kinds]
        off, self.slope, self.start, self.stretch = min(lines)
        assert off <= 4 * frame.rounding, f"{frame.ticks[name]} are not {self.stretch}"
        ends = frame.box[:2] if name == "x" else frame.box[2:]
        length, span = abs(ends[1] - ends[0]), np.ptp(at)
        self.tolerance = frame.rounding * (2 + 2 * length / span)

    @staticmethod
    def _line(stretched: np.ndarray, at: np.ndarray) -> tuple[float, float, float]:
        if not np.isfinite(stretched).all():
            return np.inf, 0.0, 0.0
        slope, start = np.polyfit(stretched, at, 1)
        return float(np.abs(start + slope * stretched - at).max()), float(slope), float(start)

    def at(self, values: np.ndarray) -> np.ndarray:
        """Places of numbers; NaN for those that the axis cannot hold."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.at_stretched(STRETCHES[self.stretch](np.asarray(values, dtype=float)))

    def at_stretched(self, stretched: np.ndarray) -> np.ndarray:
        return self.start + self.slope * stretched


def sampled(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places along a path, its corners among them, none in its gaps; and the piece of each."""
    start, step = path[:-1], np.diff(path, axis=0)
    lengths = np.hypot(*step.T)
    drawn = np.flatnonzero(lengths > 0)
    counts = np.minimum(np.ceil(lengths[drawn] / STEP).astype(int), 4000) + 1
    owner = np.repeat(drawn, counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = (np.arange(owner.size) - first) / np.repeat(counts - 1, counts)
    return start[owner] + share[:, None] * step[owner], owner


def gap(places: np.ndarray, path: np.ndarray) -> float:
    """How far the farthest of some places lies from a path, at most."""
    # Places that the file's rounding made one would hide the piece beyond them.
    path = path[np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])]
    near, owner = sampled(path)
    if not len(places):
        return 0.0
    if not len(near):
        return np.inf
    # Several, since the two sides of a thin band lie nearer than the places along them.
    nearest = owner[cKDTree(near).query(places, k=range(1, min(8, len(near)) + 1))[1]].T
    least = np.full(len(places), np.inf)
    around = (nearest, np.maximum(nearest - 1, 0), np.minimum(nearest + 1, len(path) - 2))
    for piece in np.concatenate(around):
        start, step = path[piece], path[piece + 1] - path[piece]
        away = places - start
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.clip((away * step).sum(axis=1) / (step**2).sum(axis=1), 0, 1)
        share = np.nan_to_num(share)
        least = np.fmin(least, np.hypot(*(away - share[:, None] * step).T))
    return float(least.max())


def apart(drawn: np.ndarray, wanted: np.ndarray, frame: Frame) -> float:
    """How far two paths part inside a figure; infinite where one has nothing there."""
    both = [
        places[frame.inside(places, slack=1e-9)] for places, _ in (sampled(drawn), sampled(wanted))
    ]
    if not len(both[0]) or not len(both[1]):
        return 0.0 if len(both[0]) == len(both[1]) else np.inf
    return max(gap(both[0], wanted), gap(both[1], drawn))


def matched(drawn: np.ndarray, wanted: np.ndarray, tolerance: np.ndarray) -> bool:
    """Whether rows are the same within a tolerance by column, in any order."""
    if drawn.shape != wanted.shape:
        return False
    off = (np.abs(drawn[:, None] - wanted[None]) / tolerance).max(axis=2, initial=0.0)
    return bool(off[linear_sum_assignment(off)].max(initial=0.0) <= 1)


def bars_of(path: np.ndarray) -> np.ndarray:
    """Upright bars of a path of two places and a gap, and so on: shape (n, 3), x and both ends."""
    gaps = np.flatnonzero(np.isnan(path[:, 0]))
    pieces = np.split(path, gaps)
    pieces = [piece[np.isfinite(piece[:, 0])] for piece in pieces]
    pieces = [piece for piece in pieces if len(piece)]
    if any(len(piece) != 2 or abs(np.diff(piece[:, 0])[0]) > 1e-3 for piece in pieces):
        return np.full((0, 3), np.nan)
    return np.array([[one[0, 0], *np.sort(one[:, 1])] for one in pieces]).reshape(-1, 3)

"""Places for the short texts inside a figure, where they cover as little as they can."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from .marks import Band, Line, Note, Points
from .scene import Panel

LEAST_TEXT, SMALLEST = 5.0, 4.0
"""Size of letters in points; the second where a text has no room else."""
MARGIN, PLACES, ROUNDS = 2.0, 25, 3
ASCENT, DESCENT, SPACING = 0.76, 0.22, 1.15
"""Of a letter, and from one line to the next, over its size."""
SIDES = {"start": 0.0, "middle": 0.5, "end": 1.0}
POINT, EDGE, TOUCHING = 4.0, 0.4, 1000.0
MOVED, OTHER_SIDE, WRAPPED = 3.0, 4.0, 6.0
"""What stands against a place, in points of lines that a text there would cover."""

Measure = Callable[[str, float, bool], float]
"""Width of a text of some size, bold or not."""


@dataclass(frozen=True)
class PlacedNote:
    """A note of one or two lines, from the lower left corner of the axes, y upwards."""

    note: Note
    text: str
    left: float
    baseline: float  # of the last line
    width: float  # of the widest line
    size: float
    align: str  # side on which the lines are even: 'start' or 'end'; 'middle' of one line

    @property
    def anchor(self) -> float:
        """Where the side, or the middle, stands on which the lines are even."""
        return self.left + SIDES[self.align] * self.width

    def box(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top."""
        lines = self.text.count("\n")
        top = self.baseline + self.size * (ASCENT + SPACING * lines)
        return self.left, self.left + self.width, self.baseline - DESCENT * self.size, top


def placed_notes(
    panel: Panel, inner: float, tall: float, scale: float, measure: Measure
) -> list[PlacedNote]:
    """Notes where they cover least.

    One at a level line, or at the edge of a shade, stands anywhere along it; one at an upright
    line at any height; another keeps its place.
    """
    size = np.array([inner, tall])
    obstacles = np.concatenate([np.zeros((0, 3)), *_obstacles(panel, size)])
    choices = [
        [
            (one, against + _covered(one, obstacles) + _outside(one, size))
            for one, against in _candidates(note, panel, size, scale, measure)
        ]
        for note in panel.marks
        if isinstance(note, Note)
    ]
    found = [min(some, key=itemgetter(1))[0] for some in choices]
    # Each gives way to the others until all have room.
    for _ in range(ROUNDS):
        for place, some in enumerate(choices):
            others = found[:place] + found[place + 1 :]
            found[place] = min(some, key=lambda one: one[1] + _touching(one[0], others))[0]
    return found


def fixed_notes(
    panel: Panel, inner: float, tall: float, scale: float, measure: Measure
) -> list[PlacedNote]:
    """Notes where the live figure has them."""
    found: list[PlacedNote] = []
    for note in panel.marks:
        if isinstance(note, Note):
            size = scale * note.size
            width = measure(note.text, size, note.bold)
            left = inner * panel.x.share(note.x) + scale * note.dx - SIDES[note.align] * width
            # Never above the figure, where its title is.
            baseline = min(tall * panel.y.share(note.y) - scale * note.dy, tall)
            found.append(PlacedNote(note, note.text, left, baseline, width, size, note.align))
    return found


def _candidates(
    note: Note, panel: Panel, size: np.ndarray, scale: float, measure: Measure
) -> Iterator[tuple[PlacedNote, float]]:
    """Where a note may stand, each with what stands against it."""
    letters = max(scale * note.size, LEAST_TEXT)
    level = _level(note, panel, size)
    if level is not None:
        yield from _along_a_level(note, size[1] * panel.y.share(note.y), level, letters, measure)
        return
    letters, width = _fitting(note, note.text, letters, size[0], measure)
    x = size[0] * panel.x.share(note.x) + scale * note.dx
    left = x - width * SIDES[note.align]
    # Never above the figure, where its title is.
    top = size[1] - 0.2 * letters
    given = min(size[1] * panel.y.share(note.y) - scale * note.dy, top)
    align = "end" if note.align == "end" else "start"
    elsewhere = range(PLACES if _upright(note, panel) else 0)
    for baseline in (given, *(3 + (top - 3) * place / (PLACES - 1) for place in elsewhere)):
        against = MOVED * abs(baseline - given) / size[1]
        yield PlacedNote(note, note.text, left, baseline, width, letters, align), against


def _along_a_level(
    note: Note, y: float, level: tuple[float, float], wanted: float, measure: Measure
) -> Iterator[tuple[PlacedNote, float]]:
    for text, sideways, under in itertools.product(
        _wrapped(note.text), np.linspace(0, 1, PLACES), (False, True)
    ):
        letters, width = _fitting(note, text, wanted, level[1] - level[0] - 2 * MARGIN, measure)
        room = max(level[1] - level[0] - width - 2 * MARGIN, 0.0)
        share = 1 - sideways if note.align == "end" else sideways
        more = text.count("\n")
        below = under or note.dy > 0
        drop = letters * (ASCENT + SPACING * more) + 1
        baseline = y - drop if below else y + DESCENT * letters + 1
        left = level[0] + MARGIN + share * room
        align = "end" if share > 0.5 else "start"
        against = MOVED * sideways + OTHER_SIDE * (under and note.dy <= 0) + WRAPPED * more
        yield PlacedNote(note, text, left, baseline, width, letters, align), against


def _fitting(
    note: Note, text: str, size: float, room: float, measure: Measure
) -> tuple[float, float]:
    """Size of letters at which a text has room, and its width."""
    lines = text.split("\n")
    wide = max(measure(line, size, note.bold) for line in lines)
    size *= min(1.0, max(room / wide, SMALLEST / size))
    return size, max(measure(line, size, note.bold) for line in lines)


def _wrapped(text: str) -> list[str]:
    """A text on one line, and on two of about the same length."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if not spaces:
        return [text]
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return [text, f"{text[:middle]}\n{text[middle + 1 :]}"]


def _level(note: Note, panel: Panel, size: np.ndarray) -> tuple[float, float] | None:
    """Ends of the level line, or of the edge of a shade, that a note stands at."""
    for mark in panel.marks:
        if not isinstance(mark, (Line, Band)) or len(mark.x) != (
            2 if isinstance(mark, Line) else 4
        ):
            continue
        if mark.y[0] == mark.y[1] == note.y and mark.x[0] <= note.x <= mark.x[1]:
            ends = [size[0] * panel.x.share(float(end)) for end in mark.x[:2]]
            return max(min(ends), 0.0), min(max(ends), float(size[0]))
    return None


def _upright(note: Note, panel: Panel) -> bool:
    """Whether a note names an upright line, beside which it may stand at any height."""
    return any(
        isinstance(mark, Line) and len(mark.x) == 2 and mark.x[0] == mark.x[1] == note.x
        for mark in panel.marks
    )


def _obstacles(panel: Panel, size: np.ndarray) -> Iterator[np.ndarray]:
    """Places of what a note should not cover, with their weights: lines count by their length."""
    low = np.array([panel.x.low, panel.y.low])
    span = np.array([panel.x.high, panel.y.high]) - low
    for mark in panel.marks:
        if isinstance(mark, Note):
            continue
        places = size * (np.stack([mark.x, mark.y], axis=1) - low) / np.where(span, span, 1.0)
        if not isinstance(mark, Points):
            places = _along(places, size)
        weight = {Points: POINT, Line: 1.0, Band: EDGE}[type(mark)]
        yield np.column_stack([places, np.full(len(places), weight)])


def _along(path: np.ndarray, size: np.ndarray) -> np.ndarray:
    """A place for each point of length, of the pieces of a path that begin or end inside."""
    inside = np.all((path >= 0) & (path <= size), axis=1)
    start, step = path[:-1], np.diff(path, axis=0)
    near = np.logical_or(inside[:-1], inside[1:]) & np.isfinite(step).all(axis=1)
    start, step = start[near], step[near]
    length = np.minimum(np.hypot(*step.T), 2 * size.max())
    count = np.ceil(length).astype(int) + 1
    owner = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)) / count[owner]
    return start[owner] + share[:, None] * step[owner]


def _covered(one: PlacedNote, obstacles: np.ndarray) -> float:
    left, right, bottom, top = one.box()
    x, y, weight = obstacles.T
    under = (x > left - 1) & (x < right + 1) & (y > bottom - 0.5) & (y < top + 0.5)
    return float(weight[under].sum())


def _outside(one: PlacedNote, size: np.ndarray) -> float:
    left, right, bottom, top = one.box()
    out = max(-left, right - size[0], -bottom, top - size[1] - 2)
    return TOUCHING if out > 0 else 0.0


def _touching(one: PlacedNote, others: list[PlacedNote]) -> float:
    left, right, bottom, top = one.box()
    return TOUCHING * sum(
        left < right_of and right > left_of and bottom < top_of and top > bottom_of
        for left_of, right_of, bottom_of, top_of in (other.box() for other in others)
    )

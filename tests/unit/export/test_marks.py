"""Every explorer's saved picture, read back through the file's ticks: its marks are curves()."""

from itertools import product

import numpy as np
import pytest

from emergence_widgets.export.picture.plain import plain_colour
from emergence_widgets.export.picture.polylines import MOST_PLACES
from emergence_widgets.export.picture.static_repr import static_html

from .cases import EVERY, STATES
from .expected_marks import Expected, picture_of
from .frames import Axis, Frame, Mark, apart, bars_of, gap, matched
from .read_pdf import pdf_frames
from .read_svg import HUNDREDTHS, matplotlib_frames, still_frames

SEEDS = range(3)
NEUTRAL = {plain_colour(f"var(--ew-{name})") for name in ("mist", "text", "quiet")}


@pytest.fixture(scope="module")
def explorer():
    """Explorers by name, each made once: a forecast takes seconds."""
    made = {}

    def get(name: str):
        if name not in made:
            made[name] = EVERY[name]()
        return made[name]

    yield get
    for one in made.values():
        one.close()


def frames_of(explorer, kind: str, tmp_path) -> list[Frame]:
    if kind == "still":
        return list(still_frames(static_html(explorer)).values())
    suffix, columns = kind.split()
    path = explorer.save_figure(tmp_path / f"a.{suffix}", columns=int(columns))
    return (matplotlib_frames if suffix == "svg" else pdf_frames)(path.read_bytes())


class Reading:
    """One figure of a file beside what is expected of it."""

    def __init__(self, frame: Frame, kinds: tuple[str | None, str | None], marks: list[Expected]):
        self.frame = frame
        self.x = Axis(frame, "x", kinds[0])
        self.y = Shape(frame, marks) if kinds[1] == "shape" else Axis(frame, "y", kinds[1])
        self.slack = np.array([self.x.tolerance, self.y.tolerance])
        self.explained: list[Mark] = []

    def lacks(self, mark: Expected) -> str:
        """What is wrong with a mark; empty where it is drawn as expected."""
        if mark.kind in ("points", "bars"):
            return self._rows(mark)
        drawn = self._like(mark, self.frame.lines if mark.kind == "line" else self.frame.bands)
        wanted = self._path(mark)
        off = [apart(self._beyond(one.places, mark), wanted, self.frame) for one in drawn]
        least, allowed = min(off, default=np.inf), self._allowed(mark)
        if least <= allowed:
            self.explained.append(drawn[int(np.argmin(off))])
            return ""
        return f"{mark.kind} of {len(mark.x)} places is {least:g} off; allowed {allowed:g}"

    def _like(self, mark: Expected, drawn: list[Mark]) -> list[Mark]:
        colour = plain_colour(mark.colour)
        return [one for one in drawn if one.colour == colour and one.solid == mark.solid]

    def _allowed(self, mark: Expected) -> float:
        """Half a pixel, where a still picture draws only each pixel's extremes of a line."""
        thinned = self.frame.rounding == HUNDREDTHS and len(mark.x) > MOST_PLACES
        return 0.5 if thinned else float(self.slack.max())

    def _heights(self, values: np.ndarray, mark: Expected) -> np.ndarray:
        places = self.y.at_stretched(values) if mark.stretched else self.y.at(values)
        if mark.between:
            ends = [self.frame.row("y", text) for text in mark.between]
            places = np.clip(places, min(ends), max(ends))
        return places

    def _path(self, mark: Expected) -> np.ndarray:
        x, y = self.x.at(mark.x), self._heights(mark.y, mark)
        if mark.kind == "band":
            x = np.concatenate([x, x[::-1], x[:1]])
            y = np.concatenate([y, self._heights(mark.end, mark)[::-1], y[:1]])
            low, high = sorted(self.frame.box[2:])
            y = np.clip(y, low, high)
        path = np.stack([x, y], axis=1)
        if mark.inside:
            path = path[self.frame.inside(path, self.slack.max())]
        return self._beyond(path, mark)

    def _beyond(self, path: np.ndarray, mark: Expected) -> np.ndarray:
        """The part of a path from some place of the scale on, which is one of its corners."""
        if np.isinf(mark.beyond):
            return path
        edge = self.x.at(np.array(mark.beyond)) - self.slack.max()
        kept = path[~(path[:, 0] < edge)]
        return np.vstack([kept, kept[:1]]) if mark.kind == "band" else kept

    def _rows(self, mark: Expected) -> str:
        """Points or bars, which stand alone: as many as expected, each in its place."""
        heights = [np.full(len(mark.x), self.frame.row("y", mark.row))] if mark.row else [
            self._heights(one, mark) for one in (mark.y, mark.end)[: 1 + (mark.kind == "bars")]
        ]  # fmt: skip
        low, high = sorted(self.frame.box[2:])
        if mark.kind == "bars":
            bottom = self.frame.box[2]
            # Of an interval from below all that the axis holds, the rest is drawn.
            start, end = np.where(np.isnan(heights[0]), bottom, heights[0]), heights[1]
            heights = [np.minimum(start, end), np.maximum(start, end)]
        wanted = np.stack([self.x.at(mark.x), *heights], axis=1)
        wanted = wanted[np.isfinite(wanted).all(axis=1)]
        if mark.kind == "points":
            wanted = wanted[(wanted[:, 1] >= low - 0.4) & (wanted[:, 1] <= high + 0.4)]
        slack = self.slack[[0, *[1] * len(heights)]]
        slack[0] += mark.fan / 2 * abs(self.frame.box[1] - self.frame.box[0])
        drawn = self._like(mark, self.frame.points if mark.kind == "points" else self.frame.lines)
        rows = [one.places if mark.kind == "points" else bars_of(one.places) for one in drawn]
        same = [
            one for one, found in zip(drawn, rows, strict=True) if matched(found, wanted, slack)
        ]
        self.explained += same
        if same or not len(wanted):
            return ""
        return f"{mark.kind}: {len(wanted)} are expected; drawn are {[len(one) for one in rows]}"

    def unexplained(self, marks: list[Expected]) -> list[Mark]:
        """Coloured lines and points that nobody expects; points may mark a place of a line."""
        known = {id(one) for one in self.explained}
        wanted = [mark for mark in marks if mark.kind == "line"]
        lines = [one for one in self.frame.lines if one.solid]
        points = [
            one for one in self.frame.points if not any(self._on(one, mark) for mark in wanted)
        ]
        return [one for one in lines + points if id(one) not in known
                and one.colour not in NEUTRAL]  # fmt: skip

    def _on(self, points: Mark, line: Expected) -> bool:
        same = plain_colour(line.colour) == points.colour
        return same and gap(points.places, self._path(line)) <= self._allowed(line)


class Shape(Axis):
    """An axis on which zero alone has a tick: heights are compared after their greatest."""

    def __init__(self, frame: Frame, marks: list[Expected]) -> None:
        self.start = frame.row("y", "none")
        colour = plain_colour(marks[0].colour)
        peak = min(
            (one.places[:, 1] for one in frame.lines if one.colour == colour),
            key=lambda heights: -np.nanmax(np.abs(heights - self.start)),
        )
        self.slope = float(max(peak - self.start, key=abs) / marks[0].y.max())
        self.stretch, self.tolerance = "linear", 4 * frame.rounding


KINDS = ("still", "svg 1", "svg 2", "pdf 1", "pdf 2")


@pytest.mark.parametrize(("name", "seed", "kind"), list(product(EVERY, SEEDS, KINDS)))
def test_marks_in_the_file_are_those_of_curves(name, seed, kind, explorer, tmp_path):
    one = explorer(name)
    one.set_state(**STATES[name](np.random.default_rng(seed), one))
    expected = picture_of(name, one)
    frames = frames_of(one, kind, tmp_path)
    assert len(frames) == len(expected.axes)
    assert expected.marks
    wrong = {}
    shown = [figure for figure in one.figures if figure in expected.axes]
    for figure, frame in zip(shown, frames, strict=True):
        kinds = expected.axes[figure]
        marks = [mark for mark in expected.marks if mark.figure == figure]
        reading = Reading(frame, kinds, marks)
        faults = [f"{mark.colour}: {fault}" for mark in marks if (fault := reading.lacks(mark))]
        if figure not in expected.free:
            faults += [
                f"nobody expects {mark.colour}, {len(mark.places)} places"
                for mark in reading.unexplained(marks)
            ]
        wrong |= {figure: faults} if faults else {}
    assert not wrong, one.state

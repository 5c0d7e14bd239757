"""PNG: what is expected stands in the pixels; and no picture asks for a display."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from emergence_widgets.export.picture.plain import plain_colour

from .cases import EVERY, STATES
from .expected_marks import PICTURES, Expected
from .frames import STRETCHES, gap

DPI = 400
TURN = np.linspace(0, 2 * np.pi, 8, endpoint=False)
BACKENDS = ("TkAgg", "QtAgg", "module://matplotlib_inline.backend_inline")


def radius_of(points: int) -> float:
    """Of each of so many points of a figure, in pixels of the picture; where many, smaller."""
    return 0.65 * np.sqrt((42 if points <= 80 else 20) / np.pi) * DPI / 72


class Pixels:
    """A PNG beside the figure that gave it."""

    def __init__(self, explorer, tmp_path) -> None:
        path = explorer.save_figure(tmp_path / "a.png", dpi=DPI)
        self.image = np.asarray(Image.open(path).convert("RGB")) / 255
        self.figure = explorer.figure()
        self.axes = {axes.get_label(): axes for axes in self.figure.axes}

    def at(self, figure: str, x: float, y: float) -> np.ndarray:
        """Row and column of a place on an axis."""
        right, up = self.axes[figure].transData.transform((x, y)) * DPI / self.figure.dpi
        return np.array([self.image.shape[0] - up, right])

    def carries(self, place: np.ndarray, colour: str, reach: int = 1) -> bool:
        """Whether a pixel about a place has a colour, or the colour as seen through on white."""
        rows, columns = (
            [max(one - reach, 0), one + reach + 1] for one in np.floor(place).astype(int)
        )
        near = self.image[slice(*rows), slice(*columns)]
        ink = 1 - np.array(to_rgb(plain_colour(colour)))
        seen = 1 - near.reshape(-1, 3)
        strength = seen @ ink / (ink @ ink)
        off = np.abs(seen - strength[:, None] * ink).max(axis=1)
        return bool(((strength > 0.45) & (strength < 1.02) & (off < 0.04)).any())


def stretched(mark: Expected, kinds) -> np.ndarray:
    x = STRETCHES[kinds[0]](mark.x)
    y = mark.y if mark.stretched else STRETCHES[kinds[1]](mark.y)
    return np.stack([x, y], axis=1)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["multi_step", "grokking"])
def test_both_ends_of_every_line_have_its_colour_or_that_of_a_line_above(name, seed, tmp_path):
    explorer = EVERY[name]()
    explorer.set_state(**STATES[name](np.random.default_rng(seed), explorer))
    expected, pixels = PICTURES[name](explorer), Pixels(explorer, tmp_path)
    lines = [
        (mark, np.array([
            pixels.at(mark.figure, x, y) for x, y in stretched(mark, expected.axes[mark.figure])
        ]))
        for mark in expected.marks if mark.kind == "line"
    ]  # fmt: skip
    assert len(lines) > 4
    for mark, path in lines:
        for place in path[np.isfinite(path).all(axis=1)][[0, -1]]:
            there = {
                other.colour for other, beside in lines
                if other.figure == mark.figure and gap(place[None], beside) < 6
            }  # fmt: skip
            assert any(pixels.carries(place, one) for one in there), (mark, place)
    explorer.close()


@pytest.mark.parametrize("name", ["mirage", "reconstruction", "results"])
def test_every_point_has_its_colour_or_that_of_a_point_above(name, tmp_path):
    explorer = EVERY[name]()
    expected, pixels = PICTURES[name](explorer), Pixels(explorer, tmp_path)
    points = [
        (mark.figure, mark.colour, pixels.at(mark.figure, x, y))
        for mark in expected.marks
        if mark.kind == "points"
        for x, y in stretched(mark, (expected.axes[mark.figure][0], expected.axes[mark.figure][1]))
    ]
    assert len(points) > 50
    alone = 0
    per_figure = Counter(figure for figure, _, _ in points)
    for figure, colour, place in points:
        radius = radius_of(per_figure[figure])
        near = [
            other for other_figure, other, at in points
            if other_figure == figure and np.hypot(*(at - place)) < 2.2 * radius
        ]  # fmt: skip
        if len(near) == 1:
            alone += 1
            # A line through the point would colour two of these directions.
            around = place + 0.6 * radius * np.stack([np.sin(TURN), np.cos(TURN)], axis=1)
            assert all(pixels.carries(one, colour) for one in around), (figure, colour, place)
        else:
            # White rims of other points may cross the middle of this one.
            assert any(pixels.carries(place, one, 5) for one in near), (figure, colour, place)
    # Three seeds of one width lie on each other.
    assert alone > 10 or name == "reconstruction"
    explorer.close()


def test_a_place_without_a_mark_has_no_colour(tmp_path):
    explorer = EVERY["multi_step"]()
    pixels = Pixels(explorer, tmp_path)
    place = pixels.at("chain", 7.0, 0.8)
    assert not any(pixels.carries(place, f"var(--ew-{name})") for name in ("sharp", "mist", "text"))
    explorer.close()


@pytest.mark.parametrize("backend", BACKENDS)
def test_pictures_are_the_same_without_a_display_whatever_backend_is_asked_for(backend, tmp_path):
    script = (
        "import sys, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "from emergence_widgets import HighJumpExplorer\n"
        "e = HighJumpExplorer(bar=1.7)\n"
        "e._repr_mimebundle_()\n"
        "print('matplotlib' in sys.modules)\n"
        "for suffix in ('svg', 'pdf', 'png'):\n"
        "    e.save_figure(f'{sys.argv[1]}/a.{suffix}', columns=1)\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"MPLBACKEND": backend}
    )
    assert done.stdout == "False\nFalse\n"
    explorer = EVERY["high_jump"]()
    explorer.bar = 1.7
    for suffix in ("svg", "pdf", "png"):
        here = explorer.save_figure(tmp_path / f"b.{suffix}", columns=1).read_bytes()
        assert (tmp_path / f"a.{suffix}").read_bytes() == here
    explorer.close()

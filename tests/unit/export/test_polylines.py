"""A line that is cut far outside a figure is the same line inside it."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets import ResolutionExplorer
from emergence_widgets.export.picture.polylines import cut, enough
from emergence_widgets.export.picture.static_repr import static_html

from .frames import Axis, Frame, apart
from .read_svg import still_frames

WIDTH, HEIGHT = 240.0, 162.0
NUMBERS = st.one_of(
    st.floats(-50, 300), st.sampled_from([-1e7, -5e3, -960.0, 1200.0, 1e4, 3e6, np.nan])
)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=12))
def test_what_is_seen_stays(places):
    path = np.array(places, dtype=float)
    x, y = path.T
    kept = np.stack(cut(x, y, WIDTH, HEIGHT), axis=1)
    assert np.all(np.isnan(kept) | (np.abs(kept) <= 5 * WIDTH + 1e-6))
    # As a painter does: from places to millions of pixels only floating point is lost.
    path[~np.isfinite(path).all(axis=1)] = np.nan
    if np.isfinite(path).all(axis=1).any() and len(kept):
        frame = Frame((0.0, WIDTH, HEIGHT, 0.0), 1e-6)
        assert apart(kept, exactly_inside(path), frame) < 1e-4


def exactly_inside(path: np.ndarray) -> np.ndarray:
    """Pieces cut by halving, to a box a little larger than the figure."""
    rows = [np.full((1, 2), np.nan)]
    for start, end in itertools.pairwise(path):
        if not np.isfinite([start, end]).all():
            continue
        share = np.unique(np.concatenate([[0.0, 1.0], crossings(start, end)]))
        places = start + share[:, None] * (end - start)
        rows += [places, np.full((1, 2), np.nan)]
    found = np.concatenate(rows)
    far = (np.abs(found) > 2000).any(axis=1)
    found[far] = np.nan
    return found


def crossings(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Where a piece meets the sides of a box."""
    step = end - start
    with np.errstate(over="ignore"):
        shares = [
            (side - start[axis]) / step[axis]
            for axis in (0, 1)
            for side in (-500.0, 700.0)
            if step[axis] != 0
        ]
    return np.array([share for share in shares if 0 < share < 1])


@pytest.mark.parametrize("sizes", [2, 3, 7])
def test_a_steep_line_of_few_corners_leaves_the_figure_where_it_should(sizes):
    scale = np.logspace(6, 12, sizes)
    explorer = ResolutionExplorer(scale=scale, length=50, exponent=-1.0, critical_scale=1e9)
    frame = still_frames(static_html(explorer))["logarithmic"]
    x, y = Axis(frame, "x", "log"), Axis(frame, "y", "log")
    nats = 50 * (scale / 1e9) ** -1.0
    wanted = np.stack([x.at(scale), y.at_stretched(-nats / np.log(10))], axis=1)
    line = next(one for one in frame.lines if one.solid and one.colour == "#d55e00")
    assert np.nanmax(np.abs(line.places)) < 1300
    assert apart(line.places, wanted, frame) < 0.03
    explorer.close()


def test_of_many_places_in_one_column_of_pixels_the_extremes_stay():
    x = np.linspace(0, 10, 10_001)
    kept = enough(x, np.sin(x))
    assert kept.size < 50
    assert {0, x.size - 1, np.sin(x).argmax(), np.sin(x).argmin()} <= set(kept)
    assert enough(x[:600], x[:600]).tolist() == list(range(600))

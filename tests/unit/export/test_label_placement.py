"""Notes inside the figures cover neither each other nor, where there is room, a point."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from emergence_widgets import ResolutionExplorer
from emergence_widgets.export.picture.label_placement import placed_notes
from emergence_widgets.export.picture.scene import scene_of

from .cases import EVERY, STATES


def boxes(axes, renderer):
    return [text.get_window_extent(renderer) for text in axes.texts if text.get_text()]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("name", ["mirage", "high_jump", "resolution", "multi_step", "results"])
def test_no_note_lies_on_another_or_beside_the_figure(name, columns):
    explorer = EVERY[name]()
    for seed in range(4):
        if seed:
            explorer.set_state(**STATES[name](np.random.default_rng(seed), explorer))
        figure = explorer.figure(columns=columns)
        renderer = FigureCanvasAgg(figure).get_renderer()
        for axes in figure.axes:
            found = boxes(axes, renderer)
            assert not any(one.overlaps(other) for one, other in combinations(found, 2))
            room = axes.bbox.padded(4)
            assert all(room.x0 <= one.x0 and one.x1 <= room.x1 + 8 for one in found)
    explorer.close()


@pytest.mark.parametrize("columns", [1, 2])
def test_the_narrow_picture_of_resolution_is_not_crowded(columns):
    explorer = ResolutionExplorer()
    figure = explorer.figure(columns=columns)
    renderer = FigureCanvasAgg(figure).get_renderer()
    covered = 0
    for axes in figure.axes:
        found = boxes(axes, renderer)
        assert found
        for line in axes.lines:
            if line.get_linestyle() == "None":
                places = axes.transData.transform(np.column_stack(line.get_data()))
                covered += sum(one.contains(*place) for one in found for place in places)
    # Of 92 points.
    assert covered <= 2
    explorer.close()


def test_words_and_levels_stay_together():
    explorer = ResolutionExplorer()
    panel = scene_of(explorer, ["logarithmic"]).panels[0]
    notes = placed_notes(panel, 84.0, 67.0, 0.5, lambda text, size, _: 0.55 * size * len(text))
    assert [one.text.replace("\n", " ") for one in notes] == [
        "invisible with 20 items", "invisible with 20 × 1000 answers",
    ]  # fmt: skip
    span = panel.y.high - panel.y.low
    for one, rate in zip(notes, (1 / 20, 1 / 20_000), strict=True):
        level = 67.0 * (np.log10(rate) - panel.y.low) / span
        left, right, _, top = one.box()
        assert 0 < level - top < 2
        assert 0 <= left < right <= 84.0
    explorer.close()

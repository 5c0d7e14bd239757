"""Places are computed once for all painters: all on the sheet, no figure on another."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import combinations

import pytest

from emergence_widgets import MirageExplorer
from emergence_widgets.export.picture.layout import Box, Layout, paper, screen
from emergence_widgets.export.picture.scene import scene_of

from ..explorers.bench import with_figures
from .cases import EVERY


def measure(text: str, size: float, _bold: bool = False) -> float:
    return 0.55 * size * len(text)


class Recorder:
    """A canvas that keeps what it is asked to draw."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.places: list[tuple[float, float]] = []
        self.texts: list[str] = []

    def text(self, text, x, y, size, **_look) -> None:
        assert size > 0
        self.texts.append(text)
        self.places.append((x, y))

    def words(self, parts, x, y, _size, room) -> None:
        assert room > 0
        self.texts.append(" ".join(words for words, _ in parts))
        self.places.append((x, y))

    def marker(self, _marker, x, y, _colour) -> None:
        self.places.append((x, y))

    def cell(self, box, _fill) -> None:
        self.places += [box[:2], (box.left + box.width, box.top + box.height)]

    frame = cell

    def image(self, _grey, box) -> None:
        self.cell(box, "")

    def region(self, _name, box):
        self.boxes.append(box)
        return nullcontext()

    def plot(self, panel, box, _scale, ticks, notes) -> None:
        assert [len(texts) for texts in ticks] == [len(panel.x.places), len(panel.y.places)]
        self.boxes.append(box)
        self.texts += [placed.text for placed in notes]


STYLES = {
    "screen": screen,
    "paper 1": lambda panels: paper(panels, wide=False),
    "paper 2": lambda panels: paper(panels, wide=True),
}


def drawn(scene, style: str) -> tuple[Layout, Recorder]:
    layout, canvas = Layout(scene, STYLES[style](len(scene.panels)), measure), Recorder()
    layout.draw(canvas)
    return layout, canvas


@pytest.mark.parametrize("name", EVERY)
def test_all_stands_on_the_sheet_and_no_figure_on_another(name):
    explorer = EVERY[name]()
    scene = scene_of(explorer)
    for style in STYLES:
        layout, canvas = drawn(scene, style)
        corners = [(x, y) for left, top, width, height in canvas.boxes
                   for x, y in ((left, top), (left + width, top + height))]  # fmt: skip
        for x, y in canvas.places + corners:
            assert 0 <= x <= layout.width
            assert 0 <= y <= layout.height
        for one, other in combinations(canvas.boxes, 2):
            beside = one.left + one.width <= other.left or other.left + other.width <= one.left
            assert beside or one.top + one.height <= other.top
        assert {panel.title for panel in scene.panels} <= set(canvas.texts)
    explorer.close()


def test_a_long_legend_is_cut_on_the_screen_and_wrapped_on_paper():
    explorer = MirageExplorer()
    scene = scene_of(explorer, ["loss"])
    entries = tuple((f"family of models {number}", "#d55e00", "circle") for number in range(9))
    scene = replace(scene, legend=entries)
    explorer.close()
    _, screen_canvas = drawn(scene, "screen")
    assert sum(text.startswith("family") for text in screen_canvas.texts) == 1
    assert "and 8 more" in screen_canvas.texts
    layout, paper_canvas = drawn(scene, "paper 1")
    assert {name for name, _, _ in entries} <= set(paper_canvas.texts)
    assert len({row for *_, row in layout.entries}) > 2


@pytest.mark.parametrize("wide", [False, True])
def test_one_figure_fills_the_sheet_but_one_out_of_several_only_half(wide):
    few, several = with_figures(1), MirageExplorer()
    shares = []
    for scene in (scene_of(few), scene_of(several, ["loss"])):
        layout = Layout(scene, paper(1, wide=wide, alone=scene.alone), measure)
        canvas = Recorder()
        layout.draw(canvas)
        shares.append((canvas.boxes[0].left + canvas.boxes[0].width) / layout.width)
    assert shares[0] > 0.95
    assert (shares[1] < 0.6) == wide
    few.close()
    several.close()

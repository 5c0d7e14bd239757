"""The picture for pages without widgets: its numbers, its safety, its size."""

import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

from emergence_widgets import EvalResults, HighJumpExplorer, MirageExplorer, ResultsExplorer
from emergence_widgets.export.picture.polylines import MOST_PLACES
from emergence_widgets.export.picture.scene import scene_of
from emergence_widgets.export.picture.static_repr import static_html
from emergence_widgets.export.picture.svg import outline

from ...hostile import HOSTILE, hostile_results
from .cases import EVERY
from .frames import Axis
from .read_svg import still_frames

LARGEST = 150_000
VIEW = "application/vnd.jupyter.widget-view+json"


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.words: list[str] = []
        self.places: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.places += [value for name, value in attrs if name == "href"]

    def handle_data(self, data) -> None:
        self.words.append(data)


def test_each_figure_names_the_ends_of_its_axes():
    explorer = MirageExplorer(length=3)
    text = static_html(explorer)
    frames, scene = still_frames(text), scene_of(explorer)
    found = re.findall(r'data-figure="(.*?)" data-x="(.*?)" data-y="(.*?)" data-box="(.*?)"', text)
    assert [one[0] for one in found] == list(frames) == list(explorer.figures)
    for (name, *numbers), panel in zip(found, scene.panels, strict=True):
        x, y, box = ([float(one) for one in words.split()] for words in numbers)
        assert (x, y) == ([panel.x.low, panel.x.high], [panel.y.low, panel.y.high])
        left, right, bottom, top = frames[name].box
        assert box == [left, top, right, bottom]
    explorer.close()


@pytest.mark.parametrize("name", EVERY)
def test_every_explorer_has_a_small_picture_that_is_the_same_again(name):
    explorer = EVERY[name]()
    text = static_html(explorer)
    assert len(text.encode()) < LARGEST
    assert static_html(explorer) == text
    elements = Elements(text)
    assert {"svg", "title", "desc", "figcaption", "table"} <= elements.tags
    assert not {"script", "img", "a", "use", "style"} & elements.tags
    assert not {"src", "id", "xlink:href"} & elements.names
    assert all((place or "").startswith("data:image/png;base64,") for place in elements.places)
    assert 'role="img"' in text
    explorer.close()


def test_many_models_are_thinned_to_what_can_be_told_apart():
    draw = np.random.default_rng(0)
    rows = [
        {"model": f"m{place}", "params": size, "task": "t", "metric": "acc", "value": value,
         "family": "f", "n_items": 100}
        for place, (size, value) in enumerate(
            zip(10 ** draw.uniform(6, 12, 20_000), draw.uniform(0, 1, 20_000), strict=True)
        )
    ]  # fmt: skip
    explorer = ResultsExplorer(EvalResults(pd.DataFrame(rows)), verdicts=False)
    text = static_html(explorer)
    assert len(text.encode()) < 3 * LARGEST
    drawn = still_frames(text)["figure_1"]
    assert MOST_PLACES < len(drawn.points[0].places) < 4_000
    # Beside what shows its late rise.
    heights = max((one.places for one in drawn.lines), key=len)[:, 1]
    y = Axis(drawn, "y", "linear")
    curve = explorer.curves()["y"]
    assert abs(np.nanmin(heights) - y.at(curve.max())) < 1.7
    assert abs(np.nanmax(heights) - y.at(curve.min())) < 1.7
    explorer.close()


def test_hostile_names_are_words_and_nothing_else():
    harmless = MirageExplorer()
    explorer = ResultsExplorer(hostile_results(), verdicts=False, families=())
    allowed = Elements(static_html(harmless))
    for task in HOSTILE:
        name = next(one for one in explorer._choices("task") if one == task)
        family = next(one for one in explorer._choices("families") if one == task)
        explorer.set_state(task=name, families=(family,))
        text = static_html(explorer)
        elements = Elements(text)
        assert elements.tags <= allowed.tags
        assert elements.names <= allowed.names | {"transform", "opacity"}
        still_frames(text)
    harmless.close()
    explorer.close()


def test_a_hostile_name_can_be_read_in_full():
    explorer = ResultsExplorer(hostile_results(), verdicts=False)
    explorer.task = HOSTILE[2]
    words = "".join(Elements(static_html(explorer)).words)
    assert f"Task: {HOSTILE[2]}" in words
    explorer.close()


def test_the_live_widget_stays_in_the_bundle():
    explorer = HighJumpExplorer(bar=2.05)
    data, _ = DisplayFormatter().format(explorer)
    assert data[VIEW]["model_id"] == explorer.model_id
    assert "Bar h 2.05 metres" in data["text/html"]
    assert set(data) == {"text/plain", "text/html", VIEW}
    explorer.close()


def test_a_converted_notebook_shows_the_picture():
    nbconvert = pytest.importorskip("nbconvert")
    explorer = HighJumpExplorer(bar=1.95)
    data, _ = DisplayFormatter().format(explorer)
    output = nbformat.v4.new_output("display_data", data)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("e", outputs=[output])])
    text, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    # nbconvert writes attributes in an order of its own.
    drawn = re.findall(r' d="(M[^"]*)"', data["text/html"])
    assert len(drawn) > 50
    assert set(drawn) <= set(re.findall(r' d="(M[^"]*)"', text))
    assert 'data-mime-type="text/html"' in text
    assert "Bar h 1.95 metres" in text
    explorer.close()


def test_a_closed_explorer_is_plain_text():
    explorer = HighJumpExplorer()
    explorer.close()
    data, _ = DisplayFormatter().format(explorer)
    assert set(data) == {"text/plain"}
    assert "HighJumpExplorer" in data["text/plain"]


@pytest.mark.parametrize("marker", ["square", "triangle-up", "triangle-down", "diamond", "cross"])
def test_markers_have_the_area_that_is_asked_for(marker):
    x, y = np.array(outline(marker, 42.0)).T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx(42.0)

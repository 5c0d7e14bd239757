"""A scene tells what the figures show, and bad requests are refused in words."""

import re

import numpy as np
import pytest

from emergence_widgets import (
    HighJumpExplorer,
    MirageExplorer,
    ReconstructionExplorer,
    ResultsExplorer,
    datasets,
)
from emergence_widgets.export.page.html import ExportError
from emergence_widgets.export.picture.marks import Band, Line, Note, Points
from emergence_widgets.export.picture.plain import light_palette, plain_colour, plain_text
from emergence_widgets.export.picture.scene import scene_of
from emergence_widgets.widgets import theme

from .cases import EVERY

# Okabe and Ito 2008, "Color Universal Design".
OKABE_ITO = {"#e69f00", "#56b4e9", "#009e73", "#0072b2", "#d55e00", "#cc79a7"}


def panel_of(explorer, name):
    return scene_of(explorer, [name]).panels[0]


@pytest.fixture
def mirage():
    explorer = MirageExplorer(length=4)
    yield explorer
    explorer.close()


@pytest.mark.parametrize("name", EVERY)
def test_every_explorer_has_a_scene(name):
    explorer = EVERY[name]()
    scene = scene_of(explorer)
    assert scene.panels
    assert scene.readouts
    for panel in scene.panels:
        assert panel.title
        assert panel.x.label
        assert panel.x.low != panel.x.high
        assert len(panel.y.texts) == len(panel.y.places) > 0
        assert any(isinstance(mark, (Line, Points)) for mark in panel.marks)
    explorer.close()


def test_it_shows_the_present_controls_and_changes_no_widget(mirage):
    def line():
        marks = panel_of(mirage, "exact_match").marks
        return next(mark for mark in marks if isinstance(mark, Line) and mark.x.size == 200)

    drawn = mirage.figures["exact_match"].marks[2].y.copy()
    one_token = line().y ** (1 / 4)
    mirage.length = 8
    np.testing.assert_allclose(line().y, one_token**8, rtol=1e-9)
    np.testing.assert_array_equal(mirage.figures["exact_match"].marks[2].y, drawn)


def test_what_the_test_cannot_see_is_shaded_down_to_the_axis(mirage):
    mirage.n_items = 50
    marks = panel_of(mirage, "exact_match").marks
    band = next(mark for mark in marks if isinstance(mark, Band))
    assert (band.y.min(), band.y.max()) == (0.0, 1 / 50)
    note = next(mark for mark in marks if isinstance(mark, Note))
    assert note.text == "invisible with 50 items"


def test_chance_is_dashed(mirage):
    mirage.options = 5
    marks = panel_of(mirage, "multiple_choice_grade").marks
    dashed = [mark for mark in marks if isinstance(mark, Line) and mark.style == "dashed"]
    assert [set(mark.y) for mark in dashed] == [{0.2}]


def test_the_caption_tells_every_control(mirage):
    mirage.set_state(length=7, concentration=np.inf, critical_scale=2e8)
    caption = scene_of(mirage).caption
    assert "Answer length L 7 tokens" in caption
    assert "Critical scale c 200M parameters" in caption
    assert "Item likeness κ ∞" in caption
    assert caption.count(";") == len(mirage.state) - 1


def test_readouts_are_filled_and_judged(mirage):
    mirage.set_state(options=8, length=40)
    readouts = {label: (value, detail) for label, value, detail in scene_of(mirage).readouts}
    assert readouts["Chance level"] == ("12.5%", "Brier score 0.875")
    assert readouts["Exact match"][0] == f"T = {mirage._outputs()['late_exact_match']:.2f}"
    assert readouts["Exact match"][1].startswith("late · B = ")
    assert "{" not in "".join(value + detail for value, detail in readouts.values())


def test_only_figures_that_are_shown_are_there():
    explorer = ResultsExplorer(datasets.gpt3(), verdicts=False)
    assert [panel.name for panel in scene_of(explorer).panels] == ["figure_1"]
    with pytest.raises(ExportError, match="'figure_2', which this ResultsExplorer does not show"):
        scene_of(explorer, ["figure_2"])
    explorer.close()


def test_the_legend_names_what_is_switched_on():
    explorer = ResultsExplorer(datasets.addition(), verdicts=False)
    assert [name for name, _, _ in scene_of(explorer).legend] == ["transformer", "GRU"]
    explorer.families = ("GRU",)
    assert scene_of(explorer).legend == (("GRU", "#d55e00", "square"),)
    explorer.close()


def test_points_that_are_not_selected_step_back():
    explorer = ReconstructionExplorer()
    explorer.link.selection = 3
    marks = panel_of(explorer, "reconstructed").marks
    points = next(mark for mark in marks if isinstance(mark, Points))
    assert np.flatnonzero(~points.faded).tolist() == [3]
    explorer.close()


def test_rows_keep_their_headings():
    explorer = HighJumpExplorer()
    headings = {panel.name: panel.heading for panel in scene_of(explorer).panels}
    assert headings["jump"] == "An athlete"
    assert headings["answers"] == "A language model: the same numbers"
    assert headings["height"] == headings["ability"] == ""
    explorer.close()


@pytest.mark.parametrize(
    ("figures", "words"),
    [([], "figures is empty"), (["exact_mach"], "'exact_mach'.*exact_match"), ("loos", "'loos'")],
)
def test_unknown_figures_are_named(figures, words, mirage):
    with pytest.raises(ExportError, match=words):
        scene_of(mirage, figures)


def test_a_closed_explorer_is_refused():
    explorer = HighJumpExplorer()
    explorer.close()
    with pytest.raises(ExportError, match="this HighJumpExplorer is closed"):
        scene_of(explorer)


def test_families_have_the_palette_for_colour_blind_readers():
    assert {plain_colour(colour) for colour in theme.FAMILY_COLOURS} == OKABE_ITO
    assert {plain_colour(theme.DISCONTINUOUS), plain_colour(theme.CONTINUOUS)} < OKABE_ITO


def test_colours_are_colours():
    assert all(re.fullmatch("#([0-9a-f]{3}){1,2}", one) for one in light_palette().values())
    assert plain_colour('red" onload="x') == light_palette()["ew-text"]
    assert plain_colour("var(--ew-no-such-colour)") == light_palette()["ew-text"]


def test_texts_are_one_line_of_letters():
    assert plain_text("a\x00b\nc \ud800") == "a\ufffdb c \ufffd"


def test_a_panel_has_the_words_of_its_figure(mirage):
    panel = panel_of(mirage, "exact_match")
    assert panel.title == "Whole answers right"
    assert panel.y.texts == ("0", "0.25", "0.5", "0.75", "1")

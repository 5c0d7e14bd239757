"""Pictures for papers: their numbers, their metadata, their refusals."""

import io
import json
import re
import sys
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from PIL import Image

from emergence_widgets import HighJumpExplorer, MirageExplorer, ResultsExplorer
from emergence_widgets.export.page.html import ExportError
from emergence_widgets.export.picture.scene import scene_of

from ...hostile import HOSTILE, hostile_results
from .cases import EVERY, STATES
from .expected_marks import PICTURES
from .frames import STRETCHES, matched

SVG = "{http://www.w3.org/2000/svg}"
# Figures on whose axes stand other units than their data's.
SHIFTED = ("ability", "pass_rate", "answers")
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture
def mirage():
    explorer = MirageExplorer(length=6)
    yield explorer
    explorer.close()


def artists(axes, *, points: bool) -> list[np.ndarray]:
    """Places of the lines, or of the points, that matplotlib holds."""
    return [
        np.stack([line.get_xdata(), line.get_ydata()], axis=1)
        for line in axes.lines
        if (line.get_linestyle() == "None") == points
    ]


@pytest.mark.parametrize("name", ["mirage", "high_jump", "reconstruction"])
@pytest.mark.parametrize("seed", range(4))
def test_artists_stand_where_curves_says(name, seed):
    explorer = EVERY[name]()
    explorer.set_state(**STATES[name](np.random.default_rng(100 + seed), explorer))
    drawn = {axes.get_label(): axes for axes in explorer.figure().axes}
    assert set(drawn) - {"pictures"} == set(explorer.figures)
    expected = PICTURES[name](explorer)
    compared = 0
    for mark in expected.marks:
        if mark.kind in ("line", "points") and mark.figure not in SHIFTED:
            x, y = (STRETCHES[str(kind)] for kind in expected.axes[mark.figure])
            wanted = np.stack([x(mark.x), y(mark.y)], axis=1)
            if mark.kind == "points":
                low, high = drawn[mark.figure].get_ylim()
                wanted = wanted[np.abs(wanted[:, 1] - (low + high) / 2) <= 0.5025 * (high - low)]
            tolerance = np.full(2, 1e-12)
            marks = artists(drawn[mark.figure], points=mark.kind == "points")
            assert any(matched(one, wanted, tolerance) for one in marks), mark
            compared += 1
    assert compared > 3
    explorer.close()


def test_intervals_are_those_of_curves(mirage):
    mirage.set_state(n_items=30, options=3)
    curve = mirage.curves().query("curve == 'exact_match_measured'")
    ends = np.stack([curve["lower"], curve["upper"]], axis=1).ravel()
    bars = next(line for line in mirage.figure().axes[1].lines if np.isnan(line.get_ydata()).any())
    heights = bars.get_ydata()
    np.testing.assert_allclose(heights[~np.isnan(heights)], ends, atol=1e-12)


def test_ticks_and_ends_are_those_on_the_screen(mirage):
    panels = {panel.name: panel for panel in scene_of(mirage).panels}
    for axes in mirage.figure().axes:
        panel = panels[axes.get_label()]
        assert axes.get_ylim() == (panel.y.low, panel.y.high)
        assert tuple(axes.get_yticks()) == panel.y.places
        texts = [label.get_text() for label in axes.get_yticklabels()]
        assert all(text in (full, "") for text, full in zip(texts, panel.y.texts, strict=True))
        assert sum(text != "" for text in texts) >= 2


def test_colours_and_markers_are_those_on_the_screen():
    explorer = EVERY["results"]()
    lines = explorer.figure().axes[0].lines
    found = {
        (to_hex(line.get_markerfacecolor()), line.get_marker())
        for line in lines
        if line.get_linestyle() == "None"
    }
    assert found == {("#0072b2", "o"), ("#d55e00", "s")}
    explorer.close()


def inside(figure: Figure) -> list[str]:
    """Texts that leave the sheet."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    sheet = figure.bbox.padded(1.0)
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    texts += [label for axes in figure.axes for label in axes.get_yticklabels()]
    return [
        text.get_text()
        for text in texts
        if text.get_text()
        for box in [text.get_window_extent(renderer)]
        if not (sheet.x0 <= box.x0 and box.x1 <= sheet.x1)
        or not (sheet.y0 <= box.y0 and box.y1 <= sheet.y1)
    ]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("name", EVERY)
def test_every_explorer_fits_one_and_two_columns(name, columns):
    explorer = EVERY[name]()
    figure = explorer.figure(columns=columns)
    assert figure.get_figwidth() == {1: 3.4, 2: 7.0}[columns]
    assert figure.get_figheight() < 9.0
    assert inside(figure) == []
    written = "".join(text.get_text() for text in figure.texts)
    caption = scene_of(explorer).caption
    assert caption.replace(" ", "") in written.replace(" ", "")
    explorer.close()


def metadata(path) -> str:
    data = path.read_bytes()
    if path.suffix == ".png":
        image: Any = Image.open(io.BytesIO(data))
        return image.text["Description"]
    if path.suffix == ".svg":
        found = ElementTree.fromstring(data).find(f".//{DC}description")
        assert found is not None
        return found.text or ""
    found = re.search(rb"/Subject \((.*?)(?<!\\)\)", data, re.DOTALL)
    assert found is not None
    return re.sub(rb"\\([()\\])", rb"\1", found.group(1)).decode("latin-1")


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_a_picture_can_be_made_again_from_itself(suffix, mirage, tmp_path):
    mirage.set_state(length=23, concentration=np.inf, n_items=77, exponent=-0.25)
    first = mirage.save_figure(tmp_path / f"first{suffix}", columns=1, dpi=100)
    saved = json.loads(metadata(first))
    assert saved["explorer"] == "MirageExplorer"
    other = MirageExplorer()
    other.set_state(**saved["state"])
    assert other.state == mirage.state
    second = other.save_figure(tmp_path / f"second{suffix}", columns=1, dpi=100)
    assert second.read_bytes() == first.read_bytes()
    other.close()


def test_states_with_names_read_back(tmp_path):
    explorer = ResultsExplorer(hostile_results(), verdicts=False)
    explorer.set_state(task=HOSTILE[17], families=HOSTILE[:3])
    for suffix in (".svg", ".png"):
        path = explorer.save_figure(tmp_path / f"a{suffix}", dpi=50)
        state = json.loads(metadata(path))["state"]
        kept = explorer.state
        explorer.set_state(task=HOSTILE[0])
        explorer.set_state(**state)
        assert explorer.state == kept
    explorer.close()


def test_text_in_an_svg_is_text(mirage, tmp_path):
    root = ElementTree.fromstring(mirage.save_figure(tmp_path / "a.svg").read_bytes())
    words = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert {"Whole answers right", "Model size (parameters)", "100k"} <= words


def test_fonts_in_a_pdf_are_truetype(mirage, tmp_path):
    data = mirage.save_figure(tmp_path / "a.pdf", figures=["loss"]).read_bytes()
    assert b"/FontFile2" in data
    assert b"/Type3" not in data


def test_hostile_names_are_words_in_an_svg(tmp_path):
    explorer = ResultsExplorer(hostile_results(), verdicts=False)
    plain = MirageExplorer()
    usual = plain.save_figure(tmp_path / "usual.svg").read_bytes()
    known = {element.tag for element in ElementTree.fromstring(usual).iter()}
    for text in HOSTILE:
        explorer.set_state(task=text, families=(text,))
        data = explorer.save_figure(tmp_path / "a.svg", columns=1).read_bytes()
        assert {element.tag for element in ElementTree.fromstring(data).iter()} <= known
    plain.close()
    explorer.close()


def test_money_is_not_mathematics(tmp_path):
    explorer = HighJumpExplorer()
    explorer.panels["jump"].title.value = "$x^2$ and $"
    explorer.panels["jump"].x_axis.label = "costs $1, $2_3"
    root = ElementTree.fromstring(explorer.save_figure(tmp_path / "a.svg").read_bytes())
    words = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert {"$x^2$ and $", "costs $1, $2_3"} <= words
    explorer.close()


def test_letters_that_the_font_lacks_are_told_where_they_are_painted(tmp_path):
    explorer = HighJumpExplorer()
    explorer.panels["jump"].title.value = "跳躍"
    root = ElementTree.fromstring(explorer.save_figure(tmp_path / "a.svg").read_bytes())
    assert "跳躍" in {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    with pytest.warns(UserWarning, match="Glyph .* missing"):
        explorer.save_figure(tmp_path / "a.png", dpi=50)
    explorer.close()


def test_dots_an_inch(mirage, tmp_path):
    image = imread(mirage.save_figure(tmp_path / "a.PNG", columns=1, dpi=150))
    assert image.shape[1] == 3.4 * 150


def test_figures_are_chosen_and_ordered(mirage):
    drawn = mirage.figure(figures=["brier_score", "loss"])
    assert [axes.get_label() for axes in drawn.axes] == ["brier_score", "loss"]


def test_the_users_own_style_changes_nothing(mirage, tmp_path):
    import matplotlib as mpl

    usual = mirage.save_figure(tmp_path / "a.svg").read_bytes()
    with mpl.rc_context({"axes.grid": True, "font.size": 30, "lines.marker": "x"}):
        assert mirage.save_figure(tmp_path / "b.svg").read_bytes() == usual
        assert mpl.rcParams["svg.fonttype"] == "path"


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.jpeg", {}, r"a\.jpeg ends in '\.jpeg'; .*\.svg, \.png, \.pdf"),
        ("a", {}, "ends in ''"),
        ("missing/a.svg", {}, "missing/a.svg cannot be written"),
        ("a.svg", {"columns": 3}, "columns is 3; expected 1 or 2"),
        ("a.png", {"dpi": 0}, "dpi is 0; expected 30 to 2400"),
        ("a.png", {"dpi": float("nan")}, "dpi is nan"),
        ("a.png", {"figures": ["exact"]}, "'exact'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(name, options, words, mirage, tmp_path):
    with pytest.raises(ExportError, match=words):
        mirage.save_figure(tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept_where_asked(mirage, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="there already"):
        mirage.save_figure(path, overwrite=False)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_closed_explorer_is_refused(tmp_path):
    explorer = HighJumpExplorer()
    explorer.close()
    with pytest.raises(ExportError, match="closed"):
        explorer.save_figure(tmp_path / "a.svg")
    with pytest.raises(ExportError, match="closed"):
        explorer.figure()


def test_without_matplotlib_the_install_line_is_told(mirage, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=re.escape('pip install "emergence_widgets[picture]"')):
        mirage.figure()
    assert "text/html" in mirage._repr_mimebundle_()

"""Slides, as text: whole, offline, safe, and clear about what they cannot do."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters.slides import _RevealMetadataPreprocessor
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from emergence_widgets import __version__, save_slides
from emergence_widgets.cli.main import main
from emergence_widgets.export.page.html import ExportError
from emergence_widgets.reports import notebook as notebook_pages
from emergence_widgets.reports.slides import (
    begin_slides,
    count_slides,
    drop_silent,
    make_slides,
)

from ...hostile import HOSTILE

KINDS = ["slide", "subslide", "fragment", "skip", "notes", "-"]
MANY = """import ipywidgets
from IPython.display import display
from emergence_widgets import HighJumpExplorer, MirageExplorer
shown, gone = HighJumpExplorer(), HighJumpExplorer()
progress, area = ipywidgets.IntProgress(), ipywidgets.Output()
for one in (shown, gone, progress, area, ipywidgets.VBox([shown, MirageExplorer()])):
    display(one)
gone.close()
progress.close()"""


class Page(HTMLParser):
    """Elements, what they load, and the text of scripts by their id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loads: list[str | None] = []
        self.scripts: dict[str | None, str] = {}
        self.at: str | None = None
        self.title = ""
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append(tag)
        self.inside = "" if tag == "title" and "svg" in self.found else tag
        self.loads += [value for name, value in attrs if name in ("src", "href", "srcset")]
        if tag == "script":
            self.at = dict(attrs).get("id")

    def handle_endtag(self, tag) -> None:  # noqa: ARG002
        self.inside = ""

    def handle_data(self, data) -> None:
        if self.inside == "script":
            self.scripts[self.at] = self.scripts.get(self.at, "") + data
        if self.inside == "title":
            self.title += data


def write(folder, *cells, name="talk.ipynb", **metadata):
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), folder / name)
    return folder / name


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Slides with all that a cell may show."""
    folder = tmp_path_factory.mktemp("many")
    cells = new_markdown_cell("# Many things"), new_code_cell(MANY)
    return make_slides(write(folder, *cells))


def test_slides_load_nothing_and_hold_each_explorer(many):
    page = Page(many.html)
    assert page.loads == []
    assert page.title == many.title == "Many things"
    assert (many.slides, many.explorers) == (1, 3)
    told = json.loads(page.scripts["ew-frames"])
    labels = [one["label"] for one in told["pages"]]
    assert labels == ["High Jump Explorer", "High Jump Explorer, Mirage Explorer"]
    assert re.findall(r'data-frame="(\d)"', many.html) == ["0", "1"]
    assert "default-src &#x27;none&#x27;" in told["head"]
    for one in told["pages"]:
        assert len(Page(one["state"]).scripts) == 1
    # The programs that draw are there once, however many explorers there are.
    assert many.html.count("MIT License") <= 3
    assert many.html.count("WidgetManager") < 100


def test_what_no_page_can_draw_is_named_and_what_is_closed_is_still(many):
    assert many.notes == (
        "cell 2: @jupyter-widgets/output draws this widget, and slides do not hold it; its "
        "picture or text stands instead",
    )
    assert many.html.count("<figcaption>") == 1, "the closed explorer's picture"
    assert "IntProgress(" not in many.html.split('id="ew-frames"')[0]
    assert "widget-view+json" not in many.html


def test_licences_travel_with_the_slides(many):
    for holder in ("Hakim El Hattab", "MarkedJS", "bqplot", "anywidget"):
        assert holder in many.html
    assert "Khan Academy" not in many.html, "no formulas, no KaTeX"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_is_text(text, tmp_path):
    path = write(tmp_path, new_markdown_cell("plain"))
    made = make_slides(path, title=text)
    page = Page(made.html)
    plain = Page(make_slides(path, title="plain").html)
    assert page.found == plain.found
    assert page.title == text


def test_formulas_bring_what_draws_them(tmp_path):
    path = write(tmp_path, new_markdown_cell("# $x^2$"))
    assert "Khan Academy" in make_slides(path).html


def test_sources_are_shown_only_on_request(tmp_path):
    path = write(tmp_path, new_code_cell("secret = 1\nprint(secret + 1)"))
    assert "secret" not in make_slides(path).html
    assert "secret" in make_slides(path, code=True).html


def typed(kind, cell):
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
def test_slides_are_counted_as_nbconvert_makes_them(kinds):
    notebook = new_notebook(cells=[typed(kind, new_markdown_cell("x")) for kind in kinds])
    if all(kind in ("skip", "notes") for kind in kinds):
        assert count_slides(notebook) == 0
        return
    made, _ = _RevealMetadataPreprocessor().preprocess(notebook, {})
    assert count_slides(notebook) == sum(
        bool(cell.metadata.get("subslide_start")) for cell in made.cells
    )


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), min_size=1, max_size=12))
def test_leaving_out_silent_code_leaves_every_slide_that_shows_something(cells):
    """As many slides as hold a cell with something to see, where each began with a cell seen."""
    shown = [new_output("stream", text="seen")]
    made = [
        typed(kind, new_code_cell("x", outputs=[] if silent else shown)) for kind, silent in cells
    ]
    expected, open_slide = 0, False
    for place, (kind, silent) in enumerate(cells):
        if kind in ("skip", "notes"):
            continue
        if kind in ("slide", "subslide") or place == 0:
            open_slide = True
        if not silent and (open_slide or expected == 0):
            expected += 1
            open_slide = False
    notebook = new_notebook(cells=made)
    drop_silent(notebook)
    assert count_slides(notebook) == expected
    seen = [cell for cell in notebook.cells if cell.metadata["slideshow"]["slide_type"] != "skip"]
    assert all(cell.outputs for cell in seen if "notes" not in str(cell.metadata))


def test_where_nothing_is_marked_headings_begin_slides():
    words = ["# One", "text", "## Two", "### no slide", "#hash", "## Three"]
    notebook = new_notebook(cells=[new_markdown_cell(one) for one in words])
    begin_slides(notebook)
    assert count_slides(notebook) == 3
    marked = new_notebook(
        cells=[new_markdown_cell("# One"), typed("slide", new_markdown_cell("x"))]
    )
    begin_slides(marked)
    assert count_slides(marked) == 2
    assert "slideshow" not in marked.cells[0].metadata


BAD = {
    "missing": ("nowhere.ipynb", {}, r"nowhere\.ipynb cannot be read: No such file"),
    "folder": (".", {}, "is a folder; name a notebook in it"),
    "text": ("text.ipynb", {}, "is no notebook: .*ends in .ipynb"),
    "list": ("list.ipynb", {}, "is no notebook: "),
    "nothing": ("nothing.ipynb", {}, "no cell that a slide could show"),
    "hidden": ("hidden.ipynb", {}, "no cell that a slide could show"),
    "theme": ("good.ipynb", {"theme": "blue"}, "theme is 'blue'; expected 'light' or 'dark'"),
    "samples": ("good.ipynb", {"max_samples": -1}, "max_samples is -1; expected 0 or more"),
    "cell": ("cell.ipynb", {}, r"cell\.ipynb, cell 2 \(1 / 0\): ZeroDivisionError: division by"),
    "kernel": ("kernel.ipynb", {}, "asks for the kernel 'fortran', which is not here"),
    "death": ("death.ipynb", {}, r"death\.ipynb, cell 1 \(import os.*: the kernel died"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_become_slides_is_said(name, tmp_path):
    (tmp_path / "text.ipynb").write_text("# not JSON", encoding="utf-8")
    (tmp_path / "list.ipynb").write_text("[]", encoding="utf-8")
    good = new_markdown_cell("# Good")
    write(tmp_path, good, name="good.ipynb")
    write(tmp_path, name="nothing.ipynb")
    write(tmp_path, typed("skip", new_markdown_cell("x")), name="hidden.ipynb")
    write(tmp_path, good, new_code_cell("1 / 0"), name="cell.ipynb")
    write(tmp_path, new_code_cell("import os; os._exit(1)"), name="death.ipynb")
    spec = {"name": "fortran", "display_name": "Fortran", "language": "fortran"}
    write(tmp_path, good, new_code_cell("end"), name="kernel.ipynb", kernelspec=spec)
    file, options, words = BAD[name]
    with pytest.raises(ExportError, match=words):
        save_slides(tmp_path / file, tmp_path / "out.html", **options)
    assert not (tmp_path / "out.html").exists()


def test_a_kernel_of_another_version_is_refused(tmp_path, monkeypatch):
    cells = new_code_cell("from emergence_widgets import HighJumpExplorer\nHighJumpExplorer()")
    path = write(tmp_path, cells)
    monkeypatch.setattr(notebook_pages, "__version__", "99.0")
    with pytest.raises(ExportError, match=f"has emergence_widgets {__version__}.*this is 99.0"):
        make_slides(path)


def test_too_much_data_is_said_as_on_a_page(tmp_path):
    source = """import emergence_widgets.export.page.html as html
html.LARGEST_STATE = 1000
from emergence_widgets import HighJumpExplorer
HighJumpExplorer()"""
    with pytest.raises(ExportError, match=r"at most .* MB open quickly\. Keep fewer answers"):
        make_slides(write(tmp_path, new_code_cell(source)))


def test_a_file_that_is_there_is_kept_without_running_anything(tmp_path):
    path = write(tmp_path, new_code_cell("open('ran', 'w')"))
    kept = tmp_path / "kept.html"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="is there already"):
        save_slides(path, kept, overwrite=False)
    assert kept.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("package", ["nbformat", "nbclient", "nbconvert.exporters.slides"])
def test_a_missing_extra_is_said_with_the_line_that_installs_it(
    package, tmp_path, monkeypatch, capsys
):
    path = write(tmp_path, new_markdown_cell("# Good"))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=r'pip install "emergence_widgets\[slides\]"'):
        make_slides(path)
    assert main(["slides", str(path), "-o", str(tmp_path / "s.html")]) == 1
    assert 'pip install "emergence_widgets[slides]"' in capsys.readouterr().err


def test_the_command_writes_beside_nothing_and_tells_what(tmp_path, monkeypatch, capsys):
    source = "import ipywidgets\nipywidgets.Output()"
    write(tmp_path, new_markdown_cell("# A talk"), new_code_cell(source))
    monkeypatch.chdir(tmp_path)
    assert main(["slides", "talk.ipynb"]) == 0
    told = capsys.readouterr()
    assert re.fullmatch(r"talk\.slides\.html: 1 slide, 0 explorers, \d\.\d MB\n", told.out)
    assert told.err.startswith("warning: cell 2: @jupyter-widgets/output draws this widget")
    assert main(["slides", "talk.ipynb"]) == 1
    assert "--force replaces it" in capsys.readouterr().err
    words = ["slides", "talk.ipynb", "--force", "--json", "--quiet", "--title", "T"]
    assert main([*words, "--theme", "dark", "--code"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    summary = json.loads(told.out)
    assert {name: summary[name] for name in ("title", "slides", "explorers", "written")} == {
        "title": "T", "slides": 1, "explorers": 0, "written": ["talk.slides.html"],
    }  # fmt: skip
    assert 'data-jp-theme-light="false"' in (tmp_path / "talk.slides.html").read_text("utf-8")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["talk.ipynb", "talk.slides.html"]


def test_a_warning_tells_of_foreign_widgets(tmp_path):
    path = write(tmp_path, new_code_cell("import ipywidgets\nipywidgets.Output()"))
    with pytest.warns(UserWarning, match="cell 1: @jupyter-widgets/output"):
        save_slides(path, tmp_path / "s.html")

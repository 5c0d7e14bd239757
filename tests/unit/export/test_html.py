"""The exported page, as text: whole, small, safe, and clear about what it cannot do."""

import gzip
import json
import re
from html.parser import HTMLParser

import pytest

from emergence_widgets import (
    HighJumpExplorer,
    MirageExplorer,
    ResultsExplorer,
    datasets,
    page,
    save_page,
)
from emergence_widgets.export.page import html as export
from emergence_widgets.export.page.html import ExportError

from ...hostile import HOSTILE, hostile_results


@pytest.fixture
def explorer():
    made = []

    def make(kind=HighJumpExplorer, *arguments, **options):
        made.append(kind(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Elements(HTMLParser):
    """Names of all elements, as a parser that knows where scripts end finds them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append(tag)
        self.loads = [value for name, value in attrs if name in ("src", "href", "srcset")]
        assert self.loads == [], f"{tag} loads {self.loads}"


def scripts(text: str) -> int:
    return Elements(text).found.count("script")


def test_one_explorer_is_under_600_kb_gzipped(explorer):
    assert len(gzip.compress(explorer(MirageExplorer).to_html().encode())) < 600_000


def test_the_page_holds_this_explorer_and_no_other(explorer):
    other, mine = explorer(MirageExplorer), explorer(HighJumpExplorer)
    text = mine.to_html()
    assert mine.link.model_id in text
    assert other.link.model_id not in text
    for control in mine.controls.values():
        assert control.model_id in text


def test_front_ends_that_widgets_share_are_told_once(explorer):
    text = page([explorer(MirageExplorer), explorer(MirageExplorer)])
    marker = json.dumps("this page has no program")[1:-1]
    assert text.count(marker) == 1


def test_the_policy_allows_nothing_but_the_pages_own_scripts(explorer):
    text = explorer().to_html()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "default-src &#x27;none&#x27;" in policy.group(1)
    assert "unsafe-eval" not in policy.group(1)
    scripted = policy.group(1).split("script-src")[1].split(";  ")[0].split("; style")[0]
    assert "unsafe-inline" not in scripted
    assert scripted.count("sha256-") == scripts(text) - 1 == 4


def test_it_names_no_other_place_to_load_from(explorer):
    text = explorer().to_html()
    assert Elements(text).found
    assert not re.search(r"^//# sourceMappingURL", text, re.MULTILINE)


def test_hostile_names_leave_the_scripts_of_the_page_as_they_are(explorer):
    harmless = explorer().to_html()
    text = page(
        [*HOSTILE, explorer(ResultsExplorer, hostile_results())],
        title=HOSTILE[5],
        description=HOSTILE[3],
    )
    assert scripts(text) == scripts(harmless)
    assert {"img", "svg", "iframe", "a"}.isdisjoint(Elements(text).found)
    assert Elements(text).found.count("title") == 1


def test_the_state_reads_back_as_it_was(explorer):
    text = explorer(ResultsExplorer, hostile_results()).to_html()
    state = re.search(r'id="ew-state">(.*?)</script>', text, re.DOTALL)
    assert state is not None
    read = json.loads(state.group(1))
    names = json.dumps(read, ensure_ascii=False)
    for text in HOSTILE:
        assert json.dumps(text, ensure_ascii=False)[1:-1] in names


def test_headings_and_paragraphs(explorer):
    text = page(["# One & two\n\nfirst\n\n## Three\n\n#hashtag", explorer()])
    assert "<h1>One &amp; two</h1>" in text
    assert "<h2>Three</h2>" in text
    assert "<p>#hashtag</p>" in text
    assert "<title>One &amp; two</title>" in text


def test_a_closed_explorer_is_refused():
    explorer = HighJumpExplorer()
    explorer.close()
    with pytest.raises(ExportError, match="closed"):
        explorer.to_html()


@pytest.mark.parametrize(
    ("parts", "words"), [(["text alone"], "no explorer"), ([3], "found a int"), ([], "no explorer")]
)
def test_what_is_no_page_is_refused(parts, words):
    with pytest.raises(ExportError, match=words):
        page(parts)


def test_too_much_data_says_how_much_and_what_to_do(explorer, monkeypatch):
    monkeypatch.setattr(export, "LARGEST_STATE", 1000)
    with pytest.raises(ExportError, match=r"MB.*max_samples"):
        explorer().to_html()


@pytest.mark.parametrize("path", ["missing/page.html", "."])
def test_a_path_that_cannot_be_written_is_named(path, explorer, tmp_path):
    with pytest.raises(ExportError, match=re.escape(str(tmp_path))):
        explorer().save_html(tmp_path / path)


def test_a_file_that_is_there_is_kept_where_asked(explorer, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="there already"):
        save_page(explorer(), path, overwrite=False)
    assert path.read_text(encoding="utf-8") == "mine"
    save_page(explorer(), path)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_licences_of_the_libraries_are_told(explorer):
    text = explorer().to_html()
    for name in ("bqplot", "bqscales", "anywidget"):
        assert re.search(rf"{name} \d+\.\d+", text)


def test_fewer_answers_can_be_kept(explorer):
    e = explorer(ResultsExplorer, datasets.addition(), verdicts=False)
    whole, some, none = (len(e.to_html(max_samples=most)) for most in (None, 5, 0))
    assert whole > some > none
    with pytest.raises(ExportError, match="max_samples is -1"):
        e.to_html(max_samples=-1)

"""Slides of a notebook, opened from disk with the network off: live explorers, whole, by keys."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from emergence_widgets import MirageExplorer, save_slides
from emergence_widgets.export.picture.image_grid import png

from .conftest import PATIENCE
from .slide_edges import SHOWN, cut_off

LECTURE = Path(__file__).parents[2] / "notebooks/09_lecture.ipynb"
SIZES = [(1280, 720), (1920, 1080), (1024, 768)]
STILL = f"""() => [...document.querySelectorAll('{SHOWN} .ew-frame')]
  .every((frame) => frame.dataset.drawn)"""
WORDS = """# Talk: $x^2$

Sum: $$\\sum_{i=1}^{n} \\sqrt{\\frac{i}{n}}$$

![a picture](grey.png)"""


def cell(source: str, kind: str = "-", *, code: bool = False):
    made = (new_code_cell if code else new_markdown_cell)(source)
    made.metadata["slideshow"] = {"slide_type": kind}
    return made


@pytest.fixture(scope="module")
def talk(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("talk")
    (folder / "grey.png").write_bytes(png(np.full((8, 8), 128)))
    cells = [
        cell(WORDS, "slide"),
        cell("from emergence_widgets import HighJumpExplorer, MirageExplorer", code=True),
        cell("## A tour", "slide"),
        cell("HighJumpExplorer().tour(lecture=True)", code=True),
        cell("Remember the **bar**.", "notes"),
        cell("## Live", "slide"),
        cell("MirageExplorer(length=5)", code=True),
        cell("nobody sees this", "skip"),
        cell("## The end", "subslide"),
        cell("print('two words')", code=True),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "talk.ipynb")
    return save_slides(folder / "talk.ipynb", folder / "talk.html", theme="dark")


@pytest.fixture(scope="module")
def lecture(tmp_path_factory) -> Path:
    return save_slides(LECTURE, tmp_path_factory.mktemp("lecture") / "lecture.html")


@pytest.fixture
def opened(chromium):
    """Open slides where no server can be reached; what the console says is kept."""
    contexts = []

    def open_file(path, size=(1280, 720), place=""):
        context = chromium.new_context(
            offline=True, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.said = []
        local = ("file:", "blob:", "data:", "about:")
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith(local) or page.said.append(request.url),
        )
        page.goto(path.as_uri() + place)
        page.wait_for_selector("html[data-ready]")
        page.wait_for_function(STILL)
        return page

    yield open_file
    for context in contexts:
        context.close()


def number(page) -> str:
    return page.locator(".slide-number").inner_text().replace(" ", "").replace("\n", "")


def wait_for_slide(page, at: int) -> None:
    page.wait_for_function(
        "at => document.querySelector('.slide-number').textContent.trim().startsWith(at)",
        arg=str(at),
    )
    page.wait_for_function(STILL)


def frame_of(page):
    """The page of the explorer on the slide that is shown."""
    return page.locator(f"{SHOWN} iframe").element_handle().content_frame()


def step(frame) -> str:
    return frame.locator(".ew-tour-count").inner_text()


def lent(page) -> None:
    """Wait until the tour has the keyboard."""
    frame = frame_of(page)
    frame.wait_for_function("document.activeElement?.classList.contains('ew-tour-bar')")


def read_marks(frame) -> dict[str, list[float]]:
    """What the browser put on the marks, by the outputs that are shown as they are."""
    return frame.evaluate(
        """async () => {
          const read = {};
          for (const model of await Promise.all(Object.values(window.ewManager._models))) {
            if (!model.get('program') || !model.get('targets')) continue;
            for (const [widget, traits] of model.get('targets')) {
              const mark = typeof widget === 'string'
                ? await window.ewManager.get_model(widget.replace('IPY_MODEL_', '')) : widget;
              for (const [trait, encoding] of Object.entries(traits)) {
                const value = mark.get(trait);
                if (typeof encoding === 'string' && ArrayBuffer.isView(value)) {
                  read[encoding] = Array.from(value);
                }
              }
            }
          }
          return read;
        }"""
    )


def test_all_is_in_the_file_and_the_console_is_empty(talk, opened):
    page = opened(talk)
    assert page.title() == "Talk: $x^2$"
    assert number(page) == "1/4"
    assert page.locator(f"{SHOWN} h1 msup").count() == 1
    assert page.locator(f"{SHOWN} math[display=block] mfrac").count() == 1
    assert page.locator(f"{SHOWN} img").evaluate("image => image.naturalWidth") == 8
    assert page.locator("aside.notes strong").text_content() == "bar"
    assert not page.locator("aside.notes").is_visible()
    assert "nobody sees this" not in page.content()
    assert "import HighJumpExplorer" not in page.locator(".slides").inner_text()
    for at in (2, 3, 4):
        page.keyboard.press("Escape") if at == 3 else None
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowRight")
        wait_for_slide(page, at)
    assert "two words" in page.locator(SHOWN).inner_text()
    assert page.said == []


def test_a_dark_deck_is_dark_inside_and_around(talk, opened):
    page = opened(talk, place="#/2")
    for one in (page, frame_of(page)):
        colour = one.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in colour[4:-1].split(",")[:3]) < 60
    assert page.said == []


def test_one_remote_control_turns_tours_and_slides(talk, opened):
    page = opened(talk)
    page.keyboard.press("PageDown")
    wait_for_slide(page, 2)
    lent(page)
    frame = frame_of(page)
    last = int(step(frame).split("/")[1])
    assert last > 3
    for at in range(2, last + 1):
        page.keyboard.press("PageDown" if at % 2 else "ArrowRight")
        assert step(frame) == f"{at} / {last}"
    assert number(page) == "2/4"
    page.keyboard.press("PageDown")
    wait_for_slide(page, 3)
    page.keyboard.press("PageUp")
    wait_for_slide(page, 2)
    lent(page)
    assert step(frame_of(page)) == f"{last} / {last}", "a tour keeps its place"
    page.keyboard.press("Home")
    assert step(frame_of(page)) == f"1 / {last}"
    page.keyboard.press("ArrowLeft")
    wait_for_slide(page, 1)
    assert page.said == []


def test_escape_gives_the_keyboard_back_until_the_tour_is_clicked(talk, opened):
    page = opened(talk, place="#/1")
    lent(page)
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement === document.body")
    assert page.locator(".reveal.overview").count() == 0
    page.keyboard.press("ArrowRight")
    wait_for_slide(page, 3)
    page.keyboard.press("ArrowLeft")
    wait_for_slide(page, 2)
    assert page.evaluate("document.activeElement === document.body")
    frame_of(page).locator(".ew-tour-caption").click()
    page.keyboard.press("ArrowRight")
    assert step(frame_of(page)).startswith("2 /")
    assert number(page) == "2/4"


def test_keys_of_a_slider_move_it_alone_and_every_curve_is_the_twin_s(talk, opened):
    page = opened(talk, place="#/2")
    frame = frame_of(page)
    handle = frame.locator(".ew-control:has-text('Answer length') .noUi-handle")
    before = read_marks(frame)["exact_match"]
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    frame.wait_for_function("document.activeElement.getAttribute('aria-valuetext').startsWith('8')")
    frame.wait_for_timeout(200)
    assert number(page) == "3/4"
    marks = read_marks(frame)
    explorer = MirageExplorer(length=8)
    curves = explorer.curves()
    explorer.close()
    for name in ("exact_match", "token_edit_distance", "brier_score", "exact_match_measured"):
        expected = curves.loc[curves["curve"] == name, "y"].to_numpy()
        np.testing.assert_allclose(marks[name], expected, rtol=1e-12, err_msg=name)
    assert not np.allclose(marks["exact_match"], before)
    page.keyboard.press("PageDown")
    wait_for_slide(page, 4)
    assert page.said == []


def test_a_slider_follows_the_pointer_on_a_slide_of_any_size(talk, opened):
    page = opened(talk, place="#/2")
    frame = frame_of(page)
    handle = frame.locator(".ew-control:has-text('Test items') .noUi-handle")
    base = frame.locator(".ew-control:has-text('Test items') .noUi-base")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        track, place = base.bounding_box(), handle.bounding_box()
        y = place["y"] + place["height"] / 2
        page.mouse.move(place["x"] + place["width"] / 2, y)
        page.mouse.down()
        for share in (0.4, 0.5, 0.75):
            page.mouse.move(track["x"] + share * track["width"], y)
        page.mouse.up()
        middle = handle.bounding_box()
        assert middle["x"] + middle["width"] / 2 == pytest.approx(
            track["x"] + 0.75 * track["width"], abs=0.02 * track["width"]
        )
        handle.press("Home")
    assert number(page) == "3/4"


@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.long)])
def test_every_slide_of_the_lecture_is_whole_and_lives(size, lecture, opened):
    page = opened(lecture, size)
    count = int(number(page).split("/")[1])
    assert count == 11
    drawn = 0
    for at in range(1, count + 1):
        wait_for_slide(page, at)
        page.wait_for_timeout(300)
        assert cut_off(page) == [], f"slide {at}"
        for frame in page.query_selector_all(f"{SHOWN} iframe"):
            inside = frame.content_frame()
            assert {one.inner_text() for one in inside.query_selector_all(".ew-error")} <= {""}
            drawn += inside.locator(".ew-explorer").count()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("PageDown")
    assert drawn == 10
    assert page.said == []

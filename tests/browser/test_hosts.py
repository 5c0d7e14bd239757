"""JupyterLab, Notebook 7 and Voilà: curves, tours and saved notebooks live without a kernel."""

import itertools
import json

import pytest

from .pages import (
    DRAWN,
    change_theme,
    drawn_line,
    heights,
    open_in_lab,
    open_in_notebook,
    open_in_voila,
    slider,
    wait_for_change,
)

EVERY = [
    f"from emergence_widgets import *\n{call}"
    for call in (
        "MirageExplorer()", "ResultsExplorer(datasets.pronunciation(), threshold=0.9)",
        "ReconstructionExplorer()", "GrokkingExplorer()", "ResolutionExplorer()",
        "HighJumpExplorer()", "MultiStepExplorer()", "ForecastExplorer(datasets.pronunciation())",
        "EmergenceAtlas(datasets.gpt3())",
    )
]  # fmt: skip
HOSTS = {"lab": open_in_lab, "notebook": open_in_notebook, "voila": open_in_voila}
MIRAGE = """import json
from ipywidgets import Widget
from emergence_widgets import MirageExplorer
e = MirageExplorer()
state = Widget.get_manager_state()["state"]
print(json.dumps({at: one["model_name"] for at, one in state.items()}))
e"""
TOUR = """t = MirageExplorer().tour([
    {"caption": "One token.", "controls": {"length": 1}, "figure": "exact_match"},
    {"caption": "Ten tokens.", "controls": {"length": 10, "n_items": 100}},
    {"caption": "Thirty tokens.", "controls": {"length": 30}, "figure": "token_edit_distance"},
], seconds=1.2)
t"""
EXACT, LOSS = "Whole answers right", "What training improves"
VALUE = "aria-valuenow"
AT_REST = {"LinesModel", "ScatterModel", "LinearScaleModel", "AxisModel", "LabelModel", "HTMLModel"}


def tour_line(page) -> str:
    return page.locator(".ew-tour .ew-figure-exact_match path.line").nth(1).get_attribute("d")


@pytest.mark.parametrize("host", HOSTS)
def test_curves_and_a_tour_follow_without_a_kernel(host, page, jupyter):
    HOSTS[host](page, jupyter, jupyter.write(f"hosted-{host}", MIRAGE, TOUR))
    length = slider(page, "Answer length L", ".ew-tour")
    page.wait_for_function(
        "() => document.querySelector('.ew-tour .ew-control [aria-valuenow=\"1.0\"]') !== null"
    )
    assert length.get_attribute(VALUE) == "1.0", "the first step is applied at once"
    page.wait_for_timeout(1000)
    assert jupyter.kill_kernels() == 1

    before = {title: drawn_line(page, title) for title in (EXACT, LOSS)}
    first = slider(page, "Answer length L")
    first.focus()
    for _ in range(3):
        first.press("ArrowRight", no_wait_after=True)
    wait_for_change(page, EXACT, before[EXACT])
    assert first.get_attribute(VALUE) == "13.0"
    assert drawn_line(page, LOSS) == before[LOSS], "the loss does not depend on the length"
    exponent = slider(page, "Exponent α")
    exponent.focus()
    exponent.press("ArrowLeft", no_wait_after=True)
    wait_for_change(page, LOSS, before[LOSS])

    start = tour_line(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.ew-tour-count').textContent === '3 / 3'")
    page.wait_for_function(
        "() => document.querySelector('.ew-tour-bar').innerText.includes('Play')"
    )
    page.wait_for_function(
        "() => document.querySelector('.ew-tour .ew-control [aria-valuenow=\"30.0\"]') !== null"
    )
    assert "Thirty tokens." in page.locator(".ew-tour-caption").inner_text()
    assert tour_line(page) != start
    assert page.locator(".ew-panel.ew-spot .ew-title").inner_text() == "Tokens to fix"
    bar = page.locator(".ew-tour-bar")
    bar.focus()
    for _ in range(2):
        bar.press("ArrowLeft", no_wait_after=True)
        page.wait_for_timeout(1200)
    assert length.get_attribute(VALUE) == "1.0"
    assert tour_line(page) == start
    assert page.locator(".ew-error").all_inner_texts() == ["", ""]


def test_what_a_move_sends_with_a_kernel_and_after_its_death(page, jupyter):
    """A control's value at once; when the controls rest, what the browser drew, of each mark once.

    A page is not told that its kernel died, so that marks are sent then too: nobody waits for an
    answer. Without one, no model is sent a second time.
    """
    open_in_lab(page, jupyter, jupyter.write("messages", MIRAGE))
    names = json.loads(page.locator(".jp-OutputArea-output pre").first.inner_text())
    page.wait_for_timeout(1500)
    handle = slider(page, "Answer length L")
    handle.focus()
    for alive in (True, False):
        if not alive:
            assert jupyter.kill_kernels() == 1
        page.messages.sent.clear()
        curves = [drawn_line(page, EXACT)]
        for _ in range(5):
            handle.press("ArrowRight", no_wait_after=True)
            curves.append(wait_for_change(page, EXACT, curves[-1]))
        assert len(set(curves)) == 6
        page.wait_for_timeout(1000)
        sent = [(names[one["comm"]], one) for one in page.messages.sent]
        moved = [one for name, one in sent if name.endswith("SliderModel")]
        assert {one["comm"] for one in moved} == {moved[0]["comm"]}
        assert sent[0] == ("IntSliderModel", moved[0])
        assert all(one["keys"] == ["value"] for one in moved)
        drawn = [(name, one) for name, one in sent if one not in moved]
        assert {"LinesModel", "ScatterModel"} <= {name for name, _ in drawn} <= AT_REST
        if not alive:
            assert len({one["comm"] for _, one in sent}) == len(sent)
    start = drawn_line(page, EXACT)
    page.click(".ew-reset")
    wait_for_change(page, EXACT, start)
    assert page.locator(".ew-error").inner_text() == ""


def command(page, name: str) -> None:
    page.evaluate("name => window.jupyterapp.commands.execute(name)", name)


def test_a_second_view_follows_and_a_reopened_notebook_shows_the_saved_curves(page, jupyter):
    name = jupyter.write("kept", "from emergence_widgets import *", "e = MirageExplorer()\ne")
    open_in_lab(page, jupyter, name)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    command(page, "notebook:create-output-view")
    page.wait_for_function(
        "drawn => document.querySelectorAll('.ew-explorer').length === 2 &&"
        " [...document.querySelectorAll('.ew-explorer')].every((one) => one.querySelector(drawn))",
        arg=DRAWN.removeprefix(".ew-explorer "),
    )
    command(page, "@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    page.wait_for_timeout(1000)
    before = drawn_line(page, EXACT)
    length = slider(page, "Answer length L")
    length.focus()
    length.press("ArrowLeft", no_wait_after=True)
    moved = wait_for_change(page, EXACT, before)
    numbers = page.evaluate(
        """() => [...document.querySelectorAll('.ew-explorer')].map((one) => {
          const values = [...one.querySelectorAll('.ew-readout-value')];
          return values.map((value) => value.textContent).join();
        })"""
    )
    assert numbers[0] == numbers[1]
    handles = page.locator(".ew-control", has_text="Answer length L").locator(".noUi-handle")
    assert {handles.nth(view).get_attribute(VALUE) for view in (0, 1)} == {"9.0"}

    page.wait_for_timeout(1000)
    command(page, "docmanager:save")
    page.wait_for_timeout(1000)
    saved = json.loads((jupyter.folder / name).read_text(encoding="utf-8"))
    assert saved["metadata"]["widgets"]
    jupyter.shut_down_kernels()
    again = page.context.browser.new_page(viewport={"width": 1500, "height": 1200})
    try:
        again.goto(f"{jupyter.url}/lab/workspaces/again/tree/{name}?token={jupyter.token}")
        again.wait_for_selector(DRAWN, state="attached", timeout=45_000)
        again.wait_for_function(
            "() => document.querySelector('.ew-explorer .noUi-handle') !== null"
        )
        again.wait_for_timeout(1000)
        shown = drawn_line(again, EXACT)
        assert heights(shown) == heights(moved)
        handle = slider(again, "Answer length L")
        handle.focus()
        handle.press("ArrowRight", no_wait_after=True)
        assert heights(wait_for_change(again, EXACT, shown)) == heights(before)
    finally:
        again.close()


@pytest.mark.long
def test_nothing_is_wider_than_its_explorer_in_jupyterlab(page, jupyter):
    """The exported page has the same test of each explorer; here the styles are JupyterLab's."""
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    open_in_lab(page, jupyter, jupyter.write("widths", *EVERY))
    page.wait_for_function(
        "([drawn, count]) => [...document.querySelectorAll('.ew-explorer')]"
        ".filter((one) => one.querySelector(drawn)).length === count",
        arg=[DRAWN.removeprefix(".ew-explorer "), len(EVERY)],
    )
    for width, theme in itertools.product((1500, 760, 446), ("Light", "Dark")):
        page.set_viewport_size({"width": width, "height": 2900})
        change_theme(page, theme)
        page.wait_for_timeout(800)
        for place in range(len(EVERY)):
            explorer = page.locator(".ew-explorer").nth(place)
            explorer.scroll_into_view_if_needed()
            # Figures find their new width one after the other.
            page.wait_for_function(
                "el => el.scrollWidth - el.clientWidth <= 1", arg=explorer.element_handle()
            )
    assert complaints == []

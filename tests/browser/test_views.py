"""One explorer in two views, and an explorer found again in a saved notebook."""

import json

from .pages import DRAWN, drawn_line, heights, open_in_lab, slider, wait_for_change
from .test_lab import MIRAGE

EXACT = "Whole answers right"


def command(page, name: str) -> None:
    page.evaluate("name => window.jupyterapp.commands.execute(name)", name)


def test_a_second_view_follows_the_first(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("twice", "from emergence_widgets import *", MIRAGE))
    page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    command(page, "notebook:create-output-view")
    page.wait_for_function(
        "drawn => document.querySelectorAll('.ew-explorer').length === 2 &&"
        " [...document.querySelectorAll('.ew-explorer')].every((one) => one.querySelector(drawn))",
        arg=DRAWN.removeprefix(".ew-explorer "),
    )
    page.wait_for_timeout(500)
    before = drawn_line(page, EXACT)
    length = slider(page, "Answer length L")
    length.focus()
    length.press("ArrowRight", no_wait_after=True)
    wait_for_change(page, EXACT, before)
    numbers = page.evaluate(
        """() => [...document.querySelectorAll('.ew-explorer')].map((one) => {
          const values = [...one.querySelectorAll('.ew-readout-value')];
          return values.map((value) => value.textContent).join();
        })"""
    )
    assert numbers[0] == numbers[1]
    handles = page.locator(".ew-control", has_text="Answer length L").locator(".noUi-handle")
    assert {handles.nth(view).get_attribute("aria-valuenow") for view in (0, 1)} == {"11.0"}


def test_a_reopened_notebook_shows_the_saved_curves_and_moves_them(page, jupyter):
    name = jupyter.write("kept", MIRAGE)
    open_in_lab(page, jupyter, name)
    command(page, "@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    page.wait_for_timeout(1000)
    before = drawn_line(page, EXACT)
    length = slider(page, "Answer length L")
    length.focus()
    length.press("ArrowLeft", no_wait_after=True)
    moved = wait_for_change(page, EXACT, before)
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

"""A tour plays to its end without a kernel, in every application; linked explorers follow."""

import pytest

from .pages import drawn_line, open_in_lab, open_in_notebook, open_in_voila, slider

APPLICATIONS = {"lab": open_in_lab, "notebook": open_in_notebook, "voila": open_in_voila}
TOUR = """from emergence_widgets import MirageExplorer
e = MirageExplorer()
t = e.tour([
    {"caption": "One token.", "controls": {"length": 1}, "figure": "exact_match"},
    {"caption": "Ten tokens.", "controls": {"length": 10, "n_items": 100}},
    {"caption": "Thirty tokens.", "controls": {"length": 30}, "figure": "token_edit_distance"},
], seconds=1.5)
t"""
LINKED = """from emergence_widgets import MirageExplorer, link_explorers
import ipywidgets
a, b = MirageExplorer(), MirageExplorer(n_items=20)
link = link_explorers(a, b, on=["length"])
ipywidgets.VBox([a, b])"""
VALUE = "aria-valuenow"


@pytest.mark.parametrize("application", APPLICATIONS)
def test_a_tour_plays_to_its_end_without_a_kernel(page, jupyter, application):
    APPLICATIONS[application](page, jupyter, jupyter.write(f"tour-{application}", TOUR))
    page.wait_for_timeout(2500)
    length = slider(page, "Answer length L")
    assert length.get_attribute(VALUE) == "1.0", "the first step is applied at once"
    assert jupyter.kill_kernels() == 1
    exact = "Whole answers right"
    start = drawn_line(page, exact)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.ew-tour-count').textContent === '3 / 3'")
    page.wait_for_function(
        "() => document.querySelector('.ew-tour-bar').innerText.includes('Play')"
    )
    page.wait_for_timeout(1200)
    assert length.get_attribute(VALUE) == "30.0"
    assert "Thirty tokens." in page.locator(".ew-tour-caption").inner_text()
    assert drawn_line(page, exact) != start
    assert page.locator(".ew-panel.ew-spot .ew-title").inner_text() == "Tokens to fix"
    bar = page.locator(".ew-tour-bar")
    bar.focus()
    for _ in range(2):
        bar.press("ArrowLeft", no_wait_after=True)
        page.wait_for_timeout(1200)
    assert length.get_attribute(VALUE) == "1.0"
    assert drawn_line(page, exact) == start
    assert page.locator(".ew-error").inner_text() == ""


def test_lecture_mode_hides_the_controls_and_shows_one_figure(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("lecture", TOUR))
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Lecture").click()
    page.get_by_role("button", name="One figure").click()
    page.wait_for_timeout(800)
    assert not page.locator(".ew-controls").is_visible()
    shown = [panel for panel in page.locator(".ew-panel").all() if panel.is_visible()]
    assert [panel.locator(".ew-title").inner_text() for panel in shown] == ["Whole answers right"]
    page.get_by_role("button", name="Lecture").click()
    assert page.locator(".ew-controls").is_visible()


def test_linked_explorers_move_together_without_a_kernel(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("linked", LINKED))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    second = page.locator(".ew-explorer").nth(1)
    line = "el => el.querySelectorAll('.ew-figure-exact_match path.line')[1].getAttribute('d')"
    before = second.evaluate(line)
    length = slider(page, "Answer length L")
    length.focus()
    for _ in range(3):
        length.press("ArrowRight", no_wait_after=True)
    page.wait_for_function(
        """before => document.querySelectorAll('.ew-explorer')[1]
        .querySelectorAll('.ew-figure-exact_match path.line')[1].getAttribute('d') !== before""",
        arg=before,
    )
    handles = page.locator(".ew-control", has_text="Answer length L").locator(".noUi-handle")
    assert {handles.nth(i).get_attribute(VALUE) for i in (0, 1)} == {"13.0"}

"""JupyterLab, Notebook 7 and Voilà: all lives without a kernel, and no text from data runs."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from emergence_widgets import EmergenceAtlas, ForecastExplorer, ResultsExplorer

from .. import hostile
from ..hostile import HOSTILE, hostile_answers
from ..unit.explorers.bench import EXPLORERS
from .pages import (
    DRAWN,
    PICTURES,
    change_theme,
    drawn_line,
    heights,
    open_in_lab,
    open_in_notebook,
    open_in_voila,
    slider,
    wait_for_change,
)
from .test_hostile_text import FEW, MADE

WITH_DATA = {
    "EmergenceAtlas": "datasets.gpt3()",
    "ForecastExplorer": "datasets.pronunciation()",
    "ResultsExplorer": "datasets.pronunciation(), threshold=0.9",
}
EVERY = [
    f"from emergence_widgets import *\n{cls.__name__}({WITH_DATA.get(cls.__name__, '')})"
    for cls in EXPLORERS
]
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


FIRST_STEP = """document.querySelector('.ew-tour .ew-control [aria-valuenow="1.0"]') !== null"""
TOUR_LINE = """[...document.querySelectorAll('.ew-tour .ew-figure-exact_match path.line')][1]
  .getAttribute('d')"""


def tour_line(page) -> str:
    return page.evaluate(TOUR_LINE)


def assert_what_a_move_sends(page, *, alive: bool) -> None:
    """A control's value at once; when the controls rest, what the browser drew, of each mark once.

    A page is not told that its kernel died, so that marks are sent then too: nobody waits for an
    answer. Without one, no model is sent a second time.
    """
    names = json.loads(page.locator(".jp-OutputArea-output pre").first.inner_text())
    page.messages.sent.clear()
    handle = slider(page, "Answer length L")
    handle.focus()
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
    page.locator(".ew-reset").first.click()
    assert wait_for_change(page, EXACT, curves[-1]) == curves[0]


@pytest.mark.parametrize("host", HOSTS)
def test_curves_and_a_tour_follow_without_a_kernel(host, page, jupyter):
    HOSTS[host](page, jupyter, jupyter.write(f"hosted-{host}", MIRAGE, TOUR))
    length = slider(page, "Answer length L", ".ew-tour")
    page.wait_for_function(FIRST_STEP)
    assert length.get_attribute(VALUE) == "1.0", "the first step is applied at once"
    if host == "lab":
        page.wait_for_timeout(1000)
        assert_what_a_move_sends(page, alive=True)
        page.wait_for_timeout(1000)
    assert jupyter.kill_kernels() == 1
    if host == "lab":
        assert_what_a_move_sends(page, alive=False)

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
    page.wait_for_function(f"start => {TOUR_LINE} === start", arg=start)
    page.wait_for_function(FIRST_STEP)
    assert page.locator(".ew-error").all_inner_texts() == ["", ""]


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
    page.goto(f"{jupyter.url}/lab/workspaces/again/tree/{name}?token={jupyter.token}")
    page.wait_for_selector(DRAWN, state="attached")
    page.wait_for_function("() => document.querySelector('.ew-explorer .noUi-handle') !== null")
    page.wait_for_timeout(1000)
    shown = drawn_line(page, EXACT)
    assert heights(shown) == heights(moved)
    handle = slider(page, "Answer length L")
    handle.focus()
    handle.press("ArrowRight", no_wait_after=True)
    assert heights(wait_for_change(page, EXACT, shown)) == heights(before)


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


CANARY = "<img src='canary.png' onerror='alert(\"canary\")'>"
"""Not of our making: it runs and loads, so that what is found to be quiet could have been heard."""
CELLS = [
    Path(hostile.__file__).read_text(encoding="utf-8"),
    f"""from IPython.display import HTML, display
display(HTML({CANARY!r}))""",
    f"""from emergence_widgets import (
    EmergenceAtlas, ForecastExplorer, ResultsExplorer, audit_metrics, verdict, verdicts)
results = hostile_answers()
few = results.select(task={FEW!r}, family={FEW!r})
display(results, verdict(few, HOSTILE[22], "acc"), verdicts(few), audit_metrics(few).head())""",
    "ResultsExplorer(results, families=HOSTILE)",
    "EmergenceAtlas(results, verdicts=True)",
    f"""f = ForecastExplorer(few, draws=50)
f.tour([{{"caption": text, "controls": {{"task": {FEW!r}[i % 5], "family": {FEW!r}[i % 5]}}}}
        for i, text in enumerate(HOSTILE)])""",
]

MADE_BESIDES = "iframe, script, a, [onload], :is(img, [onerror]):not([src*='canary.png'])"
OUTPUT = ".jp-OutputArea-output"


class Watch:
    """What a page runs, and where it asks for anything."""

    def __init__(self, page) -> None:
        self.page = page
        self.alerts: list[str] = []
        self.addresses: list[str] = []
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self.addresses.append(request.url))

    def _dismiss(self, dialog) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()

    def assert_quiet(self) -> None:
        """Nothing ran and nothing was asked for, but by the canary."""
        # A payload that sits in the page has had time to run once the page is idle again.
        self.page.wait_for_timeout(500)
        assert set(self.alerts) == {"canary"}
        places = [urlsplit(address) for address in self.addresses]
        assert any(place.path.endswith("/canary.png") for place in places)
        assert not [place for place in places if place.hostname == "hostile.invalid"]
        assert not [place for place in places if place.path.endswith("/x")]

    def assert_no_elements(self) -> None:
        """No text became an element."""
        for inside, names in ((".ew-explorer", MADE), (".ew-tour", MADE), (OUTPUT, MADE_BESIDES)):
            found = self.page.locator(names).and_(self.page.locator(f"{inside} *"))
            assert found.evaluate_all("all => all.map((one) => one.outerHTML)") == []


def captioned(text: str) -> str:
    """A text as a caption has it: on one line, and marks for what no HTML can hold."""
    return " ".join(re.sub("[\x00-\x08\x0e-\x1f]", "\ufffd", text).split())


@pytest.mark.parametrize(
    ("host", "open_in"),
    [("lab", open_in_lab), pytest.param("voila", open_in_voila, marks=pytest.mark.long)],
)
def test_hostile_texts_in_a_host_are_shown_and_none_runs(page, jupyter, host, open_in):
    watch = Watch(page)
    # JupyterLab draws what is in sight.
    page.set_viewport_size({"width": 1500, "height": 8000})
    open_in(page, jupyter, jupyter.write(f"hostile-{host}", *CELLS))
    page.wait_for_function(
        "drawn => [...document.querySelectorAll('.ew-explorer')].filter("
        "(one) => one.querySelector(drawn)).length === 3",
        arg=DRAWN.removeprefix(".ew-explorer "),
    )
    watch.assert_quiet()
    watch.assert_no_elements()
    tables = page.locator(f"{OUTPUT}:has(table)").filter(has_not=page.locator(".ew-explorer"))
    told = "\n".join(tables.all_text_contents())
    for text in [*HOSTILE[:8], HOSTILE[22]]:
        assert text in told
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"hostile-{host}.png")
    assert page.locator(".ew-error").all_inner_texts() == ["", "", ""]
    assert "Error displaying widget" not in page.locator("body").inner_text()


def test_the_picture_in_a_trusted_notebook_is_harmless_without_a_kernel(page, jupyter):
    results = hostile_answers()
    few = results.select(task=FEW, family=FEW)
    explorers = [
        ResultsExplorer(results, families=HOSTILE, task=HOSTILE[22], verdicts=False),
        EmergenceAtlas(results),
        ForecastExplorer(few, draws=50, task=FEW[1], family=FEW[1]),
    ]
    pictures = [explorer._repr_mimebundle_()["text/html"] for explorer in explorers]
    for explorer in explorers:
        explorer.close()
    notebook = nbformat.v4.new_notebook()
    for html in (*pictures, CANARY):
        output = nbformat.v4.new_output("display_data", {"text/html": html})
        notebook.cells.append(nbformat.v4.new_code_cell("", outputs=[output], execution_count=1))
    nbformat.write(notebook, jupyter.folder / "trusted.ipynb")
    NotebookNotary(data_dir=str(jupyter.folder / "data")).sign(notebook)
    watch = Watch(page)
    page.set_viewport_size({"width": 1500, "height": 5000})
    page.goto(f"{jupyter.url}/lab/workspaces/trusted/tree/trusted.ipynb?token={jupyter.token}")
    page.wait_for_function("() => document.querySelectorAll('figure > svg').length === 3")
    told = captioned("\n".join(page.locator("figure").all_text_contents()))
    for text in HOSTILE:
        assert captioned(text) in told
    watch.assert_quiet()
    watch.assert_no_elements()

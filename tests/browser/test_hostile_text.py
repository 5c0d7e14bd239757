"""Hostile names, questions and answers, on a page and in hosts: shown as text, and none runs."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from emergence_widgets import EmergenceAtlas, ForecastExplorer, ResultsExplorer

from .. import hostile
from ..hostile import HOSTILE, hostile_answers
from .pages import DRAWN, open_in_lab, open_in_voila
from .test_page import PICTURES

FEW = HOSTILE[19:24]
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

# What a text would have made of itself, had it been taken for HTML.
MADE = "img, iframe, script, object, embed, style, link, meta, b, a, [onload], [onerror]"
MADE_BESIDES = "iframe, script, a, [onload], :is(img, [onerror]):not([src*='canary.png'])"
OUTPUT = ".jp-OutputArea-output"

SHOWN = """([place, text, selectors]) => {
  const explorer = document.querySelectorAll('.ew-explorer')[place];
  return selectors.every((selector) => [...explorer.querySelectorAll(selector)].some(
    (one) => one.textContent.replaceAll('\\u00a0', ' ').includes(text)));
}"""


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


def words(locator) -> list[str]:
    """Texts of all elements found; ipywidgets writes spaces in options as no-break spaces."""
    return [text.replace("\xa0", " ") for text in locator.all_text_contents()]


def captioned(text: str) -> str:
    """A text as a caption has it: on one line, and marks for what no HTML can hold."""
    return " ".join(re.sub("[\x00-\x08\x0e-\x1f]", "\ufffd", text).split())


def control(explorer, label: str):
    return explorer.locator(".ew-control", has_text=label)


def use_results(page, place: int) -> None:
    explorer = page.locator(".ew-explorer").nth(place)
    shown = [".ew-verdicts .ew-invitation", ".ew-readout-label", ".ew-table th"]
    shown += [".ew-table td:nth-child(1)", ".ew-table td:nth-child(2)"]
    assert words(explorer.locator(".ew-family")) == HOSTILE
    task = control(explorer, "Task").locator("select")
    assert words(task.locator("option")) == HOSTILE
    metric = explorer.locator(".ew-metric select").last
    metrics = words(metric.locator("option"))
    explorer.locator(".ew-verdict summary").first.click()
    explorer.locator(".ew-table summary").click()
    for number, text in enumerate(HOSTILE):
        task.select_option(index=number)
        metric.select_option(index=metrics.index(text))
        page.wait_for_function(SHOWN, arg=[place, text, shown])
    point = explorer.locator(".ew-panel").nth(1).locator(".dot.element").last
    point.hover(force=True)
    point.click(force=True)
    page.wait_for_selector(".ew-answers tbody tr")
    assert HOSTILE[-1] in explorer.locator(".ew-answers-heading").inner_text()
    for column in (2, 3):
        assert words(explorer.locator(f".ew-answers td:nth-child({column})")) == HOSTILE
    assert HOSTILE[-1] in words(explorer.locator(".ew-answers td:nth-child(4)"))


def use_atlas(page, place: int) -> None:
    explorer = page.locator(".ew-explorer").nth(place)
    names = explorer.locator(".ew-heat tbody th")
    order = words(names)
    assert sorted(order) == sorted(HOSTILE)
    assert names.evaluate_all("all => all.map((one) => one.title)") == order
    assert names.evaluate_all("all => all.some((one) => one.scrollWidth > one.clientWidth)")
    assert set(HOSTILE) < set(words(explorer.locator(".ew-heat-names button")))
    families = control(explorer, "B of").locator("option")
    assert set(HOSTILE) < set(words(families))
    explorer.locator(".ew-table summary").click()
    for number, text in enumerate(order):
        cell = explorer.locator(".ew-heat tbody tr").nth(number).locator("td").first
        cell.click()
        page.wait_for_function(SHOWN, arg=[place, text, [".ew-row-title"]])
        family = HOSTILE[0] if text == HOSTILE[-1] else text
        page.wait_for_function(SHOWN, arg=[place, family, [".ew-readout-label"]])
        assert text in (cell.get_attribute("title") or "")
    search = control(explorer, "Search").locator("input")
    for text in (HOSTILE[2], HOSTILE[10], HOSTILE[20], HOSTILE[22]):
        search.fill(text)
        page.wait_for_function(
            "count => document.querySelectorAll('.ew-heat tbody tr').length === count",
            arg=sum(all(part in one for part in text.split(" ")) for one in HOSTILE),
        )
        page.wait_for_function(SHOWN, arg=[place, text, [".ew-heat tbody th"]])
    search.fill("")
    control(explorer, "Colour by").locator("select").select_option(index=1)
    page.wait_for_selector(".ew-heat td[data-level='candidate-real-transition']")
    explorer.locator(".ew-heat-names button").nth(4).click()
    page.wait_for_selector(".ew-heat-names [aria-sort='descending']")


def use_forecast_and_tour(page, place: int) -> None:
    explorer = page.locator(".ew-explorer").nth(place)
    for label in ("Task", "Family"):
        assert words(control(explorer, label).locator("option")) == FEW
    explorer.locator(".ew-table summary").click()
    caption = page.locator(".ew-tour-caption")
    for number, text in enumerate(HOSTILE):
        if number:
            page.get_by_role("button", name="Next ›").click()
        assert caption.text_content() == text
        model = FEW[number % len(FEW)]
        page.wait_for_function(SHOWN, arg=[place, model, [".ew-table td:first-child"]])
    explorer.locator(".ew-panel .dot.element").first.hover(force=True)


def test_hostile_texts_on_a_page_are_shown_and_none_runs(show):
    results = hostile_answers()
    forecast = ForecastExplorer(results.select(task=FEW, family=FEW), draws=50)
    steps = [
        {"caption": text, "controls": {"task": FEW[at % 5], "family": FEW[at % 5]}}
        for at, text in enumerate(HOSTILE)
    ]
    page = show(
        ResultsExplorer(results, families=HOSTILE),
        EmergenceAtlas(results, verdicts=True),
        forecast.tour(steps),
    )
    page.set_viewport_size({"width": 1500, "height": 8000})
    page.on("dialog", lambda dialog: page.said.append(dialog.message) or dialog.dismiss())
    use_results(page, 0)
    use_atlas(page, 1)
    use_forecast_and_tour(page, 2)
    page.wait_for_timeout(500)
    for inside in (".ew-explorer", ".ew-tour"):
        found = page.locator(MADE).and_(page.locator(f"{inside} *"))
        assert found.evaluate_all("all => all.map((one) => one.outerHTML)") == []
    assert page.locator(".ew-error").all_inner_texts() == ["", "", ""]
    assert page.said == []


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

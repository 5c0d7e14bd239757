"""An exported page, opened from disk with the network off, no kernel and an empty console."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emergence_widgets import (
    EmergenceAtlas,
    ForecastExplorer,
    GrokkingExplorer,
    HighJumpExplorer,
    MirageExplorer,
    MultiStepExplorer,
    ReconstructionExplorer,
    ResolutionExplorer,
    ResultsExplorer,
    datasets,
    link_explorers,
    save_page,
)

from ..parity.settings import random_settings
from .conftest import PATIENCE

STATES = 20
AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"


@pytest.fixture
def offline(chromium):
    """Open a file in a context without a network; its console and refusals are kept."""
    contexts = []

    def open_file(path, scheme="light", width=1400, fragment=""):
        context = chromium.new_context(
            offline=True, color_scheme=scheme, viewport={"width": width, "height": 1000}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.said.append(request.url))
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        page.wait_for_selector(".bqplot path.line[d^='M']", state="attached")
        page.said = [said for said in page.said if not said.startswith(("file:", "blob:", "data:"))]
        return page

    yield open_file
    for context in contexts:
        context.close()


EXPLORERS = {
    "mirage": MirageExplorer,
    "high_jump": HighJumpExplorer,
    "multi_step": MultiStepExplorer,
    "resolution": ResolutionExplorer,
    "results": lambda: ResultsExplorer(datasets.gpt3(), verdicts=False),
    "reconstruction": lambda: ReconstructionExplorer(datasets.autoencoder()),
    "forecast": lambda: ForecastExplorer(datasets.pronunciation()),
    "atlas": lambda: EmergenceAtlas(datasets.gpt3()),
    "grokking": lambda: GrokkingExplorer(datasets.grokking()),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_draws_without_network_kernel_or_a_word_in_the_console(
    name, offline, tmp_path
):
    explorer = EXPLORERS[name]()
    path = explorer.save_html(tmp_path / f"{name}.html")
    explorer.close()
    page = offline(path)
    assert page.locator(".ew-explorer").count() == 1
    assert page.locator(".ew-error").inner_text() == ""
    assert page.said == []


def set_slider(page, label: str, value: float) -> None:
    """As a person would: focus the handle, then the keys that this slider knows."""
    handle = page.locator(f".ew-control:has-text('{label}') .noUi-handle").first
    handle.focus()
    handle.press("Home" if value < 0 else "End")


def test_sliders_repaint_every_curve(offline, tmp_path):
    explorer = MirageExplorer()
    path = explorer.save_html(tmp_path / "mirage.html")
    explorer.close()
    page = offline(path)
    read = """() => [...document.querySelectorAll('.ew-figure-exact_match path')]
      .map(path => path.getAttribute('d')).join()"""
    before = page.evaluate(read)
    set_slider(page, "Answer length", +1)
    page.wait_for_function(f"before => ({read})() !== before", arg=before)
    assert page.said == []


def test_numbers_on_the_page_are_those_of_curves(offline, tmp_path):
    explorer = MirageExplorer()
    path = explorer.save_html(tmp_path / "mirage.html")
    page = offline(path)
    for state in random_settings(MirageExplorer, STATES):
        explorer.set_state(**state)
        controls = explorer._program_controls()
        sources = {
            name: (widget.model_id, trait, controls[name])
            for name, (widget, trait) in explorer._sources().items()
        }
        marks = {
            output: [(widget.model_id, trait) for widget, trait in places]
            for output, places in explorer._targets.items()
        }
        # A slider moves a value that is off its grid to the nearest place on it.
        moved = page.evaluate(
            """async sources => {
              const moved = {};
              for (const [id, trait, value] of Object.values(sources))
                (await window.ewManager.get_model(id)).set(trait, value);
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              for (const [name, [id, trait]] of Object.entries(sources))
                moved[name] = (await window.ewManager.get_model(id)).get(trait);
              return moved;
            }""",
            sources,
        )
        shown = page.evaluate(
            """async marks => {
              const read = {};
              for (const [output, places] of Object.entries(marks)) {
                const [id, trait] = places[0];
                const value = (await window.ewManager.get_model(id)).get(trait);
                read[output] = ArrayBuffer.isView(value) ? Array.from(value) : null;
              }
              return JSON.stringify(read, (_, x) => Number.isNaN(x) ? 'nan' : x);
            }""",
            marks,
        )
        for name, value in moved.items():
            explorer.controls[name].value = value
        outputs = explorer._outputs()
        compared = 0
        for output, values in json.loads(shown).items():
            mine = outputs[output]
            if values is None or not isinstance(mine, np.ndarray):
                continue
            theirs = np.array([np.nan if value == "nan" else value for value in values], float)
            np.testing.assert_allclose(theirs, mine, rtol=1e-12, err_msg=output)
            compared += 1
        assert compared > 10
    explorer.close()


def test_a_page_with_texts_tours_and_linked_explorers(offline, tmp_path):
    a, b = MirageExplorer(), MultiStepExplorer()
    link_explorers(a, b, on="scale")
    tour = a.tour()
    path = save_page(
        ["# Two views", "One text <b>between</b> & after </script> <!-- 'quotes' 😀 שלום", tour, b],
        tmp_path / "two.html",
    )
    for one in (tour, a, b):
        one.close()
    page = offline(path)
    assert page.locator(".ew-explorer").count() == 2
    assert page.title() == "Two views"
    assert "<b>between</b> & after </script>" in page.locator("main > p").last.inner_text()
    assert page.locator("main b").count() == 0
    assert page.locator(".ew-tour").count() == 1
    assert page.said == []


@pytest.mark.parametrize(
    ("scheme", "fragment", "dark"),
    [("dark", "", True), ("light", "", False), ("light", "#dark", True), ("dark", "#light", False)],
)
def test_the_theme_is_the_readers_or_what_the_address_asks(
    scheme, fragment, dark, offline, tmp_path
):
    explorer = HighJumpExplorer()
    path = explorer.save_html(tmp_path / "jump.html")
    explorer.close()
    page = offline(path, scheme=scheme, fragment=fragment)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour[4:-1].split(",")[:3]) / 3
    assert (brightness < 100) == dark


def test_a_page_tells_the_frame_around_it_how_high_it_is(chromium, tmp_path):
    explorer = HighJumpExplorer()
    explorer.save_html(tmp_path / "inner.html")
    explorer.close()
    (tmp_path / "outer.html").write_text(
        "<script>addEventListener('message', m => { document.title = "
        "m.data.type + ' ' + m.data.height })</script>"
        '<iframe src="inner.html" width="900" height="100"></iframe>',
        encoding="utf-8",
    )
    page = chromium.new_page()
    page.goto((tmp_path / "outer.html").as_uri())
    page.wait_for_function("parseInt(document.title.split(' ')[1]) > 400")
    assert page.title().startswith("emergence_widgets:height ")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(scheme, offline, tmp_path):
    explorers = [make() for make in EXPLORERS.values()]
    explorers.append(ResultsExplorer(datasets.addition()))
    tour = explorers[0].tour()
    path = save_page(["# All explorers", tour, *explorers[1:]], tmp_path / "all.html")
    for one in (tour, *explorers):
        one.close()
    page = offline(path, scheme=scheme)
    page.locator("details.ew-verdict summary").first.click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    serious = [
        (fault["id"], fault["help"], [node["html"][:200] for node in fault["nodes"][:3]])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_evaluated_text_and_inline_scripts_are_refused(offline, tmp_path):
    explorer = HighJumpExplorer()
    path = explorer.save_html(tmp_path / "jump.html")
    explorer.close()
    page = offline(path)
    page.said.clear()
    refused = page.evaluate(
        """() => new Promise(told => {
          const script = document.createElement('script');
          script.textContent = 'window.executed = true';
          document.body.append(script);
          // Later, because what the debugger itself runs may evaluate.
          setTimeout(() => {
            let evaluated = true;
            try { (0, eval)('1'); } catch { evaluated = false; }
            told([window.executed === undefined, !evaluated]);
          });
        })"""
    )
    assert refused == [True, True]
    assert any("Content Security Policy" in said for said in page.said)

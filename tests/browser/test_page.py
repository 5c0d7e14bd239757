"""An exported page, opened from disk with the network off, no kernel and an empty console."""

from __future__ import annotations

import itertools
from pathlib import Path

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

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
PICTURES = Path(__file__).parent / "pictures"
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
def test_every_explorer_draws_at_any_width_without_network_kernel_or_a_word_in_the_console(
    name, offline, tmp_path
):
    explorer = EXPLORERS[name]()
    path = explorer.save_html(tmp_path / f"{name}.html")
    explorer.close()
    page = offline(path)
    assert page.locator(".ew-explorer").count() == 1
    assert page.locator(".ew-error").inner_text() == ""
    PICTURES.mkdir(exist_ok=True)
    for width, scheme in itertools.product((1400, 760, 400), ("light", "dark")):
        # bqplot measures the figures that are in sight.
        page.set_viewport_size({"width": width, "height": 3000})
        page.emulate_media(color_scheme=scheme)
        # Figures find their new width one after the other.
        page.wait_for_function(
            "() => { const one = document.querySelector('.ew-explorer');"
            " return one.scrollWidth - one.clientWidth <= 1; }"
        )
        page.screenshot(path=PICTURES / f"{name}-{scheme}-{width}.png")
    assert page.said == []


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

"""An exported page, opened from disk with the network off, no kernel and an empty console."""

from __future__ import annotations

from pathlib import Path

from emergence_widgets import (
    ForecastExplorer,
    HighJumpExplorer,
    MirageExplorer,
    MultiStepExplorer,
    ResultsExplorer,
    datasets,
    link_explorers,
    save_page,
)

from ..unit.export.cases import EVERY

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
BRIGHTNESS = """getComputedStyle(document.body).backgroundColor
  .match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part) / 3, 0)"""
EXPLORERS = EVERY | {
    "forecast": lambda: ForecastExplorer(datasets.pronunciation()),
    "results": lambda: ResultsExplorer(datasets.gpt3(), verdicts=False),
    "results with answers": lambda: ResultsExplorer(datasets.addition()),
}


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


def test_the_theme_is_the_readers_or_what_the_address_asks(offline, tmp_path):
    explorer = HighJumpExplorer()
    path = explorer.save_html(tmp_path / "jump.html")
    explorer.close()

    page = offline(path, scheme="dark")
    assert page.evaluate(BRIGHTNESS) < 100
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"() => {BRIGHTNESS} > 155")
    assert offline(path, scheme="light", fragment="#dark").evaluate(BRIGHTNESS) < 100
    assert offline(path, scheme="dark", fragment="#light").evaluate(BRIGHTNESS) > 155


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


def test_axe_finds_no_serious_fault_and_nothing_is_too_wide(offline, tmp_path):
    explorers = {name: make() for name, make in EXPLORERS.items()}
    toured = explorers.pop("mirage")
    tour = toured.tour()
    path = save_page(["# All explorers", tour, *explorers.values()], tmp_path / "all.html")
    for one in (tour, toured, *explorers.values()):
        one.close()
    page = offline(path)
    page.locator("details.ew-verdict summary").first.click()
    page.locator("details.ew-meanings summary").first.click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    serious = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"() => {BRIGHTNESS} {'>' if scheme == 'light' else '<'} 128")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        serious += [
            (scheme, fault["id"], fault["help"], [node["html"][:200] for node in fault["nodes"]])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
    assert serious == []
    page.set_viewport_size({"width": 400, "height": 3000})
    for explorer in page.locator(".ew-explorer").all():
        # Figures that come into sight find their new width one after the other.
        explorer.scroll_into_view_if_needed()
        page.wait_for_function(
            "one => one.scrollWidth - one.clientWidth <= 1", arg=explorer.element_handle()
        )
    assert page.locator(".ew-error").all_inner_texts() == [""] * len(EXPLORERS)


def test_a_key_and_a_tap_open_what_the_words_mean(offline, chromium, tmp_path):
    explorer = MirageExplorer()
    path = explorer.save_html(tmp_path / "mirage.html")
    terms = [one["term"] for one in explorer.readouts.meanings]
    explorer.close()
    assert set(terms) > {"T, late rise", "Steady gains", "A little late, late"}
    assert terms[-1] == "B, breakthroughness"
    page = offline(path)
    summary = page.locator("details.ew-meanings summary")
    told = page.locator("details.ew-meanings dd").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    assert not told.is_visible()
    page.keyboard.press("Enter")
    assert told.is_visible()
    assert page.locator("details.ew-meanings dt").all_inner_texts() == terms
    context = chromium.new_context(has_touch=True, viewport={"width": 320, "height": 640})
    phone = context.new_page()
    phone.goto(path.as_uri())
    phone.locator("details.ew-meanings summary").tap()
    phone.locator("details.ew-meanings dd").first.wait_for(state="visible")
    wide = "one => one.getBoundingClientRect().right"
    assert all(
        phone.evaluate(wide, one.element_handle()) <= 320 for one in phone.locator("dd").all()
    )
    context.close()


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

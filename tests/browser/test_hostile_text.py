"""Hostile names, questions and answers, on a page and in hosts: shown as text, and none runs."""

from __future__ import annotations

from emergence_widgets import EmergenceAtlas, ForecastExplorer, ResultsExplorer

from ..hostile import HOSTILE, hostile_answers

FEW = HOSTILE[19:24]
# What a text would have made of itself, had it been taken for HTML.
MADE = "img, iframe, script, object, embed, style, link, meta, b, a, [onload], [onerror]"
SHOWN = """([place, text, selectors]) => {
  const explorer = document.querySelectorAll('.ew-explorer')[place];
  return selectors.every((selector) => [...explorer.querySelectorAll(selector)].some(
    (one) => one.textContent.replaceAll('\\u00a0', ' ').includes(text)));
}"""


def words(locator) -> list[str]:
    """Texts of all elements found; ipywidgets writes spaces in options as no-break spaces."""
    return [text.replace("\xa0", " ") for text in locator.all_text_contents()]


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
    families = control(explorer, "T of").locator("option")
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

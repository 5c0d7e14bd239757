"""`EmergenceAtlas` on an exported page."""

import pandas as pd
import pytest

from emergence_widgets import EmergenceAtlas, datasets

from .pages import drawn_line, wait_for_change

ROWS = ".ew-heat tbody tr"
CHOSEN = '.ew-heat td[aria-selected="true"]'
ANSWERS = "Answers right"


@pytest.fixture
def atlas(show):
    def open_atlas(results, **settings):
        page = show(EmergenceAtlas(results, **settings))
        page.wait_for_selector(CHOSEN)
        return page

    return open_atlas


def tasks(page) -> list[str]:
    return page.locator(f"{ROWS} th").all_inner_texts()


def wait_for_rows(page, count: int) -> None:
    page.wait_for_function(
        f"count => document.querySelectorAll('{ROWS}').length === count", arg=count
    )


def control(page, label: str, kind: str):
    return page.locator(".ew-control", has_text=label).locator(kind)


def test_a_click_and_the_arrow_keys_choose_a_cell(atlas):
    page = atlas(datasets.gpt3())
    heading = page.locator(".ew-atlas-side .ew-row-title")
    before = drawn_line(page, ANSWERS)
    row = page.locator(ROWS, has_text="4D+, 50-shot")
    row.locator("td").first.click()
    line = wait_for_change(page, ANSWERS, before)
    assert heading.inner_text() == "4D+, 50-shot"
    assert "4D+, 50-shot" in page.locator(CHOSEN).get_attribute("aria-label")
    order = tasks(page)
    below = order[order.index("4D+, 50-shot") + 1]
    page.keyboard.press("ArrowDown")
    wait_for_change(page, ANSWERS, line)
    assert heading.inner_text() == below
    assert page.evaluate("() => document.activeElement.matches('[aria-selected=true]')")
    page.keyboard.press("End")
    page.wait_for_function(
        "last => document.querySelector('.ew-atlas-side .ew-row-title').textContent === last",
        arg=order[-1],
    )
    box = page.locator(".ew-heat-box").bounding_box()
    cell = page.locator(CHOSEN).bounding_box()
    assert cell["y"] + cell["height"] <= box["y"] + box["height"] + 1
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('.ew-readout-label').textContent.startsWith('Perplexity')"
    )
    assert page.said == []


def test_search_sort_and_filters(atlas):
    page = atlas(datasets.gpt3())
    wait_for_rows(page, 63)
    share = page.locator(".ew-heat-share").first
    assert share.inner_text() == "58%"
    search = control(page, "Search", "input")
    search.fill("lambada")
    wait_for_rows(page, 3)
    assert share.inner_text() == "0%"
    search.fill("")
    wait_for_rows(page, 63)
    page.get_by_label("Only tasks that rise late").check()
    page.wait_for_function(f"() => document.querySelectorAll('{ROWS}').length < 63")
    assert share.inner_text() == "58%"
    page.locator(".ew-family", has_text="right or wrong").click()
    wait_for_rows(page, 2)
    assert all(task.startswith("MultiRC") for task in tasks(page))
    page.click(".ew-reset")
    wait_for_rows(page, 63)
    page.locator(".ew-heat-names button", has_text="Perplexity").click()
    page.wait_for_function(
        f"() => document.querySelector('{ROWS} th').textContent.startsWith('LAMBADA')"
    )
    chosen = control(page, "Sort", "select").evaluate("el => el.selectedOptions[0].text")
    assert chosen.replace("\xa0", " ") == "by Perplexity (ppl)"
    assert page.said == []


def test_colours_by_verdict(atlas):
    verdicts = pd.DataFrame(
        {
            "task": ["4D+, 50-shot", "3D+, 50-shot"],
            "metric": "acc",
            "outcome": ["candidate real transition", "smooth suffices"],
        }
    )
    page = atlas(datasets.gpt3(), verdicts=verdicts)
    control(page, "Colour by", "select").select_option(label="verdict")
    page.wait_for_selector('.ew-heat tbody td[data-level="candidate-real-transition"]')
    cells = page.locator('.ew-heat tbody td:not([data-level="none"])')
    said = [cell for cell in cells.all_inner_texts() if cell]
    assert sorted(said) == ["candidate", "smooth"]
    assert "undetermined" in page.locator(".ew-heat-legend").inner_text()

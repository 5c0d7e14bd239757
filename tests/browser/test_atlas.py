"""`EmergenceAtlas` without a kernel."""

from .pages import drawn_line, open_in_lab, wait_for_change

ATLAS = """from emergence_widgets import EmergenceAtlas, datasets
a = EmergenceAtlas(datasets.gpt3())
a"""
JUDGED = """import pandas as pd
from emergence_widgets import EmergenceAtlas, datasets
verdicts = pd.DataFrame({"task": ["4D+, 50-shot", "3D+, 50-shot"], "metric": "acc",
                         "outcome": ["candidate real transition", "smooth suffices"]})
a = EmergenceAtlas(datasets.gpt3(), verdicts=verdicts)
a"""
EVIL = "<img src=x onerror='window.hacked=1'><b>bold</b>"
HOSTILE = f'''
import numpy as np, pandas as pd
from emergence_widgets import EmergenceAtlas, EvalResults
evil = "{EVIL}" + "long" * 40
rows = [dict(family=evil, model=str(i), params=10.0**i, task=evil, metric=evil, value=i**3.0)
        for i in range(5, 10)]
a = EmergenceAtlas(EvalResults(pd.DataFrame(rows)))
a'''

ROWS = ".ew-heat tbody tr"
CHOSEN = '.ew-heat td[aria-selected="true"]'
ANSWERS = "Answers right"


def open_without_kernel(page, jupyter, name, code) -> None:
    open_in_lab(page, jupyter, jupyter.write(name, code))
    page.wait_for_selector(CHOSEN)
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1


def tasks(page) -> list[str]:
    return page.locator(f"{ROWS} th").all_inner_texts()


def wait_for_rows(page, count: int) -> None:
    page.wait_for_function(
        f"count => document.querySelectorAll('{ROWS}').length === count", arg=count
    )


def control(page, label: str, kind: str):
    return page.locator(".ew-control", has_text=label).locator(kind)


def test_a_click_and_the_arrow_keys_choose_a_cell(page, jupyter):
    open_without_kernel(page, jupyter, "atlas", ATLAS)
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
    assert page.locator(".ew-error").inner_text() == ""


def test_search_sort_and_filters(page, jupyter):
    open_without_kernel(page, jupyter, "find", ATLAS)
    wait_for_rows(page, 63)
    share = page.locator(".ew-heat-share").first
    assert share.inner_text() == "53%"
    search = control(page, "Search", "input")
    search.fill("lambada")
    wait_for_rows(page, 3)
    assert share.inner_text() == "0%"
    search.fill("")
    wait_for_rows(page, 63)
    page.get_by_label("Only tasks with a jump").check()
    page.wait_for_function(f"() => document.querySelectorAll('{ROWS}').length < 63")
    assert share.inner_text() == "53%"
    page.locator(".ew-family", has_text="right or wrong").click()
    wait_for_rows(page, 3)
    assert all(task.startswith("LAMBADA") for task in tasks(page))
    page.click(".ew-reset")
    wait_for_rows(page, 63)
    page.locator(".ew-heat-names button", has_text="Perplexity").click()
    page.wait_for_function(
        f"() => document.querySelector('{ROWS} th').textContent.startsWith('LAMBADA')"
    )
    chosen = control(page, "Sort", "select").evaluate("el => el.selectedOptions[0].text")
    assert chosen.replace("\xa0", " ") == "by Perplexity (ppl)"
    assert page.locator(".ew-error").inner_text() == ""


def test_colours_by_verdict(page, jupyter):
    open_without_kernel(page, jupyter, "judged", JUDGED)
    control(page, "Colour by", "select").select_option(label="verdict")
    page.wait_for_selector('.ew-heat tbody td[data-level="candidate-real-transition"]')
    cells = page.locator('.ew-heat tbody td:not([data-level="none"])')
    said = [cell for cell in cells.all_inner_texts() if cell]
    assert sorted(said) == ["candidate", "smooth"]
    assert "undetermined" in page.locator(".ew-heat-legend").inner_text()


def test_text_from_data_stays_text(page, jupyter):
    open_without_kernel(page, jupyter, "evil", HOSTILE)
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".ew-explorer img, .ew-explorer b").count() == 0
    head = page.locator(f"{ROWS} th").first
    assert head.inner_text().startswith(EVIL)
    assert head.get_attribute("title").startswith(EVIL)
    assert head.evaluate("el => el.scrollWidth > el.clientWidth")

"""A report that the command wrote, opened from disk with the network off."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pandas as pd
import pytest

from ..hostile import HOSTILE
from ..unit.reports.harness_folder import write_harness_folder
from .pages import drawn_line, wait_for_change

CELLS = ".ew-heat tbody td"
HEADING = ".ew-atlas-side .ew-row-title"


def report(path, folder, *words) -> dict:
    """Write `report.html` in a folder; what the command says of it."""
    command = [sys.executable, "-m", "emergence_widgets", "report", path, "--json", "-o"]
    done = subprocess.run(
        [*command, folder / "report.html", *words], check=True, timeout=300, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """Folder of a report, and how often each verdict is in it."""
    folder = tmp_path_factory.mktemp("report")
    write_harness_folder(folder / "harness", tasks=12)
    told = report(folder / "harness", folder, "--title", "Made numbers")
    return folder, Counter(one["outcome"] for one in told["verdicts"])


@pytest.fixture(scope="module")
def made(open_offline, harness):
    """The report, which the tests open once."""
    folder, outcomes = harness
    page = open_offline(folder / "report.html")
    page.outcomes = outcomes
    yield page
    page.context.close()


def test_a_report_opens_with_its_atlas_and_an_empty_console(made):
    assert made.title() == "Made numbers"
    assert made.locator(".ew-heat tbody tr").count() == 12
    assert made.locator(".ew-explorer").count() == 2
    assert made.locator(".ew-error").all_inner_texts() == ["", ""]
    headings = made.locator("h2").all_inner_texts()
    assert headings[0] == "What was read"
    assert {"Verdicts", "The atlas", "The latest rises", "The steadiest rises"} < set(headings)
    sizes = (
        made.locator(".ew-page-table").nth(1).locator("tbody tr td:nth-child(3)").all_inner_texts()
    )
    assert sizes == ["14M", "70M", "160M", "410M", "1B", "2.8B", "6.9B", "12B"]
    assert made.said == []


def test_a_click_on_a_cell_opens_its_curves(made):
    title = made.locator(".ew-atlas-side .ew-panel:not(.ew-absent) .ew-title").first.inner_text()
    before = drawn_line(made, title)
    now = made.locator(HEADING).inner_text()
    rows = made.locator(".ew-heat tbody tr")
    names = rows.locator("th").all_text_contents()
    # Tasks of one kind share their figures, so that the line is drawn anew.
    kind = int(now.split("_")[1]) % 4 == 0
    other = next(
        name for name in names if name != now and (int(name.split("_")[1]) % 4 == 0) == kind
    )
    rows.nth(names.index(other)).locator("td:not([data-level='none'])").first.click()
    wait_for_change(made, title, before)
    assert made.locator(HEADING).inner_text() == other
    assert made.said == []


def test_cells_are_coloured_by_the_verdicts_that_the_command_told(made):
    colour = made.locator(".ew-control", has_text="Colour by").locator("select")
    colour.select_option(label="verdict")
    for outcome, count in made.outcomes.items():
        cells = f"{CELLS}[data-level='{outcome.replace(' ', '-')}']"
        made.wait_for_selector(cells, state="attached")
        assert made.locator(cells).count() == count
    assert sum(made.outcomes.values()) == 12
    assert made.said == []


def test_tables_are_inside_the_page_on_a_small_screen_and_in_the_dark(offline, harness):
    page = offline(harness[0] / "report.html", scheme="dark", width=420)
    over = page.locator(".ew-page-table").evaluate_all(
        "tables => tables.map(one => one.getBoundingClientRect().right - innerWidth)"
    )
    assert len(over) > 4
    assert max(over) <= 0
    inks = page.locator(".ew-page-table td").first.evaluate("cell => getComputedStyle(cell).color")
    assert sum(int(part) for part in inks[4:-1].split(",")[:3]) > 3 * 150


def test_hostile_names_are_text_and_execute_nothing(offline, tmp_path):
    evil = [
        text.replace("alert(1)", "window.hacked=1").replace("\x00", "")
        for text in [*HOSTILE, "<img src=x onerror='window.hacked=1'>"]
    ]
    rows = [
        {"model": f"{text} {size}", "params": 10.0**size, "task": text, "metric": metric,
         "value": (size - 5) ** 3 / 64, "n_items": 50, "family": text}
        for text in evil
        for metric in ("acc", evil[0])
        for size in range(5, 10)
    ]  # fmt: skip
    pd.DataFrame(rows).to_parquet(tmp_path / "evil.parquet")
    report(tmp_path / "evil.parquet", tmp_path, "--title", evil[0])
    page = offline(tmp_path / "report.html")
    assert page.title() == evil[0]
    assert page.locator("h1").inner_text() == evil[0]
    page.locator(CELLS).first.click()
    page.wait_for_timeout(1000)
    assert page.evaluate("() => window.hacked") is None
    assert page.locator("main img, main iframe, main a[href^='javascript']").count() == 0
    told = page.locator(".ew-page-table").first.inner_text()
    assert "<img src=x" in told
    assert page.said == []

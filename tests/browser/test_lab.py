"""The explorers in JupyterLab, with a kernel and without."""

import itertools
from pathlib import Path

from .pages import DRAWN, change_theme, drawn_line, open_in_lab, slider, wait_for_change

PICTURES = Path(__file__).parent / "pictures"
MIRAGE = "from emergence_widgets import MirageExplorer\ne = MirageExplorer()\ne"
RESULTS = """from emergence_widgets import ResultsExplorer, datasets
r = ResultsExplorer(datasets.pronunciation(), threshold=0.9)
r"""
VISION = "from emergence_widgets import ReconstructionExplorer\nReconstructionExplorer()"
GROKKING = "from emergence_widgets import GrokkingExplorer\nGrokkingExplorer()"
RESOLUTION = "from emergence_widgets import ResolutionExplorer\nResolutionExplorer()"
HIGH_JUMP = "from emergence_widgets import HighJumpExplorer\nHighJumpExplorer()"
MULTI_STEP = "from emergence_widgets import MultiStepExplorer\nMultiStepExplorer()"
EVERY = {
    "mirage": MIRAGE,
    "results": RESULTS,
    "vision": VISION,
    "grokking": GROKKING,
    "resolution": RESOLUTION,
    "high-jump": HIGH_JUMP,
    "multi-step": MULTI_STEP,
    "forecast": "from emergence_widgets import ForecastExplorer\n"
    "ForecastExplorer(datasets.pronunciation())",
    "atlas": "from emergence_widgets import EmergenceAtlas\nEmergenceAtlas(datasets.gpt3())",
}


def test_a_move_sends_the_controls_value_alone(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("messages", MIRAGE))
    page.wait_for_timeout(1500)
    before = drawn_line(page, "Whole answers right")
    page.messages.sent.clear()
    handle = slider(page, "Answer length L")
    handle.focus()
    for _ in range(5):
        handle.press("ArrowRight", no_wait_after=True)
    wait_for_change(page, "Whole answers right", before)
    moving = [m for m in page.messages.sent if "y" not in m["keys"] and "x" not in m["keys"]]
    sliders = {m["comm"] for m in moving if m["keys"] == ["value"]}
    assert len(sliders) == 1
    assert moving[0]["keys"] == ["value"]
    page.wait_for_timeout(1000)
    at_rest = [m for m in page.messages.sent if {"x", "y"} & set(m["keys"])]
    marks = [m["comm"] for m in at_rest]
    assert len(marks) == len(set(marks)), "each mark is sent once, when the slider rests"


def test_curves_follow_with_the_kernel_dead(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("dead", MIRAGE))
    page.wait_for_timeout(1000)
    assert jupyter.kill_kernels() == 1
    page.wait_for_timeout(1000)
    page.messages.sent.clear()
    length, curves = slider(page, "Answer length L"), []
    length.focus()
    for _ in range(3):
        before = drawn_line(page, "Whole answers right")
        length.press("ArrowRight", no_wait_after=True)
        wait_for_change(page, "Whole answers right", before)
        curves.append(drawn_line(page, "Whole answers right"))
    assert len(set(curves)) == 3
    loss = drawn_line(page, "What training improves")
    alpha = slider(page, "Exponent α")
    alpha.focus()
    alpha.press("ArrowLeft", no_wait_after=True)
    wait_for_change(page, "What training improves", loss)
    # Nothing but controls may have tried to speak to the kernel.
    assert all(set(m["keys"]) <= {"value"} for m in page.messages.sent)
    assert page.locator(".ew-error").inner_text() == ""


def test_reset_puts_the_controls_back(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("defaults", MIRAGE))
    page.wait_for_timeout(1000)
    start = drawn_line(page, "Whole answers right")
    handle = slider(page, "Answer length L")
    handle.focus()
    handle.press("ArrowRight", no_wait_after=True)
    wait_for_change(page, "Whole answers right", start)
    moved = drawn_line(page, "Whole answers right")
    page.click(".ew-reset")
    wait_for_change(page, "Whole answers right", moved)
    assert drawn_line(page, "Whole answers right") == start


def test_threshold_and_selection_on_real_outputs(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("results", RESULTS))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    before = drawn_line(page, "Answers good enough")
    threshold = slider(page, "Good from c")
    threshold.focus()
    for _ in range(30):
        threshold.press("ArrowLeft", no_wait_after=True)
    wait_for_change(page, "Answers good enough", before)
    figure = page.locator(".ew-panel").nth(1)
    figure.locator(".dot.element").last.click(force=True)
    page.wait_for_selector(".ew-answers tbody tr")
    assert page.locator(".ew-answers tbody tr").count() == 40
    assert "seed" in page.locator(".ew-answers-heading").inner_text()


def test_text_from_data_stays_text(page, jupyter):
    hostile = """
import pandas as pd
from emergence_widgets import EvalResults, ResultsExplorer
evil = "<img src=x onerror='window.hacked=1'><b>bold</b>"
rows = [dict(family=evil, model=evil + str(i), params=10.0**i, task=evil, item=k, prompt=evil,
             target=evil, output=evil) for i in (6, 7, 8) for k in range(3)]
samples = pd.DataFrame(rows)
scores = samples.groupby(["family", "model", "params", "task"], as_index=False).size()
scores = scores.assign(metric=evil, value=[.1, .2, .9]).drop(columns="size")
h = ResultsExplorer(EvalResults(scores, samples))
h.link.selection = 0
h"""
    open_in_lab(page, jupyter, jupyter.write("hostile", hostile))
    page.wait_for_selector(".ew-answers tbody tr")
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".ew-explorer img, .ew-explorer b").count() == 0
    assert "<b>bold</b>" in page.locator(".ew-answers tbody").inner_text()


def test_nothing_is_wider_than_its_explorer(page, jupyter):
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    open_in_lab(page, jupyter, jupyter.write("widths", *EVERY.values()))
    page.wait_for_function(
        "([drawn, count]) => [...document.querySelectorAll('.ew-explorer')]"
        ".filter((one) => one.querySelector(drawn)).length === count",
        arg=[DRAWN.removeprefix(".ew-explorer "), len(EVERY)],
    )
    PICTURES.mkdir(exist_ok=True)
    for width, theme in itertools.product((1500, 760, 446), ("Light", "Dark")):
        page.set_viewport_size({"width": width, "height": 2900})
        change_theme(page, theme)
        page.wait_for_timeout(800)
        for place, name in enumerate(EVERY):
            explorer = page.locator(".ew-explorer").nth(place)
            explorer.screenshot(path=PICTURES / f"{name}-{theme.lower()}-{width}.png")
            # Figures find their new width one after the other.
            page.wait_for_function(
                "el => el.scrollWidth - el.clientWidth <= 1", arg=explorer.element_handle()
            )
    assert complaints == []

"""Explorers of our own trained families, without a kernel."""

from .pages import drawn_line, open_in_lab, slider, wait_for_change
from .test_lab import GROKKING, VISION


def test_threshold_moves_the_shares_and_the_frames(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("vision", VISION))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    frames = page.locator(".ew-pictures td.ew-passes")
    framed, shares = frames.count(), drawn_line(page, "Images rebuilt")
    threshold = slider(page, "Good below c")
    threshold.focus()
    for _ in range(20):
        threshold.press("ArrowLeft", no_wait_after=True)
    wait_for_change(page, "Images rebuilt", shares)
    page.wait_for_function(
        "before => document.querySelectorAll('.ew-pictures td.ew-passes').length < before",
        arg=framed,
    )
    panel = page.locator(".ew-panel", has_text="How far off the pixels are")
    panel.locator(".dot.element").first.click(force=True)
    page.wait_for_selector(".ew-pictures th.ew-chosen")
    assert page.locator(".ew-error").inner_text() == ""


def test_marker_moves_in_all_figures_and_the_run_can_be_changed(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("grokking", GROKKING))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    titles = ("Right answers", "What training minimises", "What moves inside")
    markers = """() => [...document.querySelectorAll('.ew-panel')].map((panel) =>
      [...panel.querySelectorAll('path.line')].map((line) => line.getAttribute('d') || '')
        .find((line) => line.split('L').length === 2))"""
    before, accuracy = page.evaluate(markers), drawn_line(page, titles[0])
    assert len(before) == len(titles)
    step = slider(page, "Marker at step")
    step.focus()
    for _ in range(20):
        step.press("ArrowLeft", no_wait_after=True)
    page.wait_for_function(f"before => ({markers})().every((m, i) => m !== before[i])", arg=before)
    values = page.locator(".ew-readout-value").all_inner_texts()
    assert values[0] not in ("1k", "–")
    page.locator(".ew-control select").first.select_option("no weight decay, seed 0")
    wait_for_change(page, titles[0], accuracy)
    page.get_by_role("button", name="Weight norm").click()
    assert page.get_by_role("button", name="Weight norm").get_attribute("aria-pressed") == "false"
    assert page.locator(".ew-error").inner_text() == ""

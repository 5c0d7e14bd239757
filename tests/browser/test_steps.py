"""The high jump and the chain of steps, without a kernel."""

import pytest

from .pages import LONGEST_LINE, drawn_line, heights, open_in_lab, slider, wait_for_change
from .test_lab import HIGH_JUMP, MULTI_STEP


def press(handle, key: str, times: int) -> None:
    handle.focus()
    for _ in range(times):
        handle.press(key, no_wait_after=True)


def test_the_jump_follows_the_marker_and_the_bar_moves_both_rows(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("high-jump", HIGH_JUMP))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    note = page.locator(".ew-panel", has_text="Side view").locator("text.label")
    assert "too low" in note.text_content()
    flight = drawn_line(page, "The jump")
    titles = ["How often the bar is cleared", "How often the task is passed"]
    chances = [drawn_line(page, title) for title in titles]
    press(slider(page, "Training"), "ArrowRight", 60)
    wait_for_change(page, "The jump", flight)
    page.wait_for_function(
        """() => [...document.querySelectorAll('.ew-panel text.label')]
          .some((note) => note.textContent === 'the mean jump clears')"""
    )
    assert [drawn_line(page, title) for title in titles] == chances
    press(slider(page, "Bar h"), "ArrowLeft", 20)
    for title, before in zip(titles, chances, strict=True):
        wait_for_change(page, title, before)
    # Both rows are drawn from one array, so that they are equal once the slider rests.
    page.wait_for_function(f"([a, b]) => ({LONGEST_LINE})(a) === ({LONGEST_LINE})(b)", arg=titles)
    assert page.locator(".ew-error").inner_text() == ""


def test_more_steps_move_the_chain_alone_and_retries_bring_it_back(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("multi-step", MULTI_STEP))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    worth = "Is part of it worth anything?"
    line = """title => [...[...document.querySelectorAll('.ew-panel')]
      .find((one) => one.textContent.includes(title)).querySelectorAll('path.line')]
      .map((path) => path.getAttribute('d') || '')"""
    step, before = page.evaluate(line, "One step right"), page.evaluate(line, worth)
    press(slider(page, "Steps k"), "ArrowRight", 15)
    page.wait_for_function(
        f"([title, before]) => ({line})(title)[1] !== before", arg=[worth, before[1]]
    )
    share, whole = page.evaluate(line, worth)
    assert heights(share) == pytest.approx(heights(before[0]), abs=1e-6)
    single = heights(page.evaluate(line, "One step right")[-1])
    assert single == pytest.approx(heights(step[-1]), abs=1e-6)
    press(slider(page, "Retries r"), "ArrowRight", 2)
    page.wait_for_function(
        f"([title, before]) => ({line})(title)[1] !== before", arg=[worth, whole]
    )
    readouts = page.locator(".ew-readout-value").all_inner_texts()
    assert all(value not in ("", "–") for value in readouts)
    width = drawn_line(page, "How long the rise takes")
    page.get_by_label("Logistic step curve").check()
    wait_for_change(page, "How long the rise takes", width)
    assert page.locator(".ew-error").inner_text() == ""

"""`ResolutionExplorer` without a kernel."""

from itertools import pairwise

from emergence_widgets import ResolutionExplorer

from .pages import drawn_line, heights, open_in_lab, slider, wait_for_change
from .test_lab import RESOLUTION

HOLLOW = """() => {
  const panel = [...document.querySelectorAll('.ew-panel')].find(
    (one) => one.querySelector('.ew-title').textContent.trim().startsWith('With more draws'));
  return [...panel.querySelectorAll('.dot.element')]
    .filter((dot) => getComputedStyle(dot).fill === 'none').length;
}"""


def zeros(samples_per_item: int) -> int:
    """Points without a success, by the Python twin."""
    e = ResolutionExplorer(samples_per_item=samples_per_item)
    outputs = e._outputs()
    e.close()
    return len(outputs["test_unseen_x"]) + len(outputs["drawn_unseen_x"])


def test_draws_lift_points_off_the_row_of_zeros(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("resolution", RESOLUTION))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    draws = slider(page, "Draws each m")
    draws.focus()
    counts = [zeros(samples) for samples in (1000, 1, 10_000)]
    assert counts[1] > max(counts[0], counts[2]) > 0
    for key, count in zip(("", "Home", "End"), counts, strict=True):
        if key:
            draws.press(key, no_wait_after=True)
        page.wait_for_function(f"count => ({HOLLOW})() === count", arg=count)
    assert page.locator(".ew-error").inner_text() == ""


def test_answer_length_moves_the_lines_and_one_stays_straight(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("lines", RESOLUTION))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    titles = ("Whole answers right", "What the zeros hide", "With more draws: a straight line")
    before = [drawn_line(page, title) for title in titles]
    length = slider(page, "Answer length L")
    length.focus()
    for _ in range(5):
        length.press("ArrowLeft", no_wait_after=True)
    after = [wait_for_change(page, *pair) for pair in zip(titles, before, strict=True)]
    bent, straight = heights(after[1]), heights(after[2])
    steps = [b - a for a, b in pairwise(straight)]
    assert max(steps) - min(steps) < 0.05 * abs(sum(steps) / len(steps))
    assert bent[0] - bent[1] > 10 * (bent[-2] - bent[-1]) > 0
    assert page.locator(".ew-error").inner_text() == ""

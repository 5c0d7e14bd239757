"""From key press to painted frame, and frames a second in a drag, against the alternatives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ..browser.pages import open_in_lab
from .bare_page import EXPORT, open_bare_page
from .contenders import BQPLOT_LINES, CONTENDERS

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
CHANGES = 120
DRAG_SECONDS = 4.0


def latencies(page) -> np.ndarray:
    """Milliseconds of each key press; the first ten warm up."""
    page.locator(".noUi-handle").first.focus()
    measured = []
    for change in range(CHANGES + 10):
        assert page.evaluate("() => probe.arm()") > 0
        page.keyboard.press("ArrowRight" if change % 20 < 10 else "ArrowLeft")
        page.wait_for_function("() => probe.latency !== undefined", polling=5)
        measured.append(page.evaluate("() => probe.latency"))
        page.wait_for_timeout(30)
    return np.array(measured[10:])


def drag(page) -> dict[str, float]:
    """Frames with a new picture, and frames in all, a second, while the handle is dragged.

    The page itself moves the pointer, 125 times a second as a common mouse does: moves sent
    from outside wait for an answer each, so that they come more slowly than frames.
    """
    handle = page.locator(".noUi-handle").first
    track = page.locator(".noUi-base").first.bounding_box()
    box = handle.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    low, width = track["x"] + 0.2 * track["width"], 0.6 * track["width"]
    page.evaluate("([low, width, y]) => probe.startDrag(low, width, y)", [low, width, y])
    page.wait_for_timeout(1000 * DRAG_SECONDS)
    frames = page.evaluate("() => probe.stopDrag()")
    page.mouse.up()
    return frames


@pytest.fixture(scope="module")
def timings():
    return {}


def take(page, selector: str) -> tuple[np.ndarray, dict[str, float]]:
    page.evaluate(PROBE, selector)
    page.wait_for_timeout(1500)
    return latencies(page), drag(page)


def add_row(measured, name: str, times: np.ndarray, frames: dict[str, float], reach="") -> None:
    p50, p95 = np.percentile(times, [50, 95])
    measured(
        name,
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms over {len(times)} key presses; "
        f"{frames['changed']:.0f} new pictures/s in a drag ({frames['frames']:.0f} frames/s)",
        reach,
    )


@pytest.mark.parametrize("key", CONTENDERS)
def test_in_jupyterlab(page, jupyter, measured, timings, key):
    contender = CONTENDERS[key]
    open_in_lab(
        page, jupyter, jupyter.write(f"bench-{key}", *contender.cells), drawn=contender.drawn
    )
    times, frames = timings[key] = take(page, contender.pictures or contender.drawn)
    reach = "55 pictures/s" if key == "link" else ""
    add_row(measured, f"{contender.name}, JupyterLab", times, frames, reach)
    assert len(times) == CHANGES


def test_in_a_bare_page(page, jupyter, measured, timings, tmp_path):
    contender = CONTENDERS["link"]
    open_in_lab(
        page,
        jupyter,
        jupyter.write("bench-bare", *contender.cells, EXPORT),
        drawn=contender.drawn,
    )
    open_bare_page(page, jupyter.folder / "bare.html", tmp_path)
    page.wait_for_selector(BQPLOT_LINES, state="attached")
    times, frames = timings["bare"] = take(page, BQPLOT_LINES)
    add_row(measured, f"{contender.name}, bare page", times, frames)
    assert len(times) == CHANGES


def test_what_was_to_be_reached(measured, timings):
    p95 = {key: float(np.percentile(times, 95)) for key, (times, _) in timings.items()}
    for other, wanted in (("interact", 10), ("callback", 2), ("plotly", 1)):
        ratio = p95[other] / p95["link"]
        reach = f"{wanted} times" if wanted > 1 else ""
        measured(
            f"p95 of {CONTENDERS[other].name} over browser link's", f"{ratio:.1f} times", reach
        )
    assert timings["link"][1]["changed"] >= 55
    assert p95["interact"] >= 10 * p95["link"]
    assert p95["callback"] >= 2 * p95["link"]

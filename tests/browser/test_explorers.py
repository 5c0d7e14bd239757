"""Each explorer on an exported page: what its controls and points do."""

from itertools import pairwise

import pytest

from emergence_widgets import (
    ForecastExplorer,
    GrokkingExplorer,
    HighJumpExplorer,
    MirageExplorer,
    MultiStepExplorer,
    ReconstructionExplorer,
    ResolutionExplorer,
    ResultsExplorer,
    datasets,
    link_explorers,
)

from ..unit.explorers.bench import with_figures
from .pages import LONGEST_LINE, drawn_line, heights, slider, wait_for_change

VALUE = "aria-valuenow"
VALUES = "() => [...document.querySelectorAll('.ew-readout-value')].map((one) => one.textContent)"


def press(handle, key: str, times: int = 1) -> None:
    handle.focus()
    for _ in range(times):
        handle.press(key, no_wait_after=True)


def test_threshold_and_selection_on_real_outputs(show):
    page = show(ResultsExplorer(datasets.pronunciation(), threshold=0.9, verdicts=False))
    before = drawn_line(page, "Answers good enough")
    press(slider(page, "Good from c"), "ArrowLeft", 30)
    wait_for_change(page, "Answers good enough", before)
    page.locator(".ew-panel").nth(1).locator(".dot.element").last.click(force=True)
    page.wait_for_selector(".ew-answers tbody tr")
    assert page.locator(".ew-answers tbody tr").count() == 40
    assert "seed" in page.locator(".ew-answers-heading").inner_text()
    assert page.said == []


def test_the_jump_follows_the_marker_and_the_bar_moves_both_rows(show):
    page = show(HighJumpExplorer())
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
    assert page.said == []


def test_more_steps_move_the_chain_alone_and_retries_bring_it_back(show):
    page = show(MultiStepExplorer())
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
    assert all(value not in ("", "–") for value in page.evaluate(VALUES))
    width = drawn_line(page, "How long the rise takes")
    page.get_by_label("Logistic step curve").check()
    wait_for_change(page, "How long the rise takes", width)
    assert page.said == []


def test_threshold_moves_the_shares_and_the_frames(show):
    page = show(ReconstructionExplorer())
    passes = ".ew-pictures td.ew-passes"
    framed, shares = page.locator(passes).count(), drawn_line(page, "Images rebuilt")
    press(slider(page, "Good below c"), "ArrowLeft", 20)
    wait_for_change(page, "Images rebuilt", shares)
    page.wait_for_function(
        f"before => document.querySelectorAll('{passes}').length < before", arg=framed
    )
    panel = page.locator(".ew-panel", has_text="How far off the pixels are")
    panel.locator(".dot.element").first.click(force=True)
    page.wait_for_selector(".ew-pictures th.ew-chosen")
    assert page.said == []


def test_marker_moves_in_all_figures_and_the_run_can_be_changed(show):
    page = show(GrokkingExplorer())
    titles = ("Right answers", "What training minimises", "What moves inside")
    markers = """() => [...document.querySelectorAll('.ew-panel')].map((panel) =>
      [...panel.querySelectorAll('path.line')].map((line) => line.getAttribute('d') || '')
        .find((line) => line.split('L').length === 2))"""
    before, accuracy = page.evaluate(markers), drawn_line(page, titles[0])
    assert len(before) == len(titles)
    press(slider(page, "Marker at step"), "ArrowLeft", 20)
    page.wait_for_function(f"before => ({markers})().every((m, i) => m !== before[i])", arg=before)
    assert page.evaluate(VALUES)[0] not in ("1k", "–")
    page.locator(".ew-control select").first.select_option("no weight decay, seed 0")
    wait_for_change(page, titles[0], accuracy)
    page.get_by_role("button", name="Weight norm").click()
    assert page.get_by_role("button", name="Weight norm").get_attribute("aria-pressed") == "false"
    assert page.said == []


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
    return sum(int((outputs[f"{test}_measured"] == 0).sum()) for test in ("exact_match", "drawn"))


def test_draws_lift_points_off_the_zeros_and_answer_length_bends_all_lines_but_one(show):
    page = show(ResolutionExplorer())
    titles = ("Whole answers right", "What the zeros hide", "With more draws: a straight line")
    before = [drawn_line(page, title) for title in titles]
    draws = slider(page, "Draws each m")
    draws.focus()
    counts = [zeros(samples) for samples in (1000, 1, 10_000)]
    assert counts[1] > max(counts[0], counts[2]) > 0
    for key, count in zip(("", "Home", "End"), counts, strict=True):
        if key:
            draws.press(key, no_wait_after=True)
        page.wait_for_function(f"count => ({HOLLOW})() === count", arg=count)
    press(slider(page, "Answer length L"), "ArrowLeft", 5)
    after = [wait_for_change(page, *pair) for pair in zip(titles, before, strict=True)]
    bent, straight = heights(after[1]), heights(after[2])
    steps = [b - a for a, b in pairwise(straight)]
    assert max(steps) - min(steps) < 0.05 * abs(sum(steps) / len(steps))
    assert bent[0] - bent[1] > 10 * (bent[-2] - bent[-1]) > 0
    assert page.said == []


SCORE = "Whole answers right"


def points(page, title: str) -> int:
    return page.locator(".ew-panel", has_text=title).locator(".dot.element").count()


def test_forecasts_hide_models_refuse_in_words_and_follow_steps_family_and_methods(show):
    page = show(ForecastExplorer(tasks="english_pronunciation", draws=200))
    before, values = drawn_line(page, SCORE), page.evaluate(VALUES)
    runs = points(page, SCORE)
    assert runs == 30
    assert all(value.endswith("pts off") for value in values)
    handle = slider(page, "Hide the largest")
    press(handle, "ArrowLeft")
    fewer = wait_for_change(page, SCORE, before)
    assert page.evaluate(VALUES) != values
    press(handle, "ArrowRight", 3)
    wait_for_change(page, SCORE, fewer)
    page.wait_for_function(
        "() => document.querySelector('.ew-readouts').innerText.includes('needs 5 models, not 4')"
    )
    assert page.evaluate(VALUES)[:3] == ["–", "–", "–"]
    assert points(page, SCORE) == runs
    page.click(".ew-reset")
    page.wait_for_function(f"before => ({VALUES})().join() === before.join()", arg=values)

    loss = drawn_line(page, "What training improves")
    assert heights(loss)[0] != heights(loss)[-1]
    selects = page.locator(".ew-control select")
    selects.nth(2).select_option("Smooth score, mapped")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.ew-title')]"
        ".some((one) => one.textContent.trim() === 'How near the answers are')"
    )
    before = drawn_line(page, SCORE)
    selects.nth(1).select_option("GRU")
    gru = wait_for_change(page, SCORE, before)
    assert points(page, SCORE) == 18
    for name in ("Sharp score itself", "Smooth score, mapped", "Two-step ladder", "Last value"):
        page.get_by_role("button", name=name).click()
    nothing = wait_for_change(page, SCORE, gru)
    assert nothing.count("L") <= 1, "only the edge between seen and hidden is left"
    assert page.said == []


def test_linked_explorers_move_together_and_reset_puts_the_controls_back(show):
    a, b = MirageExplorer(), MirageExplorer(n_items=20)
    link_explorers(a, b, on=["length"])
    page = show(a, b)
    line = """() => [...document.querySelectorAll('.ew-explorer')[1]
        .querySelectorAll('.ew-figure-exact_match path.line')].map((one) => one.getAttribute('d'))
        .join()"""
    start, linked = drawn_line(page, SCORE), page.evaluate(line)
    press(slider(page, "Answer length L"), "ArrowRight", 3)
    page.wait_for_function(f"before => ({line})() !== before", arg=linked)
    handles = page.locator(".ew-control", has_text="Answer length L").locator(".noUi-handle")
    assert {handles.nth(i).get_attribute(VALUE) for i in (0, 1)} == {"13.0"}
    moved = drawn_line(page, SCORE)
    page.locator(".ew-reset").first.click()
    assert wait_for_change(page, SCORE, moved) == start
    page.wait_for_function(f"before => ({line})() === before", arg=linked)
    assert page.said == []


def test_lecture_mode_hides_the_controls_and_shows_one_figure(show):
    steps = [
        {"caption": "One token.", "controls": {"length": 1}, "figure": "exact_match"},
        {"caption": "Ten tokens.", "controls": {"length": 10}},
    ]
    page = show(MirageExplorer().tour(steps))
    page.get_by_role("button", name="Lecture").click()
    page.get_by_role("button", name="One figure").click()
    page.wait_for_timeout(500)
    assert not page.locator(".ew-controls").is_visible()
    shown = [panel for panel in page.locator(".ew-panel").all() if panel.is_visible()]
    assert [panel.locator(".ew-title").inner_text() for panel in shown] == [SCORE]
    page.get_by_role("button", name="Lecture").click()
    assert page.locator(".ew-controls").is_visible()
    assert page.said == []


WHOLE = """() => {
  const whole = document.querySelector('.ew-explorer').getBoundingClientRect();
  const shown = [...document.querySelectorAll('.ew-panel .bqplot')];
  const drawn = shown.map((one) => one.getBoundingClientRect());
  return [
    Math.max(...drawn.map((one) => one.right)) - Math.min(...drawn.map((one) => one.left)),
    Math.max(...shown.map((one) => one.querySelector('svg').getBoundingClientRect().right))
      - whole.left,
  ].every((place) => Math.abs(place / whole.width - 1) < 0.02);
}"""


@pytest.mark.parametrize("count", [1, 2])
def test_one_figure_or_two_fill_the_page_in_a_lecture_too(show, count):
    page = show(with_figures(count).tour([{"caption": "All of it."}]))
    for lecture in (False, True):
        if lecture:
            page.get_by_role("button", name="Lecture").click()
        for width in (1900, 1400, 360):
            page.set_viewport_size({"width": width, "height": 3000})
            page.wait_for_function(WHOLE)
    assert page.said == []

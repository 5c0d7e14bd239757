"""`ForecastExplorer` without a kernel: the slider hides models, and forecasts are there at once."""

from .pages import drawn_line, heights, open_in_lab, slider, wait_for_change

FORECAST = """from emergence_widgets import ForecastExplorer
f = ForecastExplorer(tasks="english_pronunciation", draws=200)
f"""
SCORE = "Whole answers right"
VALUES = "() => [...document.querySelectorAll('.ew-readout-value')].map((one) => one.textContent)"


def points(page, title: str) -> int:
    panel = page.locator(".ew-panel", has_text=title)
    return panel.locator(".dot.element").count()


def test_slider_hides_models_and_methods_refuse_in_words(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("forecast", FORECAST))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    before, values = drawn_line(page, SCORE), page.evaluate(VALUES)
    runs = points(page, SCORE)
    assert runs == 30
    assert all(value.endswith("pts off") for value in values)
    handle = slider(page, "Hide the largest")
    handle.focus()
    handle.press("ArrowLeft", no_wait_after=True)
    fewer = wait_for_change(page, SCORE, before)
    assert page.evaluate(VALUES) != values
    for _ in range(3):
        handle.press("ArrowRight", no_wait_after=True)
    wait_for_change(page, SCORE, fewer)
    page.wait_for_function(
        "() => document.querySelector('.ew-readouts').innerText.includes('needs 5 models, not 4')"
    )
    assert page.evaluate(VALUES)[:3] == ["–", "–", "–"]
    assert points(page, SCORE) == runs
    assert page.locator(".ew-error").inner_text() == ""


def test_steps_family_and_methods_follow(page, jupyter):
    open_in_lab(page, jupyter, jupyter.write("forecast-steps", FORECAST))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
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
    assert page.locator(".ew-error").inner_text() == ""

"""The explorers in Notebook 7 and in Voilà, each with its kernel killed."""

import pytest

from .pages import drawn_line, open_in_notebook, open_in_voila, slider, wait_for_change
from .test_lab import MIRAGE

APPLICATIONS = {"notebook": open_in_notebook, "voila": open_in_voila}


@pytest.mark.parametrize("application", APPLICATIONS)
def test_arrow_keys_move_every_curve_without_a_kernel(page, jupyter, application):
    APPLICATIONS[application](page, jupyter, jupyter.write(f"mirage-{application}", MIRAGE))
    page.wait_for_timeout(1500)
    assert jupyter.kill_kernels() == 1
    exact, loss = "Whole answers right", "What training improves"
    before = {title: drawn_line(page, title) for title in (exact, loss)}
    length = slider(page, "Answer length L")
    length.focus()
    for _ in range(3):
        length.press("ArrowRight", no_wait_after=True)
    wait_for_change(page, exact, before[exact])
    assert length.get_attribute("aria-valuenow") == "13.0"
    assert drawn_line(page, loss) == before[loss], "the loss does not depend on the length"
    exponent = slider(page, "Exponent α")
    exponent.focus()
    exponent.press("ArrowLeft", no_wait_after=True)
    wait_for_change(page, loss, before[loss])
    assert page.locator(".ew-error").inner_text() == ""

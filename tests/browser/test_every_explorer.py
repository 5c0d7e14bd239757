"""Every explorer on an exported page, opened from disk: its width, its controls, its numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EmergenceAtlas, ResultsExplorer, datasets, read_results

from ..parity.javascript import assert_same_numbers
from ..unit.export.cases import EVERY, STATES
from .pages import PICTURES

RANDOM_STATES = 20
SET = """async sources => {
  const moved = {};
  for (const [id, trait, value] of Object.values(sources))
    (await window.ewManager.get_model(id)).set(trait, value);
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const [name, [id, trait]] of Object.entries(sources))
    moved[name] = (await window.ewManager.get_model(id)).get(trait);
  return moved;
}"""
READ = """async marks => {
  const read = [];
  for (const [id, trait] of marks) {
    const value = (await window.ewManager.get_model(id)).get(trait);
    read.push(ArrayBuffer.isView(value) ? Array.from(value) : null);
  }
  return JSON.stringify(read, (_, x) =>
    typeof x === 'number' && !Number.isFinite(x) ? String(x) : x);
}"""


def set_on_page(page, explorer: Any) -> None:
    """Give the page the explorer's state, and the explorer what the page's inputs made of it."""
    controls = explorer._program_controls()
    sources = {
        name: (widget.model_id, trait, controls[name])
        for name, (widget, trait) in explorer._sources().items()
    }
    # A slider moves a value that is off its grid to the nearest place on it.
    for name, value in page.evaluate(SET, sources).items():
        widget, trait = explorer._sources()[name]
        setattr(widget, trait, value)


def traits_on_page(page, explorer: Any) -> dict[tuple[Any, str], np.ndarray | None]:
    """Numbers that the page's marks hold, by widget and trait; None where they hold no numbers."""
    traits = [(widget, trait) for widget, traits, _ in explorer.link.targets for trait in traits]
    shown = json.loads(page.evaluate(READ, [(widget.model_id, trait) for widget, trait in traits]))
    return {
        one: values if values is None else np.array([float(value) for value in values])
        for one, values in zip(traits, shown, strict=True)
    }


SHOWN = """() => {
  const marks = document.querySelectorAll('.ew-panel svg *, .ew-heat td, .ew-pictures *');
  const read = [...marks].map((one) => [
    ...['d', 'transform', 'x', 'y', 'opacity', 'aria-label', 'aria-selected', 'class']
      .map((name) => one.getAttribute(name)),
    one.style.cssText, one.childElementCount ? '' : one.textContent]);
  return JSON.stringify(read);
}"""
SETTLED = f"""async () => {{
  let [shown, same] = ['', 0];
  for (let frame = 0; same < 5; frame++) {{
    if (frame > 1000) throw new Error('the figures do not come to rest');
    await new Promise(requestAnimationFrame);
    const now = ({SHOWN})();
    same = now === shown ? same + 1 : 0;
    shown = now;
  }}
  return shown;
}}"""
FIND = """async id => {
  const model = await window.ewManager.get_model(id);
  return (await Object.values(model.views)[0]).el;
}"""


def move(element: Any, control: str) -> None:
    """Move an input as a person would."""
    found = element.query_selector(
        ".noUi-handle, select, input[type=checkbox], input[type=text], button.ew-family, td"
    )
    assert found is not None, f"{control} has no input"
    kind = found.evaluate("one => one.className + ' ' + one.localName + ' ' + one.type")
    if "noUi-handle" in kind:
        top = found.get_attribute("aria-valuenow") == found.get_attribute("aria-valuemax")
        found.focus()
        found.press("Home" if top else "End")
    elif "select" in kind:
        last = found.evaluate("one => one.options.length - 1")
        found.select_option(index=0 if found.evaluate("one => one.selectedIndex") == last else last)
    elif "text" in kind:
        found.fill("plain")
    elif "td" in kind:
        chosen = element.query_selector("td[tabindex='0']")
        last = chosen.evaluate("one => one.parentElement.nextElementSibling === null")
        down = "ArrowUp" if last else "ArrowDown"
        chosen.press({"task": down, "metric": "ArrowRight"}[control])
    else:
        found.click()


A_LITTLE_LATE = (0.1, 0.15, 0.2, 0.45, 0.7, 0.95)


def two_families_on_five_tasks():
    rng = np.random.default_rng(7)
    return read_results(
        pd.DataFrame(
            {"task": task, "metric": metric, "model": f"{family}-{size}", "family": family,
             "params": 10.0 ** (6 + size),
             "flops": 10.0 ** (18 - size), "n_items": 100,
             # A little late on one task, so that the limits of lateness differ.
             "value": A_LITTLE_LATE[size] if (task, metric) == ("dates", "exact_match")
             else rng.random()}
            for task in ("plain sums", "words", "chess", "rhymes", "dates")
            for metric in ("exact_match", "brier_score")
            for family in ("a", "b")
            for size in range(6)
        )
    )  # fmt: skip


ALL_CONTROLS = {
    "results": lambda: ResultsExplorer(datasets.pronunciation()),
    "atlas": lambda: EmergenceAtlas(
        two_families_on_five_tasks(), verdicts=True, task="words", metric="exact_match"
    ),
}
"""With answers, families and verdicts, so that no control is off."""


@pytest.fixture(scope="module", params=EVERY)
def opened(request, open_offline, tmp_path_factory):
    """Name, explorer and page, which the tests of one explorer share."""
    name = request.param
    explorer = EVERY[name]()
    folder = tmp_path_factory.mktemp("page")
    page = open_offline(explorer.save_html(folder / f"{name}.html"))
    yield name, explorer, page
    page.context.close()
    explorer.close()


def assert_drawn_at_any_width(page: Any, name: str) -> None:
    assert page.locator(".ew-explorer").count() == 1
    assert page.locator(".ew-error").inner_text() == ""
    PICTURES.mkdir(exist_ok=True)
    for width, scheme in ((1400, "light"), (1400, "dark"), (760, "light"), (400, "dark")):
        # bqplot measures the figures that are in sight.
        page.set_viewport_size({"width": width, "height": 3000})
        page.emulate_media(color_scheme=scheme)
        # Figures find their new width one after the other.
        page.wait_for_function(
            "() => { const one = document.querySelector('.ew-explorer');"
            " return one.scrollWidth - one.clientWidth <= 1; }"
        )
        page.screenshot(path=PICTURES / f"{name}-{scheme}-{width}.png")
    page.set_viewport_size({"width": 1400, "height": 1000})
    assert page.said == []


def test_every_explorer_draws_at_any_width_without_network_kernel_or_a_word_in_the_console(opened):
    name, _, page = opened
    assert_drawn_at_any_width(page, name)


def assert_controls_change_what_is_shown(page: Any, explorer: Any) -> None:
    for control, (widget, trait) in explorer._sources().items():
        before = page.evaluate(SETTLED)
        move(page.evaluate_handle(FIND, widget.model_id).as_element(), control)
        page.wait_for_function(f"before => ({SHOWN})() !== before", arg=before)
        # Back again, so that one control does not hide what the next one does.
        page.evaluate(SET, {control: (widget.model_id, trait, getattr(widget, trait))})
    assert page.said == []


def test_every_control_changes_what_is_shown(opened):
    name, explorer, page = opened
    if name not in ALL_CONTROLS:
        assert_controls_change_what_is_shown(page, explorer)


@pytest.mark.parametrize("name", ALL_CONTROLS)
def test_every_control_changes_what_is_shown_where_none_is_off(name, offline, tmp_path):
    explorer = ALL_CONTROLS[name]()
    page = offline(explorer.save_html(tmp_path / f"{name}.html"))
    assert_controls_change_what_is_shown(page, explorer)
    assert_drawn_at_any_width(page, f"{name}_all")
    explorer.close()


def test_numbers_on_the_page_are_those_of_curves(opened):
    name, explorer, page = opened
    rng = np.random.default_rng(20261128)
    seen = set()
    for _ in range(RANDOM_STATES):
        explorer.set_state(**STATES[name](rng, explorer))
        set_on_page(page, explorer)
        theirs = traits_on_page(page, explorer)
        compared, absent, marks = [], set(), set()
        for widget, traits in explorer._painted(explorer._outputs()):
            if "ew-absent" in traits.get("_dom_classes", ()):
                absent.add(widget)
            for trait, value in traits.items():
                found = theirs[widget, trait]
                if isinstance(value, np.ndarray) and found is not None:
                    what = f"{trait} of {widget}"
                    # A place in decades is 0 where its number is 1.
                    assert_same_numbers(what, found, np.ravel(value), explorer.state, 1e-13)
                    compared.append(str(found))
                    marks.add(widget)
        for figure, panel in explorer.panels.items():
            assert panel in absent or marks.intersection(panel.figure.marks), figure
        seen.add(json.dumps(compared))
    # Two states may differ in a choice alone that moves no mark, such as a threshold past all.
    assert len(seen) > RANDOM_STATES / 2
    assert page.said == []

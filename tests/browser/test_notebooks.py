"""Every notebook runs top to bottom: each explorer draws on a page, nothing complains.

Cells run in this process, which a kernel and a server each would take as long again for;
`make test-all` has Voilà run every notebook too.
"""

import shutil
import warnings
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from emergence_widgets import save_page
from emergence_widgets.explorers.base import Explorer

from ..notebooks.statements import STATEMENTS, prose_of
from ..prose import assert_every_number_is_computed

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
EXPLORERS = """() => [...document.querySelectorAll('.ew-explorer')].map((explorer) => ({
  drawn: [...explorer.querySelectorAll('.ew-panel:not(.ew-absent) path.line')]
    .some((line) => (line.getAttribute('d') || '').length > 20),
  error: explorer.querySelector('.ew-error')?.textContent,
}))"""
ALL_DRAWN = f"""wanted => {{
  const all = ({EXPLORERS})();
  return all.length >= wanted && all.every((one) => one.drawn);
}}"""
COMPLAINTS = ".jp-OutputArea-output:is([data-mime-type$='error'], [data-mime-type$='stderr'])"


def cells(path: Path) -> list[str]:
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def shown(path: Path) -> int:
    """Explorers that a notebook shows: each is the last word of a cell, or made there."""
    code = "\n".join(cells(path))
    return code.count("Explorer(") + code.count("Atlas(")


@pytest.fixture
def run_cells(monkeypatch, tmp_path):
    """Run cells as a notebook does; the explorers made, what they wrote, and all variables."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    earlier = set(ipywidgets.widgets.widget._instances)
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))

    def run(sources: list[str]) -> tuple[list[Explorer], str, dict[str, Any]]:
        complaints = ""
        for source in sources:
            with capture_output() as said, warnings.catch_warnings():
                warnings.simplefilter("error")
                done = shell.run_cell(source)
            complaints += said.stderr
            if not done.success:
                complaints += repr(done.error_before_exec or done.error_in_exec)
        made = ipywidgets.widgets.widget._instances.items()
        new = [one for at, one in made if at not in earlier]
        return [one for one in new if isinstance(one, Explorer)], complaints, shell.user_ns

    yield run
    for at in set(ipywidgets.widgets.widget._instances) - earlier:
        if at in ipywidgets.widgets.widget._instances:
            ipywidgets.widgets.widget._instances[at].close()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_explorer_of_a_notebook_draws_and_its_prose_is_right(
    path, run_cells, offline, tmp_path
):
    explorers, complaints, variables = run_cells(cells(path))
    assert complaints == ""
    statements = STATEMENTS[path.stem](variables)
    assert_every_number_is_computed(prose_of(nbformat.read(path, as_version=4)), statements)
    assert len(explorers) >= shown(path) >= 1
    page = offline(save_page(explorers, tmp_path / "page.html"))
    page.wait_for_function(ALL_DRAWN, arg=len(explorers))
    assert {one["error"] for one in page.evaluate(EXPLORERS)} == {""}
    # Many explorers on a busy machine take more than the two seconds that anywidget thinks enough.
    assert [said for said in page.said if "[anywidget] Failed to initialize" not in said] == []


def test_errors_and_warnings_of_a_cell_would_be_seen(run_cells):
    assert "ZeroDivisionError" in run_cells(["1 / 0"])[1]
    assert "careful" in run_cells(["import warnings\nwarnings.warn('careful')"])[1]
    assert "noted" in run_cells(["import sys\nprint('noted', file=sys.stderr)"])[1]


def open_in_voila(page, jupyter, name: str, theme: str = "light") -> None:
    jupyter.shut_down_kernels()
    # Voilà runs the notebook before it answers.
    page.goto(
        f"{jupyter.url}/voila/render/{name}?token={jupyter.token}&theme={theme}", timeout=300_000
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "theme"),
    [(path, ("light", "dark")[number % 2]) for number, path in enumerate(NOTEBOOKS)],
    ids=lambda value: getattr(value, "stem", value),
)
def test_every_explorer_of_a_notebook_draws_in_voila(page, jupyter, path, theme):
    shutil.copy(path, jupyter.folder)
    ours = []
    page.on("console", lambda said: ours.append(said.text) if "emergence" in said.text else None)
    open_in_voila(page, jupyter, path.name, theme)
    assert page.locator(COMPLAINTS).all_inner_texts() == []
    page.wait_for_function(ALL_DRAWN, arg=shown(path), timeout=120_000)
    assert {one["error"] for one in page.evaluate(EXPLORERS)} == {""}
    assert ours == []


@pytest.mark.long
def test_errors_and_warnings_of_a_notebook_would_be_seen_in_voila(page, jupyter):
    name = jupyter.write("complaining", "import warnings\nwarnings.warn('careful')", "1 / 0")
    open_in_voila(page, jupyter, name)
    warning, error = page.locator(COMPLAINTS).all_inner_texts()
    assert "careful" in warning
    assert "ZeroDivisionError" in error

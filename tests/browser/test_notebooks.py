"""Every notebook runs top to bottom as a Voilà page: each explorer draws, nothing complains."""

import shutil
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
EXPLORERS = """() => [...document.querySelectorAll('.ew-explorer')].map((explorer) => ({
  drawn: [...explorer.querySelectorAll('.ew-panel:not(.ew-absent) path.line')]
    .some((line) => (line.getAttribute('d') || '').length > 20),
  error: explorer.querySelector('.ew-error')?.textContent,
}))"""

COMPLAINTS = ".jp-OutputArea-output:is([data-mime-type$='error'], [data-mime-type$='stderr'])"


def open_page(page, jupyter, name: str, theme: str = "light") -> None:
    jupyter.shut_down_kernels()
    # Voilà runs the notebook before it answers.
    page.goto(
        f"{jupyter.url}/voila/render/{name}?token={jupyter.token}&theme={theme}", timeout=300_000
    )


def shown(path: Path) -> int:
    """Explorers that a notebook shows: each is the last word of a cell, or made there."""
    notebook = nbformat.read(path, as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return code.count("Explorer(") + code.count("Atlas(")


@pytest.mark.parametrize(
    ("path", "theme"),
    [(path, ("light", "dark")[number % 2]) for number, path in enumerate(NOTEBOOKS)],
    ids=lambda value: getattr(value, "stem", value),
)
def test_every_explorer_of_a_notebook_draws(page, jupyter, path, theme):
    shutil.copy(path, jupyter.folder)
    ours = []
    page.on("console", lambda said: ours.append(said.text) if "emergence" in said.text else None)
    open_page(page, jupyter, path.name, theme)
    assert page.locator(COMPLAINTS).all_inner_texts() == []
    wanted = shown(path)
    assert wanted >= 1
    page.wait_for_function(
        f"wanted => {{ const all = ({EXPLORERS})(); "
        "return all.length >= wanted && all.every((one) => one.drawn); }",
        arg=wanted,
        timeout=120_000,
    )
    assert {one["error"] for one in page.evaluate(EXPLORERS)} == {""}
    assert ours == []


def test_errors_and_warnings_of_a_notebook_would_be_seen(page, jupyter):
    name = jupyter.write("complaining", "import warnings\nwarnings.warn('careful')", "1 / 0")
    open_page(page, jupyter, name)
    warning, error = page.locator(COMPLAINTS).all_inner_texts()
    assert "careful" in warning
    assert "ZeroDivisionError" in error

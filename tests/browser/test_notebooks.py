"""Every notebook as a Voilà page: each explorer draws its curves, and nothing complains."""

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
    jupyter.shut_down_kernels()
    page.goto(
        f"{jupyter.url}/voila/render/{path.name}?token={jupyter.token}&theme={theme}",
        timeout=120_000,
    )
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

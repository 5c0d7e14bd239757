"""Notebooks as they are stored; `tests/browser/test_notebooks.py` runs every one."""

from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS] == [
        "00_welcome",
        "01_is_it_a_mirage",
        "02_real_outputs",
        "03_your_own_results",
        "04_architectures_and_seeds",
        "05_vision",
        "06_grokking",
        "07_high_jump_and_many_steps",
        "08_what_a_small_test_set_hides",
        "09_lecture",
        "10_is_this_jump_real",
        "11_forecasting",
        "12_atlas",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_stored_clean(path):
    notebook = nbformat.read(path, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
    assert "widgets" not in notebook.metadata
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)

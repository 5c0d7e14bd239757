"""Which cells of a notebook begin slides, and what stands on them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from .notebook_run import WIDGET

if TYPE_CHECKING:
    from nbformat import NotebookNode

BEGINS = ("slide", "subslide")
UNSEEN = ("skip", "notes")
HEADING = re.compile(r"\s*#{1,2}\s+\S")


def slide_type(cell: NotebookNode) -> str:
    """What the notebook says of a cell: ``slide``, ``subslide``, ``fragment`` … or ``-``."""
    return str(cell.metadata.get("slideshow", {}).get("slide_type") or "-")


def begin_slides(notebook: NotebookNode) -> None:
    """In a notebook that says nothing about slides, each heading begins one."""
    if any(slide_type(cell) != "-" for cell in notebook.cells):
        return
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and HEADING.match(cell.source):
            cell.metadata["slideshow"] = {"slide_type": "slide"}


def drop_silent(notebook: NotebookNode) -> None:
    """Leave out code that shows nothing but its source; the next cell begins its slide."""
    kept: list[Any] = []
    begins = "-"
    for cell in notebook.cells:
        kind = slide_type(cell)
        if cell.cell_type == "code" and not cell.outputs and kind not in UNSEEN:
            begins = kind if kind in BEGINS else begins
            continue
        if begins != "-" and kind not in UNSEEN:
            if kind not in BEGINS:
                cell.metadata["slideshow"] = {"slide_type": begins}
            begins = "-"
        kept.append(cell)
    notebook.cells = kept


def count_slides(notebook: NotebookNode) -> int:
    """How many slides there will be; 0 where no cell is seen."""
    seen = [kind for cell in notebook.cells if (kind := slide_type(cell)) not in UNSEEN]
    return bool(seen) + sum(kind in BEGINS for kind in seen[1:])


def put_frames(notebook: NotebookNode, told: dict[str, Any]) -> list[str]:
    """Put frames where widgets were.

    Parameters
    ----------
    notebook
        With outputs, which are changed.
    told
        As `write_pages` tells it.

    Returns
    -------
    list of str
        Notes on widgets that no page can draw: their picture or text stands instead.
    """
    places = {model: at for at, model in enumerate(told["pages"])}
    notes: list[str] = []
    for number, cell in enumerate(notebook.cells, 1):
        kept: list[Any] = []
        for output in cell.get("outputs", []):
            model = output.get("data", {}).get(WIDGET, {}).get("model_id")
            if model in places:
                label = html.escape(told["pages"][model]["label"])
                place = f'<div class="ew-frame" data-frame="{places[model]}">'
                output.data.clear()
                output.data["text/html"] = f"{place}<noscript>{label}</noscript></div>"
            elif model is not None:
                del output.data[WIDGET]
                if model in told["foreign"]:
                    notes.append(
                        f"cell {number}: {told['foreign'][model]} draws this widget, and slides do "
                        "not hold it; its picture or text stands instead"
                    )
                elif "text/html" not in output.data:
                    # What a live notebook no longer shows either, such as a progress bar.
                    continue
            kept.append(output)
        if "outputs" in cell:
            cell.outputs = kept
    return notes

"""Slides of a notebook by nbconvert and reveal.js: one file, with live explorers, offline."""

from __future__ import annotations

import html
import json
import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..export.page.document import inline
from ..export.page.html import ExportError, write_whole
from ..widgets.base import front_end
from .notebook import NEEDED, WIDGET, read_notebook, run_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

THEMES = ("light", "dark")
TEMPLATES = Path(__file__).parent / "templates"
MATHEMATICS = re.compile(r"\$|\\[(\[]|\\begin\{")
BEGINS = ("slide", "subslide")
UNSEEN = ("skip", "notes")
HEADING = re.compile(r"\s*#{1,2}\s+\S")


@dataclass(frozen=True)
class Slides:
    """Slides, and what is on them."""

    title: str
    html: str  # all of the page
    slides: int  # how many there are
    explorers: int
    notes: tuple[str, ...]  # on widgets that slides cannot hold


def make_slides(
    notebook: str | os.PathLike[str],
    *,
    title: str | None = None,
    theme: str = "light",
    code: bool = False,
    language: str = "en",
    max_samples: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Slides:
    """Run a notebook and make slides of it; parameters and errors as for `save_slides`."""
    path = Path(notebook)
    if theme not in THEMES:
        raise ExportError(f"theme is {theme!r}; expected 'light' or 'dark'")
    if max_samples is not None and max_samples < 0:
        raise ExportError(f"max_samples is {max_samples}; expected 0 or more items")
    read = read_notebook(path)
    if not count_slides(read):
        raise ExportError(f"{path} has no cell that a slide could show")
    options = {"theme": theme, "language": language, "max_samples": max_samples}
    run, found = run_notebook(read, path, options=options, progress=progress)
    begin_slides(run)
    notes = put_frames(run, found)
    if not code:
        drop_silent(run)
    heading = title or _title(run, path)
    look = {"theme": theme, "language_code": language, "exclude_input": not code}
    return Slides(
        heading,
        _converted(run, path, heading, look, found),
        count_slides(run),
        sum(page["explorers"] for page in found["pages"].values()),
        tuple(notes),
    )


def save_slides(
    notebook: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = True,
    **options: Any,
) -> Path:
    """Run a notebook, and write its slides with live explorers in them as one file.

    Parameters
    ----------
    notebook
        With slides marked as JupyterLab does (slide, sub-slide, fragment, skip, notes); where
        nothing is marked, each heading of the first two levels begins a slide.
    path
        Where; the file is whole or not there.
    overwrite
        Whether a file that is there may be replaced.
    **options
        ``title`` (by default the first heading); ``theme`` (``'light'`` or ``'dark'``); ``code``
        (whether sources of cells are shown; by default they are not); ``language`` (``'en'``);
        ``max_samples``, as for `page`; ``progress``, called with the number of cells that are
        done and of all.

    Returns
    -------
    pathlib.Path

    Warns
    -----
    UserWarning
        A widget of another library, which slides cannot hold.

    Raises
    ------
    ExportError
        No notebook, a cell that fails, a kernel that cannot be started, more data than a page can
        hold, or a path that cannot be written.
    ImportError
        No nbconvert; the message says what to install.

    Notes
    -----
    An explorer that stands in two cells is two explorers on the slides; `link_explorers` links
    those that one box shows.

    Examples
    --------
    >>> import nbformat, tempfile
    >>> from emergence_widgets import save_slides
    >>> cells = ["from emergence_widgets import HighJumpExplorer", "HighJumpExplorer()"]
    >>> talk = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nbformat.write(talk, f"{folder}/talk.ipynb")
    ...     save_slides(f"{folder}/talk.ipynb", f"{folder}/talk.html").name
    'talk.html'
    """
    target = Path(path)
    if target.exists() and not overwrite:
        raise ExportError(f"{target} is there already; choose another name or allow overwriting")
    made = make_slides(notebook, **options)
    for note in made.notes:
        warnings.warn(note, stacklevel=2)
    return write_whole(target, made.html.encode("utf-8", "backslashreplace"), overwrite=overwrite)


def _title(notebook: NotebookNode, path: Path) -> str:
    if named := notebook.metadata.get("title"):
        return str(named)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := re.search(r"(?m)^#\s+(.+)$", cell.source)):
            return found[1].strip()
    return path.stem


def _converted(
    notebook: NotebookNode,
    path: Path,
    title: str,
    look: dict[str, Any],
    found: dict[str, Any],
) -> str:
    try:
        from nbconvert.exporters.slides import SlidesExporter
    except ImportError as error:
        raise ImportError(NEEDED) from error
    exporter = SlidesExporter(
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="emergence_slides",
        **look,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        embed_images=True,
    )
    scripts = ["slides.js"]
    if any(MATHEMATICS.search(words) for words in _words(notebook)):
        scripts.insert(0, "slides_math.js")
    resources = {
        "metadata": {"name": path.stem, "path": str(path.resolve().parent)},
        "emergence": {
            "version": __version__,
            "title": title,
            "style": front_end("slides_style.css"),
            "notices": found.get("notices", ""),
            "data": _data(found),
            "scripts": [inline(front_end(name)) for name in scripts],
        },
    }
    return exporter.from_notebook_node(notebook, resources=resources)[0]


def _words(notebook: NotebookNode) -> list[str]:
    """Texts in which nbconvert leaves formulas to the browser."""
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    kinds = ("text/markdown", "text/latex")
    return [
        *(cell.source for cell in notebook.cells if cell.cell_type == "markdown"),
        *(one["data"][kind] for one in outputs for kind in kinds if kind in one.get("data", {})),
    ]


def _data(found: dict[str, Any]) -> str:
    """The pages as elements: what they share once, and the state of each as it stands in a page."""
    shared = {name: found.get(name, "") for name in ("head", "scripts")}
    shared["pages"] = [
        {name: page[name] for name in ("label", "body", "state")}
        for page in found["pages"].values()
    ]
    # Inside a script element `<` could end it.
    text = json.dumps(shared, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="ew-frames">{text}</script>'


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


def put_frames(notebook: NotebookNode, found: dict[str, Any]) -> list[str]:
    """Put frames where widgets were; return notes on those that no page can draw."""
    places = {model: at for at, model in enumerate(found["pages"])}
    notes: list[str] = []
    for number, cell in enumerate(notebook.cells, 1):
        kept: list[Any] = []
        for output in cell.get("outputs", []):
            model = output.get("data", {}).get(WIDGET, {}).get("model_id")
            if model in places:
                label = html.escape(found["pages"][model]["label"])
                place = f'<div class="ew-frame" data-frame="{places[model]}">'
                output.data.clear()
                output.data["text/html"] = f"{place}<noscript>{label}</noscript></div>"
            elif model is not None:
                del output.data[WIDGET]
                if model in found["foreign"]:
                    notes.append(
                        f"cell {number}: {found['foreign'][model]} draws this widget, and slides "
                        "do not hold it; its picture or text stands instead"
                    )
                elif "text/html" not in output.data:
                    # What a live notebook no longer shows either, such as a progress bar.
                    continue
            kept.append(output)
        if "outputs" in cell:
            cell.outputs = kept
    return notes

"""A notebook, run from top to bottom, and the pages of the explorers that it shows."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
from ipywidgets.widgets import widget as registry

from .. import __version__
from ..explorers.base import Explorer
from ..export.page.document import LIBRARIES, document, notices, state_element
from ..export.page.html import ExportError, checked_state, name_in_words, part_html
from ..widgets.lifetime import descendants

if TYPE_CHECKING:
    from nbformat import NotebookNode

DRAWN = {"@jupyter-widgets/base", "@jupyter-widgets/controls", *LIBRARIES}
WIDGET = "application/vnd.jupyter.widget-view+json"
NO_PAGES: dict[str, Any] = {"pages": {}, "foreign": {}}
NEEDED = 'slides need nbconvert and a kernel: pip install "emergence_widgets[slides]"'


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook; an error says why there is none."""
    try:
        import nbformat
    except ImportError as error:
        raise ImportError(NEEDED) from error
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a notebook in it, such as lecture.ipynb")
    try:
        with warnings.catch_warnings():
            # Older notebooks lack what newer ones must have, and lose nothing by it here.
            warnings.simplefilter("ignore")
            read = nbformat.read(path, as_version=4)
            nbformat.validate(read)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        lines = str(error).strip().splitlines()
        raise ExportError(
            f"{path} is no notebook: {lines[0] if lines else type(error).__name__}. "
            "Expected a Jupyter notebook, a file that ends in .ipynb"
        ) from error
    return read


def run_notebook(
    notebook: NotebookNode,
    path: Path,
    *,
    options: dict[str, Any],
    progress: Callable[[int, int], None] | None = None,
) -> tuple[NotebookNode, dict[str, Any]]:
    """Run every cell of a copy, in its own kernel and folder.

    Returns the copy with its outputs, and what `write_pages` wrote of its widgets in that kernel;
    `options` are for it, and `progress` is called with the numbers of cells done and of all.
    """
    try:
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, DeadKernelError
        from nbformat.v4 import new_code_cell
    except ImportError as error:
        raise ImportError(NEEDED) from error

    run = deepcopy(notebook)
    cells = list(run.cells)
    if not any(cell.cell_type == "code" and cell.source.strip() for cell in cells):
        return run, NO_PAGES
    run.cells.append(new_code_cell())
    client = NotebookClient(
        run,
        timeout=None,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            # What a kernel says while it starts is not about the notebook.
            Path(folder, "said").open("wb") as said,
            client.setup_kernel(stderr=said),
        ):
            for at, cell in enumerate(cells):
                try:
                    client.execute_cell(cell, at)
                except CellExecutionError as error:
                    reason = f"{error.ename}: {error.evalue}"
                    raise ExportError(f"{_place(path, at, cell)}: {reason}") from error
                except DeadKernelError as error:
                    raise ExportError(f"{_place(path, at, cell)}: the kernel died") from error
                if progress is not None:
                    progress(at + 1, len(cells))
            pages = _pages(client, run.cells[-1], Path(folder) / "pages.json", options)
    except NoSuchKernel as error:
        raise ExportError(
            f"{path} asks for the kernel {error.name!r}, which is not here; "
            "`jupyter kernelspec list` names those that are"
        ) from error
    run.cells = cells
    return run, pages


def shown_widgets(notebook: NotebookNode) -> list[str]:
    """Models of the widgets in the outputs, each once."""
    shown = [
        output.data[WIDGET]["model_id"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if WIDGET in output.get("data", {})
    ]
    return list(dict.fromkeys(shown))


def _pages(client: Any, cell: Any, file: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Ask the kernel, which has the widgets, for their pages."""
    from nbclient.exceptions import CellExecutionError

    shown = shown_widgets(client.nb)
    if not shown:
        return NO_PAGES
    cell.source = (
        "from emergence_widgets.reports.notebook import write_pages\n"
        f"write_pages({str(file)!r}, {shown!r}, **{options!r})"
    )
    try:
        client.execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    except CellExecutionError as error:
        if error.ename in ("ImportError", "ModuleNotFoundError", "SyntaxError"):
            raise ExportError(
                f"the kernel {client.kernel_name!r} has no emergence_widgets {__version__} "
                f"({error.evalue}); install it there, or choose another kernel in the notebook"
            ) from error
        raise ExportError(error.evalue) from error
    found = json.loads(file.read_text(encoding="utf-8"))
    if found["version"] != __version__:
        raise ExportError(
            f"the kernel {client.kernel_name!r} has emergence_widgets {found['version']}, and this "
            f"is {__version__}; slides need one version of both"
        )
    return found


def _place(path: Path, at: int, cell: Any) -> str:
    return f"{path}, cell {at + 1} ({cell.source.strip().splitlines()[0]})"


def write_pages(
    path: str,
    model_ids: Iterable[str],
    *,
    theme: str,
    language: str,
    max_samples: int | None = None,
) -> None:
    """Write what slides need of the widgets that are shown, as JSON, where they are: in a kernel.

    Keys: ``version``; ``head``, ``scripts`` and ``notices``, which all pages share; ``pages``,
    by model, with ``label``, ``explorers`` (their number), ``body`` and ``state``; ``foreign``,
    the library by model that a page cannot draw. Closed widgets are in neither.
    """
    alive = registry._instances  # pyright: ignore[reportPrivateUsage]
    pages: dict[str, dict[str, Any]] = {}
    foreign: dict[str, str] = {}
    for model_id in model_ids:
        root = alive.get(model_id)
        if root is None or root.comm is None:
            continue
        if library := _not_drawn(root):
            foreign[model_id] = library
        else:
            pages[model_id] = _page(root, max_samples)
    around = document(title="Explorer", language=language, marks=f'data-slide data-theme="{theme}"')
    found = {
        "version": __version__,
        "head": around.head,
        "scripts": around.scripts,
        "notices": notices(),
        "pages": pages,
        "foreign": foreign,
    }
    Path(path).write_text(json.dumps(found), encoding="utf-8")


def _not_drawn(root: ipywidgets.Widget) -> str | None:
    libraries = {str(one._model_module) for one in (root, *descendants(root))}
    return next(iter(sorted(libraries - DRAWN)), None)


def _page(root: Any, max_samples: int | None) -> dict[str, Any]:
    explorers = [one for one in (root, *descendants(root)) if isinstance(one, Explorer)]
    return {
        # `descendants` begins with the last child.
        "label": ", ".join(map(name_in_words, reversed(explorers or [root]))),
        "explorers": len(explorers),
        "body": f"{part_html(root)}\n</main>\n",
        "state": state_element(checked_state([root], max_samples)),
    }

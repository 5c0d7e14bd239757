"""Pages of the explorers that a notebook shows, written where they are: in its kernel."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ipywidgets
from ipywidgets.widgets import widget as registry

from .. import __version__
from ..explorers.base import Explorer
from ..export.page.bundles import NAMES
from ..export.page.document import document, notices, state_element
from ..export.page.html import checked_state, name_in_words, part_html
from ..widgets.lifetime import descendants

DRAWN = {"@jupyter-widgets/base", "@jupyter-widgets/controls", *NAMES}


def write_pages(
    path: str,
    model_ids: Iterable[str],
    *,
    theme: str,
    language: str,
    max_samples: int | None = None,
) -> None:
    """Write what slides need of the widgets that are shown, as JSON.

    Parameters
    ----------
    path
        Of the file.
    model_ids
        Of widgets that outputs show.
    theme
        ``'light'`` or ``'dark'``.
    language
        Of the texts, such as ``'en'``.
    max_samples
        As for `emergence_widgets.page`.

    Raises
    ------
    ExportError
        A widget holds more data than a page can.
    FileNotFoundError
        A widget library without its front end.

    Notes
    -----
    Keys: ``version``; ``head``, ``scripts`` and ``notices``, which all pages share; ``pages``,
    by model, with ``label``, ``explorers`` (their number), ``body`` and ``state``; ``foreign``,
    the library by model that a page cannot draw. Closed widgets are in neither.
    """
    alive = registry._instances
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
    told = {
        "version": __version__,
        "head": around.head,
        "scripts": around.scripts,
        "notices": notices(),
        "pages": pages,
        "foreign": foreign,
    }
    Path(path).write_text(json.dumps(told), encoding="utf-8")


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

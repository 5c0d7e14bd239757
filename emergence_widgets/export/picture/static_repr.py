"""What a notebook shows of an explorer where no widget can live."""

from __future__ import annotations

import html

from ...core.no_mathematics import NO_MATHEMATICS
from ...widgets.exportable import Exportable
from .curve_tables import curve_tables
from .scene import Scene, scene_of
from .svg import svg

CELL = "padding:2px 10px 2px 0;text-align:left;vertical-align:top"


def static_html(explorer: Exportable) -> str:
    """Figures, controls, readouts and numbers of an explorer, as HTML that needs nothing.

    Parameters
    ----------
    explorer
        Any explorer that is open.

    Returns
    -------
    str
        One ``figure`` element, without a script.

    Raises
    ------
    ExportError
        The explorer is closed.

    Examples
    --------
    >>> from emergence_widgets import MirageExplorer
    >>> e = MirageExplorer(length=7)
    >>> text = static_html(e)
    >>> "Answer length L 7 tokens" in text, text.count("<svg xmlns")
    (True, 1)
    >>> e.close()
    """
    scene = scene_of(explorer)
    caption = f"<figcaption>{html.escape(scene.caption)}</figcaption>"
    look = "margin:0;padding:8px;background:#fff;color:#1f1f1f;font-size:13px"
    kind = " ".join(NO_MATHEMATICS)
    numbers = f"{_table(scene)}{curve_tables(explorer, scene)}"
    return f'<figure class="{kind}" style="{look}">{svg(scene)}{caption}{numbers}</figure>'


def _table(scene: Scene) -> str:
    rows = "".join(
        f'<tr><th scope="row" style="{CELL}">{html.escape(label)}</th>'
        f'<td style="{CELL}">{html.escape(value)}</td>'
        f'<td style="{CELL}">{html.escape(detail)}</td></tr>'
        for label, value, detail in scene.readouts
    )
    look = "border-collapse:collapse;font-size:12px;margin-top:4px;color:#1f1f1f;background:#fff"
    return f'<table style="{look}"><tbody>{rows}</tbody></table>' if rows else ""

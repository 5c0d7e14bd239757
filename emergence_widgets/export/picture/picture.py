"""Pictures for papers: the figures of an explorer, drawn by matplotlib without a display."""

from __future__ import annotations

import io
import json
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ... import __version__
from ..page.html import ExportError, write_whole
from .scene import Scene, scene_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png", ".pdf")
LEAST_DPI, MOST_DPI = 30, 2400
# Warned of when letters are painted, not when they are measured.
NO_GLYPH = "Glyph .* missing from"
# Texts stay texts, which editors of papers can search and change.
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "emergence_widgets",
    "pdf.fonttype": 42,
    # Each corner of a line stands in the file where the data are.
    "path.simplify": False,
}


def figure(explorer: Any, *, columns: int = 2, figures: Sequence[str] | None = None) -> Figure:
    """As `Explorer.figure`."""
    return _drawn(scene_of(explorer, figures), columns)


def save_figure(
    explorer: Any,
    path: str | os.PathLike[str],
    *,
    columns: int = 2,
    figures: Sequence[str] | None = None,
    dpi: float = 300,
    overwrite: bool = True,
) -> Path:
    """As `Explorer.save_figure`."""
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise ExportError(
            f"{target} ends in {suffix!r}; a picture ends in one of {', '.join(SUFFIXES)}"
        )
    number = isinstance(cast("object", dpi), (int, float)) and not isinstance(dpi, bool)
    if not number or not LEAST_DPI <= dpi <= MOST_DPI:
        raise ExportError(f"dpi is {dpi!r}; expected {LEAST_DPI} to {MOST_DPI} dots an inch")
    scene = scene_of(explorer, figures)
    drawn = _drawn(scene, columns)
    data = _encoded(drawn, suffix[1:], dpi, _metadata(explorer, scene, suffix[1:]))
    return write_whole(target, data, overwrite=overwrite)


def _drawn(scene: Scene, columns: int) -> Figure:
    if isinstance(columns, bool) or columns not in (1, 2):
        raise ExportError(f"columns is {columns!r}; expected 1 or 2 columns of a paper")
    try:
        import matplotlib.style
    except ImportError as error:
        raise ImportError(
            'pictures need matplotlib: pip install "emergence_widgets[picture]"'
        ) from error
    from .matplotlib import draw_scene

    # Whatever the user's own style is, the picture shows what the screen shows.
    with matplotlib.style.context(["default", STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=NO_GLYPH)
        return draw_scene(scene, wide=columns == 2)


def _encoded(drawn: Figure, format: str, dpi: float, metadata: dict[str, str | None]) -> bytes:
    import matplotlib.style

    buffer = io.BytesIO()
    with matplotlib.style.context(["default", STYLE]), warnings.catch_warnings():
        if format == "svg":
            # The reader's own fonts draw the letters.
            warnings.filterwarnings("ignore", message=NO_GLYPH)
        cast("Any", drawn).savefig(buffer, format=format, dpi=dpi, metadata=metadata)
    return buffer.getvalue()


def _metadata(explorer: Any, scene: Scene, format: str) -> dict[str, str | None]:
    made_by = {"explorer": type(explorer).__name__, "version": __version__}
    state = json.dumps(made_by | {"state": explorer.state})
    title = f"{scene.name}: {'; '.join(panel.title for panel in scene.panels)}"
    # No date: the same explorer gives the same file.
    if format == "svg":
        return {"Title": title, "Description": state, "Date": None}
    if format == "pdf":
        return {"Title": title, "Subject": state, "Keywords": scene.caption, "CreationDate": None}
    return {"Title": title, "Description": state, "Comment": scene.caption}

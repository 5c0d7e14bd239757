"""One HTML file that works offline, for years, with no kernel."""

from __future__ import annotations

import html
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd

from ... import __version__
from ...widgets.base import OF_ANOTHER_VERSION, is_current
from .document import document, notices, state_element
from .state import page_state

LARGEST_STATE = 50_000_000  # characters of data from which a browser takes seconds to open

Part = ipywidgets.Box | pd.DataFrame | str  # explorers and tours are boxes
KINDS = (str, pd.DataFrame, ipywidgets.Widget)


class ExportError(ValueError):
    """Something that cannot be put on a page, or written where it was asked for."""


def page(
    parts: Part | Sequence[Part],
    *,
    title: str | None = None,
    description: str = "",
    language: str = "en",
    max_samples: int | None = None,
) -> str:
    """HTML of one page with explorers and text between them.

    Parameters
    ----------
    parts
        Explorers, tours or boxes that hold them, texts, and data frames, shown as tables. In a
        text, blank lines part paragraphs, and a paragraph that begins with ``#``, ``##`` or
        ``###`` is a heading; all else is shown as it is.
    title
        Of the page; by default its first heading or the name of its first explorer.
    description
        One sentence for search engines and link previews.
    language
        Language of the texts, such as ``'en'``.
    max_samples
        Items whose answers can be read after a click; None: all that the explorers hold.

    Returns
    -------
    str

    Raises
    ------
    ExportError
        No explorer, a closed one, a part of another kind, more data than a page can hold,
        `max_samples` below 0, or a front end that was built for another version.
    FileNotFoundError
        A widget library without its front end.

    Examples
    --------
    >>> from emergence_widgets import MirageExplorer
    >>> e = MirageExplorer()
    >>> text = page(["# One smooth loss", e], title="Mirage")
    >>> "<title>Mirage</title>" in text, "default-src" in text
    (True, True)
    >>> e.close()
    """
    parts = [parts] if isinstance(parts, KINDS) else list(parts)
    roots = [part for part in parts if isinstance(part, ipywidgets.Widget)]
    _check(parts, roots)
    state = checked_state(roots, max_samples)
    heading = title or _title(parts)
    around = document(title=heading, description=description, language=language)
    body = "\n".join(part_html(part) for part in parts)
    return f"""{around.head}{body}
</main>
<footer>
<p>Made with emergence_widgets {__version__}. This page holds its own data and programs; it asks no
server for anything.</p>
<details><summary>Licences</summary><pre>{html.escape(notices())}</pre></details>
</footer>
{state_element(state)}{around.scripts}"""


def save_page(
    parts: Part | Sequence[Part],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = True,
    **options: Any,
) -> Path:
    """Write one page with explorers and text between them.

    Parameters
    ----------
    parts
        As for `page`.
    path
        Where; the file is whole or not there.
    overwrite
        Whether a file that is there may be replaced.
    **options
        ``title``, ``description``, ``language`` and ``max_samples``, as for `page`.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ExportError
        As for `page`; or the path cannot be written, or is there and must not be replaced.

    Examples
    --------
    >>> import tempfile
    >>> from emergence_widgets import MirageExplorer
    >>> e = MirageExplorer()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_page(["# One smooth loss", e], f"{folder}/mirage.html").name
    'mirage.html'
    >>> e.close()
    """
    text = page(parts, **options)
    return write_whole(path, text.encode("utf-8"), overwrite=overwrite)


def write_whole(path: str | os.PathLike[str], data: bytes, *, overwrite: bool) -> Path:
    """Write a file so that a reader finds all of it or nothing."""
    target = Path(path)
    if target.exists() and not overwrite:
        raise ExportError(f"{target} is there already; choose another name or allow overwriting")
    if target.is_dir():
        raise ExportError(f"{target} is a folder; name a file in it, such as {target}/page.html")
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            file.write(data)
            written = Path(file.name)
        written.chmod(0o644)
        written.replace(target)
    except OSError as error:
        raise ExportError(
            f"{target} cannot be written: {error.strerror or error}. Choose a folder that is there "
            "and may be written to"
        ) from error
    return target


def checked_state(roots: Sequence[ipywidgets.Widget], max_samples: int | None) -> str:
    """State of a page; raises `ExportError` where it is more than a page can hold."""
    if max_samples is not None and max_samples < 0:
        raise ExportError(f"max_samples is {max_samples}; expected 0 or more items")
    if not is_current("page.js"):
        raise ExportError(OF_ANOTHER_VERSION)
    state = page_state(roots, max_samples=max_samples)
    if len(state) > LARGEST_STATE:
        raise ExportError(
            f"the data of this page are {len(state) / 1e6:.0f} MB; at most "
            f"{LARGEST_STATE / 1e6:.0f} MB open quickly. Keep fewer answers (max_samples=…), "
            "fewer tasks (results.select(task=…)) or fewer explorers on it"
        )
    return state


def _check(parts: Iterable[object], roots: Sequence[Any]) -> None:
    for part in parts:
        if not isinstance(part, KINDS):
            raise ExportError(
                f"a page holds explorers, texts and tables; found a {type(part).__name__}. "
                "Give a list such as ['# Heading', explorer, 'text']"
            )
    if not roots:
        raise ExportError("this page has no explorer; give one, or a list that holds one")
    for root in roots:
        if root.comm is None:
            raise ExportError(f"this {type(root).__name__} is closed; make it again to export it")


def _title(parts: Iterable[Part]) -> str:
    for part in parts:
        if isinstance(part, str) and part.lstrip().startswith("#"):
            return part.strip().split("\n")[0].lstrip("#").strip()
    return next(name_in_words(part) for part in parts if isinstance(part, ipywidgets.Widget))


def name_in_words(part: Any) -> str:
    """An explorer's class in words: ``Mirage Explorer``."""
    name = type(part).__name__
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()


def part_html(part: Part) -> str:
    """The place of an explorer, or a text or table."""
    if isinstance(part, pd.DataFrame):
        return table_html(part)
    if not isinstance(part, str):
        label = html.escape(name_in_words(part))
        return f'<div class="ew-host" data-model="{part.model_id}" aria-label="{label}"></div>'
    return "\n".join(_paragraph(block.strip()) for block in part.split("\n\n") if block.strip())


def _paragraph(text: str) -> str:
    level = len(text) - len(text.lstrip("#"))
    if 1 <= level <= 3 and text[level : level + 1] == " ":
        return f"<h{level}>{html.escape(text[level:].strip())}</h{level}>"
    return f"<p>{html.escape(text)}</p>"


def table_html(frame: pd.DataFrame) -> str:
    """A data frame without its index: every cell is text, numbers have four digits."""
    numbers = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in frame.columns)
    body = "\n".join(
        "<tr>" + "".join(map(_cell, row, numbers)) + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    # A wide table scrolls by itself, by keyboard too.
    return (
        '<div class="ew-page-table" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any, number: bool) -> str:
    side = ' class="ew-number"' if number else ""
    return f"<td{side}>{html.escape(_text(value))}</td>"


def _text(value: Any) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)

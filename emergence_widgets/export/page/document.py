"""The HTML around explorers: the policy, the styles, and the scripts that draw them.

Front ends of other widget libraries are taken from the installed packages.
"""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from ... import __version__
from ...widgets.base import front_end

LIBRARIES = ("bqscales", "bqplot", "anywidget")
LICENCE_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING")


@dataclass(frozen=True)
class Document:
    """What stands before and after the contents of a page."""

    head: str  # up to the beginning of main
    scripts: str  # after the page's own state, see `state_element`


def document(
    *, title: str, description: str = "", language: str = "en", marks: str = ""
) -> Document:
    """HTML that lets no other script in than its own, and asks no server for anything."""
    scripts = [
        _script(front_end("page.js")),
        *(_script(library.script, library.name) for library in libraries()),
    ]
    # Our own front ends are modules that the page makes of its own texts.
    allowed = "script-src blob: " + " ".join(_hash(text) for text, _ in scripts)
    policy = (
        f"default-src 'none'; {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    head = f"""<!doctype html>
<html lang="{html.escape(language)}"{marks and f" {marks}"}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="emergence_widgets {__version__}">
<meta name="description" content="{html.escape(description)}">
<title>{html.escape(title)}</title>
<style>{front_end("page_style.css")}</style>
</head>
<body data-jp-theme-light="true">
<main>
<p id="ew-failure" role="alert" hidden></p>
<noscript><p>The browser computes these figures: please allow scripts here.</p></noscript>
"""
    elements = "\n".join(element for _, element in scripts)
    return Document(head, f"{elements}\n</body>\n</html>\n")


def state_element(state: str) -> str:
    """The element that holds a page's state, as `page_state` writes it."""
    return f'<script type="application/json" id="ew-state">{state}</script>\n'


def notices() -> str:
    """Licences of all that a page carries."""
    ours = (
        "emergence_widgets: BSD-3-Clause. Its page script holds Jupyter widgets, Lumino, Backbone, "
        "Underscore, Lodash, jQuery, noUiSlider and d3 under the licences named in it."
    )
    others = [f"{one.name} {one.version}\n\n{one.licence}" for one in libraries()]
    return "\n\n----\n\n".join([ours, *others])


def inline(text: str) -> str:
    """Text of a script, as it can stand inside a script element."""
    # In strings and regular expressions, the only places where these occur, both mean the same.
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _script(text: str, module: str | None = None) -> tuple[str, str]:
    """A script's text as it stands in the page, and its element."""
    text = inline(text)
    name = "" if module is None else f' data-module="{module}"'
    return text, f"<script{name}>{text}</script>"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
    return f"'sha256-{digest}'"


@dataclass(frozen=True)
class Library:
    """A widget library's front end."""

    name: str
    version: str
    script: str  # its AMD module
    licence: str  # its text, or its name where the package holds no text


@cache
def libraries() -> tuple[Library, ...]:
    """Front ends of all; an error says what to install."""
    return tuple(_library(name) for name in LIBRARIES)


def _library(name: str) -> Library:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        raise FileNotFoundError(
            f"{name} is not installed, and a page needs its front end: pip install {name}"
        ) from None
    ending = f"nbextensions/{name}/index.js"
    files = package.files or []
    found = next((file for file in files if str(file).replace("\\", "/").endswith(ending)), None)
    path = None if found is None else Path(str(package.locate_file(found)))
    if path is None or not path.is_file():
        raise FileNotFoundError(
            f"the installed {name} {package.version} holds no {ending}; reinstall it: "
            f"pip install --force-reinstall {name}"
        )
    script = path.read_text(encoding="utf-8")
    return Library(name, package.version, _without_map(script), _licence(name))


def _without_map(script: str) -> str:
    """A page has no source maps to look for."""
    return "\n".join(line for line in script.split("\n") if "sourceMappingURL=" not in line[:80])


def _licence(name: str) -> str:
    package = distribution(name)
    for file in package.files or []:
        if file.name in LICENCE_FILES:
            return Path(str(package.locate_file(file))).read_text(encoding="utf-8").strip()
    return str(package.metadata["License-Expression"] or package.metadata["License"])

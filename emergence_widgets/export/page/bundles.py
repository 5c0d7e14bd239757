"""The widget libraries that an exported page carries, taken from the installed packages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

NAMES = ("bqscales", "bqplot", "anywidget")
LICENCE_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING")


@dataclass(frozen=True)
class Library:
    """A widget library's front end.

    Attributes
    ----------
    name, version
        Of the package.
    script
        Its AMD module.
    licence
        Text of its licence, or its name where the package holds no text.
    """

    name: str
    version: str
    script: str
    licence: str


@cache
def libraries() -> tuple[Library, ...]:
    """Front ends of bqplot, bqscales and anywidget.

    Raises
    ------
    FileNotFoundError
        A package is not installed, or without its front end; the message says what to install.
    """
    return tuple(_library(name) for name in NAMES)


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

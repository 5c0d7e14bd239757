"""Texts and colours that any painter and any file can hold."""

from __future__ import annotations

import re
from functools import cache

from ...widgets.base import front_end

DECLARED = re.compile(r"--(ew-[\w-]+)\s*:\s*(?:var\([^,;]+,\s*)?(#[0-9a-fA-F]{3,6})\b")
COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
# What XML 1.0 cannot hold, whatever its escape.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain_text(text: str) -> str:
    """Text on one line, without characters that no file of text can hold."""
    return " ".join(UNPRINTABLE.sub("\ufffd", text).split())


@cache
def light_palette() -> dict[str, str]:
    """Colours by the name of their CSS variable, as the style sheet declares them first."""
    found: dict[str, str] = {}
    for name, colour in DECLARED.findall(front_end("style.css")):
        found.setdefault(name, colour.lower())
    return found


def plain_colour(colour: str | None) -> str:
    """``#rgb`` or ``#rrggbb`` of this or of a CSS variable; else the colour of text."""
    palette = light_palette()
    colour = colour or ""
    if colour.startswith("var(--"):
        return palette.get(colour[len("var(--") :].rstrip(")"), palette["ew-text"])
    return colour if COLOUR.fullmatch(colour) else palette["ew-text"]

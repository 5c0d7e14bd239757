"""Colours of the light theme, for pictures that no style sheet reaches."""

from __future__ import annotations

import re
from functools import cache

from ...widgets.front_end import front_end

DECLARED = re.compile(r"--(ew-[\w-]+)\s*:\s*(?:var\([^,;]+,\s*)?(#[0-9a-fA-F]{3,6})\b")
COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")


@cache
def light_palette() -> dict[str, str]:
    """Colours by the name of their CSS variable, as the style sheet declares them first."""
    found: dict[str, str] = {}
    for name, colour in DECLARED.findall(front_end("style.css")):
        found.setdefault(name, colour.lower())
    return found


def plain_colour(colour: str | None) -> str:
    """A colour that any painter understands.

    Parameters
    ----------
    colour
        ``var(--ew-…)`` or ``#rrggbb``.

    Returns
    -------
    str
        ``#rgb`` or ``#rrggbb``; for anything else the colour of text.

    Examples
    --------
    >>> plain_colour("var(--ew-sharp)"), plain_colour("#123456")
    ('#d55e00', '#123456')
    """
    palette = light_palette()
    colour = colour or ""
    if colour.startswith("var(--"):
        return palette.get(colour[len("var(--") :].rstrip(")"), palette["ew-text"])
    return colour if COLOUR.fullmatch(colour) else palette["ew-text"]
